//! What is refused by its limit's name, which `details.limit` says.

use graphroom_protocol::rest::limitations::Limitation;

use super::{limitation, many, time};
use crate::breaker::SUCCESSES;
use crate::feed::{PER_WINDOW, WINDOW};
use crate::identity::lockout::{FAILURES, MINUTES_15};
use crate::operations::Limit;
use crate::operations::broadcasts::FAULTS;
use crate::transport::Backend;
use crate::transport::limits::{Allowance, PRESENCE_BURST, PRESENCE_PER_SECOND};

/// One of each limit that there is.
pub fn told(backend: &Backend) -> Vec<Limitation> {
    Limit::ALL.into_iter().map(|limit| of(limit, backend)).collect()
}

fn of(limit: Limit, backend: &Backend) -> Limitation {
    let allowance = backend.limiter.allowance();
    let text = match limit {
        Limit::CommandRate => commands(allowance),
        Limit::PresenceRate => format!(
            "{PRESENCE_PER_SECOND} changes of presence a second of a connection, or of an author at an \
             address over REST, and {PRESENCE_BURST} at once"
        ),
        Limit::Connections => {
            format!("{} connections, by Socket.IO and plain WebSocket", many(allowance.connections))
        }
        Limit::ConnectionsOfAnAddress => {
            format!("{} connections from one address", many(allowance.connections_per_address))
        }
        Limit::ConnectionsOfAUser if backend.identity.is_open() => {
            "Connections of one user are not limited without --auth token".to_owned()
        }
        Limit::ConnectionsOfAUser => {
            format!("{} connections of one user", many(allowance.connections_per_user))
        }
        Limit::Sessions => {
            format!("{} sessions at once that somebody is in", many(backend.registry.max_sessions()))
        }
        Limit::Failures => format!(
            "{FAILURES} failed attempts to sign in within {} minutes, at an account or from an address",
            MINUTES_15 / 60_000
        ),
        Limit::EventRate => {
            format!("{PER_WINDOW} published events within {}, in a session", time(WINDOW))
        }
        Limit::BroadcastRate => match allowance.broadcasts_per_minute {
            0 => "Broadcasts of a user are not limited".to_owned(),
            per_minute => format!("{per_minute} broadcasts a minute of a user"),
        },
        Limit::BroadcastQueue => {
            format!("{} broadcasts that wait, of each of three priorities", allowance.broadcast_queue)
        }
        Limit::BroadcastBreaker => format!(
            "{FAULTS} faults of the server in a row let broadcasts rest for {}; then one at a time goes \
             out, until {SUCCESSES} were handed over",
            time(allowance.broadcast_pause)
        ),
    };
    limitation(text, format!("{}; details.limit is {}", workaround(limit), limit.name()))
}

fn commands(allowance: &Allowance) -> String {
    match allowance.commands_per_second {
        0 => "Commands of a connection, or of an author at an address over REST, are not limited".to_owned(),
        per_second => format!(
            "{per_second} commands a second of a connection, or of an author at an address over REST, and {} at once",
            allowance.commands_burst
        ),
    }
}

fn workaround(limit: Limit) -> &'static str {
    match limit {
        Limit::CommandRate => {
            "Wait as long as RATE_LIMITED says, or send many commands as one Batch; \
             --max-commands-per-second, --max-commands-burst"
        }
        Limit::PresenceRate => "Send the latest state alone",
        Limit::Connections => "Try again when others have left; --max-connections",
        Limit::ConnectionsOfAnAddress => {
            "Name the proxies that all come by with --trusted-proxy; --max-connections-per-address"
        }
        Limit::ConnectionsOfAUser => "Close what is not used, or ask an admin to; --max-connections-per-user",
        Limit::Sessions => "Those that nobody is in make room by themselves: try again; --max-sessions",
        Limit::Failures => "Wait as long as RATE_LIMITED says",
        Limit::EventRate => "Wait as long as RATE_LIMITED says, or publish several things as one event",
        Limit::BroadcastRate => "Wait as long as RATE_LIMITED says; --broadcasts-per-minute",
        Limit::BroadcastQueue => "Repeat what was answered BUSY; --broadcast-queue",
        Limit::BroadcastBreaker => {
            "Repeat what was answered BUSY after retry_after_ms; admins see the faults at GET \
             /api/v1/admin/errors?category=broadcast"
        }
    }
}
