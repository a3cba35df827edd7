//! One crate: what upstream's index file says, held against the mirror's.

use std::collections::BTreeSet;

use crate::model::index::file::{IndexFile, IndexLine};
use crate::model::package::checksum::Sha256;
use crate::model::package::id::CrateId;

/// What has to happen with the lines of one crate.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct CrateDiff {
    /// Lines whose bytes are not here.
    pub fetch: Vec<IndexLine>,
    /// Lines of versions whose bytes are here: they are new, or take the place of another.
    pub lines: Vec<IndexLine>,
    pub yanked: Vec<CrateId>,
    pub unyanked: Vec<CrateId>,
    /// Lines that differ in something else than the yank flag.
    pub relined: Vec<CrateId>,
    /// Versions of which upstream names another checksum than the mirror does: here, there.
    pub other_bytes: Vec<(CrateId, Sha256, Sha256)>,
    /// Versions of the mirror that upstream does not list.
    pub gone: Vec<CrateId>,
}

/// Compares. `upstream` is the whole file, `wanted` says which of its lines are wanted, `has_bytes` whether the bytes of a
/// listed version are here. What is here is kept up to date, wanted or not.
pub fn compare(
    upstream: &IndexFile,
    here: &IndexFile,
    wanted: impl Fn(&CrateId) -> bool,
    has_bytes: impl Fn(&CrateId) -> bool,
) -> CrateDiff {
    let mut diff = CrateDiff::default();
    let mut listed = BTreeSet::new();
    for line in upstream.lines() {
        let id = line.id();
        listed.insert(id);
        let Some(ours) = here.get(id) else {
            if wanted(id) {
                diff.fetch.push(line.clone());
            }
            continue;
        };
        if ours.checksum() != line.checksum() {
            diff.other_bytes
                .push((id.clone(), *ours.checksum(), *line.checksum()));
            continue;
        }
        if ours.raw() != line.raw() {
            match (ours.yanked(), line.yanked()) {
                (false, true) => diff.yanked.push(id.clone()),
                (true, false) => diff.unyanked.push(id.clone()),
                _ => diff.relined.push(id.clone()),
            }
        }
        if !has_bytes(id) {
            // A pruned version has its line and no bytes, and may stay so where nobody selects it.
            if wanted(id) {
                diff.fetch.push(line.clone());
            } else if ours.raw() != line.raw() {
                diff.lines.push(line.clone());
            }
        } else if ours.raw() != line.raw() {
            diff.lines.push(line.clone());
        }
    }
    let gone = here.lines().iter().map(IndexLine::id);
    diff.gone = gone.filter(|id| !listed.contains(id)).cloned().collect();
    diff
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(lines: &[(&str, char, bool, &str)]) -> IndexFile {
        let mut text = String::new();
        for (version, digit, yanked, more) in lines {
            let checksum = digit.to_string().repeat(64);
            text += &format!(
                "{{\"name\":\"a\",\"vers\":\"{version}\",\"deps\":[],\"cksum\":\"{checksum}\",\"features\":{{}},\"yanked\":{yanked}{more}}}\n"
            );
        }
        IndexFile::parse(text.as_bytes())
    }

    fn texts<'a>(ids: impl IntoIterator<Item = &'a CrateId>) -> Vec<String> {
        ids.into_iter().map(|id| id.version.to_string()).collect()
    }

    #[test]
    fn every_difference_is_what_it_is() {
        let upstream = file(&[
            ("1.0.0", 'a', false, ""),
            ("1.1.0", 'b', true, ""),
            ("1.2.0", 'c', false, ""),
            ("1.3.0", 'd', false, ",\"rust_version\":\"1.80\""),
            ("1.4.0", 'e', false, ""),
            ("1.5.0", 'f', false, ""),
            ("1.6.0", '1', false, ""),
            ("1.7.0", '2', false, ""),
        ]);
        let here = file(&[
            ("0.9.0", '0', false, ""),
            ("1.0.0", 'a', false, ""),
            ("1.1.0", 'b', false, ""),
            ("1.2.0", 'c', true, ""),
            ("1.3.0", 'd', false, ""),
            ("1.4.0", '0', false, ""),
            ("1.5.0", 'f', false, ""),
        ]);
        let diff = compare(
            &upstream,
            &here,
            |id| id.version.to_string() != "1.7.0",
            |id| id.version.to_string() != "1.5.0",
        );
        assert_eq!(
            texts(diff.fetch.iter().map(IndexLine::id)),
            ["1.5.0", "1.6.0"]
        );
        assert_eq!(
            texts(diff.lines.iter().map(IndexLine::id)),
            ["1.1.0", "1.2.0", "1.3.0"]
        );
        assert_eq!(texts(&diff.yanked), ["1.1.0"]);
        assert_eq!(texts(&diff.unyanked), ["1.2.0"]);
        assert_eq!(texts(&diff.relined), ["1.3.0"]);
        assert_eq!(texts(diff.other_bytes.iter().map(|(id, ..)| id)), ["1.4.0"]);
        assert_eq!(texts(&diff.gone), ["0.9.0"]);
        let same = compare(&upstream, &upstream, |_| true, |_| true);
        assert_eq!(same, CrateDiff::default());
    }
}
