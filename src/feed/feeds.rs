//! The feeds of all sessions: publishing, listening, reading.

use std::sync::Arc;
use std::time::Duration;

use dashmap::DashMap;
use serde_json::json;
use serde_json::value::RawValue;
use tokio_util::sync::CancellationToken;

use super::envelope::{Envelope, is_reserved, merged, notice, seconds};
use super::single::{Feed, last_graph_events};
use super::window::Window;
use super::{PER_WINDOW, REPLAYED, WINDOW};
use crate::clock::{Clock, Instant};
use crate::outlet::{Line, Packet};
use crate::session::{OpenError, Reader, Registry};
use crate::store::{NewPublished, PublishedQuery, PublishedRow, SessionId, Store, StoreError};

/// How often feeds are forgotten that nobody needs.
const SWEEP: Duration = Duration::from_secs(60);
/// How soon a session is opened again that could not be.
const RETRY: Duration = Duration::from_secs(1);
/// The type of an event that says that something is wrong with its session.
const ERROR: &str = "error";

/// All feeds.
pub struct Feeds {
    pub(super) store: Arc<dyn Store>,
    registry: Arc<Registry>,
    clock: Clock,
    pub(super) feeds: DashMap<SessionId, Arc<Feed>>,
}

/// What somebody wants to publish.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Its name, if it has one.
    pub message_id: Option<String>,
    /// What happened, in a word.
    pub event_type: String,
    /// What there is to say about it: JSON.
    pub payload: String,
    /// The phase that it is of.
    pub phase_id: Option<String>,
    /// The turn that it is of.
    pub turn_id: Option<i64>,
    /// Who publishes it.
    pub author: String,
}

/// What was published.
#[derive(Clone, Debug)]
pub struct Published {
    /// Its name.
    pub message_id: String,
    /// Its place.
    pub n: u64,
    /// Its time, in seconds.
    pub timestamp: f64,
    /// Whether it was not there before.
    pub is_new: bool,
}

/// Why something was not published.
#[derive(Debug)]
pub enum NotPublished {
    /// Its name is the server's own.
    Reserved,
    /// It is one too many; how long to wait.
    TooMany(Duration),
    /// The store failed.
    Store(StoreError),
}

/// Some events of a session.
#[derive(Clone, Debug)]
pub struct Heard {
    /// The events, in order.
    pub events: Vec<Arc<RawValue>>,
    /// The last one's place.
    pub seq: u64,
    /// The last place that there is.
    pub head: u64,
}

/// Somebody listens as long as this is kept.
pub struct Listening {
    feed: Arc<Feed>,
    client_id: Arc<str>,
}

impl Listening {
    /// Ends once there is no such session any more.
    pub async fn is_over(&self) {
        self.feed.over().cancelled().await;
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.feed.remove(&self.client_id);
    }
}

impl Feeds {
    /// Nobody listens.
    pub fn new(store: Arc<dyn Store>, registry: Arc<Registry>, clock: Clock) -> Arc<Self> {
        Arc::new(Self { store, registry, clock, feeds: DashMap::new() })
    }

    fn feed(&self, id: SessionId) -> Arc<Feed> {
        let new = || Arc::new(Feed::new(id, Window::new(PER_WINDOW, WINDOW)));
        self.feeds.entry(id).or_insert_with(new).clone()
    }

    /// Forgets feeds that nobody needs, until the future is dropped.
    pub async fn sweep(self: Arc<Self>) {
        loop {
            tokio::time::sleep(SWEEP).await;
            // Whoever has one got it under the same lock.
            self.feeds.retain(|_, feed| Arc::strong_count(feed) > 1 || !feed.is_idle());
        }
    }

    /// Lets somebody listen: sends `greeting`, then what it lacks, then what comes.
    ///
    /// # Errors
    /// If what was told last cannot be read.
    pub async fn listen(
        self: &Arc<Self>,
        reader: Reader,
        (client_id, line): (&Arc<str>, Arc<dyn Line>),
        last: Option<&str>,
        greeting: impl FnOnce() -> Option<Packet> + Send,
    ) -> Result<Listening, OpenError> {
        let feed = self.feed(reader.session().row().session_id);
        let mut told = feed.order.lock().await;
        if feed.is_silent() {
            feed.load(&mut told, &*self.store, &reader).await?;
        }
        Arc::clone(&line).send(greeting().into_iter().chain(told.missed(last)).collect());
        reader.touch();
        reader.session().stage().begin();
        if let Some(stop) = feed.add(client_id, line) {
            tokio::spawn(Arc::clone(self).follow(Arc::clone(&feed), reader, stop));
        }
        drop(told);
        Ok(Listening { feed, client_id: Arc::clone(client_id) })
    }

    /// Tells a session's graph events to who listens, as long as anybody does.
    async fn follow(self: Arc<Self>, feed: Arc<Feed>, reader: Reader, stop: CancellationToken) {
        let mut reader = reader;
        loop {
            if stop.run_until_cancelled(feed.tell_graph_events(&mut reader)).await.is_none() {
                return;
            }
            drop(reader);
            match stop.run_until_cancelled(self.reopen(feed.id)).await {
                Some(Ok(again)) => reader = again,
                Some(Err(OpenError::NotFound)) => {
                    feed.end();
                    self.feeds.remove_if(&feed.id, |_, known| Arc::ptr_eq(known, &feed));
                    return;
                }
                Some(Err(_)) | None => return,
            }
        }
    }

    /// The session once more, which broke or is over.
    async fn reopen(&self, id: SessionId) -> Result<Reader, OpenError> {
        loop {
            match self.registry.open(id).await {
                Ok(session) => {
                    if let Some(reader) = Reader::new(session) {
                        return Ok(reader);
                    }
                }
                Err(error @ (OpenError::NotFound | OpenError::ShuttingDown)) => return Err(error),
                Err(OpenError::Full | OpenError::Store(_)) => {}
            }
            tokio::time::sleep(RETRY).await;
        }
    }

    /// Publishes an event: it is on disk when this returns `Ok`, and who listens is told. Also if nobody waits for it.
    ///
    /// # Errors
    /// See [`NotPublished`].
    pub async fn publish(self: &Arc<Self>, reader: Reader, draft: Draft) -> Result<Published, NotPublished> {
        if draft.message_id.as_deref().is_some_and(is_reserved) {
            return Err(NotPublished::Reserved);
        }
        let (feeds, feed) = (Arc::clone(self), self.feed(reader.session().row().session_id));
        let published = tokio::spawn(async move { feeds.publish_in(&feed, &reader, draft).await });
        let broke = || StoreError::Unavailable("publishing broke".to_owned());
        published.await.unwrap_or_else(|_| Err(NotPublished::Store(broke())))
    }

    async fn publish_in(
        &self,
        feed: &Feed,
        reader: &Reader,
        draft: Draft,
    ) -> Result<Published, NotPublished> {
        let mut told = feed.order.lock().await;
        self.check(feed)?;
        let Draft { message_id, event_type, payload, phase_id, turn_id, author } = draft;
        let is_error = event_type == ERROR;
        let (session_id, at) = (feed.id, (self.clock)());
        let new = NewPublished { session_id, message_id, event_type, at, payload, phase_id, turn_id, author };
        let outcome = self.store.publish(new).await.map_err(NotPublished::Store)?;
        reader.touch();
        if outcome.is_new {
            feed.window().count(Instant::now());
            let stage = reader.session().stage();
            if is_error { stage.fail() } else { stage.begin() }
        }
        let event = outcome.event;
        if let Err(error) = feed.tell_published(&mut told, &*self.store, &event).await {
            tracing::error!(session_id = %feed.id, %error, "an event is told with the next one");
        }
        let PublishedRow { message_id, n, at, .. } = event;
        Ok(Published { message_id, n, timestamp: seconds(at), is_new: outcome.is_new })
    }

    /// Whether there may be one more; who listens is told, but not of each, if there may not.
    fn check(&self, feed: &Feed) -> Result<(), NotPublished> {
        let now = Instant::now();
        let mut window = feed.window();
        let Err(wait) = window.check(now) else { return Ok(()) };
        let is_due = window.tell(now);
        drop(window);
        if is_due {
            let payload = json!({ "limit": PER_WINDOW, "window_seconds": WINDOW.as_secs(),
                "retry_after_ms": u64::try_from(wait.as_millis()).unwrap_or(u64::MAX) });
            notice("rate_limit_exceeded", (self.clock)(), &payload)
                .iter()
                .for_each(|packet| feed.announce(packet));
        }
        Err(NotPublished::TooMany(wait))
    }

    /// What was published in a session: behind a place, or the last.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn published(
        &self,
        session_id: SessionId,
        after: Option<u64>,
        limit: usize,
    ) -> Result<Heard, StoreError> {
        let rows = self.store.published(PublishedQuery { session_id, after, limit }).await?;
        let last = self.store.published(PublishedQuery { session_id, after: None, limit: 1 }).await?;
        let head = last.last().map_or(0, |row| row.n);
        let seq = rows.last().map_or(after.unwrap_or(head), |row| row.n);
        let events = rows.iter().filter_map(Envelope::published).map(|event| event.json).collect();
        Ok(Heard { events, seq, head: head.max(seq) })
    }

    /// The last events of a session, published or its graph's, by time.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn all(&self, reader: &Reader, limit: usize) -> Result<Heard, OpenError> {
        let (graph, seq) = last_graph_events(reader).await?;
        let session_id = reader.session().row().session_id;
        let query = PublishedQuery { session_id, after: None, limit: REPLAYED };
        let rows = self.store.published(query).await?;
        let events: Vec<_> = merged(rows.iter().filter_map(Envelope::published).collect(), graph).collect();
        let events = events.iter().skip(events.len().saturating_sub(limit.min(REPLAYED)));
        Ok(Heard { events: events.map(|event| Arc::clone(&event.json)).collect(), seq, head: seq })
    }
}
