//! The alerts: one for each cause, for as long as that lasts, however often it is seen.
//!
//! What is worth an alert is not decided here.

use std::collections::VecDeque;

use graphroom_protocol::status::{Alert, AlertSeverity, AlertType};
use uuid::Uuid;

use crate::domain::Timestamp;

/// Alerts that are kept. There are fewer causes than that: what lasts is never dropped.
pub const KEPT: usize = 100;
/// How often in a row a cause must be seen to be over: what comes and goes is one alert.
const CALM: u8 = 2;

/// What an alert is raised for.
#[derive(Clone, Debug)]
pub struct Cause {
    /// Tells causes apart: the component's or metric's name.
    pub key: &'static str,
    /// What kind of thing it is.
    pub kind: AlertType,
    /// How bad.
    pub severity: AlertSeverity,
    /// How much it is, and how much it may be; none for a component.
    pub measure: Option<(f64, f64)>,
    /// For people.
    pub message: String,
}

#[derive(Debug)]
struct Entry {
    key: &'static str,
    calm: u8,
    alert: Alert,
}

/// All alerts that are kept.
#[derive(Debug, Default)]
pub struct Alerts(VecDeque<Entry>);

impl Alerts {
    /// A cause is seen. The alert, if somebody is to be told: it is new, or got worse.
    pub fn raise(&mut self, cause: Cause, now: Timestamp) -> Option<Alert> {
        let Cause { key, kind, severity, measure, message } = cause;
        let (value, threshold) = measure.unzip();
        if let Some(entry) = self.lasting(key) {
            entry.calm = 0;
            entry.alert.occurrences += 1;
            if entry.alert.severity >= severity {
                return None;
            }
            entry.alert =
                Alert { severity, message, value, threshold, acknowledged: false, ..entry.alert.clone() };
            return Some(entry.alert.clone());
        }
        let is_component = kind == AlertType::ComponentFailure || value.is_none();
        let alert = Alert {
            id: format!("alert_{}", Uuid::new_v4().simple()),
            kind,
            component: is_component.then(|| key.to_owned()),
            metric: (!is_component).then(|| key.to_owned()),
            value,
            threshold,
            severity,
            message,
            timestamp: now.in_microseconds(),
            resolved: false,
            resolved_at: None,
            acknowledged: false,
            acknowledged_by: None,
            acknowledged_at: None,
            occurrences: 1,
        };
        self.make_room();
        self.0.push_back(Entry { key, calm: 0, alert: alert.clone() });
        Some(alert)
    }

    /// A cause is not seen. The alert, if it is over by that.
    pub fn settle(&mut self, key: &str, now: Timestamp) -> Option<Alert> {
        let entry = self.lasting(key)?;
        entry.calm += 1;
        if entry.calm < CALM {
            return None;
        }
        entry.alert.resolved = true;
        entry.alert.resolved_at = Some(now.in_microseconds());
        Some(entry.alert.clone())
    }

    /// Somebody has seen an alert; none of that id is kept. The first word counts.
    pub fn acknowledge(&mut self, id: &str, by: &str, now: Timestamp) -> Option<Alert> {
        let entry = self.0.iter_mut().find(|entry| entry.alert.id == id)?;
        if !entry.alert.acknowledged {
            entry.alert.acknowledged = true;
            entry.alert.acknowledged_by = Some(by.to_owned());
            entry.alert.acknowledged_at = Some(now.in_microseconds());
        }
        Some(entry.alert.clone())
    }

    /// All of them, oldest first.
    pub fn all(&self) -> impl DoubleEndedIterator<Item = &Alert> + ExactSizeIterator {
        self.0.iter().map(|entry| &entry.alert)
    }

    /// Those that last, oldest first.
    pub fn active(&self) -> impl DoubleEndedIterator<Item = &Alert> {
        self.all().filter(|alert| !alert.resolved)
    }

    fn lasting(&mut self, key: &str) -> Option<&mut Entry> {
        self.0.iter_mut().find(|entry| entry.key == key && !entry.alert.resolved)
    }

    fn make_room(&mut self) {
        while self.0.len() >= KEPT {
            let Some(oldest) = self.0.iter().position(|entry| entry.alert.resolved) else { return };
            self.0.remove(oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    //! Proves STAT-2 (docs/behaviour.md).

    use super::*;

    const NOW: i64 = 1_772_600_767_089;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(NOW + seconds * 1_000)
    }

    fn cause(severity: AlertSeverity) -> Cause {
        let message = format!("It is {severity:?}");
        Cause { key: "lag", kind: AlertType::Performance, severity, measure: Some((2.0, 1.0)), message }
    }

    #[test]
    fn a_thousand_causes_of_one_kind_are_one_alert_that_is_told_once_and_is_over_once() {
        let mut alerts = Alerts::default();
        let raised = alerts.raise(cause(AlertSeverity::Warning), at(0)).expect("it is new");
        for second in 1..1_000 {
            assert_eq!(alerts.raise(cause(AlertSeverity::Warning), at(second)), None);
        }
        assert_eq!(alerts.all().len(), 1);
        assert_eq!(alerts.settle("lag", at(1_000)), None, "once is not enough");
        alerts.raise(cause(AlertSeverity::Warning), at(1_001));
        assert_eq!(alerts.settle("lag", at(1_002)), None, "it came again in between");
        let over = alerts.settle("lag", at(1_003)).expect("it is over");
        assert_eq!((over.id, over.occurrences, over.resolved), (raised.id, 1_001, true));
        assert_eq!(over.resolved_at, Some(at(1_003).in_microseconds()));
        assert_eq!(alerts.settle("lag", at(1_004)), None);
        assert_eq!(alerts.active().count(), 0);
    }

    #[test]
    fn what_gets_worse_is_the_same_alert_and_nobody_has_seen_it_so() {
        let mut alerts = Alerts::default();
        let raised = alerts.raise(cause(AlertSeverity::Warning), at(0)).unwrap();
        let seen = alerts.acknowledge(&raised.id, "ann", at(1)).unwrap();
        assert_eq!((seen.acknowledged, seen.acknowledged_by.as_deref()), (true, Some("ann")));
        let again = alerts.acknowledge(&raised.id, "bob", at(2)).unwrap();
        assert_eq!(again.acknowledged_by.as_deref(), Some("ann"));
        let worse = alerts.raise(cause(AlertSeverity::Critical), at(3)).expect("it is told");
        assert_eq!(
            (&worse.id, worse.severity, worse.acknowledged),
            (&raised.id, AlertSeverity::Critical, false)
        );
        assert_eq!(alerts.raise(cause(AlertSeverity::Warning), at(4)), None, "it was worse before");
        assert_eq!(alerts.acknowledge("none", "ann", at(5)), None);
    }

    #[test]
    fn a_hundred_alerts_are_kept_and_those_that_last_before_all() {
        let mut alerts = Alerts::default();
        let lasting = Cause { key: "store", ..cause(AlertSeverity::High) };
        alerts.raise(lasting, at(0));
        for second in 0..150 {
            alerts.raise(cause(AlertSeverity::Warning), at(second));
            (0..CALM).for_each(|_| drop(alerts.settle("lag", at(second))));
        }
        assert_eq!((alerts.all().len(), alerts.active().count()), (KEPT, 1));
    }
}
