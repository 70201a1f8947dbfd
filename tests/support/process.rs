//! A server in a process of its own, which can be killed.

use std::ffi::OsStr;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::{Child, ChildStderr, Command};

use super::Rest;

/// What stands before the address in the line that says where the server is.
pub const WELCOME: &str = "Graphroom listens on http://";
/// The same of one that speaks TLS.
const SECURE_WELCOME: &str = "Graphroom listens on https://";

/// How long a server may take to come up, and to go down in order.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running server. It is killed when dropped.
pub struct ServerProcess {
    /// Where it listens.
    pub address: SocketAddr,
    /// Its REST API.
    pub rest: Rest,
    child: Child,
}

impl ServerProcess {
    /// The server that was built with these tests, on a data directory and a free port.
    pub fn command(data: &Path) -> Command {
        let mut command = without_settings(env!("CARGO_BIN_EXE_graphroom"));
        command.args(["--listen", "127.0.0.1:0", "--data"]).arg(data).env("GRAPHROOM_LOG_FILTER", "warn");
        command
    }

    /// Runs `command` and waits until it says where it listens.
    pub async fn start(mut command: Command) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn().unwrap();
        let stdout = child.stdout.take().unwrap();
        let welcomed = tokio::time::timeout(PATIENCE, address_in(stdout)).await;
        let Some(address) = welcomed.expect("a welcome in time") else {
            panic!("the server did not start: {}", child.wait().await.unwrap());
        };
        Self { address, rest: Rest::new(address), child }
    }

    /// The process's number, under which `/proc` tells of it.
    pub fn id(&self) -> u32 {
        self.child.id().expect("nobody waited for it yet")
    }

    /// Its log, if the command pipes it.
    pub fn take_stderr(&mut self) -> ChildStderr {
        self.child.stderr.take().expect("the command pipes it")
    }

    /// Sends SIGKILL and waits for the end.
    pub async fn kill9(&mut self) -> ExitStatus {
        self.child.start_kill().unwrap();
        self.wait().await
    }

    /// Sends SIGTERM and waits for the end.
    pub async fn terminate(&mut self) -> ExitStatus {
        self.ask_to_end().await;
        self.wait().await
    }

    /// Sends SIGTERM.
    pub async fn ask_to_end(&self) {
        self.signal("TERM").await;
    }

    /// Sends SIGHUP: the templates are to be read again.
    pub async fn hang_up(&self) {
        self.signal("HUP").await;
    }

    async fn signal(&self, name: &str) {
        let pid = self.id();
        // The shell's own: not every machine has a `kill` beside it.
        let sent = Command::new("sh").arg("-c").arg(format!("kill -{name} {pid}")).status().await.unwrap();
        assert!(sent.success(), "kill -{name} {pid}: {sent}");
    }

    /// Waits until the process ends.
    pub async fn wait(&mut self) -> ExitStatus {
        tokio::time::timeout(PATIENCE, self.child.wait()).await.expect("an end in time").unwrap()
    }
}

/// A command that gets nothing of what this process's environment, or a `.env` where it runs, would tell
/// a server.
pub fn without_settings(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(env!("CARGO_TARGET_TMPDIR"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("GRAPHROOM_") {
            command.env_remove(name);
        }
    }
    command
}

/// Reads up to the welcome; what follows is read and dropped. None if the output ends first.
async fn address_in(stdout: impl AsyncRead + Send + Unpin + 'static) -> Option<SocketAddr> {
    let mut lines = BufReader::new(stdout).lines();
    while let Some(line) = lines.next_line().await.unwrap() {
        if let Some((_, address)) = line.split_once(WELCOME).or_else(|| line.split_once(SECURE_WELCOME)) {
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return Some(address.trim().parse().unwrap());
        }
    }
    None
}
