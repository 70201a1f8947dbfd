//! JSON from outside, read as nothing but JSON.
//!
//! serde_json's own `Value` takes an object whose first key is one of its private names for something
//! else, and reads what is inside anew. Nobody outside may reach that.

use std::fmt;

use serde::de::{self, Deserialize, DeserializeOwned, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// What serde_json's private names begin with. Values with such keys must not be stored: they could not be
/// read back.
pub const PRIVATE: &str = "$serde_json::private::";

/// A JSON value, read plainly.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plain(pub Value);

impl<'de> Deserialize<'de> for Plain {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PlainVisitor).map(Self)
    }
}

/// A field that is there, null or not.
pub(crate) fn said<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// A field that may be missing or null, and then is what it is by default. Goes with `default`.
pub(crate) fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Option::<T>::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// An object that is there, or null. What is derived would take an array of its fields, too.
pub(crate) fn said_object<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    match Plain::deserialize(deserializer)?.0 {
        Value::Null => Ok(Some(None)),
        object @ Value::Object(_) => {
            serde_json::from_value(object).map(Some).map(Some).map_err(de::Error::custom)
        }
        _ => Err(de::Error::custom("an object or null was expected")),
    }
}

struct PlainVisitor;

impl<'de> Visitor<'de> for PlainVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E: de::Error>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut all = Vec::new();
        while let Some(Plain(item)) = items.next_element()? {
            all.push(item);
        }
        Ok(Value::Array(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut all = Map::new();
        while let Some((key, Plain(value))) = entries.next_entry::<String, Plain>()? {
            all.insert(key, value);
        }
        Ok(Value::Object(all))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_json_is_read_as_serde_json_reads_it() {
        let text =
            r#"{"a":[1,-2,18446744073709551615,0.5,1e300,-0.0,true,null,"\u00e9"],"b":{"a":1,"a":2},"":{}}"#;
        let Plain(plain) = serde_json::from_str(text).unwrap();
        assert_eq!(plain, serde_json::from_str::<Value>(text).unwrap());
    }

    #[test]
    fn a_private_name_is_a_key_like_any_other() {
        let text = format!(r#"{{"{PRIVATE}RawValue":"[1"}}"#);
        let Plain(plain) = serde_json::from_str(&text).unwrap();
        assert_eq!(plain[format!("{PRIVATE}RawValue")], "[1");
    }
}
