//! JSON text, walked without building it: each value stays a slice of the file until somebody reads it.
//!
//! That keeps a large file from becoming many times its size in memory, and lets one wrong value be a
//! fault of its own where a typed reader would give up.

use std::fmt;

use graphroom_protocol::Plain;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

/// Why a value could not be walked.
#[derive(Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// It is of another kind.
    Kind,
    /// It is of that kind, but not to be read: a lone surrogate, a number out of range.
    Broken(String),
}

/// The value is `null`.
pub fn is_null(raw: &RawValue) -> bool {
    raw.get() == "null"
}

/// The whole file; or the line, the column and what is wrong there.
pub fn document(text: &str) -> Result<&RawValue, (String, String)> {
    serde_json::from_str(text).map_err(|error| {
        let place = format!("line {}, column {}", error.line(), error.column());
        (place, format!("is no valid JSON: {}", reason(&error)))
    })
}

/// Calls `each` with every entry of an object, in the order of the file.
pub fn entries<'a>(raw: &'a RawValue, each: impl FnMut(String, &'a RawValue)) -> Result<(), Unreadable> {
    expect(raw, b'{')?;
    serde_json::Deserializer::from_str(raw.get())
        .deserialize_map(Entries(each))
        .map_err(|error| broken(&error))
}

/// Calls `each` with every item of an array, by its index.
pub fn items<'a>(raw: &'a RawValue, each: impl FnMut(usize, &'a RawValue)) -> Result<(), Unreadable> {
    expect(raw, b'[')?;
    serde_json::Deserializer::from_str(raw.get()).deserialize_seq(Items(each)).map_err(|error| broken(&error))
}

/// A string.
pub fn text(raw: &RawValue) -> Result<String, Unreadable> {
    expect(raw, b'"')?;
    serde_json::from_str(raw.get()).map_err(|error| broken(&error))
}

/// Any value.
pub fn value(raw: &RawValue) -> Result<Value, Unreadable> {
    serde_json::from_str::<Plain>(raw.get()).map(|Plain(value)| value).map_err(|error| broken(&error))
}

/// The kind of a value shows in its first byte.
fn expect(raw: &RawValue, first: u8) -> Result<(), Unreadable> {
    if raw.get().as_bytes().first() == Some(&first) { Ok(()) } else { Err(Unreadable::Kind) }
}

fn broken(error: &serde_json::Error) -> Unreadable {
    Unreadable::Broken(reason(error))
}

/// What serde_json says, without the place: within a value that would be a place of its own counting.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(" at line ").map_or(text.clone(), |(reason, _)| reason.to_owned())
}

struct Entries<F>(F);

impl<'de, F: FnMut(String, &'de RawValue)> Visitor<'de> for Entries<F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut entries: A) -> Result<(), A::Error> {
        while let Some((key, value)) = entries.next_entry()? {
            (self.0)(key, value);
        }
        Ok(())
    }
}

struct Items<F>(F);

impl<'de, F: FnMut(usize, &'de RawValue)> Visitor<'de> for Items<F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<(), A::Error> {
        let mut index = 0;
        while let Some(item) = items.next_element()? {
            (self.0)(index, item);
            index += 1;
        }
        Ok(())
    }
}
