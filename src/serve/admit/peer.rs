//! What is known of a connection.

use std::net::IpAddr;

/// What is known of a connection.
#[derive(Debug, Clone, Copy)]
pub struct Peer {
    pub address: Option<IpAddr>,
    pub tls: bool,
}
