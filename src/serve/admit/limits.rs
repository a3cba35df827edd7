//! Limits: connections, connections of one address, requests in flight.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::serve::metrics::counters::Stats;

/// The limits. 0 is no limit.
#[derive(Debug, Clone, Copy)]
pub struct ServeLimits {
    pub connections: usize,
    pub per_address: usize,
    pub requests: usize,
}

impl ServeLimits {
    /// Caps `connections` at half of `files` (open files of the process); crates, the index and upstream need the rest.
    #[must_use]
    pub fn fitted(self, files: usize) -> Self {
        let room = (files / 2).max(1);
        let connections = match self.connections {
            0 => room,
            asked => asked.min(room),
        };
        Self {
            connections,
            ..self
        }
    }
}

#[derive(Debug)]
pub struct Limits {
    most: ServeLimits,
    connections: AtomicUsize,
    addresses: Mutex<HashMap<IpAddr, usize>>,
    requests: AtomicUsize,
    stats: Arc<Stats>,
}

/// An admitted connection; counted until dropped.
#[derive(Debug)]
pub struct ConnectionPermit {
    limits: Arc<Limits>,
    address: Option<IpAddr>,
}

/// A request in flight; counted until dropped.
#[derive(Debug)]
pub struct RequestPermit {
    limits: Arc<Limits>,
    /// Of a client behind a proxy, whose connections are the proxy's.
    client: Option<IpAddr>,
}

impl Limits {
    pub fn new(most: ServeLimits, stats: &Arc<Stats>) -> Arc<Self> {
        Arc::new(Self {
            most,
            connections: AtomicUsize::new(0),
            addresses: Mutex::default(),
            requests: AtomicUsize::new(0),
            stats: Arc::clone(stats),
        })
    }

    /// Admits a connection, or not.
    pub fn admit(self: &Arc<Self>, address: Option<IpAddr>) -> Option<ConnectionPermit> {
        let full = |most: usize, count: usize| most != 0 && count >= most;
        if full(
            self.most.connections,
            self.connections.load(Ordering::Relaxed),
        ) {
            return None;
        }
        let address = address.filter(|_| self.most.per_address != 0).map(network);
        if address.is_some_and(|address| !self.take(address)) {
            return None;
        }
        self.connections.fetch_add(1, Ordering::Relaxed);
        Some(ConnectionPermit {
            limits: Arc::clone(self),
            address,
        })
    }

    /// Counts one more of an address, if there may be one more.
    fn take(&self, address: IpAddr) -> bool {
        let mut addresses = self
            .addresses
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let count = addresses.entry(address).or_default();
        let may = *count < self.most.per_address;
        *count += usize::from(may);
        may
    }

    fn give_back(&self, address: IpAddr) {
        let mut addresses = self
            .addresses
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = addresses.get_mut(&address) {
            *count -= 1;
            if *count == 0 {
                addresses.remove(&address);
            }
        }
    }

    /// Admits a request, or not. `client`: its address behind a trusted proxy, counted like a connection of its own.
    pub fn request(self: &Arc<Self>, client: Option<IpAddr>) -> Option<RequestPermit> {
        let client = client.filter(|_| self.most.per_address != 0).map(network);
        if client.is_some_and(|client| !self.take(client)) {
            return None;
        }
        let before = self.requests.fetch_add(1, Ordering::Relaxed);
        let limits = Arc::clone(self);
        let permit = RequestPermit { limits, client };
        (self.most.requests == 0 || before < self.most.requests).then_some(permit)
    }

    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }

    /// Buffer size of one answer, so that all of them together stay small.
    pub fn piece(&self) -> usize {
        const TOGETHER: usize = 16 << 20;
        (TOGETHER / self.requests().max(1)).clamp(16 << 10, 128 << 10)
    }

    pub fn requests(&self) -> usize {
        self.requests.load(Ordering::Relaxed)
    }
}

/// IPv6 clients have a whole /64, so that is counted as one.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let mut octets = address.octets();
            octets[8..].fill(0);
            IpAddr::from(octets)
        }
        address @ IpAddr::V4(_) => address,
    }
}

impl Drop for ConnectionPermit {
    fn drop(&mut self) {
        self.limits.connections.fetch_sub(1, Ordering::Relaxed);
        if let Some(address) = self.address {
            self.limits.give_back(address);
        }
    }
}

impl RequestPermit {
    pub fn sent(&self, bytes: u64) {
        self.limits.stats.sent.add(bytes);
    }

    pub fn broken(&self) {
        self.limits.stats.aborted.add(1);
    }
}

impl Drop for RequestPermit {
    fn drop(&mut self) {
        self.limits.requests.fetch_sub(1, Ordering::Relaxed);
        if let Some(client) = self.client {
            self.limits.give_back(client);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_files_are_few_connections() {
        let most = |connections| ServeLimits {
            connections,
            per_address: 0,
            requests: 0,
        };
        for (asked, files, fitted) in [(10_000, 64, 32), (10, 64, 10), (0, 1024, 512), (5, 1, 1)] {
            assert_eq!(most(asked).fitted(files).connections, fitted);
        }
    }

    #[test]
    fn who_is_let_in_is_counted_out_again() {
        let most = ServeLimits {
            connections: 3,
            per_address: 2,
            requests: 1,
        };
        let limits = Limits::new(most, &Arc::default());
        let address = |text: &str| Some(text.parse().unwrap());
        let one = limits.admit(address("::ffff:10.0.0.1")).unwrap();
        let _two = limits.admit(address("10.0.0.1")).unwrap();
        assert!(limits.admit(address("10.0.0.1")).is_none());
        let _three = limits.admit(address("2001:db8::1")).unwrap();
        assert!(limits.admit(address("10.0.0.2")).is_none());
        drop(one);
        let _four = limits.admit(address("2001:db8::2")).unwrap();
        assert!(limits.admit(address("2001:db8::3")).is_none());
        assert_eq!(limits.connections(), 3);

        let permit = limits.request(None).unwrap();
        assert!(limits.request(None).is_none());
        drop(permit);
        assert!(limits.request(None).is_some());
        // One that comes through a proxy counts for its client.
        assert!(limits.request(address("2001:db8::1")).is_none());
        assert!(limits.request(address("10.0.0.9")).is_some());
    }
}
