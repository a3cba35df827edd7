//! `host`: registries exported to folders and git repositories.

use std::path::PathBuf;

use crate::model::text::printable;

/// So many items of a list are named.
const NAMED: usize = 5;

#[derive(Debug, thiserror::Error)]
pub enum HostError {
    #[error("this mirror has several registries: {}", .there.join(", "))]
    WhichRegistry { there: Vec<String> },
    #[error("the export folder `{}` is inside the mirror, or the mirror is inside it", .folder.display())]
    InMirror { folder: PathBuf },
    #[error("`{}` is no address at which clients find the folder: {message}", printable(.url))]
    BaseUrl { url: String, message: String },
    #[error("the bytes of {} in `{folder}` are absent or damaged: {}", counted(.damaged), some(.damaged))]
    Damaged {
        folder: String,
        damaged: Vec<String>,
    },
    #[error("the git index at {url} has {} that this registry lacks: {}", counted(.lines), some(.lines))]
    Foreign { url: String, lines: Vec<String> },
    #[error(
        "the git index at {url} was changed by somebody else {tries} times while it was written"
    )]
    Outrun { url: String, tries: usize },
    #[error("after the push, HEAD of {url} is not what was pushed to the branch `{branch}`")]
    HeadElsewhere { url: String, branch: String },
}

fn counted(list: &[String]) -> String {
    match list.len() {
        1 => "1 version".to_owned(),
        several => format!("{several} versions"),
    }
}

fn some(list: &[String]) -> String {
    let mut text = list
        .iter()
        .take(NAMED)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    if list.len() > NAMED {
        text.push_str(", ...");
    }
    text
}

impl HostError {
    /// What the user can do about it, for the help line; `None` if there is nothing to suggest.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::WhichRegistry { .. } => "name one with --registry",
            Self::InMirror { .. } => "name a folder beside the mirror",
            Self::BaseUrl { .. } => "as in --base-url https://crates.example.com",
            Self::Damaged { .. } => {
                "nothing of the index was exported; `cargo mirror repair` fetches mirrored crates again, those of a hosted \
                 registry are in a backup"
            }
            Self::Foreign { .. } => {
                "nothing was pushed; add these versions to the registry (`cargo mirror add`), or take their lines out of the \
                 git index by hand"
            }
            Self::Outrun { .. } => {
                "run the same command again; let one job at a time write the index"
            }
            Self::HeadElsewhere { .. } => {
                "cargo reads what HEAD names: set that branch as the default branch of the repository"
            }
        };
        Some(hint.to_owned())
    }
}
