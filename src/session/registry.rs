//! The registry: the sessions that are open, each loaded once however many ask for it.

mod cleanup;
mod whole_graph;

pub use whole_graph::{KeptGraph, WholeGraph};

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use dashmap::DashMap;
use futures_util::FutureExt;
use tokio::sync::OnceCell;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use super::Committed;
use super::actor::Actor;
use super::mailbox::Mailbox;
use super::observer::{Census, Cut, Observer};
use super::places::Places;
use super::recent::Recall;
use super::replay;
use super::ring::Kept;
use super::room::{Session, Shared};
use super::rules::Rules;
use super::snapshots::{Progress, Since, SnapshotWorker};
use super::stage::Stage;
use crate::clock::Clock;
use crate::domain::{Record, State, Template, Timestamp};
use crate::store::catalogue::{ProjectRow, SessionRow};
use crate::store::{ProjectId, SessionId, Store, StoreError};

/// Why a session could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There is no such session.
    #[error("no such session")]
    NotFound,
    /// As many sessions are loaded as there may be.
    #[error("too many sessions")]
    Full,
    /// The server is going down.
    #[error("shutting down")]
    ShuttingDown,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

type Slot = Arc<OnceCell<Arc<Session>>>;

/// How a session without a project stood that was let go.
struct Resting {
    last_activity: Timestamp,
    stage: Stage,
}

/// Where a session is loaded.
#[derive(Clone, Copy)]
enum Room {
    /// Where others make room for it, if need be.
    Made,
    /// Above what there may be: nobody asked for it, and it is let go at once.
    Above,
}

/// All open sessions of this process.
pub struct Registry {
    /// Its `drain` ends the actors, once they have answered everything.
    shared: Shared,
    rules: Rules,
    sessions: DashMap<SessionId, Slot>,
    places: Places,
    /// Sessions without a project that were let go: no journal says how they stood.
    resting: DashMap<SessionId, Resting>,
    actors: TaskTracker,
}

impl Registry {
    /// A registry without any open session.
    pub fn new(store: Arc<dyn Store>, clock: Clock, rules: Rules, observer: Arc<dyn Observer>) -> Arc<Self> {
        Arc::new(Self {
            shared: Shared {
                snapshots: Arc::new(SnapshotWorker::new(Arc::clone(&store))),
                store,
                clock,
                observer,
                ends: Arc::default(),
                kept: rules.kept,
                drain: CancellationToken::new(),
                publishers: CancellationToken::new(),
            },
            places: Places::new(rules.max_sessions),
            rules,
            sessions: DashMap::new(),
            resting: DashMap::new(),
            actors: TaskTracker::new(),
        })
    }

    /// The session, if it is open already. Never waits.
    pub fn live(&self, id: SessionId) -> Option<Arc<Session>> {
        self.sessions.get(&id)?.get().cloned()
    }

    /// Somebody uses a session, if it is open.
    pub fn touch(&self, id: SessionId) {
        if let Some(session) = self.live(id) {
            session.touch();
        }
    }

    /// Whether new work is refused.
    pub fn is_draining(&self) -> bool {
        self.shared.drain.is_cancelled()
    }

    /// The session, loaded from the store if need be.
    ///
    /// # Errors
    /// See [`OpenError`]. After a failed load the next call tries again.
    pub async fn open(self: &Arc<Self>, id: SessionId) -> Result<Arc<Session>, OpenError> {
        let session = self.open_in(id, Room::Made).await?;
        session.mark_used();
        Ok(session)
    }

    async fn open_in(self: &Arc<Self>, id: SessionId, room: Room) -> Result<Arc<Session>, OpenError> {
        if self.is_draining() {
            return Err(OpenError::ShuttingDown);
        }
        while let Some(session) = self.live(id) {
            // Whoever heard that its project is deleted does not find it while its actor ends.
            if session.committed().state.deleted {
                return Err(OpenError::NotFound);
            }
            if !session.ending().stop.is_cancelled() {
                return Ok(session);
            }
            tokio::select! {
                () = session.ending().gone.cancelled() => {}
                () = self.shared.drain.cancelled() => return Err(OpenError::ShuttingDown),
            }
        }
        // Unknown ids leave no slot behind: anybody may ask for any number of them.
        let row = self.shared.store.session(id).await?.ok_or(OpenError::NotFound)?;
        let slot: Slot = self.sessions.entry(id).or_default().clone();
        let session = slot.get_or_try_init(|| self.load_in_place(row, room)).await?;
        // Loaded too late: its actor may be gone already.
        if self.is_draining() { Err(OpenError::ShuttingDown) } else { Ok(Arc::clone(session)) }
    }

    /// The entry of a session, open or not.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn row(&self, id: SessionId) -> Result<Option<SessionRow>, StoreError> {
        match self.live(id) {
            Some(session) => Ok(Some(session.row())),
            None => self.shared.store.session(id).await,
        }
    }

    /// The session of a project.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub async fn open_project(self: &Arc<Self>, id: ProjectId) -> Result<Arc<Session>, OpenError> {
        let project = self.shared.store.project(id).await?.ok_or(OpenError::NotFound)?;
        self.open(project.session_id).await
    }

    /// Makes a session without a project, which is `owner`'s, if there is one.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn create(&self, owner: Option<String>) -> Result<SessionId, OpenError> {
        self.check_room().await?;
        let (session_id, created_at) = (Uuid::new_v4(), (self.shared.clock)());
        let row = SessionRow { session_id, project_id: None, created_at, owner };
        let id = row.session_id;
        self.shared.store.create_session(row).await?;
        Ok(id)
    }

    /// Every session there is, open or not, oldest first.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn list(&self) -> Result<Vec<(SessionRow, Option<Arc<Session>>)>, StoreError> {
        let rows = self.shared.store.sessions().await?;
        let with_live = |row: SessionRow| {
            let live = self.live(row.session_id);
            (row, live)
        };
        Ok(rows.into_iter().map(with_live).collect())
    }

    async fn load_in_place(self: &Arc<Self>, row: SessionRow, room: Room) -> Result<Arc<Session>, OpenError> {
        let place = match room {
            Room::Made => self.place().await?,
            Room::Above => self.places.take_above(),
        };
        let session = self.load(row).await?;
        place.keep();
        Ok(session)
    }

    async fn load(self: &Arc<Self>, row: SessionRow) -> Result<Arc<Session>, OpenError> {
        let Some(project_id) = row.project_id else {
            let rested = self.resting.remove(&row.session_id);
            let session = self.session(row, None, State::default());
            return Ok(publish(match rested {
                Some((_, Resting { stage, .. })) => session.at_stage(stage),
                None => session,
            }));
        };
        let project = self.shared.store.project(project_id).await?;
        let project =
            project.ok_or_else(|| StoreError::Corrupt(format!("session of unknown project {project_id}")))?;
        let (state, since) = replay::load(&*self.shared.store, project_id).await?;
        // Not at the same time: readers wait for the one and not for the other.
        let recall = Recall::begin(Arc::clone(&self.shared.store), project_id);
        Ok(self.start(row, project, state, since, recall))
    }

    fn session(&self, row: SessionRow, project: Option<ProjectRow>, state: State) -> Session {
        Session::new(row, project, Committed::new(state), self.shared.clone())
    }

    fn start(
        self: &Arc<Self>,
        row: SessionRow,
        project: ProjectRow,
        state: State,
        since: Since,
        recall: Recall,
    ) -> Arc<Session> {
        let session = self.session(row, Some(project), state);
        let session = publish(session);
        self.act(&session, recall, since);
        session
    }

    /// Starts the actor of a session that has a project.
    fn act(self: &Arc<Self>, session: &Arc<Session>, recall: Recall, since: Since) {
        let Some(project_id) = session.project().map(|project| project.project_id) else { return };
        let (mailbox, receiver) = Mailbox::new();
        let (store, clock) = (Arc::clone(&self.shared.store), Arc::clone(&self.shared.clock));
        let rules = self.rules.clone();
        let progress = Progress::new(Arc::clone(&self.shared.snapshots), project_id, &rules, since);
        let actor = Actor::new(Arc::clone(session), project_id, store, clock, rules, recall, progress);
        let stop_actor = session.ending().stop.clone();
        let run = AssertUnwindSafe(actor.run(receiver, self.shared.drain.clone(), stop_actor)).catch_unwind();
        let (registry, watched) = (Arc::clone(self), Arc::clone(session));
        self.actors.spawn(async move {
            if run.await.is_err() {
                tracing::error!(session_id = watched.id(), "an actor broke: its session is loaded anew");
                registry.forget(&watched);
                watched.cut_all(Cut::SessionBroke);
                watched.ending().publisher.cancel();
            } else if !registry.is_draining() {
                registry.forget(&watched);
                watched.say_farewell().await;
                if watched.committed().state.deleted {
                    registry.forget_published(&watched).await;
                }
            }
        });
        session.open_mailbox(mailbox);
    }

    /// Gives an empty session the project that was entered for it, with its first record.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub async fn attach(
        self: &Arc<Self>,
        session: &Arc<Session>,
        project: ProjectRow,
        first: &Record,
    ) -> Result<Arc<Session>, OpenError> {
        let (id, project_id) = (project.session_id, project.project_id);
        let mut state = State::default();
        state.apply(first);
        if self.live(id).is_some_and(|live| Arc::ptr_eq(&live, session))
            && session.attach(project, Committed::new(state))
        {
            let wanted = session.publisher().wanted();
            session.publisher().push(session.names().record(first, wanted));
            let recall = Recall::of_new_project(Arc::clone(&self.shared.store), project_id, first);
            self.act(session, recall, Since::default());
            session.publisher().wake();
            return Ok(Arc::clone(session));
        }
        // Loaded anew meanwhile: from the store, with its project.
        self.open(id).await
    }

    /// How many sessions may be loaded; 0 for any number.
    pub fn max_sessions(&self) -> usize {
        self.places.most()
    }

    /// How much each session keeps of its latest events.
    pub fn kept(&self) -> Kept {
        self.rules.kept
    }

    /// How many sessions are open.
    pub fn open_count(&self) -> usize {
        let stays = |session: &Arc<Session>| !session.ending().stop.is_cancelled();
        self.sessions.iter().filter(|slot| slot.get().is_some_and(stays)).count()
    }

    /// The sessions that are loaded and stay.
    pub fn loaded(&self) -> Vec<Arc<Session>> {
        let open = self.sessions.iter().filter_map(|slot| slot.get().cloned());
        open.filter(|session| !session.ending().stop.is_cancelled()).collect()
    }

    /// Takes a session out, so that the next who asks for it loads it from the journal.
    fn forget(&self, session: &Arc<Session>) {
        let id = session.session_id();
        let is_it = |slot: &Slot| slot.get().is_some_and(|known| Arc::ptr_eq(known, session));
        if self.sessions.remove_if(&id, |_, slot| is_it(slot)).is_some() {
            self.places.give_back();
        }
        session.ending().gone.cancel();
    }

    /// Refuses new work, lets the actors answer what waits, and hands every member what it lacks. True
    /// if all that was done within `limit`; a member that takes nothing costs all of it.
    pub async fn drain(&self, limit: Duration) -> bool {
        self.shared.drain.cancel();
        self.actors.close();
        let settled = async {
            self.actors.wait().await;
            self.settled().await;
        };
        tokio::time::timeout(limit, settled).await.is_ok()
    }

    async fn settled(&self) {
        let open: Vec<_> = self.sessions.iter().filter_map(|slot| slot.get().cloned()).collect();
        for session in open {
            session.publisher().settled().await;
        }
    }

    /// How the open sessions stand now.
    pub fn census(&self) -> Census {
        let mut census = Census::default();
        let sessions: Vec<_> = self.sessions.iter().filter_map(|slot| slot.get().cloned()).collect();
        for session in sessions {
            session.count(&mut census);
        }
        census
    }

    /// Tells every open session whose project pinned this template that its file is another one now.
    pub fn announce_template(&self, template: &Template) {
        let sessions: Vec<_> = self.sessions.iter().filter_map(|slot| slot.get().cloned()).collect();
        for session in sessions {
            session.announce_template(template);
        }
    }

    /// Waits until the snapshots are taken that were begun.
    pub async fn snapshots_taken(&self) {
        self.shared.snapshots.taken().await;
    }

    /// Ends the publishers, after a last round.
    pub fn stop(&self) {
        self.shared.publishers.cancel();
    }
}

/// Makes a session known to its publisher.
fn publish(session: Session) -> Arc<Session> {
    let session = Arc::new(session);
    tokio::spawn(Arc::clone(session.publisher()).run(session.ending().publisher.clone()));
    session
}
