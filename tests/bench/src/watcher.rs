//! Who looks on: an admin's page, Socket.IO's own Admin UI, and who is told how the server is.
//!
//! A page asks for what `/admin` of the web client asks for, as often as that does.

use std::cell::{Cell, RefCell};
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use memchr::memmem;
use serde_json::Value;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::fault::{Fault, Outcome};
use crate::http::{Http, text};
use crate::listener::Listener;

/// How often a page asks for what changes all the time.
const OFTEN: Duration = Duration::from_millis(1_500);
/// And for what is large, or changes less.
const SELDOM: Duration = Duration::from_secs(5);
/// Over so many connections are large.
const FEW_CONNECTIONS: usize = 2_000;
const ADMIN_UI: &str = "/socket.io/?EIO=4&transport=websocket";

/// Some who look on, until they are finished or dropped.
pub struct Watchers {
    tasks: JoinSet<Outcome<()>>,
    seen: Rc<Sight>,
}

/// What they saw.
#[derive(Default)]
struct Sight {
    answers: Cell<u64>,
    /// Milliseconds of the answer that took longest.
    longest: Cell<f64>,
}

impl Watchers {
    /// Two windows of `/admin`: one on the server's figures and its connections, one on a session.
    pub fn pages(address: SocketAddr, session_id: &str, connections: usize) -> Self {
        let mut watchers = Self { tasks: JoinSet::new(), seen: Rc::default() };
        let listing = if connections > FEW_CONNECTIONS { SELDOM } else { OFTEN };
        watchers.ask(address, OFTEN, &["/api/websocket/status", "/api/v1/admin/sessions?limit=1000&search="]);
        watchers.ask(address, listing, &["/api/websocket/connections?limit=20000"]);
        let seldom = [
            "/api/v1/admin/charts?minutes=60",
            "/api/websocket/status/alerts",
            "/api/websocket/status/system",
            "/api/v1/admin/maintenance",
        ];
        watchers.ask(address, SELDOM, &seldom);
        let (seen, id) = (Rc::clone(&watchers.seen), session_id.to_owned());
        watchers.tasks.spawn_local(async move { look_into(address, &id, &seen).await });
        watchers
    }

    /// Socket.IO's Admin UI, with everything that it shows.
    pub async fn admin_ui(address: SocketAddr) -> Outcome<Self> {
        let mut watchers = Self { tasks: JoinSet::new(), seen: Rc::default() };
        let seen = Rc::clone(&watchers.seen);
        let mut listener = Listener::open(address, ADMIN_UI, None).await?;
        listener.say("40/admin,{}").await?;
        watchers.tasks.spawn_local(async move {
            loop {
                let (mut packets, mut is_asked) = (0, false);
                listener.next(|text| if text == b"2" { is_asked = true } else { packets += 1 }).await?;
                seen.answers.set(seen.answers.get() + packets);
                if is_asked {
                    listener.say("3").await?;
                }
            }
        });
        Ok(watchers)
    }

    fn ask(&mut self, address: SocketAddr, every: Duration, paths: &[&'static str]) {
        let (seen, paths) = (Rc::clone(&self.seen), paths.to_vec());
        self.tasks.spawn_local(async move {
            let mut http = Http::open(address).await?;
            loop {
                for path in &paths {
                    seen.read(&mut http, path).await?;
                }
                sleep(every).await;
            }
        });
    }

    /// Looks no more: how many answers they saw, and how long the slowest took, in milliseconds.
    pub fn finish(mut self) -> Outcome<(u64, f64)> {
        // They look until they are told to stop: who ended failed.
        while let Some(ended) = self.tasks.try_join_next() {
            ended.map_err(|_| Fault::Ended)??;
        }
        Ok((self.seen.answers.get(), self.seen.longest.get()))
    }
}

impl Sight {
    async fn read(&self, http: &mut Http, path: &str) -> Outcome<Vec<u8>> {
        let asked = Instant::now();
        let answer = http.get(path).await?;
        self.answers.set(self.answers.get() + 1);
        self.longest.set(self.longest.get().max(asked.elapsed().as_secs_f64() * 1e3));
        Ok(answer)
    }
}

/// The page of a session: who is in it, its events, and now and then its document.
async fn look_into(address: SocketAddr, id: &str, seen: &Sight) -> Outcome<()> {
    let mut http = Http::open(address).await?;
    let (mut place, mut document) = (String::new(), None::<Instant>);
    loop {
        let session = seen.read(&mut http, &format!("/api/v1/admin/sessions/{id}")).await?;
        seen.read(&mut http, &format!("/api/v1/sessions/{id}/presence")).await?;
        let path = format!("/api/v1/sessions/{id}/events?kind=graph&limit=1000{place}");
        let page: Value = serde_json::from_slice(&seen.read(&mut http, &path).await?)?;
        place = format!("&since={}:{}", page["epoch"].as_str().unwrap_or_default(), page["seq"]);
        if document.is_none_or(|read| read.elapsed() >= SELDOM) {
            let project = text(&session, "/project_id")?;
            seen.read(&mut http, &format!("/api/v1/projects/{project}/graph")).await?;
            document = Some(Instant::now());
        }
        sleep(OFTEN).await;
    }
}

/// Some who are told how the server is, by `/ws/status`.
pub struct Told {
    rounds: Rc<Rounds>,
    listeners: usize,
    tasks: JoinSet<Outcome<()>>,
}

/// What was asked for, and who heard of it.
struct Rounds {
    number: Cell<u64>,
    asked: Cell<Instant>,
    heard: Cell<usize>,
    times: RefCell<Vec<f64>>,
}

impl Told {
    /// So many of them.
    pub async fn open(address: SocketAddr, listeners: usize) -> Outcome<Self> {
        let rounds = Rc::new(Rounds {
            number: Cell::new(0),
            asked: Cell::new(Instant::now()),
            heard: Cell::new(0),
            times: RefCell::default(),
        });
        let mut tasks = JoinSet::new();
        for _ in 0..listeners {
            let mut listener = Listener::open(address, "/ws/status", None).await?;
            listener.wait_for("status").await?;
            let rounds = Rc::clone(&rounds);
            tasks.spawn_local(async move {
                let mut number = 0;
                loop {
                    listener.next(|text| rounds.hear(text, &mut number)).await?;
                }
            });
        }
        Ok(Self { rounds, listeners, tasks })
    }

    /// Has the server look at itself again and again, each time once everybody was told: milliseconds from asking until each
    /// of them was, what the server did in between included.
    pub async fn times(&mut self, address: SocketAddr, time: Duration) -> Outcome<Vec<f64>> {
        let (mut http, begun) = (Http::open(address).await?, Instant::now());
        while begun.elapsed() < time {
            self.rounds.heard.set(0);
            self.rounds.asked.set(Instant::now());
            self.rounds.number.set(self.rounds.number.get() + 1);
            http.post("/api/websocket/status/health-check", "{}").await?;
            while self.rounds.heard.get() < self.listeners {
                if let Some(ended) = self.tasks.try_join_next() {
                    ended.map_err(|_| Fault::Ended)??;
                }
                sleep(Duration::from_millis(1)).await;
            }
            sleep(Duration::from_millis(20)).await;
        }
        Ok(self.rounds.times.take())
    }
}

impl Rounds {
    fn hear(&self, text: &[u8], number: &mut u64) {
        if *number < self.number.get() && memmem::find(text, b"\"type\":\"health_check\"").is_some() {
            *number = self.number.get();
            self.heard.set(self.heard.get() + 1);
            self.times.borrow_mut().push(self.asked.get().elapsed().as_secs_f64() * 1e3);
        }
    }
}
