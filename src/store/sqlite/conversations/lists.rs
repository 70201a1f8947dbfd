//! Lists of conversations: walks along indexes, as far as the page goes.

use rusqlite::{Connection, params};

use crate::domain::Timestamp;
use crate::store::sqlite::rows;
use crate::store::{ConversationPage, ConversationQuery, ConversationRow, ConversationStatus, StoreError};

use super::entries;

/// A page of the conversations.
pub(super) fn page(
    connection: &Connection,
    query: &ConversationQuery,
) -> Result<ConversationPage, StoreError> {
    // One snapshot for all walks.
    let _snapshot = connection.unchecked_transaction()?;
    let mut found = Vec::new();
    for status in
        ConversationStatus::ALL.into_iter().filter(|known| query.status.is_none_or(|it| it == *known))
    {
        found.append(&mut of_status(connection, query, status)?);
    }
    found.sort_by_key(|row| (std::cmp::Reverse(row.active_at()), row.conversation_id));
    Ok(ConversationPage::cut(found, query.limit))
}

/// Those of one status that may be in the page, in order.
fn of_status(
    connection: &Connection,
    query: &ConversationQuery,
    status: ConversationStatus,
) -> Result<Vec<ConversationRow>, StoreError> {
    let ConversationQuery { participant, project_id, client_id, before, limit, .. } = query;
    let mut statement = connection.prepare_cached(&walk(query))?;
    let wanted = params![
        status.as_str(),
        participant,
        project_id,
        client_id,
        // Everything is before this if there is no place to begin behind.
        before.map_or(i64::MAX, |(at, _)| Timestamp::millis(at)),
        before.map_or_else(String::new, |(_, id)| id.to_string()),
        // One more, to see whether it is the last page.
        rows::clamp(limit.saturating_add(1)),
    ];
    statement.query_and_then(wanted, entries::conversation)?.collect()
}

/// The statement for one status: from where it walks, past what. A participant's conversations are sorted; the others
/// come in the order of their index.
pub(in crate::store::sqlite) fn walk(query: &ConversationQuery) -> String {
    let source = match query {
        ConversationQuery { participant: Some(_), .. } => {
            "participants CROSS JOIN conversations USING (conversation_number)"
        }
        ConversationQuery { client_id: Some(_), .. } => "conversations INDEXED BY conversations_of_client",
        ConversationQuery { project_id: Some(_), .. } => "conversations INDEXED BY conversations_of_project",
        _ => "conversations INDEXED BY conversations_by_activity",
    };
    let mut fits = "status = ?1".to_owned();
    for (is_asked, fit) in [
        (query.participant.is_some(), " AND user_id = ?2"),
        (query.project_id.is_some(), " AND project_id = ?3"),
        (query.client_id.is_some(), " AND client_id = ?4"),
    ] {
        fits += if is_asked { fit } else { "" };
    }
    format!(
        "SELECT conversation_id, project_id, client_id, title, status, created_by, created_at,
         last_message_at, head, metadata FROM {source}
         WHERE {fits} AND active_at <= ?5 AND (active_at < ?5 OR conversation_id > ?6)
         ORDER BY active_at DESC, conversation_id LIMIT ?7"
    )
}
