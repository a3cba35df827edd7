//! The command line, as clap reads it. Nothing is decided here.

use std::path::PathBuf;

use clap::{Args, ColorChoice, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

const AFTER_HELP: &str = "\
Exit status: 0 done, 1 the answer is no, 2 bad usage, 101 failure.
A mirror is a folder that cargo reads as it stands. See the README for how it looks on disk.";

/// Mirror the whole dependency closure of your projects, and build with the network gone
#[derive(Debug, Parser)]
#[command(name = "cargo-mirror", bin_name = "cargo mirror", version, after_help = AFTER_HELP)]
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
    /// Requests under way at once
    #[arg(short, long, global = true, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub jobs: u16,
    /// Use no network: only what cargo has cached on this machine
    #[arg(long, global = true)]
    pub offline: bool,
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

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MessageFormat {
    Human,
    Json,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Mirror all that a project's lockfile names, then point its builds at the mirror
    Vendor(Vendor),
    /// Mirror what lockfiles, projects, lists or names want, and edit nothing
    Prefetch(Prefetch),
    /// Tell whether every package of a lockfile is in the mirror, intact
    Status(Status),
    /// Point a project's builds at the mirror
    On(Switch),
    /// Undo what `on` or `vendor` did to cargo's config, exactly
    Off(Switch),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the manual page
    Man,
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
    #[arg(value_name = "INPUT", required = true)]
    pub inputs: Vec<String>,
    #[command(flatten)]
    pub fetch: FetchArguments,
    /// For crates asked for by name: with every feature
    #[arg(long)]
    pub all_features: bool,
    /// For crates asked for by name: without their default features
    #[arg(long)]
    pub no_default_features: bool,
    /// For crates asked for by name: without their dependencies
    #[arg(long)]
    pub no_deps: bool,
}

#[derive(Debug, Args)]
pub struct FetchArguments {
    /// Fail if a lockfile is absent or not up to date, instead of having cargo mend it
    #[arg(long)]
    pub locked: bool,
    /// Look inside every archive for what cargo refuses, not only where no lockfile vouches for it
    #[arg(long)]
    pub check_archives: bool,
    /// Print the plan and write nothing
    #[arg(short = 'n', long)]
    pub dry_run: bool,
}

#[derive(Debug, Args)]
pub struct Status {
    /// Folders of projects, or their Cargo.toml or Cargo.lock [default: the current folder]
    #[arg(value_name = "PROJECT")]
    pub projects: Vec<PathBuf>,
    /// Have the real cargo prove it with the network closed to it: unpack every package, or build the project too
    #[arg(long, value_name = "HOW", num_args = 0..=1, require_equals = true, default_missing_value = "fetch")]
    pub prove: Option<Prove>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Prove {
    /// Find and unpack every package
    Fetch,
    /// Build the project, in a folder of its own
    Build,
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
pub struct TargetArguments {
    /// Edit the config of this user, which holds for every project
    #[arg(long = "global", id = "global_config", conflicts_with = "config_path")]
    pub global: bool,
    /// Edit this config file
    #[arg(long, value_name = "FILE")]
    pub config_path: Option<PathBuf>,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_definition_is_sound_and_every_argument_has_help() {
        let mut command = Arguments::command();
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
