//! Houses: how the server is set up on which a plan is carried out, and the one that replays its journal.

use std::path::Path;

use graphroom::app::Parts;
use tokio::process::Command;

use super::BATCH;
use crate::support::process::ServerProcess;

/// Nodes of a project where few are allowed.
const FEW_NODES: usize = 14;

/// A way to set a server up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct House {
    /// Nodes a project may have, if they are few.
    max_nodes: Option<usize>,
    /// A node whose parent is unknown becomes a root.
    lenient_parents: bool,
    /// Members on `/` hear older names too.
    pub legacy_event_names: bool,
}

impl House {
    /// Where the plan of a seed is carried out. The seeds of one batch share a server.
    pub fn of(seed: u64) -> Self {
        let plain = Self::default();
        match seed / BATCH % 4 {
            0 => Self { legacy_event_names: true, ..plain },
            1 => Self { max_nodes: Some(FEW_NODES), ..plain },
            2 => Self { lenient_parents: true, ..plain },
            _ => plain,
        }
    }

    /// Sets up a server in this process.
    pub fn set_up(self, parts: &mut Parts) {
        parts.rules.limits.nodes = self.max_nodes.unwrap_or(parts.rules.limits.nodes);
        parts.rules.lenient_parents = self.lenient_parents;
        parts.legacy_event_names = self.legacy_event_names;
    }

    /// Sets up a server in a process of its own.
    pub fn command(self, data: &Path) -> Command {
        let mut command = ServerProcess::command(data);
        if let Some(nodes) = self.max_nodes {
            command.arg("--max-nodes").arg(nodes.to_string());
        }
        if self.lenient_parents {
            command.arg("--lenient-parents");
        }
        if self.legacy_event_names {
            command.arg("--legacy-event-names");
        }
        command
    }
}
