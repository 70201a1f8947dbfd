//! Accounts and roles: is what belongs to a user or a project of one that there is, can it be read.
//!
//! A role, a session token or an author may be of somebody who is no user here: others' tokens name users, too.

use rusqlite::Connection;

use crate::domain::Role;
use crate::store::StoreError;

use super::{Fault, FaultKind, is_id, lossy};

/// Bytes of a hash.
const HASH: i64 = 32;

/// Rows that are wrong by a question, each with what is said of it: `?` stands for the names in its columns, in turn.
const QUESTIONS: [(&str, &str); 7] = [
    (
        "SELECT user_id, project_id FROM members
         WHERE NOT EXISTS (SELECT 1 FROM projects WHERE projects.project_id = members.project_id)",
        "? has a role in project ?, which is unknown",
    ),
    (
        "SELECT key_id, user_id FROM api_keys
         WHERE NOT EXISTS (SELECT 1 FROM users WHERE users.user_id = api_keys.user_id)",
        "API key ? is of ?, who is no user",
    ),
    (
        "SELECT invitation_id, project_id FROM invitations WHERE project_id IS NOT NULL
         AND NOT EXISTS (SELECT 1 FROM projects WHERE projects.project_id = invitations.project_id)",
        "invitation ? is to project ?, which is unknown",
    ),
    ("SELECT key_id FROM api_keys WHERE length(hash) <> ?1", "the hash of API key ? is none"),
    ("SELECT invitation_id FROM invitations WHERE length(hash) <> ?1", "the hash of invitation ? is none"),
    ("SELECT token_id FROM session_tokens WHERE length(hash) <> ?1", "the hash of session token ? is none"),
    (
        "SELECT id, what FROM revocations WHERE what NOT IN ('token', 'family')",
        "? is revoked as ?, which is nothing that can be",
    ),
];

/// Where ids stand that the server gave.
const IDS: [(&str, &str); 3] = [
    ("SELECT key_id FROM api_keys", "an API key"),
    ("SELECT invitation_id FROM invitations", "an invitation"),
    ("SELECT token_id FROM session_tokens", "a session token"),
];

/// Where roles stand, with the user or the invitation that they are of.
const ROLES: [(&str, &str); 2] = [
    ("SELECT role, user_id FROM members", "the role of"),
    ("SELECT role, invitation_id FROM invitations WHERE role IS NOT NULL", "the role in invitation"),
];

/// Checks all accounts as of one moment.
pub(super) fn check(connection: &Connection) -> Result<Vec<Fault>, StoreError> {
    let _snapshot = connection.unchecked_transaction()?;
    let mut messages = Vec::new();
    for (question, said) in QUESTIONS {
        messages.extend(columns(connection, question)?.iter().map(|names| fill(said, names)));
    }
    for (question, whose) in IDS {
        let ids = columns(connection, question)?.into_iter().flatten();
        messages.extend(ids.filter(|id| !is_id(id)).map(|id| format!("the id of {whose} is none: {id:?}")));
    }
    for (question, whose) in ROLES {
        for names in columns(connection, question)? {
            let [role, of] = &names[..] else { continue };
            if role.parse::<Role>().is_err() {
                messages.push(format!("{whose} {of:?} is none: {role:?}"));
            }
        }
    }
    Ok(messages.into_iter().map(|message| Fault::of_its_own(FaultKind::Account, message)).collect())
}

/// The texts of each row that a question finds.
fn columns(connection: &Connection, question: &str) -> Result<Vec<Vec<String>>, StoreError> {
    let mut statement = connection.prepare(question)?;
    let width = statement.column_count();
    let parameters: &[i64] = if statement.parameter_count() == 0 { &[] } else { &[HASH] };
    let rows = statement.query_and_then(rusqlite::params_from_iter(parameters), |row| {
        (0..width).map(|column| lossy(row, column)).collect()
    })?;
    rows.collect()
}

fn fill(said: &str, names: &[String]) -> String {
    names.iter().fold(said.to_owned(), |said, name| said.replacen('?', &format!("{name:?}"), 1))
}
