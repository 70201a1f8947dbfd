//! The one form of time: UTC, whole milliseconds.

use std::fmt;

use chrono::{DateTime, Datelike, SecondsFormat, Timelike, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A moment in UTC, cut to milliseconds. Written as RFC 3339 with a `Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(DateTime<Utc>);

impl Timestamp {
    /// The moment `milliseconds` after the Unix epoch. Out of chrono's range, the epoch itself.
    #[must_use]
    pub fn from_millis(milliseconds: i64) -> Self {
        Self(DateTime::from_timestamp_millis(milliseconds).unwrap_or_default())
    }

    /// Whether its text can be read again: the year has four digits. A zone or a leap second may lead out of
    /// that, even if the text it was read from had a year of four.
    #[must_use]
    pub fn is_readable(self) -> bool {
        (0..=9999).contains(&self.0.year())
    }

    /// The moment so many milliseconds before this one.
    #[must_use]
    pub fn before(self, milliseconds: u128) -> Self {
        let milliseconds = i64::try_from(milliseconds).unwrap_or(i64::MAX);
        Self::from_millis(self.millis().saturating_sub(milliseconds))
    }

    /// Its text, if the year has four digits: one stands in every record and every event.
    fn digits(self) -> Option<[u8; 24]> {
        if !self.is_readable() {
            return None;
        }
        let Self(moment) = self;
        let mut text = *b"0000-00-00T00:00:00.000Z";
        let fields = [
            (0, 4, moment.year().unsigned_abs()),
            (5, 2, moment.month()),
            (8, 2, moment.day()),
            (11, 2, moment.hour()),
            (14, 2, moment.minute()),
            (17, 2, moment.second()),
            (20, 3, moment.timestamp_subsec_millis()),
        ];
        for (from, width, mut rest) in fields {
            for digit in text[from..from + width].iter_mut().rev() {
                *digit += (rest % 10) as u8;
                rest /= 10;
            }
        }
        Some(text)
    }

    /// Milliseconds since the Unix epoch.
    #[must_use]
    pub fn millis(self) -> i64 {
        self.0.timestamp_millis()
    }

    /// As ISO 8601 in UTC to the microsecond: clients of older protocols read times so. Its own form is to the millisecond.
    #[must_use]
    pub fn in_microseconds(self) -> String {
        self.0.to_rfc3339_opts(SecondsFormat::Micros, true)
    }
}

impl From<DateTime<Utc>> for Timestamp {
    fn from(moment: DateTime<Utc>) -> Self {
        Self::from_millis(moment.timestamp_millis())
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.digits() {
            Some(digits) => serializer.serialize_str(std::str::from_utf8(&digits).unwrap_or_default()),
            None => serializer.collect_str(self),
        }
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        let moment = DateTime::parse_from_rfc3339(&text).map_err(de::Error::custom)?;
        let moment = Self::from(moment.with_timezone(&Utc));
        if !moment.is_readable() {
            return Err(de::Error::custom("a year of four digits is wanted"));
        }
        Ok(moment)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn its_text_in_json_is_the_one_that_people_see(millis in -70_000_000_000_000..260_000_000_000_000_i64) {
            let moment = Timestamp::from_millis(millis);
            prop_assert_eq!(serde_json::to_value(moment).unwrap(), moment.to_string());
        }
    }

    #[test]
    fn what_is_read_can_be_written_and_read_again() {
        for text in ["0000-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z", "2016-12-31T23:59:60.500Z"] {
            let read: Timestamp = serde_json::from_value(text.into()).unwrap();
            assert_eq!(serde_json::from_value::<Timestamp>(read.to_string().into()).unwrap(), read);
        }
        for text in ["9999-12-31T23:59:59-23:59", "9999-12-31T23:59:60.9999Z", "0000-01-01T00:00:00+00:01"] {
            let read = serde_json::from_value::<Timestamp>(text.into());
            assert!(read.is_err(), "{text} is read as {read:?}");
        }
    }
}
