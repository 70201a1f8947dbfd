//! Joins that take a while, since what is lacking has to be read: what happens to members meanwhile, and what is left of
//! those who went.
//!
//! Proves PRES-2 and SYNC-2 (docs/behaviour.md).

use std::sync::Arc;
use std::time::Duration;

use graphroom::store::Store;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep, timeout};

use crate::support::client::Options;
use crate::support::faulty_store::{Fault, FaultyStore};
use crate::support::{Client, Project, TestServer, until};

/// Much less than the time in which somebody may come back who was lost.
const AT_ONCE: Duration = Duration::from_secs(15);
/// How often it is asked whether nobody is there, after nobody was.
const STILL: u64 = 50;

struct House {
    server: TestServer,
    store: Arc<FaultyStore>,
    project: Project,
}

impl House {
    /// A project with a graph that is larger than the three events behind it, and reads of its journal that a test can hold.
    async fn open() -> Self {
        let store = Arc::new(FaultyStore::new());
        let server = TestServer::start_on(Arc::clone(&store) as Arc<dyn Store>).await;
        let project = server.rest.project().await;
        let house = Self { server, store, project };
        let data =
            json!({ "node_id": house.project.root, "property_id": "notes", "new_value": "n".repeat(20_000) });
        house.server.rest.execute(&house.project, "UpdateProperty", data).await;
        for n in 0..3 {
            house.write(n).await;
        }
        // A session that is loaded anew has no events in memory.
        house.unload().await;
        house
    }

    async fn unload(&self) {
        self.server.rest.post("/sessions/cleanup", json!({ "max_inactive_hours": 0 })).await;
    }

    async fn write(&self, n: u64) {
        let data = json!({ "node_id": self.project.root, "property_id": "vin", "new_value": n });
        self.server.rest.execute(&self.project, "UpdateProperty", data).await;
    }

    fn join(&self, epoch: &Value) -> Value {
        let since = if epoch.is_null() { Value::Null } else { json!({ "epoch": epoch, "seq": 2 }) };
        json!({ "session_id": self.project.session_id, "lifecycle": false, "since": since })
    }

    /// Lets somebody ask to be brought up to date, and holds what it lacks.
    async fn begin(&self, client: &mut Client, epoch: &Value) -> u64 {
        self.store.set(Fault::ReadsHeld);
        let reads = self.store.reads();
        let ack = client.emit("join_session", self.join(epoch)).await;
        until("its events are read", async || self.store.reads() > reads).await;
        ack
    }

    /// Whether nobody is there, nor may come back.
    async fn is_empty(&self) -> bool {
        let path = format!("/sessions/{}/presence", self.project.session_id);
        let (_, presence) = self.server.rest.get(&path).await;
        presence["participants"].as_array().expect("a list of participants").is_empty()
    }

    /// Waits until the server knows that only so many connections are left.
    async fn has_left(&self, connections: usize) {
        let expected = format!("graphroom_connections{{transport=\"websocket\"}} {connections}\n");
        until("the server knows that it went", async || {
            let metrics = self.server.rest.at_root("/metrics").send().await.unwrap().text().await.unwrap();
            metrics.contains(&expected)
        })
        .await;
    }
}

// SYNC-2
#[tokio::test(flavor = "multi_thread")]
async fn a_member_that_joins_again_hears_on_from_the_seq_that_it_is_told() {
    let house = House::open().await;
    let mut member = Client::connect(house.server.address).await;
    let join = json!({ "session_id": house.project.session_id, "lifecycle": false });
    let joined = member.call("join_session", join).await;
    let ack = house.begin(&mut member, &joined["epoch"]).await;
    // It is a member all the while, and hears these.
    for n in 0..3 {
        house.write(10 + n).await;
        assert_eq!(member.event_named("property-changed").await["seq"], 6 + n);
    }
    house.store.set(Fault::None);
    let answer = member.answer(ack).await;
    let (told, events) = (answer["seq"].as_u64().unwrap(), answer["events"].as_array().unwrap());
    assert_eq!(events.last().unwrap()["seq"], told, "{answer}");
    member.read_already();
    house.write(20).await;
    for seq in told + 1..=9 {
        let event = timeout(AT_ONCE, member.event_named("property-changed"))
            .await
            .expect("every event behind the answer");
        assert_eq!(event["seq"], seq, "the answer ends at {told}");
    }
    house.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_for_a_session_that_is_being_unloaded_waits_and_gets_it_as_it_is_loaded_anew() {
    let house = House::open().await;
    house.server.rest.get(&format!("/sessions/{}/graph", house.project.session_id)).await;
    let [mut joining, mut writing] =
        [Client::connect(house.server.address).await, Client::connect(house.server.address).await];
    house.store.set(Fault::Held);
    let appends = house.store.appends();
    let (rest, project) = (house.server.rest.clone(), house.project.clone());
    let last = tokio::spawn(async move {
        let data = json!({ "node_id": project.root, "property_id": "vin", "new_value": 10 });
        rest.execute(&project, "UpdateProperty", data).await
    });
    until("it is being written", async || house.store.appends() > appends).await;
    // Nobody is in it: it is unloaded as soon as that is done.
    house.unload().await;
    let join = joining.emit("join_session", json!({ "session_id": house.project.session_id })).await;
    joining.all_read().await;
    let data = json!({ "node_id": house.project.root, "property_id": "vin", "new_value": 11 });
    let command =
        json!({ "session_id": house.project.session_id, "command_type": "UpdateProperty", "data": data });
    let write = writing.emit("execute_command", command).await;
    writing.all_read().await;
    house.store.set(Fault::None);
    assert_eq!(last.await.unwrap()["seq"], 6);
    let joined = joining.answer(join).await;
    assert_eq!(joined["success"], true, "{joined}");
    assert!(joined["seq"].as_u64() >= Some(6), "{joined}");
    assert_eq!(writing.answer(write).await["seq"], 7);
    house.server.stop().await;
}

// PRES-2
#[tokio::test(flavor = "multi_thread")]
async fn who_says_goodbye_while_its_session_is_loaded_is_gone_at_once() {
    let house = House::open().await;
    let options = Options { user_id: Some("ann".to_owned()), ..Options::default() };
    let mut ann = Client::connect_with(house.server.address, options).await;
    house.begin(&mut ann, &Value::Null).await;
    ann.send("41").await;
    house.has_left(0).await;
    house.store.set(Fault::None);
    until("nobody is there", async || house.is_empty().await).await;
    for n in 0..STILL {
        house.write(n).await;
        assert!(house.is_empty().await, "nobody waits for who has left");
    }
    house.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_kept_of_a_session_for_who_went_while_it_was_loaded() {
    let house = House::open().await;
    // Each session that is loaded has the store; so does nothing else that comes and goes.
    let before = Arc::strong_count(&house.store);
    let mut going = Client::connect(house.server.address).await;
    house.begin(&mut going, &Value::Null).await;
    drop(going);
    house.has_left(0).await;
    house.store.set(Fault::None);
    until("it is loaded", async || Arc::strong_count(&house.store) > before).await;
    until("it is unloaded, and nobody keeps it", async || {
        house.unload().await;
        Arc::strong_count(&house.store) == before
    })
    .await;
    house.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_lasts_keeps_nothing_of_the_sessions_that_it_was_in() {
    let house = House::open().await;
    let before = Arc::strong_count(&house.store);
    let mut visitor = Client::connect(house.server.address).await;
    visitor.join(&house.project.session_id).await;
    let with_one = Arc::strong_count(&house.store);
    assert!(with_one > before);
    for _ in 0..5 {
        let project = house.server.rest.project().await;
        visitor.join(&project.session_id).await;
        let left = visitor.call("leave_session", json!({ "session_id": project.session_id })).await;
        assert_eq!(left["success"], true);
    }
    let deadline = Instant::now() + AT_ONCE;
    loop {
        house.unload().await;
        visitor.join(&house.project.session_id).await;
        let count = Arc::strong_count(&house.store);
        if count <= with_one {
            break;
        }
        assert!(
            Instant::now() < deadline,
            "what it was in is kept: {count} instead of {with_one}, or {before} of none"
        );
        sleep(Duration::from_millis(10)).await;
    }
    house.server.stop().await;
}
