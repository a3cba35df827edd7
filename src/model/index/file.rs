//! A registry index: raw lines in, raw lines out.
//!
//! A line is upstream's word and stays as it came, byte for byte: a round trip through our own struct would drop every
//! field we do not know (`pubtime` was the last to be added). We read the few fields we need and copy the rest.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use memchr::memmem;
use serde::Deserialize;

use crate::model::index::raw_line::RawLine;
use crate::model::package::checksum::Sha256;
use crate::model::package::id::{CrateId, CrateName, Invalid, Version};

/// The largest index file we read: a million versions. Cargo has no bound, and the largest real ones are a few megabytes.
pub const MAX_FILE: usize = 256 << 20;

/// The fields we read of a line (cargo-util-schemas `IndexPackage`).
#[derive(Debug, Deserialize)]
struct LineFields<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(borrow)]
    vers: Cow<'a, str>,
    #[serde(borrow)]
    cksum: Cow<'a, str>,
    #[serde(default)]
    yanked: Option<bool>,
}

/// One version in an index: its line as upstream sent it, and what we read of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexLine {
    pub(super) raw: RawLine,
    id: CrateId,
    checksum: Sha256,
    pub(super) yanked: bool,
}

/// Why a line cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BadLine {
    #[error("not an index line: {0}")]
    Json(#[from] serde_json::Error),
    #[error(transparent)]
    Invalid(#[from] Invalid),
}

impl IndexLine {
    pub fn parse(raw: &[u8]) -> Result<Self, BadLine> {
        Self::parse_after(RawLine::Own(raw.into()), None)
    }

    /// The same; where it has the name of the line before, they share it.
    fn parse_after(raw: RawLine, before: Option<&Self>) -> Result<Self, BadLine> {
        let fields: LineFields<'_> = serde_json::from_slice(&raw)?;
        let name = before.map(|line| &line.id.name);
        let name = match name.filter(|name| name.as_str() == fields.name) {
            Some(name) => name.clone(),
            None => CrateName::parse(&fields.name)?,
        };
        let id = CrateId {
            version: Version::parse(&fields.name, &fields.vers)?,
            name,
        };
        let checksum = Sha256::parse(&fields.cksum)?;
        let yanked = fields.yanked.unwrap_or(false);
        Ok(Self {
            raw,
            id,
            checksum,
            yanked,
        })
    }

    pub fn id(&self) -> &CrateId {
        &self.id
    }

    pub fn checksum(&self) -> &Sha256 {
        &self.checksum
    }

    pub fn yanked(&self) -> bool {
        self.yanked
    }

    /// The line as upstream sent it, without its end of line.
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// What tells lines apart and orders them. Two names may share a file when they differ in case only: the name counts
    /// too.
    fn key(&self) -> (&Version, &CrateName) {
        (&self.id.version, &self.id.name)
    }

    /// The crates of the same registry that it may depend on, by the names that they have there.
    pub fn needs(&self) -> Vec<CrateName> {
        #[derive(Deserialize)]
        struct Dependency {
            name: String,
            #[serde(default)]
            package: Option<String>,
            #[serde(default)]
            registry: Option<String>,
        }
        #[derive(Deserialize)]
        struct Line {
            #[serde(default)]
            deps: Vec<Dependency>,
        }
        let Ok(read) = serde_json::from_slice::<Line>(&self.raw) else {
            return Vec::new();
        };
        let own = read.deps.into_iter().filter(|it| it.registry.is_none());
        own.filter_map(|it| CrateName::parse(&it.package.unwrap_or(it.name)).ok())
            .collect()
    }

    /// Every feature a dependent can ask for: the named ones and the optional dependencies that no `dep:` hides
    /// (cargo's `build_feature_map`, core/summary.rs).
    pub fn features(&self) -> BTreeSet<String> {
        #[derive(Deserialize)]
        struct Dependency {
            name: String,
            #[serde(default)]
            optional: Option<bool>,
        }
        #[derive(Deserialize)]
        struct Line {
            #[serde(default)]
            deps: Vec<Dependency>,
            #[serde(default)]
            features: BTreeMap<String, Vec<String>>,
            #[serde(default)]
            features2: Option<BTreeMap<String, Vec<String>>>,
        }
        let Ok(read) = serde_json::from_slice::<Line>(&self.raw) else {
            return BTreeSet::new();
        };
        let named: BTreeMap<String, Vec<String>> = read
            .features
            .into_iter()
            .chain(read.features2.unwrap_or_default())
            .collect();
        let hidden: BTreeSet<&str> = named
            .values()
            .flatten()
            .filter_map(|value| value.strip_prefix("dep:"))
            .collect();
        let implied = read
            .deps
            .iter()
            .filter(|dependency| {
                dependency.optional == Some(true) && !hidden.contains(dependency.name.as_str())
            })
            .map(|dependency| dependency.name.clone());
        named.keys().cloned().chain(implied).collect()
    }
}

/// The line of `id` in the text of an index file, found without parsing the others.
///
/// A version that stands twice (it has happened: rust-lang/crates.io#1201) is the line whose checksum is `checksum`,
/// else the last one, which is what cargo goes by.
pub fn find_line(file: &[u8], id: &CrateId, checksum: Option<&Sha256>) -> Option<IndexLine> {
    let version = id.version.to_string();
    let needle = format!("\"{version}\"");
    let mut found: Option<IndexLine> = None;
    let mut from = 0;
    while let Some(at) = memmem::find(&file[from..], needle.as_bytes()).map(|at| from + at) {
        let start = memchr::memrchr(b'\n', &file[..at]).map_or(0, |newline| newline + 1);
        let end = memchr::memchr(b'\n', &file[at..]).map_or(file.len(), |newline| at + newline);
        from = end;
        // The version may also stand in a requirement of another version's line: only parsing tells.
        let Ok(line) = IndexLine::parse(file[start..end].trim_ascii_end()) else {
            continue;
        };
        if line.id != *id {
            continue;
        }
        let wanted = checksum.is_some_and(|checksum| line.checksum == *checksum);
        found = Some(line);
        if wanted {
            break;
        }
    }
    found
}

/// What adding a line to an [`IndexFile`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    Added,
    Replaced,
    Unchanged,
}

/// The index file of one crate in a mirror: exactly the versions whose bytes are there, in version order.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct IndexFile {
    lines: Vec<IndexLine>,
    /// Lines we cannot read, kept at the top.
    foreign: Vec<Box<[u8]>>,
}

impl IndexFile {
    pub fn parse(text: &[u8]) -> Self {
        Self::read(text, |place| RawLine::Own(text[place].into()))
    }

    /// The same, of a text that its lines share: the whole of it stays in memory as long as any of them does.
    pub fn parse_shared(text: &Arc<[u8]>) -> Self {
        Self::read(text, |place| RawLine::piece(text, place))
    }

    fn read(text: &[u8], line: impl Fn(Range<usize>) -> RawLine) -> Self {
        let mut file = Self::default();
        let mut start = 0;
        while start < text.len() {
            let rest = &text[start..];
            let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            let raw = rest[..end].trim_ascii_end();
            let place = start..start + raw.len();
            start += end + 1;
            if raw.is_empty() {
                continue;
            }
            match IndexLine::parse_after(line(place), file.lines.last()) {
                Ok(line) => file.lines.push(line),
                Err(_) => file.foreign.push(raw.into()),
            }
        }
        // All at once: putting each in its place would take hours for a hostile file, upside down and of full size.
        file.lines.sort_by(|one, other| one.key().cmp(&other.key()));
        file.lines.dedup_by(|later, kept| {
            let same = later.key() == kept.key();
            if same {
                std::mem::swap(later, kept);
            }
            same
        });
        file
    }

    /// One with these lines.
    pub fn of(lines: impl IntoIterator<Item = IndexLine>) -> Self {
        let mut file = Self::default();
        for line in lines {
            file.put(line);
        }
        file
    }

    pub fn lines(&self) -> &[IndexLine] {
        &self.lines
    }

    pub fn get(&self, id: &CrateId) -> Option<&IndexLine> {
        let key = (&id.version, &id.name);
        let at = self.lines.binary_search_by(|line| line.key().cmp(&key));
        at.ok().map(|at| &self.lines[at])
    }

    /// Adds a line, in place of an older one of the same version.
    pub fn put(&mut self, line: IndexLine) -> Change {
        match self
            .lines
            .binary_search_by(|old| old.key().cmp(&line.key()))
        {
            Ok(at) if self.lines[at].raw == line.raw => Change::Unchanged,
            Ok(at) => {
                self.lines[at] = line;
                Change::Replaced
            }
            Err(at) => {
                self.lines.insert(at, line);
                Change::Added
            }
        }
    }

    /// Keeps only the lines that `stays` says yes to.
    pub fn retain(&mut self, stays: impl FnMut(&IndexLine) -> bool) {
        self.lines.retain(stays);
    }

    /// Whether it has lines that are none.
    pub fn has_foreign(&self) -> bool {
        !self.foreign.is_empty()
    }

    /// Whether nothing at all is in it, readable or not.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.foreign.is_empty()
    }

    pub fn render(&self) -> Vec<u8> {
        let foreign = self.foreign.iter().map(|raw| &**raw);
        let all = foreign.chain(self.lines.iter().map(IndexLine::raw));
        let mut text = Vec::with_capacity(all.clone().map(|raw| raw.len() + 1).sum());
        for raw in all {
            text.extend_from_slice(raw);
            text.push(b'\n');
        }
        text
    }

    /// The newest version that `requirement` allows and that is not yanked: what cargo would resolve to.
    pub fn newest(&self, requirement: &semver::VersionReq) -> Option<&IndexLine> {
        self.lines
            .iter()
            .rev()
            .find(|line| !line.yanked && requirement.matches(line.id.version.semver()))
    }
}

/// Picks the version of `name` a list entry means, out of an upstream index file.
pub fn select(
    file: &[u8],
    name: &CrateName,
    requirement: &semver::VersionReq,
) -> Option<IndexLine> {
    let mut file = IndexFile::parse(file);
    file.lines.retain(|line| line.id.name == *name);
    file.newest(requirement).cloned()
}

/// Picks exactly `version`, yanked or not.
pub fn select_exact(file: &[u8], name: &CrateName, version: &Version) -> Option<IndexLine> {
    find_line(
        file,
        &CrateId {
            name: name.clone(),
            version: version.clone(),
        },
        None,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(version: &str, digit: char, extra: &str) -> String {
        let checksum = digit.to_string().repeat(64);
        format!(
            r#"{{"name":"Foo","vers":"{version}","deps":[],"cksum":"{checksum}","features":{{}},"yanked":false{extra}}}"#
        )
    }

    fn id(version: &str) -> CrateId {
        CrateId::parse("Foo", version).unwrap()
    }

    #[test]
    fn a_line_is_found_among_others_that_mention_its_version() {
        let other = line("0.9.0", 'a', r#","note":"1.0.0""#);
        let file = format!(
            "{other}\r\n{}\nnot json \"1.0.0\"\n",
            line("1.0.0", 'b', r#","pubtime":"2020-01-01T00:00:00Z""#)
        );
        let found = find_line(file.as_bytes(), &id("1.0.0"), None).unwrap();
        assert_eq!(
            found.raw(),
            line("1.0.0", 'b', r#","pubtime":"2020-01-01T00:00:00Z""#).as_bytes()
        );
        assert!(find_line(file.as_bytes(), &id("2.0.0"), None).is_none());
    }

    #[test]
    fn a_version_that_stands_twice_is_told_by_its_checksum_else_last() {
        let file = format!("{}\n{}\n", line("1.0.0", 'a', ""), line("1.0.0", 'b', ""));
        let a = Sha256::parse(&"a".repeat(64)).unwrap();
        assert_eq!(
            find_line(file.as_bytes(), &id("1.0.0"), Some(&a))
                .unwrap()
                .checksum(),
            &a
        );
        assert_eq!(
            find_line(file.as_bytes(), &id("1.0.0"), None)
                .unwrap()
                .checksum()
                .to_string(),
            "b".repeat(64)
        );
    }

    #[test]
    fn build_metadata_tells_versions_apart() {
        let file = format!(
            "{}\n{}\n",
            line("1.0.0+one", 'a', ""),
            line("1.0.0+two", 'b', "")
        );
        assert_eq!(
            find_line(file.as_bytes(), &id("1.0.0+two"), None)
                .unwrap()
                .checksum()
                .to_string(),
            "b".repeat(64)
        );
        let parsed = IndexFile::parse(file.as_bytes());
        assert_eq!(parsed.lines().len(), 2);
    }

    #[test]
    fn lines_stay_byte_for_byte_and_in_version_order() {
        let odd = line("1.10.0", 'a', r#", "from_the_future" : [ 1,2 ]"#);
        let mut file = IndexFile::parse(format!("{odd}\n").as_bytes());
        assert_eq!(
            file.put(IndexLine::parse(line("1.9.0", 'b', "").as_bytes()).unwrap()),
            Change::Added
        );
        assert_eq!(
            file.put(IndexLine::parse(odd.as_bytes()).unwrap()),
            Change::Unchanged
        );
        assert_eq!(
            file.render(),
            format!("{}\n{odd}\n", line("1.9.0", 'b', "")).as_bytes()
        );
    }

    #[test]
    fn a_file_reads_as_if_its_lines_were_put_one_by_one() {
        let mut text = String::new();
        for version in (0..50_000).rev() {
            text += &line(&format!("0.0.{version}"), 'a', "");
            text.push('\n');
        }
        let last = line("0.0.7", 'b', "");
        let file = IndexFile::parse(format!("{text}junk\n{last}\n").as_bytes());
        assert_eq!(file.lines().len(), 50_000);
        assert!(file.lines().is_sorted_by_key(IndexLine::key));
        assert_eq!(file.get(&id("0.0.7")).unwrap().raw(), last.as_bytes());
        assert!(file.render().starts_with(b"junk\n"));
    }

    #[test]
    fn features_are_the_named_ones_and_the_unhidden_optional_dependencies() {
        let checksum = "a".repeat(64);
        let raw = format!(
            r#"{{"name":"Foo","vers":"1.0.0","cksum":"{checksum}","deps":[{{"name":"hidden","req":"1","optional":true}},{{"name":"open","req":"1","optional":true}},{{"name":"always","req":"1"}}],"features":{{"std":[]}},"features2":{{"extra":["dep:hidden"]}},"v":2}}"#
        );
        let features: Vec<String> = IndexLine::parse(raw.as_bytes())
            .unwrap()
            .features()
            .into_iter()
            .collect();
        assert_eq!(features, ["extra", "open", "std"]);
    }
}
