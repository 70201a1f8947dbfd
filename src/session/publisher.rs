//! The publisher: hands every member every event, in order, and waits for none of them.
//!
//! One task a session. Each round visits every member and hands it what it lacks; a member that cannot
//! take more is left alone with its cursor where it is, and is visited again when its outlet wakes us.

mod followed;
mod round;
#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwap;
use graphroom_protocol::EventName;
use tokio::sync::{Notify, watch};

use self::followed::Followed;
use super::events::{Labels, Wanted};
use super::member::Member;
use super::observer::{Census, Cut, Observer};
use super::presence::Presence;
use super::ring::{Item, Kept, Ring};
use super::tail::{self, Tail};
use super::trace::Trace;
use crate::clock::{Clock, Instant};
use crate::domain::Seq;
use crate::outlet::Wake;
use crate::store::Most;

/// Packets that one member is handed before it is the others' turn.
const TURN: usize = 128;
/// How soon blocked members are tried again, should no outlet wake us.
const RETRY: Duration = Duration::from_millis(100);
/// How often somebody who waits for the members looks whether they are done.
const SETTLING: Duration = Duration::from_millis(5);

/// Members whose places are looked up at a time.
const LOOKED_AT: usize = 256;

/// How far a member is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Graph events that it has yet to be handed.
    pub behind: u64,
    /// When the oldest of them was committed.
    pub oldest: Option<Instant>,
}

/// What became of somebody who came to the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// It is in.
    Joined,
    /// Nobody may join any more.
    Closed,
    /// The events from where it wants to begin are not kept any more.
    Behind,
}

/// What the actor and the publisher share.
pub struct Publisher {
    line: Mutex<Line>,
    members: ArcSwap<Vec<Arc<Member>>>,
    /// Held while the list of members is replaced.
    changing: Mutex<()>,
    wake: Arc<Notify>,
    visited: AtomicU64,
    /// The `seq` of the last durable item.
    seq: watch::Sender<Seq>,
    room: Notify,
    lifecycle_wanted: AtomicBool,
    legacy_wanted: AtomicBool,
    /// What events and frames are named by.
    labels: Arc<Labels>,
    presence: Presence,
    clock: Clock,
    observer: Arc<dyn Observer>,
    followed: Followed,
}

/// The ring, and who may still come to it.
struct Line {
    ring: Ring,
    /// Nobody may join any more.
    is_closed: bool,
    /// How many read along without being members.
    readers: usize,
}

impl Line {
    fn push(&mut self, items: Vec<Item>, at: Instant, visited: u64) -> u64 {
        let added = items.len();
        self.ring.push_all(items, at);
        self.ring.trim(visited, added);
        self.ring.end()
    }

    fn announce(&mut self, items: Vec<Item>, visited: u64) -> u64 {
        if self.ring.is_half_unvisited(visited) {
            return self.ring.end();
        }
        self.push(items, Instant::now(), visited)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing that panics runs under these locks.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Publisher {
    /// Nobody is here yet, and the journal's head is `seq`.
    pub fn new(seq: Seq, kept: Kept, labels: Arc<Labels>, clock: Clock, observer: Arc<dyn Observer>) -> Self {
        Self {
            line: Mutex::new(Line { ring: Ring::new(seq, kept), is_closed: false, readers: 0 }),
            members: ArcSwap::default(),
            changing: Mutex::new(()),
            wake: Arc::default(),
            visited: AtomicU64::new(0),
            seq: watch::Sender::new(seq),
            room: Notify::new(),
            lifecycle_wanted: AtomicBool::new(false),
            legacy_wanted: AtomicBool::new(false),
            labels,
            presence: Presence::default(),
            clock,
            observer,
            followed: Followed::default(),
        }
    }

    /// Adds items and gives the position behind them. Members get them after [`Self::wake`].
    pub fn push(&self, items: Vec<Item>) -> u64 {
        self.push_committed(items, Instant::now())
    }

    /// The same with items that were committed a moment ago.
    pub fn push_committed(&self, items: Vec<Item>, at: Instant) -> u64 {
        let mut line = lock(&self.line);
        let end = line.push(items, at, self.visited.load(Ordering::Acquire));
        let now = line.ring.seq();
        drop(line);
        // Whoever pushed at the same time may have told more already.
        self.seq.send_if_modified(|seq| {
            let is_more = now > *seq;
            *seq = now.max(*seq);
            is_more
        });
        end
    }

    /// Measures when the members have what stands before a position.
    pub fn follow(&self, trace: Box<Trace>, position: u64) {
        self.followed.add(trace, position);
    }

    /// Who is here.
    pub fn presence(&self) -> &Presence {
        &self.presence
    }

    /// Tells the room of a connection that came or went.
    pub fn connection(&self, name: EventName, client_id: &str) -> Vec<Item> {
        self.labels.names().connection(name, client_id, self.joined(), (self.clock)(), self.wanted())
    }

    /// Who is told what happens here.
    pub fn observer(&self) -> &Arc<dyn Observer> {
        &self.observer
    }

    /// Adds what stands here now to what stands elsewhere. The line is held for a few members at a time.
    pub fn count(&self, census: &mut Census) {
        for some in self.members().chunks(LOOKED_AT) {
            let line = lock(&self.line);
            for member in some {
                let Some(cursor) = member.cursor() else { continue };
                census.members += 1;
                census.lagging += usize::from(member.is_lagging());
                let behind = line.ring.behind(cursor);
                census.behind.add(usize::try_from(behind).unwrap_or(usize::MAX));
                census.by_lag.add(behind);
            }
        }
        let (items, bytes) = self.kept();
        census.ring_items.add(items);
        census.ring_bytes.add(bytes);
    }

    /// How many graph events a member has yet to be handed; none if it gets none.
    pub fn behind(&self, member: &Member) -> Option<u64> {
        let cursor = member.cursor()?;
        Some(lock(&self.line).ring.behind(cursor))
    }

    /// Every joined connection, and how many graph events it has yet to be handed.
    pub fn connections(&self) -> Vec<(Arc<Member>, u64)> {
        let line = lock(&self.line);
        let members = self.members.load();
        let joined = members.iter().filter_map(|member| Some((member, member.cursor()?)));
        joined.map(|(member, cursor)| (Arc::clone(member), line.ring.behind(cursor))).collect()
    }

    /// Every joined connection, and how far it is. The line is held for a few of them at a time, so that nobody waits long.
    pub fn places(&self) -> Vec<(Arc<Member>, Place)> {
        let members = self.members();
        let joined: Vec<_> =
            members.iter().filter_map(|member| Some((Arc::clone(member), member.cursor()?))).collect();
        let mut places = Vec::with_capacity(joined.len());
        for some in joined.chunks(LOOKED_AT) {
            let line = lock(&self.line);
            places.extend(some.iter().map(|(member, cursor)| {
                let place = Place { behind: line.ring.behind(*cursor), oldest: line.ring.oldest(*cursor) };
                (Arc::clone(member), place)
            }));
        }
        places
    }

    /// How many items are kept, and the bytes of them.
    pub fn kept(&self) -> (usize, usize) {
        let line = lock(&self.line);
        (line.ring.len(), line.ring.bytes())
    }

    /// Adds items that nobody is promised, unless members lag far behind already: joins and leaves are
    /// not held back like commands, and must not push out what is.
    pub fn announce(&self, items: Vec<Item>) {
        lock(&self.line).announce(items, self.visited.load(Ordering::Acquire));
    }

    /// The position behind the last item.
    pub fn position(&self) -> u64 {
        lock(&self.line).ring.end()
    }

    /// Lets somebody in right behind a `seq`, or behind all there is. Runs `start` with the position there
    /// and the `seq`, announces what it gives, and runs `answer` with the position that it has to wait for,
    /// all while nothing else can be added.
    pub fn join(
        &self,
        behind: Option<Seq>,
        start: impl FnOnce(u64, Seq) -> Vec<Item>,
        answer: impl FnOnce(u64, Seq),
    ) -> Entry {
        let mut line = lock(&self.line);
        if line.is_closed {
            return Entry::Closed;
        }
        let seq = behind.unwrap_or_else(|| line.ring.seq());
        let Some(position) = behind.map_or(Some(line.ring.end()), |seq| line.ring.position_after(seq)) else {
            return Entry::Behind;
        };
        let is_last = position == line.ring.end();
        let items = start(position, seq);
        let announced = line.announce(items, self.visited.load(Ordering::Acquire));
        // Who begins further back is answered there: first what it lacks, then what came meanwhile.
        answer(if is_last { announced } else { position }, seq);
        Entry::Joined
    }

    /// The graph events behind `after`, if the ring keeps all of them and they are no more than `most`.
    pub fn tail(&self, after: Seq, most: Most) -> Option<Tail> {
        let line = lock(&self.line);
        let position = line.ring.position_after(after)?;
        let items = line.ring.from(position, usize::MAX)?.map(|stamped| &stamped.item);
        tail::kept(items, after, line.ring.seq(), most)
    }

    /// Lets nobody join any more, unless somebody is here.
    pub fn close(&self) -> bool {
        let mut line = lock(&self.line);
        let is_empty = self.joined() == 0 && line.readers == 0 && !self.presence.has_leases();
        line.is_closed |= is_empty;
        is_empty
    }

    /// Whether anybody is here, reads along, or may come back.
    pub fn is_used(&self) -> bool {
        self.joined() > 0 || self.presence.is_anybody_here() || lock(&self.line).readers > 0
    }

    /// Lets nobody join any more, whoever is here.
    pub fn shut(&self) {
        lock(&self.line).is_closed = true;
    }

    /// Lets somebody read along, who sees how far the events go. None once nobody may join any more.
    pub fn read(&self) -> Option<watch::Receiver<Seq>> {
        let mut line = lock(&self.line);
        if line.is_closed {
            return None;
        }
        line.readers += 1;
        Some(self.seq.subscribe())
    }

    /// Somebody reads along no more.
    pub fn read_no_more(&self) {
        lock(&self.line).readers -= 1;
    }

    /// Waits until every member has everything, or is gone.
    pub async fn settled(&self) {
        while !self.is_settled() {
            tokio::time::sleep(SETTLING).await;
        }
    }

    /// Makes the publisher look for work.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    /// Waits until at most half of the ring is unvisited.
    pub async fn has_room(&self) {
        loop {
            let visited = self.room.notified();
            if !self.is_half_unvisited() {
                return;
            }
            self.wake();
            visited.await;
        }
    }

    fn is_half_unvisited(&self) -> bool {
        lock(&self.line).ring.is_half_unvisited(self.visited.load(Ordering::Acquire))
    }

    /// Which lifecycle events anybody here wants.
    pub fn wanted(&self) -> Wanted {
        Wanted {
            lifecycle: self.lifecycle_wanted.load(Ordering::Acquire),
            legacy: self.legacy_wanted.load(Ordering::Acquire),
        }
    }

    /// The members, joined or with answers due.
    pub fn members(&self) -> Arc<Vec<Arc<Member>>> {
        self.members.load_full()
    }

    /// How many members get events.
    pub fn joined(&self) -> usize {
        self.members.load().iter().filter(|member| member.is_joined()).count()
    }

    /// Visits a member from now on, until it neither gets events nor has an answer due.
    pub fn list(&self, member: &Arc<Member>) {
        let wake = Arc::clone(&self.wake);
        let wake: Wake = Arc::new(move || wake.notify_one());
        self.change(|members| {
            if member.list(wake) {
                members.push(Arc::clone(member));
            }
        });
    }

    /// Visits those no more who need it no more.
    pub fn unlist_done(&self) {
        self.change(|members| members.retain(|member| !member.unlist_if_done()));
    }

    /// To be called when a member's wishes changed.
    pub fn count_wishes(&self) {
        self.change(|_| ());
    }

    fn change(&self, change: impl FnOnce(&mut Vec<Arc<Member>>)) {
        let _changing = lock(&self.changing);
        let mut members = Vec::clone(&self.members.load());
        change(&mut members);
        let wants =
            |wanted: fn(super::Wants) -> bool| members.iter().filter_map(|member| member.wants()).any(wanted);
        self.lifecycle_wanted.store(wants(|wants| wants.lifecycle), Ordering::Release);
        self.legacy_wanted.store(wants(|wants| wants.lifecycle && wants.legacy), Ordering::Release);
        self.members.store(Arc::new(members));
    }

    /// Whether every member was handed everything.
    pub fn is_settled(&self) -> bool {
        let end = self.position();
        self.members.load().iter().all(|member| member.is_settled(end))
    }

    /// Ends the connections of members who were not.
    pub fn cut_unsettled(&self, cut: Cut) {
        let end = self.position();
        self.members
            .load()
            .iter()
            .filter(|member| !member.is_settled(end))
            .for_each(|member| member.cut(cut));
    }
}
