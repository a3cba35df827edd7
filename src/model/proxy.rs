//! Proxy settings as libcurl reads them: which hosts an exception list covers, and what the address of a proxy means.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

/// The port of a proxy whose address names none, by libcurl's rules; that of an HTTPS proxy is 443.
const DEFAULT_PORT: u16 = 1080;

/// Whether `list`, the value of `no_proxy`, has requests for `host` go straight (`Curl_check_noproxy`).
pub fn is_exempt(host: &Host<&str>, list: &str) -> bool {
    if list == "*" {
        return true;
    }
    patterns(list).any(|pattern| match host {
        Host::Domain(name) => covers_name(pattern, name),
        Host::Ipv4(address) => covers_address(pattern, IpAddr::V4(*address)),
        Host::Ipv6(address) => covers_address(pattern, IpAddr::V6(*address)),
    })
}

/// The patterns of a list, which commas separate. A pattern ends at a blank, too, and what follows a blank without a comma
/// ends the list.
fn patterns(list: &str) -> impl Iterator<Item = &str> {
    let is_blank = |c: char| c == ' ' || c == '\t';
    let mut rest = Some(list);
    std::iter::from_fn(move || {
        let text = rest?.trim_start_matches(is_blank);
        let end = text
            .find(|c: char| is_blank(c) || c == ',')
            .unwrap_or(text.len());
        let (pattern, after) = text.split_at(end);
        let after = after.trim_start_matches(is_blank);
        rest = after
            .starts_with(',')
            .then(|| after.trim_start_matches(','));
        Some(pattern)
    })
    .filter(|pattern| !pattern.is_empty())
}

/// A name covers itself and all that is below it. A port is no part of a pattern: libcurl compares it as text, so such a
/// pattern covers nothing.
fn covers_name(pattern: &str, name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name).as_bytes();
    let pattern = pattern.strip_suffix('.').unwrap_or(pattern);
    let pattern = pattern.strip_prefix('.').unwrap_or(pattern).as_bytes();
    let Some(before) = name.len().checked_sub(pattern.len()) else {
        return false;
    };
    !pattern.is_empty()
        && name[before..].eq_ignore_ascii_case(pattern)
        && (before == 0 || name[before - 1] == b'.')
}

/// An address, or a network as `10.0.0.0/8`.
fn covers_address(pattern: &str, address: IpAddr) -> bool {
    let (network, bits) = match pattern.split_once('/') {
        Some((network, bits)) => match bits.parse::<u32>() {
            Ok(bits) => (network, bits),
            Err(_) => return false,
        },
        None => (pattern, 0),
    };
    match address {
        IpAddr::V4(address) => network.parse::<Ipv4Addr>().is_ok_and(|network| {
            same(
                u32::from(network).into(),
                u32::from(address).into(),
                bits,
                32,
            )
        }),
        IpAddr::V6(address) => network
            .parse::<Ipv6Addr>()
            .is_ok_and(|network| same(network.into(), address.into(), bits, 128)),
    }
}

/// Whether the first `bits` of two addresses of `width` bits are the same; 0 means all of them.
fn same(one: u128, other: u128, bits: u32, width: u32) -> bool {
    match bits {
        0 => one == other,
        bits if bits > width => false,
        bits => (one ^ other) >> (width - bits) == 0,
    }
}

/// The address of a proxy: no scheme means HTTP, no port libcurl's own.
pub fn address(text: &str) -> Result<Url, String> {
    let (scheme, rest) = text.split_once("://").unwrap_or(("http", text));
    let scheme = match scheme.to_ascii_lowercase().as_str() {
        "socks" => "socks4".to_owned(),
        scheme @ ("http" | "https" | "socks4" | "socks4a" | "socks5" | "socks5h") => {
            scheme.to_owned()
        }
        other => return Err(format!("no proxy speaks `{other}`")),
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let (login, place) = match authority.rsplit_once('@') {
        Some((login, place)) => (format!("{login}@"), place),
        None => (String::new(), authority),
    };
    let named = place.rsplit(']').next().unwrap_or(place);
    let port = match named.rsplit_once(':') {
        Some((_, port)) if !port.is_empty() => String::new(),
        _ if scheme == "https" => ":443".to_owned(),
        _ => format!(":{DEFAULT_PORT}"),
    };
    let place = place.strip_suffix(':').unwrap_or(place);
    Url::parse(&format!("{scheme}://{login}{place}{port}")).map_err(|cause| cause.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exempt(host: &str, list: &str) -> bool {
        let host = Host::parse(host).unwrap();
        let host = match &host {
            Host::Domain(name) => Host::Domain(name.as_str()),
            Host::Ipv4(address) => Host::Ipv4(*address),
            Host::Ipv6(address) => Host::Ipv6(*address),
        };
        is_exempt(&host, list)
    }

    #[test]
    fn exceptions_are_those_of_libcurl() {
        for (host, list, expected) in [
            ("crates.example", "*", true),
            ("crates.example", "a,*", false),
            ("crates.example", "crates.example", true),
            ("crates.example", "CRATES.Example.", true),
            ("crates.example.", "crates.example", true),
            ("a.crates.example", "crates.example", true),
            ("a.crates.example", ".crates.example", true),
            ("crates.example", ".crates.example", true),
            ("acrates.example", "crates.example", false),
            ("crates.example", "a.crates.example", false),
            ("crates.example", "crates.example:80", false),
            ("crates.example", "one, two ,crates.example", true),
            ("crates.example", "one two,crates.example", false),
            ("crates.example", ",,crates.example", true),
            ("crates.example", "", false),
            ("crates.example", ".", false),
            ("127.0.0.1", "127.0.0.1", true),
            ("127.0.0.1", "127.0.0.0/8", true),
            ("127.0.0.1", "127.0.0.1/32", true),
            ("127.0.0.1", "127.0.0.0/33", false),
            ("127.0.0.1", "127.0.0.0/x", false),
            ("127.0.0.1", "127.0.0.1:80", false),
            ("127.0.0.1", ".0.0.1", false),
            ("128.0.0.1", "127.0.0.0/8", false),
            ("[::1]", "::1", true),
            ("[::1]", "[::1]", false),
            ("[fd00::1]", "fd00::/8", true),
            ("[fe00::1]", "fd00::/8", false),
        ] {
            assert_eq!(exempt(host, list), expected, "{host} {list}");
        }
    }

    #[test]
    fn the_address_of_a_proxy_is_read_as_libcurl_does() {
        for (text, expected) in [
            ("proxy.example", "http://proxy.example:1080/"),
            ("proxy.example:3128", "http://proxy.example:3128/"),
            ("http://proxy.example:80/path", "http://proxy.example/"),
            ("https://proxy.example", "https://proxy.example/"),
            ("socks5h://u:p@[::1]:9", "socks5h://u:p@[::1]:9"),
            ("SOCKS://proxy.example", "socks4://proxy.example:1080"),
            ("http://u:p%40@[::1]", "http://u:p%40@[::1]:1080/"),
        ] {
            assert_eq!(address(text).unwrap().as_str(), expected, "{text}");
        }
        for text in ["ftp://proxy.example", "http://", "http://a b"] {
            assert!(address(text).is_err(), "{text}");
        }
    }
}
