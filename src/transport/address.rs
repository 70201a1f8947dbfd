//! Whose request it is: the address that limits count by and the log shows.
//!
//! It is the peer's. Where the peer is a proxy that is trusted, what that proxy says goes before it: the
//! right-most address of `X-Forwarded-For` that is no trusted proxy's. What stands to the left of it anybody may
//! have written.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use axum::extract::Request;
use axum::extract::connect_info::ConnectInfo;
use http::{Extensions, HeaderMap};
use ipnet::IpNet;

use super::link::Link;

/// The header in which proxies say for whom they ask.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// Whose request it is, as an extension of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

/// The proxies whose word is taken.
#[derive(Clone, Debug, Default)]
pub struct TrustedProxies(Arc<[IpNet]>);

impl TrustedProxies {
    /// These addresses, and those in these networks.
    #[must_use]
    pub fn new(networks: Vec<IpNet>) -> Self {
        Self(networks.into_iter().map(plain_network).collect())
    }

    /// Whose request it is that came from this peer with these headers.
    #[must_use]
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer.to_canonical();
        if !self.trusts(client) {
            return client;
        }
        let lines = headers.get_all(FORWARDED_FOR).iter().rev();
        for item in lines.flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b',')) {
            let item = item.trim_ascii();
            if item.is_empty() {
                continue;
            }
            // Nobody can say who stands behind what is no address: it counts for the proxy that took it.
            let Some(address) = std::str::from_utf8(item).ok().and_then(address) else { return client };
            client = address;
            if !self.trusts(client) {
                return client;
            }
        }
        client
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }

    /// Writes down whose request it is, for all who want to know.
    pub fn mark(&self, mut request: Request) -> Request {
        if let Some(ConnectInfo(link)) = request.extensions().get::<ConnectInfo<Link>>() {
            let client = self.client(link.peer().ip(), request.headers());
            request.extensions_mut().insert(ClientAddress(client));
        }
        request
    }
}

/// Whose request it is; of one that came over no link, nobody's.
pub fn of(request: &Request) -> IpAddr {
    marked(request.extensions())
}

/// The same by the request's head.
pub fn marked(extensions: &Extensions) -> IpAddr {
    let marked = extensions.get::<ClientAddress>();
    marked.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ClientAddress(address)| *address)
}

/// What limits count by: the address, of IPv6 the network of 64 bits that one host may have all addresses of.
#[must_use]
pub fn counted_as(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
    }
}

/// IPv4 addresses that are written as IPv6 ones are IPv4 addresses, those of networks too.
pub(super) fn plain_network(network: IpNet) -> IpNet {
    let IpNet::V6(wide) = network else { return network };
    let plain = wide.addr().to_ipv4_mapped().zip(wide.prefix_len().checked_sub(96));
    let plain = plain.and_then(|(address, prefix)| IpNet::new(address.into(), prefix).ok());
    plain.unwrap_or(network)
}

/// An address, alone or with a port: `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]:80`.
fn address(text: &str) -> Option<IpAddr> {
    let alone = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let address = alone.parse::<IpAddr>().ok();
    let with_port = || text.parse::<std::net::SocketAddr>().ok().map(|address| address.ip());
    address.or_else(with_port).map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    const TRUSTED: [&str; 5] =
        ["10.0.0.0/8", "192.0.2.7/32", "2001:db8:1::/48", "::1/128", "::ffff:172.16.0.0/108"];

    fn client(trusted: &[&str], peer: &str, lines: &[&[u8]]) -> String {
        let networks = trusted.iter().map(|network| network.parse().unwrap()).collect();
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(FORWARDED_FOR, HeaderValue::from_bytes(line).unwrap());
        }
        TrustedProxies::new(networks).client(peer.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn lim_2_a_host_with_many_addresses_of_ipv6_counts_as_one() {
        let counted = |text: &str| counted_as(text.parse().unwrap()).to_string();
        assert_eq!(counted("192.0.2.1"), "192.0.2.1");
        assert_eq!(counted("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(counted("2001:db8:1:2:ffff::1"), counted("2001:db8:1:2::"));
        assert_ne!(counted("2001:db8:1:3::1"), counted("2001:db8:1:2::1"));
    }

    #[test]
    fn without_trusted_proxies_the_address_is_the_peers_whatever_headers_say() {
        for peer in ["127.0.0.1", "203.0.113.5", "2001:db8::5"] {
            assert_eq!(client(&[], peer, &[b"198.51.100.1"]), peer);
            assert_eq!(client(&TRUSTED, peer, &[b"198.51.100.1"]), peer);
        }
        assert_eq!(client(&[], "::ffff:203.0.113.5", &[]), "203.0.113.5");
    }

    #[test]
    fn of_a_trusted_proxy_the_right_most_address_counts_that_is_not_trusted() {
        let table: [(&str, &[&[u8]], &str); 22] = [
            ("10.0.0.1", &[], "10.0.0.1"),
            ("10.0.0.1", &[b"198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", &[b"6.6.6.6, 198.51.100.1"], "198.51.100.1"),
            ("10.0.0.1", &[b"6.6.6.6,198.51.100.1 ,\t10.2.3.4"], "198.51.100.1"),
            ("10.0.0.1", &[b"6.6.6.6", b"198.51.100.1", b"10.2.3.4, 192.0.2.7"], "198.51.100.1"),
            ("10.0.0.1", &[b"198.51.100.1", b"10.2.3.4", b"203.0.113.9"], "203.0.113.9"),
            // All of them are trusted: the first is as far as it goes.
            ("10.0.0.1", &[b"10.9.9.9, 10.2.3.4"], "10.9.9.9"),
            ("192.0.2.7", &[b"198.51.100.1"], "198.51.100.1"),
            ("192.0.2.8", &[b"198.51.100.1"], "192.0.2.8"),
            // IPv6, with and without brackets and ports.
            ("::1", &[b"2001:db8:2::9, 2001:db8:1::4"], "2001:db8:2::9"),
            ("::1", &[b"[2001:db8:2::9]"], "2001:db8:2::9"),
            ("::1", &[b"[2001:db8:2::9]:4711"], "2001:db8:2::9"),
            ("::1", &[b"198.51.100.1:4711"], "198.51.100.1"),
            // IPv4 in IPv6's clothes, on every side.
            ("::ffff:10.0.0.1", &[b"::ffff:198.51.100.1"], "198.51.100.1"),
            ("172.16.5.5", &[b"198.51.100.1, ::ffff:172.17.0.1"], "198.51.100.1"),
            // Garbage counts for the proxy that passed it on, and what stands before it for nothing.
            ("10.0.0.1", &[b"198.51.100.1, unknown"], "10.0.0.1"),
            ("10.0.0.1", &[b"198.51.100.1, unknown, 10.2.3.4"], "10.2.3.4"),
            ("10.0.0.1", &[b"198.51.100.1", b"\xff\xfe"], "10.0.0.1"),
            ("10.0.0.1", &[b"198.51.100.1, 1.2.3"], "10.0.0.1"),
            ("10.0.0.1", &[b"_hidden"], "10.0.0.1"),
            // Empty items say nothing.
            ("10.0.0.1", &[b"198.51.100.1, , "], "198.51.100.1"),
            ("10.0.0.1", &[b"", b","], "10.0.0.1"),
        ];
        for (peer, lines, expected) in table {
            let shown: Vec<_> = lines.iter().map(|line| String::from_utf8_lossy(line)).collect();
            assert_eq!(client(&TRUSTED, peer, lines), expected, "{peer} {shown:?}");
        }
    }
}
