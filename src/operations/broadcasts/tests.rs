//! Broadcasts to receivers that are made up: order, bounds, attempts, and numbers that add up.
//!
//! Proves CAST-2, CAST-3, CAST-4 and CAST-6 (docs/behaviour.md).

use std::sync::atomic::{AtomicI64, Ordering};

use serde_json::value::RawValue;

use super::*;
use crate::outlet::{Named, Wanted};

/// What a receiver does with packets.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Habit {
    Takes,
    Acknowledges,
    Loses,
    Keeps,
    Breaks,
}

/// A receiver that keeps the names of what it is handed.
struct Ear {
    id: Uuid,
    habit: Mutex<Habit>,
    heard: Mutex<Vec<String>>,
    kept: Mutex<Vec<Receipt>>,
}

impl Ear {
    fn new(habit: Habit) -> Arc<Self> {
        let (heard, kept) = (Mutex::default(), Mutex::default());
        Arc::new(Self { id: Uuid::new_v4(), habit: Mutex::new(habit), heard, kept })
    }

    fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }
}

impl Receiver for Ear {
    fn id(&self) -> Uuid {
        self.id
    }

    fn hand(self: Arc<Self>, packet: Packet, receipt: Receipt) {
        let Packet::Named(named) = packet else { panic!("{packet:?}") };
        let habit = *self.habit.lock().unwrap();
        match habit {
            Habit::Loses => return,
            Habit::Breaks => panic!("it breaks"),
            Habit::Takes | Habit::Acknowledges | Habit::Keeps => {}
        }
        self.heard.lock().unwrap().push(named.name.to_string());
        if habit == Habit::Keeps {
            return self.kept.lock().unwrap().push(receipt);
        }
        receipt.taken();
        if let (Habit::Acknowledges, Some(Wanted { acknowledge, .. })) = (habit, &named.wanted) {
            acknowledge();
        }
    }
}

fn receivers(ears: &[&Arc<Ear>]) -> Vec<Arc<dyn Receiver>> {
    ears.iter().map(|ear| Arc::clone(*ear) as Arc<dyn Receiver>).collect()
}

fn order(name: &str, priority: i64, require_ack: bool) -> Order {
    let payload = RawValue::from_string("{}".to_owned()).unwrap().into();
    Order {
        event_type: name.to_owned(),
        packet: Packet::Named(Arc::new(Named { name: name.into(), payload, wanted: None })),
        target: Target::System,
        priority,
        require_ack,
        author: "ann".into(),
    }
}

const PAUSE: Duration = Duration::from_secs(30);

/// Nothing leaves until they run.
fn waiting(capacity: usize) -> Arc<Broadcasts> {
    Arc::new(Broadcasts::new(capacity, PAUSE, Arc::new(|| Timestamp::from_millis(0))))
}

fn run(broadcasts: &Arc<Broadcasts>) {
    tokio::spawn(Arc::clone(broadcasts).run());
}

fn broadcasts(capacity: usize) -> Arc<Broadcasts> {
    let broadcasts = waiting(capacity);
    run(&broadcasts);
    broadcasts
}

/// Keeps what is told of failures.
fn failures(broadcasts: &Broadcasts) -> Arc<Mutex<Vec<Failure>>> {
    let told = Arc::new(Mutex::new(Vec::new()));
    let telling = Arc::clone(&told);
    broadcasts.tell_failures(Box::new(move |failure| telling.lock().unwrap().push(failure)));
    told
}

fn info(broadcasts: &Broadcasts, id: &str) -> BroadcastInfo {
    broadcasts.describe(id).unwrap().1
}

/// Lets everything else that can be done be done.
async fn settle() {
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
}

async fn over(broadcasts: &Broadcasts, id: &str) -> BroadcastInfo {
    while !info(broadcasts, id).is_complete {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    info(broadcasts, id)
}

fn assert_adds_up(broadcasts: &Broadcasts, pending: u64) {
    let stats = broadcasts.stats();
    let known = stats.successful_deliveries + stats.failed_deliveries + pending;
    assert_eq!(stats.total_receivers, known, "{stats:?}");
    assert!((0.0..=1.0).contains(&stats.success_rate), "{stats:?}");
}

#[tokio::test(start_paused = true)]
async fn the_highest_priority_leaves_first_and_each_in_its_order() {
    let (broadcasts, ear) = (waiting(9), Ear::new(Habit::Takes));
    for (name, priority) in [("a", 1), ("b", 2), ("c", 3), ("d", -7), ("e", 2), ("f", 99), ("g", 0), ("h", 3)]
    {
        broadcasts.send(order(name, priority, false), &receivers(&[&ear])).unwrap();
    }
    let waiting = broadcasts.stats().queues;
    assert_eq!((waiting.high_priority, waiting.normal_priority, waiting.low_priority), (3, 2, 3));
    run(&broadcasts);
    settle().await;
    assert_eq!(ear.heard(), ["c", "f", "h", "b", "e", "a", "d", "g"]);
    assert_adds_up(&broadcasts, 0);
}

#[tokio::test(start_paused = true)]
async fn a_full_queue_refuses_what_comes_and_keeps_what_waits() {
    let (broadcasts, ear) = (waiting(2), Ear::new(Habit::Takes));
    for name in ["a", "b"] {
        broadcasts.send(order(name, 1, false), &receivers(&[&ear])).unwrap();
    }
    assert_eq!(broadcasts.send(order("c", 0, false), &receivers(&[&ear])), Err(Refused::Full));
    assert!(broadcasts.send(order("d", 2, false), &receivers(&[&ear])).is_ok(), "another one has room");
    assert!(broadcasts.send(order("e", 1, false), &[]).unwrap().is_complete, "nobody needs no room");
    assert_eq!(broadcasts.stats().total_broadcasts, 4, "what was refused is none");
    run(&broadcasts);
    settle().await;
    assert_eq!(ear.heard(), ["d", "a", "b"]);
    assert_adds_up(&broadcasts, 0);
}

#[tokio::test(start_paused = true)]
async fn who_is_gone_before_it_took_anything_is_one_that_it_failed_for() {
    let broadcasts = waiting(9);
    let (takes, loses, keeps) = (Ear::new(Habit::Takes), Ear::new(Habit::Loses), Ear::new(Habit::Keeps));
    let gone = Ear::new(Habit::Takes);
    let sent = broadcasts.send(order("a", 1, false), &receivers(&[&takes, &loses, &keeps, &gone])).unwrap();
    drop(gone);
    run(&broadcasts);
    settle().await;
    let told = info(&broadcasts, &sent.message_id);
    assert_eq!((told.target_count, told.delivered_count, told.failed_count), (4, 1, 2));
    assert!(!told.is_complete, "one has not taken it");
    assert_adds_up(&broadcasts, 1);
    keeps.kept.lock().unwrap().clear();
    let told = info(&broadcasts, &sent.message_id);
    assert_eq!((told.delivered_count, told.failed_count, told.attempts, told.is_complete), (1, 3, 1, true));
    *loses.habit.lock().unwrap() = Habit::Takes;
    *keeps.habit.lock().unwrap() = Habit::Takes;
    assert_eq!(broadcasts.retry(&sent.message_id).unwrap().unwrap().0, 3);
    settle().await;
    let told = info(&broadcasts, &sent.message_id);
    assert_eq!((told.delivered_count, told.failed_count, told.attempts), (3, 1, 2), "one is gone for good");
    assert_eq!((takes.heard(), loses.heard()), (vec!["a".to_owned()], vec!["a".to_owned()]));
    let stats = broadcasts.stats();
    assert_eq!((stats.total_broadcasts, stats.total_receivers), (1, 4), "a retry is no other broadcast");
    assert_eq!((stats.successful_deliveries, stats.failed_deliveries, stats.retry_count), (3, 1, 1));
    assert_adds_up(&broadcasts, 0);
}

#[tokio::test(start_paused = true)]
async fn who_does_not_acknowledge_is_sent_it_three_times_a_second_and_two_apart() {
    let broadcasts = broadcasts(9);
    let failures = failures(&broadcasts);
    let (says, silent) = (Ear::new(Habit::Acknowledges), Ear::new(Habit::Takes));
    let sent = broadcasts.send(order("a", 1, true), &receivers(&[&says, &silent])).unwrap();
    let begun = tokio::time::Instant::now();
    let mut at = Vec::new();
    while at.len() < 3 {
        if silent.heard().len() > at.len() {
            at.push(begun.elapsed().as_millis() / 100 * 100);
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(at, [0, 1_000, 3_000]);
    let told = over(&broadcasts, &sent.message_id).await;
    assert_eq!((told.delivered_count, told.acknowledged_count, told.failed_count), (2, 1, 1));
    assert_eq!((told.attempts, says.heard().len()), (3, 1), "who said so hears it once");
    assert_adds_up(&broadcasts, 0);
    assert!(failures.lock().unwrap().is_empty(), "one has it");
    assert!(broadcasts.acknowledge(&sent.message_id, silent.id), "late, but it has it");
    assert!(!broadcasts.acknowledge(&sent.message_id, Uuid::new_v4()), "nobody asked this one");
    assert!(!broadcasts.acknowledge("sys_none", silent.id));
    let told = info(&broadcasts, &sent.message_id);
    assert_eq!((told.acknowledged_count, told.failed_count), (2, 0));
    assert_adds_up(&broadcasts, 0);
}

#[tokio::test(start_paused = true)]
async fn a_retry_goes_to_those_alone_that_it_failed_for() {
    let broadcasts = broadcasts(9);
    let (says, silent) = (Ear::new(Habit::Acknowledges), Ear::new(Habit::Takes));
    let sent = broadcasts.send(order("a", 1, true), &receivers(&[&says, &silent])).unwrap();
    over(&broadcasts, &sent.message_id).await;
    assert_eq!(broadcasts.failed().len(), 1);
    *silent.habit.lock().unwrap() = Habit::Acknowledges;
    assert_eq!(broadcasts.retry(&sent.message_id).unwrap().unwrap().0, 1);
    let told = over(&broadcasts, &sent.message_id).await;
    assert_eq!((told.acknowledged_count, told.failed_count, told.attempts), (2, 0, 4));
    assert_eq!((says.heard().len(), silent.heard().len()), (1, 4));
    assert_eq!(broadcasts.retry(&sent.message_id).unwrap().unwrap().0, 0, "nobody lacks it");
    assert_eq!(broadcasts.retry("none"), Ok(None));
    assert!(broadcasts.failed().is_empty());
    assert_adds_up(&broadcasts, 0);
}

#[tokio::test(start_paused = true)]
async fn what_is_over_is_forgotten_after_an_hour_or_behind_a_thousand_others() {
    let now = Arc::new(AtomicI64::new(0));
    let clock = Arc::clone(&now);
    let clock: Clock = Arc::new(move || Timestamp::from_millis(clock.load(Ordering::SeqCst)));
    let broadcasts = Broadcasts::new(9, PAUSE, clock);
    let first = broadcasts.send(order("a", 1, false), &[]).unwrap().message_id;
    for _ in 0..KEPT {
        broadcasts.send(order("b", 1, false), &[]).unwrap();
    }
    assert!(broadcasts.describe(&first).is_none());
    assert_eq!(broadcasts.stats().active_broadcasts.total, KEPT);
    let ear = Ear::new(Habit::Takes);
    let waits = broadcasts.send(order("c", 1, false), &receivers(&[&ear])).unwrap().message_id;
    now.store(KEPT_FOR + 1, Ordering::SeqCst);
    assert!(broadcasts.describe(&waits).is_some(), "what is not over is remembered");
    assert_eq!(broadcasts.stats().active_broadcasts.total, 1);
    assert_eq!(broadcasts.stats().total_broadcasts, KEPT as u64 + 2);
}

#[tokio::test(start_paused = true)]
async fn a_receiver_that_breaks_costs_the_others_nothing_and_five_such_broadcasts_open_the_breaker() {
    let broadcasts = broadcasts(9);
    let failures = failures(&broadcasts);
    let (breaks, takes) = (Ear::new(Habit::Breaks), Ear::new(Habit::Takes));
    for number in 1..=5 {
        let sent = broadcasts.send(order("a", 1, false), &receivers(&[&breaks, &takes])).unwrap();
        settle().await;
        let told = info(&broadcasts, &sent.message_id);
        assert_eq!((told.delivered_count, told.failed_count, told.is_complete), (1, 1, true), "{number}");
    }
    assert_eq!(*failures.lock().unwrap(), [Failure::Broke; 5]);
    assert_eq!(takes.heard().len(), 5);
    let refused = broadcasts.send(order("b", 1, false), &receivers(&[&takes]));
    assert_eq!(refused, Err(Refused::Resting(Some(PAUSE))));
    let known = broadcasts.latest()[0].message_id.clone();
    assert_eq!(broadcasts.retry(&known), Err(Refused::Resting(Some(PAUSE))));
    assert!(broadcasts.announce(order("c", 1, false), &receivers(&[&takes])).is_ok(), "the server's word");
    tokio::time::advance(PAUSE).await;
    for _ in 0..3 {
        broadcasts.send(order("d", 1, false), &[]).unwrap();
        broadcasts.send(order("d", 1, false), &receivers(&[&takes])).unwrap();
        let beside = broadcasts.send(order("e", 1, false), &receivers(&[&takes]));
        assert_eq!(beside, Err(Refused::Resting(None)), "one at a time finds out");
        settle().await;
    }
    assert_eq!(broadcasts.breaker().standing().position, crate::breaker::Position::Closed);
    assert_eq!(takes.heard().len(), 9);
    assert_adds_up(&broadcasts, 0);
}

#[tokio::test(start_paused = true)]
async fn what_finds_no_room_again_and_again_opens_the_breaker_and_who_hears_nothing_does_not() {
    let (broadcasts, ear) = (waiting(1), Ear::new(Habit::Takes));
    let failures = failures(&broadcasts);
    let send = |ack| broadcasts.send(order("a", 1, ack), &receivers(&[&ear]));
    send(false).unwrap();
    for _ in 0..5 {
        assert_eq!(send(false), Err(Refused::Full));
    }
    assert_eq!(send(false), Err(Refused::Resting(Some(PAUSE))));
    assert_eq!(*failures.lock().unwrap(), [Failure::Full; 5]);
    run(&broadcasts);
    tokio::time::advance(PAUSE).await;
    for _ in 0..9 {
        settle().await;
        over(&broadcasts, &send(true).unwrap().message_id).await;
    }
    assert_eq!(failures.lock().unwrap()[5..], [Failure::Unheard; 9]);
    assert_eq!(broadcasts.breaker().standing().failures, 0);
}
