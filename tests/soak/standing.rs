//! What stands in a server at a moment: what it says of itself, and what the kernel says of its process.

use std::fmt;
use std::fs;

use crate::operations::exposition::Exposition;
use crate::support::process::ServerProcess;

/// What stands.
#[derive(Clone, Copy, Debug)]
pub struct Standing {
    connections: usize,
    members: usize,
    sessions: usize,
    waiting: usize,
    /// Open files, sockets among them.
    pub files: usize,
    /// Threads.
    pub threads: usize,
    /// Memory that is resident, in KiB.
    pub resident: usize,
    /// The most that ever was, in KiB.
    pub peak: usize,
}

impl Standing {
    /// What stands in this server.
    pub async fn of(server: &ServerProcess) -> Self {
        let metrics = Exposition::scrape(&server.rest).await;
        let count = |name: &str, labels: &[(&str, &str)]| metrics.value(name, labels) as usize;
        let by = |transport| count("graphroom_connections", &[("transport", transport)]);
        let process = format!("/proc/{}", server.id());
        let status = fs::read_to_string(format!("{process}/status")).unwrap();
        Self {
            connections: by("websocket") + by("polling"),
            members: count("graphroom_members", &[]),
            sessions: count("graphroom_sessions", &[]),
            waiting: count("graphroom_mailbox_commands", &[]),
            files: fs::read_dir(format!("{process}/fd")).unwrap().count(),
            threads: field(&status, "Threads:"),
            resident: field(&status, "VmRSS:"),
            peak: field(&status, "VmHWM:"),
        }
    }

    /// Whether nobody is there, and nothing is kept for anybody.
    pub fn nobody_is_there(&self) -> bool {
        (self.connections, self.members, self.sessions, self.waiting) == (0, 0, 0, 0)
    }
}

fn field(status: &str, name: &str) -> usize {
    let line = status.lines().find_map(|line| line.strip_prefix(name)).expect(name);
    line.split_whitespace().next().unwrap().parse().unwrap()
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { connections, members, sessions, waiting, files, threads, resident, peak } = self;
        write!(
            f,
            "{connections} connections, {members} members, {sessions} sessions, {waiting} commands waiting, "
        )?;
        write!(f, "{files} files, {threads} threads, {resident} KiB resident, {peak} at most")
    }
}
