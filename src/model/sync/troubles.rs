//! What a sync could not do, kept until it is done, and when it is tried again.
//!
//! One crate that cannot be had does not hold up the others, and it is not forgotten either: it waits here. What failed on
//! the way, as a connection that broke, is due at the next run; what upstream answered is asked for ever more seldom.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::model::package::id::CrateId;
use crate::model::units::timestamp::Timestamp;

/// How long after each failure the next try is.
const SCHEDULE: [Duration; 4] = [
    Duration::from_hours(1),
    Duration::from_hours(6),
    Duration::from_hours(24),
    Duration::from_hours(168),
];

/// A version that was listed so long and never there is absent.
const ABSENT_AFTER: Duration = Duration::from_hours(168);

/// What kind of trouble it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TroubleKind {
    /// The network failed, or the server did.
    Passing,
    /// Upstream's answer cannot be used.
    Failed,
    /// The index lists it, and the bytes are not there.
    Absent,
    /// Upstream has other bytes under the same name and version: an alarm.
    OtherBytes,
    /// The index file is not the one that the tree of the git index names.
    OutOfStep,
    /// Removed upstream, and not here yet.
    ToRemove,
}

impl fmt::Display for TroubleKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Passing => "passing",
            Self::Failed => "failed",
            Self::Absent => "absent",
            Self::OtherBytes => "other-bytes",
            Self::OutOfStep => "out-of-step",
            Self::ToRemove => "to-remove",
        })
    }
}

/// One trouble.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    pub kind: TroubleKind,
    pub cause: String,
    /// Of the failures since it last went well.
    pub first: Timestamp,
    pub last: Timestamp,
    pub times: u32,
    /// Not to be tried again before.
    pub next: Timestamp,
}

impl Trouble {
    /// Whether upstream lists this version and will not have its bytes.
    pub fn is_absent(&self) -> bool {
        self.kind == TroubleKind::Absent && self.last.since(self.first) >= ABSENT_AFTER
    }

    /// Whether it may be tried again. One that was last tried later than now is, too: a clock was wrong.
    fn is_due(&self, now: Timestamp) -> bool {
        self.next <= now || self.last > now
    }
}

/// All troubles: by the name of a crate where its index file is meant, else by `name@version`.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Troubles(pub BTreeMap<String, Trouble>);

impl Troubles {
    /// Takes in a failure. `since`: since when it has been so, if that is known to be longer.
    pub fn failed(
        &mut self,
        of: String,
        kind: TroubleKind,
        cause: String,
        since: Option<Timestamp>,
        now: Timestamp,
    ) {
        // What was another kind of trouble begins anew.
        let before = self.0.get(&of).filter(|before| before.kind == kind);
        let times = before.map_or(0, |before| before.times).saturating_add(1);
        let first = before.map_or(now, |before| before.first);
        let pause = match kind {
            TroubleKind::Passing | TroubleKind::OutOfStep | TroubleKind::ToRemove => Duration::ZERO,
            _ => {
                let at = usize::try_from(times).unwrap_or(usize::MAX) - 1;
                SCHEDULE[at.min(SCHEDULE.len() - 1)]
            }
        };
        let trouble = Trouble {
            kind,
            cause,
            first: since.map_or(first, |since| since.min(first)),
            last: now,
            times,
            next: Timestamp(now.0.saturating_add(pause.as_secs())),
        };
        self.0.insert(of, trouble);
    }

    /// A crate was looked at, and these of its versions are still in trouble: all others are not.
    pub fn settle(&mut self, name: &str, still: &[String]) {
        if self.0.is_empty() {
            return;
        }
        let is_of = |of: &String| crate_of(of).eq_ignore_ascii_case(name);
        self.0.retain(|of, _| !is_of(of) || still.contains(of));
    }

    /// The crates of which something is to be tried again by now, in lower case. `all`: whenever it is due.
    pub fn due(&self, now: Timestamp, all: bool) -> impl Iterator<Item = String> {
        let due = self
            .0
            .iter()
            .filter(move |(_, trouble)| all || trouble.is_due(now));
        due.map(|(of, _)| crate_of(of).to_ascii_lowercase())
    }

    /// Whether this version may be tried: it is in no trouble, or due.
    pub fn may_try(&self, id: &CrateId, now: Timestamp, all: bool) -> bool {
        if self.0.is_empty() {
            return true;
        }
        let known = self.0.get(&id.to_string());
        all || known.is_none_or(|trouble| trouble.is_due(now))
    }

    /// Takes in those of `before` that are not among these.
    pub fn keep(&mut self, before: Self) {
        for (of, trouble) in before.0 {
            self.0.entry(of).or_insert(trouble);
        }
    }
}

/// The crate that a key speaks of.
pub fn crate_of(of: &str) -> &str {
    of.split('@').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HOUR: u64 = 3_600;

    #[test]
    fn what_upstream_answers_is_asked_for_ever_more_seldom() {
        let mut troubles = Troubles::default();
        let mut now = Timestamp(1_000);
        for hours in [1, 6, 24, 168, 168] {
            troubles.failed(
                "a@1.0.0".to_owned(),
                TroubleKind::Absent,
                "404".to_owned(),
                None,
                now,
            );
            let next = troubles.0["a@1.0.0"].next;
            assert_eq!(next.since(now), Duration::from_secs(hours * HOUR));
            assert_eq!(troubles.due(Timestamp(next.0 - 1), false).count(), 0);
            assert_eq!(troubles.due(Timestamp(next.0 - 1), true).count(), 1);
            assert_eq!(troubles.due(next, false).collect::<Vec<_>>(), ["a"]);
            now = next;
        }
        assert!(troubles.0["a@1.0.0"].is_absent());
        let first = troubles.0["a@1.0.0"].first;
        assert_eq!(first, Timestamp(1_000));
        // What is known to be old is absent at once; what broke on the way is due at once.
        troubles.failed(
            "b@1.0.0".to_owned(),
            TroubleKind::Absent,
            "404".to_owned(),
            Some(Timestamp(5)),
            now,
        );
        assert!(troubles.0["b@1.0.0"].is_absent());
        troubles.failed(
            "c".to_owned(),
            TroubleKind::Passing,
            "cut".to_owned(),
            None,
            now,
        );
        assert_eq!(troubles.0["c"].next, now);
        assert!(!troubles.0["c"].is_absent());
    }

    #[test]
    fn a_crate_that_went_well_is_in_no_trouble_and_others_still_are() {
        let mut troubles = Troubles::default();
        for of in ["a", "A@1.0.0", "a@2.0.0", "ab@1.0.0"] {
            troubles.failed(
                of.to_owned(),
                TroubleKind::Failed,
                String::new(),
                None,
                Timestamp(0),
            );
        }
        troubles.settle("a", &["a@2.0.0".to_owned()]);
        assert_eq!(
            troubles.0.keys().collect::<Vec<_>>(),
            ["a@2.0.0", "ab@1.0.0"]
        );
        let id = CrateId::parse("a", "2.0.0").unwrap();
        assert!(!troubles.may_try(&id, Timestamp(HOUR - 1), false));
        assert!(
            troubles.may_try(&id, Timestamp(HOUR - 1), true)
                && troubles.may_try(&id, Timestamp(HOUR), false)
        );
    }

    #[test]
    fn a_clock_that_was_ahead_once_keeps_nothing_from_being_tried() {
        let mut troubles = Troubles::default();
        let ahead = Timestamp(4_000_000_000);
        let (of, kind) = ("a@1.0.0".to_owned(), TroubleKind::Absent);
        troubles.failed(of, kind, "404".to_owned(), None, ahead);
        let id = CrateId::parse("a", "1.0.0").unwrap();
        assert!(troubles.may_try(&id, Timestamp(1_000), false));
        assert_eq!(troubles.due(Timestamp(1_000), false).count(), 1);
        assert_eq!(troubles.due(ahead, false).count(), 0);
    }

    #[test]
    fn what_was_in_trouble_stays_so_beside_what_is_now() {
        let of = |name: &str, times: u32| {
            let mut troubles = Troubles::default();
            for _ in 0..times {
                let cause = String::new();
                let (of, kind) = (name.to_owned(), TroubleKind::Failed);
                troubles.failed(of, kind, cause, None, Timestamp(0));
            }
            troubles
        };
        let mut troubles = of("a@1.0.0", 2);
        troubles.keep(of("a@1.0.0", 1));
        troubles.keep(of("b@1.0.0", 1));
        let times: Vec<u32> = troubles.0.values().map(|trouble| trouble.times).collect();
        assert_eq!(times, [2, 1]);
    }

    proptest! {
        #[test]
        fn no_failure_is_lost(events in prop::collection::vec((0_usize..3, prop::bool::ANY), 0..30)) {
            let (mut troubles, mut open) = (Troubles::default(), BTreeMap::new());
            for (at, (name, fails)) in events.into_iter().enumerate() {
                let of = format!("{name}@1.0.0");
                if fails {
                    troubles.failed(of.clone(), TroubleKind::Failed, String::new(), None, Timestamp(at as u64));
                    *open.entry(of).or_insert(0) += 1;
                } else {
                    troubles.settle(&name.to_string(), &[]);
                    open.remove(&of);
                }
                let kept: BTreeMap<String, u32> =
                    troubles.0.iter().map(|(of, it)| (of.clone(), it.times)).collect();
                prop_assert_eq!(&kept, &open);
            }
        }
    }
}
