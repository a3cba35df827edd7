//! Proxies in front of the server: they end TLS, serve it below a path, or pass connections on.
//!
//! What a request says of how it came is believed only of proxies that are named with `--trusted-proxy`: anybody can write a
//! header.

use std::net::IpAddr;

use hyper::header::{CONNECTION, FORWARDED, HOST, HeaderMap, HeaderValue, VIA};
use hyper::http::uri::{Authority, PathAndQuery};
use hyper::{Request, Uri};

use crate::serve::admit::network::Network;
use crate::serve::admit::peer::Peer;

/// How the server is reached.
#[derive(Debug)]
pub struct Front {
    /// Where clients find it, if not at the host they name. No slash at its end.
    pub public: Option<String>,
    /// The path of that, such as `/rust`; empty at the root.
    path: String,
    trusted: Vec<Network>,
    upgrade: Upgrade,
}

/// Whether HTTP/2 without TLS may be asked for on a connection that has begun with HTTP/1.1. A proxy that passes the upgrade
/// on knows nothing of what is asked for behind it: its rules would hold for the first request only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Upgrade {
    /// Where nothing speaks of a proxy in front.
    Auto,
    Always,
    Never,
}

/// Where a client has found the server, as far as the proxies in front of it say.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Said {
    pub scheme: Option<&'static str>,
    pub host: Option<String>,
    pub path: String,
}

impl Front {
    pub fn new(public: Option<String>, trusted: Vec<Network>, upgrade: Upgrade) -> Self {
        let uri = public.as_ref().and_then(|url| url.parse::<Uri>().ok());
        let path = uri.map(|uri| uri.path().trim_end_matches('/').to_owned());
        Self {
            upgrade,
            path: path.unwrap_or_default(),
            public,
            trusted,
        }
    }

    pub fn trusts(&self, address: Option<IpAddr>) -> bool {
        address.is_some_and(|address| self.trusted.iter().any(|network| network.holds(address)))
    }

    /// Whether a request may turn its connection into one of HTTP/2.
    pub fn takes_upgrade(&self, headers: &HeaderMap, peer: Peer) -> bool {
        match self.upgrade {
            Upgrade::Always => true,
            Upgrade::Never => false,
            Upgrade::Auto => {
                self.public.is_none()
                    && !came_through_a_proxy(headers)
                    && is_of_the_connection(headers)
                    && names_where_it_came(headers, peer)
            }
        }
    }

    /// The request as if it had come to the root, if it came below our path: some proxies take the path away, some do not.
    pub fn at_root<B>(&self, mut request: Request<B>) -> Request<B> {
        if self.path.is_empty() {
            return request;
        }
        let Some(whole) = request.uri().path_and_query() else {
            return request;
        };
        let Some(rest) = whole.as_str().strip_prefix(&self.path) else {
            return request;
        };
        let rest = match rest.as_bytes().first() {
            None => "/".to_owned(),
            Some(b'/') => rest.to_owned(),
            Some(b'?') => format!("/{rest}"),
            Some(_) => return request,
        };
        if let Ok(rest) = PathAndQuery::try_from(rest) {
            let mut parts = request.uri().clone().into_parts();
            parts.path_and_query = Some(rest);
            if let Ok(uri) = Uri::from_parts(parts) {
                *request.uri_mut() = uri;
            }
        }
        request
    }

    /// The address of the client: the nearest one that is not a trusted proxy.
    pub fn client(&self, headers: &HeaderMap, peer: Option<IpAddr>) -> Option<IpAddr> {
        if self.trusted.is_empty() || !self.trusts(peer) {
            return peer;
        }
        let mut client = peer;
        for address in addresses(headers).into_iter().rev() {
            let Some(address) = address else {
                break;
            };
            client = Some(address);
            if !self.trusts(client) {
                break;
            }
        }
        client
    }
}

/// Whether the headers say that a proxy has passed the request on.
pub fn came_through_a_proxy(headers: &HeaderMap) -> bool {
    let forwarded = |name: &str| name.starts_with("x-forwarded-");
    headers.contains_key(VIA)
        || headers.contains_key(FORWARDED)
        || headers.keys().any(|name| forwarded(name.as_str()))
}

/// Whether the headers name another scheme or host than the request itself.
pub fn names_another_place(headers: &HeaderMap) -> bool {
    ["x-forwarded-host", "x-forwarded-proto", "forwarded"]
        .iter()
        .any(|name| headers.contains_key(*name))
}

/// What the headers say of where the client has found the server.
pub fn said(headers: &HeaderMap) -> Said {
    let first = |name: &str| {
        let value = headers.get(name)?.to_str().ok()?;
        let value = value.split(',').next()?.trim();
        (!value.is_empty()).then(|| value.to_owned())
    };
    let is_other = ["x-forwarded-host", "x-forwarded-proto", "x-forwarded-for"]
        .iter()
        .any(|name| headers.contains_key(*name));
    let standard = |key: &str| {
        let hops = if is_other {
            Vec::new()
        } else {
            forwarded(headers)
        };
        hops.into_iter().next()?.remove(key)
    };
    let scheme = standard("proto").or_else(|| first("x-forwarded-proto"));
    let scheme = match scheme.map(|scheme| scheme.to_ascii_lowercase()).as_deref() {
        Some("https" | "wss") => Some("https"),
        Some("http" | "ws") => Some("http"),
        _ => None,
    };
    let mut host = standard("host").or_else(|| first("x-forwarded-host"));
    let port = first("x-forwarded-port").filter(|port| {
        !matches!(port.as_str(), "80" | "443") && port.parse::<u16>().is_ok_and(|port| port > 0)
    });
    if let (Some(host), Some(port)) = (&mut host, port)
        && !host.rsplit(']').next().is_some_and(|end| end.contains(':'))
    {
        host.push(':');
        host.push_str(&port);
    }
    let sound = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    let path = first("x-forwarded-prefix")
        .filter(|path| path.starts_with('/') && !path.starts_with("//") && path.bytes().all(sound));
    Said {
        scheme,
        host,
        path: path.map_or_else(String::new, |path| path.trim_end_matches('/').to_owned()),
    }
}

/// The addresses that a request has come from, the client's first. `None`: one that is hidden.
fn addresses(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    // A proxy that writes `X-Forwarded-For` may hand on a `Forwarded` that its client made up.
    let standard = if headers.contains_key("x-forwarded-for") {
        Vec::new()
    } else {
        forwarded(headers)
    };
    if !standard.is_empty() {
        let hops = standard.into_iter().map(|mut hop| hop.remove("for"));
        return hops.map(|hop| address(&hop?)).collect();
    }
    let values = headers.get_all("x-forwarded-for").iter();
    let values = values.filter_map(|value| value.to_str().ok());
    values
        .flat_map(|value| value.split(','))
        .map(|value| address(value.trim()))
        .collect()
}

/// An address, perhaps with a port.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text
        .strip_prefix('[')
        .and_then(|rest| rest.split(']').next());
    let bare = bare.unwrap_or(text);
    if let Ok(address) = bare.parse() {
        return Some(address);
    }
    let (host, _) = bare.rsplit_once(':')?;
    host.parse().ok()
}

/// The hops of the `Forwarded` headers (RFC 7239), each with what it says.
fn forwarded(headers: &HeaderMap) -> Vec<std::collections::HashMap<String, String>> {
    let values = headers.get_all(FORWARDED).iter();
    let values = values.filter_map(|value: &HeaderValue| value.to_str().ok());
    let hops = values.flat_map(|value| value.split(','));
    hops.map(|hop| {
        let pairs = hop.split(';').filter_map(|pair| pair.split_once('='));
        let pairs = pairs.map(|(key, value)| {
            let value = value.trim().trim_matches('"').to_owned();
            (key.trim().to_ascii_lowercase(), value)
        });
        pairs.collect()
    })
    .collect()
}

/// Whether the settings of an upgrade belong to this connection, as they must (RFC 7540, 3.2.1). A proxy that writes a
/// `Connection` of its own, as nginx does in the usual lines for web sockets, leaves them out.
fn is_of_the_connection(headers: &HeaderMap) -> bool {
    let values = headers.get_all(CONNECTION).iter();
    let mut options = values.flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
    options.any(|option| option.trim_ascii().eq_ignore_ascii_case(b"http2-settings"))
}

/// Whether the host of a request is where its connection came to. A proxy that says nothing of itself passes on the name by
/// which clients find the proxy: another port as a rule, and from the same machine a name that leads to it from elsewhere.
fn names_where_it_came(headers: &HeaderMap, peer: Peer) -> bool {
    let host = headers.get(HOST).map(HeaderValue::as_bytes);
    let host = host.and_then(|host| Authority::try_from(host).ok());
    let (Some(host), Some(local), Some(address)) = (host, peer.local, peer.address) else {
        return false;
    };
    let (local_port, local) = (local.port(), local.ip().to_canonical());
    let address = address.to_canonical();
    let name = host.host().trim_matches(['[', ']']);
    let is_here = match name.parse::<IpAddr>() {
        Ok(ip) => ip.to_canonical().is_loopback() || ip.to_canonical() == local,
        Err(_) => name.eq_ignore_ascii_case("localhost"),
    };
    let from_here = address.is_loopback() || address == local;
    host.port_u16().unwrap_or(80) == local_port && (is_here || !from_here)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(all: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in all {
            headers.append(*name, value.parse().unwrap());
        }
        headers
    }

    fn front(trusted: &[&str]) -> Front {
        let trusted = trusted.iter().map(|text| Network::parse(text).unwrap());
        Front::new(None, trusted.collect(), Upgrade::Auto)
    }

    #[test]
    fn the_client_is_the_nearest_that_is_no_proxy_of_ours() {
        let front = front(&["127.0.0.0/8", "10.0.0.0/8"]);
        let ip = |text: &str| Some(text.parse::<IpAddr>().unwrap());
        for (all, peer, client) in [
            (&[][..], "127.0.0.1", "127.0.0.1"),
            (
                &[("x-forwarded-for", "203.0.113.1")],
                "127.0.0.1",
                "203.0.113.1",
            ),
            (
                &[("x-forwarded-for", "203.0.113.1")],
                "192.0.2.1",
                "192.0.2.1",
            ),
            // The first was written by the client itself.
            (
                &[("x-forwarded-for", "1.1.1.1, 203.0.113.1, 10.0.0.7")],
                "127.0.0.1",
                "203.0.113.1",
            ),
            (
                &[(
                    "forwarded",
                    "for=1.1.1.1, for=\"[2001:db8::1]:4711\";proto=https",
                )],
                "127.0.0.1",
                "2001:db8::1",
            ),
            (&[("forwarded", "for=_hidden")], "127.0.0.1", "127.0.0.1"),
            (
                &[("x-forwarded-for", "203.0.113.1:4711")],
                "127.0.0.1",
                "203.0.113.1",
            ),
        ] {
            assert_eq!(front.client(&headers(all), ip(peer)), ip(client), "{all:?}");
        }
    }

    #[test]
    fn where_the_client_found_it_is_read() {
        let read = said(&headers(&[
            ("x-forwarded-proto", "HTTPS, http"),
            ("x-forwarded-host", "crates.example.com, inner"),
            ("x-forwarded-port", "8443"),
            ("x-forwarded-prefix", "/rust/"),
        ]));
        assert_eq!(read.scheme, Some("https"));
        assert_eq!(read.host.as_deref(), Some("crates.example.com:8443"));
        assert_eq!(read.path, "/rust");
        let read = said(&headers(&[(
            "forwarded",
            "for=1.1.1.1;Proto=https;host=\"a.example:444\"",
        )]));
        assert_eq!(
            (read.scheme, read.host.as_deref()),
            (Some("https"), Some("a.example:444"))
        );
        assert_eq!(
            said(&headers(&[("x-forwarded-proto", "gopher")])),
            Said::default()
        );
    }

    #[test]
    fn what_came_below_the_path_came_to_the_root() {
        let front = Front::new(
            Some("https://a.example/rust".to_owned()),
            vec![],
            Upgrade::Auto,
        );
        for (path, inner) in [
            (
                "/rust/crates-io/index/config.json",
                "/crates-io/index/config.json",
            ),
            ("/crates-io/index/1/a", "/crates-io/index/1/a"),
            ("/rust", "/"),
            ("/rust?q=1", "/?q=1"),
            ("/rust/api/v1/crates?q=a", "/api/v1/crates?q=a"),
            ("/rusty/1", "/rusty/1"),
        ] {
            let request = Request::get(path).body(()).unwrap();
            let uri = front.at_root(request).uri().to_string();
            assert_eq!(uri, inner, "{path}");
        }
    }

    #[test]
    fn the_upgrade_is_for_clients_that_came_straight() {
        let takes = |front: &Front, peer: &str, headers: &[(&'static str, &'static str)]| {
            let mut map = HeaderMap::new();
            map.insert("connection", "Upgrade, HTTP2-Settings".parse().unwrap());
            for (name, value) in headers {
                map.insert(*name, value.parse().unwrap());
            }
            let peer = Peer {
                address: Some(peer.parse().unwrap()),
                local: Some("192.0.2.1:8080".parse().unwrap()),
                tls: false,
            };
            front.takes_upgrade(&map, peer)
        };
        let of =
            |public: Option<&str>, upgrade| Front::new(public.map(str::to_owned), vec![], upgrade);
        let auto = of(None, Upgrade::Auto);
        for (peer, host) in [
            ("198.51.100.7", "crates.example:8080"),
            ("198.51.100.7", "192.0.2.1:8080"),
            // Behind network address translation.
            ("198.51.100.7", "203.0.113.1:8080"),
            ("192.0.2.1", "192.0.2.1:8080"),
            ("127.0.0.1", "localhost:8080"),
            ("::ffff:127.0.0.1", "[::1]:8080"),
        ] {
            assert!(takes(&auto, peer, &[("host", host)]), "{peer} {host}");
        }
        for (peer, host) in [
            ("198.51.100.7", "crates.example"),
            ("198.51.100.7", "crates.example:443"),
            ("127.0.0.1", "crates.example:8080"),
            ("192.0.2.1", "crates.example:8080"),
            ("127.0.0.1", ""),
        ] {
            assert!(!takes(&auto, peer, &[("host", host)]), "{peer} {host}");
        }
        let straight = ("host", "localhost:8080");
        for header in [
            ("via", "1.1 proxy"),
            ("x-forwarded-for", "203.0.113.7"),
            ("connection", "upgrade"),
        ] {
            assert!(
                !takes(&auto, "127.0.0.1", &[straight, header]),
                "{header:?}"
            );
            let always = of(Some("https://a.example"), Upgrade::Always);
            assert!(takes(&always, "127.0.0.1", &[straight, header]));
            let never = of(None, Upgrade::Never);
            assert!(!takes(&never, "127.0.0.1", &[straight]));
        }
        let public = of(Some("https://a.example"), Upgrade::Auto);
        assert!(!takes(&public, "127.0.0.1", &[straight]));
    }
}
