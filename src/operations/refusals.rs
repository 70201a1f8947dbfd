//! What was refused since somebody had, or there was, too much: by limit, a closed list.

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::registry::Registry;

/// A limit on what clients may use of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Commands of one connection, or of one caller over REST.
    CommandRate,
    /// Changes of presence, likewise.
    PresenceRate,
    /// Connections of all clients.
    Connections,
    /// Connections of one address.
    ConnectionsOfAnAddress,
    /// Connections of one user.
    ConnectionsOfAUser,
    /// Sessions that are loaded.
    Sessions,
    /// Failed attempts to sign in, of an account or from an address.
    Failures,
    /// Events that are published in a session.
    EventRate,
    /// Broadcasts of one user.
    BroadcastRate,
    /// Broadcasts that wait.
    BroadcastQueue,
    /// Broadcasts while they rest, since they failed again and again.
    BroadcastBreaker,
}

impl Limit {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::CommandRate,
        Self::PresenceRate,
        Self::Connections,
        Self::ConnectionsOfAnAddress,
        Self::ConnectionsOfAUser,
        Self::Sessions,
        Self::Failures,
        Self::EventRate,
        Self::BroadcastRate,
        Self::BroadcastQueue,
        Self::BroadcastBreaker,
    ];

    /// What it is called in errors and metrics: the option's name, if it is one.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CommandRate => "max_commands_per_second",
            Self::PresenceRate => "presence_per_second",
            Self::Connections => "max_connections",
            Self::ConnectionsOfAnAddress => "max_connections_per_address",
            Self::ConnectionsOfAUser => "max_connections_per_user",
            Self::Sessions => "max_sessions",
            Self::Failures => "failures_to_sign_in",
            Self::EventRate => "events_per_minute",
            Self::BroadcastRate => "broadcasts_per_minute",
            Self::BroadcastQueue => "broadcast_queue",
            Self::BroadcastBreaker => "broadcast_breaker",
        }
    }
}

/// The counters of refusals.
pub struct Refusals(Family<[(&'static str, &'static str); 1], Counter>);

impl Refusals {
    /// Counters that start at zero.
    pub fn register(registry: &mut Registry) -> Self {
        let refused = Family::<[(&'static str, &'static str); 1], Counter>::default();
        for limit in Limit::ALL {
            drop(refused.get_or_create(&[("limit", limit.name())]));
        }
        let help =
            "Commands, changes of presence, connections, sessions and broadcasts that were refused, by limit";
        registry.register("limit_refusals", help, refused.clone());
        Self(refused)
    }

    /// Counts one.
    pub fn count(&self, limit: Limit) {
        self.0.get_or_create(&[("limit", limit.name())]).inc();
    }
}
