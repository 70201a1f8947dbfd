//! Conversations and published events held against their own numbers: is each place taken once, does a conversation end
//! where it says.
//!
//! Their texts have no checksums: what was said is whatever stands there.

use rusqlite::{Connection, Row};

use crate::store::StoreError;

use super::{Fault, FaultKind, lossy};

/// The places that are taken in something that is numbered from 1.
struct Places {
    count: i64,
    first: i64,
    last: i64,
}

impl Places {
    /// From three columns, which are null where nothing is.
    fn of_row(row: &Row<'_>, column: usize) -> Result<Self, rusqlite::Error> {
        let or_none = |column| Ok::<_, rusqlite::Error>(row.get::<_, Option<i64>>(column)?.unwrap_or(0));
        Ok(Self { count: row.get(column)?, first: or_none(column + 1)?, last: or_none(column + 2)? })
    }

    fn have_a_gap(&self) -> bool {
        self.count > 0 && i128::from(self.last) - i128::from(self.first) + 1 != i128::from(self.count)
    }
}

/// Checks all conversations, each as of one moment.
pub(super) fn check(connection: &Connection) -> Result<Vec<Fault>, StoreError> {
    let mut statement = connection.prepare(
        "WITH RECURSIVE filed(number) AS (
             SELECT min(conversation_number) FROM messages
             UNION ALL
             SELECT (SELECT min(conversation_number) FROM messages WHERE conversation_number > number)
             FROM filed WHERE number IS NOT NULL
         )
         SELECT conversation_number FROM conversations
         UNION SELECT number FROM filed WHERE number IS NOT NULL",
    )?;
    let numbers = statement.query_and_then([], |row| row.get(0))?.collect::<Result<Vec<i64>, _>>()?;
    let mut faults = Vec::new();
    for number in numbers {
        check_conversation(connection, number, &mut faults)?;
    }
    strays(connection, &mut faults)?;
    Ok(faults)
}

fn check_conversation(
    connection: &Connection,
    number: i64,
    faults: &mut Vec<Fault>,
) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT there.number, conversation_id, head,
         EXISTS (SELECT 1 FROM leaving_conversations WHERE conversation_number = there.number),
         (SELECT count(*) FROM messages WHERE conversation_number = there.number),
         (SELECT min(seq) FROM messages WHERE conversation_number = there.number),
         (SELECT max(seq) FROM messages WHERE conversation_number = there.number)
         FROM (SELECT ?1 AS number) AS there
         LEFT JOIN conversations ON conversation_number = there.number",
    )?;
    let mut found = statement.query([number])?;
    let Some(row) = found.next()? else { return Ok(()) };
    let places = Places::of_row(row, 4)?;
    let mut fault = |message| faults.push(Fault::of_its_own(FaultKind::Conversation, message));
    let Some(head) = row.get::<_, Option<i64>>(2)? else {
        if places.count > 0 && !row.get::<_, bool>(3)? {
            fault(format!("{} messages are filed under {number}, which is no conversation", places.count));
        }
        return Ok(());
    };
    let id = lossy(row, 1)?;
    if !super::is_id(&id) {
        fault(format!("the id of a conversation is none: {id:?}"));
    }
    if places.have_a_gap() || (places.count > 0 && places.first != 1) {
        fault(format!(
            "conversation {id}: {} messages are between {} and {}",
            places.count, places.first, places.last
        ));
    }
    if places.last != head {
        fault(format!("conversation {id}: the last message is {}, it had come to {head}", places.last));
    }
    Ok(())
}

/// Participants of no conversation, or who have read what was never said.
fn strays(connection: &Connection, faults: &mut Vec<Fault>) -> Result<(), StoreError> {
    let mut statement = connection.prepare(
        "SELECT user_id, conversation_number, conversation_id, read_seq
         FROM participants LEFT JOIN conversations USING (conversation_number)
         WHERE head IS NULL OR read_seq > head",
    )?;
    let mut found = statement.query([])?;
    while let Some(row) = found.next()? {
        let (user_id, number) = (lossy(row, 0)?, row.get::<_, i64>(1)?);
        let message = match row.get::<_, Option<String>>(2)? {
            None => format!("{user_id:?} is in {number}, which is no conversation"),
            Some(id) => {
                let read: i64 = row.get(3)?;
                format!("conversation {id}: {user_id:?} has read up to {read}, which is behind its end")
            }
        };
        faults.push(Fault::of_its_own(FaultKind::Conversation, message));
    }
    Ok(())
}

/// Checks what was published, session by session. A log of which a part was deleted does not begin with 1.
pub(super) fn check_published(connection: &Connection) -> Result<Vec<Fault>, StoreError> {
    let mut statement = connection.prepare(
        "WITH RECURSIVE sessions_there(id) AS (
             SELECT min(session_id) FROM published
             UNION ALL
             SELECT (SELECT min(session_id) FROM published WHERE session_id > id)
             FROM sessions_there WHERE id IS NOT NULL
         )
         SELECT id FROM sessions_there WHERE id IS NOT NULL",
    )?;
    let sessions = statement.query_and_then([], |row| lossy(row, 0))?.collect::<Result<Vec<_>, _>>()?;
    let mut each =
        connection.prepare("SELECT count(*), min(n), max(n) FROM published WHERE session_id = ?1")?;
    let mut faults = Vec::new();
    for session in sessions {
        let places = each.query_row([&session], |row| Places::of_row(row, 0))?;
        if places.have_a_gap() {
            let Places { count, first, last } = places;
            let message =
                format!("session {session}: {count} published events are between {first} and {last}");
            faults.push(Fault::of_its_own(FaultKind::Published, message));
        }
    }
    Ok(faults)
}
