//! Where a connection is, by names: for who looks on.

use std::collections::BTreeSet;

use super::{Connection, lock};

impl Connection {
    /// The sessions that it is in, and what else it hears: `session:…`, `project:…` and `conversation:…`, each with the id.
    pub fn rooms(&self) -> BTreeSet<String> {
        let memberships = self.memberships().into_iter();
        let in_session = memberships.filter(|(_, entered)| entered.session.lag(&entered.member).is_some());
        let mut rooms: BTreeSet<_> = in_session.map(|(id, _)| format!("session:{id}")).collect();
        rooms.extend(self.heard_projects().into_iter().map(|id| format!("project:{id}")));
        rooms.extend(lock(&self.conversations).keys().map(|id| format!("conversation:{id}")));
        rooms
    }
}
