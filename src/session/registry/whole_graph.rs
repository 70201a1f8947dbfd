//! Reading whole graphs without loading sessions.

use std::sync::Arc;

use super::{OpenError, Registry};
use crate::domain::Seq;
use crate::session::{GRAPH_FORM, Session};
use crate::store::catalogue::ProjectRow;
use crate::store::{Epoch, GraphText, ProjectId, SessionId};

/// Where a whole graph is to be had.
pub enum WholeGraph {
    /// Nobody has to load it: it was kept as text.
    Kept(KeptGraph),
    /// The session has it.
    Loaded(Arc<Session>),
}

/// The graph of a project whose session is not loaded.
#[derive(Debug)]
pub struct KeptGraph {
    /// The journal's identity.
    pub epoch: Epoch,
    /// The graph at the end of the journal.
    pub text: GraphText,
}

impl Registry {
    /// The graph of a project, as it is or as it is `at` a place.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub async fn whole_graph(
        self: &Arc<Self>,
        id: ProjectId,
        at: Option<Seq>,
    ) -> Result<WholeGraph, OpenError> {
        let project = self.shared.store.project(id).await?.ok_or(OpenError::NotFound)?;
        match self.kept_graph(&project).await.filter(|kept| at.is_none_or(|at| at == kept.text.seq)) {
            Some(kept) => Ok(WholeGraph::Kept(kept)),
            None => self.open(project.session_id).await.map(WholeGraph::Loaded),
        }
    }

    /// The graph of a session.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub async fn whole_graph_of_session(self: &Arc<Self>, id: SessionId) -> Result<WholeGraph, OpenError> {
        if self.live(id).is_none()
            && let Some(project) = self.shared.store.session(id).await?.and_then(|row| row.project_id)
            && let Some(project) = self.shared.store.project(project).await?
            && let Some(kept) = self.kept_graph(&project).await
        {
            return Ok(WholeGraph::Kept(kept));
        }
        self.open(id).await.map(WholeGraph::Loaded)
    }

    /// The text that was kept when the session was loaded last, if nothing happened since. Whoever loads the session
    /// meanwhile, and writes: this is the graph as it was when the end of the journal was looked at.
    async fn kept_graph(&self, project: &ProjectRow) -> Option<KeptGraph> {
        if self.is_draining() || self.live(project.session_id).is_some() {
            return None;
        }
        match self.shared.store.graph(project.project_id, GRAPH_FORM).await {
            Ok(text) => text.map(|text| KeptGraph { epoch: project.epoch, text }),
            Err(error) => {
                // Whoever loads it meets the same.
                tracing::debug!(project_id = %project.project_id, %error, "no graph text can be read");
                None
            }
        }
    }
}
