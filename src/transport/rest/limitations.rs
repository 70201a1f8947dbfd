//! What this server does not do, and how much it does, by the numbers that it was started with.
//!
//! Every limit that a client can meet has a row here, which takes its number from where it is held to. `tests/behaviour/limitations`
//! holds the rows against the options of the command line and the constants of the sources.

mod access;
mod connections;
mod graph;
mod kept;
mod refused;
mod sizes;
mod talking;
mod waiting;

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use graphroom_protocol::rest::limitations::Limitation;

use super::document::errors::Errors;
use crate::transport::Backend;

/// Tells the limits of this server
///
/// Each with its configured number, and with what to do about it. `planned_fix` and `phase` are null: each limit is there
/// on purpose, or nobody plans to lift it.
#[utoipa::path(
    get, path = "/api/limitations", tag = "service", operation_id = "list_limitations",
    responses(
        (status = OK, description = "What it does not do, and how much it does", body = Vec<Limitation>),
        Errors<()>,
    ),
)]
pub async fn list(State(backend): State<Arc<Backend>>) -> Json<Vec<Limitation>> {
    let told = [
        access::told(&backend),
        refused::told(&backend),
        connections::told(&backend),
        waiting::told(&backend),
        graph::told(&backend),
        talking::told(&backend),
        sizes::told(),
        kept::told(&backend),
    ];
    Json(told.concat())
}

/// One row. Nothing is promised: what is planned is no matter of a server that runs.
fn limitation(limitation: impl Into<String>, workaround: impl Into<String>) -> Limitation {
    Limitation {
        limitation: limitation.into(),
        workaround: workaround.into(),
        planned_fix: None,
        phase: None,
    }
}

/// A number in front of what it counts.
fn many(number: usize) -> String {
    if number == 0 { "Any number of".to_owned() } else { number.to_string() }
}

/// A time as people say it, in the largest unit that it has two of.
fn time(time: Duration) -> String {
    let milliseconds = time.as_millis();
    let units = [(3_600_000, "hours"), (60_000, "minutes"), (1_000, "seconds")];
    let unit =
        units.into_iter().find(|(unit, _)| milliseconds.is_multiple_of(*unit) && milliseconds >= 2 * unit);
    let (unit, name) = unit.unwrap_or((1, "milliseconds"));
    format!("{} {name}", milliseconds / unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_in_the_largest_unit_that_they_have_two_of() {
        for (seconds, expected) in [
            (86_400, "24 hours"),
            (3_600, "60 minutes"),
            (90, "90 seconds"),
            (120, "2 minutes"),
            (1, "1000 milliseconds"),
        ] {
            assert_eq!(time(Duration::from_secs(seconds)), expected);
        }
        assert_eq!(time(Duration::ZERO), "0 milliseconds");
    }
}
