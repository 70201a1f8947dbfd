//! By what the front end comes back without a password: ids that are handed out after a sign-in, and known to this
//! process alone. One is good as long as what was shown then.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use uuid::Uuid;

use crate::identity::{Identity, SignedIn};

/// How many are known; a newer one takes the oldest one's place.
const MOST: usize = 256;

/// The ids that were handed out, oldest first, and to whom.
#[derive(Default)]
pub struct Sessions(Mutex<VecDeque<(String, SignedIn)>>);

impl Sessions {
    /// An id for somebody who signed in.
    pub fn open(&self, who: &SignedIn) -> String {
        let id = Uuid::new_v4().simple().to_string();
        let mut sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if sessions.len() >= MOST {
            sessions.pop_front();
        }
        sessions.push_back((id.clone(), who.again()));
        id
    }

    /// Who comes back by an id, if that is still good.
    pub fn find(&self, id: &str, identity: &Identity) -> Option<SignedIn> {
        let mut sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.retain(|(_, who)| identity.validity(who).may_write());
        sessions.iter().find(|(known, _)| known == id).map(|(_, who)| who.again())
    }
}
