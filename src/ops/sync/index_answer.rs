//! What upstream answers where an index file is asked for, and whether that can be one.
//!
//! A proxy's login page comes with status 200, and a cache that has lost a file may send an empty one. Where no tree of a git
//! index vouches for a file, nothing is removed by such an answer.

use std::time::Duration;

use crate::model::index::file::IndexFile;
use crate::model::package::id::CrateName;
use crate::model::sync::troubles::{Trouble, TroubleKind};
use crate::model::units::timestamp::Timestamp;
use crate::ops::sync::judged::{Judged, Touch};

/// A file that is empty so long is meant to be: the registry has deleted all versions.
const BELIEVED_AFTER: Duration = Duration::from_hours(24);
const EMPTY: &str = "its index file is empty, so nothing of it is removed for a day";
const FOREIGN: &str = "what upstream sent in place of its index file cannot be read as one, so nothing of it is removed";

/// The lines of a file, but for those of other crates: nobody may speak for them here.
pub(super) fn parsed(touch: &Touch, text: &[u8], judged: &mut Judged) -> IndexFile {
    let mut file = IndexFile::parse(text);
    let path = touch.name.index_path();
    let before = file.lines().len();
    file.retain(|line| line.id().name.index_path() == path);
    if file.lines().len() < before {
        let cause = "its index file has lines of another crate".to_owned();
        judged
            .failed
            .push((touch.name.to_string(), TroubleKind::Failed, cause, None));
    }
    file
}

/// Why nothing may be removed by this file. `loses`: versions that are here are not in it; `before`: the trouble that the
/// crate was in.
pub(super) fn doubt(
    file: &IndexFile,
    loses: bool,
    before: Option<&Trouble>,
    now: Timestamp,
) -> Option<&'static str> {
    if file.has_foreign() && (loses || file.lines().is_empty()) {
        return Some(FOREIGN);
    }
    let was_empty = before
        .filter(|before| before.cause == EMPTY)
        .is_some_and(|before| now.since(before.first) >= BELIEVED_AFTER);
    (loses && file.lines().is_empty() && !was_empty).then_some(EMPTY)
}

impl Judged {
    /// Its answer was none: what is known of its file stays as it was.
    pub(super) fn doubted(&mut self, name: &CrateName, cause: &str) {
        (self.id, self.validator) = (None, None);
        self.failed.push((
            name.to_string(),
            TroubleKind::Failed,
            cause.to_owned(),
            None,
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_removed_by_what_is_no_index_file() {
        let line = format!(
            r#"{{"name":"a","vers":"1.0.0","deps":[],"cksum":"{}","features":{{}},"yanked":false}}"#,
            "0".repeat(64)
        );
        let file = |text: &str| IndexFile::parse(text.as_bytes());
        let now = Timestamp(1_000_000);
        let ask = |text: &str, loses| doubt(&file(text), loses, None, now);
        assert_eq!(ask("<html>\n", true), Some(FOREIGN));
        assert_eq!(ask("<html>\n", false), Some(FOREIGN));
        assert_eq!(ask(&format!("{line}\n{{}}\n"), true), Some(FOREIGN));
        // A line of a later format, and nothing is lost.
        assert_eq!(ask(&format!("{line}\n{{}}\n"), false), None);
        assert_eq!(ask(&line, true), None);
        assert_eq!(ask("", false), None);
        assert_eq!(ask("", true), Some(EMPTY));
        let mut trouble = Trouble {
            kind: TroubleKind::Failed,
            cause: EMPTY.to_owned(),
            first: Timestamp(now.0 - 86_399),
            last: now,
            times: 3,
            next: now,
        };
        assert_eq!(doubt(&file(""), true, Some(&trouble), now), Some(EMPTY));
        trouble.first = Timestamp(now.0 - 86_400);
        assert_eq!(doubt(&file(""), true, Some(&trouble), now), None);
        assert_eq!(
            doubt(&file("<html>"), true, Some(&trouble), now),
            Some(FOREIGN)
        );
    }
}
