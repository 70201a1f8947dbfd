//! The server: its sessions, on the disk that there is, and the connections that it believes to have.
//!
//! Connections do with what comes in what the transport does: one thing after the other, answers to members by
//! their slots. A server that dies is not taken down: its disk and its links do nothing for it any more.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use graphroom::clock::{Clock, Instant};
use graphroom::domain::{Author, OnConflict, Scope};
use graphroom::outlet::{Outlet, Packet};
use graphroom::session::observer::Silent;
use graphroom::session::trace::Via;
use graphroom::session::{
    Departure, Join, Member, OpenError, Person, Registry, Request, Reserved, Resolution, Rules, Session,
    Wants, Wish, unloading,
};
use graphroom::store::{SessionId, Store};
use graphroom_protocol::{EndReason, ErrorBody, ErrorCode};
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;

use super::super::plan::{Body, How};
use super::link::{Ask, Link, Way};

/// A connection, and the way for what its client asks.
type Seat = (Arc<Connection>, UnboundedSender<(i64, Ask)>);

/// A running server.
pub struct Server {
    /// Its sessions.
    pub registry: Arc<Registry>,
    session_id: SessionId,
    seats: BTreeMap<Arc<str>, Seat>,
    /// It goes down in order.
    draining: Option<JoinHandle<bool>>,
}

/// A connection, as the server has it.
pub struct Connection {
    /// Its link.
    pub link: Arc<Link>,
    /// Who is there.
    pub author: Author,
    membership: Mutex<Option<(Arc<Session>, Arc<Member>)>>,
    gone: AtomicBool,
    waiting: Arc<AtomicUsize>,
    /// What came in and was not handled yet.
    unhandled: AtomicUsize,
}

impl Server {
    /// A server on what is on the disk.
    pub fn start(store: Arc<dyn Store>, clock: Clock, rules: Rules, session_id: SessionId) -> Self {
        let registry = Registry::new(store, clock, rules, Arc::new(Silent));
        Self { registry, session_id, seats: BTreeMap::new(), draining: None }
    }

    /// Takes a connection.
    pub fn connect(&mut self, link: &Arc<Link>, user: Option<&str>) {
        let user_id = user.map_or_else(|| format!("anonymous:{}", link.client_id), str::to_owned);
        let author =
            Author { user_id: user_id.into(), name: None, client_id: Some(Arc::clone(&link.client_id)) };
        let connection = Arc::new(Connection {
            link: Arc::clone(link),
            author,
            membership: Mutex::default(),
            gone: AtomicBool::new(false),
            waiting: Arc::default(),
            unhandled: AtomicUsize::new(0),
        });
        let (inbox, asks) = unbounded_channel();
        tokio::spawn(work(Arc::clone(&connection), Arc::clone(&self.registry), self.session_id, asks));
        self.seats.insert(Arc::clone(&link.client_id), (connection, inbox));
    }

    /// What came in over a link.
    pub fn receive(&self, link: &Link, (ack_id, ask): (i64, Ask)) {
        if let Some((connection, inbox)) = self.seats.get(&link.client_id) {
            connection.unhandled.fetch_add(1, Ordering::SeqCst);
            // A dead server's connections take nothing.
            let _ = inbox.send((ack_id, ask));
        }
    }

    /// A connection is gone: lost, or ended by its client; nothing was heard of it for so long.
    pub fn lose(&mut self, client_id: &str, is_lost: bool, is_stalled: bool, silent: Duration) {
        if let Some((connection, _)) = self.seats.remove(client_id) {
            connection.link.lost_by_server();
            let last_sign = Instant::now() - silent;
            let end = is_stalled.then_some(EndReason::Stalled);
            connection.disconnected(Departure { is_lost, end, last_sign });
        }
    }

    /// The connections that it has.
    pub fn connections(&self) -> Vec<Arc<Connection>> {
        self.seats.values().map(|(connection, _)| Arc::clone(connection)).collect()
    }

    /// Whether everything that came in was handled, as far as that depends on connections.
    pub fn is_idle(&self) -> bool {
        self.seats.values().all(|(connection, _)| connection.unhandled.load(Ordering::SeqCst) == 0)
    }

    /// The session, if it is loaded.
    pub fn live(&self) -> Option<Arc<Session>> {
        self.registry.live(self.session_id)
    }

    /// The session, loaded if need be.
    pub fn session(&self) -> JoinHandle<Result<Arc<Session>, OpenError>> {
        let (registry, id) = (Arc::clone(&self.registry), self.session_id);
        tokio::spawn(async move { registry.open(id).await })
    }

    /// Goes down in order, which takes a while.
    pub fn drain(&mut self) {
        let registry = Arc::clone(&self.registry);
        let drain = async move { registry.drain(Duration::from_secs(5)).await };
        self.draining.get_or_insert_with(|| tokio::spawn(drain));
    }

    /// Whether it went down in order.
    pub fn is_drained(&self) -> bool {
        self.draining.as_ref().is_some_and(JoinHandle::is_finished)
    }

    /// Whether it is going down.
    pub fn is_draining(&self) -> bool {
        self.draining.is_some()
    }

    /// It is dead: nothing that it does comes out.
    pub fn die(&mut self) {
        for (connection, _) in std::mem::take(&mut self.seats).into_values() {
            connection.link.lost_by_server();
        }
    }
}

async fn work(
    connection: Arc<Connection>,
    registry: Arc<Registry>,
    id: SessionId,
    mut asks: UnboundedReceiver<(i64, Ask)>,
) {
    while let Some((ack_id, ask)) = asks.recv().await {
        match ask {
            Ask::Leave => connection.leave(ack_id),
            ask => match registry.open(id).await {
                Ok(session) => connection.act(&session, ack_id, ask).await,
                Err(error) => connection.refuse(ack_id, &open_error(&error)),
            },
        }
        connection.unhandled.fetch_sub(1, Ordering::SeqCst);
    }
}

/// What a session that cannot be opened is answered with.
fn open_error(error: &OpenError) -> ErrorBody {
    let code = match error {
        OpenError::NotFound => ErrorCode::InvalidSession,
        OpenError::Full => ErrorCode::SessionLimit,
        OpenError::ShuttingDown => ErrorCode::ShuttingDown,
        OpenError::Store(_) => ErrorCode::StoreUnavailable,
    };
    ErrorBody::new(code, error.to_string())
}

impl Connection {
    fn member(&self) -> Option<(Arc<Session>, Arc<Member>)> {
        let mut membership = self.membership.lock().unwrap_or_else(PoisonError::into_inner);
        if membership.as_ref().is_some_and(|(session, _)| session.is_over()) {
            *membership = None;
        }
        membership.clone()
    }

    fn enter(&self, session: &Arc<Session>) -> Arc<Member> {
        let mut membership = self.membership.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, member)) = &*membership
            && Arc::ptr_eq(known, session)
        {
            return Arc::clone(member);
        }
        let outlet: Arc<dyn Outlet> = Arc::new(Way(Arc::clone(&self.link)));
        let person = Person::new(&self.author, None);
        let member = session.member(person, Arc::clone(&self.link.client_id), outlet);
        *membership = Some((Arc::clone(session), Arc::clone(&member)));
        member
    }

    /// Whether something that came in is not handled yet.
    pub fn is_busy(&self) -> bool {
        self.unhandled.load(Ordering::SeqCst) > 0
    }

    async fn act(&self, session: &Arc<Session>, ack_id: i64, ask: Ask) {
        match ask {
            Ask::Join { since, lifecycle, batch, presence } => {
                let wants = Wants { lifecycle, legacy: false, batch, presence };
                let join = Join { wants, since, role: None, ack_id: Some(ack_id) };
                let member = self.enter(session);
                let is_joined = match join.since {
                    Some(_) => session.join_since(&member, &join).await,
                    None => session.join(&member, &join),
                };
                if !is_joined {
                    self.refuse(ack_id, &unloading());
                }
                if self.gone.load(Ordering::SeqCst) {
                    let last_sign = Instant::now();
                    session.disconnect(&member, Departure { is_lost: true, end: None, last_sign });
                }
            }
            Ask::Submit { body, command_id } => self.submit(session, ack_id, &body, command_id),
            Ask::SetPresence(change) => {
                let is_set =
                    self.member().is_some_and(|(session, member)| session.set_presence(&member, change));
                if is_set {
                    self.answer(vec![answer(ack_id, &json!({ "success": true }))]);
                } else {
                    self.refuse(ack_id, &ErrorBody::new(ErrorCode::InvalidState, "Join the session first"));
                }
            }
            Ask::Leave => unreachable!("that needs no session"),
        }
    }

    fn leave(&self, ack_id: i64) {
        if let Some((session, member)) = self.member() {
            session.leave(&member);
        }
        self.answer(vec![answer(ack_id, &json!({ "success": true }))]);
    }

    fn refuse(&self, ack_id: i64, error: &ErrorBody) {
        self.answer(vec![answer(ack_id, &json!({ "success": false, "error": error }))]);
    }

    fn answer(&self, packets: Vec<Packet>) {
        if let Some(send) = self.way_out() {
            send(0, packets);
        }
    }

    fn submit(&self, session: &Arc<Session>, ack_id: i64, body: &Body, command_id: Option<String>) {
        let is_told = self.member().is_none_or(|(_, member)| member.wants_lifecycle());
        let Some(send) = self.way_out() else { return };
        let request = Request {
            author: self.author.clone(),
            wish: wish(body),
            command_id,
            default_scope: Scope::Mine,
            bytes: 300,
            waiting: Some(Arc::clone(&self.waiting)),
            via: Via::now("simulated"),
        };
        let reply = move |Resolution { answer: resolved, position, failed }| {
            let failed = failed
                .filter(|_| is_told)
                .map(|payload| Packet::Event { name: "command:failed", payload: Some(payload) });
            let resolved = match resolved {
                Ok(accepted) => json!(accepted),
                Err(rejected) => json!(rejected),
            };
            send(position, failed.into_iter().chain([answer(ack_id, &resolved)]).collect());
        };
        session.submit(request, Box::new(reply));
    }

    fn way_out(&self) -> Option<Send> {
        if let Some((session, member)) = self.member() {
            match session.reserve(&member) {
                Reserved::Slot(slot) => {
                    return Some(Box::new(move |position, packets| {
                        session.answer(&member, slot, position, packets);
                    }));
                }
                Reserved::Cut => return None,
                Reserved::Over => {}
            }
        }
        let link = Arc::clone(&self.link);
        Some(Box::new(move |_, packets| packets.into_iter().for_each(|packet| link.put(packet))))
    }

    fn disconnected(&self, departure: Departure) {
        self.gone.store(true, Ordering::SeqCst);
        let membership = self.membership.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some((session, member)) = membership {
            session.disconnect(&member, departure);
        }
    }
}

type Send = Box<dyn FnOnce(u64, Vec<Packet>) + std::marker::Send>;

fn answer(ack_id: i64, payload: &Value) -> Packet {
    let payload = serde_json::value::to_raw_value(payload).expect("it is JSON");
    Packet::Answer { ack_id, payload: payload.into() }
}

/// A command as the session takes it.
pub fn wish(body: &Body) -> Wish {
    let scope =
        |scope: &Option<&str>| scope.map(|scope| if scope == "mine" { Scope::Mine } else { Scope::Session });
    match body {
        Body::Execute { command_type, data } => Wish::Execute {
            command_type: command_type.as_str().unwrap_or_default().to_owned(),
            data: data.clone(),
        },
        Body::Undo { scope: whose, how } => {
            Wish::Undo { scope: scope(whose), force: how.force, on_conflict: on_conflict(*how) }
        }
        Body::Redo { scope: whose, how } => {
            Wish::Redo { scope: scope(whose), force: how.force, on_conflict: on_conflict(*how) }
        }
        Body::Load(_) => unreachable!("no file is loaded here"),
    }
}

fn on_conflict(how: How) -> OnConflict {
    if how.refuse { OnConflict::Refuse } else { OnConflict::Skip }
}
