//! The tables of a dump and their rows, as far as anything here wants them.
//!
//! Ids are the database's own and tell rows apart within one dump only.

use crate::model::errors::catalog::BadDump;
use crate::model::units::timestamp::Timestamp;

/// A table, by the name of its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Table {
    Crates,
    Downloads,
    DefaultVersions,
    Versions,
    Dependencies,
    Keywords,
    CratesKeywords,
    Categories,
    CratesCategories,
    Owners,
    Users,
    Teams,
    Deleted,
    Reserved,
}

impl Table {
    pub const ALL: [Self; 14] = [
        Self::Crates,
        Self::Downloads,
        Self::DefaultVersions,
        Self::Versions,
        Self::Dependencies,
        Self::Keywords,
        Self::CratesKeywords,
        Self::Categories,
        Self::CratesCategories,
        Self::Owners,
        Self::Users,
        Self::Teams,
        Self::Deleted,
        Self::Reserved,
    ];

    /// The name of its file, without `.csv`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Crates => "crates",
            Self::Downloads => "crate_downloads",
            Self::DefaultVersions => "default_versions",
            Self::Versions => "versions",
            Self::Dependencies => "dependencies",
            Self::Keywords => "keywords",
            Self::CratesKeywords => "crates_keywords",
            Self::Categories => "categories",
            Self::CratesCategories => "crates_categories",
            Self::Owners => "crate_owners",
            Self::Users => "users",
            Self::Teams => "teams",
            Self::Deleted => "deleted_crates",
            Self::Reserved => "reserved_crate_names",
        }
    }

    /// The columns that are read. One that ends in `?` may be missing; `a|b` is either.
    pub(super) fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Crates => &[
                "id",
                "name",
                "created_at?",
                "updated_at?",
                "description?",
                "homepage?",
                "documentation?",
                "repository?",
            ],
            Self::Downloads => &["crate_id", "downloads"],
            Self::DefaultVersions => &["crate_id", "version_id"],
            Self::Versions => &[
                "id",
                "crate_id",
                "num",
                "created_at?",
                "yanked",
                "license?",
                "crate_size?",
                "tar_sha256|checksum",
                "rust_version?",
                "edition?",
                "downloads?",
            ],
            Self::Dependencies => &["version_id", "crate_id", "req", "kind", "optional?"],
            Self::Keywords => &["id", "keyword"],
            Self::CratesKeywords => &["crate_id", "keyword_id"],
            Self::Categories => &["id", "slug"],
            Self::CratesCategories => &["crate_id", "category_id"],
            Self::Owners => &["crate_id", "owner_id", "owner_kind"],
            Self::Users | Self::Teams => &["id", "login"],
            Self::Deleted => &["name", "deleted_at?", "message?"],
            Self::Reserved => &["name"],
        }
    }
}

/// One row. Texts that are empty or missing are `None`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DumpRow<'r> {
    Crate(DumpedCrate<'r>),
    /// From the beginning, of all versions.
    Downloads {
        krate: u32,
        downloads: u64,
    },
    /// The version that the registry shows of a crate.
    DefaultVersion {
        krate: u32,
        version: u32,
    },
    Version(DumpedVersion<'r>),
    Dependency(DumpedDependency<'r>),
    Keyword {
        id: u32,
        word: &'r str,
    },
    CrateKeyword {
        krate: u32,
        keyword: u32,
    },
    /// As in `network-programming::http`.
    Category {
        id: u32,
        slug: &'r str,
    },
    CrateCategory {
        krate: u32,
        category: u32,
    },
    Owner {
        krate: u32,
        owner: u32,
        is_team: bool,
    },
    User {
        id: u32,
        login: &'r str,
    },
    /// Its login as in `github:rust-lang:libs`.
    Team {
        id: u32,
        login: &'r str,
    },
    Deleted {
        name: &'r str,
        at: Option<Timestamp>,
        message: Option<&'r str>,
    },
    /// Nobody may publish this name.
    Reserved {
        name: &'r str,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DumpedCrate<'r> {
    pub id: u32,
    pub name: &'r str,
    pub created: Option<Timestamp>,
    pub updated: Option<Timestamp>,
    pub description: Option<&'r str>,
    pub homepage: Option<&'r str>,
    pub documentation: Option<&'r str>,
    pub repository: Option<&'r str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DumpedVersion<'r> {
    pub id: u32,
    pub krate: u32,
    pub number: &'r str,
    pub created: Option<Timestamp>,
    pub yanked: bool,
    pub license: Option<&'r str>,
    /// Of the `.crate`, in bytes.
    pub size: Option<u64>,
    /// Of the `.crate`: SHA-256 in hexadecimal digits.
    pub checksum: &'r str,
    pub rust_version: Option<&'r str>,
    pub edition: Option<&'r str>,
    pub downloads: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DumpedDependency<'r> {
    /// Whose dependency it is.
    pub version: u32,
    /// The crate that it depends on.
    pub krate: u32,
    pub requirement: &'r str,
    /// 0 normal, 1 build, 2 dev.
    pub kind: u8,
    pub optional: bool,
}

/// The fields of a row in the order of [`Table::columns`], with what an error needs.
pub(super) struct Fields<'r> {
    pub table: Table,
    pub line: u64,
    /// `None`: the table has no such column.
    pub values: [Option<&'r str>; 11],
}

impl<'r> Fields<'r> {
    fn text(&self, at: usize) -> Option<&'r str> {
        self.values[at].filter(|text| !text.is_empty())
    }

    fn bad(&self, at: usize) -> BadDump {
        let column = self.table.columns()[at].trim_end_matches('?');
        BadDump::Field {
            table: self.table.name(),
            line: self.line,
            column,
            value: self.values[at].unwrap_or_default().to_owned(),
        }
    }

    fn needed(&self, at: usize) -> Result<&'r str, BadDump> {
        self.text(at).ok_or_else(|| self.bad(at))
    }

    fn number<N: std::str::FromStr>(&self, at: usize) -> Result<N, BadDump> {
        let text = self.needed(at)?;
        text.parse().ok().ok_or_else(|| self.bad(at))
    }

    fn number_if_any<N: std::str::FromStr>(&self, at: usize) -> Result<Option<N>, BadDump> {
        self.text(at).map(|_| self.number(at)).transpose()
    }

    fn flag(&self, at: usize) -> Result<bool, BadDump> {
        match self.text(at) {
            Some("t" | "true") => Ok(true),
            None | Some("f" | "false") => Ok(false),
            Some(_) => Err(self.bad(at)),
        }
    }

    fn moment(&self, at: usize) -> Result<Option<Timestamp>, BadDump> {
        let moment = |text| Timestamp::of_database(text).ok_or_else(|| self.bad(at));
        self.text(at).map(moment).transpose()
    }

    /// The row that the fields are.
    pub(super) fn row(&self) -> Result<DumpRow<'r>, BadDump> {
        Ok(match self.table {
            Table::Crates => DumpRow::Crate(DumpedCrate {
                id: self.number(0)?,
                name: self.needed(1)?,
                created: self.moment(2)?,
                updated: self.moment(3)?,
                description: self.text(4),
                homepage: self.text(5),
                documentation: self.text(6),
                repository: self.text(7),
            }),
            Table::Downloads => DumpRow::Downloads {
                krate: self.number(0)?,
                downloads: self.number(1)?,
            },
            Table::DefaultVersions => DumpRow::DefaultVersion {
                krate: self.number(0)?,
                version: self.number(1)?,
            },
            Table::Versions => DumpRow::Version(DumpedVersion {
                id: self.number(0)?,
                krate: self.number(1)?,
                number: self.needed(2)?,
                created: self.moment(3)?,
                yanked: self.flag(4)?,
                license: self.text(5),
                size: self.number_if_any(6)?,
                checksum: self.text(7).unwrap_or_default(),
                rust_version: self.text(8),
                edition: self.text(9),
                downloads: self.number_if_any(10)?.unwrap_or_default(),
            }),
            Table::Dependencies => DumpRow::Dependency(DumpedDependency {
                version: self.number(0)?,
                krate: self.number(1)?,
                requirement: self.needed(2)?,
                kind: self.number(3)?,
                optional: self.flag(4)?,
            }),
            Table::Keywords => DumpRow::Keyword {
                id: self.number(0)?,
                word: self.needed(1)?,
            },
            Table::CratesKeywords => DumpRow::CrateKeyword {
                krate: self.number(0)?,
                keyword: self.number(1)?,
            },
            Table::Categories => DumpRow::Category {
                id: self.number(0)?,
                slug: self.needed(1)?,
            },
            Table::CratesCategories => DumpRow::CrateCategory {
                krate: self.number(0)?,
                category: self.number(1)?,
            },
            Table::Owners => DumpRow::Owner {
                krate: self.number(0)?,
                owner: self.number(1)?,
                is_team: self.number::<u8>(2)? == 1,
            },
            Table::Users => DumpRow::User {
                id: self.number(0)?,
                login: self.needed(1)?,
            },
            Table::Teams => DumpRow::Team {
                id: self.number(0)?,
                login: self.needed(1)?,
            },
            Table::Deleted => DumpRow::Deleted {
                name: self.needed(0)?,
                at: self.moment(1)?,
                message: self.text(2),
            },
            Table::Reserved => DumpRow::Reserved {
                name: self.needed(0)?,
            },
        })
    }
}
