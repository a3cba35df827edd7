//! The command line, as clap reads it. Nothing is decided here.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgMatches, Args, ColorChoice, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::cli::args_bucket::BucketCommand;
#[cfg(feature = "bundle")]
use crate::cli::args_bundle::DumpCommand;
use crate::cli::args_catalog::{CatalogArguments, Search, Show};
#[cfg(feature = "serve")]
use crate::cli::args_host::Config;
use crate::cli::args_host::Host;
use crate::cli::args_hosting::{Add, Registry, Remove, Yank};
use crate::cli::args_people::{AuditLog, OwnerArguments, Team, Token, User};
#[cfg(feature = "serve")]
use crate::cli::args_serve::{Serve, Stats};
use crate::cli::args_sync::Sync;
use crate::cli::output::format::MessageFormat;
use crate::model::mirror::retention::Pattern;
use crate::model::units::quantity;

/// Mirror every crate your projects depend on, and build without a network
#[derive(Debug, Parser)]
#[command(
    name = "cargo-mirror",
    bin_name = "cargo mirror",
    version,
    disable_help_subcommand = true
)]
pub struct Arguments {
    #[command(flatten)]
    pub common: CommonArguments,
    #[command(subcommand)]
    pub command: Command,
}

/// The command line as it was given, and as clap read it.
pub struct CommandLine {
    pub words: Vec<OsString>,
    pub matches: ArgMatches,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Options for every command")]
pub struct CommonArguments {
    /// Folder of the mirror [default: cargo-mirror in the user's data folder]
    #[arg(
        short,
        long,
        global = true,
        value_name = "DIR",
        env = "CARGO_MIRROR_DIR"
    )]
    pub mirror: Option<PathBuf>,
    /// Where to fetch crates of crates.io from: a sparse index, the folder of a local registry or of another mirror, a
    /// mirror in a bucket (s3://, gs://, az://), or `crates-io` for crates.io itself [default: the source that cargo uses]
    #[arg(
        long,
        global = true,
        value_name = "INDEX URL",
        env = "CARGO_MIRROR_UPSTREAM"
    )]
    pub upstream: Option<String>,
    /// Also send a registry's token to this host, for crates that are on another host than the index
    #[arg(
        long,
        global = true,
        value_name = "HOST",
        env = "CARGO_MIRROR_SEND_TOKEN_TO",
        value_delimiter = ','
    )]
    pub send_token_to: Vec<String>,
    /// Number of concurrent requests
    #[arg(short, long, global = true, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub jobs: u16,
    /// Use no network: take crates only from cargo's caches on this machine
    #[arg(long, global = true)]
    pub offline: bool,
    /// Do not flush to disk: a power cut may lose crates that were reported as stored
    #[arg(long, global = true)]
    pub no_flush: bool,
    /// Print errors only
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Print more; given twice, also every retry and a log of requests, as with `CARGO_MIRROR_LOG=debug`
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// When to color the output
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: ColorChoice,
    /// Output format: text, or one JSON object per line on standard output
    #[arg(long, global = true, value_name = "FORMAT", default_value = "human")]
    pub message_format: MessageFormat,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Mirror every package of a project's lockfile, then point its builds at the mirror
    Vendor(Vendor),
    /// Mirror lockfiles, projects, crate lists or crates by name, without editing cargo's config
    Prefetch(Prefetch),
    /// Check that every package of a lockfile is in the mirror and intact
    Status(Status),
    /// List packages of a lockfile that upstream has yanked, replaced, deleted or updated
    Outdated(Outdated),
    /// Point a project's builds at the mirror, or at a server
    On(On),
    /// Restore cargo's config to what it was before `on` or `vendor`
    Off(Switch),
    /// List the roots of the mirror: the lockfiles and lists that it keeps crates for
    Roots(Roots),
    /// Drop the crates that no root needs; without --yes, only list them
    Gc(Gc),
    /// Hash every crate in the mirror and report what is damaged, missing or unexpected
    Verify(Verify),
    /// Repair the mirror: fetch what is damaged or missing, fix the index, quarantine the rest
    Repair(Repair),
    #[cfg(feature = "bundle")]
    #[command(flatten)]
    Dumps(DumpCommand),
    /// Copy a whole registry, or a part of it, and keep the copy current
    Sync(Box<Sync>),
    #[command(flatten)]
    Buckets(BucketCommand),
    /// Serve the mirror over HTTP as a replacement for crates.io, and fetch missing crates on demand
    #[cfg(feature = "serve")]
    Serve(Box<Serve>),
    /// Search what is mirrored, and all of crates.io once a database dump is imported
    Search(Search),
    /// Show what is known of a crate, without a network
    Show(Show),
    /// Show, rebuild or extend what can be searched for
    Catalog(CatalogArguments),
    /// Make, list or change the hosted registries of the mirror, which crates are published into
    Registry(Registry),
    /// Add packages to a hosted registry
    Add(Add),
    /// Yank versions in a hosted registry, or take that back
    Yank(Yank),
    /// Remove a version, or a whole crate, from a hosted registry
    Remove(Remove),
    /// Write a registry into a folder that any web server can serve, and as a git index
    Host(Host),
    /// Show the settings of the mirror, from mirror.toml, the environment and defaults
    #[cfg(feature = "serve")]
    Config(Config),
    /// Show the statistics of a server, or how often each crate of a mirror was requested
    #[cfg(feature = "serve")]
    Stats(Stats),
    /// Make, list and disable the users of hosted registries
    User(User),
    /// Make, list and change the teams of hosted registries
    Team(Team),
    /// Make, list and revoke the tokens of users
    Token(Token),
    /// List and change the owners of a crate of a hosted registry
    Owner(OwnerArguments),
    /// Print who published, yanked, removed or changed what in hosted registries, and who was refused
    AuditLog(AuditLog),
    /// Print a completion script for a shell
    Completions {
        /// Shell to complete in
        shell: Shell,
    },
    /// Print the manual page
    Man,
    /// Show a page of the guide, or the full help of a command
    Help(Help),
    /// Write the completion scripts and the manual page into a folder
    #[command(hide = true)]
    Generate {
        /// Folder to write to
        folder: PathBuf,
    },
}

#[derive(Debug, Args)]
pub struct Vendor {
    /// Project folders, Cargo.toml or Cargo.lock files [default: the current folder]
    #[arg(value_name = "PROJECT")]
    pub projects: Vec<PathBuf>,
    /// Include every workspace below the folders
    #[arg(long)]
    pub recursive: bool,
    #[command(flatten)]
    pub fetch: FetchArguments,
    /// Print the config lines instead of writing them
    #[arg(long, conflicts_with_all = ["global_config", "config_path"])]
    pub no_config: bool,
    #[command(flatten)]
    pub target: TargetArguments,
}

#[derive(Debug, Args)]
pub struct Prefetch {
    /// Cargo.lock, Cargo.toml, folder, crate list, NAME, NAME@REQ, NAME=VERSION, or `-` for standard input
    #[arg(value_name = "INPUT", required_unless_present = "std")]
    pub inputs: Vec<String>,
    #[command(flatten)]
    pub fetch: FetchArguments,
    /// Enable all features of crates given by name
    #[arg(long)]
    pub all_features: bool,
    /// Leave out the dependencies of crates given by name
    #[arg(long)]
    pub no_deps: bool,
}

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
pub struct FetchArguments {
    /// Also mirror the dependencies of the standard library, for `-Z build-std`
    #[arg(long)]
    pub std: bool,
    /// Fail if a lockfile is missing or stale, instead of letting cargo update it
    #[arg(long)]
    pub locked: bool,
    #[command(flatten)]
    pub builds: BuildArguments,
    /// Check inside every archive for entries that cargo rejects, also if a lockfile has its checksum
    #[arg(long)]
    pub check_archives: bool,
    /// Print the plan and write nothing
    #[arg(short = 'n', long)]
    pub dry_run: bool,
}

/// Which builds of projects to mirror for. What no such build reads keeps its index line, and its bytes are left out.
#[derive(Debug, Args)]
pub struct BuildArguments {
    /// Mirror only what builds for this platform read; `host` is the platform of this machine; repeatable
    #[arg(long = "target", value_name = "TRIPLE")]
    pub targets: Vec<String>,
    /// Leave out dev-dependencies: no tests, examples or benches
    #[arg(long)]
    pub no_dev: bool,
    /// Mirror only what builds with these features and the default ones read, separated by commas [default: all features]
    #[arg(short = 'F', long, value_name = "FEATURES", value_delimiter = ',')]
    pub features: Vec<String>,
    /// Disable default features of projects and of crates given by name
    #[arg(long)]
    pub no_default_features: bool,
}

#[derive(Debug, Args)]
pub struct Status {
    /// Project folders, Cargo.toml or Cargo.lock files [default: the current folder]
    #[arg(value_name = "PROJECT")]
    pub projects: Vec<PathBuf>,
    /// Let cargo verify it without a network: `fetch` unpacks every package, `build` also builds the project
    #[arg(long, value_name = "HOW", num_args = 0..=1, require_equals = true, default_missing_value = "fetch")]
    pub prove: Option<Prove>,
    /// Also check the dependencies of the standard library, for `-Z build-std`
    #[arg(long)]
    pub std: bool,
    /// Check every workspace below the folders
    #[arg(long)]
    pub recursive: bool,
    /// Show why a package is needed, its dependency chains, and its state in the mirror
    #[arg(long, value_name = "NAME[@VERSION]", conflicts_with = "prove")]
    pub explain: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Prove {
    /// Find and unpack every package
    Fetch,
    /// Also build the project, in a temporary folder
    Build,
}

#[derive(Debug, Args)]
#[command(after_help = OUTDATED_HELP)]
pub struct Outdated {
    /// Project folders, Cargo.toml or Cargo.lock files [default: the current folder]
    #[arg(value_name = "PROJECT")]
    pub projects: Vec<PathBuf>,
    /// Also report security advisories from this RustSec database: a folder, or the URL of a git repository
    #[arg(long, value_name = "FOLDER|GIT URL", env = "CARGO_MIRROR_ADVISORIES")]
    pub advisories: Option<String>,
}

const OUTDATED_HELP: &str = "\
Exit status: 0 if no package is yanked, replaced, deleted or vulnerable, 1 if one is, 101 if a check fails. Newer \
versions and informational advisories are reported and do not change the exit status.";

const ON_HELP: &str = "\
Builds then take crates.io from the mirror, and also each mirrored git repository and registry of the lockfile. A shared \
config (--global, --config-path) names the sources of all projects: those given now, and those added earlier.";

#[derive(Debug, Args)]
#[command(after_help = ON_HELP)]
pub struct On {
    #[command(flatten)]
    pub switch: Switch,
    /// Point builds at this server as a replacement for crates.io: http://HOST:PORT, or the full URL of its index
    #[arg(long, value_name = "URL")]
    pub server: Option<String>,
}

#[derive(Debug, Args)]
pub struct Switch {
    /// Project folders, Cargo.toml or Cargo.lock files [default: the current folder]
    #[arg(value_name = "PROJECT")]
    pub projects: Vec<PathBuf>,
    #[command(flatten)]
    pub target: TargetArguments,
    /// Print what would change and write nothing
    #[arg(short = 'n', long)]
    pub dry_run: bool,
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Roots {
    #[command(subcommand)]
    pub command: Option<RootsCommand>,
}

#[derive(Debug, Subcommand)]
pub enum RootsCommand {
    /// List roots: id, kind, origin, number of packages, time last given, whether the origin exists
    List,
    /// Record inputs as roots without fetching their crates; resolving a list still fetches index files
    Add {
        /// Inputs, as for `prefetch`
        #[arg(value_name = "INPUT", required = true)]
        inputs: Vec<String>,
    },
    /// Forget roots, so that `gc` may drop what only they need
    Forget {
        /// Id or start of the id of a root, path of its lockfile, list or project, or its crate names
        #[arg(value_name = "ID|PATH", required = true)]
        roots: Vec<String>,
    },
}

#[derive(Debug, Args)]
#[command(after_help = GC_HELP)]
pub struct Gc {
    /// Bucket to look after in place of the mirror, by the roots that were pushed to it and the time since crates arrived
    #[arg(value_name = "BUCKET", conflicts_with_all = ["keep_latest", "forget_gone"])]
    pub bucket: Option<String>,
    /// Drop the crates instead of listing them
    #[arg(short, long)]
    pub yes: bool,
    /// Also keep these crates: NAME or NAME@REQ, with `*` and `?` as wildcards in NAME
    #[arg(long, value_name = "PATTERN", num_args = 1.., value_parser = Pattern::parse)]
    pub keep: Vec<Pattern>,
    /// Keep the newest N versions of each crate, not counting yanked versions
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub keep_latest: usize,
    /// Keep crates that arrived, or were last needed by a root, within this time: 12h, 90d, 8w
    #[arg(long, value_name = "TIME", value_parser = quantity::duration)]
    pub older_than: Option<Duration>,
    /// Drop crates, oldest first, only until the total size is at most this: 500MB, 20GiB
    #[arg(long, value_name = "SIZE", value_parser = quantity::bytes)]
    pub max_size: Option<u64>,
    /// Forget roots whose lockfile or list no longer exists
    #[arg(long)]
    pub forget_gone: bool,
}

const GC_HELP: &str = "\
Crates that a root needs are never dropped: neither those of the recorded lockfile nor those of its current state. Other \
crates are dropped unless an option keeps them. The exit status is 1 if the remaining crates exceed --max-size.";

#[derive(Debug, Args)]
pub struct TargetArguments {
    /// Edit the config in `CARGO_HOME`, which applies to every project
    #[arg(long = "global", id = "global_config", conflicts_with = "config_path")]
    pub global: bool,
    /// Edit this config file
    #[arg(long, value_name = "FILE")]
    pub config_path: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
pub struct Verify {
    /// Folders of the mirror to verify, such as crates-io, or a bucket in place of the mirror [default: all]
    #[arg(value_name = "SOURCE")]
    pub sources: Vec<String>,
    /// Hash nothing: compare only files, sizes, modification times and index lines
    #[arg(long, conflicts_with = "since")]
    pub quick: bool,
    /// Hash only files modified since: 12h, 7d, 2026-05-01, 2026-05-01T12:00:00Z
    #[arg(long, value_name = "WHEN")]
    pub since: Option<String>,
    /// Also check inside every archive for entries that cargo rejects; takes ten times as long
    #[arg(long)]
    pub archives: bool,
    /// Continue an interrupted run with the same options
    #[arg(long)]
    pub resume: bool,
    /// Repair the damage found, as `repair` does
    #[arg(long)]
    pub repair: bool,
}

#[derive(Debug, Args)]
pub struct Repair {
    /// Folders of the mirror to repair, such as crates-io, or a bucket in place of the mirror [default: all]
    #[arg(value_name = "SOURCE")]
    pub sources: Vec<String>,
    /// Hash nothing at first: compare only files, sizes, modification times and index lines
    #[arg(long)]
    pub quick: bool,
    /// Also check inside every archive, and quarantine those that cargo rejects
    #[arg(long)]
    pub archives: bool,
    /// Accept upstream's new bytes for versions whose checksum has changed upstream
    #[arg(long, value_name = "NAME@VERSION", num_args = 1..)]
    pub accept: Vec<String>,
    /// Report damage and write nothing
    #[arg(short = 'n', long)]
    pub dry_run: bool,
}

#[derive(Debug, Args)]
pub struct Help {
    /// Topic or command [default: list all]
    #[arg(index = 1, value_name = "TOPIC|COMMAND")]
    pub about: Option<String>,
    /// Subcommand of that command, as in `help roots add`
    #[arg(index = 2, value_name = "COMMAND")]
    pub within: Option<String>,
}

#[cfg(test)]
mod tests {
    use crate::cli::command::guide;

    #[test]
    fn the_definition_is_sound_and_every_argument_has_help() {
        let mut command = guide::definition();
        command.build();
        command.clone().debug_assert();
        for command in std::iter::once(&command).chain(command.get_subcommands()) {
            for argument in command.get_arguments() {
                assert!(
                    argument.get_help().is_some(),
                    "{} of {}",
                    argument.get_id(),
                    command.get_name()
                );
            }
        }
    }
}
