//! A batch: what is decided about the commands that waited, before anything of it is durable.
//!
//! Each command is decided and applied on one working copy of the state, so that the next one sees it. What it
//! changes first is copied, and no more after that.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use graphroom_protocol::{ErrorBody, ErrorCode};

use super::recent::{Recent, Remembered, Said};
use super::rules::Rules;
use super::submission::{Job, Reply, error_body};
use super::trace::Trace;
use crate::clock::Instant;
use crate::domain::record::{self, Outcome};
use crate::domain::{self, Command, Context, Decision, Record, Rejection, Scope, Seq, State, Timestamp};
use crate::store::UnrecordedCommand;
use crate::store::journal::EncodedRecord;

/// Commands a batch.
const MAX_COMMANDS: usize = 256;
/// Effects a batch; a single command may have more.
const MAX_EFFECTS: usize = 2_000;
/// Bytes of records a batch; a single command may have more.
const MAX_BYTES: usize = 1024 * 1024;

/// An author and the name that it gave a command.
type Key = (Arc<str>, Arc<str>);

/// What was decided about a command.
pub enum Verdict {
    /// It is, or was, carried out.
    Accepted { seq: Seq, result: Arc<Outcome>, duplicate: bool },
    /// There is, or was, nothing to do, or no step to take back: no record. `seq` is the head it was decided at.
    Nothing { seq: Seq, to_undo: bool, duplicate: bool },
    /// No record; the room is told if a rule of the graph said no.
    Refused { error: ErrorBody, to_room: bool },
}

/// A command that was decided, and whom to answer.
pub struct Decided {
    pub command_id: Arc<str>,
    pub command_type: &'static str,
    pub author: Arc<str>,
    /// The scope that `undo_available` answers for.
    pub scope: Scope,
    pub reply: Reply,
    pub verdict: Verdict,
    /// The command's record, by its place in the batch.
    pub record: Option<usize>,
    /// When the command came.
    pub came: Instant,
    /// Measures the command, if it is traced.
    pub trace: Option<Box<Trace>>,
}

/// Decided commands and their records.
pub struct Batch {
    /// The state before the batch, from which a command that broke on its way is got rid of.
    before: State,
    /// The state behind the records.
    pub state: State,
    /// In the order in which they came.
    pub decided: Vec<Decided>,
    /// Those that will be appended.
    pub records: Vec<Record>,
    /// The same, as the journal takes them.
    pub encoded: Vec<EncodedRecord>,
    /// Those that changed nothing, of which the store is to know as well.
    pub unrecorded: Vec<UnrecordedCommand>,
    /// Commands of this very batch, which `recent` does not know yet.
    named: HashMap<Key, Remembered>,
    effects: usize,
    bytes: usize,
}

impl Batch {
    /// An empty batch on a state.
    pub fn on(state: &State) -> Self {
        Self {
            before: state.clone(),
            state: state.clone(),
            decided: Vec::new(),
            records: Vec::new(),
            encoded: Vec::new(),
            unrecorded: Vec::new(),
            named: HashMap::new(),
            effects: 0,
            bytes: 0,
        }
    }

    /// Whether it is large enough.
    pub fn is_full(&self) -> bool {
        self.decided.len() >= MAX_COMMANDS || self.effects >= MAX_EFFECTS || self.bytes >= MAX_BYTES
    }

    /// The journal's head once the batch is in it.
    pub fn head(&self) -> Option<Seq> {
        self.records.last().map(|record| record.seq_last)
    }

    /// Decides a command and, if it is accepted, applies it.
    pub fn decide(&mut self, job: Job, recent: &Recent, now: Timestamp, rules: &Rules) {
        let Job { author, command, command_id, body_hash, seed, scope, reply, came, mut trace } = job;
        if let Some(trace) = &mut trace {
            trace.taken();
        }
        let key = (Arc::clone(&author.user_id), Arc::clone(&command_id));
        let (verdict, record) = match self.repeat(&key, body_hash.as_deref(), recent) {
            Some(verdict) => (verdict, None),
            None if self.state.deleted => (Verdict::Refused { error: deleted(), to_room: false }, None),
            None => {
                let templates = rules.templates.load();
                let context = rules.context(&author, now, seed, &templates);
                let attempt = attempt(&self.state, &command, &context, &command_id, body_hash);
                self.carry_out(attempt, key, now).unwrap_or_else(|failure| (failure.verdict(&command), None))
            }
        };
        let command_type = command.command_type();
        let author = author.user_id;
        if let Some(trace) = &mut trace {
            trace.decided();
        }
        self.decided.push(Decided {
            command_id,
            command_type,
            author,
            scope,
            reply,
            verdict,
            record,
            came,
            trace,
        });
    }

    /// What to answer to a command whose author gave the same name to one before.
    fn repeat(&self, key: &Key, body_hash: Option<&str>, recent: &Recent) -> Option<Verdict> {
        let hash = body_hash?;
        let known = self.named.get(key).or_else(|| recent.get(&key.0, &key.1))?;
        if *known.body_hash == *hash {
            return Some(match &known.said {
                Said::Changed(result) => {
                    Verdict::Accepted { seq: known.seq, result: Arc::clone(result), duplicate: true }
                }
                Said::Nothing { to_undo } => {
                    Verdict::Nothing { seq: known.seq, to_undo: *to_undo, duplicate: true }
                }
            });
        }
        let message = "This command_id was used for another command";
        let error = ErrorBody::new(ErrorCode::IdempotencyMismatch, message);
        Some(Verdict::Refused { error, to_room: false })
    }

    /// Applies what a command came to.
    fn carry_out(
        &mut self,
        attempt: Result<Attempt, Failure>,
        key: Key,
        now: Timestamp,
    ) -> Result<(Verdict, Option<usize>), Failure> {
        match attempt? {
            Attempt::Nothing { to_undo, body_hash } => Ok((self.nothing(to_undo, body_hash, key, now), None)),
            Attempt::Commit(committed) => {
                let (record, encoded) = *committed;
                self.change(|state| state.apply(&record))?;
                Ok(self.add(record, encoded, key))
            }
        }
    }

    /// What changed nothing is remembered as well: later, under the same name, it might change something.
    fn nothing(&mut self, to_undo: bool, body_hash: Option<String>, key: Key, at: Timestamp) -> Verdict {
        let seq = self.state.head;
        if let Some(body_hash) = body_hash {
            let (author, command_id) = key.clone();
            let said = Said::Nothing { to_undo };
            self.named.insert(key, Remembered { body_hash: body_hash.as_str().into(), seq, said });
            let command = UnrecordedCommand { author, command_id, body_hash, seq, at, to_undo };
            self.unrecorded.push(command);
        }
        Verdict::Nothing { seq, to_undo, duplicate: false }
    }

    /// Changes the state. If that breaks half way, the state is made anew as it was.
    fn change(&mut self, work: impl FnOnce(&mut State)) -> Result<(), Failure> {
        let state = &mut self.state;
        contained(|| {
            work(state);
            Ok(())
        })
        .inspect_err(|_| {
            self.state = self.before.clone();
            self.records.iter().for_each(|record| self.state.apply(record));
        })
    }

    fn add(&mut self, record: Record, encoded: EncodedRecord, key: Key) -> (Verdict, Option<usize>) {
        self.effects += record.effects.len();
        self.bytes += encoded.text.len();
        let (seq, result) = (record.seq_last, Arc::new(record.result.clone()));
        if let Some(hash) = &record.body_hash {
            let body_hash = hash.as_str().into();
            let said = Said::Changed(Arc::clone(&result));
            self.named.insert(key, Remembered { body_hash, seq, said });
        }
        self.records.push(record);
        self.encoded.push(encoded);
        (Verdict::Accepted { seq, result, duplicate: false }, Some(self.records.len() - 1))
    }
}

/// The refusal of what comes behind a project's end.
pub fn deleted() -> ErrorBody {
    ErrorBody::new(ErrorCode::InvalidSession, "The project was deleted")
}

/// Why a command was not carried out.
#[derive(Debug)]
enum Failure {
    /// A rule said no.
    Rejected(Rejection),
    /// Our own fault.
    Broken(String),
}

impl Failure {
    fn verdict(self, command: &Command) -> Verdict {
        match self {
            Self::Rejected(rejection) => {
                let to_room = !rejection.code.breaks_no_rule();
                Verdict::Refused { error: error_body(rejection), to_room }
            }
            Self::Broken(reason) => {
                tracing::error!(command_type = command.command_type(), reason, "a command broke");
                let error = ErrorBody::new(ErrorCode::Internal, "The command could not be carried out");
                Verdict::Refused { error, to_room: false }
            }
        }
    }
}

/// What a command comes to.
enum Attempt {
    /// Its record.
    Commit(Box<(Record, EncodedRecord)>),
    /// Nothing, since there is no step to take back or all is as it is to be; with the hash of its body.
    Nothing { to_undo: bool, body_hash: Option<String> },
}

/// Decides one command.
fn attempt(
    state: &State,
    command: &Command,
    context: &Context<'_>,
    command_id: &Arc<str>,
    body_hash: Option<String>,
) -> Result<Attempt, Failure> {
    contained(|| {
        let (effects, result) = match domain::decide(state, command, context).map_err(Failure::Rejected)? {
            Decision::NothingToDo => return Ok(Attempt::Nothing { to_undo: false, body_hash }),
            Decision::NothingToUndo => return Ok(Attempt::Nothing { to_undo: true, body_hash }),
            Decision::Commit { effects, outcome } => (effects, outcome),
        };
        let mut record = Record {
            v: record::VERSION,
            seq_first: state.head + 1,
            seq_last: state.head,
            command_id: Arc::clone(command_id),
            body_hash,
            author: context.author.clone(),
            at: context.now,
            command_type: command.command_type().into(),
            effects,
            result,
        };
        record.seq_last += State::event_count(&record);
        let encoded = EncodedRecord::new(&record).map_err(|error| Failure::Broken(error.to_string()))?;
        Ok(Attempt::Commit(Box::new((record, encoded))))
    })
}

/// Runs `work`; a panic in it costs this one command.
fn contained<T>(work: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let reason = panic.downcast_ref::<&str>().map(ToString::to_string);
        let reason = reason.or_else(|| panic.downcast_ref::<String>().cloned());
        Err(Failure::Broken(reason.unwrap_or_else(|| "panic".to_owned())))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Author, Effect};

    #[test]
    fn a_panic_in_a_command_is_a_failure_of_that_command_and_tells_the_log_why() {
        let number = 7;
        let plain: Box<dyn FnOnce() -> Result<(), Failure>> = Box::new(|| panic!("plain"));
        let formatted: Box<dyn FnOnce() -> Result<(), Failure>> = Box::new(move || panic!("number {number}"));
        for (work, expected) in [(plain, "plain"), (formatted, "number 7")] {
            let failure = contained(work).unwrap_err();
            assert!(matches!(failure, Failure::Broken(reason) if reason == expected));
        }
    }

    #[test]
    fn a_command_that_breaks_half_way_leaves_the_state_as_the_commands_before_it_made_it() {
        let named = |seq: Seq, name: &str| {
            let effect = Effect::ProjectName { before: None, after: name.into() };
            Record {
                at: Timestamp::from_millis(0),
                author: Author { client_id: None, name: None, user_id: "ann".into() },
                body_hash: None,
                command_id: name.into(),
                command_type: "RenameProject".into(),
                effects: vec![effect],
                result: Outcome::default(),
                seq_first: seq,
                seq_last: seq,
                v: record::VERSION,
            }
        };
        let mut state = State::default();
        state.apply(&named(1, "before"));
        let mut batch = Batch::on(&state);
        let key = || ("ann".into(), "a".into());
        let commit = |record: Record| {
            let encoded = EncodedRecord::new(&record).unwrap();
            Ok(Attempt::Commit(Box::new((record, encoded))))
        };
        batch.carry_out(commit(named(2, "kept")), key(), Timestamp::from_millis(0)).unwrap();
        let kept = batch.state.clone();
        let broken = batch.change(|state| {
            state.apply(&named(3, "half done"));
            panic!("half way");
        });
        assert!(matches!(broken, Err(Failure::Broken(reason)) if reason == "half way"));
        assert!(batch.state == kept && &*batch.state.name == "kept" && batch.records.len() == 1);
        batch.carry_out(commit(named(3, "next")), key(), Timestamp::from_millis(0)).unwrap();
        assert_eq!((&*batch.state.name, batch.state.head, &*state.name), ("next", 3, "before"));
    }
}
