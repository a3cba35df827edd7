//! The command line, as clap reads it. Nothing is decided here.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ColorChoice, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::cli::args_serve::{Serve, Stats};
use crate::cli::output::format::MessageFormat;
use crate::model::mirror::retention::Pattern;
use crate::model::units::quantity;

/// Mirror the whole dependency closure of your projects, and build with the network gone
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

#[derive(Debug, Args)]
#[command(next_help_heading = "Options for every command")]
pub struct CommonArguments {
    /// The mirror's folder [default: cargo-mirror in the user's data folder]
    #[arg(
        short,
        long,
        global = true,
        value_name = "DIR",
        env = "CARGO_MIRROR_DIR"
    )]
    pub mirror: Option<PathBuf>,
    /// Where to fetch from: a sparse index, or the folder of a local registry [default: what cargo would use]
    #[arg(
        long,
        global = true,
        value_name = "INDEX URL",
        env = "CARGO_MIRROR_UPSTREAM"
    )]
    pub upstream: Option<String>,
    /// Send a registry's token to this host too, where its crates lie on another host than its index
    #[arg(
        long,
        global = true,
        value_name = "HOST",
        env = "CARGO_MIRROR_SEND_TOKEN_TO",
        value_delimiter = ','
    )]
    pub send_token_to: Vec<String>,
    /// Requests under way at once
    #[arg(short, long, global = true, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub jobs: u16,
    /// Use no network: only what cargo has cached on this machine
    #[arg(long, global = true)]
    pub offline: bool,
    /// Do not wait for the disk: a power cut may then lose what was reported, and the next run hashes what is new
    #[arg(long, global = true)]
    pub no_flush: bool,
    /// Say nothing but errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say more; twice for every retry too
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// Colour the output
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: ColorChoice,
    /// How to report: words, or one JSON object a line on standard output
    #[arg(long, global = true, value_name = "FORMAT", default_value = "human")]
    pub message_format: MessageFormat,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Mirror all that a project's lockfile names, then point its builds at the mirror
    Vendor(Vendor),
    /// Mirror what lockfiles, projects, lists or names want, and edit nothing
    Prefetch(Prefetch),
    /// Tell whether every package of a lockfile is in the mirror, intact
    Status(Status),
    /// Tell which packages of a lockfile upstream has yanked, replaced, deleted or outdone since
    Outdated(Outdated),
    /// Point a project's builds at the mirror, or at a server
    On(On),
    /// Undo what `on` or `vendor` did to cargo's config, exactly
    Off(Switch),
    /// List what the mirror was asked for: every lockfile and list that it keeps crates for
    Roots(Roots),
    /// Drop the crates that no root wants. Says what would go; --yes lets it go
    Gc(Gc),
    /// Hash every crate in the mirror, and tell what is damaged, missing or does not belong there
    Verify(Verify),
    /// Make the mirror sound again: fetch what is damaged or missing, put right what can be, quarantine the rest
    Repair(Repair),
    /// Serve the mirror over HTTP as a registry that takes the place of crates.io, and fetch what it lacks on demand
    Serve(Box<Serve>),
    /// Tell what a server has served, or how the crates of a mirror were used
    Stats(Stats),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the manual page
    Man,
    /// Show a page of the guide, or all that is known of a command
    Help(Help),
    /// Write completion scripts and manual page into a folder
    #[command(hide = true)]
    Generate {
        /// The folder
        folder: PathBuf,
    },
}

#[derive(Debug, Args)]
pub struct Vendor {
    /// Folders of projects, or their Cargo.toml or Cargo.lock [default: the current folder]
    #[arg(value_name = "PROJECT")]
    pub projects: Vec<PathBuf>,
    /// Take every workspace below the folders
    #[arg(long)]
    pub recursive: bool,
    #[command(flatten)]
    pub fetch: FetchArguments,
    /// Print the lines for cargo's config instead of writing them
    #[arg(long, conflicts_with_all = ["global_config", "config_path"])]
    pub no_config: bool,
    #[command(flatten)]
    pub target: TargetArguments,
}

#[derive(Debug, Args)]
pub struct Prefetch {
    /// A Cargo.lock, a Cargo.toml, a folder, a crate list, NAME, NAME@REQ, NAME=VERSION, or `-` for standard input
    #[arg(value_name = "INPUT", required_unless_present = "std")]
    pub inputs: Vec<String>,
    #[command(flatten)]
    pub fetch: FetchArguments,
    /// For crates asked for by name: with every feature
    #[arg(long)]
    pub all_features: bool,
    /// For crates asked for by name: without their dependencies
    #[arg(long)]
    pub no_deps: bool,
}

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
pub struct FetchArguments {
    /// Mirror the standard library's own dependencies too, for `-Z build-std`
    #[arg(long)]
    pub std: bool,
    /// Fail if a lockfile is absent or not up to date, instead of having cargo mend it
    #[arg(long)]
    pub locked: bool,
    #[command(flatten)]
    pub builds: BuildArguments,
    /// Look inside every archive for what cargo refuses, not only where no lockfile vouches for it
    #[arg(long)]
    pub check_archives: bool,
    /// Print the plan and write nothing
    #[arg(short = 'n', long)]
    pub dry_run: bool,
}

/// Which builds of projects to mirror for. What no such build reads keeps its index line, and its bytes are left out.
#[derive(Debug, Args)]
pub struct BuildArguments {
    /// Only what projects need that are built for this platform, and on this machine; `host` is this machine's. May be repeated
    #[arg(long = "target", value_name = "TRIPLE")]
    pub targets: Vec<String>,
    /// Only what projects need without their dev-dependencies: no tests, examples and benches
    #[arg(long)]
    pub no_dev: bool,
    /// Only what projects need with these features, separated by commas, and their default ones [default: all features]
    #[arg(short = 'F', long, value_name = "FEATURES", value_delimiter = ',')]
    pub features: Vec<String>,
    /// Projects and crates asked for by name without their default features
    #[arg(long)]
    pub no_default_features: bool,
}

#[derive(Debug, Args)]
pub struct Status {
    /// Folders of projects, or their Cargo.toml or Cargo.lock [default: the current folder]
    #[arg(value_name = "PROJECT")]
    pub projects: Vec<PathBuf>,
    /// Have the real cargo prove it with the network closed to it: unpack every package, or build the project too
    #[arg(long, value_name = "HOW", num_args = 0..=1, require_equals = true, default_missing_value = "fetch")]
    pub prove: Option<Prove>,
    /// Look at the standard library's own dependencies too, for `-Z build-std`
    #[arg(long)]
    pub std: bool,
    /// Look at every workspace below the folders
    #[arg(long)]
    pub recursive: bool,
    /// Tell who wants this package, by which way of dependencies, and how it stands in the mirror
    #[arg(long, value_name = "NAME[@VERSION]", conflicts_with = "prove")]
    pub explain: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Prove {
    /// Find and unpack every package
    Fetch,
    /// Build the project, in a folder of its own
    Build,
}

#[derive(Debug, Args)]
#[command(after_help = OUTDATED_HELP)]
pub struct Outdated {
    /// Folders of projects, or their Cargo.toml or Cargo.lock [default: the current folder]
    #[arg(value_name = "PROJECT")]
    pub projects: Vec<PathBuf>,
    /// Also tell which have known advisories: the folder of a RustSec database, or the address of its git repository
    #[arg(long, value_name = "FOLDER|GIT URL", env = "CARGO_MIRROR_ADVISORIES")]
    pub advisories: Option<String>,
}

const OUTDATED_HELP: &str = "\
Exit status: 0 nothing grave, 1 a package is yanked, replaced, deleted or vulnerable, 101 something could not be found \
out. Newer versions, and advisories that are no vulnerability, are told and change nothing about it.";

const ON_HELP: &str = "\
Crates.io comes from the mirror then, and so does each git repository and other registry of the lockfile that the mirror \
has. With --global, name all projects whose sources are meant: cargo takes a source from one place only.";

#[derive(Debug, Args)]
#[command(after_help = ON_HELP)]
pub struct On {
    #[command(flatten)]
    pub switch: Switch,
    /// Point them at this server instead, which stands in for crates.io: http://HOST:PORT, or the whole address of its index
    #[arg(long, value_name = "URL")]
    pub server: Option<String>,
}

#[derive(Debug, Args)]
pub struct Switch {
    /// Folders of projects, or their Cargo.toml or Cargo.lock [default: the current folder]
    #[arg(value_name = "PROJECT")]
    pub projects: Vec<PathBuf>,
    #[command(flatten)]
    pub target: TargetArguments,
    /// Say what would be done and write nothing
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
    /// List them: id, kind, origin, packages, when last given, whether it is still there
    List,
    /// Record inputs as wanted, without fetching anything for them but what resolving a list takes
    Add {
        /// As for `prefetch`
        #[arg(value_name = "INPUT", required = true)]
        inputs: Vec<String>,
    },
    /// Forget roots: `gc` may then drop what only they wanted
    Forget {
        /// The id of a root or the start of it, the path of its lockfile, list or project, or the words of its names
        #[arg(value_name = "ID|PATH", required = true)]
        roots: Vec<String>,
    },
}

#[derive(Debug, Args)]
#[command(after_help = GC_HELP)]
pub struct Gc {
    /// Let it go, instead of saying what would
    #[arg(short, long)]
    pub yes: bool,
    /// Keep these too: NAME or NAME@REQ, where NAME may hold `*` and `?`
    #[arg(long, value_name = "PATTERN", num_args = 1.., value_parser = Pattern::parse)]
    pub keep: Vec<Pattern>,
    /// Keep the newest N versions of each crate in the mirror, yanked ones not counted
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub keep_latest: usize,
    /// Keep what arrived, or was last let go of by a root, within this time: 12h, 90d, 8w
    #[arg(long, value_name = "TIME", value_parser = quantity::duration)]
    pub older_than: Option<Duration>,
    /// Drop, oldest first, only until the crates take no more than this: 500MB, 20GiB
    #[arg(long, value_name = "SIZE", value_parser = quantity::bytes)]
    pub max_size: Option<u64>,
    /// Forget roots whose lockfile or list is no longer there
    #[arg(long)]
    pub forget_gone: bool,
}

const GC_HELP: &str = "\
What a root wants always stays, as the root was recorded and as its lockfile is now. Of the rest, what no option keeps \
goes. If what stays takes more than --max-size, that is said, and the exit status is 1.";

#[derive(Debug, Args)]
pub struct TargetArguments {
    /// Edit the config of this user, which holds for every project
    #[arg(long = "global", id = "global_config", conflicts_with = "config_path")]
    pub global: bool,
    /// Edit this config file
    #[arg(long, value_name = "FILE")]
    pub config_path: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
pub struct Verify {
    /// Folders of the mirror to look at, such as crates-io [default: all there are]
    #[arg(value_name = "SOURCE")]
    pub sources: Vec<String>,
    /// Hash nothing: look only whether files, sizes, seals and index lines go together
    #[arg(long, conflicts_with = "since")]
    pub quick: bool,
    /// Hash only files that a program has touched since: 12h, 7d, 2026-05-01, 2026-05-01T12:00:00Z
    #[arg(long, value_name = "WHEN")]
    pub since: Option<String>,
    /// Look inside every archive, too, for what cargo refuses; takes ten times as long
    #[arg(long)]
    pub archives: bool,
    /// Go on where a run with the same options was stopped
    #[arg(long)]
    pub resume: bool,
    /// Then do what `repair` does
    #[arg(long)]
    pub repair: bool,
}

#[derive(Debug, Args)]
pub struct Repair {
    /// Folders of the mirror to repair, such as crates-io [default: all there are]
    #[arg(value_name = "SOURCE")]
    pub sources: Vec<String>,
    /// Hash nothing to begin with: look only whether files, sizes, seals and index lines go together
    #[arg(long)]
    pub quick: bool,
    /// Look inside every archive, too, and quarantine those that cargo refuses
    #[arg(long)]
    pub archives: bool,
    /// Take what upstream has now for these versions, whose bytes changed there since they were mirrored
    #[arg(long, value_name = "NAME@VERSION", num_args = 1..)]
    pub accept: Vec<String>,
    /// Say what is damaged and write nothing
    #[arg(short = 'n', long)]
    pub dry_run: bool,
}

#[derive(Debug, Args)]
pub struct Help {
    /// A topic or a command [default: lists them]
    #[arg(index = 1, value_name = "TOPIC|COMMAND")]
    pub about: Option<String>,
    /// A command of that command, as in `help roots add`
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
