//! The command line of hosted registries, as clap reads it.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// Where hosted registries and accounts are.
#[derive(Debug, Args)]
pub struct HostArguments {
    /// Bucket that has the hosted registries and accounts, as servers with `serve --store` share it [default: `store` of
    /// `[serve]` in `mirror.toml`, else the mirror's folder]
    #[arg(long, value_name = "URL", env = "CARGO_MIRROR_STORE", global = true)]
    pub store: Option<String>,
    /// Address of the object store, for stores that speak another's protocol [default: from the environment]
    #[arg(long, value_name = "URL", global = true)]
    pub store_endpoint: Option<String>,
}

#[derive(Debug, Args)]
pub struct Registry {
    #[command(subcommand)]
    pub command: Option<RegistryCommand>,
    #[command(flatten)]
    pub host: HostArguments,
}

#[derive(Debug, Subcommand)]
pub enum RegistryCommand {
    /// Make a registry that crates can be published into
    New {
        /// Name: lower-case letters, digits, `-` and `_`
        name: String,
        /// Address of its index, as clients name it, as in <https://HOST/registries/NAME/index/>
        #[arg(long, value_name = "INDEX URL")]
        url: String,
        #[command(flatten)]
        settings: RegistrySettings,
    },
    /// List the hosted registries of the mirror
    List,
    /// Show a hosted registry
    Show {
        /// Name of the registry
        name: String,
    },
    /// Change a hosted registry
    Set {
        /// Name of the registry
        name: String,
        /// New address of its index; the old one goes on to mean this registry
        #[arg(long, value_name = "INDEX URL")]
        url: Option<String>,
        #[command(flatten)]
        settings: RegistrySettings,
    },
}

#[derive(Debug, Args)]
pub struct RegistrySettings {
    /// Who needs a token: nobody, whoever changes something, or everybody [default: publish]
    #[arg(long, value_name = "WHO")]
    pub auth: Option<AuthArgument>,
    /// Another address that means this registry; repeatable
    #[arg(long = "alias", value_name = "INDEX URL")]
    pub aliases: Vec<String>,
    /// Setting of `mirror.toml`, as in max-crate-size=5MiB; lists are separated by commas; repeatable
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = key_and_value)]
    pub settings: Vec<(String, String)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AuthArgument {
    /// Nobody, not even to publish
    None,
    /// Whoever publishes, yanks or changes owners
    Publish,
    /// Everybody
    All,
}

const ADD_HELP: &str = "\
A version that is there with the same bytes is passed over, so the same command can be run again. Exit status: 0 if all \
packages are there, 101 if one was refused.";

#[derive(Debug, Args)]
#[command(after_help = ADD_HELP)]
pub struct Add {
    /// `.crate` files, as `cargo package` makes them
    #[arg(value_name = "FILE", required_unless_present_any = ["from", "packages"])]
    pub files: Vec<PathBuf>,
    /// Registry to add to [default: the only one of the mirror]
    #[arg(long, value_name = "NAME")]
    pub registry: Option<String>,
    /// Add every `.crate` file of this folder
    #[arg(long, value_name = "DIR")]
    pub from: Option<PathBuf>,
    /// Also yank the versions whose file is not in the folder
    #[arg(long, requires = "from")]
    pub sync: bool,
    /// Package what is in this folder with cargo, and add it; repeatable
    #[arg(long = "package", value_name = "DIR")]
    pub packages: Vec<PathBuf>,
    /// Owner of crates that are new: a user, or a team as in team:core; repeatable [default: the administrators]
    #[arg(long = "owner", value_name = "OWNER")]
    pub owners: Vec<String>,
    /// When the packages were published: 2026-05-01, 2026-05-01T12:00:00Z, or `git` for the time at which each file was
    /// committed [default: now]
    #[arg(long, value_name = "WHEN")]
    pub pubtime: Option<String>,
    #[command(flatten)]
    pub host: HostArguments,
}

#[derive(Debug, Args)]
pub struct Yank {
    /// Version to yank: builds that have locked it go on, new ones pass over it
    #[arg(value_name = "NAME@VERSION", required = true)]
    pub versions: Vec<String>,
    /// Registry it is in [default: the only one of the mirror]
    #[arg(long, value_name = "NAME")]
    pub registry: Option<String>,
    /// Take the yank back
    #[arg(long)]
    pub undo: bool,
    #[command(flatten)]
    pub host: HostArguments,
}

const REMOVE_HELP: &str = "\
The bytes move into quarantine, and the number of a version is never used again. Builds that have locked it fail from \
then on: `cargo mirror yank` is enough to keep new builds from it.";

#[derive(Debug, Args)]
#[command(after_help = REMOVE_HELP)]
pub struct Remove {
    /// Version to remove, or the name of a crate to remove all of it
    #[arg(value_name = "NAME[@VERSION]")]
    pub what: String,
    /// Registry it is in [default: the only one of the mirror]
    #[arg(long, value_name = "NAME")]
    pub registry: Option<String>,
    /// Remove it; without this, only say what would be removed
    #[arg(short, long)]
    pub yes: bool,
    #[command(flatten)]
    pub host: HostArguments,
}

fn key_and_value(text: &str) -> Result<(String, String), String> {
    /// Settings that are lists.
    const LISTS: [&str; 4] = ["names", "dep-registries", "required", "allow-public"];
    let Some((key, value)) = text.split_once('=') else {
        return Err("a setting is KEY=VALUE".to_owned());
    };
    let (key, value) = (key.trim(), value.trim());
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let value = if LISTS.contains(&key) {
        let parts = value
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty());
        format!("[{}]", parts.map(quoted).collect::<Vec<_>>().join(", "))
    } else if value.parse::<i64>().is_ok() || matches!(value, "true" | "false") {
        value.to_owned()
    } else {
        quoted(value)
    };
    Ok((key.to_owned(), value))
}
