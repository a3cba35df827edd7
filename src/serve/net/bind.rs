//! The sockets to listen on.

use std::net::{TcpListener as StdListener, ToSocketAddrs};

use crate::model::error::{Error, Result};
use crate::model::errors::serve::ServeError;

/// What the system takes of an answer before the client has read any: most crates in one go, and no more of a large one
/// than a slow client should cost.
const SOCKET_BUFFER: usize = 256 << 10;

/// The sockets to listen on: those that were handed over by systemd, else those that were named.
pub fn bind(addresses: &[String]) -> Result<Vec<StdListener>> {
    let mut handed = listenfd::ListenFd::from_env();
    let mut listeners = Vec::new();
    for at in 0..handed.len() {
        let failed = |source| {
            Error::Serve(ServeError::Listen {
                address: format!("the socket {at} that was handed over"),
                source,
            })
        };
        listeners.extend(handed.take_tcp_listener(at).map_err(failed)?);
    }
    if listeners.is_empty() {
        for address in addresses {
            let named = address.to_socket_addrs().map_err(|source| {
                Error::Serve(ServeError::NoSuchAddress {
                    address: address.clone(),
                    source,
                })
            })?;
            for address in named {
                let bound = StdListener::bind(address).map_err(|source| {
                    Error::Serve(ServeError::Listen {
                        address: address.to_string(),
                        source,
                    })
                })?;
                listeners.push(bound);
            }
        }
    }
    for listener in &listeners {
        // What is accepted inherits it. A system that allows less gives less.
        let _ = socket2::SockRef::from(listener).set_send_buffer_size(SOCKET_BUFFER);
        listener.set_nonblocking(true).map_err(|source| {
            Error::Serve(ServeError::Listen {
                address: "a socket".to_owned(),
                source,
            })
        })?;
    }
    Ok(listeners)
}
