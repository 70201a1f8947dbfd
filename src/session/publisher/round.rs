//! The rounds: the publisher's work, member by member.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use graphroom_protocol::EventName;
use tokio_util::sync::CancellationToken;

use super::{Publisher, RETRY, TURN, lock};
use crate::clock::Instant;
use crate::outlet::Handed;
use crate::session::events::Names;
use crate::session::frame::{Frames, Pace};
use crate::session::member::{Member, Pumped};
use crate::session::observer::Cut;
use crate::session::outbox::Lot;
use crate::session::presence::News;
use crate::session::ring::{Ring, Stamped};

impl Publisher {
    /// Works until `stop`, then makes one last round.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        let mut pace = Pace::new(Instant::now());
        // Waited for once, not anew for each round.
        let mut stopped = pin!(stop.cancelled());
        loop {
            let Round { blocked, again } = self.round(&mut pace).await;
            let again = again.into_iter().chain(self.presence.deadline()).min();
            tokio::select! {
                () = self.wake.notified() => {}
                () = tokio::time::sleep(RETRY), if blocked => {}
                () = sleep_until(again), if again.is_some() => {}
                () = &mut stopped => break,
            }
        }
        self.round(&mut Pace::new(Instant::now())).await;
    }

    /// Visits every member until each has everything, cannot take more, or waits for the next frame.
    async fn round(&self, pace: &mut Pace) -> Round {
        let now = Instant::now();
        self.expire(now);
        // Nobody waits for its time while the actor waits for it.
        let is_due = pace.is_due(now) || self.is_half_unvisited();
        let mut turn = Turn::new(is_due, self.labels.names());
        let mut news = News::new(&self.presence, Arc::clone(&self.labels.names().session_id));
        let (mut told, mut untold) = (false, false);
        loop {
            let members = self.members();
            let (mut more, mut blocked, mut done, mut framed) = (false, false, false, 0);
            let end = self.position();
            let mut visited = end;
            let mut later = false;
            for member in members.iter() {
                let Visit { pumped, moved, cursor, batch } = self.visit(member, &mut turn);
                framed += usize::from(batch && moved > 0);
                match pumped {
                    Pumped::Idle if pace.is_presence_due(now) => {
                        let handed = member.tell_presence(&mut news);
                        told |= handed == Some(Handed::Taken);
                        blocked |= handed == Some(Handed::Full);
                        turn.spent += usize::from(handed.is_some());
                        done |= member.is_done();
                    }
                    Pumped::Idle => {
                        untold |= member.lacks_presence(news.version());
                        done |= member.is_done();
                    }
                    Pumped::More => more = true,
                    Pumped::Blocked => blocked = true,
                    Pumped::Gone => done = true,
                    Pumped::Later => {
                        later = true;
                        visited = visited.min(cursor);
                    }
                }
                if turn.spent >= TURN {
                    turn.spent = 0;
                    tokio::task::yield_now().await;
                }
            }
            self.followed.look(members.iter().map(|member| &**member));
            if done {
                self.unlist_done();
            }
            if is_due && framed > 0 {
                pace.left(Instant::now(), framed);
            }
            if !more {
                // What waits for its time was not visited: it stays in the ring.
                self.visited.fetch_max(visited, Ordering::AcqRel);
                self.room.notify_waiters();
                if told {
                    pace.told_presence(Instant::now());
                }
                let frame = later.then(|| pace.next());
                let presence = untold.then(|| pace.next_presence());
                return Round { blocked, again: frame.into_iter().chain(presence).min() };
            }
        }
    }

    /// Takes out whose time is over, and tells the room of connections that will not come back.
    fn expire(&self, now: Instant) {
        for client_id in self.presence.expire(now) {
            self.announce(self.connection(EventName::SessionDisconnected, &client_id));
        }
    }

    fn visit<'a>(&'a self, member: &Member, turn: &mut Turn<'a>) -> Visit {
        // Commits are many more than frames: nobody is looked at more closely for each who would only wait.
        if !turn.is_due
            && let Some(cursor) = member.awaits_frame(self.position())
        {
            turn.spent += 1;
            return Visit { pumped: Pumped::Later, moved: 0, cursor, batch: true };
        }
        let cursor = member.cursor();
        let end = {
            let line = lock(&self.line);
            if let Some(cursor) = cursor
                && !turn.load(&line.ring, cursor)
            {
                drop(line);
                member.cut(Cut::FellBehind);
                return Visit { pumped: Pumped::Gone, moved: 0, cursor: u64::MAX, batch: false };
            }
            line.ring.end()
        };
        turn.frames.bear(self.labels.names());
        let mut moved = 0..0;
        let start = turn.start();
        let lot = Lot { items: &turn.items, start, end, budget: TURN, is_due: turn.is_due };
        let pumped = member.pump(&lot, &mut turn.frames, &mut moved);
        member.mark_lagging(pumped == Pumped::Blocked);
        let place = |position: u64| usize::try_from(position.saturating_sub(start)).unwrap_or(usize::MAX);
        self.tell_handed(turn.items.get(place(moved.start)..place(moved.end)).unwrap_or_default());
        let moved = place(moved.end) - place(moved.start);
        turn.spent += 1 + moved;
        let batch = member.wants().is_some_and(|wants| wants.batch);
        Visit { pumped, moved, cursor: cursor.unwrap_or(end), batch }
    }

    /// Tells how long after their commit a member was handed the graph events among these items.
    fn tell_handed(&self, items: &[Stamped]) {
        for committed in items.chunk_by(|one, next| one.at == next.at) {
            let events = committed.iter().filter(|stamped| stamped.item.seq.is_some()).count();
            if let (1.., Some(first)) = (events, committed.first()) {
                self.observer.handed(first.at.elapsed(), events as u64);
            }
        }
    }
}

async fn sleep_until(time: Option<Instant>) {
    match time {
        Some(time) => tokio::time::sleep_until(time).await,
        None => std::future::pending().await,
    }
}

/// How a round ended.
struct Round {
    /// A member cannot take more now.
    blocked: bool,
    /// When a member is to be visited that waits for the next frame, or to be told who is here.
    again: Option<Instant>,
}

/// What came of a visit.
struct Visit {
    pumped: Pumped,
    /// How many items were passed.
    moved: usize,
    /// Where the member stood before.
    cursor: u64,
    /// Whether it gets frames.
    batch: bool,
}

/// The items that a visit hands over: members mostly stand at the same place, so they are taken from
/// the ring once.
struct Turn<'a> {
    items: Vec<Stamped>,
    loaded: Option<(u64, u64)>,
    frames: Frames<'a>,
    /// Whether frames may leave.
    is_due: bool,
    spent: usize,
}

impl<'a> Turn<'a> {
    fn new(is_due: bool, names: &'a Names) -> Self {
        Self { items: Vec::new(), loaded: None, frames: Frames::new(names), is_due, spent: 0 }
    }

    /// The position of the first item that was taken.
    fn start(&self) -> u64 {
        self.loaded.map_or(0, |(start, _)| start)
    }

    /// Takes the items from `cursor` on. False if the ring does not keep them any more.
    fn load(&mut self, ring: &Ring, cursor: u64) -> bool {
        let wanted = Some((cursor, ring.end()));
        if cursor < ring.start() {
            return false;
        }
        if self.loaded != wanted {
            self.items.clear();
            self.items.extend(ring.from(cursor, TURN).into_iter().flatten().cloned());
            self.loaded = wanted;
        }
        true
    }
}
