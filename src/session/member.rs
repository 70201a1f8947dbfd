//! A member: one connection in a session, with its [outbox](super::outbox).

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use graphroom_protocol::EndReason;

use super::frame::Frames;
use super::observer::{Cut, Observer};
use super::outbox::{Lot, Next, Outbox, Slot, SlotId};
use super::presence::{News, Person};
use super::ring::Audience;
use crate::domain::Seq;
use crate::outlet::{Handed, Outlet, Packet, Wake};

/// Answers that may be due to one member. A client that asks for more without reading any is cut.
pub const MAX_SLOTS: usize = 8_192;
/// Bytes of answers that may be due to one member. More than that is cut, too.
pub const MAX_SLOT_BYTES: usize = 16 * 1024 * 1024;

/// What a member wants beside graph events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wants {
    /// `command:*` and `session:*`.
    pub lifecycle: bool,
    /// The older names beside the canonical ones.
    pub legacy: bool,
    /// Graph events in frames, not each by its own name.
    pub batch: bool,
    /// Who is here, and what changes of it.
    pub presence: bool,
}

impl Wants {
    pub(super) fn wants(self, audience: Audience) -> bool {
        match audience {
            Audience::All => true,
            Audience::Lifecycle => self.lifecycle,
            Audience::Legacy => self.lifecycle && self.legacy,
        }
    }
}

/// One connection in a session.
pub struct Member {
    /// The connection's id.
    pub client_id: Arc<str>,
    /// Whose connection it is.
    pub person: Person,
    outlet: Arc<dyn Outlet>,
    outbox: Mutex<Outbox>,
    gone: AtomicBool,
    /// Why the server ended it.
    end: OnceLock<EndReason>,
    /// That is remembered, for who comes back.
    is_end_remembered: AtomicBool,
    /// It could take no more when it was visited last.
    lagging: AtomicBool,
    observer: Arc<dyn Observer>,
}

/// How far a member got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pumped {
    /// It has everything there is.
    Idle,
    /// It could take more, but it is the others' turn.
    More,
    /// It waits for the time of the next frame.
    Later,
    /// It cannot take more now.
    Blocked,
    /// The connection is gone, or what it needs is.
    Gone,
}

impl Member {
    /// A connection that has not joined yet.
    pub(super) fn new(
        person: Person,
        client_id: Arc<str>,
        outlet: Arc<dyn Outlet>,
        observer: Arc<dyn Observer>,
    ) -> Self {
        Self {
            client_id,
            person,
            outlet,
            outbox: Mutex::default(),
            gone: AtomicBool::new(false),
            end: OnceLock::new(),
            is_end_remembered: AtomicBool::new(false),
            lagging: AtomicBool::new(false),
            observer,
        }
    }

    fn outbox(&self) -> std::sync::MutexGuard<'_, Outbox> {
        // Nothing that panics runs under this lock.
        self.outbox.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the next slot, and says whether the publisher visits the member. None once the client has
    /// far too many answers outstanding: it is cut.
    pub(super) fn reserve(&self) -> Option<(SlotId, bool)> {
        let mut outbox = self.outbox();
        if outbox.slots.len() >= MAX_SLOTS {
            drop(outbox);
            self.cut(Cut::AnswersOutstanding);
            return None;
        }
        outbox.slots.push_back(Slot::Waiting);
        Some((SlotId(outbox.first_slot + outbox.slots.len() as u64 - 1), outbox.is_listed))
    }

    /// The publisher will visit it, woken by `wake`. False if it does already.
    pub(super) fn list(&self, wake: Wake) -> bool {
        if std::mem::replace(&mut self.outbox().is_listed, true) {
            return false;
        }
        let subscription = self.outlet.subscribe(wake);
        self.outbox().subscription = Some(subscription);
        true
    }

    /// The publisher need not visit it any more, unless it gets events or has answers due.
    pub(super) fn unlist_if_done(&self) -> bool {
        let mut outbox = self.outbox();
        let done = self.is_gone() || (outbox.cursor.is_none() && outbox.slots.is_empty());
        if done {
            outbox.is_listed = false;
            outbox.subscription = None;
        }
        done
    }

    /// Fills a slot with what is to be sent once the member has everything before position `after`.
    pub fn fill(&self, slot: SlotId, after: u64, packets: impl IntoIterator<Item = Packet>) {
        let mut outbox = self.outbox();
        let place = slot.0.checked_sub(outbox.first_slot).and_then(|place| usize::try_from(place).ok());
        let packets: VecDeque<Packet> = packets.into_iter().collect();
        let bytes: usize = packets.iter().map(Packet::len).sum();
        if let Some(entry) = place.and_then(|place| outbox.slots.get_mut(place)) {
            *entry = Slot::Due { after, packets };
            outbox.slot_bytes += bytes;
        }
        let too_much = outbox.slot_bytes > MAX_SLOT_BYTES;
        drop(outbox);
        if too_much {
            self.cut(Cut::AnswersOutstanding);
        }
    }

    /// Starts getting events, once this slot is filled, from a position on, but no graph event up to `seq`. Who gets
    /// them already goes on where it is or, if it `is_updated` up to `seq` by other means, from there, also where it
    /// had more of them before: what the answer brings may stand for all that it has. Then it gives false.
    pub(super) fn start(
        &self,
        slot: SlotId,
        (position, seq): (u64, Seq),
        wants: Wants,
        is_updated: bool,
    ) -> bool {
        let mut outbox = self.outbox();
        outbox.wants = Some(wants);
        let known = outbox.cursor;
        if is_updated || known.is_none() {
            outbox.joining = Some(slot);
            outbox.cursor = Some(position);
            outbox.floor = outbox.floor.max(seq);
        }
        known.is_none()
    }

    /// Stops getting events; answers still come. False if it got none.
    pub(super) fn stop(&self) -> bool {
        self.outbox().cursor.take().is_some()
    }

    /// Whether it gets events.
    pub(super) fn is_joined(&self) -> bool {
        self.outbox().cursor.is_some()
    }

    /// Whether it is to hear of what happens around graph events. Who is not in the room said nothing of it.
    pub fn wants_lifecycle(&self) -> bool {
        self.wants().is_none_or(|wants| wants.lifecycle)
    }

    pub(super) fn wants(&self) -> Option<Wants> {
        let outbox = self.outbox();
        outbox.cursor.and(outbox.wants)
    }

    /// Whether it has everything before position `end` and every answer.
    pub(super) fn is_settled(&self, end: u64) -> bool {
        let outbox = self.outbox();
        self.is_gone() || (outbox.slots.is_empty() && outbox.cursor.is_none_or(|cursor| cursor >= end))
    }

    /// Whether it neither gets events nor has an answer due.
    pub(super) fn is_done(&self) -> bool {
        let outbox = self.outbox();
        outbox.cursor.is_none() && outbox.slots.is_empty()
    }

    /// Packets of answers that are due to it, and the bytes of them.
    pub(super) fn queued(&self) -> (usize, usize) {
        let outbox = self.outbox();
        let packets = outbox.slots.iter().map(|slot| match slot {
            Slot::Waiting => 0,
            Slot::Due { packets, .. } => packets.len(),
        });
        (packets.sum(), outbox.slot_bytes)
    }

    /// The next item that it needs; none while it gets no events.
    pub(super) fn cursor(&self) -> Option<u64> {
        self.outbox().cursor
    }

    /// The next item that it needs, if that is before `end` and can wait for the next frame: no answer is due, or on its way.
    pub(super) fn awaits_frame(&self, end: u64) -> Option<u64> {
        let outbox = self.outbox();
        let can_wait = outbox.wants.is_some_and(|wants| wants.batch) && outbox.slots.is_empty();
        outbox.cursor.filter(|cursor| can_wait && *cursor < end && !self.is_gone())
    }

    /// The connection is gone: nothing more will be handed over.
    pub(super) fn mark_gone(&self) {
        self.gone.store(true, Ordering::Release);
    }

    pub(super) fn is_gone(&self) -> bool {
        self.gone.load(Ordering::Acquire)
    }

    pub(super) fn is_lagging(&self) -> bool {
        self.lagging.load(Ordering::Relaxed) && self.is_joined() && !self.is_gone()
    }

    pub(super) fn mark_lagging(&self, lagging: bool) {
        if self.lagging.load(Ordering::Relaxed) != lagging {
            self.lagging.store(lagging, Ordering::Relaxed);
        }
    }

    pub(super) fn cut(&self, reason: Cut) {
        if !self.gone.swap(true, Ordering::AcqRel) {
            tracing::info!(client_id = %self.client_id, reason = reason.as_str(), "member cut");
            self.observer.cut(reason);
            // The first reason stays.
            self.end.get_or_init(|| reason.reason());
            self.outlet.cut();
        }
    }

    /// Why the session ended the connection, if it did.
    pub fn end(&self) -> Option<EndReason> {
        self.end.get().copied()
    }

    /// Whether nobody remembered yet why the connection was ended. From now on somebody did.
    pub(super) fn is_first_to_remember(&self) -> bool {
        !self.is_end_remembered.swap(true, Ordering::AcqRel)
    }

    /// It was told who is here, up to this change.
    pub(super) fn told_presence(&self, version: u64) {
        self.outbox().presence_told = version;
    }

    /// Whether it wants to know who is here, and was not told up to this change.
    pub(super) fn lacks_presence(&self, version: u64) -> bool {
        let outbox = self.outbox();
        let wants = outbox.cursor.and(outbox.wants).is_some_and(|wants| wants.presence);
        wants && outbox.presence_told < version
    }

    /// Tells it what changed of who is here, if it wants to know. How that went; none if there was nothing
    /// to tell.
    pub(super) fn tell_presence(&self, news: &mut News<'_>) -> Option<Handed> {
        let mut outbox = self.outbox();
        let wants = outbox.cursor.and(outbox.wants).is_some_and(|wants| wants.presence);
        // It comes behind everything else, and never before the answer to a join.
        let has_answers = outbox.joining.is_some() || outbox.due().is_some();
        if !wants || has_answers || outbox.presence_told >= news.version() {
            return None;
        }
        let (packet, version) = news.since(outbox.presence_told);
        let handed = packet.map_or(Handed::Taken, |packet| self.outlet.hand(packet));
        if handed == Handed::Taken {
            outbox.presence_told = version;
        }
        Some(handed)
    }

    /// The outlet says that nobody is there any more.
    fn went(&self) -> Pumped {
        self.mark_gone();
        Pumped::Gone
    }

    /// Hands over due answers and the items of `lot` until there is no more, the connection cannot take more, or as
    /// many packets have gone as the lot allows. `moved` is from where to where it got.
    pub(super) fn pump(&self, lot: &Lot<'_>, frames: &mut Frames<'_>, moved: &mut Range<u64>) -> Pumped {
        let mut outbox = self.outbox();
        let mut is_put = false;
        let mut put = |packet: &Packet| {
            is_put = true;
            self.outlet.put(packet)
        };
        let pumped = self.put_all(&mut outbox, lot, frames, moved, &mut put);
        if is_put {
            self.outlet.flush();
        }
        pumped
    }

    fn put_all(
        &self,
        outbox: &mut Outbox,
        lot: &Lot<'_>,
        frames: &mut Frames<'_>,
        moved: &mut Range<u64>,
        put: &mut dyn FnMut(&Packet) -> Handed,
    ) -> Pumped {
        *moved = outbox.cursor.map_or(0..0, |cursor| cursor..cursor);
        for _ in 0..lot.budget {
            if self.is_gone() {
                return Pumped::Gone;
            }
            let (handed, passed) = match outbox.due() {
                Some(packet) => (put(packet), None),
                None => match outbox.next(lot, frames) {
                    Next::Nothing => return Pumped::Idle,
                    Next::Later => return Pumped::Later,
                    Next::NotHere => return Pumped::More,
                    Next::Items { passed, packet: None } => (Handed::Taken, Some(passed)),
                    Next::Items { passed, packet: Some(packet) } => (put(&packet), Some(passed)),
                },
            };
            match (handed, passed) {
                (Handed::Taken, None) => outbox.sent(),
                (Handed::Taken, Some(passed)) => {
                    outbox.cursor = outbox.cursor.map(|cursor| cursor + passed as u64);
                    moved.end += passed as u64;
                }
                (Handed::Full, _) => return Pumped::Blocked,
                (Handed::Gone, _) => return self.went(),
            }
        }
        Pumped::More
    }
}

#[cfg(test)]
mod tests;
