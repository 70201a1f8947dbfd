//! Rest: the disk works, everybody comes back, and everything arrives; then everything must fit together.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use graphroom::clock::Instant;
use graphroom::domain::{Record, Seq, State, snapshot};
use graphroom::session::Reader;
use graphroom::store::{Journal, Most, Snapshots};
use serde_json::{Value, json};

use super::super::plan::{Body, How};
use super::super::replica::Replica;
use super::disk::Mood;
use super::people::People;
use super::reading::graph;
use super::trace::note;
use super::world::World;

/// Rounds until everybody has come to rest, at most: who needs more will never.
const ROUNDS: usize = 2_000;
/// Longer than anybody who was lost is waited for.
const LONG: Duration = Duration::from_secs(31);

impl World {
    /// Everybody comes to rest, and what there is is compared.
    pub async fn rest(&mut self) {
        self.quiet().await;
        let long = if self.random.percent(50) { LONG } else { Duration::from_millis(120) };
        tokio::time::sleep(long).await;
        self.quiet().await;
        note(format_args!("rest"));
        self.compare();
        // A lease may have ended just now.
        for _ in 0..3 {
            if self.knows_who_is_here() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(120)).await;
            self.quiet().await;
        }
        self.compare_presence(long == LONG);
        self.compare_journal().await;
    }

    /// Commands with nobody between, taken back one by one and done again.
    pub async fn there_and_back(&mut self) {
        let place = self.random.below(self.clients.len());
        let (mut way, mut made) = (vec![self.replica()], Vec::new());
        for _ in 0..=self.random.below(3) {
            let body = loop {
                let body = self.body();
                if matches!(body, Body::Execute { .. }) {
                    break body;
                }
            };
            let answer = self.do_now(place, body).await;
            if answer["success"] == true {
                made.push(answer["command_id"].clone());
                way.push(self.replica());
            }
        }
        let scope = Some("mine");
        for (at, command_id) in made.iter().enumerate().rev() {
            let undone = self.take_back(place, Body::Undo { scope, how: How::default() }).await;
            if undone.as_ref() != Some(command_id) {
                return;
            }
            assert_eq!(
                self.replica().differences(&way[at]),
                Vec::<String>::new(),
                "{command_id} was taken back"
            );
        }
        for (at, command_id) in made.iter().enumerate() {
            let redone = self.take_back(place, Body::Redo { scope, how: How::default() }).await;
            assert_eq!(redone.as_ref(), Some(command_id), "a redo takes what was undone last");
            let differences = self.replica().differences(&way[at + 1]);
            assert_eq!(differences, Vec::<String>::new(), "{command_id} was done again");
        }
    }

    /// Takes a step back or does it again: which.
    async fn take_back(&mut self, place: usize, body: Body) -> Option<Value> {
        let answer = self.do_now(place, body).await;
        if answer["success"] != true || answer["nothing_to_undo"] == true {
            return None;
        }
        Some(self.heard.get(&answer["seq"].as_u64()?)?["undone_command_id"].clone())
    }

    /// A client's command, while nothing else happens: the answer.
    pub async fn do_now(&mut self, place: usize, body: Body) -> Value {
        let body = self.filled_in(body);
        let deed = self.clients[place].think(body, &mut self.deeds);
        self.clients[place].give(deed, &mut self.deeds);
        self.quiet().await;
        self.deeds.get(deed).last_answer()
    }

    /// At the end the server dies; the next one says the same of everything, and carries nothing out again.
    pub async fn last_words(&mut self) {
        let before = self.replica();
        self.restart().await;
        self.rest().await;
        assert_eq!(self.replica().differences(&before), Vec::<String>::new(), "a server that replayed it");
        for deed in self.deeds.accepted().collect::<Vec<_>>() {
            let place = self.clients.iter().position(|client| client.wrote(self.deeds.get(deed)));
            let place = place.expect("a client gave it");
            self.clients[place].give(deed, &mut self.deeds);
        }
        self.quiet().await;
        for deed in self.deeds.accepted() {
            let deed = self.deeds.get(deed);
            assert!(deed.is_repeat(), "a repeat was carried out: {deed:?}");
        }
        self.rest().await;
        self.compare_events().await;
    }

    /// Works until everybody is there and has everything.
    pub async fn quiet(&mut self) {
        self.disk.set(Mood::Good);
        for _ in 0..ROUNDS {
            while self.disk.let_one_go() {
                self.settle().await;
            }
            self.find_out();
            self.come_back();
            for link in self.links.clone() {
                let mut is_new = false;
                while self.one_arrives_above(&link) {
                    is_new = true;
                }
                while self.one_arrives_below(&link) {}
                // One after the other: graphs are read on another thread, which is as fast as it likes.
                if is_new {
                    self.settle().await;
                }
            }
            self.settle().await;
            if self.is_at_rest() {
                return;
            }
        }
        let places: Vec<_> = self.clients.iter().map(|client| client.stands()).collect();
        panic!("nobody comes to rest: {places:?}");
    }

    /// Nobody believes in a connection that is not there.
    fn find_out(&mut self) {
        for link in self.links.clone() {
            let is_its = |line: &super::client::Line| Arc::ptr_eq(&line.link, &link);
            match link.ends() {
                (true, false) => {
                    let mine =
                        self.clients.iter_mut().find(|client| client.line.as_ref().is_some_and(is_its));
                    mine.into_iter().for_each(super::client::Client::disconnected);
                }
                (false, true) => self.server.lose(&link.client_id, true, false, Duration::ZERO),
                _ => {}
            }
        }
    }

    /// Everybody is there, and gives again what it has to.
    fn come_back(&mut self) {
        if self.server.is_draining() {
            return;
        }
        for place in 0..self.clients.len() {
            let client = &mut self.clients[place];
            client.is_asleep = false;
            match &client.line {
                None => {
                    let link = client.connect(64);
                    self.server.connect(&link, client.user);
                    self.links.push(link);
                }
                Some(line) if line.is_moving() => {}
                Some(line) if !line.is_joined => client.join(&mut self.random),
                Some(_) => {
                    while let Some(deed) = client.again.pop_front() {
                        client.give(deed, &mut self.deeds);
                    }
                }
            }
        }
        let behind = self
            .readings
            .follower()
            .is_none_or(|room| room.wants_reading() || Some(room.heard()) < self.head());
        if behind {
            self.readings.follow(&self.server, &mut self.random);
        }
    }

    fn head(&self) -> Option<u64> {
        Some(self.server.live()?.committed().state.head)
    }

    fn is_at_rest(&self) -> bool {
        let head = self.head();
        head.is_some()
            && !self.server.is_draining()
            && self.server.is_idle()
            && self.readings.is_idle()
            && self
                .readings
                .follower()
                .is_some_and(|room| Some(room.heard()) == head && !room.wants_reading())
            && self.links.iter().all(|link| link.ends() == (true, true) && link.is_busy() == (false, false))
            && self.clients.iter().all(|client| client.is_at_rest())
    }

    /// The graph as the server has it.
    fn replica(&self) -> Replica {
        let session = self.server.live().expect("at rest it is loaded");
        Replica::read(&graph(&session)["graph"])
    }

    /// Everybody has heard everything, and has what the server has.
    fn compare(&self) {
        let (head, graph) = (self.head(), self.replica());
        let rooms = self.clients.iter().filter_map(|client| client.room.as_ref());
        for room in rooms.chain(self.readings.follower()) {
            assert_eq!(Some(room.heard()), head, "at rest everybody has heard everything");
            let differences = room.replica().expect("everybody has read the graph").differences(&graph);
            assert!(differences.is_empty(), "a replica is another one than the server's: {differences:#?}");
        }
    }

    fn knows_who_is_here(&self) -> bool {
        let participants = self.server.live().map(|session| People::all(&json!(session.participants())));
        self.clients.iter().all(|client| client.people.is_none() || client.people == participants)
    }

    /// Those are here who have a connection or a lease, and everybody knows it who asked.
    fn compare_presence(&self, long: bool) {
        let session = self.server.live().expect("at rest it is loaded");
        let participants = People::all(&json!(session.participants()));
        let mut here: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for client in &self.clients {
            let line = client.line.as_ref().expect("at rest everybody is connected");
            here.entry(client.author()).or_default().push(line.link.client_id.to_string());
            if let Some(people) = &client.people {
                assert_eq!(*people, participants, "who is here, as {} knows it", line.link.client_id);
            }
        }
        here.values_mut().for_each(|connections| connections.sort_unstable());
        let now = Instant::now();
        let leased = self.leases.iter().filter(|(_, until)| **until > now);
        here.extend(leased.map(|(user, _)| ((*user).to_owned(), Vec::new())));
        let mut told = participants.connections();
        if !long {
            // Whoever was lost is away for a while.
            told.retain(|user, connections| !connections.is_empty() || here.contains_key(user));
        }
        assert_eq!(told, here, "those are here who have a connection or a lease");
        let joined = session.info().connections.len();
        assert_eq!(joined, self.clients.len(), "every connection that is joined is somebody's");
    }

    async fn journal(&self) -> Vec<Record> {
        let all = Most::records(usize::MAX);
        self.disk.inside().read_from(self.project_id, 0, all).await.expect("it works")
    }

    /// The journal has what was acknowledged, and makes every state that was ever seen.
    async fn compare_journal(&mut self) {
        let journal = self.journal().await;
        self.deeds.check(&journal);
        let mut snapshot = self.disk.inside().snapshot(self.project_id, Seq::MAX).await.expect("it works");
        let mut state = State::default();
        for record in &journal {
            state.apply(record);
            if let Some(snapshot) = snapshot.take_if(|snapshot| snapshot.seq == state.head) {
                assert!(
                    snapshot.text == snapshot::write(&state),
                    "the snapshot at {} is another",
                    state.head
                );
            }
            let Some(committed) = self.states.remove(&state.head) else { continue };
            let seen = &committed.state;
            assert!(seen.graph == state.graph, "the graph at {} is not the replayed one", state.head);
            assert!(seen.steps == state.steps, "the steps at {} are not the replayed ones", state.head);
            assert_eq!((&seen.name, seen.life), (&state.name, state.life));
            assert_eq!(seen.template.id, state.template.id);
        }
        assert!(snapshot.is_none(), "a snapshot ends where no record does");
        assert!(
            self.states.is_empty(),
            "states were seen that are not in the journal: {:?}",
            self.states.keys()
        );
    }

    /// What anybody heard is what the journal's events are.
    async fn compare_events(&self) {
        let session = self.server.live().expect("at rest it is loaded");
        let reader = Reader::new(session).expect("somebody is there");
        let mut after = 0;
        loop {
            let tail = reader.tail(after, 100).await.expect("the disk works");
            if tail.events.is_empty() {
                return;
            }
            for event in &tail.events {
                assert_eq!(event.seq, after + 1, "a tail without a gap");
                after = event.seq;
                let payload: Value = serde_json::from_str(event.payload.get()).expect("it is JSON");
                let heard = self.heard.get(&after);
                assert!(heard.is_none_or(|heard| *heard == payload), "{heard:?} was heard, and is {payload}");
            }
        }
    }
}
