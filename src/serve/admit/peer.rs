//! What is known of a connection, and which of its requests are pending.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Addresses and transport of a connection.
#[derive(Debug, Clone, Copy)]
pub struct Peer {
    pub address: Option<IpAddr>,
    /// The address that the client has connected to.
    pub local: Option<SocketAddr>,
    pub tls: bool,
}

/// How many requests of one connection wait for upstream or the disk. While there is one, a silent connection is not the
/// client's fault, and `--client-timeout` does not count.
#[derive(Debug, Clone, Default)]
pub struct Pending(Arc<AtomicUsize>);

impl Pending {
    pub fn begin(&self) -> PendingRequest {
        self.0.fetch_add(1, Ordering::Relaxed);
        PendingRequest(self.clone())
    }

    pub fn is_none(&self) -> bool {
        self.0.load(Ordering::Relaxed) == 0
    }
}

/// One of them, until its body is sent or dropped.
#[derive(Debug)]
pub struct PendingRequest(Pending);

impl Drop for PendingRequest {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}
