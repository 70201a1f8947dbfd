//! A project in which a plan is carried out: its stage, its seats, and a witness who hears everything.

use std::net::SocketAddr;

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::beginning::begin;
use super::house::House;
use super::plan::{AUTHORS, Action, Body, Burst, Given, Plan, SEATS, Way};
use super::replica::{Replica, Taken};
use super::room::Reading;
use super::seat::Seat;
use super::stage::Stage;
use super::there_and_back::there_and_back;
use super::transfer::{reload, transfer};
use crate::support::Rest;
use crate::support::random::Random;

/// A simulated project.
pub struct World {
    /// What all ways share.
    pub stage: Stage,
    seats: Vec<Seat>,
    /// Joins first, does nothing, and leaves last.
    witness: Seat,
    /// Which seats were members before everybody went.
    were_there: Vec<bool>,
    /// What the witness read when it joined, and how many of its events were looked at.
    began: Option<(Reading, usize)>,
    /// The project's name and template, as events tell them.
    name: Value,
    template_id: Value,
}

impl World {
    /// A new project on a server.
    pub async fn new(address: SocketAddr, rest: &Rest, plan: &Plan, house: House) -> Self {
        let seat = |session: &str, user, namespace| Seat::new(address, session, user, namespace, house);
        let (project, witness) = begin(rest, plan, |session| seat(session, None, "/")).await;
        let stage = Stage::of(rest, project);
        let mut habits = habits(plan);
        let seats = SEATS.map(|(author, namespace)| {
            let author = author.and_then(|author| AUTHORS[author]);
            let seat = seat(&stage.project.session_id, author, namespace);
            seat.with_habits(Random::new(habits.next()))
        });
        let (name, template_id) = (json!("Test"), json!("restomod"));
        let mut world =
            Self { stage, seats: seats.into(), witness, were_there: vec![], began: None, name, template_id };
        world.witness_comes().await;
        world
    }

    /// Carries a plan out, up to its tail. Then everybody goes: nobody waits beside other plans for so long
    /// that the server takes it for dead.
    pub async fn carry_out(&mut self, plan: &Plan) {
        for burst in &plan.bursts {
            match burst {
                Burst::Lanes(lanes) => self.lanes(lanes).await,
                Burst::ThereAndBack(author, commands) => {
                    there_and_back(&self.stage, &mut self.witness, *author, commands).await;
                    self.read_anew().await;
                }
                Burst::Rest => self.rest().await,
                Burst::Desert(lanes) => self.desert(lanes).await,
            }
        }
        self.were_there = self.seats.iter().map(Seat::is_joined).collect();
        self.seats.iter_mut().chain([&mut self.witness]).for_each(Seat::drop_connection);
    }

    async fn lanes(&mut self, lanes: &[(Way, Vec<Action>)]) {
        let stage = &self.stage;
        let at_seats = self.seats.iter_mut().enumerate().filter_map(|(place, seat)| {
            let actions = lanes.iter().find(|(way, _)| *way == Way::Seat(place))?;
            Some(async move {
                for action in &actions.1 {
                    act_at(stage, seat, action).await;
                }
            })
        });
        let over_rest = lanes.iter().filter_map(|(way, actions)| match way {
            Way::Rest(author) => Some(async move {
                for action in actions {
                    act(stage, *author, action).await;
                }
            }),
            Way::Seat(_) => None,
        });
        let (at_seats, over_rest) = (join_all(at_seats), join_all(over_rest));
        tokio::join!(at_seats, over_rest);
        self.read_anew().await;
    }

    /// Whoever heard that the graph is another one reads it.
    async fn read_anew(&mut self) {
        let mut rooms: Vec<_> = self.seats.iter_mut().filter_map(|seat| seat.room.as_mut()).collect();
        rooms.retain(|room| room.wants_reading());
        if !rooms.is_empty() {
            let reading = self.stage.read().await;
            rooms.into_iter().for_each(|room| room.read(&reading));
        }
    }

    /// Everybody hears what there is; then everybody has the graph that the server has.
    pub async fn rest(&mut self) {
        let reading = self.stage.read().await;
        self.hear_until(&reading).await;
        self.look_at_what_was_heard();
        self.compare(&reading);
        self.look_at_the_project(&reading).await;
    }

    async fn hear_until(&mut self, reading: &Reading) {
        for seat in self.seats.iter_mut().chain([&mut self.witness]) {
            seat.hear_until(reading.seq).await;
            if let Some(room) = seat.room.as_mut().filter(|room| room.wants_reading()) {
                room.read(reading);
            }
        }
    }

    /// Every member heard what the witness heard, and has what the server has.
    fn compare(&self, reading: &Reading) {
        let witness = self.witness.room.as_ref().expect("the witness is there");
        for seat in self.seats.iter().chain([&self.witness]) {
            let Some(room) = &seat.room else { continue };
            assert_eq!(room.heard(), reading.seq, "at rest everybody has heard everything");
            let (own, all) = (room.log(), witness.log());
            let same = own.len().min(all.len());
            assert_eq!(own[own.len() - same..], all[all.len() - same..], "everybody hears the same");
            let replica = room.replica().expect("at rest everybody has read the graph");
            let differences = replica.differences(&reading.replica);
            assert!(differences.is_empty(), "a replica is another one than the server's: {differences:#?}");
        }
    }

    /// Holds answers and readings against what the witness heard since the last time.
    fn look_at_what_was_heard(&mut self) {
        let room = self.witness.room.as_ref().expect("the witness is there");
        let (began, looked_at) = self.began.as_mut().expect("it read the graph when it came");
        let new = &room.log()[*looked_at..];
        self.stage.ledger().settle(new);
        *looked_at = room.log().len();
        for event in new {
            match event["event"].as_str() {
                Some("project-updated") => {
                    assert_eq!(event["old_name"], self.name);
                    self.name = event["name"].clone();
                }
                Some("template-adopted") => self.template_id = event["template_id"].clone(),
                _ => {}
            }
        }
        let mut readings = std::mem::take(&mut *self.stage.readings());
        readings.sort_by_key(|reading| reading.seq);
        check_readings(began, room.log(), &readings);
    }

    async fn look_at_the_project(&self, reading: &Reading) {
        let project = &self.stage.project;
        let (_, info) = self.stage.rest[3].get(&format!("/sessions/{}/info", project.session_id)).await;
        assert_eq!(info["seq"], reading.seq, "at rest");
        assert_eq!(info["node_count"], reading.replica.len());
        assert_eq!(info["template_id"], self.template_id);
        let (_, view) = self.stage.rest[3].get(&format!("/projects/{}", project.project_id)).await;
        assert_eq!(view["name"], self.name);
        assert_eq!(Replica::read(&view["graph"]), reading.replica);
    }

    /// Everybody leaves, and the session is unloaded; what happens then nobody hears. Then they come back,
    /// some over the connections that they still have.
    async fn desert(&mut self, lanes: &[(Way, Vec<Action>)]) {
        self.rest().await;
        self.were_there = self.seats.iter().map(Seat::is_joined).collect();
        for (place, seat) in self.seats.iter_mut().enumerate() {
            if place % 2 == 0 { seat.leave().await } else { seat.drop_connection() }
        }
        self.witness.leave().await;
        for _ in 0..3 {
            act(&self.stage, 3, &Action::CleanUp).await;
        }
        self.lanes(lanes).await;
        self.stage.ledger().settle_unheard();
        self.come_back().await;
    }

    /// Whoever was there is there again.
    pub async fn come_back(&mut self) {
        self.witness_comes().await;
        let (_, view) = self.stage.rest[3].get(&format!("/projects/{}", self.stage.project.project_id)).await;
        (self.name, self.template_id) = (view["name"].clone(), view["template_id"].clone());
        for (seat, was_there) in self.seats.iter_mut().zip(&self.were_there) {
            if *was_there {
                seat.join(true).await;
            }
        }
    }

    async fn witness_comes(&mut self) {
        self.witness.join(true).await;
        let reading = self.stage.read().await;
        let room = self.witness.room.as_mut().expect("it joined just now");
        room.read(&reading);
        self.stage.readings().clear();
        self.began = Some((reading, 0));
    }

    /// Deletes the project: everybody hears it, and then there is no such session.
    pub async fn end(&mut self) {
        let project = &self.stage.project;
        let path = format!("/projects/{}", project.project_id);
        let delete = self.stage.rest[0].request(reqwest::Method::DELETE, &path);
        let (status, answer) = self.stage.rest[0].send(delete).await;
        assert_eq!(status, 200, "{answer}");
        for seat in self.seats.iter_mut().chain([&mut self.witness]) {
            let Some(room) = &seat.room else { continue };
            let last = room.heard() + 1;
            seat.hear_until(last).await;
            assert!(
                seat.room.as_ref().is_some_and(|room| room.is_closed()),
                "session:closed is the last event"
            );
        }
        let (status, answer) =
            self.stage.rest[0].get(&format!("/sessions/{}/graph", project.session_id)).await;
        assert_eq!((status.as_u16(), &answer["error"]["code"]), (404, &json!("INVALID_SESSION")), "{answer}");
    }
}

/// How members join: determined by the plan, and no part of it.
fn habits(plan: &Plan) -> Random {
    let text = plan.to_string();
    Random::new(
        text.bytes().fold(text.len() as u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into())),
    )
}

/// Every graph that was read is the one that the events before it make.
fn check_readings(began: &Reading, log: &[Value], readings: &[Reading]) {
    let mut replica = began.replica.clone();
    // Events up to here are in the replica already.
    let mut read_at = began.seq;
    let mut waiting = readings.iter().filter(|reading| reading.seq >= began.seq).peekable();
    let check = |replica: &Replica, seq: u64, reading: &Reading| {
        assert_eq!(reading.seq, seq, "a graph was read within a command");
        let differences = reading.replica.differences(replica);
        assert!(differences.is_empty(), "a graph was read at {seq} that never was: {differences:#?}");
    };
    while let Some(reading) = waiting.next_if(|reading| reading.seq == began.seq) {
        check(&replica, began.seq, reading);
    }
    for (place, event) in log.iter().enumerate() {
        let seq = event["seq"].as_u64().unwrap_or_default();
        if seq > read_at && replica.take(event) == Ok(Taken::ReadAnew) {
            let Some(reading) = waiting.peek() else { return };
            (replica, read_at) = (reading.replica.clone(), reading.seq);
        }
        let is_last = log.get(place + 1).is_none_or(|next| next["command_id"] != event["command_id"]);
        while let Some(reading) = waiting.next_if(|reading| is_last && seq >= read_at && reading.seq <= seq) {
            check(&replica, seq, reading);
        }
    }
    assert!(waiting.next().is_none(), "a graph was read at a seq that nobody heard");
}

/// Carries out an action at a seat.
async fn act_at(stage: &Stage, seat: &mut Seat, action: &Action) {
    match action {
        Action::Give(given) => {
            let given = stage.filled_in(given);
            stage.give_at(seat, &given).await;
        }
        Action::Pipeline(commands) => pipeline(stage, seat, commands).await,
        Action::Repeat { back, altered } => {
            let Some((given, altered)) = repeated(stage, &seat.author(), *back, *altered) else { return };
            if matches!(given.body, Body::Load(_)) {
                return; // No socket can load a file.
            }
            check_repeat(&stage.give_at(seat, &given).await, altered);
        }
        Action::ReadGraph => {
            let reading = seat.get_graph().await;
            stage.readings().extend(reading);
        }
        Action::Join { lifecycle } => {
            seat.join(*lifecycle).await;
            let reading = stage.read().await;
            if let Some(room) = &mut seat.room {
                room.read(&reading);
            }
        }
        Action::Leave => seat.leave().await,
        Action::Drop => seat.drop_connection(),
        Action::Rename(_) | Action::Save | Action::CleanUp | Action::Transfer | Action::Reload(_) => {
            unreachable!("that goes over REST")
        }
    }
}

/// Commands without waiting for answers in between.
async fn pipeline(stage: &Stage, seat: &mut Seat, commands: &[Given]) {
    let commands: Vec<Given> = commands.iter().map(|given| stage.filled_in(given)).collect();
    let events: Vec<_> = commands.iter().map(|given| stage.event(given)).collect();
    for (given, answer) in commands.iter().zip(seat.pipeline(&events).await) {
        if answer["error"]["code"] == "BUSY" {
            stage.give_at(seat, given).await;
        } else {
            stage.answered(seat.author(), given, answer);
        }
    }
}

/// Carries out an action over REST.
async fn act(stage: &Stage, author: usize, action: &Action) {
    let rest = &stage.rest[author];
    let session = format!("/sessions/{}", stage.project.session_id);
    match action {
        Action::Give(given) => {
            let given = stage.filled_in(given);
            stage.give(author, &given).await;
        }
        Action::Repeat { back, altered } => {
            let user = AUTHORS[author].unwrap_or_default();
            let Some((given, altered)) = repeated(stage, user, *back, *altered) else { return };
            check_repeat(&stage.give(author, &given).await, altered);
        }
        Action::Rename(name) => {
            let path = format!("/projects/{}", stage.project.project_id);
            let request = rest.request(reqwest::Method::PATCH, &path).json(&json!({ "name": name }));
            let (status, answer) = rest.send(request).await;
            assert!(status == 200 || answer["error"]["code"] == "BUSY", "{status} {answer}");
        }
        Action::Save => {
            let (status, answer) = rest.post(&format!("{session}/save"), json!({})).await;
            assert_eq!(status, 200, "{answer}");
        }
        Action::ReadGraph => {
            stage.read().await;
        }
        Action::CleanUp => {
            let body = json!({ "max_inactive_hours": 0 });
            let (status, answer) = rest.post("/sessions/cleanup", body).await;
            assert_eq!(status, 200, "{answer}");
        }
        Action::Transfer => transfer(stage).await,
        Action::Reload(given) => reload(stage, author, given).await,
        Action::Pipeline(_) | Action::Join { .. } | Action::Leave | Action::Drop => {
            unreachable!("that goes over a socket")
        }
    }
}

/// A command of an author's that was carried out, or another one under its name; none if there is none.
fn repeated(stage: &Stage, author: &str, back: usize, altered: bool) -> Option<(Given, bool)> {
    let ledger = stage.ledger();
    let named = ledger.named(author);
    let place = named.len().checked_sub(1 + back % named.len().max(1))?;
    let mut given = named[place].given.clone();
    let altered = altered && alter(&mut given.body);
    Some((given, altered))
}

/// Makes another command of it, if that can be done without making it a malformed one.
fn alter(body: &mut Body) -> bool {
    match body {
        Body::Undo { how, .. } | Body::Redo { how, .. } => how.force = !how.force,
        Body::Execute { data: Value::Object(fields), .. } => {
            // Ignored, but part of the body all the same.
            fields.insert("altered".to_owned(), json!(true));
        }
        Body::Load(Value::Object(fields)) => {
            fields.insert("altered".to_owned(), json!(true));
        }
        Body::Execute { .. } | Body::Load(_) => return false,
    }
    true
}

fn check_repeat(answer: &Value, altered: bool) {
    if altered {
        assert_eq!(answer["error"]["code"], "IDEMPOTENCY_MISMATCH", "{answer}");
    } else {
        assert_eq!(answer["duplicate"], true, "{answer}");
    }
}
