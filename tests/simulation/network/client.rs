//! A client: what it believes, what it has, and what it still waits for.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use graphroom::outlet::Packet;
use graphroom_protocol::request::Since;
use serde_json::Value;

use super::super::plan::Body;
use super::super::room::{Reading, Room};
use super::deeds::{Deed, Deeds, Heard};
use super::link::{Ask, Link};
use super::people::People;
use crate::support::client::Event;
use crate::support::random::Random;

/// Events that come to who is in no room too.
const OUTSIDE: [&str; 4] = ["joined", "left", "error", "command:failed"];

/// Somebody at a screen.
pub struct Client {
    /// Who it is; nobody in particular if none.
    pub user: Option<&'static str>,
    number: usize,
    lines: usize,
    named: usize,
    /// Whether it takes nothing for a while.
    pub is_asleep: bool,
    wants: (bool, bool, bool),
    /// The connection that it believes to have.
    pub line: Option<Line>,
    /// Where it is in the room, or was.
    pub room: Option<Room>,
    /// Its graph is being read.
    pub is_reading: bool,
    /// Who is here, if it asked for that.
    pub people: Option<People>,
    /// Commands that it has to give again.
    pub again: VecDeque<usize>,
    /// The places in the room that it had so far.
    pub rooms: usize,
    /// The last answer to a wish to join, if nobody looked at it: which, whether it is in, and how its last connection
    /// was ended.
    pub join_told: Option<(i64, bool, Option<String>)>,
}

/// A connection, as the client has it.
pub struct Line {
    /// The connection.
    pub link: Arc<Link>,
    asked: BTreeMap<i64, Asked>,
    next: i64,
    /// It gets events.
    pub is_joined: bool,
    /// It asked to leave.
    is_leaving: bool,
    /// What it asked as a member, in that order.
    in_order: VecDeque<i64>,
}

enum Asked {
    Join { is_since: bool, lifecycle: bool },
    Leave,
    Deed(usize),
    Presence,
}

impl Line {
    /// Whether it waits for an answer.
    pub fn is_waiting(&self) -> bool {
        !self.asked.is_empty()
    }

    /// Whether it waits to join, or to leave.
    pub fn is_moving(&self) -> bool {
        self.asked.values().any(|asked| matches!(asked, Asked::Join { .. } | Asked::Leave))
    }

    fn ask(&mut self, asked: Asked, ask: Ask) {
        self.next += 1;
        if self.is_joined && !self.is_leaving {
            self.in_order.push_back(self.next);
        }
        self.asked.insert(self.next, asked);
        self.link.send(self.next, ask);
    }
}

impl Client {
    /// A client that is not connected.
    pub fn new(user: Option<&'static str>, number: usize) -> Self {
        Self {
            user,
            number,
            lines: 0,
            named: 0,
            is_asleep: false,
            wants: (false, false, false),
            line: None,
            room: None,
            is_reading: false,
            people: None,
            again: VecDeque::new(),
            rooms: 0,
            join_told: None,
        }
    }

    /// Who acts when it gives a command.
    pub fn author(&self) -> String {
        let client_id = self.line.as_ref().map_or("", |line| &line.link.client_id);
        self.user.map_or_else(|| format!("anonymous:{client_id}"), str::to_owned)
    }

    /// Connects.
    pub fn connect(&mut self, window: usize) -> Arc<Link> {
        self.lines += 1;
        let client_id = format!("client-{}-{}", self.number, self.lines);
        let link = Link::new(client_id.into(), window);
        self.line = Some(Line {
            link: Arc::clone(&link),
            asked: BTreeMap::new(),
            next: 0,
            is_joined: false,
            is_leaving: false,
            in_order: VecDeque::new(),
        });
        link
    }

    /// Its connection is gone: what was not answered will be given again.
    pub fn disconnected(&mut self) {
        let Some(line) = self.line.take() else { return };
        line.link.lost_by_client();
        let deeds = line.asked.into_values().filter_map(|asked| match asked {
            Asked::Deed(deed) => Some(deed),
            Asked::Join { .. } | Asked::Leave | Asked::Presence => None,
        });
        if self.user.is_some() {
            let missing: Vec<_> = deeds.filter(|deed| !self.again.contains(deed)).collect();
            self.again.extend(missing);
        }
        self.people = None;
        self.is_reading = false;
        if self.user.is_none() {
            // The next one there is somebody else.
            self.again.clear();
        }
    }

    /// Asks to join, from where it is, from nowhere, or without a word of that.
    pub fn join(&mut self, random: &mut Random) {
        let Some(line) = self.line.as_mut() else { return };
        let is_again = line.is_joined;
        if !is_again {
            self.wants = (random.percent(50), random.percent(50), random.percent(50));
        }
        let (lifecycle, batch, presence) = self.wants;
        let place = self.room.as_ref().map(Room::place);
        let place: Option<Since> = place.and_then(|place| serde_json::from_value(place).ok());
        let since = match random.weighted(&[70, 15, 15]) {
            _ if is_again => None,
            0 => Some(place),
            1 => Some(None),
            _ => None,
        };
        let is_since = matches!(since, Some(Some(_)));
        line.ask(Asked::Join { is_since, lifecycle }, Ask::Join { since, lifecycle, batch, presence });
    }

    /// Leaves the room.
    pub fn leave(&mut self) {
        let Some(line) = self.line.as_mut() else { return };
        line.ask(Asked::Leave, Ask::Leave);
        line.is_leaving = true;
    }

    /// Says what it is at.
    pub fn set_presence(&mut self, random: &mut Random) {
        let Some(line) = self.line.as_mut() else { return };
        let change = serde_json::json!({ "cursor": { "x": random.below(100), "y": 1 } });
        let change = serde_json::from_value(change).expect("a change");
        line.ask(Asked::Presence, Ask::SetPresence(change));
    }

    /// A new command, not given yet.
    pub fn think(&mut self, body: Body, deeds: &mut Deeds) -> usize {
        self.named += 1;
        let command_id = self.user.map(|user| format!("{user}-{}-{}", self.number, self.named));
        deeds.add(&self.author(), body, command_id)
    }

    /// Gives a command, perhaps once more.
    pub fn give(&mut self, deed: usize, deeds: &mut Deeds) {
        let Some(line) = self.line.as_mut() else { return };
        deeds.given(deed);
        let Body::Load(_) = deeds.get(deed).body else {
            let (body, command_id) = (deeds.get(deed).body.clone(), deeds.get(deed).command_id.clone());
            return line.ask(Asked::Deed(deed), Ask::Submit { body, command_id });
        };
        unreachable!("no file is loaded here");
    }

    /// A command that it gave and waits for.
    pub fn waits_for(&self) -> Option<usize> {
        let asked = self.line.as_ref()?.asked.values();
        asked.filter_map(|asked| if let Asked::Deed(deed) = asked { Some(*deed) } else { None }).next()
    }

    /// What came over its connection.
    pub fn hear(&mut self, packet: Packet, deeds: &mut Deeds) {
        match packet {
            Packet::Event { name, payload } => {
                let payload = payload.map_or(Value::Null, |payload| read(payload.get()));
                self.hear_event(Event { name: name.to_owned(), payload });
            }
            Packet::Answer { ack_id, payload } => self.hear_answer(ack_id, read(payload.get()), deeds),
            Packet::Named(named) => panic!("nobody broadcasts here: {named:?}"),
        }
    }

    fn hear_event(&mut self, event: Event) {
        let is_joined = self.line.as_ref().is_some_and(|line| line.is_joined);
        if event.name == "presence:update" {
            assert!(is_joined && self.wants.2, "nobody asked to be told who is here: {event:?}");
            self.people.as_mut().expect("it was told with the join").hear(&event.payload);
        } else if is_joined {
            self.room.as_mut().expect("it joined").hear(event);
        } else {
            // The room hears of a member before that member has its answer.
            let line = self.line.as_ref().expect("it came over it");
            let is_own = event.name == "session:connected"
                && line.is_moving()
                && event.payload["client_id"] == *line.link.client_id;
            assert!(is_own || OUTSIDE.contains(&&*event.name), "that is for members: {event:?}");
        }
    }

    fn hear_answer(&mut self, ack_id: i64, answer: Value, deeds: &mut Deeds) {
        let line = self.line.as_mut().expect("it came over it");
        let asked = line.asked.remove(&ack_id);
        let asked =
            asked.unwrap_or_else(|| panic!("an answer to nothing, or a second one: {ack_id} {answer}"));
        let as_member = line.in_order.contains(&ack_id);
        if as_member {
            assert_eq!(line.in_order.pop_front(), Some(ack_id), "answers to a member come in order");
        }
        match asked {
            Asked::Join { is_since, lifecycle } => {
                let end = answer["previous_end"]["reason"].as_str().map(str::to_owned);
                self.join_told = Some((ack_id, answer["success"] == true, end));
                self.joined(&answer, is_since, lifecycle);
            }
            Asked::Leave => {
                assert_eq!(answer["success"], true, "{answer}");
                (line.is_joined, line.is_leaving) = (false, false);
                line.in_order.clear();
                self.people = None;
            }
            Asked::Presence => {}
            Asked::Deed(deed) => {
                if answer["success"] == true && as_member && !line.is_leaving {
                    let heard = self.room.as_ref().map(Room::heard);
                    assert!(
                        heard >= answer["seq"].as_u64(),
                        "answered before its events: {heard:?} {answer}"
                    );
                }
                if deeds.answered(deed, answer) == Heard::Again && !self.again.contains(&deed) {
                    self.again.push_back(deed);
                }
            }
        }
    }

    fn joined(&mut self, answer: &Value, is_since: bool, lifecycle: bool) {
        if answer["success"] != true {
            return;
        }
        let line = self.line.as_mut().expect("it came over it");
        let seq = answer["seq"].as_u64().expect("an answer to a join has a seq");
        let goes_on = is_since && matches!(answer["mode"].as_str(), Some("current" | "tail"));
        self.room = match self.room.take() {
            Some(room) if line.is_joined => {
                // Behind commands that were not answered yet it comes late.
                assert!(room.heard() >= seq, "it is answered behind everything before: {answer}");
                Some(room)
            }
            Some(room) if goes_on => Some(room.went_on(answer, lifecycle).perhaps_alone()),
            _ => {
                self.is_reading = false;
                self.rooms += 1;
                Some(Room::new(answer, lifecycle, false).perhaps_alone())
            }
        };
        line.is_joined = true;
        assert_eq!(answer["presence"].is_array(), self.wants.2, "who asked is told who is here: {answer}");
        self.people = self.wants.2.then(|| People::all(&answer["presence"]));
    }

    /// Whether it gave this command.
    pub fn wrote(&self, deed: &Deed) -> bool {
        let begin = format!("{}-{}-", self.user.unwrap_or_default(), self.number);
        deed.command_id.as_ref().is_some_and(|id| id.starts_with(&begin))
    }

    /// Whether it is in the room, and has and was answered everything.
    pub fn is_at_rest(&self) -> bool {
        let is_there = self.line.as_ref().is_some_and(|line| line.is_joined && !line.is_waiting());
        is_there && self.again.is_empty() && self.room.as_ref().is_some_and(|room| !room.wants_reading())
    }

    /// How it stands, for people.
    pub fn stands(&self) -> String {
        let line = self.line.as_ref().map(|line| (line.is_joined, line.asked.len(), line.link.ends()));
        let heard = self.room.as_ref().map(|room| (room.heard(), room.wants_reading()));
        format!("{}: joined, asked, ends {line:?}, heard {heard:?}, again {:?}", self.number, self.again)
    }

    /// The graph that it asked for.
    pub fn read(&mut self, reading: &Reading) {
        self.is_reading = false;
        if let Some(room) = self.room.as_mut().filter(|room| room.wants_reading()) {
            room.read(reading);
        }
    }
}

fn read(text: &str) -> Value {
    serde_json::from_str(text).expect("what is sent is JSON")
}
