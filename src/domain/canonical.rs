//! Canonical JSON: one text for one value, so that it can be hashed and compared byte for byte.
//!
//! Object keys are sorted by their UTF-8 bytes, there is no white space, strings carry the shortest
//! escapes (`\"`, `\\`, `\b`, `\f`, `\n`, `\r`, `\t`, `\u00xx` for other control characters, nothing
//! else), integers are written in full and other numbers as the shortest text that reads back as the
//! same 64-bit float. This is RFC 8785 but for its numbers, which pass through a float and would make
//! two large integers equal.

use serde_json::Value;
use sha2::{Digest, Sha256};

/// Writes `value` in canonical form.
#[must_use]
pub fn to_string(value: &Value) -> String {
    let mut out = Vec::with_capacity(256);
    write(value, &mut out);
    // What serde_json writes is UTF-8, and so is what stands between.
    String::from_utf8(out).unwrap_or_default()
}

/// SHA-256 of the canonical form, as 64 lower-case hexadecimal digits.
#[must_use]
pub fn hash(value: &Value) -> String {
    hash_text(&to_string(value))
}

/// SHA-256 of a text, as 64 lower-case hexadecimal digits.
#[must_use]
pub fn hash_text(text: &str) -> String {
    hash_bytes(text.as_bytes())
}

/// SHA-256 of bytes, as 64 lower-case hexadecimal digits.
#[must_use]
pub fn hash_bytes(bytes: &[u8]) -> String {
    hash_pieces([bytes])
}

/// The same of bytes that come in pieces.
#[must_use]
pub fn hash_pieces<const N: usize>(pieces: [&[u8]; N]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut hash = Sha256::new();
    pieces.into_iter().for_each(|piece| hash.update(piece));
    let mut text = String::with_capacity(64);
    for byte in hash.finalize() {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}

/// Writes `value` in canonical form to the end of `out`.
pub(super) fn write(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_unstable_by(|a, b| a.0.as_bytes().cmp(b.0.as_bytes()));
            out.push(b'{');
            for (place, (key, value)) in entries.into_iter().enumerate() {
                if place > 0 {
                    out.push(b',');
                }
                write_scalar(key, out);
                out.push(b':');
                write(value, out);
            }
            out.push(b'}');
        }
        Value::Array(items) => {
            out.push(b'[');
            for (place, item) in items.iter().enumerate() {
                if place > 0 {
                    out.push(b',');
                }
                write(item, out);
            }
            out.push(b']');
        }
        Value::String(text) => write_scalar(text, out),
        Value::Null | Value::Bool(_) | Value::Number(_) => write_scalar(value, out),
    }
}

/// Strings, numbers, booleans and null: serde_json's own text for them is already canonical. Writing to
/// memory does not fail, and every one of them has a text.
fn write_scalar<T: serde::Serialize + ?Sized>(value: &T, out: &mut Vec<u8>) {
    drop(serde_json::to_writer(out, value));
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn keys_are_sorted_at_every_level_and_nothing_is_padded() {
        let value = json!({"b": [1, {"z": null, "a": true}], "a": "x"});
        assert_eq!(to_string(&value), r#"{"a":"x","b":[1,{"a":true,"z":null}]}"#);
    }

    #[test]
    fn keys_are_sorted_by_bytes_not_by_utf16_units() {
        let value = json!({"\u{1F600}": 1, "\u{FB33}": 2});
        assert_eq!(to_string(&value), "{\"\u{FB33}\":2,\"\u{1F600}\":1}");
    }

    #[test]
    fn large_integers_stay_apart_and_floats_read_back_the_same() {
        assert_eq!(to_string(&json!(u64::MAX)), "18446744073709551615");
        assert_ne!(hash(&json!(u64::MAX)), hash(&json!(u64::MAX - 1)));
        let float = 0.1 + 0.2;
        let text = to_string(&json!(float));
        assert_eq!(serde_json::from_str::<f64>(&text).unwrap().to_bits(), f64::to_bits(float));
    }

    #[test]
    fn the_hash_is_sha256_of_the_canonical_text() {
        assert_eq!(hash(&json!({})), "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
    }
}
