//! A session as transports see it: submit, join, leave, read.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use arc_swap::ArcSwap;
use graphroom_protocol::{ErrorBody, ErrorCode, Rejected};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::Committed;
use super::batch;
use super::ending::{Ending, unloading};
use super::ends::Ends;
use super::events::{Labels, Names};
use super::mailbox::{Mailbox, Refused};
use super::member::Member;
use super::observer::{Census, Observer, Outcome};
use super::outbox::SlotId;
use super::presence::Person;
use super::publisher::Publisher;
use super::ring::Kept;
use super::snapshots::SnapshotWorker;
use super::stage::Stage;
use super::submission::{Malformed, Reply, Request, Resolution, Wish, refused};
use crate::clock::Clock;
use crate::domain::{Seq, Template, Timestamp};
use crate::outlet::{Outlet, Packet};
use crate::store::Store;
use crate::store::catalogue::{ProjectRow, SessionRow};

/// One live session.
pub struct Session {
    row: SessionRow,
    /// The names that its events bear.
    labels: Arc<Labels>,
    /// Set once, when the session gets its project.
    project: OnceLock<ProjectRow>,
    /// The head at the last save.
    saved: AtomicU64,
    committed: ArcSwap<Committed>,
    publisher: Arc<Publisher>,
    /// Set once the actor runs; never without a project.
    mailbox: OnceLock<Mailbox>,
    last_activity: AtomicI64,
    /// How often something happened.
    touches: AtomicU64,
    /// When somebody last asked for the session, if only to look at it.
    used: AtomicI64,
    /// How it stood when it was loaded.
    pub(super) loaded: Loaded,
    /// Commands that came since.
    pub(super) commands: AtomicU64,
    stage: Stage,
    pub(super) ending: Ending,
    shared: Shared,
}

/// What all sessions of a registry share.
#[derive(Clone)]
pub(super) struct Shared {
    /// Where the journals are.
    pub(super) store: Arc<dyn Store>,
    /// What time it is.
    pub(super) clock: Clock,
    /// Who is told what happens.
    pub(super) observer: Arc<dyn Observer>,
    /// How the server ended the last connections of people who may come back.
    pub(super) ends: Arc<Ends>,
    /// Who takes snapshots.
    pub(super) snapshots: Arc<SnapshotWorker>,
    /// How much a session keeps of its latest events.
    pub(super) kept: Kept,
    /// Cancelled once the server goes down.
    pub(super) drain: CancellationToken,
    /// Ends all publishers.
    pub(super) publishers: CancellationToken,
}

/// How a session stood when it was loaded.
pub(super) struct Loaded {
    /// When that was.
    pub(super) at: Timestamp,
    /// The last event that was committed.
    pub(super) head: Seq,
}

/// What becomes of a wish for a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reserved {
    /// The answer goes there.
    Slot(SlotId),
    /// The session was unloaded or deleted: nobody hands its members anything any more.
    Over,
    /// The client had far too many answers outstanding: its connection was cut.
    Cut,
}

impl Session {
    pub(super) fn new(
        row: SessionRow,
        project: Option<ProjectRow>,
        committed: Committed,
        shared: Shared,
    ) -> Self {
        let saved = AtomicU64::new(project.as_ref().map_or(0, |project| project.saved));
        let labels = Arc::new(Labels::new(row.session_id));
        if let Some(project) = &project {
            labels.attach(project);
        }
        let (clock, observer) = (Arc::clone(&shared.clock), Arc::clone(&shared.observer));
        let loaded = Loaded { at: clock(), head: committed.state.head };
        Self {
            saved,
            publisher: Arc::new(Publisher::new(
                committed.state.head,
                shared.kept,
                Arc::clone(&labels),
                clock,
                observer,
            )),
            labels,
            committed: ArcSwap::from_pointee(committed),
            mailbox: OnceLock::new(),
            last_activity: AtomicI64::new(loaded.at.millis()),
            touches: AtomicU64::new(0),
            used: AtomicI64::new(loaded.at.millis()),
            loaded,
            commands: AtomicU64::new(0),
            stage: Stage::default(),
            ending: Ending::new(&shared.publishers),
            row,
            project: project.map(OnceLock::from).unwrap_or_default(),
            shared,
        }
    }

    /// The session's id, as on the wire.
    pub fn id(&self) -> &str {
        &self.names().session_id
    }

    /// The session's id.
    pub(super) fn session_id(&self) -> uuid::Uuid {
        self.row.session_id
    }

    /// The journal's identity; none without a project.
    pub fn epoch(&self) -> Option<&str> {
        self.labels.epoch()
    }

    /// The session's project, if it has one.
    pub fn project(&self) -> Option<&ProjectRow> {
        self.project.get()
    }

    /// Its entry as it is now.
    pub fn row(&self) -> SessionRow {
        let project_id = self.project().map(|project| project.project_id);
        SessionRow { project_id: project_id.or(self.row.project_id), ..self.row.clone() }
    }

    /// Gives an empty session its project; false if it has one. Members stay, and are told `items`.
    pub(super) fn attach(&self, row: ProjectRow, committed: Committed) -> bool {
        self.saved.store(row.saved, Ordering::Release);
        let is_first = self.project.set(row).is_ok();
        if is_first {
            self.project.get().into_iter().for_each(|row| self.labels.attach(row));
            self.set_committed(committed);
        }
        is_first
    }

    /// Whether something was changed since the last save.
    pub fn is_dirty(&self) -> bool {
        self.committed.load().state.head > self.saved.load(Ordering::Acquire)
    }

    /// The project was saved at `seq`, and that is on disk.
    pub fn mark_saved(&self, seq: Seq) {
        self.touch();
        self.saved.fetch_max(seq, Ordering::AcqRel);
    }

    /// The session, which was loaded before, goes on where it was in its life.
    pub(super) fn at_stage(self, stage: Stage) -> Self {
        Self { stage, ..self }
    }

    /// Where it is in its life, as long as it has no project.
    pub fn stage(&self) -> &Stage {
        &self.stage
    }

    /// Somebody asks for the session.
    pub(super) fn mark_used(&self) {
        self.used.store(self.now().millis(), Ordering::Relaxed);
    }

    /// When somebody last asked for it, or something last happened here.
    pub(super) fn last_used(&self) -> Timestamp {
        Timestamp::from_millis(self.used.load(Ordering::Relaxed)).max(self.last_activity())
    }

    /// When something last happened here.
    pub(super) fn last_activity(&self) -> Timestamp {
        Timestamp::from_millis(self.last_activity.load(Ordering::Relaxed))
    }

    /// What is committed now.
    pub fn committed(&self) -> Arc<Committed> {
        self.committed.load_full()
    }

    pub(super) fn set_committed(&self, committed: Committed) {
        self.committed.store(Arc::new(committed));
    }

    /// When the session was made.
    pub fn created_at(&self) -> Timestamp {
        self.row.created_at
    }

    pub(super) fn names(&self) -> &Names {
        self.labels.names()
    }

    pub(super) fn publisher(&self) -> &Arc<Publisher> {
        &self.publisher
    }

    pub(super) fn open_mailbox(&self, mailbox: Mailbox) {
        // A session has one actor: the first mailbox stays.
        drop(self.mailbox.set(mailbox));
    }

    /// Where the journals are.
    pub(super) fn store(&self) -> &Arc<dyn Store> {
        &self.shared.store
    }

    /// What time it is.
    pub(super) fn now(&self) -> Timestamp {
        (self.shared.clock)()
    }

    /// How the server ended people's last connections, in all sessions.
    pub(super) fn ends(&self) -> &Ends {
        &self.shared.ends
    }

    /// Cancelled once the server goes down.
    pub(super) fn drain(&self) -> &CancellationToken {
        &self.shared.drain
    }

    /// Something happens here.
    pub(super) fn touch(&self) {
        self.touches.fetch_add(1, Ordering::AcqRel);
        self.last_activity.store(self.now().millis(), Ordering::Relaxed);
    }

    /// How often something happened here since it was loaded.
    pub(super) fn touches(&self) -> u64 {
        self.touches.load(Ordering::Acquire)
    }

    /// Hands a command to the actor, or refuses it at once; `reply` is called in either case.
    pub fn submit(&self, request: Request, reply: Reply) {
        self.touch();
        self.commands.fetch_add(1, Ordering::Relaxed);
        let Some(mailbox) = self.mailbox.get() else {
            let details = match &request.wish {
                Wish::SetState { state } => json!({ "state": self.stage.name(), "wanted": state.as_str() }),
                _ => json!({ "state": self.stage.name() }),
            };
            let message = "The session has no project".to_owned();
            let error = ErrorBody { code: ErrorCode::InvalidState, message, details: Some(details) };
            return self.refuse(None, "", reply, &error);
        };
        let (bytes, waiting) = (request.bytes, request.waiting.clone());
        let trace = self.publisher.observer().trace(&request.via, &self.names().session_id);
        let job = match request.into_job(trace, reply) {
            Ok(job) => job,
            Err(malformed) => {
                let Malformed { command_id, command_type, error, reply } = *malformed;
                return self.refuse(command_id, &command_type, reply, &error);
            }
        };
        let (mut job, error) = match mailbox.post(job, bytes, waiting) {
            Ok(()) => return,
            Err(Refused::Busy(job)) => (
                job,
                ErrorBody::new(ErrorCode::Busy, "The session has too many commands waiting: retry later"),
            ),
            Err(Refused::Closed(job)) if self.committed.load().state.deleted => (job, batch::deleted()),
            Err(Refused::Closed(job)) if self.ending.stop.is_cancelled() => (job, unloading()),
            Err(Refused::Closed(job)) => {
                (job, ErrorBody::new(ErrorCode::ShuttingDown, "The server is going down: retry later"))
            }
        };
        refused(&mut job.trace, error.code);
        self.refuse(Some(job.command_id.to_string()), job.command.command_type(), job.reply, &error);
    }

    fn refuse(&self, command_id: Option<String>, command_type: &str, reply: Reply, error: &ErrorBody) {
        let at = self.now();
        let failed = self.names().failed(command_id.as_deref().unwrap_or_default(), command_type, error, at);
        self.publisher.observer().answered(command_type, Outcome::Refused(error.code));
        let answer = Err(Rejected::new(command_id, error.clone()));
        reply(Resolution { answer, position: 0, failed });
        self.publisher.wake();
    }

    /// Tells the room that the file of its project's template changed, if it is that one. The project
    /// keeps the version that it pinned.
    pub(super) fn announce_template(&self, template: &Template) {
        if self.project().is_none() || self.committed().state.template.id != template.id {
            return;
        }
        let wanted = self.publisher.wanted();
        self.publisher.push(self.names().template_update(template, self.now(), wanted));
        self.publisher.wake();
    }

    /// A connection that may join.
    pub fn member(&self, person: Person, client_id: Arc<str>, outlet: Arc<dyn Outlet>) -> Arc<Member> {
        Arc::new(Member::new(person, client_id, outlet, Arc::clone(self.publisher.observer())))
    }

    /// How many commands wait.
    pub(super) fn waiting(&self) -> usize {
        self.mailbox.get().map_or(0, Mailbox::waiting)
    }

    /// Adds what stands here now to what stands elsewhere.
    pub(super) fn count(&self, census: &mut Census) {
        census.sessions += 1;
        census.waiting.add(self.waiting());
        self.publisher.count(census);
    }

    /// Takes a member's next slot: its answers leave in the order in which their slots were taken.
    pub fn reserve(&self, member: &Arc<Member>) -> Reserved {
        let Some((slot, is_listed)) = member.reserve() else { return Reserved::Cut };
        if !is_listed {
            self.publisher.list(member);
        }
        // Only now: who is over waits for the slots that were taken before, and for no other.
        if self.ending.gone.is_cancelled() {
            member.fill(slot, 0, []);
            return Reserved::Over;
        }
        Reserved::Slot(slot)
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
}
