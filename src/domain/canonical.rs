//! Canonical JSON: one text for one value, so that it can be hashed and compared byte for byte.
//!
//! Object keys are sorted by their UTF-8 bytes, there is no white space, strings carry the shortest
//! escapes (`\"`, `\\`, `\b`, `\f`, `\n`, `\r`, `\t`, `\u00xx` for other control characters, nothing
//! else), integers are written in full and other numbers as the shortest text that reads back as the
//! same 64-bit float. This is RFC 8785 but for its numbers, which pass through a float and would make
//! two large integers equal.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memchr2;
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// Most texts are no longer.
const SHORT: usize = 1024;
/// What is left free behind a text.
const SPARE: usize = 96;

/// Writes `value` in canonical form.
#[must_use]
pub fn to_string(value: &Value) -> String {
    let mut out = Vec::with_capacity(SHORT);
    write(value, &mut out);
    text(out)
}

/// Writes whatever has a JSON form in canonical form, without a [`Value`] in between.
///
/// # Errors
/// If `value` has no JSON form.
pub fn of(value: &impl Serialize) -> Result<String, serde_json::Error> {
    let written = written(value)?;
    if is_in_order(&written) {
        return Ok(text(written));
    }
    // Somewhat more than it takes: a record gets its checksum besides.
    let mut out = Vec::with_capacity(written.len() + SPARE);
    Sorter { text: &written, at: 0 }.value(&mut out);
    Ok(text(out))
}

/// Writes `value` in canonical form to the end of `out`.
pub(super) fn write(value: &Value, out: &mut Vec<u8>) {
    // Writing to memory does not fail, and every value has a text.
    if let Value::Object(_) | Value::Array(_) = value {
        let written = written(value).unwrap_or_default();
        if is_in_order(&written) {
            return out.extend_from_slice(&written);
        }
        Sorter { text: &written, at: 0 }.value(out);
    } else {
        drop(serde_json::to_writer(out, value));
    }
}

fn written(value: &impl Serialize) -> Result<Vec<u8>, serde_json::Error> {
    let mut written = Vec::with_capacity(SHORT);
    serde_json::to_writer(&mut written, value)?;
    Ok(written)
}

/// What serde_json writes is UTF-8, and whole members of it were put in another order.
fn text(out: Vec<u8>) -> String {
    String::from_utf8(out).unwrap_or_default()
}

/// Whether the keys in a text that serde_json wrote are sorted already: most are.
fn is_in_order(text: &[u8]) -> bool {
    // The last key of each object that is open, and nothing for an array.
    let mut open: Vec<&[u8]> = Vec::with_capacity(16);
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        at += 1;
        match byte {
            b'{' | b'[' => open.push(b""),
            b'}' | b']' => drop(open.pop()),
            b'"' => {
                let end = behind_string(text, at);
                if text.get(end) == Some(&b':') {
                    let key = &text[at..end - 1];
                    let Some(last) = open.last_mut().filter(|last| is_before(last, key)) else {
                        return false;
                    };
                    *last = key;
                }
                at = end;
            }
            _ => {}
        }
    }
    true
}

/// Whether a key may stand before another one. Of escaped ones that is not looked into.
fn is_before(last: &[u8], key: &[u8]) -> bool {
    (last.is_empty() || last < key) && !key.contains(&b'\\')
}

/// Where a string ends, behind its quote; `at` is behind the first one.
fn behind_string(text: &[u8], mut at: usize) -> usize {
    while let Some(found) = text.get(at..).and_then(|rest| memchr2(b'"', b'\\', rest)) {
        at += found + 1;
        if text[at - 1] == b'"' {
            return at;
        }
        at += 1;
    }
    text.len()
}

/// Sorts the keys in a text that serde_json wrote, in which all else is canonical already.
struct Sorter<'a> {
    text: &'a [u8],
    at: usize,
}

/// One member of an object: its key with its quotes in the text, and where it begins in what is written.
type Member = (Range<usize>, usize);

impl Sorter<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    /// Writes the value that begins here, and goes behind it.
    fn value(&mut self, out: &mut Vec<u8>) {
        let from = self.at;
        match self.peek() {
            Some(b'{') => return self.object(out),
            Some(b'[') => return self.array(out),
            Some(b'"') => self.string(),
            _ => {
                while self.peek().is_some_and(|byte| !matches!(byte, b',' | b']' | b'}')) {
                    self.at += 1;
                }
            }
        }
        out.extend_from_slice(&self.text[from..self.at]);
    }

    /// Goes behind a string.
    fn string(&mut self) {
        self.at = behind_string(self.text, self.at + 1);
    }

    fn array(&mut self, out: &mut Vec<u8>) {
        loop {
            // An opening bracket, or what stands between two items.
            out.extend(self.peek());
            self.at += 1;
            if self.peek() != Some(b']') {
                self.value(out);
            }
            if self.peek() != Some(b',') {
                break;
            }
        }
        out.extend(self.peek());
        self.at += 1;
    }

    fn object(&mut self, out: &mut Vec<u8>) {
        let start = out.len();
        let mut members: Vec<Member> = Vec::new();
        loop {
            out.extend(self.peek());
            self.at += 1;
            if self.peek() == Some(b'"') {
                let (key, begin) = (self.at, out.len());
                self.string();
                members.push((key..self.at, begin));
                self.at += 1;
                out.extend_from_slice(&self.text[key..self.at]);
                self.value(out);
            }
            if self.peek() != Some(b',') {
                break;
            }
        }
        out.extend(self.peek());
        self.at += 1;
        if !members.is_sorted_by(|one, other| self.key(&one.0) <= self.key(&other.0)) {
            self.sort(members, start, out);
        }
    }

    /// Puts the members of the object that was written from `start` on in order.
    fn sort(&self, members: Vec<Member>, start: usize, out: &mut Vec<u8>) {
        // Each ends before the comma, or the bracket, ahead of the next.
        let ends: Vec<usize> =
            members.iter().skip(1).map(|(_, begin)| begin - 1).chain([out.len() - 1]).collect();
        let mut members: Vec<_> = members.into_iter().zip(ends).collect();
        members.sort_by(|((one, _), _), ((other, _), _)| self.key(one).cmp(&self.key(other)));
        let mut sorted = Vec::with_capacity(out.len() - start);
        for (place, ((_, begin), end)) in members.into_iter().enumerate() {
            sorted.push(if place == 0 { b'{' } else { b',' });
            sorted.extend_from_slice(&out[begin..end]);
        }
        sorted.push(b'}');
        out.truncate(start);
        out.append(&mut sorted);
    }

    /// What a key stands for: in the text it may be escaped.
    fn key(&self, key: &Range<usize>) -> Cow<'_, [u8]> {
        let text = &self.text[key.start + 1..key.end - 1];
        if !text.contains(&b'\\') {
            return Cow::Borrowed(text);
        }
        let key = serde_json::from_slice::<String>(&self.text[key.clone()]);
        Cow::Owned(key.unwrap_or_default().into_bytes())
    }
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
    let mut hash = Hash::default();
    pieces.into_iter().for_each(|piece| hash.add(piece));
    hash.text()
}

/// SHA-256 of bytes that come one piece after the other.
#[derive(Clone, Debug, Default)]
pub struct Hash(Sha256);

impl Hash {
    /// The next piece.
    pub fn add(&mut self, piece: &[u8]) {
        self.0.update(piece);
    }

    /// As 64 lower-case hexadecimal digits.
    #[must_use]
    pub fn text(self) -> String {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut text = String::with_capacity(64);
        for byte in self.0.finalize() {
            text.push(char::from(DIGITS[usize::from(byte >> 4)]));
            text.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn keys_are_sorted_at_every_level_and_nothing_is_padded() {
        let value = json!({"b": [1, {"z": null, "a": true}], "a": "x"});
        assert_eq!(to_string(&value), r#"{"a":"x","b":[1,{"a":true,"z":null}]}"#);
    }

    #[test]
    fn whatever_has_a_json_form_has_the_canonical_form_of_its_value() {
        #[derive(serde::Serialize)]
        struct Unsorted {
            z: Vec<Option<bool>>,
            empty: [(); 0],
            #[serde(rename = "a\"\\")]
            quoted: &'static str,
            a: std::collections::HashMap<&'static str, f64>,
            none: std::collections::BTreeMap<String, ()>,
            #[serde(rename = "\u{1}")]
            control: Value,
            b: (u64, i64, &'static str),
        }
        let unsorted = Unsorted {
            z: vec![Some(true), None],
            empty: [],
            quoted: "a \"quote\", a \\, {[,]} and \u{1F600}",
            a: [("long", 1e300), ("l", -0.5), ("", 0.1 + 0.2), ("\n", 0.0), ("Z", 7.0)].into(),
            none: std::collections::BTreeMap::new(),
            control: json!({"b": [{}, {"d": 1, "c": [[]]}], "a": "}"}),
            b: (u64::MAX, i64::MIN, ""),
        };
        let value = serde_json::to_value(&unsorted).unwrap();
        assert_eq!(of(&unsorted).unwrap(), to_string(&value));
        for value in [json!(null), json!(""), json!([]), json!({}), json!([1, [2, {}]]), json!({"a": {}})] {
            assert_eq!(of(&value).unwrap(), to_string(&value));
        }
    }

    /// A JSON text whose keys stand in whatever order.
    #[derive(Clone, Debug)]
    enum Tree {
        Leaf(Value),
        List(Vec<Tree>),
        Map(Vec<(String, Tree)>),
    }

    impl Serialize for Tree {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            match self {
                Self::Leaf(value) => value.serialize(serializer),
                Self::List(items) => items.serialize(serializer),
                Self::Map(members) => serializer.collect_map(members.iter().map(|(key, value)| (key, value))),
            }
        }
    }

    fn tree() -> impl Strategy<Value = Tree> {
        let text = || prop_oneof!["[a-c]{0,2}", "[a\"\\\\\n\u{1}\u{e9}\u{fb33}\u{1f600}{}:,\\[\\]]{0,3}"];
        let leaf = prop_oneof![
            text().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            Just(Value::Null),
        ];
        leaf.prop_map(Tree::Leaf).prop_recursive(4, 40, 6, move |inner| {
            let members = prop::collection::hash_map(text(), inner.clone(), 0..5);
            prop_oneof![
                prop::collection::vec(inner, 0..4).prop_map(Tree::List),
                members.prop_map(|members| Tree::Map(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn keys_in_any_order_come_out_as_a_sorted_map_has_them(tree in tree()) {
            let value = serde_json::to_value(&tree).unwrap();
            let sorted = serde_json::to_string(&value).unwrap();
            prop_assert_eq!(of(&tree).unwrap(), sorted.as_str());
            prop_assert_eq!(to_string(&value), sorted);
        }
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
