//! The addresses of the server in this process, so that its own entry in cargo's config is not taken for upstream.

use std::net::{IpAddr, SocketAddr, ToSocketAddrs, UdpSocket};

use url::{Host, Url};

/// The addresses of a server that runs in this process.
#[derive(Debug, Clone, Default)]
pub struct Own {
    pub bound: Vec<SocketAddr>,
    /// Where clients find it, as it was told.
    pub public: Option<String>,
}

impl Own {
    /// Whether an index, as cargo's config names it, is on this server.
    pub fn is(&self, index: &str) -> bool {
        let Ok(url) = Url::parse(index.trim_start_matches("sparse+")) else {
            return false;
        };
        let public = self.public.as_deref().map(|public| format!("{public}/"));
        if public.is_some_and(|public| url.as_str().starts_with(&public)) {
            return true;
        }
        let Some(port) = url.port_or_known_default() else {
            return false;
        };
        let mut bound = self.bound.iter().filter(|bound| bound.port() == port);
        let hosts = addresses(&url, port);
        bound.any(|bound| {
            hosts.iter().any(|host| {
                *host == bound.ip() || bound.ip().is_unspecified() && is_of_this_machine(*host)
            })
        })
    }
}

fn addresses(url: &Url, port: u16) -> Vec<IpAddr> {
    match url.host() {
        Some(Host::Ipv4(address)) => vec![address.into()],
        Some(Host::Ipv6(address)) => vec![address.into()],
        Some(Host::Domain(name)) => {
            let found = (name, port).to_socket_addrs();
            found.map_or_else(|_| Vec::new(), |found| found.map(|it| it.ip()).collect())
        }
        None => Vec::new(),
    }
}

/// A socket can be bound to the addresses of this machine only.
fn is_of_this_machine(address: IpAddr) -> bool {
    address.is_loopback() || UdpSocket::bind((address, 0)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_knows_its_own_addresses_from_others() {
        let own = Own {
            bound: vec!["0.0.0.0:8080".parse().unwrap()],
            public: Some("https://crates.example".to_owned()),
        };
        for (index, is) in [
            ("sparse+http://127.0.0.1:8080/crates-io/index/", true),
            ("sparse+http://localhost:8080/crates-io/index/", true),
            ("sparse+https://crates.example/crates-io/index/", true),
            ("sparse+https://crates.example.org/crates-io/index/", false),
            ("sparse+http://127.0.0.1:8081/crates-io/index/", false),
            ("sparse+http://192.0.2.1:8080/crates-io/index/", false),
            ("no address", false),
        ] {
            assert_eq!(own.is(index), is, "{index}");
        }
        assert!(!Own::default().is("sparse+http://127.0.0.1:8080/crates-io/index/"));
    }
}
