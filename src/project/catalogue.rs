//! The catalogue of projects: making one from a template or a file, finding, saving.

use std::sync::Arc;

use uuid::Uuid;

use super::import::Import;
use super::templates::Library;
use crate::clock::Clock;
use crate::domain::creation::{Beginning, NewProject, first_record};
use crate::domain::{Author, Context, Limits, Record, Seq, State, Template, TemplateSet};
use crate::store::catalogue::{ProjectPage, ProjectRow};
use crate::store::journal::EncodedRecord;
use crate::store::{ProjectId, SessionId, Store, StoreError};

pub use crate::store::catalogue::{ProjectQuery, ProjectSummary as Found};

/// The longest project name, in characters.
pub const MAX_NAME: usize = 256;

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
    store: Arc<dyn Store>,
    templates: Arc<Library>,
    clock: Clock,
    limits: Limits,
    strict: bool,
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
        Self { store, templates, clock, limits, strict }
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

    /// Makes a project, its session and its root, durable when this returns.
    ///
    /// # Errors
    /// See [`CreateError`].
    pub async fn create(
        &self,
        template_id: &str,
        name: &str,
        strict: Option<bool>,
        author: &Author,
    ) -> Result<Created, CreateError> {
        let templates = self.templates.current();
        let template = templates.get(template_id).ok_or(CreateError::NoTemplate)?;
        let root = template.node_types.first().ok_or(CreateError::NoTemplate)?;
        let strict = strict.unwrap_or(self.strict);
        let project = NewProject { name, template, strict, beginning: Beginning::Root(root) };
        self.enter(&project, None, author).await
    }

    /// Makes a project from a file, in a session of its own or in one that has no project yet.
    ///
    /// # Errors
    /// See [`CreateError`]; [`StoreError::Unavailable`] if the session has a project meanwhile.
    pub async fn import(
        &self,
        import: &Import,
        name: &str,
        strict: bool,
        session: Option<SessionId>,
        author: &Author,
    ) -> Result<Created, CreateError> {
        let template: &Arc<Template> = &import.template;
        let beginning = Beginning::Graph(Arc::clone(&import.nodes));
        self.enter(&NewProject { name, template, strict, beginning }, session, author).await
    }

    async fn enter(
        &self,
        project: &NewProject<'_>,
        session: Option<SessionId>,
        author: &Author,
    ) -> Result<Created, CreateError> {
        check_name(project.name)?;
        let now = (self.clock)();
        let nothing = TemplateSet::default();
        let (limits, seed) = (self.limits, Uuid::new_v4());
        let context = Context { author, now, seed, limits, lenient_parents: false, templates: &nothing };
        let record = first_record(project, Uuid::now_v7().to_string().into(), &context);
        let first =
            EncodedRecord::new(&record).map_err(|error| StoreError::Unavailable(error.to_string()))?;
        let row = ProjectRow {
            project_id: Uuid::new_v4(),
            session_id: session.unwrap_or_else(Uuid::new_v4),
            epoch: Uuid::new_v4(),
            name: project.name.to_owned(),
            template_id: project.template.id.to_string(),
            created_at: now,
            saved: record.seq_last,
        };
        self.store.create_project(row.clone(), first).await?;
        let mut state = State::default();
        state.apply(&record);
        Ok(Created { row, first: record, state })
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
