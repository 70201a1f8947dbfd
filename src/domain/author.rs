//! Who acts, and the mark an act leaves on what it wrote.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Seq, Timestamp};

/// Who gave a command: the key of undo steps, blame and idempotency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Author {
    /// The connection the command came over; none over REST.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<Arc<str>>,
    /// What people call this author, if the client said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Arc<str>>,
    /// Stable across reconnects when the client names itself; otherwise `anonymous:<client_id>` on a
    /// socket, `anonymous:rest` over REST, `anonymous:command-line` there.
    pub user_id: Arc<str>,
}

/// The mark of a register's last write.
///
/// One stamp is shared by everything a record wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stamp {
    /// When the record was committed.
    pub at: Timestamp,
    /// The author of that record.
    pub by: Arc<str>,
    /// Whose step the write belongs to: for undo and redo the author of the step, else `by`.
    pub owner: Arc<str>,
    /// The record was an undo or a redo: it put back what had been there.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub restored: bool,
    /// The `seq_last` of the record that wrote.
    pub seq: Seq,
}
