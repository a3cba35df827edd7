//! What a mirror remembers of dumps: how far it has counted itself, and which of others' it has taken.
//!
//! ```text
//! mirror 11d4…                               of the exporter
//! sequence 1764172800 8f0c…                  the last that was written
//! taken 11d4… 1764172800 8f0c… 3 1,2         from which mirror, sequence, which dump, of how many parts (0: not known), which
//! ```

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::model::bundle::manifest::BundleId;

/// The newest dump of a mirror that was taken, in whole or in part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    pub mirror: BundleId,
    pub sequence: u64,
    pub id: BundleId,
    /// 0 until the last part was seen.
    pub parts: u32,
    pub have: BTreeSet<u32>,
}

impl Taken {
    /// The parts that are missing as far as that is known.
    pub fn missing(&self) -> Vec<u32> {
        let last = self.parts.max(self.have.last().copied().unwrap_or(0));
        (1..=last)
            .filter(|part| !self.have.contains(part))
            .collect()
    }

    pub fn is_complete(&self) -> bool {
        self.parts > 0 && self.missing().is_empty()
    }
}

/// All of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    pub own: Option<BundleId>,
    pub written: Option<(u64, BundleId)>,
    pub taken: Vec<Taken>,
}

impl History {
    /// Reads what [`History::render`] wrote; lines that say nothing are passed over.
    pub fn parse(text: &str) -> Self {
        let mut history = Self::default();
        for line in text.lines() {
            let words: Vec<&str> = line.split(' ').collect();
            match *words.as_slice() {
                ["mirror", id] => history.own = BundleId::parse(id),
                ["sequence", number, id] => {
                    let id = BundleId::parse(id);
                    history.written = number.parse().ok().zip(id);
                }
                ["taken", mirror, sequence, id, parts, have] => {
                    let ids = BundleId::parse(mirror).zip(BundleId::parse(id));
                    let numbers = sequence.parse().ok().zip(parts.parse().ok());
                    if let Some(((mirror, id), (sequence, parts))) = ids.zip(numbers) {
                        let have = have.split(',').filter_map(|part| part.parse().ok());
                        history.taken.push(Taken {
                            mirror,
                            sequence,
                            id,
                            parts,
                            have: have.collect(),
                        });
                    }
                }
                _ => {}
            }
        }
        history
    }

    pub fn render(&self) -> String {
        let mut text = String::new();
        // Writing to a String cannot fail.
        if let Some(own) = &self.own {
            let _ = writeln!(text, "mirror {own}");
        }
        if let Some((sequence, id)) = &self.written {
            let _ = writeln!(text, "sequence {sequence} {id}");
        }
        for taken in &self.taken {
            let have: Vec<String> = taken.have.iter().map(ToString::to_string).collect();
            let (mirror, sequence, id) = (&taken.mirror, taken.sequence, &taken.id);
            let have = have.join(",");
            let _ = writeln!(
                text,
                "taken {mirror} {sequence} {id} {} {have}",
                taken.parts
            );
        }
        text
    }

    pub fn of(&self, mirror: &BundleId) -> Option<&Taken> {
        self.taken.iter().find(|taken| taken.mirror == *mirror)
    }

    /// Takes in that parts of a dump have come.
    pub fn take(&mut self, taken: Taken) {
        match self.taken.iter_mut().find(|it| it.mirror == taken.mirror) {
            Some(known) if known.id == taken.id => {
                known.parts = known.parts.max(taken.parts);
                known.have.extend(taken.have);
            }
            Some(known) => *known = taken,
            None => self.taken.push(taken),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_history_reads_as_it_was_written_and_knows_what_is_missing() {
        let (mirror, id) = (BundleId::of([1; 16]), BundleId::of([2; 16]));
        let mut history = History {
            own: Some(BundleId::of([3; 16])),
            written: Some((5, id.clone())),
            taken: Vec::new(),
        };
        let part = |part, parts| Taken {
            mirror: mirror.clone(),
            sequence: 9,
            id: id.clone(),
            parts,
            have: BTreeSet::from([part]),
        };
        history.take(part(2, 0));
        assert_eq!(history.of(&mirror).unwrap().missing(), [1]);
        history.take(part(4, 4));
        assert_eq!(history.of(&mirror).unwrap().missing(), [1, 3]);
        assert_eq!(History::parse(&history.render()), history);
        history.take(part(1, 0));
        history.take(part(3, 0));
        assert!(history.of(&mirror).unwrap().is_complete());
    }
}
