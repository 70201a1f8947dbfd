//! One journal, record by record: is each whole, does it stand where it belongs, does it fit what stands
//! before it, and does the journal end where it did.

use rusqlite::{Connection, OptionalExtension};

use crate::domain::fit::misfit;
use crate::domain::{Record, Seq, State, record};
use crate::store::journal::mark;
use crate::store::{EntryChange, StoreError};

use super::super::rows;
use super::snapshots::Kept;
use super::{CheckedProject, Fault, FaultKind};

/// What a journal says of its project.
pub(super) struct Journal {
    /// What its records write into the catalogue.
    pub entry: EntryChange,
    /// Whether every record was there and could be read.
    pub is_whole: bool,
}

/// The end of a journal as it was noted.
#[derive(Default)]
struct Noted {
    head: Seq,
    sum: i64,
    /// The sum is of the records after this one.
    since: Seq,
}

/// Checks a project's journal, and counts what there is of it.
pub(super) fn check(
    connection: &Connection,
    snapshots: Kept<'_>,
    project: &mut CheckedProject,
    faults: &mut Vec<Fault>,
) -> Result<Journal, StoreError> {
    let noted = noted(connection, &project.project_id)?;
    let since = noted.as_ref().map_or(0, |noted| noted.since);
    let journal = Journal { entry: EntryChange::default(), is_whole: true };
    let mut walk = Walk { project, faults, journal, snapshots, state: Some(State::default()), since, sum: 0 };
    let mut statement = connection.prepare_cached(
        "SELECT seq_first, seq_last, record FROM journal_records WHERE project_id = ?1 ORDER BY seq_first",
    )?;
    let id = walk.project.project_id.clone();
    let mut found = statement.query([id])?;
    while let Some(row) = found.next()? {
        let text = row.get_ref(2)?.as_bytes().map_err(rusqlite::Error::from)?;
        walk.take(rows::seq(row.get(0)?)?, rows::seq(row.get(1)?)?, text);
    }
    walk.end(noted.as_ref());
    let Walk { snapshots, project, faults, journal, .. } = walk;
    snapshots.end(&project.project_id, faults);
    Ok(journal)
}

fn noted(connection: &Connection, id: &str) -> Result<Option<Noted>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT head, sum, since FROM journals WHERE project_id = ?1")?;
    let noted = statement
        .query_row([id], |row| Ok((row.get::<_, i64>(0)?, row.get(1)?, row.get::<_, i64>(2)?)))
        .optional()?;
    let noted = noted.map(|(head, sum, since)| {
        Ok::<_, StoreError>(Noted { head: rows::seq(head)?, sum, since: rows::seq(since)? })
    });
    noted.transpose()
}

/// The way through a journal.
struct Walk<'a, 'b> {
    project: &'a mut CheckedProject,
    faults: &'a mut Vec<Fault>,
    journal: Journal,
    snapshots: Kept<'b>,
    /// What replaying gave so far; none once it cannot be known any more.
    state: Option<State>,
    since: Seq,
    /// The marks of the records after `since`, added up.
    sum: i64,
}

impl Walk<'_, '_> {
    fn fault(&mut self, kind: FaultKind, seq: Seq, message: String) {
        self.faults.push(Fault::of(&self.project.project_id, kind, Some(seq), message));
    }

    /// The next row: a text, and the numbers that it is filed under.
    fn take(&mut self, seq_first: Seq, seq_last: Seq, text: &[u8]) {
        self.project.records += 1;
        self.project.bytes += text.len() as u64;
        self.follow(seq_first);
        let read = std::str::from_utf8(text).map_err(|error| error.to_string());
        let read = read.and_then(|text| match Record::decode(text) {
            Ok(record) => Ok((text, record)),
            Err(error) => Err(error.to_string()),
        });
        match read {
            Ok((text, record)) => {
                // The row's own end would mislead everything behind it.
                let is_itself = record.seq_first == seq_first;
                self.project.head = if is_itself { record.seq_last } else { seq_last };
                self.take_record(seq_first, seq_last, &record);
                if is_itself {
                    let here = (record::checksum(text), self.state.as_ref());
                    self.snapshots.come_to(record.seq_last, here, self.project, self.faults);
                }
                if seq_first > self.since {
                    self.sum = self.sum.wrapping_add(mark(text).unwrap_or_default());
                }
            }
            Err(reason) => {
                self.fault(FaultKind::Record, seq_first, format!("the record cannot be read: {reason}"));
                self.project.head = seq_last;
                self.lose_track();
            }
        }
    }

    /// Whether a row that begins at `seq_first` follows the one before it.
    fn follow(&mut self, seq_first: Seq) {
        let head = self.project.head;
        if seq_first > head.saturating_add(1) {
            let missing = format!("no record follows seq {head}: the next one begins at {seq_first}");
            self.fault(FaultKind::Order, head.saturating_add(1), missing);
            self.lose_track();
        } else if seq_first <= head {
            let overlap = format!("the record begins before the one ahead of it ends, at {head}");
            self.fault(FaultKind::Order, seq_first, overlap);
        }
    }

    /// What comes next cannot be held against what was before.
    fn lose_track(&mut self) {
        self.state = None;
        self.journal.is_whole = false;
    }

    fn take_record(&mut self, seq_first: Seq, seq_last: Seq, record: &Record) {
        if (record.seq_first, record.seq_last) != (seq_first, seq_last) {
            let Record { seq_first: own_first, seq_last: own_last, .. } = record;
            let misfiled = format!(
                "the record is filed as {seq_first} to {seq_last}, it calls itself {own_first} to {own_last}"
            );
            self.fault(FaultKind::Order, seq_first, misfiled);
            return self.lose_track();
        }
        let (numbers, events) =
            (seq_last.saturating_add(1).saturating_sub(seq_first), State::event_count(record));
        if numbers != events {
            let miscounted = format!("the record has {events} events and {numbers} numbers for them");
            self.fault(FaultKind::Order, seq_first, miscounted);
        }
        if self.journal.entry.deleted {
            let late = "the record follows the one that deletes the project".to_owned();
            self.fault(FaultKind::Order, seq_first, late);
        }
        self.replay(record);
        self.journal.entry.then(EntryChange::of(record));
    }

    fn replay(&mut self, record: &Record) {
        let Some(state) = &mut self.state else { return };
        match misfit(state, record) {
            None => state.apply(record),
            Some(register) => {
                self.state = None;
                let misfit = format!("the record says of {register} what was not so before it");
                self.fault(FaultKind::Replay, record.seq_first, misfit);
            }
        }
    }

    fn end(&mut self, noted: Option<&Noted>) {
        let head = self.project.head;
        let Some(noted) = noted else {
            if self.project.records > 0 {
                self.fault(FaultKind::End, head, "it was not noted that the journal ends here".to_owned());
            }
            return;
        };
        if noted.head > head {
            let lost = format!("the journal ends at {head}, it had come to {}", noted.head);
            self.fault(FaultKind::End, head.saturating_add(1), lost);
        } else if noted.head < head {
            let more = format!("the journal goes on to {head}, it had only come to {}", noted.head);
            self.fault(FaultKind::End, noted.head.saturating_add(1), more);
        } else if noted.sum != self.sum && self.faults.is_empty() {
            // With other faults it is no news. Which record it is does not show.
            let other = "a record is not the one that was written here".to_owned();
            self.faults.push(Fault::of(&self.project.project_id, FaultKind::End, None, other));
        }
    }
}
