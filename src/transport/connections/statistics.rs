//! The connections in numbers.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Add;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use graphroom_protocol::rest::connections::{
    ConnectionInfo, ConnectionNumbers, ConnectionStats, ConnectionsView, ProjectConnections,
};

use super::{Figures, Live, Roster, Scope};

/// Projects that are named.
const TOP: usize = 10;

/// How many there are.
#[must_use]
pub fn stats(connections: &[Arc<dyn Live>], timestamp: String) -> ConnectionStats {
    let infos: Vec<ConnectionInfo> = connections.iter().map(|connection| connection.info()).collect();
    let different = |name: fn(&ConnectionInfo) -> Option<&str>| {
        infos.iter().filter_map(name).collect::<HashSet<_>>().len()
    };
    ConnectionStats {
        total_connections: infos.len(),
        authenticated_connections: infos.iter().filter(|info| info.is_authenticated).count(),
        unique_clients: different(|info| Some(&info.client_id)),
        active_conversations: different(|info| info.conversation_id.as_deref()),
        timestamp,
    }
}

/// The same in more numbers, and the first of them themselves.
#[must_use]
pub fn view(roster: &Roster, scope: &Scope, limit: usize, timestamp: String) -> ConnectionsView {
    counted(roster, scope, limit, timestamp).1
}

/// The same, and what came and went by the very connections that it counts.
#[must_use]
pub fn counted(
    roster: &Roster,
    scope: &Scope,
    limit: usize,
    timestamp: String,
) -> (Figures, ConnectionsView) {
    let live = roster.list(scope);
    let mut infos: Vec<ConnectionInfo> = live.iter().map(|connection| connection.info()).collect();
    let (total_connections, figures) = match scope {
        Scope::All => (roster.ever.load(Ordering::Relaxed), roster.figures(&live)),
        Scope::Of(_) | Scope::Nobody => {
            let own = live.iter().map(|connection| connection.figures());
            (live.len() as u64, own.fold(Figures::default(), Add::add))
        }
    };
    let users: HashSet<_> = infos.iter().filter_map(|info| info.user_id.as_deref()).collect();
    let mut connections_per_ip = BTreeMap::new();
    let mut by_project: HashMap<&str, usize> = HashMap::new();
    for info in &infos {
        *connections_per_ip.entry(info.ip_address.clone()).or_default() += 1;
        for project in &info.project_ids {
            *by_project.entry(project).or_default() += 1;
        }
    }
    let uptime: f64 = live.iter().map(|connection| connection.uptime().as_secs_f64()).sum();
    let numbers = ConnectionNumbers {
        total_connections,
        active_connections: live.len(),
        messages_processed: figures.received,
        unique_users: users.len(),
        active_projects: by_project.len(),
        connections_per_ip,
        top_projects: top(by_project),
        average_uptime: if live.is_empty() { 0.0 } else { uptime / live.len() as f64 },
        timestamp,
    };
    infos.truncate(limit);
    (figures, ConnectionsView { numbers, connections: infos })
}

fn top(by_project: HashMap<&str, usize>) -> Vec<ProjectConnections> {
    let mut projects: Vec<_> = by_project.into_iter().collect();
    projects.sort_by(|one, other| other.1.cmp(&one.1).then(one.0.cmp(other.0)));
    let named = projects.into_iter().take(TOP).map(|(project, active_connections)| ProjectConnections {
        project_id: project.to_owned(),
        active_connections,
    });
    named.collect()
}
