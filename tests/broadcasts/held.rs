//! Receivers of the test's own, by which a server is kept busy with a broadcast, or breaks at one.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver as Until, Sender};
use std::sync::{Arc, Mutex};

use graphroom::operations::broadcasts::{Order, Receiver, Target};
use graphroom::outlet::{Packet, Receipt};
use graphroom::transport::broadcasting::named;
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::support::{TestServer, until};

/// An order of the test's own.
pub fn order() -> Order {
    Order {
        event_type: "held".to_owned(),
        packet: named("held", RawValue::from_string("{}".to_owned()).unwrap()),
        target: Target::System,
        priority: 9,
        require_ack: false,
        author: "test".into(),
    }
}

/// Takes its packet when it is let go. The test needs a runtime of several threads.
struct Slow {
    id: Uuid,
    begun: AtomicBool,
    let_go: Mutex<Until<()>>,
}

impl Receiver for Slow {
    fn id(&self) -> Uuid {
        self.id
    }

    fn hand(self: Arc<Self>, _: Packet, receipt: Receipt) {
        self.begun.store(true, Ordering::SeqCst);
        // Also over if the test is.
        tokio::task::block_in_place(|| self.let_go.lock().unwrap().recv().ok());
        receipt.taken();
    }
}

/// As long as this is kept the server is handing a broadcast to somebody slow, and all others wait.
pub struct Held {
    _let_go: Sender<()>,
    _slow: Arc<Slow>,
}

/// Keeps the server busy.
pub async fn hold(server: &TestServer) -> Held {
    let (sender, let_go) = mpsc::channel();
    let slow =
        Arc::new(Slow { id: Uuid::new_v4(), begun: AtomicBool::new(false), let_go: Mutex::new(let_go) });
    let receivers: [Arc<dyn Receiver>; 1] = [Arc::clone(&slow) as Arc<_>];
    server.server.broadcasts().send(order(), &receivers).unwrap();
    until("it is busy", async || slow.begun.load(Ordering::SeqCst)).await;
    Held { _let_go: sender, _slow: slow }
}

/// It breaks whoever hands it something.
pub struct Broken(pub Uuid);

impl Receiver for Broken {
    fn id(&self) -> Uuid {
        self.0
    }

    fn hand(self: Arc<Self>, _: Packet, _: Receipt) {
        panic!("a receiver of the test breaks");
    }
}
