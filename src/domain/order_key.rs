//! The sibling order key: a text that can always be put between two others.
//!
//! A key is an *integer part*, then any number of fraction digits, and keys compare as plain text.
//! Digits are `0-9A-Za-z`, in the order of their bytes. The integer part's first character gives its
//! length: `a` is followed by one digit, `b` by two, … `z` by 26; `Z` by one, `Y` by two, … `A` by 26,
//! and everything from `A` to `Z` sorts before everything from `a` to `z`. So the key after `az` is
//! `b00` and the one before `a0` is `Zz`: appending or prepending a million times needs five
//! characters. Between two keys of the same integer part the fraction grows by digits, which end in
//! no `0` so that there is always room below.
//!
//! Three digits made from the node's id end each key. Two nodes put into the same gap, one of them
//! while the other is deleted and later brought back, therefore get different keys; where keys are
//! equal all the same, the node ids decide.
//!
//! Keys are stored for ever (`docs/decisions/0001-the-record.md`): old keys must keep their order.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::NodeId;

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A place among siblings. Compares as text; means nothing else.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OrderKey(Arc<str>);

impl OrderKey {
    /// A key for `node` above `after` and below `before`; a missing one means the end of the list.
    ///
    /// If the two are equal or the wrong way round, the new key is just above `after`.
    #[must_use]
    pub fn between(after: Option<&Self>, before: Option<&Self>, node: NodeId) -> Self {
        let before = match (after, before) {
            (Some(a), Some(b)) if a >= b => None,
            _ => before,
        };
        let low = after.map(|key| key.0.as_bytes());
        let high = before.map(|key| key.0.as_bytes());
        let mut key = place(low, high);
        key.extend(suffix(node));
        let text = String::from_utf8_lossy(&key);
        Self(Arc::from(text.as_ref()))
    }
}

impl fmt::Display for OrderKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A prefix strictly between `low` and `high` under every suffix: longer or larger than `low` in a
/// digit, and smaller than `high` in a digit, so that what is appended to it cannot cross either.
fn place(low: Option<&[u8]>, high: Option<&[u8]>) -> Vec<u8> {
    match (low, high) {
        (None, None) => b"a0".to_vec(),
        (Some(low), None) => {
            let integer = integer_part(low);
            increment(integer).unwrap_or_else(|| [integer, &middle(&low[integer.len()..], None)].concat())
        }
        (None, Some(high)) => {
            let integer = integer_part(high);
            decrement(integer)
                .unwrap_or_else(|| [integer, &middle(&[], Some(&high[integer.len()..]))].concat())
        }
        (Some(low), Some(high)) => {
            let (low_integer, high_integer) = (integer_part(low), integer_part(high));
            if low_integer == high_integer {
                let (low, high) = (&low[low_integer.len()..], &high[high_integer.len()..]);
                return [low_integer, &middle(low, Some(high))].concat();
            }
            match increment(low_integer) {
                Some(next) if next.as_slice() < high_integer => next,
                _ => [low_integer, &middle(&low[low_integer.len()..], None)].concat(),
            }
        }
    }
}

/// Fraction digits strictly between two fractions; no `high` means 1.
fn middle(low: &[u8], high: Option<&[u8]>) -> Vec<u8> {
    let mut out = Vec::new();
    let mut bounded = high.is_some();
    for place in 0.. {
        let below = low.get(place).map_or(0, |&digit| value(digit));
        let above = match high {
            Some(high) if bounded => high.get(place).map_or(0, |&digit| value(digit)),
            _ => DIGITS.len(),
        };
        if above > below + 1 {
            out.push(DIGITS[usize::midpoint(below, above)]);
            break;
        }
        // No room at this digit: keep the lower one. Once it is really lower, `high` no longer binds.
        bounded = bounded && above == below;
        out.push(DIGITS[below]);
    }
    out
}

/// Three digits that a node's id decides; the last is never the smallest, so that there is room below.
fn suffix(node: NodeId) -> [u8; 3] {
    let bits = usize::try_from(node.as_u128() % (62 * 62 * 61)).unwrap_or_default();
    [DIGITS[bits / 61 / 62], DIGITS[bits / 61 % 62], DIGITS[1 + bits % 61]]
}

fn value(digit: u8) -> usize {
    DIGITS.iter().position(|&known| known == digit).unwrap_or_default()
}

/// The integer part of a key: its first character and as many digits as that character says.
fn integer_part(key: &[u8]) -> &[u8] {
    let digits = match key.first() {
        Some(&head @ b'a'..=b'z') => usize::from(head - b'a') + 1,
        Some(&head @ b'A'..=b'Z') => usize::from(b'Z' - head) + 1,
        _ => 0,
    };
    &key[..key.len().min(digits + 1)]
}

/// The next integer part, or nothing above the last one.
fn increment(integer: &[u8]) -> Option<Vec<u8>> {
    let mut next = integer.to_vec();
    for digit in next.iter_mut().skip(1).rev() {
        let up = value(*digit) + 1;
        if up < DIGITS.len() {
            *digit = DIGITS[up];
            return Some(next);
        }
        *digit = b'0';
    }
    match next.first().copied()? {
        b'Z' => Some(b"a0".to_vec()),
        b'z' => None,
        head if head.is_ascii_lowercase() => {
            next[0] = head + 1;
            next.push(b'0');
            Some(next)
        }
        head => {
            next[0] = head + 1;
            next.pop();
            Some(next)
        }
    }
}

/// The previous integer part, or nothing below the first one.
fn decrement(integer: &[u8]) -> Option<Vec<u8>> {
    let mut previous = integer.to_vec();
    for digit in previous.iter_mut().skip(1).rev() {
        if let Some(down) = value(*digit).checked_sub(1) {
            *digit = DIGITS[down];
            return Some(previous);
        }
        *digit = b'z';
    }
    match previous.first().copied()? {
        b'a' => Some(b"Zz".to_vec()),
        b'A' => None,
        head @ b'B'..=b'Z' => {
            previous[0] = head - 1;
            previous.push(b'z');
            Some(previous)
        }
        head => {
            previous[0] = head - 1;
            previous.pop();
            Some(previous)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn node(n: u128) -> NodeId {
        Uuid::from_u128(n)
    }

    #[test]
    fn appending_and_prepending_a_hundred_thousand_times_keeps_keys_short() {
        let first = OrderKey::between(None, None, node(0));
        let (mut low, mut high) = (first.clone(), first);
        for n in 0..100_000 {
            let below = OrderKey::between(None, Some(&low), node(n));
            let above = OrderKey::between(Some(&high), None, node(n));
            assert!(below < low && high < above, "{below} {low} {high} {above}");
            (low, high) = (below, above);
        }
        assert!(low.0.len() <= 8 && high.0.len() <= 8, "{low} {high}");
    }

    #[test]
    fn two_nodes_put_into_the_same_gap_get_different_keys() {
        let low = OrderKey::between(None, None, node(1));
        let high = OrderKey::between(Some(&low), None, node(2));
        let (a, b) = (
            OrderKey::between(Some(&low), Some(&high), node(3)),
            OrderKey::between(Some(&low), Some(&high), node(4)),
        );
        assert_ne!(a, b);
    }

    #[test]
    fn keys_written_by_earlier_versions_keep_their_text() {
        let first = OrderKey::between(None, None, node(1));
        let second = OrderKey::between(Some(&first), None, node(2));
        let between = OrderKey::between(Some(&first), Some(&second), node(3));
        let before = OrderKey::between(None, Some(&first), node(4));
        let texts = [before, first, between, second].map(|key| key.to_string());
        assert_eq!(texts, ["Zz005", "a0002", "a0V004", "a1003"]);
    }

    proptest! {
        #[test]
        fn a_key_between_two_neighbours_sorts_between_them(places in prop::collection::vec((any::<prop::sample::Index>(), any::<u128>()), 1..200)) {
            let mut keys: Vec<OrderKey> = Vec::new();
            for (place, id) in places {
                let at = place.index(keys.len() + 1);
                let after = at.checked_sub(1).and_then(|at| keys.get(at)).cloned();
                let key = OrderKey::between(after.as_ref(), keys.get(at), node(id));
                keys.insert(at, key);
                prop_assert!(keys.is_sorted() && keys.windows(2).all(|pair| pair[0] != pair[1]), "{keys:?}");
            }
        }
    }
}
