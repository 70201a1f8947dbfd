//! How a client is told that what it asked for is refused: by the answer that it waits for, else by the event `error`.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use graphroom_protocol::{ErrorBody, ErrorEvent, EventName, Rejected};

use super::event::{Action, Event};
use super::handlers::{acknowledgement, answer, event};
use super::inbox::dispatch;
use super::{Connection, Membership};
use crate::outlet::Packet;

impl Connection {
    /// From now on what an answer refuses is told by no event beside it: its client knows one refusal for each frame.
    pub fn refuse_once(&self) {
        self.refuses_once.store(true, Ordering::Relaxed);
    }

    /// Whether a refusal is told by an event, too, to who is told by an answer.
    pub(super) fn refuses_twice(&self) -> bool {
        !self.refuses_once.load(Ordering::Relaxed)
    }
}

/// Refuses, in its turn, what is no event that could be handed on.
pub fn turn_down(connection: &Arc<Connection>, (ack_id, bytes): (Option<i64>, usize), error: ErrorBody) {
    dispatch(connection, Event::turned_down((ack_id, bytes), error));
}

/// Refuses whatever was asked for, as that kind of event is refused.
pub(super) fn refuse_all(
    connection: &Arc<Connection>,
    membership: Option<Membership>,
    ack_id: Option<i64>,
    action: Action,
    error: ErrorBody,
) {
    match action {
        Action::Submit { command_id, .. } => {
            tell_refusal(connection, membership, ack_id, &Rejected::new(command_id, error), false);
        }
        action => {
            let is_told = matches!(action, Action::Join { .. } | Action::Leave { .. });
            refuse(connection, membership, ack_id, error, is_told);
        }
    }
}

/// Refuses what one asked for who may be a member.
pub(super) fn refuse(
    connection: &Arc<Connection>,
    membership: Option<Membership>,
    ack_id: Option<i64>,
    error: ErrorBody,
    is_told: bool,
) {
    tell_refusal(connection, membership, ack_id, &Rejected::new(None, error), is_told);
}

/// The same for what has a name that its answer repeats.
pub(super) fn tell_refusal(
    connection: &Arc<Connection>,
    membership: Option<Membership>,
    ack_id: Option<i64>,
    rejected: &Rejected,
    is_told: bool,
) {
    connection.traffic.refused();
    let told = match is_told && connection.refuses_twice() {
        true => told(&rejected.error),
        false => told_instead(ack_id, &rejected.error),
    };
    let ack = acknowledgement(ack_id, rejected);
    let membership = membership.or_else(|| connection.any_membership());
    answer(connection, membership, [told, ack].into_iter().flatten());
}

/// The event that tells a refusal.
fn told(ErrorBody { code, message, details }: &ErrorBody) -> Option<Packet> {
    event(EventName::Error, &ErrorEvent { message, code: *code, details: details.as_ref() })
}

/// The same for who asked for no answer.
pub(super) fn told_instead(ack_id: Option<i64>, error: &ErrorBody) -> Option<Packet> {
    if ack_id.is_none() { told(error) } else { None }
}
