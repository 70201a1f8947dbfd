//! Engines: who publishes in a session is its engine, as long as something came within the last minute.

use std::sync::Arc;

use super::Feeds;
use super::single::Feed;
use super::state::State;
use crate::clock::Instant;
use crate::store::{PublishedQuery, SessionId, StoreError};

/// How many events are read at once.
const PAGE: usize = 200;
/// Of how many events the state of an engine is made if nobody has asked for it since it began to publish: what is
/// older is not read.
pub const READ: u64 = 20_000;

impl Feed {
    /// When something was published last, if there is an engine.
    fn engine(&self, now: Instant) -> Option<Instant> {
        self.window().last(now)
    }
}

impl Feeds {
    /// Whether any session has an engine.
    pub fn have_engine(&self) -> bool {
        let now = Instant::now();
        self.feeds.iter().any(|feed| feed.engine(now).is_some())
    }

    /// The sessions that have an engine, that in which something was published last first.
    pub fn engines(&self) -> Vec<SessionId> {
        let now = Instant::now();
        let engines = self.feeds.iter().filter_map(|feed| Some((feed.engine(now)?, feed.id)));
        let mut engines: Vec<_> = engines.collect();
        engines.sort_by(|(one, _), (other, _)| other.cmp(one));
        engines.into_iter().map(|(_, id)| id).collect()
    }

    /// What can be seen of the state of a session's engine; none without an engine.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn state<T>(
        &self,
        id: SessionId,
        view: impl FnOnce(&State) -> T,
    ) -> Result<Option<T>, StoreError> {
        let feed = self.feeds.get(&id).map(|feed| Arc::clone(&feed));
        let Some(feed) = feed.filter(|feed| feed.engine(Instant::now()).is_some()) else { return Ok(None) };
        let mut state = feed.state.lock().await;
        if state.is_none() {
            let query = PublishedQuery { session_id: id, after: None, limit: 1 };
            let last = self.store.published(query).await?;
            let head = last.last().map_or(0, |row| row.n);
            *state = Some(State::behind(head.saturating_sub(READ)));
        }
        let state = state.get_or_insert_default();
        self.catch_up(id, state).await?;
        Ok(Some(view(state)))
    }

    async fn catch_up(&self, session_id: SessionId, state: &mut State) -> Result<(), StoreError> {
        loop {
            let query = PublishedQuery { session_id, after: Some(state.n()), limit: PAGE };
            let rows = self.store.published(query).await?;
            rows.iter().for_each(|row| state.apply(row));
            if rows.len() < PAGE {
                return Ok(());
            }
        }
    }
}
