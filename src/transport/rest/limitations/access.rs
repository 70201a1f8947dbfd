//! Who is let in, by what, and for how long.

use graphroom_protocol::rest::limitations::Limitation;

use super::{limitation, time};
use crate::identity::invitations::{LONGEST, SHORTEST};
use crate::identity::passwords::{MAX_PASSWORD, MIN_PASSWORD, WAITING};
use crate::identity::session_tokens::{AT_MOST, LIFETIME};
use crate::identity::tokens::MAX_TOKEN;
use crate::transport::Backend;
use crate::transport::connection::PATIENCE;

pub fn told(backend: &Backend) -> Vec<Limitation> {
    let mut all = Vec::new();
    if backend.identity.is_open() {
        all.push(limitation(
            "No login: whoever reaches the server may read and change everything, under any name",
            "Start it with --auth token, or listen on loopback",
        ));
    }
    all.push(places(backend));
    if !backend.networks.are_all() {
        all.push(limitation(
            "Clients of some networks are not answered",
            "Come by another network, or name yours; --allow-network, --deny-network",
        ));
    }
    all.push(encryption(backend));
    if !backend.identity.is_open() {
        all.push(limitation(
            format!("{} for who connects to say who it is", time(PATIENCE)),
            "Show a token as you connect, or send authenticate at once; --auth",
        ));
    }
    all.extend(credentials(backend));
    all
}

/// Which hosts and origins requests may name.
fn places(backend: &Backend) -> Limitation {
    let (hosts, origins) = backend.terms.guard.allowed();
    limitation(
        format!(
            "Requests are answered at loopback hosts and {hosts} others, and to pages of the same host, of \
             loopback and of {origins} other origins"
        ),
        "Name the host that FOREIGN_HOST refuses, and the origin that FOREIGN_ORIGIN does; --allow-host, \
         --allow-origin",
    )
}

fn encryption(backend: &Backend) -> Limitation {
    if backend.terms.is_secure {
        let text = format!(
            "HTTPS alone is spoken, by HTTP/1.1, and {} are left for the handshake of TLS",
            time(backend.terms.patience.handshake)
        );
        let workaround =
            "Ask with https:// or wss://; a proxy that ends TLS can speak HTTP/2; --tls-cert, --tls-key";
        return limitation(text, workaround);
    }
    limitation(
        "No TLS: whoever is on the way between client and server can read along",
        "Start it with --tls-cert and --tls-key, or put it behind a proxy that ends TLS",
    )
}

/// What is shown, and how long it counts.
fn credentials(backend: &Backend) -> [Limitation; 4] {
    let lifetimes = backend.identity.lifetimes();
    [
        limitation(
            format!(
                "An access token is good for {}, a refresh token for {}; each has {MAX_TOKEN} bytes at most",
                time(lifetimes.access),
                time(lifetimes.refresh)
            ),
            "Ask POST /auth/refresh for others before they end, or use an API key; \
             --access-token-lifetime, --refresh-token-lifetime",
        ),
        limitation(
            format!(
                "{AT_MOST} session tokens of one user, each good for {} after it was last used",
                time(LIFETIME)
            ),
            "The one that was used longest ago makes room for a newer one: sign in again",
        ),
        limitation(
            format!("An invitation is good for {} to {}", time(SHORTEST), time(LONGEST)),
            "Make another one when it is over: POST /api/v1/admin/invitations",
        ),
        limitation(
            format!(
                "{MIN_PASSWORD} to {MAX_PASSWORD} bytes a password, and {WAITING} of them that wait to be checked"
            ),
            "Repeat what was answered BUSY, or sign in by an API key, which does not wait",
        ),
    ]
}
