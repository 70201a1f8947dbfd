//! Letting sessions go that nobody uses.

use std::sync::Arc;
use std::time::Duration;

use super::{OpenError, Registry, Resting, Room};
use crate::clock::Instant;
use crate::domain::Timestamp;
use crate::session::Session;
use crate::session::observer::Cut;
use crate::session::places::Place;
use crate::store::{SessionId, StoreError};

/// How often idle sessions are looked for, at most and at least.
const MIN_SWEEP: Duration = Duration::from_millis(100);
const MAX_SWEEP: Duration = Duration::from_secs(60);
/// How long members of a session that is unloaded while they are in it have to take what they lack.
const LAST_WORDS: Duration = Duration::from_secs(2);
/// How long somebody waits for a session to make room that others load or let go.
const LET_GO: Duration = Duration::from_secs(5);
/// How long it waits for that at once: what a session is used for ends without a word.
const LOOK_AGAIN: Duration = Duration::from_millis(100);
/// No server runs for longer without a restart.
const LONGEST: Duration = Duration::from_secs(10 * 365 * 86_400);

impl Registry {
    /// Cleans up now and then, until the registry drains.
    pub async fn sweep(self: Arc<Self>, unload_after: Duration) {
        // Before that nothing is idle for so long that was used since the start, and whoever was there when the server
        // went down may come back.
        let first = Instant::now() + unload_after.min(LONGEST);
        let mut ticks = tokio::time::interval_at(first, unload_after.clamp(MIN_SWEEP, MAX_SWEEP));
        loop {
            tokio::select! {
                _ = ticks.tick() => {}
                () = self.shared.drain.cancelled() => return,
            }
            match self.clean_up(unload_after).await {
                Ok(0) => {}
                Ok(removed) => tracing::info!(removed, "idle sessions were unloaded"),
                Err(error) => tracing::warn!(%error, "idle sessions could not be unloaded"),
            }
        }
    }

    /// Unloads sessions that nobody is in and where nothing happened for `inactive`; those that never
    /// had a project are deleted, with what was published there. How many went.
    ///
    /// # Errors
    /// If the store fails; what went until then is gone.
    pub async fn clean_up(self: &Arc<Self>, inactive: Duration) -> Result<usize, StoreError> {
        let inactive = i64::try_from(inactive.as_millis()).unwrap_or(i64::MAX);
        let before = Timestamp::from_millis((self.shared.clock)().millis().saturating_sub(inactive));
        let mut removed = 0;
        for (row, live) in self.list().await? {
            let touches = live.as_ref().map_or(0, |session| session.touches());
            let last_activity = match &live {
                Some(session) => session.last_activity(),
                None => self.resting.get(&row.session_id).map_or(row.created_at, |rest| rest.last_activity),
            };
            if last_activity > before || live.as_ref().is_some_and(|session| session.publisher().joined() > 0)
            {
                continue;
            }
            if row.project_id.is_none() {
                removed += usize::from(self.delete_empty(row.session_id, live.zip(Some(touches))).await?);
            } else if let Some(session) = live {
                removed += usize::from(session.retire());
            }
        }
        Ok(removed)
    }

    /// Whether one more session can be loaded, which is asked before one is made.
    ///
    /// # Errors
    /// The server is going down, or there are as many as there may be, and somebody is in each.
    pub async fn check_room(&self) -> Result<(), OpenError> {
        if self.is_draining() {
            return Err(OpenError::ShuttingDown);
        }
        self.place().await.map(drop)
    }

    /// A place for one more session. Where none is free, that one makes room which nobody is in and which was used longest
    /// ago: who only looked at a project keeps nobody out.
    pub(super) async fn place(&self) -> Result<Place<'_>, OpenError> {
        let end = Instant::now() + LET_GO;
        loop {
            let changed = self.places.changed();
            if let Some(place) = self.places.take() {
                return Ok(place);
            }
            let (used, mut unused): (Vec<_>, Vec<_>) =
                self.loaded().into_iter().partition(|session| session.publisher().is_used());
            if used.len() >= self.places.most() || Instant::now() >= end {
                self.shared.observer.session_refused();
                return Err(OpenError::Full);
            }
            unused.sort_by_cached_key(|session| session.last_used());
            let retired = unused.into_iter().find(|session| session.retire());
            tokio::select! {
                () = async {
                    match retired {
                        Some(session) => self.gone(&session).await,
                        // Others that are being loaded, or let go, may make room in time.
                        None => drop(tokio::time::timeout(LOOK_AGAIN, changed).await),
                    }
                } => {}
                () = tokio::time::sleep_until(end) => {}
                () = self.shared.drain.cancelled() => return Err(OpenError::ShuttingDown),
            }
        }
    }

    /// Waits until a session that was told to end has ended.
    async fn gone(&self, session: &Arc<Session>) {
        if session.project().is_none() {
            // It has no actor whose end would be waited for.
            self.let_rest(session);
        }
        session.ending().gone.cancelled().await;
    }

    /// Lets a session without a project go, of which nothing but this process knows how it stands.
    fn let_rest(&self, session: &Arc<Session>) {
        let rest = Resting { last_activity: session.last_activity(), stage: session.stage().copy() };
        self.resting.insert(session.session_id(), rest);
        self.forget_empty(session);
    }

    /// Takes out a session that has no actor.
    fn forget_empty(&self, session: &Arc<Session>) {
        self.forget(session);
        let session = Arc::clone(session);
        tokio::spawn(async move { session.say_farewell().await });
    }

    /// Unloads a session whoever is in it. What waits is answered first; its members are handed what they lack, as far as they
    /// take it in time, and are cut, so that they come back to it as it is loaded anew. False if it is not loaded.
    ///
    /// # Errors
    /// The server is going down, and ends all of them.
    pub async fn unload(self: &Arc<Self>, id: SessionId) -> Result<bool, OpenError> {
        let stays = |session: &Arc<Session>| !session.ending().stop.is_cancelled();
        let Some(session) = self.live(id).filter(stays) else { return Ok(false) };
        let registry = Arc::clone(self);
        // What was begun is done, whether or not anybody waits for it.
        let ended = tokio::spawn(async move { registry.turn_out(&session).await }).await;
        ended.unwrap_or(Err(OpenError::ShuttingDown)).map(|()| true)
    }

    async fn turn_out(&self, session: &Arc<Session>) -> Result<(), OpenError> {
        session.shut();
        tokio::select! {
            () = self.gone(session) => {}
            () = self.shared.drain.cancelled() => return Err(OpenError::ShuttingDown),
        }
        drop(tokio::time::timeout(LAST_WORDS, session.publisher().settled()).await);
        session.cut_all(Cut::SessionUnloaded);
        Ok(())
    }

    /// Removes what was published in a session that is no more.
    pub(super) async fn forget_published(&self, session: &Session) {
        if let Err(error) = self.shared.store.delete_published(session.session_id()).await {
            tracing::warn!(session_id = session.id(), %error, "what was published there was not removed");
        }
    }

    /// Deletes a session without a project, unless somebody used it since it was `found` idle, after so many uses, or not
    /// loaded at all.
    async fn delete_empty(
        self: &Arc<Self>,
        id: SessionId,
        found: Option<(Arc<Session>, u64)>,
    ) -> Result<bool, StoreError> {
        // It is loaded for that: whoever asks for it meanwhile gets the same one, and it retires from nobody. That takes no
        // place from others, else a server with somebody in each would keep all that nobody uses.
        let session = match self.open_in(id, Room::Above).await {
            Ok(session) => session,
            Err(OpenError::Store(error)) => return Err(error),
            // Whoever cleaned up at the same time was quicker, or looks for a place for it.
            Err(OpenError::NotFound | OpenError::Full | OpenError::ShuttingDown) => return Ok(false),
        };
        if session.project().is_some() || !session.retire() {
            return Ok(false);
        }
        // By number: the clock cannot tell what came within the millisecond.
        let known = found.filter(|(found, _)| Arc::ptr_eq(found, &session)).map_or(0, |(_, touches)| touches);
        let was_used = session.touches() != known;
        let deleted = if was_used { Ok(false) } else { self.shared.store.delete_session(id).await };
        if let Ok(true) = deleted {
            self.forget_published(&session).await;
            self.forget_empty(&session);
        } else {
            self.let_rest(&session);
        }
        deleted
    }
}
