//! A database dump, its tables joined: what it says of each crate, as the rows of a catalogue.
//!
//! One pass, and a second one for the dependencies alone where they come before the list of default versions. In memory are the
//! crates with their texts and some numbers a version; nothing of a version that the registry does not show is kept to the end.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::path::Path;

use crate::io::catalog::build::RowSource;
use crate::io::catalog::glance::{FactsGlance, NeedGlance, RowGlance};
use crate::io::catalog::here_rows::HereRows;
use crate::io::catalog::texts::{Interned, MAX_FIELD, Texts};
use crate::io::catalog::write::GoneName;
use crate::io::dump::reader::{DumpSeen, read};
use crate::io::dump::row::{DumpRow, DumpedCrate, DumpedDependency, DumpedVersion, Table};
use crate::model::about::link::outward;
use crate::model::about::wording::one_line;
use crate::model::error::Result;
use crate::model::package::id::CrateName;
use crate::model::search::row::{About, Dumped, Need, NeedKind, Row};
use crate::model::units::timestamp::Timestamp;

/// Longer descriptions and other texts are cut, in characters.
const MAX_DESCRIPTION: usize = 300;

struct CrateEntry {
    id: u32,
    name: Box<str>,
    created: Option<Timestamp>,
    updated: Option<Timestamp>,
    description: Option<Box<str>>,
    homepage: Option<Box<str>>,
    documentation: Option<Box<str>>,
    repository: Option<Box<str>>,
}

/// What is kept of a version: 32 bytes and the text of its number.
struct VersionEntry {
    id: u32,
    size: u32,
    /// Among the interned texts; 0 is none.
    license: u32,
    rust_version: u32,
    edition: u32,
}

/// What one default version depends on.
struct NeedEntry {
    version: u32,
    krate: u32,
    requirement: u32,
    kind: u8,
    optional: bool,
}

/// All tables of a dump, joined.
#[derive(Default)]
pub struct DumpedCrates {
    /// When the dump was made, by its own word.
    pub made: Option<Timestamp>,
    /// Rows whose names no crate can have.
    pub strange: u64,
    crates: Vec<CrateEntry>,
    downloads: HashMap<u32, u64>,
    /// The version that the registry shows of each crate, and all of these.
    shown: HashMap<u32, u32>,
    are_shown: HashSet<u32>,
    versions: Vec<VersionEntry>,
    numbers: Texts,
    texts: Interned,
    needs: Vec<NeedEntry>,
    words: Texts,
    of_words: Vec<(u32, u32)>,
    slugs: Texts,
    of_slugs: Vec<(u32, u32)>,
    owners: Vec<(u32, bool, u32)>,
    users: Texts,
    teams: Texts,
    gone: Vec<GoneName>,
}

impl DumpedCrates {
    /// Reads a dump.
    pub fn read(path: &Path) -> Result<Self> {
        let mut all = Self::default();
        all.texts.number("");
        let mut are_shown_known = false;
        let mut needs_came_first = false;
        let seen: DumpSeen = read(path, &Table::ALL, &[Table::Crates], |row| {
            match row {
                DumpRow::DefaultVersion { krate, version } => {
                    are_shown_known = true;
                    all.shown.insert(krate, version);
                    all.are_shown.insert(version);
                }
                DumpRow::Version(version) => {
                    if !are_shown_known || all.are_shown.contains(&version.id) {
                        all.version(version);
                    }
                }
                DumpRow::Dependency(_) if !are_shown_known => needs_came_first = true,
                DumpRow::Dependency(need) => all.need(need),
                row => all.take(row),
            }
            Ok(())
        })?;
        all.made = seen.made;
        all.keep_shown();
        if needs_came_first {
            read(path, &[Table::Dependencies], &[], |row| {
                if let DumpRow::Dependency(need) = row {
                    all.need(need);
                }
                Ok(())
            })?;
        }
        all.sort();
        Ok(all)
    }

    /// Names that the registry has deleted or keeps to itself, sorted.
    pub fn gone(&self) -> &[GoneName] {
        &self.gone
    }

    /// How many crates there are.
    pub fn len(&self) -> usize {
        self.crates.len()
    }

    pub fn is_empty(&self) -> bool {
        self.crates.is_empty()
    }

    fn take(&mut self, row: DumpRow<'_>) {
        match row {
            DumpRow::Crate(krate) => self.krate(krate),
            DumpRow::Downloads { krate, downloads } => {
                self.downloads.insert(krate, downloads);
            }
            DumpRow::Keyword { id, word } => self.words.add(id, word),
            DumpRow::CrateKeyword { krate, keyword } => self.of_words.push((krate, keyword)),
            DumpRow::Category { id, slug } => self.slugs.add(id, slug),
            DumpRow::CrateCategory { krate, category } => self.of_slugs.push((krate, category)),
            DumpRow::Owner {
                krate,
                owner,
                is_team,
            } => self.owners.push((krate, is_team, owner)),
            DumpRow::User { id, login } => self.users.add(id, login),
            DumpRow::Team { id, login } => self.teams.add(id, login),
            DumpRow::Deleted { name, at, message } => self.gone.push(GoneName {
                name: one_line(name, MAX_FIELD),
                deleted: Some(at.unwrap_or_default()),
                message: message.map(|text| one_line(text, MAX_DESCRIPTION)),
            }),
            DumpRow::Reserved { name } => self.gone.push(GoneName {
                name: one_line(name, MAX_FIELD),
                deleted: None,
                message: None,
            }),
            DumpRow::DefaultVersion { .. } | DumpRow::Version(_) | DumpRow::Dependency(_) => {}
        }
    }

    fn krate(&mut self, krate: DumpedCrate<'_>) {
        if CrateName::parse(krate.name).is_err() {
            self.strange += 1;
            return;
        }
        let link = |text: Option<&str>| text.and_then(outward).map(String::into_boxed_str);
        let description = krate
            .description
            .map(|text| one_line(text, MAX_DESCRIPTION));
        self.crates.push(CrateEntry {
            id: krate.id,
            name: krate.name.into(),
            created: krate.created,
            updated: krate.updated,
            description: description.map(String::into_boxed_str),
            homepage: link(krate.homepage),
            documentation: link(krate.documentation),
            repository: link(krate.repository),
        });
    }

    fn version(&mut self, version: DumpedVersion<'_>) {
        let mut number = |text: Option<&str>| {
            let text = text.map_or_else(String::new, |text| one_line(text, MAX_FIELD));
            self.texts.number(&text)
        };
        let entry = VersionEntry {
            id: version.id,
            size: u32::try_from(version.size.unwrap_or_default()).unwrap_or(u32::MAX),
            license: number(version.license),
            rust_version: number(version.rust_version),
            edition: number(version.edition),
        };
        self.numbers.add(version.id, version.number);
        self.versions.push(entry);
    }

    fn need(&mut self, need: DumpedDependency<'_>) {
        if !self.are_shown.contains(&need.version) {
            return;
        }
        let requirement = self.texts.number(&one_line(need.requirement, MAX_FIELD));
        self.needs.push(NeedEntry {
            version: need.version,
            krate: need.krate,
            requirement,
            kind: need.kind,
            optional: need.optional,
        });
    }

    fn keep_shown(&mut self) {
        let shown = &self.are_shown;
        self.versions.retain(|version| shown.contains(&version.id));
        self.versions.shrink_to_fit();
        self.versions.sort_unstable_by_key(|version| version.id);
        self.numbers.keep(shown);
    }

    fn sort(&mut self) {
        self.crates.sort_by(|one, other| one.name.cmp(&other.name));
        for texts in [
            &mut self.numbers,
            &mut self.words,
            &mut self.slugs,
            &mut self.users,
            &mut self.teams,
        ] {
            texts.sort();
        }
        self.of_words.sort_unstable();
        self.of_slugs.sort_unstable();
        self.owners.sort_unstable();
        self.needs
            .sort_unstable_by_key(|need| (need.version, need.krate));
        self.gone.sort_by(|one, other| one.name.cmp(&other.name));
    }

    fn dumped(&self, krate: &CrateEntry, names: &HashMap<u32, usize>) -> Dumped {
        let id = krate.id;
        let shown = self.shown.get(&id).copied();
        let version = shown.and_then(|shown| {
            let at = self
                .versions
                .binary_search_by_key(&shown, |version| version.id);
            at.ok().map(|at| &self.versions[at])
        });
        let text = |number: Option<u32>| {
            let text = self.texts.get(number?)?;
            (!text.is_empty()).then(|| text.to_owned())
        };
        let boxed = |text: &Option<Box<str>>| text.as_deref().map(str::to_owned);
        let words = |pairs: &[(u32, u32)], texts: &Texts| -> Vec<String> {
            let own = range(pairs, |pair| pair.0, id).iter();
            own.filter_map(|(_, word)| texts.get(*word).map(str::to_owned))
                .collect()
        };
        let owners = range(&self.owners, |owner| owner.0, id).iter();
        let owners = owners.filter_map(|(_, is_team, owner)| {
            let texts = if *is_team { &self.teams } else { &self.users };
            texts.get(*owner).map(str::to_owned)
        });
        let needs = self
            .needs_of(krate)
            .iter()
            .filter_map(|need| self.needed(need, names));
        let mut needs: Vec<Need> = needs.collect();
        needs.sort_unstable();
        needs.dedup();
        Dumped {
            version: shown
                .and_then(|shown| self.numbers.get(shown))
                .map(str::to_owned),
            downloads: self.downloads.get(&id).copied().unwrap_or_default(),
            created: krate.created,
            updated: krate.updated,
            size: version
                .map(|version| u64::from(version.size))
                .filter(|size| *size > 0),
            owners: owners.collect(),
            needs,
            about: About {
                description: boxed(&krate.description),
                license: text(version.map(|version| version.license)),
                homepage: boxed(&krate.homepage),
                documentation: boxed(&krate.documentation),
                repository: boxed(&krate.repository),
                rust_version: text(version.map(|version| version.rust_version)),
                edition: text(version.map(|version| version.edition)),
                keywords: words(&self.of_words, &self.words),
                categories: words(&self.of_slugs, &self.slugs),
                ..About::default()
            },
        }
    }

    /// What is counted of a crate.
    fn glance(&self, krate: &CrateEntry, names: &HashMap<u32, usize>) -> FactsGlance<'_> {
        let needs = self.needs_of(krate).iter().filter_map(|need| {
            let needed = self.crates.get(*names.get(&need.krate)?)?;
            let name = Cow::Borrowed(&*needed.name);
            Some(NeedGlance { name })
        });
        FactsGlance {
            downloads: self.downloads.get(&krate.id).copied().unwrap_or_default(),
            needs: needs.collect(),
        }
    }

    /// What the shown version of a crate depends on.
    fn needs_of(&self, krate: &CrateEntry) -> &[NeedEntry] {
        let shown = self.shown.get(&krate.id);
        shown.map_or(&[][..], |shown| {
            range(&self.needs, |need| need.version, *shown)
        })
    }

    fn needed(&self, need: &NeedEntry, names: &HashMap<u32, usize>) -> Option<Need> {
        let krate = self.crates.get(*names.get(&need.krate)?)?;
        Some(Need {
            name: krate.name.to_string(),
            kind: match need.kind {
                1 => NeedKind::Build,
                2 => NeedKind::Dev,
                _ => NeedKind::Normal,
            },
            requirement: self.texts.get(need.requirement)?.to_owned(),
            optional: need.optional,
        })
    }

    /// Makes rows of what was read, and of what is in the mirror.
    pub fn into_rows(self, here: HereRows) -> DumpedRows {
        let names = self.crates.iter().enumerate();
        let names = names.map(|(at, krate)| (krate.id, at)).collect();
        let of_dump = |name: &str| {
            let same = |krate: &CrateEntry| krate.name.as_ref().cmp(name);
            self.crates.binary_search_by(same).is_ok()
        };
        let others = here.names().enumerate();
        let others = others.filter(|(_, name)| !of_dump(name));
        let others = others.map(|(place, _)| place).collect();
        DumpedRows {
            others,
            names,
            here,
            all: self,
        }
    }
}

/// The part of a sorted list that has this key.
fn range<T>(list: &[T], key: impl Fn(&T) -> u32, wanted: u32) -> &[T] {
    let from = list.partition_point(|one| key(one) < wanted);
    let length = list[from..].partition_point(|one| key(one) == wanted);
    &list[from..from + length]
}

/// The rows of a dump, and of what is in the mirror besides.
pub struct DumpedRows {
    all: DumpedCrates,
    /// Where the crate of a number is.
    names: HashMap<u32, usize>,
    here: HereRows,
    /// The places of crates in the mirror that the dump does not have.
    others: Vec<usize>,
}

impl RowSource for DumpedRows {
    fn each(&mut self, take: &mut dyn FnMut(u64, &RowGlance<'_>)) -> Result<()> {
        for (at, krate) in self.all.crates.iter().enumerate() {
            let mut with = |here: Option<&RowGlance<'_>>| {
                let glance = RowGlance {
                    name: Cow::Borrowed(&*krate.name),
                    here: here.and_then(|here| here.here.clone()),
                    dump: Some(self.all.glance(krate, &self.names)),
                };
                take(at as u64, &glance);
            };
            match self.here.place(&krate.name) {
                Some(place) => self.here.glance(place, |row| with(Some(row)))?,
                None => with(None),
            }
        }
        for (at, place) in self.others.iter().enumerate() {
            let key = (self.all.crates.len() + at) as u64;
            self.here.glance(*place, |row| take(key, row))?;
        }
        Ok(())
    }

    fn row(&mut self, key: u64) -> Result<Row> {
        let at = usize::try_from(key).unwrap_or(usize::MAX);
        let Some(krate) = self.all.crates.get(at) else {
            let place = self.others.get(at - self.all.crates.len());
            return place.map_or_else(|| Ok(Row::default()), |place| self.here.row(*place));
        };
        Ok(Row {
            name: krate.name.to_string(),
            here: self.here.get(&krate.name)?,
            dump: Some(self.all.dumped(krate, &self.names)),
            dependants: 0,
        })
    }
}
