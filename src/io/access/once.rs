//! What may be used once: `access/once/<sha256>`, until nobody could use it any more.

use crate::io::access::store::AccessStore;
use crate::io::bucket::waiting::ObjectEdit;
use crate::io::random;
use crate::model::access::token::TokenText;
use crate::model::error::Result;
use crate::model::units::timestamp::Timestamp;

/// Clocks differ: it is remembered for so many seconds more.
const MARGIN: u64 = 60 * 60;

impl AccessStore {
    /// Takes something that can be used once and ends at `until`. `false`: it was used before.
    pub fn take_once(&self, what: &str, until: Timestamp, now: Timestamp) -> Result<bool> {
        for (name, text) in self.records.all("once")? {
            let text = String::from_utf8_lossy(&text);
            let ends: Option<u64> = text
                .split_whitespace()
                .next()
                .and_then(|it| it.parse().ok());
            if ends.is_some_and(|ends| ends.saturating_add(MARGIN) < now.0) {
                let remove = &mut |_: Option<&[u8]>| Ok(ObjectEdit::Remove);
                self.records.change(&format!("once/{name}"), remove)?;
            }
        }
        let key = format!("once/{}", TokenText::hash(what.as_bytes()));
        // Unlike what anybody else writes there: where an answer is lost, it tells who was first.
        let word = u64::from_le_bytes(random::bytes::<8>()?);
        let record = format!("{} {word:016x}\n", until.0);
        let mut first = false;
        self.records.change(&key, &mut |before| {
            first = before.is_none();
            Ok(if first {
                ObjectEdit::Write(record.clone().into_bytes())
            } else {
                ObjectEdit::Keep
            })
        })?;
        Ok(first)
    }
}
