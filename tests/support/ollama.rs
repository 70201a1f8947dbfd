//! A server that speaks Ollama's protocol as a script says, faults included, and remembers what it was asked.
//!
//! It answers `POST /api/chat` and `GET /api/tags` over bare TCP, one request a connection, so that it can do what a
//! proper server never does. It waits for gates, never for time.

mod script;

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use serde_json::Value;
use socket2::SockRef;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

pub use script::{Gate, Script};

use super::until;

/// A running stub. Connections end with it.
pub struct OllamaStub {
    address: SocketAddr,
    told: Arc<Told>,
    task: JoinHandle<()>,
}

/// A request for an answer.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The head of the request: its first line and its headers.
    pub head: String,
    /// What was sent.
    pub body: Value,
    /// When it was there.
    pub at: Instant,
    /// How it ended.
    pub end: End,
}

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It has not.
    NotYet,
    /// The script was played to its end.
    Played,
    /// The client hung up before.
    HungUp,
    /// The script says to reset the connection.
    Reset,
}

#[derive(Default)]
struct Told(Mutex<Plan>);

struct Plan {
    next: VecDeque<Script>,
    by_model: HashMap<String, Script>,
    always: Script,
    formed: Option<Script>,
    health: Script,
    asked: Vec<Asked>,
    health_asked: usize,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            next: VecDeque::new(),
            by_model: HashMap::new(),
            always: Script::says(["Hello", " there"]),
            formed: None,
            health: Script::new().line(r#"{"models":[]}"#),
            asked: Vec::new(),
            health_asked: 0,
        }
    }
}

impl Told {
    fn plan(&self) -> MutexGuard<'_, Plan> {
        self.0.lock().unwrap()
    }
}

impl OllamaStub {
    /// One that says hello to everybody.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, told) = (listener.local_addr().unwrap(), Arc::new(Told::default()));
        let shared = Arc::clone(&told);
        let task = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                stream.set_nodelay(true).unwrap();
                connections.spawn(serve(stream, Arc::clone(&shared)));
            }
        });
        Self { address, told, task }
    }

    /// Where it is, for the assistant's URL.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The next question that nothing is planned for yet gets this answer.
    pub fn say<'a>(&self, pieces: impl IntoIterator<Item = &'a str>) {
        self.plan(Script::says(pieces));
    }

    /// The next question that nothing is planned for yet gets this.
    pub fn plan(&self, script: Script) {
        self.told.plan().next.push_back(script);
    }

    /// Every question gets this that nothing else is planned for.
    pub fn always(&self, script: Script) {
        self.told.plan().always = script;
    }

    /// Every question that asks for a form gets this that nothing else is planned for.
    pub fn formed(&self, script: Script) {
        self.told.plan().formed = Some(script);
    }

    /// Every question to this model gets this that nothing else is planned for.
    pub fn for_model(&self, model: &str, script: Script) {
        self.told.plan().by_model.insert(model.to_owned(), script);
    }

    /// Whoever asks whether it is there gets this.
    pub fn health(&self, script: Script) {
        self.told.plan().health = script;
    }

    /// The questions so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.told.plan().asked.clone()
    }

    /// How often it was asked whether it is there.
    pub fn health_asked(&self) -> usize {
        self.told.plan().health_asked
    }

    /// Waits for this many questions in all.
    pub async fn until_asked(&self, times: usize) {
        until("the assistant is asked", async || self.asked().len() >= times).await;
    }

    /// Waits until the client has hung up on this question, counted from 0.
    pub async fn until_hung_up_on(&self, question: usize) {
        let hung_up = async || self.asked().get(question).is_some_and(|asked| asked.end == End::HungUp);
        until("the client hangs up", hung_up).await;
    }
}

impl Drop for OllamaStub {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(mut stream: TcpStream, told: Arc<Told>) {
    let Some((head, body)) = request(&mut stream).await else { return };
    if head.starts_with("GET /api/tags ") {
        let health = {
            let mut plan = told.plan();
            plan.health_asked += 1;
            plan.health.clone()
        };
        play(&mut stream, &health).await;
        return;
    }
    if !head.starts_with("POST /api/chat ") {
        play(&mut stream, &Script::status(404)).await;
        return;
    }
    let (script, place) = {
        let mut plan = told.plan();
        let body: Value = serde_json::from_slice(&body).expect("a question is JSON");
        let of_model = body["model"].as_str().and_then(|model| plan.by_model.get(model).cloned());
        let formed = plan.formed.clone().filter(|_| body["format"].is_object());
        let script = plan.next.pop_front().or(formed).or(of_model).unwrap_or_else(|| plan.always.clone());
        plan.asked.push(Asked { head, body, at: Instant::now(), end: End::NotYet });
        (script, plan.asked.len() - 1)
    };
    let end = play(&mut stream, &script).await;
    if end == End::Reset {
        SockRef::from(&stream).set_linger(Some(Duration::ZERO)).unwrap();
    }
    drop(stream);
    told.plan().asked[place].end = end;
}

/// The head of a request, and its body.
async fn request(stream: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut read = Vec::new();
    let head = loop {
        if let Some(end) = read.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
            break end + 4;
        }
        if stream.read_buf(&mut read).await.ok()? == 0 {
            return None;
        }
    };
    let text = String::from_utf8(read[..head].to_vec()).unwrap();
    let lower = text.to_ascii_lowercase();
    let length = lower.lines().find_map(|line| line.strip_prefix("content-length:"));
    let length: usize = length.map_or(0, |length| length.trim().parse().unwrap());
    while read.len() < head + length {
        if stream.read_buf(&mut read).await.ok()? == 0 {
            return None;
        }
    }
    Some((text, read.split_off(head)))
}

/// Plays the script until its end, or until the client hangs up.
async fn play(stream: &mut TcpStream, script: &Script) -> End {
    let (mut from_client, mut to_client) = stream.split();
    let gone = async {
        let mut buffer = [0; 64];
        while from_client.read(&mut buffer).await.is_ok_and(|read| read > 0) {}
    };
    let end = tokio::select! {
        biased;
        () = gone => End::HungUp,
        end = script.play(&mut to_client) => end.unwrap_or(End::HungUp),
    };
    let _ = to_client.shutdown().await;
    end
}
