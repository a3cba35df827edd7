//! The reports: one variant a command.

use serde::Serialize;

use crate::cli::json::bucket::{Examined, LookedAfter, Pulled, Pushed};
#[cfg(feature = "bundle")]
use crate::cli::json::bundle::{BundleReport, Diffed, Exported, Imported, KeyReport, StateWritten};
use crate::cli::json::catalog::{Catalogs, Searched, Shown};
use crate::cli::json::config::Switched;
use crate::cli::json::host::Hosted;
use crate::cli::json::hosting::{Added, HostedList, Withdrawn, Yanked};
use crate::cli::json::mirror::{Collected, Forgotten, Roots, Statistics};
use crate::cli::json::outdated::Outdated;
use crate::cli::json::people::{AuditLog, Owners, Teams, TokenReport, Users};
#[cfg(feature = "serve")]
use crate::cli::json::settings::EffectiveSettings;
use crate::cli::json::status::{Explained, Status};
use crate::cli::json::sync::Synced;
use crate::cli::json::vendor::Fetched;
use crate::cli::json::verify::{Repaired, Verified};

/// What a command did or found.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(tag = "command", rename_all = "kebab-case")]
pub enum Report {
    Vendor(Fetched),
    Prefetch(Fetched),
    Status(StatusReport),
    Verify(VerifyReport),
    Repair(Repaired),
    Outdated(Outdated),
    On(Switched),
    Off(Switched),
    Roots(RootsReport),
    Gc(Collected),
    #[cfg(feature = "bundle")]
    Export(Exported),
    #[cfg(feature = "bundle")]
    Import(Imported),
    #[cfg(feature = "bundle")]
    Bundle(BundleReport),
    #[cfg(feature = "bundle")]
    Key(KeyReport),
    #[cfg(feature = "bundle")]
    State(StateWritten),
    #[cfg(feature = "bundle")]
    Diff(Diffed),
    Push(Pushed),
    Pull(Pulled),
    Doctor(Examined),
    VerifyBucket(LookedAfter),
    RepairBucket(LookedAfter),
    GcBucket(LookedAfter),
    Stats(StatsReport),
    Search(Searched),
    Show(Box<Shown>),
    Catalog(Catalogs),
    User(Users),
    Team(Teams),
    Token(TokenReport),
    Owner(Owners),
    AuditLog(AuditLog),
    Host(Hosted),
    #[cfg(feature = "serve")]
    Config(EffectiveSettings),
    Registry(HostedList),
    Add(Added),
    Yank(Yanked),
    Remove(Withdrawn),
    Sync(Box<Synced>),
}

/// Of `status`, or of `status --explain`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum StatusReport {
    Status(Status),
    Explained(Explained),
}

/// Of `verify`, or of `verify --repair`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum VerifyReport {
    Verified(Verified),
    Repaired(Repaired),
}

/// Of `roots` and `roots add`, or of `roots forget`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum RootsReport {
    Listed(Roots),
    Forgotten(Forgotten),
}

/// Of the mirror's own records, or, with `--server`, what the server says of itself at `/-/stats`, its `version`
/// as `server_version`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum StatsReport {
    Mirror(Statistics),
    Server(serde_json::Map<String, serde_json::Value>),
}
