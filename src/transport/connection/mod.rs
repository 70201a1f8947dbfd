//! A client's connection, whatever it goes over: who it is, the sessions that it is in, and what is done about each event
//! that comes by it.
//!
//! Transports accept it, hand it events ([`handlers::receive`]) and are its [`Wire`]. Socket.IO's own is elsewhere.

mod acknowledging;
mod authentication;
mod chat;
mod event;
pub mod handlers;
mod hearing;
pub mod identity;
pub mod inbound;
mod inbox;
mod inspected;
pub mod listed;
mod needs;
mod news;
mod noting;
mod owed;
mod pace;
pub mod refusing;
mod register;
mod report;
mod rooms;
mod stray;
mod subscribing;
pub mod turn;
pub mod wakes;
mod way_out;
pub mod welcome;
pub mod wire;
mod wrapped;

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwapOption;
use graphroom_protocol::rest::connections::Transport;
use graphroom_protocol::{EndReason, ErrorBody};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use uuid::Uuid;

pub use self::authentication::PATIENCE;
pub use self::chat::MAX_JOINED;
pub use self::hearing::{Heard, MAX_HEARD};
use self::identity::anonymous;
use self::inbox::Inbox;
pub use self::inbox::{MAX_BYTES as MAX_INBOX_BYTES, MAX_EVENTS as MAX_INBOX};
use self::listed::Listed;
pub use self::register::{Connections, MAX_SILENCE};
use self::report::Traffic;
pub use self::report::{ADMIN_NAMESPACE, Origin};
use self::stray::Stray;
pub use self::stray::{MAX_STRAY, MAX_STRAY_BYTES};
use self::wire::Wire;
use super::Backend;
use super::connections::Live;
use super::limits::UserSeat;
use crate::domain::Author;
use crate::identity::SignedIn;
use crate::outlet::Outlet;
use crate::session::{Departure, Member, Person, Session};

/// Graphs that one connection may be reading.
pub const MAX_READING: usize = 16;

/// One client's connection; over Socket.IO one socket in one namespace.
pub struct Connection {
    /// What the client is known by as long as it lasts.
    pub client_id: Arc<str>,
    /// Who the client is; nobody, as long as it has to say so and has not.
    who: ArcSwapOption<SignedIn>,
    /// Who it was before it became nobody.
    was: ArcSwapOption<SignedIn>,
    /// Where it came from, and when.
    pub(super) origin: Origin,
    /// What came and went.
    pub(super) traffic: Traffic,
    /// What else it is listed as.
    listed: OnceLock<Listed>,
    /// It counts for its user as long as this is kept.
    seat: Mutex<Option<UserSeat>>,
    /// The color that it wants to be shown in.
    pub color: Option<Arc<str>>,
    /// Whether it gets the older event names too.
    pub legacy: bool,
    /// Whether a refusal that an answer tells is told by no event beside it.
    refuses_once: AtomicBool,
    /// What the transports share.
    pub backend: Arc<Backend>,
    /// Commands that no actor has taken yet.
    pub waiting: Arc<AtomicUsize>,
    /// Graphs that are being read.
    reading: Arc<Semaphore>,
    /// Events that wait for a session to be loaded.
    pub(super) inbox: Mutex<Inbox>,
    /// What it goes over.
    pub(super) wire: Box<dyn Wire>,
    gone: AtomicBool,
    /// It was lost, and did not leave: known once it is gone.
    is_lost: AtomicBool,
    /// Why the server ended it, if that was no session's doing.
    end: OnceLock<EndReason>,
    memberships: Mutex<HashMap<Uuid, Membership>>,
    /// The conversations that it hears, and the projects of those.
    conversations: Mutex<HashMap<Uuid, Option<Uuid>>>,
    /// The projects that it hears, and which of them are ours.
    heard: Mutex<HashMap<Arc<str>, Option<Uuid>>>,
    stray: Mutex<Stray>,
    stray_wake: Arc<Notify>,
}

/// What is known of a connection that is being accepted.
pub struct Opening {
    /// What the client is known by as long as the connection lasts.
    pub client_id: Arc<str>,
    /// Who it is, if it said so.
    pub who: Option<SignedIn>,
    /// The color that it wants to be shown in.
    pub color: Option<Arc<str>>,
    /// Where it comes from.
    pub origin: Origin,
    /// Whether it gets the older event names too.
    pub legacy: bool,
    /// What it goes over.
    pub wire: Box<dyn Wire>,
}

/// A session that the connection joined at least once.
#[derive(Clone)]
pub struct Membership {
    /// The session.
    pub session: Arc<Session>,
    /// The connection in it.
    pub member: Arc<Member>,
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Connection {
    /// A connection that is being accepted.
    pub fn new(opening: Opening, backend: &Arc<Backend>) -> Arc<Self> {
        let Opening { client_id, who, color, origin, legacy, wire } = opening;
        Arc::new(Self {
            client_id,
            who: ArcSwapOption::new(who.map(Arc::new)),
            was: ArcSwapOption::empty(),
            origin,
            traffic: Traffic::default(),
            listed: OnceLock::new(),
            seat: Mutex::default(),
            color,
            legacy,
            refuses_once: AtomicBool::new(false),
            backend: Arc::clone(backend),
            waiting: Arc::default(),
            reading: Arc::new(Semaphore::new(MAX_READING)),
            inbox: Mutex::default(),
            wire,
            gone: AtomicBool::new(false),
            is_lost: AtomicBool::new(false),
            end: OnceLock::new(),
            memberships: Mutex::default(),
            conversations: Mutex::default(),
            heard: Mutex::default(),
            stray: Mutex::default(),
            stray_wake: Arc::default(),
        })
    }

    /// Counts it for who it is, and lists it.
    ///
    /// # Errors
    /// It would be one too many of its user's.
    pub fn open(self: &Arc<Self>) -> Result<(), ErrorBody> {
        if let Some(who) = self.who() {
            let counted = self.count_for(&who.caller.user_id);
            counted.inspect_err(|error| self.note_refusal("connect", None, error))?;
        }
        self.backend.connections.add(self);
        self.note_connect();
        self.backend.roster.add(&(Arc::clone(self) as Arc<dyn Live>));
        Ok(())
    }

    /// Who the client is, if it is anybody.
    pub fn who(&self) -> Option<Arc<SignedIn>> {
        self.who.load_full()
    }

    /// Makes it count for a user, where that has a limit. What it counted for before is given up, if it may.
    ///
    /// # Errors
    /// It would be one too many of the user's.
    pub fn count_for(&self, user_id: &Arc<str>) -> Result<(), ErrorBody> {
        let mut seat = lock(&self.seat);
        let counts = seat.as_ref().is_some_and(|seat| seat.user_id() == user_id);
        if !counts && !self.backend.identity.is_open() {
            *seat = Some(self.backend.limiter.seat_of_user(user_id, &self.client_id)?);
        }
        // Nobody gives a seat back that is taken after the end.
        if self.is_gone() {
            *seat = None;
        }
        Ok(())
    }

    /// From now on the client is this, or nobody.
    pub fn becomes(&self, who: Option<Arc<SignedIn>>) {
        let before = self.who.swap(who);
        if before.is_some() {
            self.was.store(before);
        }
    }

    /// How long there has been the connection.
    pub fn age(&self) -> Duration {
        self.origin.since.elapsed()
    }

    /// The author of what the client does, or did when it was somebody.
    pub fn author(&self) -> Author {
        let who = self.who().or_else(|| self.was.load_full());
        match who {
            Some(who) => who.caller.author(Some(&self.client_id)),
            None => Author {
                user_id: anonymous(&self.client_id).into(),
                name: None,
                client_id: Some(Arc::clone(&self.client_id)),
            },
        }
    }

    /// The sessions that it joined.
    pub fn memberships(&self) -> Vec<(Uuid, Membership)> {
        lock(&self.memberships).iter().map(|(id, membership)| (*id, membership.clone())).collect()
    }

    /// It is no member of a session any more.
    pub fn forget(&self, id: Uuid) {
        lock(&self.memberships).remove(&id);
    }

    /// It is no member of any session any more: it is gone, and members keep it.
    pub fn forget_all(&self) {
        lock(&self.memberships).clear();
    }

    /// Whose requests its are.
    pub fn address(&self) -> IpAddr {
        self.origin.address
    }

    /// Lets the client go for good: stock clients do not come back after this.
    pub fn dismiss(&self, why: &ErrorBody) {
        // One that cannot even be told so goes with its stream.
        if !self.wire.dismiss(why) {
            self.wire.cut();
        }
    }

    /// The session that it joined by this id, if it did.
    pub fn membership(&self, id: Uuid) -> Option<Membership> {
        let mut memberships = lock(&self.memberships);
        // Of a session that was unloaded or deleted nothing is left: nobody hands out what is due there.
        if memberships.get(&id).is_some_and(|membership| membership.session.is_over()) {
            memberships.remove(&id);
        }
        memberships.get(&id).cloned()
    }

    /// Any session that it joined: answers that belong to none keep their order with that one's.
    pub fn any_membership(&self) -> Option<Membership> {
        lock(&self.memberships).values().find(|membership| !membership.session.is_over()).cloned()
    }

    /// Makes it a member of a session, or finds the member that it is. One of a session that was unloaded
    /// since, and loaded anew, is none of this one.
    pub fn enter(self: &Arc<Self>, id: Uuid, session: &Arc<Session>) -> Membership {
        let mut memberships = lock(&self.memberships);
        // What was unloaded meanwhile is kept by nobody else.
        memberships.retain(|_, entered| !entered.session.is_over());
        let known = memberships.get(&id).filter(|known| Arc::ptr_eq(&known.session, session));
        let membership = known.cloned().unwrap_or_else(|| Membership {
            session: Arc::clone(session),
            member: session.member(
                Person::new(&self.author(), self.color.clone()),
                Arc::clone(&self.client_id),
                Arc::clone(self) as Arc<dyn Outlet>,
            ),
        });
        memberships.insert(id, membership.clone());
        membership
    }

    /// Leave to read a graph; none while too many are being read.
    pub fn read(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.reading).try_acquire_owned().ok()
    }

    /// Ends everything: the client is gone, by its own wish or not.
    pub fn disconnected(&self, is_lost: bool) {
        self.note_disconnect(is_lost);
        self.is_lost.store(is_lost, Ordering::SeqCst);
        self.gone.store(true, Ordering::SeqCst);
        let departure = self.departure();
        let memberships = std::mem::take(&mut *lock(&self.memberships));
        for Membership { session, member } in memberships.into_values() {
            session.disconnect(&member, departure);
        }
        self.leave_conversations();
        self.leave_projects();
        *lock(&self.seat) = None;
        self.stray_wake.notify_one();
    }

    /// How it went.
    pub fn departure(&self) -> Departure {
        let last_sign = self.wire.last_sign().into();
        let stalled = || self.wire.is_stalled().then_some(EndReason::Stalled);
        let is_lost = self.is_lost.load(Ordering::SeqCst);
        Departure { is_lost, end: self.end.get().copied().or_else(stalled), last_sign }
    }

    /// Ends it since its client shows no sign of life. One that does not take what is written to it either is told why, should
    /// it come back.
    fn end_as_silent(&self) {
        if self.wire.takes_nothing() {
            self.end.get_or_init(|| EndReason::Stalled);
        }
        self.cut();
    }

    /// Whether the client is gone.
    pub fn is_gone(&self) -> bool {
        self.gone.load(Ordering::SeqCst)
    }

    /// Whether it is by WebSocket now: many begin by polling.
    pub fn is_by_websocket(&self) -> bool {
        self.wire.transport() == Transport::Websocket
    }

    /// Whether everything that was sent has left the process, or never will.
    pub fn is_flushed(&self) -> bool {
        self.wire.is_cut() || (self.is_told() && self.wire.is_flushed())
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.backend.roster.remove(&self.origin.id, self.traffic.figures());
    }
}
