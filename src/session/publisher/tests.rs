//! What comes between two steps of the publisher's.

use serde_json::value::RawValue;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::*;
use crate::domain::Timestamp;
use crate::outlet::{Handed, Outlet, Packet, Subscription};
use crate::session::member::Wants;
use crate::session::observer::Silent;
use crate::session::presence::Person;
use crate::session::ring::Audience;
use crate::store::ProjectRow;

/// Keeps the payloads that it takes, and does something before it takes the first.
struct Taking {
    taken: Mutex<Vec<String>>,
    first: Mutex<Option<Box<dyn FnOnce() + Send>>>,
}

impl Taking {
    fn new(first: impl FnOnce() + Send + 'static) -> Arc<Self> {
        Arc::new(Self { taken: Mutex::default(), first: Mutex::new(Some(Box::new(first))) })
    }
}

impl Outlet for Taking {
    fn hand(&self, packet: &Packet) -> Handed {
        let first = lock(&self.first).take();
        first.into_iter().for_each(|first| first());
        if let Packet::Event { payload: Some(payload), .. } = packet {
            lock(&self.taken).push(payload.get().to_owned());
        }
        Handed::Taken
    }

    fn subscribe(&self, _: Wake) -> Subscription {
        Box::new(())
    }

    fn cut(&self) {}
}

fn publisher(labels: &Arc<Labels>) -> Arc<Publisher> {
    let clock: Clock = Arc::new(|| Timestamp::from_millis(0));
    Arc::new(Publisher::new(0, Kept::default(), Arc::clone(labels), clock, Arc::new(Silent)))
}

fn item(seq: Seq) -> Item {
    let payload = RawValue::from_string(seq.to_string()).unwrap().into();
    Item { name: "node-created", payload, audience: Audience::All, seq: Some(seq) }
}

/// Somebody who gets frames, from the beginning on.
fn joined(publisher: &Publisher, id: &str, outlet: Arc<dyn Outlet>) {
    let person = Person { user_id: id.into(), name: None, color: None, is_anonymous: true };
    let member = Arc::new(Member::new(person, id.into(), outlet, Arc::new(Silent)));
    publisher.list(&member);
    let (slot, _) = member.reserve().unwrap();
    let wants = Wants { lifecycle: false, legacy: false, batch: true, presence: false };
    publisher.join(
        None,
        |position, seq| {
            member.start(slot, (position, seq), wants, false);
            Vec::new()
        },
        |position, _| {
            let welcome = Packet::Event {
                name: "joined",
                payload: Some(RawValue::from_string("0".to_owned()).unwrap().into()),
            };
            member.fill(slot, position, [welcome]);
        },
    );
}

#[tokio::test]
async fn a_frame_bears_the_epoch_of_a_project_that_came_while_others_were_visited() {
    let labels = Arc::new(Labels::new(Uuid::nil()));
    let publisher = publisher(&labels);
    let (coming, told) = (Arc::clone(&publisher), Arc::clone(&labels));
    let one = Taking::new(move || {
        let row = ProjectRow {
            project_id: Uuid::nil(),
            session_id: Uuid::nil(),
            epoch: Uuid::max(),
            name: "p".into(),
            template_id: "t".into(),
            created_at: Timestamp::from_millis(0),
            saved: 0,
        };
        told.attach(&row);
        coming.push(vec![item(1)]);
    });
    let other = Taking::new(|| ());
    joined(&publisher, "one", Arc::clone(&one) as Arc<dyn Outlet>);
    joined(&publisher, "other", Arc::clone(&other) as Arc<dyn Outlet>);
    let stop = CancellationToken::new();
    stop.cancel();
    Arc::clone(&publisher).run(stop).await;
    for outlet in [&one, &other] {
        let taken = lock(&outlet.taken);
        assert_eq!((taken.len(), &*taken[0]), (2, "0"), "{taken:?}");
        let frame: serde_json::Value = serde_json::from_str(&taken[1]).unwrap();
        assert_eq!((&frame["epoch"], &frame["from"]), (&Uuid::max().to_string().into(), &1.into()));
    }
}

#[test]
fn who_waits_for_events_never_sees_less_of_them_than_before() {
    const EVENTS: Seq = 20_000;
    let publisher = publisher(&Arc::new(Labels::new(Uuid::nil())));
    let (reader, is_over) = (publisher.read().unwrap(), AtomicBool::new(false));
    let seen = std::thread::scope(|scope| {
        // What has no `seq` comes from elsewhere: a template whose file changed.
        scope.spawn(|| {
            while !is_over.load(Ordering::Relaxed) {
                publisher.push(Vec::new());
            }
        });
        let in_order = (1..=EVENTS).take_while(|seq| {
            publisher.push(vec![item(*seq)]);
            *reader.borrow() == *seq
        });
        let seen = in_order.count();
        is_over.store(true, Ordering::Relaxed);
        seen
    });
    assert_eq!(seen as Seq, EVENTS);
}
