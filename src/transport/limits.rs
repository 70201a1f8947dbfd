//! What one client may use of the server, and how much of it there is: one limiter for every transport.
//!
//! Sizes of what comes in are no limit in this sense: they stand where it is read.

mod rate;
mod seats;
#[cfg(test)]
mod tests;
mod users;

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use graphroom_protocol::{ErrorBody, ErrorCode};
use serde_json::json;

use self::rate::Rate;
pub use self::rate::Time;
pub use self::seats::{Seat, Seats};
pub use self::users::UserSeat;
use self::users::UserSeats;
use super::address::{TrustedProxies, counted_as};
use crate::operations::broadcasts::Refused;
use crate::operations::{Limit, Metrics};

/// Changes of presence in a second, of one connection or caller.
pub const PRESENCE_PER_SECOND: NonZeroU32 = NonZeroU32::new(200).unwrap();
/// Changes of presence at once.
pub const PRESENCE_BURST: NonZeroU32 = NonZeroU32::new(2_000).unwrap();

/// When to try again where nobody knows when there will be room.
pub const PAUSE: Duration = Duration::from_secs(5);

/// What clients are allowed.
#[derive(Clone, Debug)]
pub struct Allowance {
    /// Commands in a second of one connection or caller. 0 for any number.
    pub commands_per_second: u32,
    /// Commands at once.
    pub commands_burst: NonZeroU32,
    /// Connections of all clients, by Socket.IO and plain WebSocket. 0 for any number, as below.
    pub connections: usize,
    /// Those of one address.
    pub connections_per_address: usize,
    /// Those of one user, where everybody has to say who it is.
    pub connections_per_user: usize,
    /// Broadcasts in a minute of one user. 0 for any number.
    pub broadcasts_per_minute: u32,
    /// Broadcasts that may wait, of each of three priorities.
    pub broadcast_queue: usize,
    /// How long nobody broadcasts once that failed again and again.
    pub broadcast_pause: Duration,
    /// The proxies whose word on addresses is taken.
    pub trusted_proxies: TrustedProxies,
    /// What rates are measured by.
    pub time: Time,
}

impl Default for Allowance {
    fn default() -> Self {
        Self {
            commands_per_second: 500,
            commands_burst: const { NonZeroU32::new(5_000).unwrap() },
            connections: 10_000,
            connections_per_address: 0,
            connections_per_user: 0,
            broadcasts_per_minute: 100,
            broadcast_queue: 1_000,
            broadcast_pause: Duration::from_secs(30),
            trusted_proxies: TrustedProxies::default(),
            time: Time::default(),
        }
    }
}

/// What a client does that has a rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// Something that may change a project: a command, undo, redo, and over REST whatever is no `GET`.
    Command,
    /// It says what it is at.
    Presence,
    /// It tells many something.
    Broadcast,
}

/// Whose rate it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Who {
    /// A Socket.IO connection, by its id, in whichever namespace.
    Connection(Arc<str>),
    /// An author at an address, over REST.
    Caller {
        /// Who it says it is.
        user_id: Arc<str>,
        /// Where it is.
        address: IpAddr,
    },
    /// A user, wherever it is.
    User(Arc<str>),
}

impl Who {
    /// An author over REST.
    #[must_use]
    pub fn caller(user_id: Arc<str>, address: IpAddr) -> Self {
        Self::Caller { user_id, address: counted_as(address) }
    }
}

/// Counts what clients do and refuses what is too much.
pub struct Limiter {
    allowance: Allowance,
    commands: Option<Rate>,
    presence: Rate,
    broadcasts: Option<Rate>,
    seats: Arc<Seats>,
    users: Arc<UserSeats>,
    metrics: Arc<Metrics>,
}

impl Limiter {
    /// A limiter that has seen nothing yet.
    pub fn new(allowance: Allowance, metrics: Arc<Metrics>) -> Self {
        let Allowance { commands_per_second, commands_burst, broadcasts_per_minute, time, .. } = &allowance;
        let commands = NonZeroU32::new(*commands_per_second);
        let commands = commands.map(|per_second| Rate::new(per_second, *commands_burst, time.clone()));
        let presence = Rate::new(PRESENCE_PER_SECOND, PRESENCE_BURST, time.clone());
        let broadcasts = NonZeroU32::new(*broadcasts_per_minute);
        let broadcasts = broadcasts.map(|per_minute| Rate::per_minute(per_minute, time.clone()));
        let seats = Seats::new(allowance.connections, allowance.connections_per_address);
        let users = UserSeats::new(allowance.connections_per_user);
        Self { allowance, commands, presence, broadcasts, seats, users, metrics }
    }

    /// What clients are allowed.
    #[must_use]
    pub fn allowance(&self) -> &Allowance {
        &self.allowance
    }

    /// Lets one more through.
    ///
    /// # Errors
    /// It is one too many; the refusal says how long to wait.
    pub fn take(&self, doing: Counted, who: &Who) -> Result<(), ErrorBody> {
        let (rate, limit, message) = match doing {
            Counted::Command => {
                (self.commands.as_ref(), Limit::CommandRate, "Too many commands in too little time")
            }
            Counted::Presence => {
                (Some(&self.presence), Limit::PresenceRate, "Too many changes of presence in too little time")
            }
            Counted::Broadcast => {
                (self.broadcasts.as_ref(), Limit::BroadcastRate, "Too many broadcasts in too little time")
            }
        };
        let Some(rate) = rate else { return Ok(()) };
        rate.take(who).map_err(|wait| {
            self.metrics.count_refusal(limit);
            refusal(ErrorCode::RateLimited, limit, &format!("{message}: wait and repeat it"), wait)
        })
    }

    /// The refusal of a broadcast that is not taken.
    pub fn no_broadcast(&self, refused: Refused) -> ErrorBody {
        let (limit, message, wait) = match refused {
            Refused::Full => {
                (Limit::BroadcastQueue, "Too many broadcasts of this priority wait: repeat it later", PAUSE)
            }
            Refused::Resting(wait) => {
                let message = "Broadcasts failed again and again and rest for a while: repeat it later";
                (Limit::BroadcastBreaker, message, wait.unwrap_or(PAUSE))
            }
        };
        self.metrics.count_refusal(limit);
        refusal(ErrorCode::Busy, limit, message, wait)
    }

    /// Lets one more connection of this address in; it counts as long as its seat is kept.
    ///
    /// # Errors
    /// There are too many, of all clients or of this address.
    pub fn seat(&self, address: IpAddr) -> Result<Seat, ErrorBody> {
        self.seats.take(counted_as(address)).map_err(|limit| {
            self.metrics.count_refusal(limit);
            let message = match limit {
                Limit::ConnectionsOfAnAddress => "There are too many connections from this address",
                _ => "The server has as many connections as it may have",
            };
            refusal(ErrorCode::ConnectionLimit, limit, message, PAUSE)
        })
    }

    /// Lets a user have a connection; it counts as long as its seat is kept.
    ///
    /// # Errors
    /// The user has too many.
    pub fn seat_of_user(&self, user_id: &Arc<str>, connection: &Arc<str>) -> Result<UserSeat, ErrorBody> {
        self.users.take(user_id, connection).ok_or_else(|| {
            let limit = Limit::ConnectionsOfAUser;
            self.metrics.count_refusal(limit);
            let message = "There are too many connections of this user";
            refusal(ErrorCode::ConnectionLimit, limit, message, PAUSE)
        })
    }
}

/// The refusal of what is over a limit, and how long to wait before it is tried again.
pub fn refusal(code: ErrorCode, limit: Limit, message: &str, wait: Duration) -> ErrorBody {
    // Rounded up: who waits exactly so long is let through.
    let milliseconds = wait.as_nanos().div_ceil(1_000_000).max(1);
    let retry_after_ms = u64::try_from(milliseconds).unwrap_or(u64::MAX);
    let details = json!({ "limit": limit.name(), "retry_after_ms": retry_after_ms });
    ErrorBody { details: Some(details), ..ErrorBody::new(code, message) }
}
