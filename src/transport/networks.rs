//! Where clients may be: networks whose requests are answered, and networks whose are not.
//!
//! It stands in front of everything, Engine.IO and WebSockets among it. Behind a trusted proxy the client's own address
//! counts, as for every limit. It says where somebody is, not who.

use std::net::IpAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use graphroom_protocol::ErrorCode;
use ipnet::IpNet;

use super::address::{self, plain_network};
use super::rest::error::ApiError;

/// Networks that are let in, and networks that are not.
#[derive(Clone, Debug, Default)]
pub struct Networks {
    allowed: Arc<[IpNet]>,
    denied: Arc<[IpNet]>,
}

impl Networks {
    /// Lets in the first, or everybody if there are none, but never the second.
    #[must_use]
    pub fn new(allowed: Vec<IpNet>, denied: Vec<IpNet>) -> Self {
        let plain = |networks: Vec<IpNet>| networks.into_iter().map(plain_network).collect();
        Self { allowed: plain(allowed), denied: plain(denied) }
    }

    /// Whether everybody is let in.
    #[must_use]
    pub fn are_all(&self) -> bool {
        self.allowed.is_empty() && self.denied.is_empty()
    }

    /// Whether requests of this address are answered.
    #[must_use]
    pub fn let_in(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        let is_in = |networks: &[IpNet]| networks.iter().any(|network| network.contains(&address));
        !is_in(&self.denied) && (self.allowed.is_empty() || is_in(&self.allowed))
    }

    /// Puts them in front of all that `router` answers.
    pub fn around(&self, router: Router) -> Router {
        if self.are_all() {
            return router;
        }
        router.layer(from_fn_with_state(self.clone(), check))
    }
}

async fn check(State(networks): State<Networks>, request: Request, next: Next) -> Response {
    let address = address::of(&request);
    if networks.let_in(address) {
        return next.run(request).await;
    }
    tracing::debug!(%address, "request refused: its network is not let in");
    ApiError::new(ErrorCode::ForeignNetwork, "This server does not answer to your network").into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn networks(texts: &[&str]) -> Vec<IpNet> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn who_is_denied_is_denied_and_who_is_not_allowed_is_too() {
        let table: [(&[&str], &[&str], &str, bool); 14] = [
            (&[], &[], "192.0.2.1", true),
            (&["10.0.0.0/8"], &[], "10.1.2.3", true),
            (&["10.0.0.0/8"], &[], "192.0.2.1", false),
            (&["10.0.0.0/8"], &[], "127.0.0.1", false),
            (&["10.0.0.0/8"], &[], "::1", false),
            (&[], &["192.0.2.0/24"], "192.0.2.1", false),
            (&[], &["192.0.2.0/24"], "192.0.3.1", true),
            (&["10.0.0.0/8"], &["10.1.0.0/16"], "10.1.2.3", false),
            (&["10.0.0.0/8"], &["10.1.0.0/16"], "10.2.2.3", true),
            (&["10.1.2.3/32"], &["10.1.0.0/16"], "10.1.2.3", false),
            (&["2001:db8::/32", "10.0.0.0/8"], &[], "2001:db8:1::1", true),
            (&["2001:db8::/32"], &["2001:db8:1::/48"], "2001:db8:1::1", false),
            // IPv4 in IPv6's clothes, on either side.
            (&["::ffff:10.0.0.0/104"], &[], "10.1.2.3", true),
            (&["10.0.0.0/8"], &[], "::ffff:10.1.2.3", true),
        ];
        for (allowed, denied, address, expected) in table {
            let rules = Networks::new(networks(allowed), networks(denied));
            assert_eq!(rules.let_in(address.parse().unwrap()), expected, "{allowed:?} {denied:?} {address}");
        }
    }
}
