//! `cargo mirror`: mirror the whole dependency closure of your projects, and build with the network gone.
//!
//! This page is the map. The code stands on five floors, and imports point down only: `cli -> ops -> io -> model`
//! (`serve`, when it comes, stands between `cli` and `ops`). `tests/it/architecture.rs` fails on an upward import.
//!
//! # What is on disk
//!
//! ```text
//! <mirror>/
//!   crates-io/                  a cargo local registry: cargo reads it as it stands, no server needed
//!     index/se/rd/serde         one raw JSON line per version, byte for byte as upstream sent it
//!     serde-1.0.229.crate       flat, original case, full version; its modification time is a seal (see io::store)
//!   .mirror/                    ours alone, all of it can be rebuilt from the rest
//!     lock                      held while index files are edited
//!     tmp/<process>/            where files grow before they are renamed to their final names
//! ```
//!
//! # What always holds
//!
//! 1. Bytes first, then the index line, then the pointer (cargo's config). A kill at any instant leaves a mirror that
//!    cargo can use.
//! 2. Nothing is ever seen half-written under its final name.
//! 3. The store takes [`model::krate::Verified`] and nothing else, and only hashing makes one.
//! 4. Upstream's index lines stay raw, byte for byte.
//! 5. Names and versions are checked where they enter; code that builds paths cannot see a bad one.
//! 6. The engine emits [`model::event::Event`]s and never prints.
//! 7. A command that could not do all of its work says which items, why and what to do, and exits non-zero.
//! 8. Clock, environment and randomness are arguments below `io`.
//! 9. The last judge is the real cargo: tests build projects out of what we wrote, with the network taken away.
//!
//! # How `vendor` goes
//!
//! ```text
//! project -> ops::closure -> Closure { wanted, unsupported }        lockfile text, or a list resolved by the real cargo
//!         -> ops::fetch   -> Plan { fetch, keep, refused }          wanted against what the mirror holds
//!                         -> one wave: cargo's cache, else upstream; hash; put; then the index line
//!         -> io::cargo    -> is the lockfile current?               the real cargo, offline, against the mirror
//!         -> io::config   -> .cargo/config.toml                     the pointer, last
//!         -> report
//! ```

/// Plain data and pure rules. No disk, no network, no clock, no async.
pub mod model {
    pub mod error;
    pub mod event;
    pub mod index;
    pub mod krate;
    pub mod list;
    pub mod lockfile;
    pub mod package;
    pub mod plan;
    pub mod source;
}

/// The doors: the only code that touches disk, network, clock, environment and processes.
pub mod io {
    pub mod cargo;
    pub mod cargo_config;
    pub mod cargo_home;
    pub mod config;
    mod config_text;
    pub mod disk;
    pub mod git;
    pub mod hosts;
    pub mod http;
    pub mod lock;
    pub mod platform;
    pub mod retry;
    pub mod store;
    mod toml_text;
    pub mod upstream;
}

/// The verbs: plain options in, events during, a plain report out.
pub mod ops {
    pub mod access;
    pub mod closure;
    pub mod fetch;
    pub mod lists;
    pub mod status;
    pub mod switch;
    pub mod vendor;
}

/// People: arguments, words, bars, exit codes.
pub mod cli {
    pub mod args;
    pub mod generate;
    pub mod progress;
    pub mod run;
    pub mod settings;
    pub mod terminal;
    pub mod words;
}
