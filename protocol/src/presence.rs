//! Presence: who is in a session and what they are at. None of it is kept.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::EventName;
use crate::plain::{said, said_object};
use crate::schema::always_true;

/// Somebody who is in a session, by one connection, by several, or by a lease.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Participant {
    /// Who it is: tabs and devices of one person have the same.
    pub user_id: String,
    /// What people call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub name: Option<String>,
    /// The color it is shown in, as `#rrggbb`.
    pub color: String,
    /// Whether it is there.
    pub status: PresenceStatus,
    /// The connections it has now.
    pub connections: Vec<String>,
    /// What it is at.
    #[serde(flatten)]
    pub doing: Doing,
}

/// Whether a participant is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum PresenceStatus {
    /// It has a connection or a lease.
    Active,
    /// Its connection was lost a moment ago, and may come back.
    Away,
}

/// What a participant is at.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Doing {
    /// Where its pointer is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub cursor: Option<Cursor>,
    /// The nodes that it selected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_items = 200)]
    pub selection: Option<Vec<String>>,
    /// What it is editing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub editing: Option<Editing>,
    /// Whether it is typing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub typing: Option<bool>,
}

/// A pointer's place, in the client's own coordinates.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Cursor {
    /// To the right.
    pub x: f64,
    /// Down.
    pub y: f64,
}

/// A field that somebody is editing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Editing {
    /// The node.
    #[schema(max_length = 128)]
    pub node_id: String,
    /// Its property; without it the node as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 128)]
    pub property_id: Option<String>,
}

/// A change of what a participant is at: what is not there stays, null clears.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, ToSchema)]
pub struct DoingChange {
    /// Where its pointer is.
    #[serde(default, deserialize_with = "said_object")]
    #[schema(value_type = Option<Cursor>)]
    pub cursor: Option<Option<Cursor>>,
    /// The nodes that it selected.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<Vec<String>>, max_items = 200)]
    pub selection: Option<Option<Vec<String>>>,
    /// What it is editing.
    #[serde(default, deserialize_with = "said_object")]
    #[schema(value_type = Option<Editing>)]
    pub editing: Option<Option<Editing>>,
    /// Whether it is typing.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<bool>)]
    pub typing: Option<Option<bool>>,
}

/// `presence:update`: whoever changed since the last one.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PresenceUpdate<'a> {
    /// Its own name.
    pub event: EventName,
    /// The room.
    pub session_id: &'a str,
    /// Those who came or changed, as they are now.
    pub participants: Vec<Participant>,
    /// Those who are gone.
    pub left: Vec<&'a str>,
    /// `participants` are all there are: forget everybody else.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub reset: bool,
}

/// `presence:set`
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct SetPresence {
    /// The room.
    pub session_id: String,
    /// What changed.
    #[serde(flatten)]
    pub change: DoingChange,
}

/// Who is in a session, over REST.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PresenceView<'a> {
    /// The room.
    pub session_id: &'a str,
    /// Everybody who is there, by `user_id`.
    pub participants: Vec<Participant>,
}

/// The body of `PUT /api/v1/sessions/{id}/presence`.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct PresenceBody {
    /// The color to be shown in, as `#rrggbb`.
    #[serde(default)]
    #[schema(pattern = "^#[0-9A-Fa-f]{6}$")]
    pub color: Option<String>,
    /// What changed.
    #[serde(flatten)]
    pub change: DoingChange,
}

/// The answer to `PUT /api/v1/sessions/{id}/presence`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PresenceLease {
    /// Always true.
    #[schema(schema_with = always_true)]
    pub success: bool,
    /// For how long the participant is there without another word, in milliseconds.
    pub lease_ms: u64,
    /// As it is now.
    pub participant: Participant,
}
