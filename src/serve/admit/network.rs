//! Networks as options name them: addresses that begin with the same bits.

use std::net::IpAddr;

use ipnet::IpNet;

/// Addresses that begin with the same bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network(IpNet);

impl Network {
    /// Reads `10.0.0.0/8`, `fd00::/8`, or one address.
    pub fn parse(text: &str) -> Result<Self, String> {
        let network = text.parse().ok();
        let network = network.or_else(|| Some(IpNet::from(text.parse::<IpAddr>().ok()?)));
        let bad = || "name addresses as in 10.0.0.0/8, fd00::/8 or 127.0.0.1".to_owned();
        network.map(Self).ok_or_else(bad)
    }

    /// Whether this address is one of them. One of IPv4 that is written as IPv6 is one of IPv4.
    pub fn holds(&self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_hold_their_addresses() {
        for (network, address, held) in [
            ("10.0.0.0/8", "10.255.0.1", true),
            ("10.0.0.0/8", "11.0.0.1", false),
            ("127.0.0.1", "127.0.0.1", true),
            ("127.0.0.1", "127.0.0.2", false),
            ("127.0.0.1", "::ffff:127.0.0.1", true),
            ("0.0.0.0/0", "203.0.113.9", true),
            ("0.0.0.0/0", "::1", false),
            ("fd00::/8", "fd12::1", true),
            ("::/0", "2001:db8::1", true),
            ("::1", "::1", true),
        ] {
            let network = Network::parse(network).unwrap();
            assert_eq!(
                network.holds(address.parse().unwrap()),
                held,
                "{network:?} {address}"
            );
        }
        for bad in ["", "10.0.0.0/33", "10.0.0.0/", "x", "::/129", "10/8"] {
            assert!(Network::parse(bad).is_err(), "{bad}");
        }
    }
}
