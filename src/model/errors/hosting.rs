//! Registries of one's own, and what is published into them.

use std::path::PathBuf;

use crate::model::access::refusal::Refusal;
use crate::model::hosting::registry::BadRegistry;
use crate::model::package::checksum::Sha256;
use crate::model::package::id::CrateId;
use crate::model::text::printable;
use crate::model::units::timestamp::Timestamp;

/// Something else was published under a version.
#[derive(Debug, thiserror::Error)]
#[error(
    "{id} is there already with other bytes: {there}, {}; those sent are {sent}",
    published(.by.as_ref())
)]
pub struct OtherBytes {
    pub id: CrateId,
    pub there: Sha256,
    pub sent: Sha256,
    /// Who published it, and when. `None`: of that there is no record here.
    pub by: Option<(String, Timestamp)>,
}

fn published(by: Option<&(String, Timestamp)>) -> String {
    match by {
        Some((by, at)) => format!("published by {by} at {at}"),
        None => "of whose publishing there is no record here".to_owned(),
    }
}

#[derive(Debug, thiserror::Error)]
pub enum HostingError {
    #[error(transparent)]
    Bad(#[from] BadRegistry),
    #[error("there is no hosted registry `{}` in this mirror", printable(.name))]
    NoSuchRegistry { name: String, there: Vec<String> },
    #[error(
        "this mirror's folder hosts registries of its own ({}), and the servers of a bucket share those of the bucket",
        .registries.join(", ")
    )]
    HostedHere { registries: Vec<String> },
    #[error("there is a registry `{0}` already")]
    RegistryExists(String),
    #[error("cannot read `{}`: {message}", .path.display())]
    Unreadable { path: PathBuf, message: String },
    #[error("this mirror hosts {}, and none is named", if .there.is_empty() { "no registry" } else { "several registries" })]
    WhichRegistry { there: Vec<String> },
    /// Each finding says what is wrong and what to do.
    #[error("`{}` cannot be published: {}", printable(.what), .findings.join("; "))]
    Refused { what: String, findings: Vec<String> },
    #[error(transparent)]
    OtherBytes(Box<OtherBytes>),
    #[error(transparent)]
    Denied(Box<Refusal>),
    #[error("there is no {what} in the registry `{registry}`")]
    NotPublished { what: String, registry: String },
    #[error("removing {0} breaks every build that has locked it")]
    NeedsYes(String),
    #[error("`{}` is not the file of a package: it is called NAME-VERSION.crate, and its files lie below NAME-VERSION/", .0.display())]
    NotACrate(PathBuf),
    #[error("the name `{0}` is private here: it is not asked of crates.io")]
    PrivateName(String),
    #[error(
        "it was published into the registry `{registry}` of this mirror, so nobody else has its bytes"
    )]
    OnlyHere { registry: String },
}

impl HostingError {
    /// What the user can do about it, for the help line; `None` if there is nothing to suggest.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::NoSuchRegistry { there, .. } if there.is_empty() => {
                "`cargo mirror registry new NAME --url INDEX-URL` makes one"
            }
            Self::NoSuchRegistry { there, .. } => {
                return Some(format!("there is: {}", there.join(", ")));
            }
            Self::WhichRegistry { there } if there.is_empty() => {
                "`cargo mirror registry new NAME --url INDEX-URL` makes one"
            }
            Self::WhichRegistry { there } => {
                return Some(format!("name one with --registry: {}", there.join(", ")));
            }
            Self::HostedHere { .. } => {
                "make them in the bucket with `cargo mirror registry new NAME --store URL`, and add their packages with \
                 `cargo mirror add --store URL --from DIR`; or serve from another folder (--mirror)"
            }
            Self::RegistryExists(_) => "`cargo mirror registry set` changes it",
            Self::Unreadable { .. } => "correct it; `cargo mirror help hosting` has all keys",
            Self::OtherBytes(_) => {
                "raise the version: other bytes never take the place of published ones"
            }
            Self::NotPublished { .. } => "`cargo mirror registry show` lists what is there",
            Self::NeedsYes(_) => {
                "`cargo mirror yank` keeps new builds from it and lets old ones go on; --yes removes it all the same"
            }
            Self::NotACrate(_) => "`cargo package` makes such files in target/package/",
            Self::PrivateName(_) => {
                "a dependency on it says `registry = \"...\"`; `allow-public` in mirror.toml lets crates.io be asked for it"
            }
            Self::OnlyHere { .. } => {
                "restore the file from a backup, then run the same command again"
            }
            Self::Bad(BadRegistry::Url { .. }) => {
                "name the index as clients do, as in sparse+https://crates.example.com/registries/corp/index/"
            }
            Self::Bad(BadRegistry::Name { .. }) | Self::Refused { .. } | Self::Denied(_) => {
                return None;
            }
        };
        Some(hint.to_owned())
    }
}
