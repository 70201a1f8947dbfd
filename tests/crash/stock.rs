//! A trial with stock clients: `socket.io-client`s that write, resume and repeat while the server is killed.
//!
//! They reach the server by a proxy that stays, as behind an address that stays. What they hear is held to every
//! rule of a member's room across all kills, and what they were answered to the journal after each.
//!
//! Proves CMD-2, CMD-3, SYNC-1 and SYNC-2 (docs/behaviour.md).

use std::collections::HashMap;
use std::process::Stdio;
use std::time::Duration;

use graphroom::domain::Record;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin};
use tokio::sync::mpsc;
use tokio::time::timeout;
use uuid::Uuid;

use super::log::{Answer, Change, Log};
use super::oracle::{violations, violations_of_journal};
use super::plan::Plan;
use super::site::Site;
use crate::simulation::room::{Reading, Room};
use crate::support::Project;
use crate::support::client::Event;
use crate::support::node::node;
use crate::support::process::ServerProcess;
use crate::support::proxy::Proxy;
use crate::support::random::Random;

/// Clients that write.
const WRITERS: usize = 6;
/// Commands of one client that wait for their answers.
const WINDOW: usize = 4;
/// A kill comes after at most so many answers.
const MOST_ANSWERS: usize = 60;
/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// Stock clients, and a server that is killed.
pub struct StockTrial {
    server: ServerProcess,
    site: Site,
    proxy: Proxy,
    project: Project,
    writers: Vec<StockWriter>,
    _process: Child,
    orders: ChildStdin,
    told: mpsc::UnboundedReceiver<Value>,
    /// Nobody is connected, and what was told before that was heard.
    is_quiet: bool,
    random: Random,
    seed: u64,
}

/// One client, by what it told.
struct StockWriter {
    log: Log,
    plan: Plan,
    /// Where the commands stand in the log that were not answered.
    waiting: HashMap<String, usize>,
    room: Option<Room>,
    epoch: Option<Value>,
    is_connected: bool,
}

impl StockTrial {
    /// Starts a server, makes a project, and waits until everybody is there.
    pub async fn begin(seed: u64) -> Self {
        let mut random = Random::new(seed);
        let site = Site::new(|data| {
            let mut command = ServerProcess::command(data);
            command.env("GRAPHROOM_MAX_COMMANDS_PER_SECOND", "0");
            command
        });
        let server = site.start().await;
        let project = server.rest.project().await;
        let proxy = Proxy::start(server.address, 64 * 1024).await;
        let mut command = node(proxy.address);
        command.args(["writers.mjs", &project.session_id, &WRITERS.to_string()]);
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (orders, stdout) = (process.stdin.take().unwrap(), process.stdout.take().unwrap());
        let (tell, told) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            let mut lines = BufReader::new(stdout).lines();
            while let Ok(Some(line)) = lines.next_line().await {
                // Nobody listens once the trial is over.
                let _ = tell.send(serde_json::from_str(&line).unwrap());
            }
        });
        let writers = (0..WRITERS).map(|number| StockWriter::new(number, &project, &mut random)).collect();
        Self {
            server,
            site,
            proxy,
            project,
            writers,
            _process: process,
            orders,
            told,
            is_quiet: true,
            random,
            seed,
        }
    }

    /// Kills the server so often, and holds everything to what it has to be.
    pub async fn survives(mut self, kills: usize) {
        for kill in 0..kills {
            let answers = 1 + self.random.below(MOST_ANSWERS);
            self.hear_answers(answers).await;
            self.site.kill(&mut self.server).await;
            self.hear_until_gone().await;
            let journal = self.journal().await;
            let found = violations_of_journal(&self.logs(), &journal);
            assert_eq!(found, [], "seed {}, kill {kill}", self.seed);
            for writer in &mut self.writers {
                writer.log.learn(&journal);
            }
            self.server = self.site.start().await;
            self.proxy.forward_to(self.server.address);
        }
        self.finish().await;
    }

    /// Everything is answered, everybody has heard everything, and has what the server has.
    async fn finish(mut self) {
        self.hear_while(|trial| trial.writers.iter().any(|writer| !writer.waiting.is_empty())).await;
        let path = format!("/sessions/{}/graph", self.project.session_id);
        let (status, graph) = self.server.rest.get(&path).await;
        assert_eq!(status, 200, "{graph}");
        let reading = Reading::of(&graph).expect("a graph");
        let behind =
            move |trial: &Self| trial.writers.iter().any(|writer| writer.heard() < Some(reading.seq));
        self.hear_while(behind).await;
        let reading = Reading::of(&graph).expect("a graph");
        for writer in &mut self.writers {
            let room = writer.room.as_mut().expect("it joined");
            if room.wants_reading() {
                room.read(&reading);
            }
            let differences = room.replica().expect("it was read").differences(&reading.replica);
            assert!(differences.is_empty(), "seed {}: {}: {differences:#?}", self.seed, writer.log.author);
        }
        let ended = self.server.terminate().await;
        assert!(ended.success(), "{ended}");
        let journal = Ok(self.journal().await);
        assert_eq!(violations(&self.logs(), &journal, Some(&graph)), [], "seed {}", self.seed);
    }

    /// Gives commands, and hears until so many answers came.
    async fn hear_answers(&mut self, answers: usize) {
        let mut left = answers;
        while left > 0 {
            self.give().await;
            left -= usize::from(self.hear().await);
        }
    }

    async fn hear_while(&mut self, lacking: impl Fn(&Self) -> bool) {
        while lacking(self) {
            self.hear().await;
        }
    }

    /// What was told before the connections went was heard: everybody knows that the server is gone.
    async fn hear_until_gone(&mut self) {
        self.orders.write_all(b"{\"quiet\":true}\n").await.expect("the clients live");
        self.is_quiet = false;
        self.hear_while(|trial| !trial.is_quiet).await;
    }

    /// Takes one thing that a client told. True if it is an answer to a command.
    async fn hear(&mut self) -> bool {
        let told = timeout(PATIENCE, self.told.recv()).await;
        let told = told.unwrap_or_else(|_| panic!("seed {}: nothing is told any more", self.seed));
        let told = told.expect("the clients live as long as the trial");
        if told["quiet"] == true {
            self.is_quiet = true;
            return false;
        }
        let number = told["writer"].as_u64().expect("a number") as usize;
        self.writers[number].hear(told)
    }

    /// Every client that is there has some commands under way.
    async fn give(&mut self) {
        for (number, writer) in self.writers.iter_mut().enumerate() {
            while writer.is_connected && writer.waiting.len() < WINDOW {
                let order = writer.next(number, &self.project.session_id);
                self.orders.write_all(format!("{order}\n").as_bytes()).await.expect("the clients live");
            }
        }
    }

    async fn journal(&self) -> Vec<Record> {
        let id: Uuid = self.project.project_id.parse().expect("an id");
        self.site.journal(id).await.expect("the journal can be read")
    }

    fn logs(&self) -> Vec<&Log> {
        self.writers.iter().map(|writer| &writer.log).collect()
    }
}

impl StockWriter {
    fn new(number: usize, project: &Project, random: &mut Random) -> Self {
        let author = format!("writer-{number}");
        let plan = Plan::new(&author, project, true, Random::new(random.next()));
        Self {
            log: Log { author, sent: Vec::new() },
            plan,
            waiting: HashMap::new(),
            room: None,
            epoch: None,
            is_connected: false,
        }
    }

    fn heard(&self) -> Option<u64> {
        self.room.as_ref().map(Room::heard)
    }

    /// The next command, as the clients' process takes it.
    fn next(&mut self, number: usize, session_id: &str) -> Value {
        let sent = self.plan.next();
        let event = if sent.command_type == "Undo" { "undo" } else { "execute_command" };
        let order = json!({ "writer": number, "event": event, "payload": sent.payload(session_id) });
        self.waiting.insert(sent.command_id.clone(), self.log.sent.len());
        self.log.sent.push(sent);
        order
    }

    /// Takes what it told. True if it is an answer to a command.
    fn hear(&mut self, mut told: Value) -> bool {
        if told["gone"] == true {
            self.is_connected = false;
        } else if let Some(answer) = told.get("joined") {
            if answer["success"] == true {
                self.joined(answer, &told["since"]);
            }
        } else if let Some(name) = told["name"].as_str().map(str::to_owned) {
            let payload = told["payload"].take();
            self.room.as_mut().expect("it joined").hear(Event { name, payload });
        } else if let Some(command_id) = told["command_id"].as_str() {
            let place = self.waiting.remove(command_id).expect("one answer to each command");
            self.answered(place, Answer::read(told["answer"].take()));
            return true;
        }
        false
    }

    fn joined(&mut self, answer: &Value, since: &Value) {
        self.is_connected = true;
        let epoch = self.epoch.get_or_insert_with(|| answer["epoch"].clone());
        assert_eq!(answer["epoch"], *epoch, "the journal is the same one");
        let goes_on = since.is_object() && matches!(answer["mode"].as_str(), Some("current" | "tail"));
        self.room = Some(match self.room.take() {
            Some(room) if goes_on => room.went_on(answer, false),
            before => {
                let room = Room::new(answer, false, false);
                assert!(
                    before.is_none_or(|before| before.heard() <= room.heard()),
                    "it heard of more: {answer}"
                );
                room
            }
        });
    }

    fn answered(&mut self, place: usize, answer: Answer) {
        let sent = &mut self.log.sent[place];
        if let (Change::Create { node }, Answer::Acknowledged { node_id: Some(id), seq, .. }) =
            (&sent.change, &answer)
        {
            self.plan.learn(node, id);
            let heard = self.room.as_ref().map(Room::heard);
            assert!(heard >= Some(*seq), "answered before its events: {heard:?}, {seq}");
        }
        sent.answer = Some(answer);
    }
}
