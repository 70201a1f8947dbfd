//! Whether the server is there, asked once for all who want to know within some seconds.

use std::time::Duration;

use reqwest::{Client, StatusCode, Url};
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use super::Times;

pub(super) struct Health {
    client: Client,
    url: Url,
    limit: Duration,
    kept: Duration,
    /// Held while the server is asked: whoever else wants to know waits for the same answer.
    last: Mutex<Option<(Instant, bool)>>,
}

impl Health {
    pub fn new(client: Client, url: Url, times: &Times) -> Self {
        Self { client, url, limit: times.health, kept: times.health_kept, last: Mutex::default() }
    }

    pub async fn ask(&self) -> bool {
        let mut last = self.last.lock().await;
        if let Some((_, is_healthy)) = last.filter(|(at, _)| at.elapsed() < self.kept) {
            return is_healthy;
        }
        let asked = timeout(self.limit, self.client.get(self.url.clone()).send()).await;
        let is_healthy = matches!(asked, Ok(Ok(response)) if response.status() == StatusCode::OK);
        *last = Some((Instant::now(), is_healthy));
        is_healthy
    }
}
