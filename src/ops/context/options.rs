//! What verbs are given: a mirror, a place, and how upstream is asked.

use crate::io::cargo::command::Cargo;
use crate::ops::context::mirror::OpenMirror;
use crate::ops::context::place::Workplace;

/// How upstream is asked.
#[derive(Clone)]
pub struct UpstreamOptions {
    /// `--upstream`, else cargo's config decides.
    pub named: Option<String>,
    /// Requests under way at once.
    pub jobs: usize,
    /// Hosts other than a registry's own that its token may go to.
    pub token_hosts: Vec<String>,
    pub offline: bool,
}

/// For verbs that need all of it. What needs one part takes that part.
#[derive(Clone)]
pub struct Context {
    pub mirror: OpenMirror,
    pub place: Workplace,
    pub upstream: UpstreamOptions,
}

impl Context {
    /// The real cargo, of each folder's own toolchain.
    pub fn cargo(&self) -> Cargo {
        Cargo::new(&self.place.environment, &self.place.cwd).with_events(&self.mirror.watch)
    }
}
