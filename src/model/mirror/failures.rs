//! What could not be fetched, remembered until it is.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::model::input::closure::Package;
use crate::model::package::id::CrateId;
use crate::model::source::id::SourceId;
use crate::model::units::timestamp::Timestamp;

/// A package that could not be fetched, and how often.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remembered {
    pub cause: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// When it first failed, of the failures since it was last there.
    pub first: Timestamp,
    pub last: Timestamp,
    pub times: u32,
}

/// All of them. Sources are without credentials.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Failures(pub BTreeMap<Package, Remembered>);

impl Failures {
    /// Reads what [`Self::render`] wrote. It is a convenience, so what cannot be read is left out.
    pub fn parse(text: &[u8]) -> Self {
        let read: BTreeMap<String, serde_json::Value> =
            serde_json::from_slice(text).unwrap_or_default();
        let entry = |(package, value): (String, serde_json::Value)| {
            // `name@version`, and the source where it is not crates.io.
            let (id, source) = match package.split_once(' ') {
                Some((id, source)) => (id, SourceId::parse(source)),
                None => (package.as_str(), SourceId::CRATES_IO),
            };
            let (name, version) = id.split_once('@')?;
            let id = CrateId::parse(name, version).ok()?;
            Some(((id, source), serde_json::from_value(value).ok()?))
        };
        Self(read.into_iter().filter_map(entry).collect())
    }

    pub fn render(&self) -> Vec<u8> {
        let by_name: BTreeMap<String, &Remembered> = self
            .0
            .iter()
            .map(|((id, source), remembered)| {
                let named = if source.is_crates_io() {
                    id.to_string()
                } else {
                    format!("{id} {}", source.text())
                };
                (named, remembered)
            })
            .collect();
        let mut text = serde_json::to_vec_pretty(&by_name).unwrap_or_default();
        text.push(b'\n');
        text
    }

    /// Takes in how a run went: what it wanted, and what of it failed with which cause and help.
    pub fn learn<'a>(
        &mut self,
        wanted: impl IntoIterator<Item = &'a Package>,
        failed: &BTreeMap<Package, (String, Option<String>)>,
        now: Timestamp,
    ) {
        for package in wanted {
            if !failed.contains_key(package) {
                self.0.remove(package);
            }
        }
        for (package, (cause, help)) in failed {
            let before = self.0.get(package);
            let remembered = Remembered {
                cause: cause.clone(),
                help: help.clone(),
                first: before.map_or(now, |before| before.first),
                last: now,
                times: before.map_or(0, |before| before.times).saturating_add(1),
            };
            self.0.insert(package.clone(), remembered);
        }
    }

    /// Forgets what nobody wants any more.
    pub fn keep_only(&mut self, wanted: &BTreeSet<Package>) {
        self.0.retain(|package, _| wanted.contains(package));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_are_counted_until_they_are_mended() {
        let id = |name| CrateId::parse(name, "1.0.0").unwrap();
        let other = SourceId::parse("sparse+https://r.example/index/");
        let (a, b) = ((id("a"), SourceId::CRATES_IO), (id("a"), other));
        let failed = |package: &Package| [(package.clone(), ("gone".to_owned(), None))].into();
        let mut failures = Failures::default();
        failures.learn([&a, &b], &failed(&a), Timestamp(100));
        failures.learn([&a, &b], &failed(&a), Timestamp(200));
        let a_now = &failures.0[&a];
        assert_eq!(
            (a_now.first, a_now.last, a_now.times),
            (Timestamp(100), Timestamp(200), 2)
        );
        assert_eq!(Failures::parse(&failures.render()), failures);
        failures.learn([&b], &failed(&b), Timestamp(300));
        assert_eq!(
            failures.0.len(),
            2,
            "a was not asked for, so it is still known"
        );
        failures.learn([&a], &BTreeMap::new(), Timestamp(400));
        assert_eq!(failures.0.keys().collect::<Vec<_>>(), [&b]);
        failures.keep_only(&BTreeSet::new());
        assert_eq!(failures, Failures::default());
        assert_eq!(Failures::parse(b"\0\0not json"), failures);
        let old = br#"{"a@1.0.0":{"cause":"gone","first":"2026-01-01T00:00:00Z","last":"2026-01-02T00:00:00Z","times":3}}"#;
        assert_eq!(Failures::parse(old).0.keys().count(), 1);
    }
}
