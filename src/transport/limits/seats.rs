//! How many connections there are, and how many of each address: who comes takes a seat, before anything else
//! is done for it.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::operations::Limit;
use crate::transport::address::counted_as;

/// The seats of one server.
pub struct Seats {
    /// 0 for any number, as below.
    most: usize,
    most_of_an_address: usize,
    taken: Mutex<Taken>,
}

#[derive(Default)]
struct Taken {
    all: usize,
    /// Only kept where it is limited.
    by_address: HashMap<IpAddr, usize>,
}

/// One seat, which is free again once this is dropped.
pub struct Seat {
    seats: Arc<Seats>,
    address: IpAddr,
}

impl Seats {
    /// All of them free; 0 for any number.
    pub fn new(most: usize, most_of_an_address: usize) -> Arc<Self> {
        Arc::new(Self { most, most_of_an_address, taken: Mutex::default() })
    }

    /// Takes one for whoever is at an address, as those are counted.
    ///
    /// # Errors
    /// Which limit is reached.
    pub fn take_for(self: &Arc<Self>, address: IpAddr) -> Result<Seat, Limit> {
        self.take(counted_as(address))
    }

    /// Takes one, or says which limit is reached.
    pub fn take(self: &Arc<Self>, address: IpAddr) -> Result<Seat, Limit> {
        let mut taken = self.lock();
        if self.most != 0 && taken.all >= self.most {
            return Err(Limit::Connections);
        }
        if self.most_of_an_address != 0 {
            let own = taken.by_address.entry(address).or_default();
            if *own >= self.most_of_an_address {
                return Err(Limit::ConnectionsOfAnAddress);
            }
            *own += 1;
        }
        taken.all += 1;
        Ok(Seat { seats: Arc::clone(self), address })
    }

    /// Nothing can break halfway under this lock, so a poisoned one is as good as any.
    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.lock();
        taken.all -= 1;
        if let Some(own) = taken.by_address.get_mut(&self.address) {
            *own -= 1;
            if *own == 0 {
                taken.by_address.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    //! Proves LIM-1 (docs/behaviour.md).

    use super::*;

    fn address(last: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, last])
    }

    #[test]
    fn a_seat_is_free_again_once_it_is_given_up() {
        let seats = Seats::new(3, 2);
        let one = seats.take(address(1)).ok();
        let two = seats.take(address(1)).ok();
        assert!(one.is_some() && two.is_some());
        assert_eq!(seats.take(address(1)).err(), Some(Limit::ConnectionsOfAnAddress));
        let other = seats.take(address(2)).ok();
        assert_eq!(seats.take(address(2)).err(), Some(Limit::Connections));
        drop((one, other));
        assert!(seats.take(address(1)).is_ok());
        drop(two);
        assert!(seats.lock().by_address.is_empty(), "addresses that nobody is at are forgotten");
        assert_eq!(seats.lock().all, 0);
    }

    #[test]
    fn with_zero_there_are_as_many_as_anybody_wants() {
        let seats = Seats::new(0, 0);
        let all: Vec<_> = (0..1_000).map(|_| seats.take(address(1)).ok()).collect();
        assert!(all.iter().all(Option::is_some));
        assert!(seats.lock().by_address.is_empty());
    }
}
