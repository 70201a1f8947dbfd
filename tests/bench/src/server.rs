//! The servers under test: Graphroom and its peers, each a process on the servers' core.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use rustix::process::{Pid, Signal};
use tempfile::TempDir;
use uuid::Uuid;

use crate::fault::{Fault, Outcome};
use crate::http::{self, Http};
use crate::machine::{self, Cores, Usage};

/// Who is under test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Ours.
    Graphroom,
    /// The library that ours is built on, with a room and nothing else.
    Socketioxide,
    /// The reference implementation, on Node.
    Npm,
    /// Ready bytes over sockets.
    Floor,
    /// Bare axum, which sends on what a model says.
    Relay,
}

impl Kind {
    /// Those with rooms, ours first.
    pub const ALL: [Self; 4] = [Self::Graphroom, Self::Socketioxide, Self::Npm, Self::Floor];

    /// As it is called in the report.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Graphroom => "graphroom",
            Self::Socketioxide => "socketioxide",
            Self::Npm => "npm socket.io",
            Self::Floor => "floor",
            Self::Relay => "relay",
        }
    }
}

/// Where the programs are, and where servers keep what they keep.
#[derive(Clone)]
pub struct House {
    programs: PathBuf,
    npm: PathBuf,
    /// On the disk that is measured too.
    pub data: PathBuf,
    /// Which core is whose, if there are two.
    pub cores: Option<Cores>,
}

impl House {
    /// The programs that were built beside this one.
    pub fn open(cores: Option<Cores>) -> Outcome<Self> {
        let me = std::env::current_exe()?;
        let programs = me.parent().unwrap_or(Path::new(".")).to_owned();
        let data = programs.join("bench-data");
        std::fs::create_dir_all(&data)?;
        let npm = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/npm");
        let house = Self { programs, npm, data, cores };
        for kind in Kind::ALL.into_iter().chain([Kind::Relay]) {
            let file = house.program(kind);
            if !file.exists() || !house.npm.join("node_modules/socket.io").exists() {
                return Err(Fault::Missing(format!(
                    "{}: `make bench` builds and installs it",
                    file.display()
                )));
            }
        }
        Ok(house)
    }

    /// The version of npm's socket.io that is installed.
    pub fn npm_version(&self) -> String {
        let text = std::fs::read(self.npm.join("node_modules/socket.io/package.json")).unwrap_or_default();
        http::text(&text, "/version").unwrap_or_default()
    }

    /// A directory that goes with its owner.
    pub fn directory(&self) -> Outcome<TempDir> {
        Ok(tempfile::tempdir_in(&self.data)?)
    }

    fn program(&self, kind: Kind) -> PathBuf {
        match kind {
            Kind::Graphroom => self.programs.join("graphroom"),
            Kind::Socketioxide => self.programs.join("peer-socketioxide"),
            Kind::Npm => self.npm.join("server.mjs"),
            Kind::Floor => self.programs.join("peer-floor"),
            Kind::Relay => self.programs.join("peer-relay"),
        }
    }

    fn command(&self, kind: Kind, data: &Path) -> Command {
        let mut words: Vec<std::ffi::OsString> = Vec::new();
        if let Some(cores) = self.cores {
            words.extend(["taskset".into(), "-c".into(), cores.server.to_string().into()]);
        }
        if kind == Kind::Npm {
            words.push("node".into());
        }
        words.push(self.program(kind).into());
        if kind == Kind::Graphroom {
            let options = ["serve", "--listen", "127.0.0.1:0", "--max-commands-per-second", "0"];
            words.extend(options.map(Into::into));
            words.extend(["--max-sessions", "0", "--max-connections", "0", "--data"].map(Into::into));
            words.push(data.into());
        }
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]).current_dir(data).stdin(Stdio::null()).stdout(Stdio::piped());
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("GRAPHROOM_") {
                command.env_remove(name);
            }
        }
        command.env("GRAPHROOM_LOG_FILTER", "warn");
        command
    }

    /// Starts a server with nothing in it.
    pub fn start(&self, kind: Kind) -> Outcome<Server> {
        let directory = self.directory()?;
        let mut server = self.start_in(kind, directory.path())?;
        server.directory = Some(directory);
        Ok(server)
    }

    /// Starts a server with nothing in it, and these options.
    pub fn start_with(&self, kind: Kind, options: &[&str]) -> Outcome<Server> {
        let directory = self.directory()?;
        let mut command = self.command(kind, directory.path());
        command.args(options);
        let mut server = Self::spawn(kind, command)?;
        server.directory = Some(directory);
        Ok(server)
    }

    /// Starts a server on a data directory.
    pub fn start_in(&self, kind: Kind, data: &Path) -> Outcome<Server> {
        Self::spawn(kind, self.command(kind, data))
    }

    fn spawn(kind: Kind, mut command: Command) -> Outcome<Server> {
        let started = Instant::now();
        let mut child = command.spawn()?;
        let stdout = child.stdout.take().map(BufReader::new);
        let lines = stdout.into_iter().flat_map(BufRead::lines).map_while(Result::ok);
        let address = lines.filter_map(|line| Some(line.split_once("http://")?.1.trim().to_owned())).next();
        let server = address.and_then(|address| address.parse().ok());
        let Some(address) = server else {
            let _ = child.kill();
            return Err(Fault::Missing(format!("{}: it ended with {}", kind.name(), child.wait()?)));
        };
        Ok(Server { kind, address, started, child, directory: None })
    }
}

/// A running server. It is killed when dropped.
pub struct Server {
    pub kind: Kind,
    pub address: SocketAddr,
    /// When it was asked to start.
    pub started: Instant,
    child: Child,
    directory: Option<TempDir>,
}

/// A room to be in, and a node in it.
#[derive(Clone)]
pub struct Room {
    pub session_id: String,
    pub node_id: String,
}

impl Server {
    /// Of the process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// What it has had of the processor.
    pub fn usage(&self) -> Outcome<Usage> {
        Usage::of(self.pid())
    }

    /// What it has resident.
    pub fn resident(&self) -> Outcome<u64> {
        machine::resident(self.pid())
    }

    /// Its data directory, if it is its own.
    pub fn data(&self) -> Option<&Path> {
        self.directory.as_ref().map(TempDir::path)
    }

    /// Asks it to go down in order, and waits until it is gone.
    pub fn stop(&mut self) -> Outcome<()> {
        rustix::process::kill_process(Pid::from_child(&self.child), Signal::TERM)
            .map_err(|error| Fault::Io(error.into()))?;
        self.child.wait()?;
        Ok(())
    }

    /// Kills it, as a crash would, and waits until it is gone.
    pub fn kill(&mut self) -> Outcome<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Makes rooms: projects where there are such, names elsewhere.
    pub async fn rooms(&self, count: usize) -> Outcome<Vec<Room>> {
        if self.kind != Kind::Graphroom {
            let id = |n: usize| Uuid::new_v5(&Uuid::NAMESPACE_OID, &n.to_be_bytes()).to_string();
            let room = |n| Room { session_id: id(n), node_id: id(n) };
            return Ok((0..count).map(room).collect());
        }
        let mut http = Http::open(self.address).await?;
        let mut rooms = Vec::with_capacity(count);
        for n in 0..count {
            let wish = format!("{{\"template_id\":\"restomod\",\"project_name\":\"Room {n}\"}}");
            let made = http.post("/api/v1/projects", &wish).await?;
            rooms.push(Room {
                session_id: http::text(&made, "/session_id")?,
                node_id: http::text(&made, "/graph/roots/0/id")?,
            });
        }
        Ok(rooms)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
