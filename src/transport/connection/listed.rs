//! What a connection is listed as that is one client's by name, and in one conversation for good.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::time::sleep;
use uuid::Uuid;

use super::{Connection, lock};

/// What it is listed as.
pub struct Listed {
    /// What the client calls itself.
    pub client_id: Arc<str>,
    /// What the client knows the connection by.
    pub session_id: Uuid,
    /// Where it talks.
    pub conversation_id: Uuid,
    /// When something was last said.
    pub activity: Arc<Activity>,
}

impl Connection {
    /// It is one client's by name, and in one conversation for good. The first word counts.
    pub fn list_as(&self, listed: Listed) {
        self.listed.get_or_init(|| listed);
    }
}

/// When something last came or went that was said.
pub struct Activity(Mutex<Instant>);

impl Default for Activity {
    fn default() -> Self {
        Self(Mutex::new(Instant::now()))
    }
}

impl Activity {
    /// Something comes or goes.
    pub fn touch(&self) {
        *lock(&self.0) = Instant::now();
    }

    /// When that last was.
    pub fn last(&self) -> Instant {
        *lock(&self.0)
    }

    /// Waits until nothing has come or gone for so long.
    pub async fn idle_for(&self, time: Duration) {
        loop {
            let left = time.saturating_sub(self.last().elapsed());
            if left.is_zero() {
                return;
            }
            sleep(left).await;
        }
    }
}
