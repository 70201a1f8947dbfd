//! The command ids that are remembered, so that a repeat is answered and not carried out again.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;

use crate::domain::record::Outcome;
use crate::domain::{Record, Seq, Timestamp};
use crate::store::journal::RecentCommand;
use crate::store::{ProjectId, Store, StoreError, UnrecordedCommand};

/// Commands that are remembered at most.
pub const MAX_COMMANDS: usize = 100_000;
/// Commands that are remembered however old they are.
pub const MIN_COMMANDS: usize = 10_000;
/// How long others are remembered.
pub const MAX_AGE: Duration = Duration::from_secs(24 * 60 * 60);

/// What a repeat is answered with.
#[derive(Clone, Debug)]
pub struct Remembered {
    /// Hash of the command's body.
    pub body_hash: Arc<str>,
    /// The command's last event; where it changed nothing, the head that it was decided at.
    pub seq: Seq,
    /// What the first answer said.
    pub said: Said,
}

/// What the first answer said of what the command did.
#[derive(Clone, Debug)]
pub enum Said {
    /// It has a record.
    Changed(Arc<Outcome>),
    /// It has none: there was nothing to do, or no step to take back.
    Nothing { to_undo: bool },
}

type Key = (Arc<str>, Arc<str>);

/// Accepted commands that clients named, by author and id.
#[derive(Default)]
pub struct Recent {
    commands: HashMap<Key, Remembered>,
    by_age: VecDeque<(Timestamp, Seq, Key)>,
}

impl Recent {
    /// From the journal's end and from those that are in no journal, both oldest first.
    pub fn rebuild(commands: Vec<RecentCommand>, unrecorded: Vec<UnrecordedCommand>) -> Self {
        let mut recent = Self::default();
        let mut unrecorded = unrecorded.into_iter().peekable();
        for command in commands {
            while let Some(before) = unrecorded.next_if(|nothing| nothing.seq < command.seq_last) {
                recent.remember_nothing(before);
            }
            let RecentCommand { author, command_id, body_hash, seq_last, at, result } = command;
            let said = Said::Changed(Arc::new(result));
            let entry = Remembered { body_hash: body_hash.into(), seq: seq_last, said };
            recent.insert((author, command_id), at, entry);
        }
        unrecorded.for_each(|nothing| recent.remember_nothing(nothing));
        recent
    }

    /// What is remembered of this author's command.
    pub fn get(&self, author: &Arc<str>, command_id: &Arc<str>) -> Option<&Remembered> {
        self.commands.get(&(Arc::clone(author), Arc::clone(command_id)))
    }

    /// Remembers a committed command, if its client named it.
    pub fn remember(&mut self, record: &Record) {
        let Some(body_hash) = &record.body_hash else { return };
        let key = (Arc::clone(&record.author.user_id), Arc::clone(&record.command_id));
        let entry = Remembered {
            body_hash: body_hash.as_str().into(),
            seq: record.seq_last,
            said: Said::Changed(Arc::new(record.result.clone())),
        };
        self.insert(key, record.at, entry);
    }

    /// Remembers a named command that changed nothing.
    pub fn remember_nothing(&mut self, command: UnrecordedCommand) {
        let UnrecordedCommand { author, command_id, body_hash, seq, at, to_undo } = command;
        let entry = Remembered { body_hash: body_hash.into(), seq, said: Said::Nothing { to_undo } };
        self.insert((author, command_id), at, entry);
    }

    fn insert(&mut self, key: Key, at: Timestamp, entry: Remembered) {
        self.by_age.push_back((at, entry.seq, key.clone()));
        self.commands.insert(key, entry);
        while let Some((oldest, ..)) = self.by_age.front()
            && (self.by_age.len() > MAX_COMMANDS || (self.by_age.len() > MIN_COMMANDS && is_old(*oldest, at)))
        {
            let Some((_, seq, key)) = self.by_age.pop_front() else { break };
            // A name that was forgotten and given again is remembered by its last use.
            if self.commands.get(&key).is_some_and(|entry| entry.seq == seq) {
                self.commands.remove(&key);
            }
        }
    }
}

fn is_old(oldest: Timestamp, now: Timestamp) -> bool {
    u128::try_from(now.millis() - oldest.millis()).is_ok_and(|age| age > MAX_AGE.as_millis())
}

/// The accepted commands of a project, which are read from the store beside the graph: neither readers wait for
/// them, nor commands that are not named. The first that is does.
pub struct Recall {
    store: Arc<dyn Store>,
    project: ProjectId,
    reading: Option<JoinHandle<Result<Recent, StoreError>>>,
    is_read: bool,
    recent: Recent,
}

impl Recall {
    /// Begins to read those of a project in which nothing named is decided until they are there.
    pub fn begin(store: Arc<dyn Store>, project: ProjectId) -> Self {
        let reading = Some(read(&store, project));
        Self { store, project, reading, is_read: false, recent: Recent::default() }
    }

    /// Of a project that has its first record alone.
    pub fn of_new_project(store: Arc<dyn Store>, project: ProjectId, first: &Record) -> Self {
        let mut recent = Recent::default();
        recent.remember(first);
        Self { store, project, reading: None, is_read: true, recent }
    }

    /// Waits until they are there.
    ///
    /// # Errors
    /// They cannot be read; the next call tries again.
    pub async fn ready(&mut self) -> Result<(), StoreError> {
        if !self.is_read {
            let reading = self.reading.take().unwrap_or_else(|| read(&self.store, self.project));
            let read = reading.await.map_err(|error| StoreError::Unavailable(error.to_string()))?;
            self.recent = read?;
            self.is_read = true;
        }
        Ok(())
    }

    /// The same for who has no use for them: as long as they are being read for the first time it does not wait.
    ///
    /// # Errors
    /// They cannot be read: the journal is damaged or out of reach, and nobody is to go on in it.
    pub async fn unless_unreadable(&mut self) -> Result<(), StoreError> {
        if self.reading.as_ref().is_some_and(|reading| !reading.is_finished()) {
            return Ok(());
        }
        self.ready().await
    }

    /// What is known; nothing before it was read.
    pub fn known(&self) -> &Recent {
        &self.recent
    }

    /// Remembers a committed command, if its client named it.
    pub fn remember(&mut self, record: &Record) {
        self.recent.remember(record);
    }

    /// Remembers a named command that changed nothing, once the store has it.
    pub fn remember_nothing(&mut self, command: UnrecordedCommand) {
        self.recent.remember_nothing(command);
    }
}

fn read(store: &Arc<dyn Store>, project: ProjectId) -> JoinHandle<Result<Recent, StoreError>> {
    let store = Arc::clone(store);
    tokio::spawn(async move {
        let commands = store.recent_commands(project, MAX_COMMANDS).await?;
        let unrecorded = store.unrecorded(project, MAX_COMMANDS).await?;
        let rebuilt = tokio::task::spawn_blocking(|| Recent::rebuild(commands, unrecorded)).await;
        rebuilt.map_err(|error| StoreError::Unavailable(error.to_string()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(n: usize, at: i64) -> RecentCommand {
        RecentCommand {
            author: "ada".into(),
            command_id: n.to_string().into(),
            body_hash: "h".into(),
            seq_last: n as Seq,
            at: Timestamp::from_millis(at),
            result: Outcome::default(),
        }
    }

    #[test]
    fn cmd_3_ids_are_forgotten_after_a_day_but_never_the_last_ten_thousand() {
        let day = MAX_AGE.as_millis() as i64;
        let commands = (0..MIN_COMMANDS + 5).map(|n| command(n, if n < 10 { 0 } else { day + 1 })).collect();
        let recent = Recent::rebuild(commands, Vec::new());
        let known = |n: usize| recent.get(&"ada".into(), &n.to_string().into()).is_some();
        assert!(!known(0) && !known(4), "older than a day, beyond the last ten thousand");
        assert!(known(5) && known(9), "older than a day, within the last ten thousand");
    }

    #[test]
    fn cmd_3_ids_are_forgotten_after_a_hundred_thousand_commands() {
        let recent = Recent::rebuild((0..=MAX_COMMANDS).map(|n| command(n, 0)).collect(), Vec::new());
        assert!(recent.get(&"ada".into(), &"0".into()).is_none());
        assert!(recent.get(&"ada".into(), &"1".into()).is_some());
    }

    #[test]
    fn cmd_3_those_that_changed_nothing_stand_between_the_records_that_they_came_between() {
        let nothing = |name: &str, seq| UnrecordedCommand {
            author: "ada".into(),
            command_id: name.into(),
            body_hash: "h".into(),
            seq,
            at: Timestamp::from_millis(0),
            to_undo: true,
        };
        let records = (1..=3).map(|n| command(n, 0)).collect();
        let unrecorded = vec![nothing("before", 0), nothing("2", 2), nothing("behind", 3)];
        let recent = Recent::rebuild(records, unrecorded);
        let names: Vec<_> = recent.by_age.iter().map(|(_, seq, (_, name))| (*seq, &**name)).collect();
        assert_eq!(names, [(0, "before"), (1, "1"), (2, "2"), (2, "2"), (3, "3"), (3, "behind")]);
        let said = &recent.get(&"ada".into(), &"2".into()).unwrap().said;
        assert!(matches!(said, Said::Nothing { to_undo: true }), "the later one counts");
    }
}
