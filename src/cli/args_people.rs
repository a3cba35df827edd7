//! Arguments of `user`, `team`, `token` and `owner`.

use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};

use crate::cli::args_hosting::HostArguments;
use crate::model::access::owners::Owner;
use crate::model::access::people::Login;
use crate::model::access::scope::{CratePattern, Role, Scope};
use crate::model::package::id::{CrateName, Invalid};
use crate::model::units::quantity;

#[derive(Debug, Args)]
pub struct User {
    #[command(subcommand)]
    pub command: UserCommand,
    #[command(flatten)]
    pub host: HostArguments,
}

#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Make a user; the first administrator is made so, on the machine that has the mirror
    New {
        /// Name of the user: lower-case letters, digits, `-` and `_`
        #[arg(value_name = "LOGIN", value_parser = Login::parse)]
        login: Login,
        /// Name that `cargo owner --list` shows
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        /// E-mail address that `cargo owner --list` shows
        #[arg(long, value_name = "ADDRESS")]
        email: Option<String>,
        /// The most that tokens of the user may do
        #[arg(long, value_name = "ROLE", default_value = "publisher")]
        role: UserRole,
        /// Short for --role admin
        #[arg(long, conflicts_with = "role")]
        admin: bool,
    },
    /// List users: login, role, teams
    List,
    /// Refuse every token of a user, from the next request on
    Disable {
        /// Name of the user
        #[arg(value_name = "LOGIN", value_parser = Login::parse)]
        login: Login,
        /// Accept the tokens again
        #[arg(long)]
        undo: bool,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum UserRole {
    /// Read
    Reader,
    /// Read, create crates, and publish, yank and share the user's own
    Publisher,
    /// Everything, with crates of others too
    Admin,
}

impl From<UserRole> for Role {
    fn from(role: UserRole) -> Self {
        match role {
            UserRole::Reader => Self::Reader,
            UserRole::Publisher => Self::Publisher,
            UserRole::Admin => Self::Admin,
        }
    }
}

#[derive(Debug, Args)]
pub struct Team {
    #[command(subcommand)]
    pub command: TeamCommand,
    #[command(flatten)]
    pub host: HostArguments,
}

#[derive(Debug, Subcommand)]
pub enum TeamCommand {
    /// Make a team, which can own crates as `team:NAME`
    New {
        /// Name of the team: lower-case letters, digits, `-` and `_`
        #[arg(value_name = "NAME", value_parser = Login::parse)]
        name: Login,
        /// Users that are members
        #[arg(value_name = "LOGIN", value_parser = Login::parse)]
        members: Vec<Login>,
    },
    /// List teams and their members
    List,
    /// Add members to a team
    Add {
        /// Name of the team
        #[arg(value_name = "NAME", value_parser = Login::parse)]
        name: Login,
        /// Users to add
        #[arg(value_name = "LOGIN", required = true, value_parser = Login::parse)]
        members: Vec<Login>,
    },
    /// Remove members from a team, or a team that owns no crate
    Remove {
        /// Name of the team
        #[arg(value_name = "NAME", value_parser = Login::parse)]
        name: Login,
        /// Users to remove [default: the team itself]
        #[arg(value_name = "LOGIN", value_parser = Login::parse)]
        members: Vec<Login>,
    },
}

#[derive(Debug, Args)]
pub struct Token {
    #[command(subcommand)]
    pub command: TokenCommand,
    #[command(flatten)]
    pub host: HostArguments,
}

#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Make a token and print it, this once: the mirror keeps only its hash
    New(NewToken),
    /// List tokens: id, user, scopes, when they expire and were last used
    List {
        /// Only tokens of this user
        #[arg(long, value_name = "LOGIN", value_parser = Login::parse)]
        user: Option<Login>,
    },
    /// Refuse tokens from the next request on
    Revoke {
        /// Ids of tokens, or the starts of ids
        #[arg(value_name = "ID", required = true)]
        ids: Vec<String>,
    },
}

#[derive(Debug, Args)]
pub struct NewToken {
    /// User that the token acts for
    #[arg(long, value_name = "LOGIN", value_parser = Login::parse)]
    pub user: Login,
    /// What it may do: read, publish-new, publish-update, yank, change-owners, trusted-publishing or admin; repeatable
    #[arg(long = "scope", value_name = "SCOPE", value_delimiter = ',', default_value = "read", value_parser = Scope::parse)]
    pub scopes: Vec<Scope>,
    /// Limit it to this registry; repeatable [default: all]
    #[arg(long = "registry", value_name = "NAME", value_delimiter = ',')]
    pub registries: Vec<String>,
    /// Limit it to these crates: a name, or the start of one and `*`; repeatable [default: all]
    #[arg(long = "crate", value_name = "PATTERN", value_delimiter = ',', value_parser = CratePattern::parse)]
    pub crates: Vec<CratePattern>,
    /// Time after which it is refused: 12h, 90d, 52w
    #[arg(long, value_name = "TIME", default_value = "90d", value_parser = quantity::duration)]
    pub expires: Duration,
    /// Let it never expire
    #[arg(long, conflicts_with = "expires")]
    pub no_expiry: bool,
    /// What it is for, as `token list` shows it
    #[arg(
        long,
        value_name = "TEXT",
        default_value = "",
        hide_default_value = true
    )]
    pub name: String,
}

#[derive(Debug, Args)]
pub struct OwnerArguments {
    #[command(subcommand)]
    pub command: OwnerCommand,
    #[command(flatten)]
    pub host: HostArguments,
}

#[derive(Debug, Subcommand)]
pub enum OwnerCommand {
    /// List the owners of a crate
    List(OwnedCrate),
    /// Add owners to a crate
    Add {
        #[command(flatten)]
        owned: OwnedCrate,
        /// Users, or teams as `team:NAME`
        #[arg(value_name = "OWNER", required = true, value_parser = Owner::parse)]
        owners: Vec<Owner>,
    },
    /// Remove owners from a crate; the last one stays
    Remove {
        #[command(flatten)]
        owned: OwnedCrate,
        /// Users, or teams as `team:NAME`
        #[arg(value_name = "OWNER", required = true, value_parser = Owner::parse)]
        owners: Vec<Owner>,
    },
}

#[derive(Debug, Args)]
pub struct AuditLog {
    /// Only entries of this time or later: 12h, 7d, 2026-05-01, 2026-05-01T12:00:00Z
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
    /// Only entries about this registry
    #[arg(long, value_name = "NAME")]
    pub registry: Option<String>,
    /// Only entries about this crate, in whichever registry
    #[arg(long = "crate", value_name = "NAME", value_parser = crate_name)]
    pub name: Option<CrateName>,
    #[command(flatten)]
    pub host: HostArguments,
}

#[derive(Debug, Args)]
pub struct OwnedCrate {
    /// Name of the crate
    #[arg(value_name = "CRATE", value_parser = crate_name)]
    pub name: CrateName,
    /// Registry of the crate [default: the only hosted one]
    #[arg(long, value_name = "NAME")]
    pub registry: Option<String>,
}

fn crate_name(text: &str) -> Result<CrateName, Invalid> {
    CrateName::parse(text)
}
