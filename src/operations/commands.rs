//! Commands by type and outcome: a closed list of each, so that no client makes new labels.

use graphroom_protocol::ErrorCode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::registry::Registry;

use crate::session::observer::Outcome;

/// What a command can be; anything else that a client writes is [`UNKNOWN`].
const TYPES: [&str; 19] = [
    "CreateNode",
    "DeleteNode",
    "UpdateProperty",
    "DeleteProperty",
    "LinkNode",
    "UnlinkNode",
    "MoveNode",
    "ReorderNode",
    "ApplyKit",
    "UpdateBlockingRelationship",
    "AdoptTemplate",
    "Batch",
    "RenameProject",
    "SetState",
    "ReplaceGraph",
    "Restore",
    "DeleteProject",
    "Undo",
    "Redo",
];
const UNKNOWN: &str = "unknown";
const OUTCOMES: [&str; 4] = ["accepted", "duplicate", "nothing", "refused"];

type Labels<const N: usize> = [(&'static str, &'static str); N];

/// The counters of commands.
pub struct Commands {
    /// Made once, so that counting is one atomic addition.
    answered: Vec<[Counter; OUTCOMES.len()]>,
    refused: Family<[(&'static str, String); 1], Counter>,
}

impl Commands {
    /// Counters that start at zero.
    pub fn register(registry: &mut Registry) -> Self {
        let answered = Family::<Labels<2>, Counter>::default();
        let types = TYPES.iter().copied().chain([UNKNOWN]);
        let counters = types.map(|kind| {
            OUTCOMES.map(|outcome| answered.get_or_create(&[("type", kind), ("outcome", outcome)]).clone())
        });
        let counters = counters.collect();
        registry.register("commands", "Commands that were answered, by type and outcome", answered);
        let refused = Family::default();
        let help = "Commands that were refused or failed, by the code of their error";
        registry.register("commands_refused", help, refused.clone());
        Self { answered: counters, refused }
    }

    /// Counts one.
    pub fn answered(&self, command_type: &str, outcome: Outcome) {
        let row = TYPES.iter().position(|known| *known == command_type).unwrap_or(TYPES.len());
        let column = match outcome {
            Outcome::Accepted => 0,
            Outcome::Duplicate => 1,
            Outcome::Nothing => 2,
            Outcome::Refused(code) => {
                self.refused.get_or_create(&[("code", name(code))]).inc();
                3
            }
        };
        if let Some(counter) = self.answered.get(row).and_then(|row| row.get(column)) {
            counter.inc();
        }
    }
}

/// The code as clients read it.
fn name(code: ErrorCode) -> String {
    let json = serde_json::to_value(code).ok();
    json.and_then(|code| code.as_str().map(str::to_owned)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Read from the source, since an enum cannot be listed.
    #[test]
    fn every_command_of_the_domain_has_a_label() {
        let source = include_str!("../domain/command.rs");
        let (_, names) = source.split_once("fn command_type(&self) -> &'static str {").unwrap();
        let (names, _) = names.split_once("\n    }\n").unwrap();
        let mut names: Vec<_> = names.split('"').skip(1).step_by(2).collect();
        let mut labels = TYPES.to_vec();
        names.sort_unstable();
        labels.sort_unstable();
        assert_eq!(names, labels);
    }

    #[test]
    fn a_code_is_named_as_on_the_wire() {
        assert_eq!(name(ErrorCode::IdempotencyMismatch), "IDEMPOTENCY_MISMATCH");
    }
}
