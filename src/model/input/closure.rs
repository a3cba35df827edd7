//! Everything that a set of inputs asks for, each package once.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::input::lockfile::Locked;
use crate::model::package::checksum::Sha256;
use crate::model::package::id::CrateId;
use crate::model::source::id::{GitSource, RegistrySource, SourceId};

/// A package of a source: the same name and version may come from several.
pub type Package = (CrateId, SourceId);

/// A crate of a registry that some input wants.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wanted {
    pub id: CrateId,
    /// What the lockfile vouches for. Without one the index line decides.
    pub checksum: Option<Sha256>,
    /// Whether the `.crate` is wanted, or only the index line.
    pub bytes: bool,
}

/// A locked package that this program cannot mirror.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unsupported {
    pub package: CrateId,
    pub source: SourceId,
    pub consequence: &'static str,
}

/// Everything that a set of inputs asks for, each package once.
#[derive(Debug, Default, Clone)]
pub struct Closure {
    pub registries: BTreeMap<RegistrySource, Vec<Wanted>>,
    pub git: BTreeMap<GitSource, BTreeSet<CrateId>>,
    pub unsupported: Vec<Unsupported>,
}

impl Closure {
    pub fn add(&mut self, locked: impl IntoIterator<Item = Locked>) {
        for locked in locked {
            let Locked {
                id,
                source,
                checksum,
            } = locked;
            match source {
                SourceId::Registry(registry) => {
                    self.registries.entry(registry).or_default().push(Wanted {
                        id,
                        checksum,
                        bytes: true,
                    });
                }
                SourceId::Git(git) => {
                    self.git.entry(git).or_default().insert(id);
                }
                SourceId::Other(_) => self.unsupported.push(Unsupported {
                    package: id,
                    consequence: source.consequence(),
                    source,
                }),
            }
        }
        self.registries.values_mut().for_each(once_each);
        self.unsupported.sort_unstable();
        self.unsupported.dedup();
    }

    /// What it asks for from one registry.
    pub fn of(&self, registry: &RegistrySource) -> &[Wanted] {
        self.registries.get(registry).map_or(&[], Vec::as_slice)
    }

    /// Takes in another closure.
    pub fn merge(&mut self, other: Self) {
        for (registry, wanted) in other.registries {
            let all = self.registries.entry(registry).or_default();
            all.extend(wanted);
            once_each(all);
        }
        for (source, packages) in other.git {
            self.git.entry(source).or_default().extend(packages);
        }
        self.unsupported.extend(other.unsupported);
        self.unsupported.sort_unstable();
        self.unsupported.dedup();
    }

    /// Wants no more than the index lines of these packages.
    pub fn leave_out(&mut self, pruned: impl Fn(&SourceId, &CrateId) -> bool) {
        for (registry, all) in &mut self.registries {
            let source = SourceId::from(registry);
            for wanted in all.iter_mut().filter(|wanted| wanted.bytes) {
                wanted.bytes = !pruned(&source, &wanted.id);
            }
        }
    }

    /// What of it another closure does not ask for.
    #[must_use]
    pub fn without(self, other: &Self) -> Self {
        let registries = self.registries.into_iter().map(|(registry, wanted)| {
            let left = without(wanted, other.of(&registry));
            (registry, left)
        });
        let git = self.git.into_iter().map(|(source, mut packages)| {
            if let Some(already) = other.git.get(&source) {
                packages.retain(|id| !already.contains(id));
            }
            (source, packages)
        });
        Self {
            registries: registries.filter(|(_, left)| !left.is_empty()).collect(),
            git: git.filter(|(_, left)| !left.is_empty()).collect(),
            unsupported: self.unsupported,
        }
    }

    /// What it asks for from elsewhere than crates.io.
    pub fn of_other_sources(self) -> Vec<Unsupported> {
        let unsupported = |package: CrateId, source: &SourceId| Unsupported {
            package,
            source: source.clone(),
            consequence: source.consequence(),
        };
        let mut all = self.unsupported;
        let registries = self.registries.into_iter();
        for (registry, wanted) in registries.filter(|(registry, _)| !registry.is_crates_io()) {
            let source = SourceId::Registry(registry);
            let packages = wanted.into_iter();
            all.extend(packages.map(|wanted| unsupported(wanted.id, &source)));
        }
        for (git, packages) in self.git {
            let source = SourceId::Git(git);
            let packages = packages.into_iter();
            all.extend(packages.map(|package| unsupported(package, &source)));
        }
        all.sort_unstable();
        all
    }

    /// How many packages it asks for, those that cannot be mirrored not counted.
    pub fn len(&self) -> usize {
        self.registries.values().map(Vec::len).sum::<usize>()
            + self.git.values().map(BTreeSet::len).sum::<usize>()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A crate that one input vouches for and another only names is one crate.
fn once_each(wanted: &mut Vec<Wanted>) {
    wanted.sort_unstable();
    wanted.dedup_by(|later, kept| {
        let same = later.id == kept.id;
        if same && kept.checksum.is_none() {
            kept.checksum = later.checksum;
        }
        let one = same && kept.checksum == later.checksum;
        // What one input leaves out, another may build.
        kept.bytes |= one && later.bytes;
        one
    });
}

fn without(wanted: Vec<Wanted>, already: &[Wanted]) -> Vec<Wanted> {
    let already: BTreeMap<&CrateId, bool> = already
        .iter()
        .map(|wanted| (&wanted.id, wanted.bytes))
        .collect();
    let more = |wanted: &Wanted| {
        let already = already.get(&wanted.id);
        already.is_none_or(|bytes| wanted.bytes && !bytes)
    };
    wanted.into_iter().filter(more).collect()
}
