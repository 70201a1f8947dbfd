//! The origin of the page that a browser's request comes from.

use super::authority::Authority;

/// An origin of the web. Others (`null`, apps, extensions) are none of these.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Origin {
    scheme: Scheme,
    authority: Authority,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scheme {
    Http,
    Https,
}

impl Scheme {
    fn port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

impl Origin {
    /// Takes `http://host[:port]` and `https://host[:port]`, and nothing behind it.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (scheme, authority) = text.split_once("://")?;
        let scheme = match scheme.to_ascii_lowercase().as_str() {
            "http" => Scheme::Http,
            "https" => Scheme::Https,
            _ => return None,
        };
        Some(Self { scheme, authority: Authority::parse(authority)? })
    }

    pub(super) fn is_loopback(&self) -> bool {
        self.authority.is_loopback()
    }

    /// Whether the page was loaded from the host and port that it now asks. A `Host` without a port
    /// means the page's default one: behind a proxy we cannot know which scheme the browser used.
    pub(super) fn is_of_host(&self, host: &Authority) -> bool {
        self.authority.is_same(host, self.scheme.port())
    }
}

/// One entry of the allow-list.
#[derive(Debug)]
pub(super) enum AllowedOrigin {
    Web(Origin),
    /// An app's or extension's, such as `tauri://localhost`; compared letter by letter.
    Other(String),
}

impl AllowedOrigin {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        match scheme.to_ascii_lowercase().as_str() {
            "http" | "https" => Origin::parse(text).map(Self::Web),
            "" => None,
            _ => (!rest.is_empty()).then(|| Self::Other(text.to_owned())),
        }
    }

    pub(super) fn matches(&self, origin: &str) -> bool {
        match self {
            Self::Web(allowed) => Origin::parse(origin).is_some_and(|origin| {
                allowed.scheme == origin.scheme && allowed.is_of_host(&origin.authority)
            }),
            Self::Other(allowed) => allowed == origin,
        }
    }
}
