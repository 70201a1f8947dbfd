//! The catalogue of projects: making one from a template.

use std::sync::Arc;

use uuid::Uuid;

use super::templates::Library;
use crate::clock::Clock;
use crate::domain::{Author, Context, Limits, State, creation};
use crate::store::catalogue::ProjectRow;
use crate::store::journal::EncodedRecord;
use crate::store::{Store, StoreError};

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

/// The projects of a store, and the templates to make them from.
pub struct Projects {
    store: Arc<dyn Store>,
    templates: Arc<Library>,
    clock: Clock,
    limits: Limits,
}

impl Projects {
    /// The catalogue of a store.
    pub fn new(store: Arc<dyn Store>, templates: Arc<Library>, clock: Clock, limits: Limits) -> Self {
        Self { store, templates, clock, limits }
    }

    /// What projects can be made from.
    pub fn templates(&self) -> &Library {
        &self.templates
    }

    /// Makes a project, its session and its root, durable when this returns; and its state.
    ///
    /// # Errors
    /// See [`CreateError`].
    pub async fn create(
        &self,
        template_id: &str,
        name: &str,
        author: &Author,
    ) -> Result<(ProjectRow, State), CreateError> {
        if name.trim().is_empty() || name.chars().count() > MAX_NAME {
            return Err(CreateError::Name);
        }
        let templates = self.templates.current();
        let template = templates.get(template_id).ok_or(CreateError::NoTemplate)?;
        let root = template.node_types.first().ok_or(CreateError::NoTemplate)?;
        let now = (self.clock)();
        let context = Context { author, now, seed: Uuid::new_v4(), limits: self.limits };
        let command_id = Uuid::now_v7().to_string().into();
        let record = creation::first_record(name, template, root, command_id, &context);
        let first =
            EncodedRecord::new(&record).map_err(|error| StoreError::Unavailable(error.to_string()))?;
        let project = ProjectRow {
            project_id: Uuid::new_v4(),
            session_id: Uuid::new_v4(),
            epoch: Uuid::new_v4(),
            name: name.to_owned(),
            template_id: template_id.to_owned(),
            created_at: now,
        };
        self.store.create_project(project.clone(), first).await?;
        let mut state = State::default();
        state.apply(&record);
        Ok((project, state))
    }
}
