//! The arguments of `export`, `import`, `bundle`, `key`, `state` and `diff`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand};

use crate::model::sync::rules::OnRemoved;
use crate::model::units::quantity;

/// The commands about dumps.
#[derive(Debug, Subcommand)]
pub enum DumpCommand {
    /// Write the mirror, or a part of it, into a dump that another mirror can import
    Export(Export),
    /// Take dumps into the mirror
    Import(Import),
    /// Look into dumps
    Bundle(Bundle),
    /// Keys that dumps are signed with, and whose dumps are taken
    Key(Key),
    /// Write down what the mirror has, for an `export --since` elsewhere
    State(WriteState),
    /// List what one mirror, dump or state has that another lacks
    Diff(Diff),
}

/// Where keys are.
#[derive(Debug, Args)]
pub struct KeyFolder {
    /// Folder of keys and of the list of trusted ones [default: cargo-mirror in the user's config folder]
    #[arg(long, value_name = "DIR", env = "CARGO_MIRROR_KEYS")]
    pub keys: Option<PathBuf>,
}

const EXPORT_HELP: &str = "\
The dump is signed if there is a key (`cargo mirror key new`). The exit status is 101 if something of the mirror could \
not be exported; the dump is written without it then. What a lockfile or root wants and the mirror lacks is an error, and \
nothing is written.";

#[derive(Debug, Args)]
#[command(after_help = EXPORT_HELP)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
pub struct Export {
    /// File to write, or `-` for standard output
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Export only what this lockfile wants; repeatable
    #[arg(long = "lockfile", value_name = "LOCKFILE", num_args = 1.., conflicts_with = "roots")]
    pub lockfiles: Vec<PathBuf>,
    /// Export only what the roots of the mirror want
    #[arg(long)]
    pub roots: bool,
    /// Export only this registry, by its folder in the mirror, such as crates-io; repeatable
    #[arg(long = "registry", value_name = "FOLDER")]
    pub registries: Vec<String>,
    /// Also export the hosted registries of the mirror: their crates and index lines, never their users and tokens
    #[arg(long)]
    pub hosted: bool,
    /// Leave out what the receiver has: an earlier dump, or the state of the other mirror; repeatable
    #[arg(long, value_name = "DUMP|STATE", num_args = 1..)]
    pub since: Vec<PathBuf>,
    /// Write parts NAME.1, NAME.2, ... of at most this size: 4G, 700MB, or fat32 for 4 GiB less one byte
    #[arg(long, value_name = "SIZE", value_parser = part_size)]
    pub split: Option<u64>,
    /// Level of compression from 1 to 19, or `none` for every .crate file as it is
    #[arg(long, value_name = "LEVEL", default_value = "9", value_parser = level)]
    pub compress: Level,
    /// Leave out what this receiver has, and note what it has once this dump has come: `cargo mirror bundle acknowledge`
    #[arg(long = "for", value_name = "NAME")]
    pub receiver: Option<String>,
    /// Sign with this key: its name, or the file of an Ed25519 key of OpenSSH; one with a passphrase, or the public half of
    /// one in an agent, is used through ssh-keygen; repeatable [default: the only key]
    #[arg(long, value_name = "NAME|FILE")]
    pub sign_with: Vec<String>,
    /// Do not sign
    #[arg(long, conflicts_with = "sign_with")]
    pub no_sign: bool,
    /// Have the receiver warned if the dump is imported after this time: 30d, 12w
    #[arg(long, value_name = "TIME", value_parser = quantity::duration)]
    pub expires: Option<Duration>,
    /// Print how much there is to export and write nothing
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    #[command(flatten)]
    pub folder: KeyFolder,
}

/// Of zstd; nothing for none.
#[derive(Debug, Clone, Copy)]
pub struct Level(pub Option<i32>);

fn level(text: &str) -> Result<Level, String> {
    match text.parse() {
        _ if text == "none" => Ok(Level(None)),
        Ok(level @ 1..=19) => Ok(Level(Some(level))),
        _ => Err("a level is a number from 1 to 19, or `none`".to_owned()),
    }
}

fn part_size(text: &str) -> Result<u64, String> {
    if text.eq_ignore_ascii_case("fat32") {
        return Ok(u64::from(u32::MAX));
    }
    quantity::bytes(text)
}

const IMPORT_HELP: &str = "\
Parts may come in any order and at different times. The exit status is 1 if parts are missing, and 101 if something could \
not be taken.";

#[derive(Debug, Args)]
#[command(after_help = IMPORT_HELP)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
pub struct Import {
    /// Dumps or parts of them, or `-` for standard input
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// Take dumps that are not signed by a trusted key
    #[arg(long)]
    pub allow_unsigned: bool,
    /// Write down what the mirror has afterwards: the other side takes it with `bundle acknowledge`
    #[arg(long, value_name = "FILE")]
    pub receipt: Option<PathBuf>,
    /// Take dumps that are older than one that was imported before
    #[arg(long)]
    pub allow_older: bool,
    /// What becomes of versions that the sender tells of as removed: `hold TIME`, `drop`, `keep` [default: hold 30d]
    #[arg(long, value_name = "HOW", value_parser = clap::value_parser!(OnRemoved))]
    pub on_removed: Option<OnRemoved>,
    /// Remove even if versions of very many crates are told of as removed
    #[arg(long)]
    pub allow_mass_removal: bool,
    /// Print what would be imported and write nothing
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    #[command(flatten)]
    pub folder: KeyFolder,
}

#[derive(Debug, Args)]
pub struct Bundle {
    #[command(subcommand)]
    pub command: BundleCommand,
}

#[derive(Debug, Subcommand)]
pub enum BundleCommand {
    /// List what is in dumps
    List {
        /// Dumps or parts of them
        #[arg(value_name = "FILE", required = true)]
        files: Vec<PathBuf>,
        #[command(flatten)]
        folder: KeyFolder,
    },
    /// Check the signatures of dumps and hash every byte of them
    Verify {
        /// Dumps or parts of them
        #[arg(value_name = "FILE", required = true)]
        files: Vec<PathBuf>,
        /// Also rebuild and hash every crate; what a dump refers back to is taken from the mirror
        #[arg(long)]
        deep: bool,
        #[command(flatten)]
        folder: KeyFolder,
    },
    /// List what one mirror, dump or state has that another lacks
    Diff {
        #[command(flatten)]
        sides: Diff,
    },
    /// Note that the last dump for a receiver has come
    Acknowledge {
        /// The name that `export --for` was given
        #[arg(value_name = "NAME")]
        name: String,
        /// What `import --receipt` has written there [default: the last dump has come, and nothing else has changed]
        #[arg(value_name = "RECEIPT")]
        receipt: Option<PathBuf>,
    },
}

#[derive(Debug, Args)]
pub struct Key {
    #[command(subcommand)]
    pub command: KeyCommand,
}

#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// Make a key, and print the file to give to others
    New {
        /// Its name
        #[arg(value_name = "NAME")]
        name: String,
        /// Have this older key vouch for it, for those who trust the older one
        #[arg(long, value_name = "NAME|FILE")]
        after: Option<String>,
        #[command(flatten)]
        folder: KeyFolder,
    },
    /// Print a public key
    Show {
        /// Its name
        #[arg(value_name = "NAME")]
        name: String,
        #[command(flatten)]
        folder: KeyFolder,
    },
    /// Take dumps that are signed with this key from now on
    Trust {
        /// Public key of OpenSSH, or the word of a trusted key for a newer one
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Whose it is [default: the name of the file]
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        #[command(flatten)]
        folder: KeyFolder,
    },
    /// Say how many trusted keys must have signed a dump, or show it
    Threshold {
        /// At least 1
        #[arg(value_name = "NUMBER", value_parser = clap::value_parser!(u8).range(1..))]
        number: Option<u8>,
        #[command(flatten)]
        folder: KeyFolder,
    },
    /// List the keys that dumps are signed with and the trusted ones
    List {
        #[command(flatten)]
        folder: KeyFolder,
    },
}

#[derive(Debug, Args)]
pub struct WriteState {
    /// File to write
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

#[derive(Debug, Args)]
#[group(skip)]
pub struct Diff {
    /// Folder of a mirror, a dump, or a state
    #[arg(value_name = "A")]
    pub left: PathBuf,
    /// Folder of a mirror, a dump, or a state
    #[arg(value_name = "B")]
    pub right: PathBuf,
}
