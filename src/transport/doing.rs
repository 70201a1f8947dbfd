//! What somebody says of its presence: how much of it is taken, on every transport.

use graphroom_protocol::presence::{DoingChange, Editing};
use graphroom_protocol::{ErrorBody, ErrorCode};

/// Nodes that one can have selected, as far as others are told.
pub const MAX_SELECTION: usize = 200;
/// The longest id, in characters.
pub const MAX_ID: usize = 128;

/// Refuses what is too much.
///
/// # Errors
/// `INVALID_REQUEST`, and what is wrong.
pub fn check(change: &DoingChange) -> Result<(), ErrorBody> {
    let invalid = |message: String| Err(ErrorBody::new(ErrorCode::InvalidRequest, message));
    let fits = |id: &String| id.chars().count() <= MAX_ID;
    if let Some(Some(selection)) = &change.selection
        && (selection.len() > MAX_SELECTION || !selection.iter().all(fits))
    {
        return invalid(format!("selection is at most {MAX_SELECTION} ids of at most {MAX_ID} characters"));
    }
    if let Some(Some(Editing { node_id, property_id })) = &change.editing
        && !property_id.iter().chain([node_id]).all(fits)
    {
        return invalid(format!("editing names ids of at most {MAX_ID} characters"));
    }
    Ok(())
}

/// A color as it is shown to others.
///
/// # Errors
/// `INVALID_REQUEST` for what is none.
pub fn color(text: &str) -> Result<(), ErrorBody> {
    let digits = text.strip_prefix('#').unwrap_or_default();
    if digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return Ok(());
    }
    Err(ErrorBody::new(ErrorCode::InvalidRequest, "color must be written as #rrggbb"))
}
