//! The live side of conversations without any socket: what is told, when time stands still, and what is forgotten.
//!
//! Proves CHAT-6, CHAT-8 and CHAT-9 (docs/behaviour.md).

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use graphroom::clock::system_clock;
use graphroom::conversation::{
    Beginning, ConversationId, ConversationRow, Conversations, Draft, Listener, MessageRole,
};
use graphroom::outlet::{Handed, Line, Outlet, Packet, Subscription, Wake};
use graphroom::store::{MemoryStore, Store};

use super::person;

/// A line that remembers what was said by it.
#[derive(Default)]
struct Ear {
    said: Mutex<Vec<&'static str>>,
    is_deaf: AtomicBool,
}

impl Ear {
    fn said(&self) -> Vec<&'static str> {
        std::mem::take(&mut self.said.lock().unwrap())
    }
}

impl Outlet for Ear {
    fn hand(&self, packet: &Packet) -> Handed {
        if self.is_deaf.load(Ordering::SeqCst) {
            return Handed::Full;
        }
        if let Packet::Event { name, .. } = packet {
            self.said.lock().unwrap().push(name);
        }
        Handed::Taken
    }

    fn subscribe(&self, _wake: Wake) -> Subscription {
        Box::new(())
    }

    fn cut(&self) {}
}

impl Line for Ear {
    fn send(self: Arc<Self>, packets: Vec<Packet>) {
        for packet in packets {
            if let Packet::Event { name, .. } = packet {
                self.said.lock().unwrap().push(name);
            }
        }
    }

    fn is_clear(&self) -> bool {
        true
    }
}

struct Room {
    conversations: Arc<Conversations>,
    id: ConversationId,
    row: ConversationRow,
}

impl Room {
    async fn new() -> Self {
        let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
        let conversations = Conversations::new(store, system_clock(), None);
        let row = conversations.begin(Beginning::default(), &person("ann")).await.unwrap();
        Self { conversations, id: row.conversation_id, row }
    }

    async fn join(&self, user_id: &str, client_id: &str) -> Arc<Ear> {
        let ear = Arc::new(Ear::default());
        let listener = Listener {
            client_id: client_id.into(),
            user_id: user_id.into(),
            must_take_part: false,
            line: Arc::clone(&ear) as Arc<dyn Line>,
        };
        self.conversations.join(self.id, None, &Arc::new(listener), |_| ()).await.unwrap();
        ear
    }

    fn writes(&self, client_id: &str, is_typing: bool) {
        self.conversations.write(&self.row, &client_id.into(), &person(client_id), is_typing);
    }

    async fn say(&self, text: &str) {
        let draft = Draft {
            role: MessageRole::User,
            text: text.to_owned(),
            message_id: None,
            metadata: None,
            twin_within: None,
        };
        self.conversations.send(self.id, draft, &person("ann"), None).await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn writing_ends_by_itself_six_seconds_after_it_was_said_last() {
    let room = Room::new().await;
    let ear = room.join("bob", "b").await;
    room.join("ann", "a").await;
    room.writes("a", true);
    assert_eq!(ear.said(), ["typing_indicator"]);
    for _ in 0..3 {
        tokio::time::sleep(Duration::from_secs(5)).await;
        room.writes("a", true);
    }
    assert_eq!(ear.said(), Vec::<&str>::new());
    tokio::time::sleep(Duration::from_millis(5_900)).await;
    assert_eq!(ear.said(), Vec::<&str>::new());
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(ear.said(), ["typing_stop"]);
}

#[tokio::test(start_paused = true)]
async fn a_conversation_that_nobody_is_in_is_forgotten() {
    let room = Room::new().await;
    room.say("Unheard").await;
    assert_eq!(room.conversations.live(), 0, "nobody is in it");
    room.join("ann", "a").await;
    room.join("bob", "b").await;
    room.join("bob", "b").await;
    room.writes("a", true);
    room.writes("b", true);
    room.writes("b", false);
    room.conversations.leave(room.id, "a");
    assert_eq!(room.conversations.live(), 1);
    assert!(room.conversations.is_in(room.id, "b"));
    room.conversations.leave(room.id, "b");
    assert_eq!(room.conversations.live(), 0, "though somebody wrote a moment ago");
    tokio::time::sleep(Duration::from_secs(10)).await;
    assert_eq!(room.conversations.live(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn comings_and_goings_at_the_same_time_leave_nothing_behind() {
    let room = Arc::new(Room::new().await);
    let tasks: Vec<_> = (0..8)
        .map(|n| {
            let room = Arc::clone(&room);
            tokio::spawn(async move {
                let client_id = format!("c{n}");
                for _ in 0..200 {
                    room.join("ann", &client_id).await;
                    room.writes(&client_id, true);
                    room.say("x").await;
                    room.conversations.leave(room.id, &client_id);
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    // Whoever watches over a writing may look a moment longer.
    crate::support::until("it is forgotten", async || room.conversations.live() == 0).await;
}

#[tokio::test]
async fn whoever_is_in_a_deleted_conversation_is_told_and_hears_nothing_more() {
    let room = Room::new().await;
    let (ann, bob) = (room.join("ann", "a").await, room.join("bob", "b").await);
    room.conversations.delete(room.id).await.unwrap();
    for ear in [&ann, &bob] {
        assert_eq!(ear.said(), ["conversation_deleted"]);
    }
    assert_eq!(room.conversations.live(), 0);
    assert!(!room.conversations.is_in(room.id, "a"));
    assert!(room.conversations.delete(room.id).await.is_err());
}

#[tokio::test]
async fn who_takes_part_no_more_is_told_and_hears_nothing_more_on_any_connection() {
    let room = Room::new().await;
    room.conversations.enter(room.id, "bob", None).await.unwrap();
    let ann = room.join("ann", "a").await;
    let (bob, at_home) = (room.join("bob", "b").await, room.join("bob", "b2").await);
    assert!(room.conversations.exit(room.id, "bob").await.unwrap());
    room.say("Unheard").await;
    for ear in [&bob, &at_home] {
        assert_eq!(ear.said(), ["error"]);
    }
    assert_eq!(ann.said(), ["new_message"]);
    assert!(!room.conversations.exit(room.id, "bob").await.unwrap());
    // Who was let in before it was taken out, and comes behind that, comes too late.
    let listener =
        Listener { client_id: "b3".into(), user_id: "bob".into(), must_take_part: true, line: bob.clone() };
    let refused =
        room.conversations.join(room.id, None, &Arc::new(listener), |_| panic!("it is let in")).await;
    assert_eq!(refused.unwrap_err().code, graphroom_protocol::ErrorCode::ConversationNotFound);
}
