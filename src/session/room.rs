//! A session as transports see it: submit, join, leave, read.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};

use arc_swap::ArcSwap;
use graphroom_protocol::rest::{SessionInfo, SessionView};
use graphroom_protocol::{ErrorBody, ErrorCode, EventName, JoinAnswer, Joined, Rejected};

use super::Committed;
use super::events::{Names, encode};
use super::mailbox::{Mailbox, Refused};
use super::member::{Member, SlotId, Wants};
use super::outlet::Packet;
use super::publisher::Publisher;
use super::ring::Item;
use super::submission::{Malformed, Reply, Request, Resolution};
use crate::clock::Clock;
use crate::domain::{Seq, StepState, Template, Timestamp};
use crate::store::catalogue::{ProjectRow, SessionRow};

/// One live session.
pub struct Session {
    names: Names,
    row: SessionRow,
    project: Option<ProjectRow>,
    committed: ArcSwap<Committed>,
    publisher: Arc<Publisher>,
    /// Set once the actor runs; never without a project.
    mailbox: OnceLock<Mailbox>,
    last_activity: AtomicI64,
    clock: Clock,
}

/// A wish to get a session's events.
pub struct Join {
    /// What the member wants beside graph events.
    pub wants: Wants,
    /// What the client knows the answer by, if it asked for one.
    pub ack_id: Option<i64>,
}

/// What a session says of itself.
pub type Info = SessionInfo;

impl Session {
    pub(super) fn new(
        row: SessionRow,
        project: Option<ProjectRow>,
        committed: Committed,
        clock: Clock,
    ) -> Self {
        let text = |id: Option<uuid::Uuid>| id.map_or_else(|| "".into(), |id| id.to_string().into());
        let names = Names {
            session_id: text(Some(row.session_id)),
            project_id: text(project.as_ref().map(|project| project.project_id)),
            epoch: text(project.as_ref().map(|project| project.epoch)),
        };
        Self {
            names,
            publisher: Arc::new(Publisher::new(committed.state.head)),
            committed: ArcSwap::from_pointee(committed),
            mailbox: OnceLock::new(),
            last_activity: AtomicI64::new(clock().millis()),
            row,
            project,
            clock,
        }
    }

    /// The session's id, as on the wire.
    pub fn id(&self) -> &str {
        &self.names.session_id
    }

    /// The journal's identity; none without a project.
    pub fn epoch(&self) -> Option<&str> {
        self.project.as_ref().map(|_| &*self.names.epoch)
    }

    /// The session's project, if it has one.
    pub fn project(&self) -> Option<&ProjectRow> {
        self.project.as_ref()
    }

    /// What is committed now.
    pub fn committed(&self) -> Arc<Committed> {
        self.committed.load_full()
    }

    pub(super) fn set_committed(&self, committed: Committed) {
        self.committed.store(Arc::new(committed));
    }

    pub(super) fn names(&self) -> &Names {
        &self.names
    }

    pub(super) fn publisher(&self) -> &Arc<Publisher> {
        &self.publisher
    }

    pub(super) fn open_mailbox(&self, mailbox: Mailbox) {
        // A session has one actor: the first mailbox stays.
        drop(self.mailbox.set(mailbox));
    }

    fn touch(&self) {
        self.last_activity.store((self.clock)().millis(), Ordering::Relaxed);
    }

    /// Hands a command to the actor, or refuses it at once; `reply` is called in either case.
    pub fn submit(&self, request: Request, reply: Reply) {
        self.touch();
        let Some(mailbox) = self.mailbox.get() else {
            return self.refuse(
                None,
                "",
                reply,
                &ErrorBody::new(ErrorCode::InvalidState, "The session has no project"),
            );
        };
        let (bytes, waiting) = (request.bytes, request.waiting.clone());
        let job = match request.into_job(reply) {
            Ok(job) => job,
            Err(malformed) => {
                let Malformed { command_id, command_type, error, reply } = *malformed;
                return self.refuse(command_id, &command_type, reply, &error);
            }
        };
        let (job, error) = match mailbox.post(job, bytes, waiting) {
            Ok(()) => return,
            Err(Refused::Busy(job)) => (
                job,
                ErrorBody::new(ErrorCode::Busy, "The session has too many commands waiting: retry later"),
            ),
            Err(Refused::Closed(job)) => {
                (job, ErrorBody::new(ErrorCode::ShuttingDown, "The server is going down: retry later"))
            }
        };
        self.refuse(Some(job.command_id.to_string()), job.command.command_type(), job.reply, &error);
    }

    fn refuse(&self, command_id: Option<String>, command_type: &str, reply: Reply, error: &ErrorBody) {
        let at = (self.clock)();
        let failed = self.names.failed(command_id.as_deref().unwrap_or_default(), command_type, error, at);
        let answer = Err(Rejected::new(command_id, error.clone()));
        reply(Resolution { answer, position: 0, failed });
        self.publisher.wake();
    }

    /// Makes a connection a member and answers it: `session:connected` to the room, then `joined`, then
    /// the acknowledgement. A member that joins again is answered again, and nobody else is told.
    pub fn join(&self, member: &Arc<Member>, join: &Join) {
        self.touch();
        let Some(slot) = self.reserve(member) else { return };
        // In one piece: no command comes between the `seq` that is told and the member's first event.
        let (position, seq) = self.publisher.join(|position| {
            let is_new = member.start(position, join.wants);
            self.publisher.count_wishes();
            if is_new { self.connection(EventName::SessionConnected, member) } else { Vec::new() }
        });
        self.answer(member, slot, position, self.welcome(member, seq, join.ack_id));
    }

    /// What a member that joined is told: `joined`, and the acknowledgement if it asked for one.
    fn welcome(
        &self,
        member: &Member,
        seq: Seq,
        ack_id: Option<i64>,
    ) -> impl Iterator<Item = Packet> + use<> {
        let answer = JoinAnswer {
            success: true,
            session_id: self.id().to_owned(),
            client_id: member.client_id.to_string(),
            active_clients: self.publisher.joined(),
            epoch: self.epoch().map(str::to_owned),
            seq,
            mode: "current".to_owned(),
        };
        let joined = Joined {
            event: EventName::Joined,
            timestamp: &(self.clock)().to_string(),
            session_id: &answer.session_id,
            client_id: &answer.client_id,
            active_clients: answer.active_clients,
        };
        let event = Packet::Event { name: EventName::Joined.as_str(), payload: encode(&joined) };
        let ack = ack_id.zip(encode(&answer)).map(|(ack_id, payload)| Packet::Answer { ack_id, payload });
        [Some(event), ack].into_iter().flatten()
    }

    /// Ends a membership; answers that are due still come.
    pub fn leave(&self, member: &Arc<Member>) {
        if member.stop() {
            self.tell_disconnected(member);
        }
    }

    /// The connection is gone.
    pub fn disconnect(&self, member: &Arc<Member>) {
        member.mark_gone();
        let was_joined = member.stop();
        self.publisher.unlist_done();
        if was_joined {
            self.tell_disconnected(member);
        }
    }

    fn tell_disconnected(&self, member: &Member) {
        self.touch();
        self.publisher.count_wishes();
        self.publisher.announce(self.connection(EventName::SessionDisconnected, member));
        self.publisher.wake();
    }

    /// The items that tell the room of a connection that came or went.
    fn connection(&self, name: EventName, member: &Member) -> Vec<Item> {
        let (clients, wanted) = (self.publisher.joined(), self.publisher.wanted());
        self.names.connection(name, &member.client_id, clients, (self.clock)(), wanted)
    }

    /// Tells the room that the file of its project's template changed, if it is that one. The project
    /// keeps the version that it pinned.
    pub(super) fn announce_template(&self, template: &Template) {
        if self.project.is_none() || self.committed().state.template.id != template.id {
            return;
        }
        let wanted = self.publisher.wanted();
        self.publisher.push(self.names.template_update(template, (self.clock)(), wanted));
        self.publisher.wake();
    }

    /// Takes a member's next slot: its answers leave in the order in which their slots were taken. None
    /// once the client has far too many answers outstanding: its connection is cut.
    pub fn reserve(&self, member: &Arc<Member>) -> Option<SlotId> {
        let (slot, is_listed) = member.reserve()?;
        if !is_listed {
            self.publisher.list(member);
        }
        Some(slot)
    }

    /// Fills a member's slot; the packets leave once the member has everything before `position`.
    pub fn answer(
        &self,
        member: &Member,
        slot: SlotId,
        position: u64,
        packets: impl IntoIterator<Item = Packet>,
    ) {
        member.fill(slot, position, packets);
        self.publisher.wake();
    }

    /// What the session says of itself in a list.
    pub fn view(&self) -> SessionView {
        SessionView {
            session_id: self.id().to_owned(),
            created_at: self.row.created_at.to_string(),
            last_activity: Timestamp::from_millis(self.last_activity.load(Ordering::Relaxed)).to_string(),
            active_clients: self.publisher.joined(),
            has_project: self.project.is_some(),
        }
    }

    /// What the session says of itself to who asks for it.
    pub fn info(&self) -> Info {
        let committed = self.committed();
        let state = &committed.state;
        SessionInfo {
            session: self.view(),
            project_id: self.project.as_ref().map(|project| project.project_id.to_string()),
            undo_available: state.steps.available(StepState::Done, None),
            redo_available: state.steps.available(StepState::Undone, None),
            node_count: state.graph.len(),
            template_id: self.project.as_ref().map(|_| state.template.id.to_string()),
            epoch: self.epoch().map(str::to_owned),
            seq: state.head,
        }
    }
}
