//! `cargo mirror`: mirror the whole dependency closure of your projects, and build with the network gone.
//!
//! This page is the map. The code has five floors, and imports point down only: `cli -> serve -> ops -> io -> model`. Each
//! floor has rooms, and each room has a line below. `tests/it/architecture.rs` checks floors, rooms, names and sizes.
//! The library is not an API: it exists so that tests and the binary can use it.
//!
//! # What is on disk
//!
//! ```text
//! <mirror>/
//!   crates-io/                  a cargo local registry: cargo reads it as it is, no server needed
//!     index/se/rd/serde         one raw JSON line per version, byte for byte as upstream sent it
//!     serde-1.0.229.crate       flat, original case, full version; its modification time is a seal or a mark (io::store::registry)
//!   registries/<host>-<hash>/   the same for each other registry that a lockfile names
//!   registries/<name>/          a registry that is published into: `registry.toml` marks it (io::mirror::hosting)
//!   git/<name>-<rev>-<hash>/    a cargo directory source: one git source at one commit (io::store::git)
//!     source.json               which source, which commit, which packages
//!     .tree-<hash>/             the whole tree of the commit
//!     shared-0.1.0 -> .tree-…   a package: a link to its folder in the tree
//!   access/                     users, teams, tokens, owners, the audit log (io::access): cannot be rebuilt
//!   .mirror/                    the program's own (io::mirror::layout); all of it can be rebuilt from the rest
//! ```
//!
//! # What always holds
//!
//! 1. Bytes first, then the index line, then the pointer (cargo's config, a root), each flushed before the next; removing
//!    goes the other way. A kill or a power cut at any instant leaves a mirror that cargo can use.
//!    An index line without bytes exists only where a root on disk says that it is pruned.
//! 2. Nothing is ever seen half-written under its final name.
//! 3. The store takes [`model::package::checksum::Verified`] and nothing else, and only hashing makes one.
//! 4. Upstream's index lines stay raw, byte for byte.
//! 5. Names and versions are checked where they enter; code that builds paths cannot see a bad one.
//! 6. The engine emits [`model::event::Event`]s and never prints.
//! 7. A command that could not do all of its work says which items, why and what to do, and exits non-zero.
//! 8. Clock ([`io::clock::Clock`]), environment and randomness are arguments below `cli`.
//! 9. The last judge is the real cargo: *ready* is said only after cargo, without a network, agreed at the mirror.
//! 10. A token goes into the header of a request to its own registry and nowhere else:
//!     [`io::auth::scope::Authorization`] decides, hop by hop.
//!
//! # How `vendor` goes
//!
//! ```text
//! cli::command         arguments, settings, the report in words or JSON
//! ops::input::read     project -> lockfile text, or a list that the real cargo resolves -> Closure
//! ops::vendor::prune   --target and the like: packages that no such build reads keep their line only
//! ops::fetch::registry Closure -> Plan; one wave: cargo's cache, else upstream; hash; put; then the index line
//! ops::fetch::git      the commit's objects out of cargo's own repositories, hashed; else cargo fetches them
//! io::store::commit    flushed in batches, then sealed
//! ops::vendor::up_to_date   the real cargo, offline, at the mirror: does it agree?
//! ops::roots           .mirror/roots and failures.json: what was asked for, what could not be had
//! ops::config::switch  .cargo/config.toml (io::config::edit), last; taken back if cargo does not load the project with it
//! ```
//!
//! # How `repair` goes
//!
//! ```text
//! ops::verify::run      the folder listed, the index walked, each `.crate` hashed: damages
//! ops::repair::local    a flipped bit in an index line corrected (model::index::journal); names, duplicates, places
//! ops::repair::refetch  missing bytes and lines, with the checksum that the mirror has always had
//! io::store::quarantine what cannot be repaired
//! ops::verify::run      both directions again, and every touched crate hashed again
//! ```
//!
//! # How `export` and `import` go
//!
//! ```text
//! ops::bundle::select   what goes in; ops::bundle::plan: which crates share a frame, and what they refer back to
//! io::bundle::deflate   a crate taken apart: its archive, and what it takes to pack it again to the bit
//! io::bundle::zlib      zlib's deflate to the bit, for crates from before April 2025
//! io::bundle::writer    parts of at most --split bytes: frames, the manifest, its signature, the tail; one pass, for pipes
//! ops::bundle::opened   the other side: manifest and signature first, and nothing is written before both are believed
//! ops::bundle::put      a frame hashed, unpacked, each crate rebuilt, hashed and put: bytes, then lines
//! ops::bundle::gone     what the sender tells of as removed goes last, unless a root here wants it
//! ```
//!
//! # How `sync` goes
//!
//! ```text
//! io::git::tree_index     the trees of the index, without its contents: which files have changed; unchanged: done
//! ops::sync::scope        which crates to look at: what changed, what failed and is due, or all
//! ops::sync::closure      with --closure: which versions the dependencies of the selected crates need
//! ops::sync::index_answer an index file, asked for and held against its tree
//! ops::sync::judge        which of its lines are wanted (model::sync::choose), and what of them is missing
//! ops::sync::missing      what is missing: fetched, hashed and put by the thread that it came to
//! ops::sync::writer       another thread, group by group: flush, lines, flush, seals, then what is known of the file
//! ops::sync::removal      what upstream no longer has is put aside
//! model::sync::cursor     written last
//! ```
//!
//! # How `serve` answers
//!
//! ```text
//! serve::net::listen         accepted by one task, served by one thread per core
//! serve::registry::respond   in memory and fresh: answered at once (serve::answer::cache), large bodies by sendfile
//! serve::route::handler      serve::route::router: from the path to a route, checked names only
//! serve::registry::index     cached and fresh, else upstream is asked once for all clients; stale while upstream is down;
//!                            404 only if upstream said so, or if there is no upstream and no line here
//! serve::registry::download  in the mirror: hashed once, then served
//! io::upstream::relay        else clients read the growing file; the last byte waits for the checksum
//! serve::registry::shared_bucket    with a bucket: a signed redirect to it, or its bytes
//! serve::registry::writer    one thread stores crates, commits index lines, evicts
//! ```
//!
//! # How a publish goes
//!
//! ```text
//! serve::api::publish     the token, then the metadata and the rights to its name, then the bytes, hashed as they come
//! ops::publish::check     archive, manifest, the line made of it (model::index::from_manifest), dependencies: all or nothing
//! ops::publish::commit    under the lock: is it there already? whose is the name?
//! io::hosting::store      bytes -> record in access/ -> index line, each lasting before the next; the line is the moment it
//!                         exists. In a folder: io::store::hosted, under locks. In a bucket: io::hosting::in_bucket, where each
//!                         write is compared with what was read, since other servers publish at the same time
//! serve::registry::hosted what was cached is forgotten before the answer; the name is private from now on
//! ```
//!
//! # Where to look
//!
//! | question | file |
//! |---|---|
//! | order of writes of a crate | `io/store/commit.rs` |
//! | what `replace-with` becomes on `on` and `off` | `io/config/edit.rs`, `io/config/detect.rs` |
//! | where builds take their packages from | `ops/config/effective.rs` |
//! | whether cargo agrees | `ops/config/judge.rs` |
//! | what is retried, and when | `io/http/retry.rs`, `io/http/host_gate.rs` |
//! | which proxy, which certificates | `io/http/proxies.rs`, `io/http/trust.rs` |
//! | an error's text and hint | `model/errors/` |
//! | which writes a bucket refuses, and who retries them | `io/bucket/objects.rs`, `io/bucket/store.rs` |
//! | what many servers of hosted registries see, and when | `serve/registry/shared_hosting.rs`, `io/access/in_bucket.rs` |
//! | who may add to a bucket while another removes | `io/bucket/lease.rs` |
//! | the lines that `on` writes | `io/config/block.rs`, with addresses by `ops/config/target.rs` |
//! | what goes first, for `gc` and for `--max-size` | `model/mirror/retention.rs` |
//! | whether a token is good at a request | `serve/registry/identity.rs`, `io/access/token.rs`; of a token file, `serve/admit/token_file.rs` |
//! | how git submodules get into a mirror | `io/git/commit.rs` |
//! | what a search puts first | `model/search/rank.rs` |
//! | how a search finds words, with an index and without | `model/search/find.rs` |
//! | which HTML a readme may become | `model/about/readme.rs` |
//! | what of a registry is copied | `model/sync/choose.rs`, `model/sync/closure.rs` |
//! | the bytes of a dump | `model/bundle/tail.rs`, `model/bundle/manifest.rs` |
//! | a command's JSON | `cli/json/` |

// The compiler looks through the future of a connection down to its socket, which lies deeper on Windows.
#![recursion_limit = "256"]

/// Plain data and pure rules. No disk, no network, no clock, no async.
pub mod model {
    /// What a package says of itself, made fit for people: its readme, its manifest, its index line.
    pub mod about {
        pub mod anchors;
        pub mod index_line;
        pub mod link;
        pub mod manifest;
        pub mod raw_html;
        pub mod readme;
        pub mod wording;
    }
    /// Accounts: scopes, tokens, users, teams, owners, and what they may do.
    pub mod access {
        pub mod audit;
        pub mod owners;
        pub mod people;
        pub mod principal;
        pub mod refusal;
        pub mod scope;
        pub mod token;
        pub mod trusted;
    }
    /// Dumps: the manifest, where things are in a file, signatures, what somebody has.
    pub mod bundle {
        pub mod frame;
        pub mod history;
        pub mod manifest;
        pub mod reading;
        pub mod sshsig;
        pub mod state;
        pub mod tail;
        pub mod trust;
    }
    /// Failures by domain, each with its hint.
    pub mod errors {
        pub mod access;
        pub mod bucket;
        pub mod bundle;
        pub mod bundle_file;
        pub mod cargo;
        pub mod catalog;
        pub mod cause;
        pub mod config;
        pub mod environment;
        pub mod fs;
        pub mod git;
        pub mod host;
        pub mod hosting;
        pub mod input;
        pub mod serve;
        pub mod settings;
        pub mod signing;
        pub mod store;
        pub mod sync;
        pub mod upstream;
    }
    /// A registry of one's own: its marker, what may be published into it, how an upload looks.
    pub mod hosting {
        pub mod compare;
        pub mod registry;
        pub mod rules;
        pub mod settings;
        pub mod shared;
        pub mod upload;
    }
    /// Index files, line by line and raw; the journal of what was written into them; lines made of a manifest.
    pub mod index {
        pub mod file;
        pub mod file_names;
        pub mod from_manifest;
        pub mod journal;
        pub mod published;
        mod raw_line;
        pub mod registry_config;
        pub mod strict;
        pub mod validator;
        pub mod yank;
    }
    /// What people ask for: lockfiles, lists, filters, and the closure they come to.
    pub mod input {
        pub mod build_filter;
        pub mod closure;
        pub mod graph;
        pub mod lock_sources;
        pub mod lockfile;
        pub mod replacement;
        pub mod spec;
        pub mod unsupported;
    }
    /// What a mirror remembers: roots, failures, damage, what may be removed.
    pub mod mirror {
        pub mod damage;
        pub mod failures;
        pub mod history;
        pub mod retention;
        pub mod root;
    }
    /// A crate: name, version, checksum, the `.crate` archive and its manifest.
    pub mod package {
        pub mod archive;
        pub mod archive_bounds;
        pub mod archive_files;
        pub mod archive_names;
        pub mod checksum;
        pub mod id;
        pub mod manifest;
        pub mod tree_path;
    }
    /// Rules about crates: security advisories.
    pub mod policy {
        pub mod advisory;
    }
    /// Searching: queries, what is known of a crate and from where, what comes first.
    pub mod search {
        #[cfg(test)]
        mod complaints;
        pub mod find;
        pub mod origin;
        pub mod query;
        pub mod rank;
        pub mod row;
        pub mod text;
        pub mod words;
    }
    /// `mirror.toml`, a file for each kind of table.
    pub mod settings {
        pub mod bad;
        pub mod catalog;
        pub mod file;
        pub mod serve;
        pub mod sync;
        pub mod template;
        pub mod upstreams;
        pub mod web;
    }
    /// Where packages come from: registries, git repositories, and how cargo names them.
    pub mod source {
        pub mod bucket;
        pub mod garbled;
        pub mod git_record;
        pub mod git_trouble;
        pub mod id;
        pub mod raw_name;
        pub mod table;
    }
    /// Copies of registries: what is selected, what has changed, where a run stands, what failed.
    pub mod sync {
        pub mod candidate;
        pub mod changes;
        pub mod choose;
        pub mod closure;
        pub mod compare;
        pub mod cursor;
        pub mod name_map;
        pub mod rules;
        pub mod tree;
        pub mod troubles;
    }
    /// Timestamps, sizes and durations, parsed and printed.
    pub mod units {
        pub mod quantity;
        pub mod timestamp;
    }
    pub mod auth;
    pub mod error;
    pub mod event;
    pub mod plan;
    pub mod proxy;
    pub mod text;
    pub mod toml_error;
    pub mod url;
    pub mod webhook;
}

/// The doors: the only code that touches disk, network, clock, environment and processes.
pub mod io {
    /// Accounts in a folder or a bucket: users, teams, tokens, owners, the audit log.
    pub mod access {
        pub mod identity;
        pub mod in_bucket;
        pub mod log;
        pub mod once;
        pub mod owned;
        pub mod private_names;
        pub mod records;
        pub mod refusals;
        #[cfg(all(test, feature = "bucket"))]
        mod shared_tests;
        pub mod store;
        #[cfg(test)]
        mod tests;
        pub mod token;
    }
    /// Credentials: where they come from, and which request may carry them.
    pub mod auth {
        pub mod credentials;
        pub mod provider;
        pub mod scope;
        pub mod session;
    }
    /// A mirror in an object store: its requests, a probe of what the store supports, leases, a registry's objects.
    pub mod bucket {
        #[cfg(feature = "bucket")]
        pub mod cloud;
        pub mod counted;
        pub mod lease;
        pub mod objects;
        pub mod open;
        pub mod options;
        mod own_lease;
        pub mod probe;
        pub mod ranges;
        pub mod store;
        pub mod waiting;
    }
    /// Dumps: written and read, crates taken apart and put together, keys.
    #[cfg(feature = "bundle")]
    pub mod bundle {
        pub mod deflate;
        pub mod frame;
        pub mod keys;
        pub mod reader;
        pub mod records;
        pub mod ssh_keygen;
        pub mod tar_writes;
        pub mod tree;
        pub mod tree_reader;
        pub mod writer;
        pub mod zlib;
        pub mod zlib_block;
        pub mod zlib_code;
        pub mod zlib_finder;
        pub mod zlib_search;
    }
    /// The real cargo: commands, its home folder, its metadata.
    pub mod cargo {
        pub mod command;
        pub mod find_projects;
        pub mod home;
        pub mod index_clone;
        pub mod index_copy;
        pub mod metadata;
        pub mod package;
        pub mod proof;
        pub mod stubs;
        pub mod toolchain;
    }
    /// What can be searched for: the files of a catalogue, made, grown and read.
    pub mod catalog {
        pub mod base;
        pub mod build;
        pub mod bytes;
        pub mod dumped;
        pub mod fresh;
        pub mod glance;
        pub mod here;
        pub mod here_rows;
        pub mod joined;
        pub mod position;
        pub mod snapshot;
        #[cfg(test)]
        mod tests;
        pub mod texts;
        pub mod write;
    }
    /// Cargo's config: read in layers as cargo does, edited and restored to the byte.
    pub mod config {
        pub mod block;
        #[cfg(test)]
        mod block_tests;
        pub mod default_index;
        pub mod detect;
        pub mod document;
        pub mod edit;
        pub mod effective;
        pub mod load;
        pub mod own_address;
        pub mod registries;
        #[cfg(test)]
        mod server_tests;
        pub mod sources;
        #[cfg(test)]
        mod sources_tests;
        pub mod toml;
        #[cfg(test)]
        mod undo_tests;
    }
    /// The database dump of crates.io, read row by row.
    pub mod dump {
        pub mod fetch;
        pub mod reader;
        pub mod row;
    }
    /// Files: bounded reads, atomic replacement, flushing, locks.
    pub mod fs {
        pub mod error;
        pub mod file;
        pub mod hash;
        pub mod held_folder;
        pub mod links;
        pub mod lock;
        pub mod parallel;
        pub mod platform;
        pub mod stamp;
        pub mod sync;
        pub mod trace;
    }
    /// Git: the program, and objects read out of repositories without it.
    pub mod git {
        pub mod advisories;
        pub mod children;
        pub mod command;
        pub mod commit;
        pub mod config;
        pub mod index_repository;
        pub mod objects;
        pub mod transfer;
        pub mod tree;
        pub mod tree_index;
        pub mod work_tree;
    }
    /// Web hooks: what waits to be sent, and the sending.
    pub mod hooks {
        pub mod send;
        pub mod spool;
    }
    /// Hosted registries in a folder or in a bucket: which there are, and every write to one.
    pub mod hosting {
        pub mod in_bucket;
        pub mod registries;
        pub mod store;
    }
    /// The HTTP client: retries, limits for each host, stalls.
    pub mod http {
        pub mod answer;
        pub mod attempts;
        pub mod body;
        pub mod client;
        pub mod coding;
        pub mod get;
        pub mod host_gate;
        pub mod lanes;
        pub mod multiplexed;
        pub mod network_error;
        pub mod post;
        pub mod proxies;
        pub mod retry;
        pub mod settings;
        pub mod trust;
        pub mod via;
    }
    /// A mirror's folder: where everything lies, its use lock, roots, caches.
    pub mod mirror {
        pub mod bucket_notes;
        pub mod history;
        pub mod hosting;
        pub mod in_use;
        pub mod index_cache;
        pub mod known_files;
        pub mod layout;
        pub mod pruned;
        pub mod published_cache;
        pub mod roots;
        pub mod settings;
        pub mod sync_state;
        pub mod usage;
        pub mod verify_progress;
    }
    /// Sockets: sending from memory without a copy.
    #[cfg(feature = "serve")]
    pub mod net {
        pub mod sendfile;
    }
    /// The folder of one source: a local registry or a git directory source, and every write to it.
    pub mod store {
        pub mod commit;
        pub mod edit;
        pub mod git;
        pub mod git_check;
        pub mod git_package_writer;
        pub mod git_remove;
        pub mod git_tree_writer;
        pub mod git_trees;
        pub mod hosted;
        pub mod inventory;
        pub mod journal;
        pub mod killed;
        pub mod listing;
        pub mod quarantine;
        pub mod read;
        pub mod registry;
        pub mod revision;
        pub mod staging;
        pub mod staging_dir;
        pub mod stamp;
        pub mod withdraw;
        pub mod write_batch;
    }
    /// A registry that is mirrored: index files and crates, over HTTP, git or a folder.
    pub mod upstream {
        pub mod answer;
        pub mod bucket;
        pub mod download;
        pub mod git_index;
        pub mod pass_through;
        pub mod presence;
        pub mod registry;
        pub mod relay;
        pub mod sparse;
    }
    #[cfg(feature = "serve")]
    pub mod background;
    pub mod clock;
    pub mod random;
    pub mod task;
}

/// The verbs: plain options in, events during, a plain report out.
pub mod ops {
    /// `user`, `team`, `token`, `owner`: accounts changed, each change in the audit log.
    pub mod access {
        pub mod owner;
        pub mod people;
        #[cfg(test)]
        mod tests;
        pub mod token;
        pub mod trusted;
    }
    /// `outdated`: newer versions, yanked ones, advisories.
    pub mod audit {
        pub mod outdated;
    }
    /// `push`, `pull` and `doctor`: a mirror in an object store, filled, fetched from, looked after.
    pub mod bucket {
        pub mod doctor;
        pub mod listing;
        pub mod open;
        pub mod plan;
        pub mod pull;
        pub mod push;
        pub mod removal;
        pub mod sweep;
        pub mod upkeep;
    }
    /// `export` and `import`: dumps made of a mirror, and taken into one.
    #[cfg(feature = "bundle")]
    pub mod bundle {
        pub mod budget;
        pub mod diff;
        pub mod export;
        pub mod gone;
        pub mod import;
        pub mod import_git;
        pub mod inspect;
        pub mod known;
        pub mod needed;
        pub mod opened;
        pub mod options;
        pub mod pack;
        pub mod plan;
        pub mod pool;
        pub mod put;
        pub mod queue;
        pub mod receivers;
        pub mod select;
    }
    /// What can be searched for: kept up to date, made anew, read out of a dump.
    pub mod catalog {
        pub mod import;
        pub mod keep;
        pub mod look;
        pub mod upkeep;
    }
    /// `on` and `off`: cargo's config pointed at the mirror and back; what is in effect.
    pub mod config {
        pub mod effective;
        pub mod file;
        pub mod judge;
        pub mod switch;
        pub mod target;
        pub mod union;
    }
    /// What verbs share: options, the way to upstream, the real cargo at the mirror.
    pub mod context {
        pub mod access;
        pub mod cargo;
        pub mod mirror;
        pub mod options;
        pub mod place;
    }
    /// From a closure to the store: index lines, crates, git sources.
    pub mod fetch {
        pub mod closure;
        pub mod git;
        pub mod git_gaps;
        pub mod git_package;
        pub mod git_scratch;
        pub mod git_source;
        pub mod index_lines;
        pub mod item;
        pub mod registry;
        pub mod report;
    }
    /// `gc` and eviction: what nothing wants is removed.
    pub mod gc {
        pub mod evict;
        pub mod git;
        pub mod run;
        pub mod selected;
    }
    /// Web hooks delivered.
    pub mod hooks {
        pub mod deliver;
    }
    /// `host`: a registry written out for any web server, and as a git index.
    pub mod host {
        pub mod changes;
        pub mod export;
        pub mod git;
    }
    /// From arguments to a closure: projects, lockfiles, workspaces, lists.
    pub mod input {
        pub mod read;
        pub mod resolve;
        pub mod workspaces;
    }
    /// `registry`, `add`, `yank` and `remove`: hosted registries, and what is published into them.
    pub mod publish {
        pub mod add;
        pub mod appeared;
        pub mod check;
        pub mod commit;
        pub mod public;
        pub mod registry;
        pub mod withdraw;
    }
    /// `repair`: what `verify` finds, put right.
    pub mod repair {
        pub mod git;
        pub mod local;
        pub mod refetch;
        pub mod report;
        pub mod run;
    }
    /// `status` and `status --explain`: is everything here, and why is it wanted.
    pub mod status {
        pub mod explain;
        pub mod package;
        pub mod run;
    }
    /// `vendor` and `prefetch`, pruning included.
    pub mod vendor {
        pub mod batch;
        pub mod committed;
        pub mod prune;
        pub mod report;
        pub mod run;
        pub mod specs;
        pub mod up_to_date;
    }
    /// `sync`: a copy of a registry, or of a part of it, kept up to date.
    pub mod sync {
        pub mod closure;
        pub mod engine;
        pub mod finish;
        pub mod heal;
        pub mod index_answer;
        pub mod judge;
        pub mod judged;
        pub mod look;
        pub mod missing;
        pub mod names;
        pub mod options;
        pub mod outcome;
        pub mod removal;
        pub mod run;
        pub mod scope;
        pub mod writer;
    }
    /// `verify`: the folder and the index held against each other, every crate hashed.
    pub mod verify {
        pub mod git;
        pub mod git_tree;
        pub mod inspect;
        pub mod options;
        pub mod pool;
        pub mod resume;
        pub mod run;
    }
    pub mod roots;
}

/// The HTTP face.
#[cfg(feature = "serve")]
pub mod serve {
    /// Who may ask, and how much at once.
    pub mod admit {
        pub mod basic;
        pub mod forwarded;
        pub mod limits;
        pub mod network;
        pub mod peer;
        pub mod token_file;
    }
    /// Answers: bodies, the memory cache, negotiation, single flight.
    pub mod answer {
        pub mod body;
        pub mod cache;
        pub mod cached;
        pub mod compress;
        pub mod negotiate;
        pub mod pages;
        pub mod recheck;
        pub mod single_flight;
    }
    /// The web API of a registry: publish, yank, owners, search, and clear answers to what a mirror does not do.
    pub mod api {
        pub mod call;
        pub mod crates;
        pub mod hosted;
        pub mod publish;
        pub mod receive;
        pub mod registry;
        pub mod search;
        pub mod trusted;
    }
    /// Counters, usage, the access log.
    pub mod metrics {
        pub mod access_log;
        pub mod counters;
        pub mod history;
        pub mod usage;
    }
    /// Connections: listening, TLS, HTTP/2 upgrades, sockets.
    pub mod net {
        pub mod bind;
        pub mod h2c;
        pub mod listen;
        pub mod reject;
        pub mod socket;
        pub mod systemd;
        pub mod tls;
    }
    /// Pages in plain text and JSON, for terminals and monitoring.
    pub mod pages {
        pub mod history;
        pub mod home;
        pub mod shared;
        pub mod stats;
    }
    /// The registry protocol: index files, downloads, prefetch, the writer.
    pub mod registry {
        pub mod age;
        pub mod catalogue;
        pub mod copies;
        pub mod download;
        pub mod eviction;
        pub mod hosted;
        pub mod identity;
        pub mod index;
        pub mod notices;
        pub mod own_lines;
        pub mod pass_through;
        pub mod place;
        pub mod prefetch;
        pub mod public_names;
        pub mod read_along;
        pub mod respond;
        pub mod shared_bucket;
        pub mod shared_hosting;
        pub mod shelf;
        pub mod source;
        pub mod state;
        pub mod upstream;
        pub mod withdrawn;
        pub mod writer;
    }
    /// Pages for browsers: search, crates, what is inside them, what the server has done. Nothing on them comes from upstream.
    pub mod web {
        pub mod address;
        pub mod asked;
        pub mod catalog;
        pub mod chart;
        pub mod charts;
        pub mod code;
        pub mod dependencies;
        pub mod features;
        pub mod frame;
        pub mod guard;
        pub mod head;
        pub mod home;
        pub mod make;
        pub mod overview;
        pub mod package;
        pub mod respond;
        pub mod search;
        pub mod status;
        pub mod style;
        pub mod versions;
        pub mod view;
        pub mod words;
    }
    /// From a request to its handler.
    pub mod route {
        pub mod command;
        pub mod handler;
        pub mod router;
    }
    pub mod reload;
    pub mod server;
}

/// People: arguments, words, bars, exit codes.
pub mod cli {
    /// One file a command.
    pub mod command {
        pub mod bucket;
        #[cfg(feature = "bundle")]
        pub mod bundle;
        pub mod catalog;
        #[cfg(feature = "serve")]
        pub mod config;
        #[cfg(feature = "bundle")]
        pub mod diff;
        pub mod explain;
        #[cfg(feature = "bundle")]
        pub mod export;
        pub mod gc;
        pub mod generate;
        pub mod guide;
        pub mod host;
        pub mod hosting;
        pub mod hosts;
        #[cfg(feature = "bundle")]
        pub mod import;
        #[cfg(feature = "bundle")]
        pub mod key;
        pub mod on_off;
        pub mod outdated;
        pub mod people;
        #[cfg(feature = "serve")]
        pub mod serve;
        pub mod sync;
        pub mod verify;
    }
    /// What `--message-format json` prints: types of their own, one file a command.
    pub mod json {
        pub mod bucket;
        #[cfg(feature = "bundle")]
        pub mod bundle;
        pub mod catalog;
        pub mod config;
        pub mod host;
        pub mod hosting;
        pub mod line;
        pub mod mirror;
        pub mod outdated;
        pub mod people;
        pub mod report;
        #[cfg(all(test, feature = "bundle", feature = "serve"))]
        mod schema;
        #[cfg(feature = "serve")]
        pub mod settings;
        pub mod status;
        pub mod sync;
        pub mod vendor;
        pub mod verify;
    }
    /// What is printed: words, JSON, progress.
    pub mod output {
        #[cfg(feature = "serve")]
        pub mod chart;
        pub mod format;
        pub mod log;
        pub mod markdown;
        pub mod progress;
        pub mod terminal;
        pub mod text;
    }
    pub mod args;
    pub mod args_bucket;
    #[cfg(feature = "bundle")]
    pub mod args_bundle;
    pub mod args_catalog;
    pub mod args_host;
    pub mod args_hosting;
    pub mod args_people;
    #[cfg(feature = "serve")]
    pub mod args_serve;
    pub mod args_sync;
    pub mod exit;
    pub mod run;
    pub mod settings;
}

/// The guide, as `cargo mirror help TOPIC` shows it: a page a topic. `tests/it/docs/readme.rs` runs every command on it.
pub mod guide {
    #[doc = include_str!("guide/vendor.md")]
    pub mod vendor {}
    #[doc = include_str!("guide/prefetch.md")]
    pub mod prefetch {}
    #[doc = include_str!("guide/config.md")]
    pub mod config {}
    #[doc = include_str!("guide/prune.md")]
    pub mod prune {}
    #[doc = include_str!("guide/git.md")]
    pub mod git {}
    #[doc = include_str!("guide/registries.md")]
    pub mod registries {}
    #[doc = include_str!("guide/verify.md")]
    pub mod verify {}
    #[doc = include_str!("guide/gc.md")]
    pub mod gc {}
    #[doc = include_str!("guide/bundles.md")]
    pub mod bundles {}
    #[doc = include_str!("guide/buckets.md")]
    pub mod buckets {}
    #[doc = include_str!("guide/outdated.md")]
    pub mod outdated {}
    #[doc = include_str!("guide/search.md")]
    pub mod search {}
    #[doc = include_str!("guide/serve.md")]
    pub mod serve {}
    #[doc = include_str!("guide/web.md")]
    pub mod web {}
    #[doc = include_str!("guide/deploy.md")]
    pub mod deploy {}
    #[doc = include_str!("guide/hosting.md")]
    pub mod hosting {}
    #[doc = include_str!("guide/people.md")]
    pub mod people {}
    #[doc = include_str!("guide/host.md")]
    pub mod host {}
    #[doc = include_str!("guide/sync.md")]
    pub mod sync {}
    #[doc = include_str!("guide/settings.md")]
    pub mod settings {}
    #[doc = include_str!("guide/ci.md")]
    pub mod ci {}
    #[doc = include_str!("guide/output.md")]
    pub mod output {}
    #[doc = include_str!("guide/layout.md")]
    pub mod layout {}
    #[doc = include_str!("guide/contributing.md")]
    pub mod contributing {}
}
