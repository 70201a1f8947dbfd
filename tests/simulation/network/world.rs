//! A project, the server that serves it, and the clients and links around it: one step after the other.
//!
//! In each step one thing happens, drawn from the seed: something arrives, a client does something, the disk lets
//! go of something, a connection or the server is lost, time passes. Then everybody works until nobody can go on,
//! and the next thing happens.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use graphroom::clock::{Clock, Instant};
use graphroom::domain::{Author, Limits, Seq, Timestamp};
use graphroom::project::{Library, Projects};
use graphroom::session::snapshots::Every;
use graphroom::session::{Committed, Kept, Person, Rules, Session};
use graphroom::store::{ProjectId, SessionId};
use graphroom_protocol::presence::DoingChange;
use serde_json::Value;

use super::super::plan::{Body, Commands, How};
use super::super::stage::{fill_in, of_pool};
use super::client::Client;
use super::deeds::Deeds;
use super::disk::Disk;
use super::ends::Ends;
use super::link::{Ask, Link};
use super::reading::Readings;
use super::server::Server;
use super::trace::note;
use crate::support::random::Random;

/// Who sits at the clients. The last one says nothing of itself.
const USERS: [Option<&str>; 5] = [Some("ann"), Some("ann"), Some("bob"), Some("eve"), None];
/// Who is there by a lease alone.
pub const LEASED: [&str; 2] = ["cap", "dot"];
/// When it begins, in milliseconds.
const BEGINNING: i64 = 1_700_000_000_000;

/// Everything.
pub struct World {
    pub random: Random,
    pub disk: Arc<Disk>,
    pub server: Server,
    pub clients: Vec<Client>,
    /// Those that an end of theirs still has.
    pub links: Vec<Arc<Link>>,
    pub deeds: Deeds,
    pub readings: Readings,
    pub ends: Ends,
    pub project_id: ProjectId,
    /// What was committed, as it was seen at the time.
    pub states: BTreeMap<Seq, Arc<Committed>>,
    /// Every event that anybody heard.
    pub heard: BTreeMap<Seq, Value>,
    /// Who is there by a lease, and how long.
    pub leases: BTreeMap<&'static str, Instant>,
    /// The session that was loaded last.
    session: Option<Arc<Session>>,
    pub session_id: SessionId,
    root: String,
    commands: Commands,
    pub rules: Rules,
    pub clock: Clock,
    /// Packets that fit in a connection.
    window: usize,
    /// How often connections and servers are lost, of a hundred times that something else happens.
    trouble: usize,
}

impl World {
    /// A new project, whose server and connections are as the seed has it.
    pub async fn new(seed: u64, library: &Arc<Library>) -> Self {
        let mut random = Random::new(seed);
        let disk = Disk::new(Random::new(random.next()));
        let began = Instant::now();
        let clock: Clock = Arc::new(move || {
            let passed = i64::try_from(began.elapsed().as_millis()).unwrap_or(i64::MAX);
            Timestamp::from_millis(BEGINNING.saturating_add(passed))
        });
        let kept = Kept { items: *random.pick(&[12, 30, 100, 8_192]), ..Kept::default() };
        let snapshot_every = Every { records: 6, changes: 40 };
        let rules = Rules { kept, snapshot_every, templates: library.shared(), ..Rules::default() };
        let mount = disk.mount().await;
        let projects = Projects::new(
            Arc::clone(&mount) as Arc<_>,
            Arc::clone(library),
            Arc::clone(&clock),
            Limits::default(),
            false,
        );
        let founder = Author { user_id: "ann".into(), name: None, client_id: None };
        let created =
            projects.create("restomod", "Test", None, &founder, None).await.expect("the disk works");
        let root = created.state.graph.children(None).next().expect("a root").id.to_string();
        let (session_id, project_id) = (created.row.session_id, created.row.project_id);
        let server = Server::start(mount, Arc::clone(&clock), rules.clone(), session_id);
        let clients = USERS.iter().enumerate().map(|(number, user)| Client::new(*user, number)).collect();
        let (window, trouble) = (*random.pick(&[1, 3, 8, 64]), *random.pick(&[2, 6, 12]));
        note(format_args!("ring of {}, window of {window}, trouble {trouble}", kept.items));
        let mut world = Self {
            random,
            disk,
            server,
            clients,
            links: Vec::new(),
            deeds: Deeds::default(),
            readings: Readings::default(),
            ends: Ends::default(),
            project_id,
            states: BTreeMap::new(),
            heard: BTreeMap::new(),
            leases: BTreeMap::new(),
            session: None,
            session_id,
            root,
            commands: Commands::new(false),
            rules,
            clock,
            window,
            trouble,
        };
        world.begin().await;
        world
    }

    /// Everybody is there, and there are some nodes.
    async fn begin(&mut self) {
        self.rest().await;
        let first = Commands::first_nodes(&mut self.random);
        self.do_now(0, first).await;
    }

    /// One thing happens, and what comes of it.
    pub async fn step(&mut self) {
        let trouble = self.trouble;
        match self.random.weighted(&[300, 300, 160, 90, trouble * 7, 40, trouble, 12, 30]) {
            0 => self.arrives_above(),
            1 => self.arrives_below(),
            2 => self.somebody_acts(),
            3 => drop(self.disk.let_one_go()),
            4 => self.a_connection_is_lost(),
            5 => self.time_passes().await,
            6 => self.the_server_is_lost().await,
            7 => self.the_disk_changes(),
            _ => self.readings.follow(&self.server, &mut self.random),
        }
        self.settle().await;
    }

    /// Everybody works until nobody can go on.
    pub async fn settle(&mut self) {
        // Time stands still while anybody can go on.
        tokio::time::sleep(Duration::from_millis(1)).await;
        self.look().await;
    }

    /// What nobody has to decide: cut connections end, reads come back, what can be seen is kept.
    async fn look(&mut self) {
        for link in self.links.clone() {
            if link.is_cut() && link.ends().1 {
                note(format_args!("{} was cut", link.client_id));
                self.ends.cut(&link, &self.server);
                self.server.lose(&link.client_id, true, false, Duration::ZERO);
            }
        }
        self.links.retain(|link| link.ends() != (false, false));
        if self.server.is_drained() {
            self.restart().await;
        }
        self.readings.come_back(&mut self.clients).await;
        self.readings.ask(&mut self.clients, &self.server);
        if let Some(session) = self.server.live() {
            if self.session.as_ref().is_none_or(|known| !Arc::ptr_eq(known, &session)) {
                // It was loaded anew: nobody has a lease there, and no ends are known.
                self.leases.clear();
                self.ends.clear();
                self.session = Some(Arc::clone(&session));
            }
            let committed = session.committed();
            self.states.entry(committed.state.head).or_insert(committed);
        }
        let logs = self.clients.iter().filter_map(|client| client.room.as_ref());
        for room in logs.chain(self.readings.follower()) {
            let last = room.log().iter().rev().take_while(|event| {
                let seq = event["seq"].as_u64().unwrap_or_default();
                let known = self.heard.get(&seq);
                assert!(known.is_none_or(|known| known == *event), "{event} was heard as {known:?} before");
                known.is_none()
            });
            let new: Vec<_> = last.cloned().collect();
            for event in new {
                self.heard.insert(event["seq"].as_u64().unwrap_or_default(), event);
            }
        }
    }

    /// A busy link, in one direction or the other.
    fn busy(&mut self, is_busy: impl Fn(&Link) -> bool) -> Option<Arc<Link>> {
        let busy: Vec<_> = self.links.iter().filter(|link| is_busy(link)).cloned().collect();
        if busy.is_empty() { None } else { Some(Arc::clone(self.random.pick(&busy))) }
    }

    fn arrives_above(&mut self) {
        let Some(link) = self.busy(|link| link.is_busy().0) else { return };
        for _ in 0..=self.random.below(3) {
            self.one_arrives_above(&link);
        }
    }

    /// The server gets one thing. False if there is none.
    pub fn one_arrives_above(&mut self, link: &Link) -> bool {
        let Some((ack_id, ask)) = link.next_up() else { return false };
        if matches!(ask, Ask::Join { .. }) {
            self.ends.asks_to_join(link, ack_id, &self.server);
        }
        note(format_args!("{} asks {ack_id}: {}", link.client_id, ask.name()));
        self.server.receive(link, (ack_id, ask));
        true
    }

    fn arrives_below(&mut self) {
        let asleep: Vec<_> = self.clients.iter().filter(|client| client.is_asleep).collect();
        let asleep: Vec<Arc<str>> =
            asleep.iter().filter_map(|c| Some(Arc::clone(&c.line.as_ref()?.link.client_id))).collect();
        let Some(link) = self.busy(|link| link.is_busy().1 && !asleep.contains(&link.client_id)) else {
            return;
        };
        for _ in 0..=self.random.below(6) {
            self.one_arrives_below(&link);
        }
    }

    /// A client gets one thing. False if there is none.
    pub fn one_arrives_below(&mut self, link: &Arc<Link>) -> bool {
        let is_its =
            |client: &&mut Client| client.line.as_ref().is_some_and(|line| Arc::ptr_eq(&line.link, link));
        let Some(client) = self.clients.iter_mut().find(is_its) else { return false };
        let Some(packet) = link.next_down() else { return false };
        note(format_args!("{} hears {} bytes", link.client_id, packet.len()));
        client.hear(packet, &mut self.deeds);
        self.ends.hears(link, client);
        true
    }

    fn somebody_acts(&mut self) {
        let place = self.random.below(self.clients.len());
        if self.random.percent(4) {
            return self.a_lease();
        }
        let (random, window) = (&mut self.random, self.window);
        let client = &mut self.clients[place];
        let Some(line) = &client.line else {
            let link = client.connect(window);
            note(format_args!("{} connects", link.client_id));
            self.server.connect(&link, client.user);
            self.links.push(link);
            return;
        };
        if client.is_asleep {
            client.is_asleep = !random.percent(20);
            return;
        }
        if line.is_moving() {
            return;
        }
        match (random.weighted(&[60, 14, 4, 6, 5, 4]), line.is_joined) {
            (0, _) if !client.again.is_empty() => {
                let deed = client.again.pop_front().expect("it is not empty");
                client.give(deed, &mut self.deeds);
            }
            (0, true) => self.give_some(place),
            // Who did not hear yet gives the same command again, now and then.
            (1, true) => {
                let waits = client.waits_for().filter(|deed| self.deeds.get(*deed).command_id.is_some());
                if let Some(deed) = waits {
                    client.give(deed, &mut self.deeds);
                }
            }
            (2, true) => client.leave(),
            (3, true) => client.set_presence(random),
            (4, true) => client.is_asleep = true,
            (5, true) | (_, false) => client.join(random),
            _ => {}
        }
    }

    fn give_some(&mut self, place: usize) {
        for _ in 0..=self.random.below(3) {
            let body = self.body();
            let deed = self.clients[place].think(body, &mut self.deeds);
            self.clients[place].give(deed, &mut self.deeds);
        }
    }

    /// Any command.
    pub fn body(&mut self) -> Body {
        let random = &mut self.random;
        let scope = *random.pick(&[None, Some("mine"), Some("session")]);
        let body = match random.weighted(&[100, 20, 10]) {
            0 => self.commands.execute(random),
            1 => Body::Undo { scope, how: How::any(random, 15) },
            _ => Body::Redo { scope, how: How::any(random, 15) },
        };
        self.filled_in(body)
    }

    /// The command with ids in place of its placeholders.
    pub fn filled_in(&self, mut body: Body) -> Body {
        let id = |name: &str| {
            let (kind, n) = name.split_once(':').unwrap_or((name, "0"));
            let n: usize = n.parse().ok()?;
            match kind {
                "root" => Some(self.root.clone()),
                "pool" => Some(of_pool(n)),
                "made" => Some(self.deeds.made.get(n).cloned().unwrap_or_else(|| of_pool(50))),
                "never" => Some(of_pool(99)),
                _ => None,
            }
        };
        if let Body::Execute { data, .. } = &mut body {
            fill_in(data, &id);
        }
        body
    }

    fn a_lease(&mut self) {
        let Some(session) = self.server.live() else { return };
        let user = *self.random.pick(&LEASED);
        if self.random.percent(30) {
            assert_eq!(session.release_presence(user), self.is_leased(user), "the lease of {user}");
            self.leases.remove(user);
            return;
        }
        let author = Author { user_id: user.into(), name: None, client_id: None };
        session.lease_presence(&Person::new(&author, None), DoingChange::default());
        self.leases.insert(user, Instant::now() + Duration::from_secs(60));
    }

    fn is_leased(&self, user: &str) -> bool {
        self.leases.get(user).is_some_and(|until| *until > Instant::now())
    }
}
