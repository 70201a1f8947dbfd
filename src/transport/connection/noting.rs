//! What is written down of connections: that they come and go, what they join, and what is refused to them.

use graphroom_protocol::ErrorBody;
use uuid::Uuid;

use super::{ADMIN_NAMESPACE, Connection};
use crate::identity::audit::{Kind, Note};
use crate::session::Session;
use crate::transport::noting::{Asked, refused};

impl Connection {
    /// Writes down what the client did.
    fn note(&self, note: Note) {
        let note = note.by(&self.author().user_id).from(self.address());
        self.backend.identity.audit().note(note);
    }

    /// It connected, perhaps without saying who it is.
    pub fn note_connect(&self) {
        let note = Note::new(Kind::Connected).of(&self.client_id);
        let is_admin = self.origin.is_admin();
        self.note(if is_admin { note.with("namespace", ADMIN_NAMESPACE) } else { note });
    }

    /// It said who it is.
    pub fn note_authentication(&self) {
        self.note(Note::new(Kind::Authenticated).of(&self.client_id));
    }

    /// It is gone, by its client's wish or not.
    pub fn note_disconnect(&self, is_lost: bool) {
        self.note(Note::new(Kind::Disconnected).of(&self.client_id).with("is_lost", is_lost));
    }

    /// It joined a session.
    pub fn note_join(&self, session: &Session) {
        let row = session.row();
        let note = Note::new(Kind::Joined).of(&row.session_id.to_string()).in_project(row.project_id);
        self.note(note.with("client_id", &*self.client_id));
    }

    /// Something was refused to it.
    pub fn note_refusal(&self, what: &str, session_id: Option<Uuid>, error: &ErrorBody) {
        self.backend.note_fault(what, error);
        let who = self.who();
        let project = session_id.and_then(|id| self.membership(id)?.session.row().project_id);
        let asked = Asked {
            what,
            caller: who.as_ref().map(|who| &who.caller),
            address: self.address(),
            project_id: project,
            target: session_id.map(|id| id.to_string()),
        };
        refused(&self.backend.identity, asked, error);
    }
}
