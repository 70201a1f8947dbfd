//! Host and port as they stand in a `Host` header, parsed strictly: what is not surely a name or an
//! address is nothing. A host that a browser would read differently must never pass.

use std::net::{Ipv4Addr, Ipv6Addr};

/// A host and, if it was given, a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Authority {
    host: Host,
    port: Option<u16>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Host {
    /// Lower case, without a trailing dot.
    Name(String),
    V4(Ipv4Addr),
    V6(Ipv6Addr),
}

impl Authority {
    /// Takes `host` or `host:port`; no user information, path, trailing dot, or empty port.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (host, port) = match text.strip_prefix('[') {
            Some(rest) => {
                let (address, port) = rest.split_once(']')?;
                (Host::V6(address.parse().ok()?), port)
            }
            None => {
                let end = text.find(':').unwrap_or(text.len());
                (Host::parse(&text[..end])?, &text[end..])
            }
        };
        let port = match port {
            "" => None,
            port => Some(parse_port(port.strip_prefix(':')?)?),
        };
        Some(Self { host, port })
    }

    /// Whether only this machine can be meant, whoever resolves the name.
    pub(super) fn is_loopback(&self) -> bool {
        match &self.host {
            Host::Name(name) => name == "localhost" || name.ends_with(".localhost"),
            Host::V4(address) => address.is_loopback(),
            Host::V6(address) => address.is_loopback(),
        }
    }

    /// As a pattern: the same host, at the same port or, without one, at any.
    pub(super) fn covers(&self, other: &Self) -> bool {
        self.host == other.host && (self.port.is_none() || self.port == other.port)
    }

    /// The same host and port, where no port means the scheme's.
    pub(super) fn is_same(&self, other: &Self, scheme_port: u16) -> bool {
        self.host == other.host && self.port.unwrap_or(scheme_port) == other.port.unwrap_or(scheme_port)
    }
}

impl Host {
    /// A name or an IPv4 address in its usual form. Browsers take `2130706433`, `127.1` and `0x7f.1`
    /// for addresses too; a name that ends in such a number is refused.
    fn parse(text: &str) -> Option<Self> {
        if let Ok(address) = text.parse() {
            return Some(Self::V4(address));
        }
        let name = text.to_ascii_lowercase();
        let last = name.rsplit('.').next()?;
        let is_number = last.bytes().all(|byte| byte.is_ascii_digit()) || last.starts_with("0x");
        (name.len() <= 253 && !is_number && name.split('.').all(is_label)).then_some(Self::Name(name))
    }
}

fn is_label(label: &str) -> bool {
    let is_name_byte = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (1..=63).contains(&label.len()) && label.bytes().all(is_name_byte)
}

fn parse_port(text: &str) -> Option<u16> {
    // `str::parse` would take a sign.
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}
