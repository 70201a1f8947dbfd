//! Joining: how a connection becomes a member, and how its replica gets up to date.
//!
//! What the member lacks is read before anything is locked, up to some `seq`; then it is let in right
//! behind that, in one piece with its answer. Whatever happens in between stands in the ring, and comes
//! to it like everything else.

use std::sync::Arc;

use graphroom_protocol::request::Since;
use graphroom_protocol::rest::members::MemberRole;
use graphroom_protocol::{ErrorEvent, EventName, JoinAnswer, Joined, Mode, Rejected};
use serde_json::value::RawValue;

use super::committed::MIN_NODE_BYTES;
use super::ending::unloading;
use super::events::encode;
use super::member::{Member, Wants};
use super::publisher::Entry;
use super::room::{Reserved, Session};
use crate::domain::Seq;
use crate::outlet::Packet;
use crate::store::Most;

/// Bytes of events or of a graph that are sent with the answer to a join: what a packet may have, without
/// the rest of the answer.
pub const MAX_INLINE: usize = 255 * 1024;
/// No event takes less.
const MIN_EVENT_BYTES: usize = 300;
/// How often a member is brought up to date that the others leave behind meanwhile. After that it is told
/// to fetch the graph.
const TRIES: usize = 3;

/// A wish to get a session's events.
pub struct Join {
    /// What the member wants beside graph events.
    pub wants: Wants,
    /// What it has already: none if it does not ask to be brought up to date, none inside if it has nothing.
    pub since: Option<Option<Since>>,
    /// What the caller is here, to be told so.
    pub role: Option<MemberRole>,
    /// What the client knows the answer by, if it asked for one.
    pub ack_id: Option<i64>,
}

/// What brings a member up to date, and how far.
struct Update {
    mode: Mode,
    events: Option<Vec<Arc<RawValue>>>,
    graph: Option<Arc<RawValue>>,
    /// Up to where; none means: up to wherever the member is let in.
    seq: Option<Seq>,
    /// The journal that it was read from.
    epoch: Option<String>,
}

impl Update {
    fn plain(mode: Mode, seq: Option<Seq>) -> Self {
        Self { mode, events: None, graph: None, seq, epoch: None }
    }
}

/// What became of a try to join.
enum Tried {
    /// The member has its answer, whatever it is.
    Answered,
    /// The session is over: nobody was answered.
    Over,
    /// The member is behind again already.
    Behind,
}

impl Session {
    /// Makes a connection a member and answers it: `session:connected` to the room, then `joined`, then the
    /// acknowledgement. A member that joins again is answered again, and nobody else is told. False if
    /// the session is over: nobody was answered.
    ///
    /// This is for who does not ask to be brought up to date; who does is for [`Self::join_since`].
    pub fn join(&self, member: &Arc<Member>, join: &Join) -> bool {
        !matches!(self.enter(member, join, &Update::plain(Mode::Current, None)), Tried::Over)
    }

    /// The same for a member that says what it has.
    pub async fn join_since(&self, member: &Arc<Member>, join: &Join) -> bool {
        let since = join.since.as_ref().and_then(Option::as_ref);
        for _ in 0..TRIES {
            let update = self.update(since).await;
            match self.enter(member, join, &update) {
                Tried::Answered => return true,
                Tried::Over => return false,
                Tried::Behind => {}
            }
        }
        !matches!(self.enter(member, join, &Update::plain(Mode::Fetch, None)), Tried::Over)
    }

    /// How many graph events there are that a replica lacks.
    pub fn missed(&self, since: Option<&Since>) -> u64 {
        let head = self.committed().state.head;
        let known = since.filter(|since| self.epoch() == Some(&*since.epoch));
        head.saturating_sub(known.map_or(0, |since| since.seq))
    }

    /// What a replica lacks that has everything up to `since`: the cheapest that is right.
    async fn update(&self, since: Option<&Since>) -> Update {
        let Some(epoch) = self.epoch().map(str::to_owned) else {
            return Update::plain(Mode::Current, None);
        };
        let committed = self.committed();
        let head = committed.state.head;
        let update = match since {
            Some(since) if since.epoch == epoch && since.seq == head => {
                Update::plain(Mode::Current, Some(head))
            }
            Some(since) if since.epoch == epoch && since.seq < head => self.tail_or_graph(since.seq).await,
            _ => self.graph().await,
        };
        Update { epoch: Some(epoch), ..update }
    }

    async fn tail_or_graph(&self, after: Seq) -> Update {
        let committed = self.committed();
        let most = MAX_INLINE / MIN_EVENT_BYTES;
        if committed.state.head.saturating_sub(after) > most as Seq {
            return self.graph().await;
        }
        let tail = match self.tail(after, Most { records: most, bytes: MAX_INLINE }).await {
            Ok(tail) => tail,
            Err(error) => {
                tracing::error!(session_id = self.id(), %error, "a tail could not be read");
                return self.graph().await;
            }
        };
        let bytes = tail.bytes();
        // One that ends before what readers see was cut off: it is longer than it may be.
        if tail.seq < committed.state.head || bytes > MAX_INLINE {
            return self.graph().await;
        }
        if committed.state.graph.len() * MIN_NODE_BYTES < bytes {
            let update = self.graph().await;
            if update.graph.as_ref().is_some_and(|graph| graph.get().len() < bytes) {
                return update;
            }
        }
        let events = tail.events.into_iter().map(|event| event.payload).collect();
        Update { events: Some(events), ..Update::plain(Mode::Tail, Some(tail.seq)) }
    }

    async fn graph(&self) -> Update {
        let committed = self.committed();
        let seq = committed.state.head;
        let graph = tokio::task::spawn_blocking(move || committed.small_tree(MAX_INLINE)).await;
        match graph.ok().flatten() {
            Some(graph) => Update { graph: Some(graph), ..Update::plain(Mode::Snapshot, Some(seq)) },
            None => Update::plain(Mode::Fetch, None),
        }
    }

    fn enter(&self, member: &Arc<Member>, join: &Join, update: &Update) -> Tried {
        self.touch();
        let slot = match self.reserve(member) {
            Reserved::Slot(slot) => slot,
            Reserved::Over => return Tried::Over,
            Reserved::Cut => return Tried::Answered,
        };
        // It got its project while the graph was read that it did not have.
        if join.since.is_some() && update.mode != Mode::Fetch && update.epoch.as_deref() != self.epoch() {
            member.fill(slot, 0, []);
            return Tried::Behind;
        }
        // In one piece: no event comes between the `seq` that is told and the place where it is told.
        let start = |position, seq| {
            let is_new = member.start(slot, (position, seq), join.wants, join.since.is_some());
            self.publisher().count_wishes();
            // Who comes back in time never left.
            let came = is_new && self.publisher().presence().join(&member.person, &member.client_id);
            if !came {
                return Vec::new();
            }
            self.publisher().connection(EventName::SessionConnected, &member.client_id)
        };
        let answer = |position, seq| {
            member.fill(slot, position, self.welcome(member, seq, update, join));
        };
        match self.publisher().join(update.seq, start, answer) {
            Entry::Joined => {}
            Entry::Closed => member.fill(slot, 0, turn_away(join.ack_id)),
            Entry::Behind => {
                member.fill(slot, 0, []);
                return Tried::Behind;
            }
        }
        if member.is_gone() {
            // It went meanwhile, and whoever saw it go may have seen no member yet.
            self.take_out(member);
        }
        self.publisher().wake();
        Tried::Answered
    }

    /// What a member that joined is told: `joined`, and the acknowledgement if it asked for one.
    fn welcome(
        &self,
        member: &Member,
        seq: Seq,
        update: &Update,
        join: &Join,
    ) -> impl Iterator<Item = Packet> + use<> {
        let presence = join.wants.presence.then(|| {
            let (participants, version) = self.publisher().presence().list();
            member.told_presence(version);
            participants
        });
        let answer = JoinAnswer {
            success: true,
            session_id: self.id().to_owned(),
            client_id: member.client_id.to_string(),
            active_clients: self.publisher().joined(),
            role: join.role,
            epoch: self.epoch().map(str::to_owned),
            seq,
            mode: update.mode,
            events: update.events.clone(),
            graph: update.graph.clone(),
            presence,
            previous_end: self.take_end(&member.person),
        };
        let joined = Joined {
            event: EventName::Joined,
            timestamp: &self.now().to_string(),
            session_id: &answer.session_id,
            client_id: &answer.client_id,
            active_clients: answer.active_clients,
        };
        let event = Packet::Event { name: EventName::Joined.as_str(), payload: encode(&joined) };
        let ack =
            join.ack_id.zip(encode(&answer)).map(|(ack_id, payload)| Packet::Answer { ack_id, payload });
        [Some(event), ack].into_iter().flatten()
    }
}

/// What somebody is told who comes while the session is unloaded.
fn turn_away(ack_id: Option<i64>) -> impl Iterator<Item = Packet> {
    let error = unloading();
    let event =
        encode(&ErrorEvent { message: &error.message, code: error.code, details: error.details.as_ref() });
    let name = EventName::Error.as_str();
    let event = event.map(|payload| Packet::Event { name, payload: Some(payload) });
    let rejected = encode(&Rejected::new(None, error));
    let ack = ack_id.zip(rejected).map(|(ack_id, payload)| Packet::Answer { ack_id, payload });
    [event, ack].into_iter().flatten()
}
