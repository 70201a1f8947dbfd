//! Handshakes of TLS that came to nothing: by why, a closed list.

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::registry::Registry;

/// Why a connection never came to HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HandshakeFailure {
    /// The client speaks HTTP without TLS.
    PlainHttp,
    /// What it said is no handshake, or agrees with nothing that is spoken here; or it went away.
    Refused,
    /// It took too long.
    TimedOut,
}

impl HandshakeFailure {
    const ALL: [Self; 3] = [Self::PlainHttp, Self::Refused, Self::TimedOut];

    const fn label(self) -> &'static str {
        match self {
            Self::PlainHttp => "plain_http",
            Self::Refused => "refused",
            Self::TimedOut => "timed_out",
        }
    }
}

/// What is counted of them.
pub(super) struct Handshakes(Family<[(&'static str, &'static str); 1], Counter>);

impl Handshakes {
    pub fn register(registry: &mut Registry) -> Self {
        let counted = Family::default();
        let help = "Handshakes of TLS that came to nothing, by reason";
        registry.register("tls_handshakes_failed", help, counted.clone());
        let handshakes = Self(counted);
        HandshakeFailure::ALL.into_iter().for_each(|failure| drop(handshakes.of(failure)));
        handshakes
    }

    pub fn count(&self, failure: HandshakeFailure) {
        self.of(failure).inc();
    }

    fn of(&self, failure: HandshakeFailure) -> impl std::ops::Deref<Target = Counter> {
        self.0.get_or_create(&[("reason", failure.label())])
    }
}
