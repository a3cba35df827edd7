//! The program from outside: its command line, a real registry on this machine, and the real cargo as the judge.
//!
//! Nothing here reaches a network: upstream is a server of this process, and every other address is a dead proxy.

#![cfg(test)]

/// The world a test runs in.
#[macro_use]
mod fixture {
    #[cfg(target_os = "linux")]
    pub(crate) mod authority;
    pub(crate) mod bucket;
    pub(crate) mod bundle;
    pub(crate) mod command;
    pub(crate) mod damage;
    pub(crate) mod files;
    pub(crate) mod git_project;
    pub(crate) mod guide;
    pub(crate) mod index;
    pub(crate) mod mirror;
    pub(crate) mod moto;
    pub(crate) mod package;
    pub(crate) mod power_cut;
    pub(crate) mod project;
    pub(crate) mod random;
    pub(crate) mod raw;
    pub(crate) mod registry;
    pub(crate) mod repository;
    #[macro_use]
    pub(crate) mod requires;
    pub(crate) mod sandbox;
    pub(crate) mod schema;
    pub(crate) mod scratch;
    pub(crate) mod served;
    pub(crate) mod server;
    pub(crate) mod settings;
    pub(crate) mod snapshot;
    pub(crate) mod tls_upstream;
    pub(crate) mod trees;
    pub(crate) mod wait;
    pub(crate) mod webdriver;
}

/// A mirror in an object store: tried out, filled, read from, shared.
mod buckets {
    #[cfg(unix)]
    mod drill;
    #[cfg(target_os = "linux")]
    mod front;
    mod hosted;
    mod probe;
    mod push;
    mod read;
    mod share;
    mod upkeep;
}
/// Dumps: out of one mirror, into another.
mod bundle {
    mod crash;
    mod damaged;
    mod golden;
    mod hostile;
    mod increments;
    mod machine;
    mod parts;
    mod python;
    mod receivers;
    mod removals;
    mod round_trip;
    mod signing;
    mod sources;
    mod zoo;
}
/// The command line itself, and its output for programs.
mod cli {
    mod command_line;
    mod errors;
    mod json;
    mod log;
    mod reports;
    mod settings;
}
/// Cargo's config: edited, put back, shared by several projects.
mod config {
    mod config_edits;
    mod global_config;
    mod on_off;
}
/// README, guide, completions: they say what the program does.
mod docs {
    mod generated;
    mod guide;
    mod readme;
}
/// Kills, power cuts, full disks, faulty networks, hostile input, many processes at once.
mod fault {
    mod chaos;
    mod concurrency;
    mod crash;
    mod disk;
    mod durability;
    mod hostile;
    mod network;
    mod troubles;
}
/// Git sources.
mod git {
    mod committed;
    mod faults;
    mod layouts;
    mod sources;
    mod trees;
    mod upkeep;
}
/// Registries of one's own: published into by the real cargo, their accounts, their exports.
mod hosted {
    pub(crate) mod api;
    mod audit;
    mod cargo_shows;
    mod closed;
    mod commands;
    mod crates_io_list;
    mod golden;
    mod guard;
    mod here;
    mod host;
    mod laws;
    mod people;
    mod publish;
    mod trusted;
    pub(crate) mod webhooks;
    pub(crate) mod world;
    #[cfg(unix)]
    mod writes;
}
/// Copies of registries.
mod sync {
    mod beside;
    mod changes;
    mod doubts;
    mod drill;
    mod guide;
    mod select;
    mod wire;
}
/// Laws that hold for all input.
mod properties {
    mod input;
}
/// Registries beside crates.io, and the way to each: logins, proxies, certificates.
mod registries {
    mod alt_registries;
    #[cfg(unix)]
    mod credentials;
    mod kinds;
    mod proxies;
    mod upstream;
}
/// Searching: the catalogue, a dump of the database, what cargo and editors ask.
mod search {
    mod api;
    mod complaints;
    pub(crate) mod dump;
    mod fuzzed;
}
/// The server.
mod serve {
    mod cargo_client;
    #[cfg(target_os = "linux")]
    mod deployed;
    #[cfg(unix)]
    mod edges;
    mod faults;
    #[cfg(unix)]
    mod front;
    mod goaway;
    mod hostile;
    #[cfg(unix)]
    mod patience;
    mod pulled;
    mod recheck;
    #[cfg(unix)]
    mod reported;
    #[cfg(target_os = "linux")]
    mod soak;
    #[cfg(unix)]
    mod surroundings;
    #[cfg(unix)]
    mod truth;
    #[cfg(unix)]
    mod upstreams;
    mod wire;
}
/// `status` and `outdated`.
mod status {
    mod complete;
    mod outdated;
}
/// `vendor` and `prefetch`: from a project to a mirror that the real cargo builds from.
mod vendor {
    mod cargo_agrees;
    mod end_to_end;
    mod failures;
    mod lists;
    mod prefetch;
    mod project;
    // What is left out depends on the platform; the tests are written for this one.
    #[cfg(all(target_os = "linux", target_arch = "x86_64", target_env = "gnu"))]
    mod prune;
    mod ready_is_true;
    mod same_program;
    mod same_program_sources;
    mod workspaces;
}
/// `verify`, `repair`, `gc` and `roots`: the mirror itself.
mod verify {
    mod damage;
    mod gc;
    mod repair;
    mod roots;
}
/// Pages for browsers: links, rules, hostile packages, who may see what.
mod web {
    mod access;
    mod browser;
    mod checker;
    mod hostile;
    mod pages;
    mod text_browser;
}

mod architecture;
mod store_contract;
