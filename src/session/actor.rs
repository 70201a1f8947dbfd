//! The actor: the one task that changes a project.
//!
//! It takes what waits as one batch, decides and applies each command on a working copy, appends all of
//! them at once, and only then lets anybody see them: first the readers, then the members, then those who
//! asked. A failed append leaves nothing behind but the answers.

use std::collections::HashSet;
use std::pin::pin;
use std::sync::Arc;

use graphroom_protocol::{Accepted, ErrorBody, ErrorCode, EventName, Rejected};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::Committed;
use super::batch::{self, Batch, Decided, Verdict};
use super::events::Wanted;
use super::mailbox::Weighed;
use super::observer::{AppendFailure, Observer, Outcome};
use super::recent::Recall;
use super::ring::{Audience, Item};
use super::room::Session;
use super::rules::Rules;
use super::snapshots::Progress;
use super::submission::{Job, Resolution, refused};
use crate::clock::{Clock, Instant};
use crate::domain::{Scope, Seq, State, StepState};
use crate::store::journal::AppendError;
use crate::store::{Most, ProjectId, Store, StoreError};

/// The owner of a project's state.
pub struct Actor {
    session: Arc<Session>,
    project_id: ProjectId,
    store: Arc<dyn Store>,
    clock: Clock,
    rules: Rules,
    state: State,
    recall: Recall,
    /// The outcome of an append is not known: the head must be read before anything else.
    unsettled: bool,
    snapshots: Progress,
}

impl Actor {
    /// An actor for a project whose journal was read up to `state`.
    pub fn new(
        session: Arc<Session>,
        project_id: ProjectId,
        store: Arc<dyn Store>,
        clock: Clock,
        rules: Rules,
        recall: Recall,
        snapshots: Progress,
    ) -> Self {
        let state = session.committed().state.clone();
        Self { session, project_id, store, clock, rules, state, recall, unsettled: false, snapshots }
    }

    /// Works until `drain` or `stop`, or until the project is deleted; then takes no more and ends when everything
    /// that waited is answered.
    pub async fn run(
        mut self,
        mailbox: mpsc::Receiver<Weighed>,
        drain: CancellationToken,
        stop: CancellationToken,
    ) {
        self.snapshots.take_if_due(&self.state);
        self.work(mailbox, drain, stop).await;
        self.snapshots.end(self.state);
    }

    async fn work(
        &mut self,
        mut mailbox: mpsc::Receiver<Weighed>,
        drain: CancellationToken,
        stop: CancellationToken,
    ) {
        // Waited for once, not anew for each batch.
        let (mut drained, mut stopped) = (pin!(drain.cancelled()), pin!(stop.cancelled()));
        loop {
            let first = tokio::select! {
                first = mailbox.recv() => first,
                () = &mut drained, if !mailbox.is_closed() => {
                    mailbox.close();
                    continue;
                }
                () = &mut stopped, if !mailbox.is_closed() => {
                    mailbox.close();
                    continue;
                }
            };
            let Some(first) = first else { return };
            if self.state.deleted {
                let job = first.take();
                self.refuse(job, batch::deleted());
                continue;
            }
            self.session.publisher().has_room().await;
            self.batch(first.take(), &mut mailbox).await;
            if self.state.deleted {
                mailbox.close();
            }
        }
    }

    async fn batch(&mut self, first: Job, mailbox: &mut mpsc::Receiver<Weighed>) {
        if self.unsettled && (self.recalled(true).await.is_err() || self.settle().await.is_err()) {
            return self.refuse(first, ErrorBody::new(ErrorCode::StoreUnavailable, UNAVAILABLE));
        }
        let mut batch = Batch::on(&self.state);
        let mut next = Some(first);
        while let Some(job) = next {
            if self.recalled(job.is_named()).await.is_err() {
                self.refuse(job, ErrorBody::new(ErrorCode::StoreUnavailable, UNAVAILABLE));
            } else {
                batch.decide(job, self.recall.known(), (self.clock)(), &self.rules);
            }
            next = if batch.is_full() { None } else { mailbox.try_recv().ok().map(Weighed::take) };
        }
        self.observer().batch(batch.decided.len());
        let failure = match self.append(&mut batch).await {
            Ok(()) => None,
            Err(error) => self.settle_append(batch.head(), error).await,
        };
        match failure {
            None => {
                self.keep_unrecorded(&mut batch).await;
                self.publish(batch);
                self.snapshots.take_if_due(&self.state);
            }
            Some((code, message)) => {
                for decided in batch.decided {
                    self.resolve(decided, Err(ErrorBody::new(code, message)), None);
                }
            }
        }
        self.session.publisher().wake();
    }

    /// Waits until it is known which commands were named before, if that matters: who names none repeats none.
    async fn recalled(&mut self, matters: bool) -> Result<(), StoreError> {
        let recalled = match matters {
            true => self.recall.ready().await,
            false => self.recall.unless_unreadable().await,
        };
        recalled.inspect_err(|error| {
            tracing::error!(session_id = self.session.id(), %error, "earlier commands cannot be read");
        })
    }

    async fn append(&self, batch: &mut Batch) -> Result<(), AppendError> {
        if batch.encoded.is_empty() {
            return Ok(());
        }
        let encoded = std::mem::take(&mut batch.encoded);
        let asked = Instant::now();
        self.store.append(self.project_id, self.state.head, encoded).await?;
        let events = batch.head().map_or(0, |head| head - self.state.head);
        self.observer().committed(asked.elapsed(), events);
        Ok(())
    }

    /// Keeps what changed nothing, behind the records that it was decided at. Where that fails, it is refused: it
    /// changed nothing, and a repeat may find something to do.
    async fn keep_unrecorded(&mut self, batch: &mut Batch) {
        if batch.unrecorded.is_empty() {
            return;
        }
        let unrecorded = std::mem::take(&mut batch.unrecorded);
        match self.store.add_unrecorded(self.project_id, unrecorded.clone()).await {
            Ok(()) => unrecorded.into_iter().for_each(|command| self.recall.remember_nothing(command)),
            Err(error) => {
                tracing::error!(session_id = self.session.id(), %error, "commands that changed nothing were not kept");
                let names: HashSet<_> =
                    unrecorded.iter().map(|kept| (&kept.author, &kept.command_id)).collect();
                for decided in &mut batch.decided {
                    if names.contains(&(&decided.author, &decided.command_id)) {
                        let error = ErrorBody::new(ErrorCode::StoreUnavailable, UNAVAILABLE);
                        decided.verdict = Verdict::Refused { error, to_room: false };
                    }
                }
            }
        }
    }

    /// What to answer after a failed append; nothing if it turns out that the head is as `wanted`.
    async fn settle_append(
        &mut self,
        wanted: Option<Seq>,
        error: AppendError,
    ) -> Option<(ErrorCode, &'static str)> {
        tracing::error!(session_id = self.session.id(), ?error, "append failed");
        self.observer().append_failed(match error {
            AppendError::Unavailable(_) => AppendFailure::Unavailable,
            AppendError::HeadMoved { .. } => AppendFailure::HeadMoved,
            AppendError::Unknown(_) => AppendFailure::Unknown,
        });
        match error {
            AppendError::Unavailable(_) => Some((ErrorCode::StoreUnavailable, UNAVAILABLE)),
            AppendError::HeadMoved { .. } => {
                self.unsettled = true;
                Some((ErrorCode::StoreUnavailable, UNAVAILABLE))
            }
            AppendError::Unknown(_) => match self.store.head(self.project_id).await {
                Ok(head) if wanted == Some(head) => None,
                // Not there now; but a crash may yet bring back what an append half wrote.
                Ok(head) if head == self.state.head => Some((ErrorCode::OutcomeUnknown, UNKNOWN)),
                Ok(_) | Err(_) => {
                    self.unsettled = true;
                    Some((ErrorCode::OutcomeUnknown, UNKNOWN))
                }
            },
        }
    }

    /// Reads what the journal has beyond our state, and tells it to everybody.
    async fn settle(&mut self) -> Result<(), StoreError> {
        let tail = self.store.read_from(self.project_id, self.state.head, Most::records(usize::MAX)).await?;
        let wanted = self.session.publisher().wanted();
        for record in &tail {
            self.state.apply(record);
            self.snapshots.add(record);
            self.recall.remember(record);
        }
        self.session.set_committed(Committed::new(self.state.clone()));
        for record in &tail {
            self.session.publisher().push(self.session.names().record(record, wanted));
        }
        self.unsettled = false;
        self.session.publisher().wake();
        Ok(())
    }

    /// Makes a batch that is in the journal known: to the readers, to the ring, to those who asked.
    ///
    /// The readers come first: who joins behind an event must not read a graph without it.
    fn publish(&mut self, batch: Batch) {
        // In the order of the commands, so that a refusal is told between the events it stood between.
        let committed_at = Instant::now();
        let Batch { decided, records, state, .. } = batch;
        if !records.is_empty() {
            self.state = state.clone();
            self.session.set_committed(Committed::new(state));
        }
        let mut resolved = Vec::with_capacity(decided.len());
        for mut decided in decided {
            if let Some(trace) = &mut decided.trace {
                trace.durable(committed_at);
            }
            let wanted = self.session.publisher().wanted();
            let items = match (&decided.verdict, decided.record.and_then(|place| records.get(place))) {
                (Verdict::Accepted { .. }, Some(record)) => {
                    self.snapshots.add(record);
                    self.recall.remember(record);
                    self.session.names().record(record, wanted)
                }
                (Verdict::Refused { error, to_room: true }, _) => self.failed_item(&decided, error, wanted),
                _ => Vec::new(),
            };
            let position = self.session.publisher().push_committed(items, committed_at);
            resolved.push((decided, position));
        }
        for (decided, position) in resolved {
            let answer = self.answer(&decided);
            self.resolve(decided, answer, Some(position));
        }
    }

    fn failed_item(&self, decided: &Decided, error: &ErrorBody, wanted: Wanted) -> Vec<Item> {
        if !wanted.lifecycle {
            return Vec::new();
        }
        let payload =
            self.session.names().failed(&decided.command_id, decided.command_type, error, (self.clock)());
        payload
            .map(|payload| Item {
                name: EventName::CommandFailed.as_str(),
                payload,
                audience: Audience::Lifecycle,
                seq: None,
            })
            .into_iter()
            .collect()
    }

    fn answer(&self, decided: &Decided) -> Result<Accepted, ErrorBody> {
        let (seq, result, duplicate, nothing_to_undo) = match &decided.verdict {
            Verdict::Refused { error, .. } => return Err(error.clone()),
            Verdict::Nothing { seq, to_undo, duplicate } => (*seq, None, *duplicate, *to_undo),
            Verdict::Accepted { seq, result, duplicate } => (*seq, Some(result), *duplicate, false),
        };
        let author = match decided.scope {
            Scope::Mine => Some(&*decided.author),
            Scope::Session => None,
        };
        Ok(Accepted {
            success: true,
            command_id: decided.command_id.to_string(),
            seq,
            node_id: result.and_then(|result| result.node_id).map(|id| id.to_string()),
            node_ids: result
                .into_iter()
                .flat_map(|result| &result.node_ids)
                .map(ToString::to_string)
                .collect(),
            undo_available: self.state.steps.available(StepState::Done, author),
            redo_available: self.state.steps.available(StepState::Undone, author),
            is_dirty: self.session.is_dirty(),
            duplicate,
            conflicts: result
                .into_iter()
                .flat_map(|result| &result.conflicts)
                .filter_map(|conflict| serde_json::to_value(conflict).ok())
                .collect(),
            reparented_to: result
                .and_then(|result| result.reparented.first())
                .map(|reparented| reparented.parent_id.map(|id| id.to_string())),
            conflicts_omitted: result.map_or(0, |result| result.conflicts_omitted),
            nothing_to_undo,
            ..Accepted::default()
        })
    }

    fn resolve(&self, decided: Decided, answer: Result<Accepted, ErrorBody>, position: Option<u64>) {
        let Decided { command_id, command_type, reply, verdict, came, record, mut trace, .. } = decided;
        let is_durable = position.is_some() && record.is_some();
        let told = position.is_some() && matches!(verdict, Verdict::Refused { to_room: true, .. });
        let position = position.unwrap_or_else(|| self.session.publisher().position());
        let failed = match &answer {
            Err(error) if !told => {
                self.session.names().failed(&command_id, command_type, error, (self.clock)())
            }
            _ => None,
        };
        let outcome = Outcome::of(&answer);
        self.observer().answered(command_type, outcome);
        self.observer().took(came.elapsed());
        let answer = answer.map_err(|error| Rejected::new(Some(command_id.to_string()), error));
        reply(Resolution { answer, position, failed });
        if let Some(trace) = &mut trace {
            trace.answered(outcome);
        }
        if let Some(trace) = trace.filter(|_| is_durable) {
            self.session.publisher().follow(trace, position);
        }
    }

    fn observer(&self) -> &Arc<dyn Observer> {
        self.session.publisher().observer()
    }

    fn refuse(&self, mut job: Job, error: ErrorBody) {
        refused(&mut job.trace, error.code);
        let command_type = job.command.command_type();
        let failed = self.session.names().failed(&job.command_id, command_type, &error, (self.clock)());
        self.observer().answered(command_type, Outcome::Refused(error.code));
        self.observer().took(job.came.elapsed());
        let answer = Err(Rejected::new(Some(job.command_id.to_string()), error));
        (job.reply)(Resolution { answer, position: self.session.publisher().position(), failed });
        self.session.publisher().wake();
    }
}

const UNKNOWN: &str = "Whether the command was stored is not known yet: retry it with its command_id";
const UNAVAILABLE: &str = "The command could not be stored; nothing changed";
