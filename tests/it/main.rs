//! The program from outside: its command line, a real registry on this machine, and the real cargo as the judge.
//!
//! Nothing here reaches a network: upstream is a server of this process, and every other address is a dead proxy.

#![cfg(test)]

/// The world a test runs in.
mod fixture {
    pub(crate) mod bench;
    pub(crate) mod command;
    pub(crate) mod index;
    pub(crate) mod mirror;
    pub(crate) mod package;
    pub(crate) mod project;
    pub(crate) mod raw;
    pub(crate) mod registry;
    pub(crate) mod repository;
    pub(crate) mod served;
    pub(crate) mod server;
}

mod architecture;
mod cargo_agrees;
mod command_line;
mod companies;
mod concurrency;
mod crash;
#[cfg(unix)]
mod credentials;
mod disk;
mod drill;
mod durability;
mod everything;
mod failures;
mod faults;
mod gc;
mod generated;
mod git;
mod git_committed;
mod git_faults;
mod git_layouts;
mod git_trees;
mod git_upkeep;
mod global_config;
mod guide;
mod hostile;
mod laws;
mod lists;
mod on_off;
mod outdated;
mod pointers;
mod prefetch;
// What is left out depends on the platform; the tests are written for this one.
mod proxies;
#[cfg(all(target_os = "linux", target_arch = "x86_64", target_env = "gnu"))]
mod prune;
mod readme;
mod ready_is_true;
mod registries;
mod repair;
mod report;
mod roots;
mod same_program;
mod same_program_sources;
mod serve;
#[cfg(target_os = "linux")]
mod serve_deployed;
#[cfg(unix)]
mod serve_edges;
mod serve_faults;
#[cfg(unix)]
mod serve_front;
mod serve_goaway;
mod serve_hostile;
#[cfg(unix)]
mod serve_patience;
mod serve_recheck;
#[cfg(target_os = "linux")]
mod serve_soak;
#[cfg(unix)]
mod serve_surroundings;
#[cfg(unix)]
mod serve_truth;
#[cfg(unix)]
mod serve_upstreams;
mod serve_wire;
mod sources;
mod status;
mod troubles;
mod upstream;
mod vendor;
mod verify;
mod workspaces;
