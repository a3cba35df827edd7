//! What is known of one crate, and from where: the mirror's own index and manifests, or the registry's database dump.

use serde::{Deserialize, Serialize};

use crate::model::about::manifest::PackageFacts;
use crate::model::search::query::{field, plain};
use crate::model::search::rank::Use;
use crate::model::units::timestamp::Timestamp;

/// Descriptions are searched as far as this, in characters.
pub const MOST_DESCRIPTION: usize = 300;
/// Keywords together are searched as far as this, in characters.
const MOST_KEYWORDS: usize = 200;

/// Where a fact comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FactSource {
    /// The mirror's index: versions, dependencies, features.
    Index,
    /// `Cargo.toml` of the newest version that is here.
    Manifest,
    /// The registry's database dump.
    Dump,
}

/// One crate.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// In its own spelling.
    pub name: String,
    /// `None`: nothing of it is in the mirror.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub here: Option<Here>,
    /// `None`: there is no dump, or it has no such crate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dump: Option<Dumped>,
    /// Crates whose newest version depends on it, each once.
    #[serde(default)]
    pub dependants: u32,
}

/// What the mirror itself says of a crate.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Here {
    /// The newest that is not yanked and no pre-release; else the newest that is not yanked; else the newest.
    pub version: String,
    /// How many versions the index has here.
    pub versions: u32,
    /// Whether all of them are yanked.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub yanked: bool,
    /// When that version was published, where its line says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<Timestamp>,
    /// When its bytes came into the mirror.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arrived: Option<Timestamp>,
    /// Of its `.crate`, in bytes. `None`: only its line is here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// What it depends on, of the same registry, each once and sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<Need>,
    /// `None`: its `.crate` is not here, or cannot be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manifest: Option<About>,
}

/// One crate that another one's newest version depends on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Need {
    pub name: String,
    /// `normal`, `build` or `dev`.
    pub kind: NeedKind,
    pub requirement: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NeedKind {
    Normal,
    Build,
    Dev,
}

impl NeedKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Build => "build",
            Self::Dev => "dev",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        let all = [Self::Normal, Self::Build, Self::Dev];
        all.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// What a package says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub license: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub homepage: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub documentation: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repository: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rust_version: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edition: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keywords: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub proc_macro: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub build_script: bool,
    /// The names of its programs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub programs: Vec<String>,
}

impl From<PackageFacts> for About {
    fn from(facts: PackageFacts) -> Self {
        Self {
            description: facts.description,
            license: facts.license,
            homepage: facts.homepage,
            documentation: facts.documentation,
            repository: facts.repository,
            rust_version: facts.rust_version,
            edition: facts.edition,
            keywords: facts.keywords,
            categories: facts.categories,
            proc_macro: facts.is_proc_macro,
            build_script: facts.has_build_script,
            programs: facts.programs,
        }
    }
}

/// What the database dump says of a crate.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dumped {
    /// The version that the registry shows, as of the dump's day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    pub downloads: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated: Option<Timestamp>,
    /// Of the `.crate` of that version, in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// Users and teams by their logins.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub owners: Vec<String>,
    /// What that version depends on, each once and sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<Need>,
    pub about: About,
}

/// A fact, with where it comes from.
pub type Fact<T> = Option<(T, FactSource)>;

impl Row {
    /// What the package says of itself, the mirror's own word first, and field by field.
    pub fn text<'r>(&'r self, get: impl Fn(&'r About) -> Option<&'r String>) -> Fact<&'r str> {
        let manifest = self.here.as_ref().and_then(|here| here.manifest.as_ref());
        let of_manifest = manifest
            .and_then(&get)
            .map(|text| (text.as_str(), FactSource::Manifest));
        let dumped = || self.dump.as_ref().and_then(|dump| get(&dump.about));
        of_manifest.or_else(|| dumped().map(|text| (text.as_str(), FactSource::Dump)))
    }

    pub fn description(&self) -> Fact<&str> {
        self.text(|about| about.description.as_ref())
    }

    /// A list that the package says of itself: keywords, categories.
    pub fn list<'r>(&'r self, get: impl Fn(&'r About) -> &'r Vec<String>) -> Fact<&'r [String]> {
        let manifest = self.here.as_ref().and_then(|here| here.manifest.as_ref());
        let full = |about| Some(get(about).as_slice()).filter(|list| !list.is_empty());
        let of_manifest = manifest
            .and_then(&full)
            .map(|list| (list, FactSource::Manifest));
        let dumped = || self.dump.as_ref().and_then(|dump| full(&dump.about));
        of_manifest.or_else(|| dumped().map(|list| (list, FactSource::Dump)))
    }

    /// The version to show: that of the index, else that of the dump, which may be older than what there is by now.
    pub fn version(&self) -> Fact<&str> {
        match (&self.here, &self.dump) {
            (Some(here), _) => Some((&here.version, FactSource::Index)),
            (None, Some(dump)) => Some((dump.version.as_deref()?, FactSource::Dump)),
            (None, None) => None,
        }
    }

    /// What its newest version depends on, as the index says, else the dump.
    pub fn needs(&self) -> &[Need] {
        match (&self.here, &self.dump) {
            (Some(here), _) => &here.needs,
            (None, Some(dump)) => &dump.needs,
            (None, None) => &[],
        }
    }

    /// When it was last published to, as far as is known.
    pub fn updated(&self) -> Option<Timestamp> {
        let published = self.here.as_ref().and_then(|here| here.published);
        let dumped = self.dump.as_ref().and_then(|dump| dump.updated);
        published.max(dumped)
    }

    pub fn usage(&self) -> Use {
        Use {
            downloads: self.dump.as_ref().map_or(0, |dump| dump.downloads),
            dependants: self.dependants,
        }
    }

    /// Its name, keywords and description as they are searched.
    pub fn searched(&self) -> (String, String, String) {
        let keywords = self.list(|about| &about.keywords);
        let keywords = keywords
            .map(|(words, _)| words.join(" "))
            .unwrap_or_default();
        let description = self.description().map_or("", |(text, _)| text);
        (
            plain(&self.name),
            field(&keywords, MOST_KEYWORDS),
            field(description, MOST_DESCRIPTION),
        )
    }
}
