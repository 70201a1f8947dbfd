//! Leaving, and being here: how a membership ends, and what is said of those who are in the session.

use std::sync::Arc;

use graphroom_protocol::presence::{DoingChange, Participant};
use graphroom_protocol::{EndReason, EventName, PreviousEnd};

use super::member::Member;
use super::observer::Cut;
use super::presence::{self, Person};
use super::room::Session;
use crate::clock::Instant;

/// How a connection went.
#[derive(Clone, Copy, Debug)]
pub struct Departure {
    /// It was lost: whoever had it may come back.
    pub is_lost: bool,
    /// Why the server ended it, if that was no session's doing.
    pub end: Option<EndReason>,
    /// When it showed for the last time that it lives.
    pub last_sign: Instant,
}

impl Session {
    /// Ends a membership; answers that are due still come.
    pub fn leave(&self, member: &Arc<Member>) {
        if member.stop() {
            self.take_out(member);
        }
    }

    /// Takes a connection out of the room, and tells it, unless that was done.
    pub(super) fn take_out(&self, member: &Member) {
        member.stop();
        if self.publisher().presence().leave(&member.person, &member.client_id) {
            self.tell_disconnected(member);
        }
    }

    /// The connection is gone.
    pub fn disconnect(&self, member: &Arc<Member>, departure: Departure) {
        member.mark_gone();
        self.remember_end(member, departure.end);
        let was_joined = member.stop();
        self.publisher().unlist_done();
        if !was_joined {
            return;
        }
        let presence = self.publisher().presence();
        let until = (Instant::now() + presence::GRACE).min(departure.last_sign + presence::SILENCE);
        if departure.is_lost && presence.lose(&member.person, &member.client_id, until) {
            // The room hears of it when the time is over, unless the person comes back.
            self.touch();
            self.publisher().count_wishes();
            return self.publisher().wake();
        }
        self.take_out(member);
    }

    /// Ends every connection that is here. That is remembered first: who is quick finds the session loaded anew before its
    /// old connection is seen to be gone.
    pub(super) fn cut_all(&self, cut: Cut) {
        for member in self.publisher().members().iter() {
            if !member.is_gone() {
                self.remember_end(member, Some(cut.reason()));
            }
            member.cut(cut);
        }
    }

    /// Remembers why the server ended the connection of somebody who is in the session: the session's own reason or else, if there
    /// is one, the connection's. Once; nothing where the server did not end it.
    pub fn remember_end(&self, member: &Member, end: Option<EndReason>) {
        let Some(reason) = member.end().or(end) else { return };
        if member.is_joined() && !member.person.is_anonymous && member.is_first_to_remember() {
            let end = PreviousEnd { reason, at: self.now().to_string() };
            self.ends().remember(self.session_id(), &member.person.user_id, end);
        }
    }

    /// How the server ended this person's last connection; it is told once.
    pub(super) fn take_end(&self, person: &Person) -> Option<PreviousEnd> {
        self.ends().take(self.session_id(), &person.user_id)
    }

    fn tell_disconnected(&self, member: &Member) {
        self.touch();
        self.publisher().count_wishes();
        let items = self.publisher().connection(EventName::SessionDisconnected, &member.client_id);
        self.publisher().announce(items);
        self.publisher().wake();
    }

    /// Whether the room was told nothing yet of the end of a connection whose place this one takes if it joins.
    pub fn is_away(&self, member: &Member) -> bool {
        !member.is_joined() && self.publisher().presence().is_away(&member.person)
    }

    /// Says what a member is at. False if it is none.
    pub fn set_presence(&self, member: &Member, change: DoingChange) -> bool {
        let is_set = self.publisher().presence().set(&member.person, &member.client_id, change);
        self.publisher().wake();
        is_set
    }

    /// Keeps somebody here who has no connection, for [`presence::LEASE`] from now.
    pub fn lease_presence(&self, person: &Person, change: DoingChange) -> Participant {
        self.touch();
        let until = Instant::now() + presence::LEASE;
        let participant = self.publisher().presence().lease(person, change, until);
        self.publisher().wake();
        participant
    }

    /// Ends that. False if there was nothing to end.
    pub fn release_presence(&self, user_id: &str) -> bool {
        let was_here = self.publisher().presence().release(user_id);
        self.publisher().wake();
        was_here
    }

    /// Everybody who is here.
    pub fn participants(&self) -> Vec<Participant> {
        self.publisher().presence().list().0
    }
}
