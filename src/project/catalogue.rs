//! The catalogue of projects: making one from a template or a file, finding, saving.

use std::sync::Arc;

use tokio::sync::{Mutex, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;
use uuid::Uuid;

use super::import::{self, Import, Reading, Rules};
use super::past::Past;
use super::templates::Library;
use crate::clock::Clock;
use crate::domain::creation::{Beginning, NewProject, first_record};
use crate::domain::{Author, Context, Limits, Record, Seq, State, Template, TemplateSet, Timestamp};
use crate::store::catalogue::{ProjectPage, ProjectRow};
use crate::store::journal::EncodedRecord;
use crate::store::{ProjectId, SessionId, Store, StoreError};

pub use crate::store::catalogue::{ProjectQuery, ProjectSummary as Found};

/// The longest project name, in characters.
pub const MAX_NAME: usize = 256;

/// Files that are read and imported at a time.
pub const MAX_IMPORTS: usize = 2;

/// Why a project could not be made.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    /// No template has this id.
    #[error("no such template")]
    NoTemplate,
    /// The name is empty or too long.
    #[error("a project's name is 1 to {MAX_NAME} characters")]
    Name,
    /// The store failed; there is no such project.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The name that a client gave to what makes a project, and the hash of its body.
#[derive(Clone, Debug)]
pub struct Named {
    /// The client's.
    pub command_id: Arc<str>,
    /// What a repeat must be equal in.
    pub body_hash: String,
}

/// A project that was made: its row, its first record, and the state behind it.
pub struct Created {
    /// The catalogue's row.
    pub row: ProjectRow,
    /// The journal's first record.
    pub first: Record,
    /// The state behind it.
    pub state: State,
}

/// The projects of a store, and the templates to make them from.
pub struct Projects {
    pub(super) store: Arc<dyn Store>,
    templates: Arc<Library>,
    pub(super) clock: Clock,
    limits: Limits,
    strict: bool,
    imports: Arc<Semaphore>,
    /// Projects as they were.
    pub(super) past: Past,
    /// Held while a version is named or removed.
    pub(super) naming: Mutex<()>,
    /// Held while an empty session is given a project, so that it gets no second one.
    beginnings: Arc<Mutex<()>>,
}

/// Whether a text can be a project's name.
///
/// # Errors
/// [`CreateError::Name`]
pub fn check_name(name: &str) -> Result<(), CreateError> {
    if name.trim().is_empty() || name.chars().count() > MAX_NAME { Err(CreateError::Name) } else { Ok(()) }
}

impl Projects {
    /// The catalogue of a store. `strict` is what new projects are that do not say.
    pub fn new(
        store: Arc<dyn Store>,
        templates: Arc<Library>,
        clock: Clock,
        limits: Limits,
        strict: bool,
    ) -> Self {
        let imports = Arc::new(Semaphore::new(MAX_IMPORTS));
        Self {
            store,
            templates,
            clock,
            limits,
            strict,
            imports,
            past: Past::default(),
            naming: Mutex::default(),
            beginnings: Arc::default(),
        }
    }

    /// What projects can be made from.
    pub fn templates(&self) -> &Library {
        &self.templates
    }

    /// How large projects may get.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// Whether a project is strict that does not say.
    pub fn strict(&self) -> bool {
        self.strict
    }

    /// Makes a project, its session and its root, durable when this returns. It is `owner`'s, if there is one.
    ///
    /// # Errors
    /// See [`CreateError`].
    pub async fn create(
        &self,
        template_id: &str,
        name: &str,
        strict: Option<bool>,
        author: &Author,
        owner: Option<String>,
    ) -> Result<Created, CreateError> {
        let templates = self.templates.current();
        let template = templates.get(template_id).ok_or(CreateError::NoTemplate)?;
        let root = template.node_types.first().ok_or(CreateError::NoTemplate)?;
        let strict = strict.unwrap_or(self.strict);
        let project = NewProject { name, template, strict, beginning: Beginning::Root(root) };
        self.enter(begin(&project, None, None, author, (self.clock)(), self.limits)?, owner).await
    }

    /// Waits until a file may be read and imported: there is room for few at a time, since each takes many
    /// times its size in memory.
    pub async fn turn_to_import(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.imports).acquire_owned().await.ok()
    }

    /// Waits until no other empty session is given a project.
    pub async fn turn_to_begin(&self) -> OwnedMutexGuard<()> {
        Arc::clone(&self.beginnings).lock_owned().await
    }

    /// Reads a project file, for a project of its own or for one that is there and has `held`. It takes a
    /// while: call it where waiting is allowed.
    pub fn read_file(&self, file: &[u8], strict: Option<bool>, held: Option<&Arc<Template>>) -> Reading {
        let templates = self.templates.current();
        let template = |id: &str| match held.filter(|held| *held.id == *id) {
            // A project stays with the version that it pinned.
            Some(held) => Some(Arc::clone(held)),
            None => templates.get(id).cloned(),
        };
        let (limits, now) = (self.limits, (self.clock)());
        import::read(file, &Rules { template: &template, limits, strict, strict_unsaid: self.strict, now })
    }

    /// Makes a project from a file, in a session of its own or in one that has no project yet. It is `owner`'s, if
    /// there is one. Where the client `named` that, the first record bears the name: a repeat finds it done.
    ///
    /// # Errors
    /// See [`CreateError`]; [`StoreError::Unavailable`] if the session has a project meanwhile.
    pub async fn import(
        &self,
        import: Import,
        session: Option<SessionId>,
        named: Option<Named>,
        author: Author,
        owner: Option<String>,
    ) -> Result<Created, CreateError> {
        let (now, limits) = ((self.clock)(), self.limits);
        let begun = spawn_blocking(move || {
            let Import { name, template, strict, nodes, .. } = &import;
            let beginning = Beginning::Graph(Arc::clone(nodes));
            let project = NewProject { name, template, strict: *strict, beginning };
            begin(&project, session, named, &author, now, limits)
        });
        self.enter(begun.await.map_err(|error| StoreError::Unavailable(error.to_string()))??, owner).await
    }

    async fn enter(
        &self,
        (made, first): (Created, EncodedRecord),
        owner: Option<String>,
    ) -> Result<Created, CreateError> {
        self.store.create_project(made.row.clone(), first, owner).await?;
        Ok(made)
    }

    /// Whether there is such a project.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn is_there(&self, project: ProjectId) -> Result<bool, StoreError> {
        Ok(self.store.project(project).await?.is_some())
    }

    /// The projects of a page.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn list(&self, query: ProjectQuery) -> Result<ProjectPage, StoreError> {
        self.store.projects(query).await
    }

    /// Marks the project as saved at `seq`, on disk when this returns.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn mark_saved(&self, project: ProjectId, seq: Seq) -> Result<(), StoreError> {
        self.store.mark_saved(project, seq).await
    }
}

/// A project that is not stored yet, and its first record as the store takes it.
fn begin(
    project: &NewProject<'_>,
    session: Option<SessionId>,
    named: Option<Named>,
    author: &Author,
    now: Timestamp,
    limits: Limits,
) -> Result<(Created, EncodedRecord), CreateError> {
    check_name(project.name)?;
    let (nothing, seed) = (TemplateSet::default(), Uuid::new_v4());
    let context = Context { author, now, seed, limits, lenient_parents: false, templates: &nothing };
    let (command_id, body_hash) = match named {
        Some(Named { command_id, body_hash }) => (command_id, Some(body_hash)),
        None => (Uuid::now_v7().to_string().into(), None),
    };
    let record = Record { body_hash, ..first_record(project, command_id, &context) };
    let first = EncodedRecord::new(&record).map_err(|error| StoreError::Unavailable(error.to_string()))?;
    let row = ProjectRow {
        project_id: Uuid::new_v4(),
        session_id: session.unwrap_or_else(Uuid::new_v4),
        epoch: Uuid::new_v4(),
        name: project.name.to_owned(),
        template_id: project.template.id.to_string(),
        created_at: now,
        saved: record.seq_last,
    };
    let mut state = State::default();
    state.apply(&record);
    Ok((Created { row, first: record, state }, first))
}
