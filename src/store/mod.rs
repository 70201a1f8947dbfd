//! What lasts: the journals of the projects, the catalogue that names them, and the versions that people name;
//! the users, what they are in projects, and what they did; what they say in conversations, and what clients publish in
//! sessions; and snapshots, which are made from the journals and can be made again.
//!
//! One trait per concern, each with an engine in memory and one on SQLite; one suite of tests holds both
//! to the same behaviour. Records go in as text and come out as they went in, or as an error. What a
//! record means is not known here, but for what it changes in the catalogue ([`EntryChange`]); nor who
//! may write one, or whom to tell.

pub mod accounts;
pub mod audit;
pub mod catalogue;
pub mod conversations;
pub mod entry;
pub mod journal;
pub mod members;
pub mod memory;
pub mod published;
pub mod snapshots;
pub mod sqlite;
#[cfg(test)]
mod suite;
pub mod unrecorded;
pub mod versions;

use std::pin::Pin;

pub use accounts::{
    Accounts, ApiKeyRow, InvitationRow, Redeemed, RevocationRow, RevokedKind, SecretHash, SessionTokenRow,
    UserChange, UserRow,
};
pub use audit::{Audit, AuditEntry, AuditPage, AuditQuery, Outcome};
pub use catalogue::{Catalogue, ProjectPage, ProjectQuery, ProjectRow, ProjectSummary, SessionRow};
pub use conversations::{
    Appended, ConversationChange, ConversationId, ConversationPage, ConversationQuery, ConversationRow,
    ConversationStatus, Conversations, MessageQuery, MessageRole, MessageRow, NewMessage, ParticipantRow,
};
pub use entry::EntryChange;
pub use journal::{AppendError, EncodedRecord, Journal, Most, RecentCommand};
pub use members::{MemberRow, Members};
pub use memory::MemoryStore;
pub use published::{NewPublished, Published, PublishedOutcome, PublishedQuery, PublishedRow};
pub use snapshots::{GraphForm, GraphText, Snapshot, Snapshots};
pub use sqlite::SqliteStore;
pub use unrecorded::{Unrecorded, UnrecordedCommand};
pub use versions::{VersionId, VersionRow, Versions};

/// Names a project for good.
pub type ProjectId = uuid::Uuid;

/// Names a session for good.
pub type SessionId = uuid::Uuid;

/// Names a journal: it changes only when another journal takes its place.
pub type Epoch = uuid::Uuid;

/// What the methods of a store return. A method does nothing before its future is polled; a future that
/// is dropped early may or may not have had its effect.
pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Everything that lasts, and what is derived from it.
pub trait Store:
    Journal
    + Unrecorded
    + Catalogue
    + Versions
    + Snapshots
    + Accounts
    + Members
    + Audit
    + Conversations
    + Published
{
    /// Goes the way of an append, to the disk and back, and changes nothing: whether writes work now.
    ///
    /// # Errors
    /// What an append would meet.
    fn probe(&self) -> StoreFuture<'_, Result<(), StoreError>>;

    /// Writes what waits, then stops.
    ///
    /// # Errors
    /// [`StoreError::Closed`] if it was closed before, as every later call of any method gets.
    fn close(&self) -> StoreFuture<'_, Result<(), StoreError>>;
}

/// Why a store did not do what it was asked. The text is for the log, never for clients.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// It could not be done; nothing was changed. It may work later.
    #[error("the store is unavailable: {0}")]
    Unavailable(String),
    /// What is stored, or was handed in to be stored, is not whole.
    #[error("damaged data: {0}")]
    Corrupt(String),
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
}
