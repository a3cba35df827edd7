//! `cargo mirror`: mirror the whole dependency closure of your projects, and build with the network gone.
//!
//! This page is the map. The code stands on five floors, and imports point down only: `cli -> serve -> ops -> io -> model`.
//! `tests/it/architecture.rs` fails on an upward import.
//!
//! # What is on disk
//!
//! ```text
//! <mirror>/
//!   crates-io/                  a cargo local registry: cargo reads it as it stands, no server needed
//!     index/se/rd/serde         one raw JSON line per version, byte for byte as upstream sent it
//!     serde-1.0.229.crate       flat, original case, full version; its modification time is a seal or a mark (see io::store)
//!   registries/<host>-<hash>/   the same for each other registry that a lockfile names
//!   git/shared-0123456-89abcdef/  a cargo directory source: one git source at one revision (see io::git_store)
//!     source.json               which source and revision, and what belongs here
//!     shared-0.1.0/             a package, its manifest standing alone, with its `.cargo-checksum.json`
//!   .mirror/                    ours alone, all of it can be rebuilt from the rest
//!     lock                      held while index files are edited
//!     in-use                    locked by every run that adds, shared, and by `gc`, alone
//!     roots/<id>                every lockfile and list that was ever given, and what it came to
//!     failures.json             what could not be fetched, and why
//!     tmp/<process>/            where files grow before they are renamed to their final names
//!     lines/crates-io/se        what was written into the index, line by line (see model::record)
//!     verify                    how far a `verify` under way is
//!     quarantine/<n>/           what `repair` has moved out of the way
//!     watch/<registry>/se/rd/serde   what upstream last said of a crate, for `outdated` to ask whether it still holds
//!     advisories/<repository>/  a clone of an advisory database
//!     upstream/<registry>/se/rd/serde   upstream's whole index file as last seen, for `serve`
//!     use/crates-io             how often each crate was asked for, and when last, for `serve`
//! ```
//!
//! # What always holds
//!
//! 1. Bytes first, then the index line, then the pointer (cargo's config, a root), each flushed before the next; removing
//!    goes the other way. A kill or a power cut at any instant leaves a mirror that cargo can use.
//!    An index line without bytes stands only where a root on disk says that it is pruned.
//! 2. Nothing is ever seen half-written under its final name.
//! 3. The store takes [`model::krate::Verified`] and nothing else, and only hashing makes one.
//! 4. Upstream's index lines stay raw, byte for byte.
//! 5. Names and versions are checked where they enter; code that builds paths cannot see a bad one.
//! 6. The engine emits [`model::event::Event`]s and never prints.
//! 7. A command that could not do all of its work says which items, why and what to do, and exits non-zero.
//! 8. Clock, environment and randomness are arguments below `io`.
//! 9. The last judge is the real cargo: tests build projects out of what we wrote, with the network taken away.
//! 10. A token goes into the header of a request to its own registry and nowhere else: [`io::login::Pass`] decides, hop by hop.
//!
//! # How `vendor` goes
//!
//! ```text
//! project -> ops::closure -> Closure { wanted, unsupported }        lockfile text, or a list resolved by the real cargo
//!         -> ops::prune   -> bytes that no build asked for reads         with --target and the like; a root remembers them
//!         -> ops::fetch   -> Plan { fetch, keep, refused }          wanted against what the mirror holds
//!                         -> one wave: cargo's cache, else upstream; hash; put; then the index line
//!         -> ops::git     -> the commit's objects out of cargo's own repositories, hashed; else cargo fetches it there
//!         -> io::cargo    -> is the lockfile current?               the real cargo, offline, against the mirror
//!         -> io::group    -> on disk for certain                    flushed in groups, then sealed
//!         -> ops::roots   -> .mirror/roots, failures.json           what was asked for, what could not be had
//!         -> io::config   -> .cargo/config.toml                     the pointer, last
//!         -> report
//! ```
//!
//! # How `repair` goes
//!
//! ```text
//! ops::verify -> damages              the folder listed, the index walked by a pool of tasks, each `.crate` hashed
//! ops::mend   -> put right locally    one flipped bit undone by its record, names, doubles, places
//!             -> ops::fetch           bytes and lines that are lacking, with the checksum the mirror has always had
//!             -> io::survey           what nobody can put right goes into quarantine
//! ops::verify -> what is left         both directions again, and every crate that was touched hashed again
//! ```
//!
//! # How `serve` answers
//!
//! ```text
//! serve::listen   -> accepted by one task, served by one thread a core
//! serve::ready    -> in memory and fresh: answered at once (serve::cache)
//!                 -> serve::stream: what is asked for often is sent by the system itself (io::lent)
//! serve::handler  -> serve::router: what the path means, checked names only
//! serve::index    -> kept and fresh, else upstream asked once for all (serve::single); stale if it cannot be
//! serve::download -> in the mirror: hashed once, then served
//!                 -> else io::relay: clients read the growing file; the last byte waits for the checksum
//!                 -> serve::keeper: one thread puts it, writes the line, flushes; lets go of what is too much
//! ```

/// Plain data and pure rules. No disk, no network, no clock, no async.
pub mod model {
    pub mod advisory;
    pub mod amount;
    pub mod damage;
    pub mod error;
    pub mod event;
    pub mod failure;
    pub mod git_record;
    pub mod graph;
    pub mod index;
    pub mod krate;
    pub mod list;
    pub mod lockfile;
    pub mod login;
    pub mod manifest;
    pub mod moment;
    pub mod original;
    pub mod package;
    pub mod plan;
    pub mod record;
    pub mod root;
    pub mod selection;
    pub mod source;
    pub mod surplus;
    pub mod watch;
}

/// The doors: the only code that touches disk, network, clock, environment and processes.
pub mod io {
    pub mod advisories;
    pub mod ask;
    pub mod builds;
    pub mod cargo;
    pub mod cargo_config;
    pub mod cargo_home;
    pub mod cargo_sources;
    pub mod config;
    mod config_block;
    mod config_ours;
    #[cfg(test)]
    mod config_tests;
    mod config_text;
    pub mod credentials;
    pub mod disk;
    mod downloads;
    pub mod flush;
    pub mod git;
    pub mod git_index;
    pub mod git_look;
    pub mod git_objects;
    pub mod git_store;
    pub mod git_tree;
    mod group;
    pub mod hosts;
    pub mod http;
    pub mod incoming;
    pub mod inventory;
    pub mod kept;
    pub mod lent;
    pub mod line_log;
    pub mod lock;
    pub mod login;
    pub mod parallel;
    pub mod platform;
    pub mod provider;
    pub mod records;
    pub mod relay;
    pub mod retry;
    pub mod served;
    pub mod store;
    pub mod stubs;
    pub mod survey;
    mod toml_text;
    pub mod trace;
    pub mod upstream;
    pub mod usage;
    pub mod walk;
    pub mod watched;
}

/// The verbs: plain options in, events during, a plain report out.
pub mod ops {
    pub mod access;
    pub mod aim;
    pub mod closure;
    pub mod complete;
    pub mod cursor;
    pub mod explain;
    pub mod fetch;
    mod gather;
    pub mod gc;
    pub mod git;
    mod git_check;
    mod git_fetch;
    mod git_gc;
    mod git_package;
    pub mod in_force;
    pub mod inspect;
    pub mod lines;
    pub mod lists;
    mod mend;
    mod named;
    pub mod outdated;
    mod part;
    pub mod pool;
    pub mod prune;
    pub mod repair;
    pub mod retain;
    pub mod roots;
    pub mod status;
    pub mod switch;
    pub mod tidy;
    pub mod vendor;
    pub mod verify;
    pub mod workspaces;
}

/// The HTTP face.
pub mod serve {
    pub mod access;
    pub mod answer;
    pub mod cache;
    pub mod download;
    pub mod h2c;
    pub mod handler;
    pub mod hot;
    pub mod index;
    pub mod keeper;
    pub mod limits;
    pub mod listen;
    pub mod log;
    pub mod negotiate;
    pub mod notify;
    pub mod pages;
    pub mod prefetch;
    pub mod pull;
    pub mod ready;
    pub mod router;
    pub mod server;
    pub mod single;
    pub mod stats;
    pub mod stream;
    pub mod tls;
    pub mod usage;
}

/// People: arguments, words, bars, exit codes.
pub mod cli {
    pub mod args;
    pub mod checkup;
    pub mod explain;
    pub mod generate;
    pub mod outdated;
    pub mod progress;
    pub mod run;
    pub mod serve;
    pub mod settings;
    pub mod terminal;
    pub mod turn;
    pub mod upkeep;
    pub mod words;
}
