//! What a member is handed, and in which order.

use serde_json::value::RawValue;

use super::*;
use crate::clock::Instant;
use crate::outlet::{Subscription, Wake};
use crate::session::events::Names;
use crate::session::observer::Silent;
use crate::session::presence::Presence;
use crate::session::ring::{Item, Kept, Ring, Stamped};

/// Takes whatever comes, unless it is full.
#[derive(Default)]
struct Recording {
    taken: Mutex<Vec<String>>,
    is_full: AtomicBool,
}

impl Outlet for Recording {
    fn hand(&self, packet: &Packet) -> Handed {
        if self.is_full.load(Ordering::Relaxed) {
            return Handed::Full;
        }
        let text = match packet {
            Packet::Event { name, .. } => (*name).to_owned(),
            Packet::Answer { ack_id, .. } => format!("answer {ack_id}"),
            Packet::Named(named) => named.name.to_string(),
        };
        self.taken.lock().unwrap().push(text);
        Handed::Taken
    }

    fn subscribe(&self, _: Wake) -> Subscription {
        Box::new(())
    }

    fn cut(&self) {}
}

fn person() -> Person {
    Person { user_id: "ann".into(), name: None, color: None, is_anonymous: false }
}

fn member() -> (Member, Arc<Recording>) {
    let outlet = Arc::new(Recording::default());
    (Member::new(person(), "1".into(), Arc::clone(&outlet) as Arc<dyn Outlet>, Arc::new(Silent)), outlet)
}

/// A ring with so many graph events.
fn ring(events: u64) -> Ring {
    let mut ring = Ring::new(0, Kept::default());
    for seq in 1..=events {
        let payload = RawValue::from_string(seq.to_string()).unwrap().into();
        let item = Item { name: "node-created", payload, audience: Audience::All, seq: Some(seq) };
        ring.push_all(vec![item], Instant::now());
    }
    ring
}

fn pump(member: &Member, ring: &Ring) -> Pumped {
    let start = member.cursor().unwrap_or_default();
    let items: Vec<Stamped> = ring.from(start, 100).unwrap().cloned().collect();
    let lot = Lot { items: &items, start, end: ring.end(), budget: 100, is_due: true };
    let names = Names { session_id: "s".into(), project_id: "p".into(), epoch: "e".into() };
    member.pump(&lot, &mut Frames::new(&names), &mut (0..0))
}

fn tell_presence(member: &Member, presence: &Presence) -> Option<Handed> {
    member.tell_presence(&mut News::new(presence, "s".into()))
}

fn answer(ack_id: i64) -> Packet {
    Packet::Answer { ack_id, payload: RawValue::from_string("{}".to_owned()).unwrap().into() }
}

const EVERYTHING: Wants = Wants { lifecycle: true, legacy: false, batch: false, presence: true };

#[test]
fn a_joining_member_gets_its_answer_then_events_then_who_is_here() {
    let (member, outlet) = member();
    let (ring, presence) = (ring(2), Presence::default());
    presence.join(&person(), &member.client_id);
    let (slot, _) = member.reserve().unwrap();
    assert!(member.start(slot, (1, 1), EVERYTHING, true));
    assert_eq!(pump(&member, &ring), Pumped::Idle);
    assert_eq!(tell_presence(&member, &presence), None, "nor who is here");
    assert!(outlet.taken.lock().unwrap().is_empty(), "nothing comes before the answer");

    member.fill(slot, 1, [answer(7)]);
    assert_eq!(tell_presence(&member, &presence), None, "the answer comes first");
    assert_eq!(pump(&member, &ring), Pumped::Idle);
    assert_eq!(tell_presence(&member, &presence), Some(Handed::Taken));
    assert_eq!(*outlet.taken.lock().unwrap(), ["answer 7", "node-created", "presence:update"]);
    assert_eq!(tell_presence(&member, &presence), None, "once");
}

#[test]
fn a_command_that_was_sent_ahead_of_a_join_is_answered_first_and_events_come_behind_both() {
    let (member, outlet) = member();
    let ring = ring(3);
    let [command, join] = [(); 2].map(|()| member.reserve().unwrap().0);
    member.start(join, (1, 1), EVERYTHING, true);
    member.fill(join, 1, [answer(2)]);
    assert_eq!(pump(&member, &ring), Pumped::Idle);
    assert!(outlet.taken.lock().unwrap().is_empty(), "the answers keep their order");
    // Its own event is one of those that come behind.
    member.fill(command, 3, [answer(1)]);
    assert_eq!(pump(&member, &ring), Pumped::Idle);
    assert_eq!(*outlet.taken.lock().unwrap(), ["answer 1", "answer 2", "node-created", "node-created"]);
}

#[test]
fn a_member_that_is_full_is_told_the_same_later() {
    let (member, outlet) = member();
    let (ring, presence) = (ring(2), Presence::default());
    let (slot, _) = member.reserve().unwrap();
    member.start(slot, (0, 0), EVERYTHING, true);
    member.fill(slot, 0, [answer(1)]);
    outlet.is_full.store(true, Ordering::Relaxed);
    assert_eq!(pump(&member, &ring), Pumped::Blocked);
    assert_eq!(member.cursor(), Some(0));
    presence.join(&person(), &member.client_id);
    outlet.is_full.store(false, Ordering::Relaxed);
    assert_eq!(pump(&member, &ring), Pumped::Idle);
    outlet.is_full.store(true, Ordering::Relaxed);
    assert_eq!(tell_presence(&member, &presence), Some(Handed::Full));
    outlet.is_full.store(false, Ordering::Relaxed);
    assert_eq!(tell_presence(&member, &presence), Some(Handed::Taken));
    let expected = ["answer 1", "node-created", "node-created", "presence:update"];
    assert_eq!(*outlet.taken.lock().unwrap(), expected);
}

#[test]
fn answers_leave_in_the_order_of_their_slots_and_behind_what_they_answer_for() {
    let (member, outlet) = member();
    let ring = ring(2);
    let (slot, _) = member.reserve().unwrap();
    member.start(slot, (0, 0), EVERYTHING, true);
    let [first, second] = [(); 2].map(|()| member.reserve().unwrap().0);
    member.fill(slot, 0, []);
    member.fill(second, 1, [answer(2)]);
    pump(&member, &ring);
    assert_eq!(*outlet.taken.lock().unwrap(), ["node-created", "node-created"]);
    member.fill(first, 2, [answer(1)]);
    pump(&member, &ring);
    assert_eq!(*outlet.taken.lock().unwrap(), ["node-created", "node-created", "answer 1", "answer 2"]);
}
