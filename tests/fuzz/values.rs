//! JSON values, altered by what they are: fields, items, types.

use serde_json::{Map, Value, json};

use super::bytes::odd_text;
use crate::support::random::Random;

/// The value with one to three things done to it; `other` is what pieces are taken from.
pub fn altered(random: &mut Random, base: &Value, other: &Value) -> Value {
    let mut value = base.clone();
    for _ in 0..=random.weighted(&[6, 2, 1]) {
        let mut place = random.below(count(&value));
        if let Some(found) = nth(&mut value, &mut place) {
            alter(random, found, other);
        }
    }
    value
}

fn alter(random: &mut Random, value: &mut Value, other: &Value) {
    match (random.below(12), &mut *value) {
        (0..4, Value::Object(fields)) => alter_fields(random, fields),
        (0..4, Value::Array(items)) => alter_items(random, items),
        (4, _) => *value = piece(random, other),
        (5, _) => *value = json!([value.take()]),
        (6, _) => *value = json!({ odd_text(random): value.take() }),
        (7..10, Value::String(text)) => *text = changed_text(random, text),
        (_, value) => *value = anything(random),
    }
}

/// Stands for what no value can hold, and JSON can.
const LONE_SURROGATE: char = '\u{E000}';

/// The value as JSON, with what it can only hold there.
pub fn written(value: &Value) -> String {
    value.to_string().replace(LONE_SURROGATE, "\\ud800")
}

/// A text that is nearly the same.
fn changed_text(random: &mut Random, text: &str) -> String {
    match random.below(6) {
        4 => format!("{text}{LONE_SURROGATE}"),
        5 => format!("{LONE_SURROGATE}{text}"),
        0 => text.to_uppercase(),
        1 => format!("{text}{}", odd_text(random)),
        2 => text.chars().skip(1).collect(),
        _ => text.replace('-', ""),
    }
}

fn alter_fields(random: &mut Random, fields: &mut Map<String, Value>) {
    let names: Vec<String> = fields.keys().cloned().collect();
    let name = if names.is_empty() { odd_text(random) } else { random.pick(&names).clone() };
    match random.below(5) {
        0 => drop(fields.remove(&name)),
        1 => drop(fields.insert(odd_text(random), anything(random))),
        2 => {
            let value = fields.remove(&name).unwrap_or_default();
            fields.insert(odd_text(random), value);
        }
        3 => {
            let from = if names.is_empty() { None } else { fields.get(random.pick(&names)).cloned() };
            fields.insert(name, from.unwrap_or_default());
        }
        _ => drop(fields.insert(name, anything(random))),
    }
}

fn alter_items(random: &mut Random, items: &mut Vec<Value>) {
    let at = random.below(items.len() + 1);
    match random.below(5) {
        0 if at < items.len() => drop(items.remove(at)),
        1 if at < items.len() => items.insert(at, items[at].clone()),
        2 => items.reverse(),
        3 if at < items.len() => {
            let many = *random.pick(&[2, 100, 1_001]);
            items.extend(vec![items[at].clone(); many]);
        }
        _ => items.insert(at, anything(random)),
    }
}

/// Something of another value.
fn piece(random: &mut Random, other: &Value) -> Value {
    let mut other = other.clone();
    let mut place = random.below(count(&other));
    nth(&mut other, &mut place).map(Value::take).unwrap_or_default()
}

/// A value of any kind.
pub fn anything(random: &mut Random) -> Value {
    match random.weighted(&[20, 8, 6, 2]) {
        0 => random
            .pick(&[
                Value::Null,
                json!(true),
                json!(false),
                json!(0),
                json!(-0.0),
                json!(1),
                json!(-1),
                json!(1.5),
                json!(1e300),
                json!(5e-324),
                json!(u64::MAX),
                json!(i64::MIN),
                json!(9_007_199_254_740_993_u64),
                json!([]),
                json!({}),
                json!("00000000-0000-0000-0000-000000000000"),
                json!("FFFFFFFF-FFFF-4FFF-BFFF-FFFFFFFFFFFF"),
                json!("9999-12-31T23:59:60.9999Z"),
                json!("+12345-01-01T00:00:00Z"),
                json!("-0001-01-01T00:00:00-23:59"),
            ])
            .clone(),
        1 => json!(odd_text(random)),
        2 => (0..random.below(4)).map(|_| (odd_text(random), anything(random))).collect(),
        _ => deep(random),
    }
}

fn deep(random: &mut Random) -> Value {
    let levels = *random.pick(&[3, 31, 60, 62, 63, 64, 65, 66, 100, 118, 125]);
    let is_list = random.percent(50);
    (0..levels).fold(json!("deep"), |inner, _| if is_list { json!([inner]) } else { json!({ "a": inner }) })
}

/// How many values it is made of.
fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Object(fields) => fields.values().map(count).sum::<usize>(),
        _ => 0,
    }
}

fn nth<'a>(value: &'a mut Value, left: &mut usize) -> Option<&'a mut Value> {
    if *left == 0 {
        return Some(value);
    }
    *left -= 1;
    match value {
        Value::Array(items) => items.iter_mut().find_map(|item| nth(item, left)),
        Value::Object(fields) => fields.values_mut().find_map(|field| nth(field, left)),
        _ => None,
    }
}
