//! Stock members, in a process of their own, that tell everything that they are told.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::process::Stdio;
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin};

use super::witness::{Fault, Witness};
use crate::support::Project;
use crate::support::node::node;

/// What the members told, by their names.
#[derive(Default)]
struct Told {
    witnesses: BTreeMap<String, Witness>,
    settled: usize,
    faults: Vec<Fault>,
}

/// Members of one process. They end with it.
pub struct Stock {
    told: Arc<Mutex<Told>>,
    stdin: ChildStdin,
    _process: Child,
}

impl Stock {
    /// One member by each of these ways.
    pub fn start(address: SocketAddr, project: &Project, ways: &[&str]) -> Self {
        let mut command = node(address);
        command.args(["chaos-members.mjs", &project.session_id, &project.root, &ways.join(",")]);
        let mut process = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("`make setup` has installed it");
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let told: Arc<Mutex<Told>> = Arc::default();
        let writer = Arc::clone(&told);
        tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                let line: Value = serde_json::from_str(&line).unwrap();
                let mut told = writer.lock().unwrap();
                if let Err(fault) = told.take(&line) {
                    told.faults.push(format!("{}: {fault}", line["member"]));
                }
            }
        });
        Self { told, stdin: process.stdin.take().unwrap(), _process: process }
    }

    /// Tells them to give no more commands than they have given.
    pub async fn settle(&mut self) {
        self.stdin.write_all(b"settle\n").await.unwrap();
    }

    /// How many have had their last command answered.
    pub fn settled(&self) -> usize {
        self.told.lock().unwrap().settled
    }

    /// How often they were let in.
    pub fn joins(&self) -> usize {
        self.told.lock().unwrap().witnesses.values().flat_map(|witness| witness.modes.values()).sum()
    }

    /// Whether so many of them have heard everything up to this `seq`.
    pub fn have_heard(&self, members: usize, seq: u64) -> bool {
        let told = self.told.lock().unwrap();
        told.witnesses.len() == members && told.witnesses.values().all(|witness| witness.seq() == seq)
    }

    /// What must not be, and was.
    pub fn faults(&self) -> Vec<Fault> {
        self.told.lock().unwrap().faults.clone()
    }

    /// What each saw.
    pub fn witnesses(&self) -> BTreeMap<String, Witness> {
        self.told.lock().unwrap().witnesses.clone()
    }
}

impl Told {
    fn take(&mut self, line: &Value) -> Result<(), Fault> {
        let member = line["member"].as_str().unwrap_or_default();
        let witness = self.witnesses.entry(member.to_owned()).or_default();
        if let Some(command_id) = line["command_id"].as_str() {
            witness.acknowledge(command_id, &line["answer"])
        } else if line["since"].is_object() || line["joined"].is_object() {
            // What it said it has is what it told that it has.
            if line["since"] != witness.since() {
                return Err(format!("it has {}, and asks since {}", witness.since(), line["since"]));
            }
            witness.join(&line["joined"])
        } else if let Some(name) = line["name"].as_str() {
            witness.take(name, &line["payload"])
        } else {
            self.settled += usize::from(line["settled"] == true);
            Ok(())
        }
    }
}
