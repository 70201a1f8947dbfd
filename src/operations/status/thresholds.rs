//! Thresholds: above which level something that was measured is worth an alert.

use graphroom_protocol::status::{AlertSeverity, AlertType, Metrics};

use super::alerts::Cause;

/// What is measured must be this much better than the level for the alert to be over: what swings around it is one alert.
const MARGIN: f64 = 0.1;

/// The level of a warning, and that from which it is critical.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Levels {
    /// A warning above this; of what is free, below.
    pub warning: f64,
    /// Critical above this.
    pub critical: f64,
}

impl Levels {
    /// These two.
    #[must_use]
    pub const fn new(warning: f64, critical: f64) -> Self {
        Self { warning, critical }
    }
}

/// All levels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Thresholds {
    /// How long a command takes on average, in seconds.
    pub response_time: Levels,
    /// The share of answers that say that the server failed.
    pub error_rate: Levels,
    /// Connections, as a share of as many as there may be.
    pub connections: Levels,
    /// The share of the memory that is used.
    pub memory: Levels,
    /// How late a timer is, in seconds.
    pub event_loop_lag: Levels,
    /// The share of the disk that is free.
    pub disk_free: Levels,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            response_time: Levels::new(5.0, 10.0),
            error_rate: Levels::new(0.05, 0.1),
            connections: Levels::new(0.5, 0.8),
            memory: Levels::new(0.8, 0.9),
            event_loop_lag: Levels::new(0.25, 1.0),
            disk_free: Levels::new(0.1, 0.05),
        }
    }
}

/// What came of holding a measure against its levels.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// It is worth an alert.
    Raise(Cause),
    /// It is well below the level, or above it if it is what is free.
    Settle(&'static str),
}

/// Holds a measure against its levels; nothing comes of what is just below.
fn hold(
    (key, kind, what): (&'static str, AlertType, &str),
    value: f64,
    levels: Levels,
    is_free: bool,
) -> Option<Verdict> {
    let is_over = |level: f64| if is_free { value < level } else { value > level };
    let (severity, threshold) = match levels {
        Levels { critical, .. } if is_over(critical) => (AlertSeverity::Critical, critical),
        Levels { warning, .. } if is_over(warning) => (AlertSeverity::Warning, warning),
        Levels { warning, .. } => {
            let safe = warning * if is_free { 1.0 + MARGIN } else { 1.0 - MARGIN };
            let is_safe = if is_free { value >= safe } else { value <= safe };
            return is_safe.then_some(Verdict::Settle(key));
        }
    };
    let than = if is_free { "less" } else { "more" };
    let message = format!("{what} is {value:.3}, {than} than {threshold}");
    Some(Verdict::Raise(Cause { key, kind, severity, measure: Some((value, threshold)), message }))
}

impl Thresholds {
    /// Holds what was measured against the levels. `most` connections are as many as there may be; 0 for any number.
    #[must_use]
    pub fn hold(&self, measured: &Metrics, most: usize) -> Vec<Verdict> {
        use AlertType as T;
        let of_connections = |share: f64| share * most as f64;
        let connections = Levels {
            warning: of_connections(self.connections.warning),
            critical: of_connections(self.connections.critical),
        };
        let verdicts = [
            hold(
                ("response_time", T::Performance, "The time that commands take on average, in seconds,"),
                measured.response_time,
                self.response_time,
                false,
            ),
            hold(
                ("error_rate", T::Error, "The share of answers that say that the server failed"),
                measured.error_rate,
                self.error_rate,
                false,
            ),
            (most > 0)
                .then(|| {
                    let what = ("connection_count", T::Scalability, "The number of connections");
                    hold(what, measured.active_connections as f64, connections, false)
                })
                .flatten(),
            hold(
                ("memory_usage", T::Resource, "The share of the memory that is used"),
                measured.memory_usage,
                self.memory,
                false,
            ),
            hold(
                ("event_loop_lag", T::Performance, "The time by which a timer was late, in seconds,"),
                measured.event_loop_lag_ms / 1_000.0,
                self.event_loop_lag,
                false,
            ),
            measured.disk_free.and_then(|free| {
                hold(
                    ("disk_free", T::Resource, "The share of the disk that is free"),
                    free,
                    self.disk_free,
                    true,
                )
            }),
        ];
        verdicts.into_iter().flatten().collect()
    }
}

#[cfg(test)]
mod tests {
    //! Proves STAT-2 (docs/behaviour.md).

    use super::*;

    /// What comes of one measure: the severity, nothing, or that it is over.
    fn of(key: &str, measured: &Metrics) -> Option<Result<AlertSeverity, ()>> {
        Thresholds::default().hold(measured, 1_000).into_iter().find_map(|verdict| match verdict {
            Verdict::Raise(cause) if cause.key == key => Some(Ok(cause.severity)),
            Verdict::Settle(settled) if settled == key => Some(Err(())),
            Verdict::Raise(_) | Verdict::Settle(_) => None,
        })
    }

    #[test]
    fn a_level_is_passed_by_more_than_itself_and_left_by_a_margin() {
        use AlertSeverity::{Critical, Warning};
        let cases = [
            (16.0, Some(Ok(Critical))),
            (10.0, Some(Ok(Warning))),
            (5.1, Some(Ok(Warning))),
            (5.0, None),
            (4.6, None),
            (4.5, Some(Err(()))),
        ];
        for (response_time, expected) in cases {
            let measured = Metrics { response_time, ..Metrics::default() };
            assert_eq!(of("response_time", &measured), expected, "{response_time}");
        }
        for (active_connections, expected) in
            [(500, None), (501, Some(Ok(Warning))), (801, Some(Ok(Critical))), (100, Some(Err(())))]
        {
            let measured = Metrics { active_connections, ..Metrics::default() };
            assert_eq!(of("connection_count", &measured), expected, "{active_connections}");
        }
        let free = |share| Metrics { disk_free: Some(share), ..Metrics::default() };
        for (share, expected) in [
            (0.04, Some(Ok(Critical))),
            (0.05, Some(Ok(Warning))),
            (0.1, None),
            (0.105, None),
            (0.5, Some(Err(()))),
        ] {
            assert_eq!(of("disk_free", &free(share)), expected, "{share}");
        }
        let many = Metrics { active_connections: 1_000_000, ..Metrics::default() };
        let any_number = Thresholds::default().hold(&many, 0);
        assert!(any_number.iter().all(|verdict| matches!(verdict, Verdict::Settle(_))), "there is no limit");
    }
}
