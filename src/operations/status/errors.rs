//! The errors that happened: what is the same is one, until an admin is done with it.
//!
//! Texts are the server's own. What clients say, and what a store or an assistant answered, is in the log alone.

use std::collections::{BTreeMap, VecDeque};

use graphroom_protocol::rest::errors::{ErrorCategory, ErrorRecord, ErrorSeverity, ErrorStatistics};
use uuid::Uuid;

use crate::domain::Timestamp;

/// Errors that are kept.
pub const KEPT: usize = 1_000;
/// The longest text that is kept, in bytes.
const MAX_TEXT: usize = 256;
const HOUR: u128 = 3_600_000;

struct Entry {
    last: Timestamp,
    record: ErrorRecord,
}

/// Those that are kept; the one that happened last is at the end.
#[derive(Default)]
pub struct Errors(VecDeque<Entry>);

/// Which errors to list: those that match all that is given.
#[derive(Clone, Copy, Debug, Default)]
pub struct ErrorQuery {
    /// Of this category.
    pub category: Option<ErrorCategory>,
    /// This bad.
    pub severity: Option<ErrorSeverity>,
    /// With which somebody is done, or nobody.
    pub resolved: Option<bool>,
}

fn cut(text: &str) -> String {
    text[..text.floor_char_boundary(MAX_TEXT)].to_owned()
}

impl Errors {
    /// Something failed.
    pub fn record(
        &mut self,
        (category, severity): (ErrorCategory, ErrorSeverity),
        message: &str,
        details: Option<&str>,
        now: Timestamp,
    ) {
        let is_same = |entry: &Entry| {
            let ErrorRecord { category: of, severity: by, message: said, resolved, .. } = &entry.record;
            (*of, *by, *resolved) == (category, severity, false) && *said == message
        };
        // The newest is the likeliest.
        if let Some(place) = self.0.iter().rposition(is_same)
            && let Some(mut entry) = self.0.remove(place)
        {
            entry.last = now;
            entry.record.last_seen = now.in_microseconds();
            entry.record.occurrences += 1;
            self.0.push_back(entry);
            return;
        }
        if self.0.len() >= KEPT {
            self.0.pop_front();
        }
        let record = ErrorRecord {
            error_id: format!("err_{}", Uuid::new_v4().simple()),
            timestamp: now.in_microseconds(),
            last_seen: now.in_microseconds(),
            severity,
            category,
            message: cut(message),
            details: details.map(cut),
            occurrences: 1,
            resolved: false,
            resolution_time: None,
        };
        self.0.push_back(Entry { last: now, record });
    }

    /// Those that match, the one that happened last first.
    pub fn matching(&self, query: ErrorQuery) -> impl Iterator<Item = &ErrorRecord> {
        let ErrorQuery { category, severity, resolved } = query;
        self.0.iter().rev().map(|entry| &entry.record).filter(move |record| {
            category.is_none_or(|category| record.category == category)
                && severity.is_none_or(|severity| record.severity == severity)
                && resolved.is_none_or(|resolved| record.resolved == resolved)
        })
    }

    /// Somebody is done with an error; none of that id is kept. The first word counts.
    pub fn resolve(&mut self, id: &str, now: Timestamp) -> Option<ErrorRecord> {
        let entry = self.0.iter_mut().find(|entry| entry.record.error_id == id)?;
        if !entry.record.resolved {
            entry.record.resolved = true;
            entry.record.resolution_time = Some(now.in_microseconds());
        }
        Some(entry.record.clone())
    }

    /// Of the errors of so many hours, how many of what.
    pub fn statistics(&self, hours: usize, now: Timestamp) -> ErrorStatistics {
        let since = now.before(hours as u128 * HOUR);
        let (mut by_category, mut by_severity) = (BTreeMap::new(), BTreeMap::new());
        let (mut total, mut resolved) = (0, 0);
        for Entry { record, .. } in self.0.iter().filter(|entry| entry.last >= since) {
            total += record.occurrences;
            resolved += if record.resolved { record.occurrences } else { 0 };
            *by_category.entry(record.category.as_str().to_owned()).or_default() += record.occurrences;
            *by_severity.entry(record.severity.as_str().to_owned()).or_default() += record.occurrences;
        }
        ErrorStatistics {
            total_errors: total,
            category_distribution: by_category,
            severity_distribution: by_severity,
            resolution_rate: resolved as f64 / total.max(1) as f64,
            time_range_hours: hours,
            circuit_breakers: BTreeMap::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    //! Proves STAT-5 (docs/behaviour.md).

    use super::*;

    const STORE: (ErrorCategory, ErrorSeverity) = (ErrorCategory::Store, ErrorSeverity::High);

    fn at(hours: i64) -> Timestamp {
        Timestamp::from_millis(1_772_600_767_089 + hours * 3_600_000)
    }

    #[test]
    fn what_is_the_same_is_counted_together_until_somebody_is_done_with_it() {
        let mut errors = Errors::default();
        (0..3).for_each(|hour| errors.record(STORE, "It broke", Some("here"), at(hour)));
        let first = errors.matching(ErrorQuery::default()).next().unwrap().clone();
        assert_eq!((first.occurrences, first.details.as_deref()), (3, Some("here")));
        let done = errors.resolve(&first.error_id, at(4)).unwrap();
        assert_eq!((done.resolved, done.resolution_time), (true, Some(at(4).in_microseconds())));
        errors.record(STORE, "It broke", None, at(5));
        assert_eq!(errors.matching(ErrorQuery::default()).count(), 2);
        let open = ErrorQuery { resolved: Some(false), ..ErrorQuery::default() };
        assert_eq!(errors.matching(open).count(), 1);
        let statistics = errors.statistics(24, at(5));
        assert_eq!((statistics.total_errors, statistics.resolution_rate), (4, 0.75));
        assert_eq!(statistics.category_distribution, [("store".to_owned(), 4)].into());
        assert_eq!(statistics.severity_distribution, [("high".to_owned(), 4)].into());
        assert_eq!(errors.statistics(1, at(5)).total_errors, 1, "the others were earlier");
        assert!(errors.resolve("err_none", at(5)).is_none());
    }

    #[test]
    fn the_last_thousand_are_kept_and_no_text_is_long() {
        let mut errors = Errors::default();
        for number in 0..KEPT + 10 {
            errors.record(STORE, &format!("{number}{}", "ü".repeat(300)), None, at(0));
        }
        let kept: Vec<_> = errors.matching(ErrorQuery::default()).collect();
        assert_eq!(kept.len(), KEPT);
        assert!(kept[0].message.starts_with("1009ü") && kept[0].message.len() <= MAX_TEXT);
    }
}
