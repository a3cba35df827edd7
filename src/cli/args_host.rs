//! Arguments of `host` and `config`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::ops::host::export::DownloadNames;

#[derive(Debug, Args)]
#[command(after_help = HOST_HELP)]
pub struct Host {
    /// Folder to write to; it must lie outside of the mirror
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// Registry to export: a hosted one, `crates-io`, or another of the mirror [default: the only hosted one]
    #[arg(long, value_name = "NAME")]
    pub registry: Option<String>,
    /// URL at which clients find the folder
    #[arg(long, value_name = "URL")]
    pub base_url: String,
    /// How crates are named
    #[arg(long, value_name = "HOW", default_value = "name")]
    pub dl: DownloadArgument,
    /// Also write the index as a git repository and push it to this remote, with the git on this machine
    #[arg(long, value_name = "REMOTE")]
    pub git: Option<String>,
    /// Collapse the git index into one commit once it has more than N, and keep the history in a branch
    #[arg(long, value_name = "N", num_args = 0..=1, require_equals = true, default_missing_value = "5000", requires = "git")]
    pub squash: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DownloadArgument {
    /// NAME-VERSION.crate: the folder is a local registry for cargo, too
    Name,
    /// by/CHECKSUM.crate: for servers that mistake `+` in a path
    Checksum,
}

impl From<DownloadArgument> for DownloadNames {
    fn from(argument: DownloadArgument) -> Self {
        match argument {
            DownloadArgument::Name => Self::Name,
            DownloadArgument::Checksum => Self::Checksum,
        }
    }
}

#[derive(Debug, Args)]
pub struct Config {
    /// Print a mirror.toml in which every key is a comment with its default
    #[arg(long)]
    pub defaults: bool,
}

const HOST_HELP: &str = "\
Every crate is hashed on its way. Crates are written before the index, and what is gone from the registry is removed last. \
The paths that have changed are printed, one a line, for the caches in front of the server. Nothing is written while a crate \
of the registry is missing or damaged.";
