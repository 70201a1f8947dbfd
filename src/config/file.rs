//! The configuration file: TOML, one key an option, none of them in a table.

use std::any::TypeId;
use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::path::Path;

use clap::{Arg, ArgAction};
use toml::{Spanned, Value};

use super::sources::{Fault, Given, check};
use super::{Share, Temperature};

/// Reads the file, of which every key must be an option with a value that will do, also where a source
/// before it overrides it. `shown` is how the user called the file.
pub(super) fn read(
    path: &Path,
    shown: &Path,
    options: &BTreeMap<String, Arg>,
) -> Result<BTreeMap<String, Given>, Fault> {
    let shown = shown.display();
    let text = std::fs::read_to_string(path)
        .map_err(|error| Fault::new(shown.to_string(), format!("it cannot be read: {error}")))?;
    let line = |offset: usize| {
        format!(
            "{shown}, line {}",
            text.as_bytes()[..offset].iter().filter(|byte| **byte == b'\n').count() + 1
        )
    };
    let entries: BTreeMap<Spanned<String>, Spanned<Value>> = toml::from_str(&text).map_err(|error| {
        let place = error.span().map_or_else(|| shown.to_string(), |span| line(span.start));
        Fault::new(place, error.message())
    })?;
    let mut given = BTreeMap::new();
    for (key, value) in entries {
        let place = format!("{}, {}", line(key.span().start), key.as_ref());
        let option = options.get(key.as_ref()).ok_or_else(|| unknown(&place, key.as_ref(), options))?;
        let values = texts(option, value.as_ref()).map_err(|message| Fault::new(&place, message))?;
        let value = Given { place, values: values.into_iter().map(Into::into).collect() };
        check(option, &value)?;
        given.insert(key.into_inner(), value);
    }
    Ok(given)
}

fn unknown(place: &str, key: &str, options: &BTreeMap<String, Arg>) -> Fault {
    let spelled = key.replace('-', "_");
    let message = if options.contains_key(&spelled) {
        format!("that is no key; the option's is {spelled}")
    } else {
        "there is no such option; the keys are the options' names, with underscores".to_owned()
    };
    Fault::new(place, message)
}

/// What an option's value must be in the file.
#[derive(Clone, Copy)]
enum Kind {
    Switch,
    Number,
    Decimal,
    List,
    Text,
}

impl Kind {
    fn of(option: &Arg) -> Self {
        let numbers = [
            TypeId::of::<usize>(),
            TypeId::of::<u64>(),
            TypeId::of::<u32>(),
            TypeId::of::<u16>(),
            TypeId::of::<u8>(),
            TypeId::of::<NonZeroU32>(),
        ];
        let held = option.get_value_parser().type_id();
        match option.get_action() {
            ArgAction::SetTrue => Self::Switch,
            ArgAction::Set if held == TypeId::of::<bool>() => Self::Switch,
            ArgAction::Append => Self::List,
            _ if held == TypeId::of::<Temperature>() || held == TypeId::of::<Share>() => Self::Decimal,
            _ if numbers.iter().any(|number| held == *number) => Self::Number,
            _ => Self::Text,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Switch => "true or false",
            Self::Number => "a whole number, without quotes",
            Self::Decimal => "a number, without quotes",
            Self::List => "a list of texts, as [\"…\", \"…\"]",
            Self::Text => "a text in quotes",
        }
    }
}

/// The value as a flag would give it.
fn texts(option: &Arg, value: &Value) -> Result<Vec<String>, String> {
    let kind = Kind::of(option);
    let wrong = || format!("it must be {}", kind.name());
    match (kind, value) {
        (Kind::Switch, Value::Boolean(on)) => Ok(vec![on.to_string()]),
        (Kind::Number, Value::Integer(number)) => Ok(vec![number.to_string()]),
        (Kind::Decimal, Value::Integer(number)) => Ok(vec![number.to_string()]),
        (Kind::Decimal, Value::Float(number)) => Ok(vec![number.to_string()]),
        (Kind::Text, Value::String(text)) => Ok(vec![text.clone()]),
        (Kind::List, Value::Array(items)) => {
            if items.is_empty() && !option.get_default_values().is_empty() {
                return Err("it must not be empty".to_owned());
            }
            items.iter().map(|item| item.as_str().map(str::to_owned).ok_or_else(wrong)).collect()
        }
        _ => Err(wrong()),
    }
}
