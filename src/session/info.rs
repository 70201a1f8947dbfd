//! What a session says of itself.

use graphroom_protocol::rest::{ConnectionView, SessionInfo, SessionView};

use super::member::Member;
use super::room::Session;
use crate::domain::StepState;

impl Session {
    /// What the session says of itself in a list.
    pub fn view(&self) -> SessionView {
        SessionView {
            session_id: self.id().to_owned(),
            created_at: self.created_at().to_string(),
            last_activity: self.last_activity().to_string(),
            active_clients: self.publisher().joined(),
            has_project: self.project().is_some(),
        }
    }

    /// Where the session is in its life.
    pub fn state_name(&self) -> &'static str {
        self.project().map_or_else(|| self.stage().name(), |_| self.committed().state.life.as_str())
    }

    /// How many graph events a member has yet to be handed, and whether it takes no more at present; none if it is
    /// not in the room.
    pub fn lag(&self, member: &Member) -> Option<(u64, bool)> {
        Some((self.publisher().behind(member)?, member.is_lagging()))
    }

    /// What the session says of itself to who asks for it.
    pub fn info(&self) -> SessionInfo {
        let committed = self.committed();
        let state = &committed.state;
        let connections = self.publisher().connections().into_iter();
        let connections = connections.map(|(member, behind)| ConnectionView {
            client_id: member.client_id.to_string(),
            user_id: member.person.user_id.to_string(),
            behind,
        });
        let connections = connections.collect();
        SessionInfo {
            session: self.view(),
            project_id: self.project().map(|project| project.project_id.to_string()),
            undo_available: state.steps.available(StepState::Done, None),
            redo_available: state.steps.available(StepState::Undone, None),
            node_count: state.graph.len(),
            template_id: self.project().map(|_| state.template.id.to_string()),
            epoch: self.epoch().map(str::to_owned),
            seq: state.head,
            state: self.state_name(),
            connections,
        }
    }
}
