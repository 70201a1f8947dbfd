//! How many connections each user has. One connection counts once, in however many namespaces it is.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How many hold each connection, by user and by the connection's id.
type Taken = HashMap<Arc<str>, HashMap<Arc<str>, usize>>;

/// The connections of each user.
pub struct UserSeats {
    /// 0 for any number.
    most: usize,
    taken: Mutex<Taken>,
}

/// A connection of a user's, which counts until this is dropped.
pub struct UserSeat {
    seats: Arc<UserSeats>,
    user_id: Arc<str>,
    connection: Arc<str>,
}

impl UserSeats {
    /// Nobody has any yet; 0 for any number.
    pub fn new(most: usize) -> Arc<Self> {
        Arc::new(Self { most, taken: Mutex::default() })
    }

    /// Counts a connection of a user's; none if it would be one too many.
    pub fn take(self: &Arc<Self>, user_id: &Arc<str>, connection: &Arc<str>) -> Option<UserSeat> {
        if self.most != 0 {
            let mut taken = self.lock();
            let own = taken.entry(Arc::clone(user_id)).or_default();
            if own.len() >= self.most && !own.contains_key(connection) {
                return None;
            }
            *own.entry(Arc::clone(connection)).or_default() += 1;
        }
        let (user_id, connection) = (Arc::clone(user_id), Arc::clone(connection));
        Some(UserSeat { seats: Arc::clone(self), user_id, connection })
    }

    /// Nothing can break halfway under this lock, so a poisoned one is as good as any.
    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl UserSeat {
    /// Whose it is.
    pub fn user_id(&self) -> &Arc<str> {
        &self.user_id
    }
}

impl Drop for UserSeat {
    fn drop(&mut self) {
        let mut taken = self.seats.lock();
        let Some(own) = taken.get_mut(&self.user_id) else { return };
        if let Some(holders) = own.get_mut(&self.connection) {
            *holders -= 1;
            if *holders == 0 {
                own.remove(&self.connection);
            }
        }
        if own.is_empty() {
            taken.remove(&self.user_id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(seats: &Arc<UserSeats>, user_id: &str, connection: &str) -> Option<UserSeat> {
        seats.take(&user_id.into(), &connection.into())
    }

    #[test]
    fn a_user_has_so_many_connections_and_others_have_their_own() {
        let seats = UserSeats::new(2);
        let (one, two) = (take(&seats, "ann", "1"), take(&seats, "ann", "2"));
        assert!(one.is_some() && two.is_some());
        assert!(take(&seats, "ann", "3").is_none());
        let of_bob = take(&seats, "bob", "4");
        assert!(of_bob.is_some());
        drop(one);
        let three = take(&seats, "ann", "3");
        assert!(three.is_some());
        drop((two, three, of_bob));
        assert!(seats.lock().is_empty(), "who has none is forgotten");
    }

    #[test]
    fn a_connection_in_two_namespaces_counts_once_until_it_has_left_both() {
        let seats = UserSeats::new(1);
        let (root, graph) = (take(&seats, "ann", "1"), take(&seats, "ann", "1"));
        assert!(root.is_some() && graph.is_some());
        drop(root);
        assert!(take(&seats, "ann", "2").is_none());
        drop(graph);
        assert!(take(&seats, "ann", "2").is_some());
    }

    #[test]
    fn with_zero_nothing_is_counted() {
        let seats = UserSeats::new(0);
        let all: Vec<_> = (0..100).map(|n| take(&seats, "ann", &n.to_string())).collect();
        assert!(all.iter().all(Option::is_some) && seats.lock().is_empty());
    }
}
