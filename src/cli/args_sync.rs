//! Arguments of `sync`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use crate::model::mirror::retention::Pattern;
use crate::model::settings::sync::contact;
use crate::model::sync::rules::{OnRemoved, PreReleases, TopBy, VersionRule};
use crate::model::units::quantity;

#[derive(Debug, Default, Args)]
#[command(after_help = SYNC_HELP)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
pub struct Sync {
    /// Registry to copy: `crates-io`, one of cargo's config or of mirror.toml, or the address of an index
    #[arg(long, value_name = "NAME")]
    pub registry: Option<String>,
    /// Git index to learn changes from, without its contents; `none`: ask for each index file [default: that of crates.io]
    #[arg(long, value_name = "URL")]
    pub index_git: Option<String>,
    /// File with names of crates, one a line, or a database dump of the registry (`db-dump.tar.gz`)
    #[arg(long, value_name = "FILE")]
    pub names_from: Option<PathBuf>,
    /// Compare everything that is here, and try everything that failed; done by itself once a week
    #[arg(long)]
    pub heal: bool,
    /// Ask for every index file anew
    #[arg(long)]
    pub full: bool,
    /// Print what would be done, and what disk it needs; write nothing
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    /// Run again and again, with this pause
    #[arg(long, value_name = "TIME", value_parser = quantity::duration, conflicts_with = "dry_run")]
    pub every: Option<Duration>,
    /// What becomes of versions that upstream removes: `hold TIME`, `drop`, `keep` [default: hold 30d]
    #[arg(long, value_name = "HOW", value_parser = clap::value_parser!(OnRemoved))]
    pub on_removed: Option<OnRemoved>,
    /// Remove even if upstream has removed versions of very many crates at once
    #[arg(long)]
    pub allow_mass_removal: bool,
    /// Exit with 0 although upstream lists versions whose bytes it has not had for a week
    #[arg(long)]
    pub accept_absent: bool,
    /// Mail address or URL for the registry to write to, in the User-Agent
    #[arg(long, value_name = "WHOM", value_parser = contact)]
    pub contact: Option<String>,
    /// Maximum number of requests a second
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub requests_per_second: Option<u32>,
    #[command(flatten)]
    pub select: SelectArguments,
}

/// What to take. Each goes before the key of its name in `[sync.select]`.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "What to take")]
pub struct SelectArguments {
    /// Crates by name, in which `*` and `?` may stand, and perhaps `@` and a version requirement
    #[arg(long, value_name = "PATTERN", value_delimiter = ',', value_parser = Pattern::parse)]
    pub names: Vec<Pattern>,
    /// Crates to leave out
    #[arg(long, value_name = "PATTERN", value_delimiter = ',', value_parser = Pattern::parse)]
    pub exclude: Vec<Pattern>,
    /// The crates with the most downloads, by the dump; of a file with names, the first
    #[arg(long, value_name = "N", requires = "names_from")]
    pub top: Option<usize>,
    /// What `top` goes by: downloads, or dependents: crates whose shown version needs them [default: downloads]
    #[arg(long, value_name = "WHAT", value_parser = clap::value_parser!(TopBy))]
    pub top_by: Option<TopBy>,
    /// Crates of these categories, by the dump: slugs as in `network-programming`
    #[arg(long, value_name = "SLUG", value_delimiter = ',')]
    pub categories: Vec<String>,
    /// Versions: all, latest, `last N`, `per-compatible N` or `since DATE`
    #[arg(long, value_name = "WHICH", value_parser = clap::value_parser!(VersionRule))]
    pub versions: Option<VersionRule>,
    /// Pre-releases: all, if-only (of crates with nothing else) or none
    #[arg(long, value_name = "WHICH", value_parser = clap::value_parser!(PreReleases))]
    pub pre_releases: Option<PreReleases>,
    /// Leave out yanked versions
    #[arg(long)]
    pub no_yanked: bool,
    /// Leave out versions larger than this: 500kB, 20MiB
    #[arg(long, value_name = "SIZE", value_parser = quantity::bytes)]
    pub max_size: Option<u64>,
    /// Leave out versions younger than this: 3d
    #[arg(long, value_name = "TIME", value_parser = quantity::duration)]
    pub min_age: Option<Duration>,
    /// Also take what the selected versions need, so that they build
    #[arg(long)]
    pub closure: bool,
    /// Also take newer versions, and their closures, of what recorded lockfiles use
    #[arg(long)]
    pub follow_roots: bool,
}

const SYNC_HELP: &str = "\
Crates are hashed before they are stored, and the index has exactly the versions whose bytes are here. What fails is kept in \
mind and tried again, ever more seldom; the exit status is 1 until nothing fails. `gc` keeps what is selected.";
