//! The mailbox: what waits for the actor, bounded in number, in bytes, and for each connection.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::mpsc;

use super::submission::Job;

/// Commands that may wait.
pub const MAX_JOBS: usize = 4_096;
/// Bytes of commands that may wait.
pub const MAX_BYTES: usize = 16 * 1024 * 1024;
/// Commands of one connection that may wait.
pub const MAX_JOBS_PER_CONNECTION: usize = MAX_JOBS / 2;

/// A job and its weight, which it gives back when the actor takes it.
pub struct Weighed {
    job: Job,
    _weight: Weight,
}

impl Weighed {
    /// The actor takes it.
    pub fn take(self) -> Job {
        self.job
    }
}

struct Weight {
    bytes: usize,
    total: Arc<AtomicUsize>,
    connection: Option<Arc<AtomicUsize>>,
}

impl Drop for Weight {
    fn drop(&mut self) {
        self.total.fetch_sub(self.bytes, Ordering::AcqRel);
        if let Some(connection) = &self.connection {
            connection.fetch_sub(1, Ordering::AcqRel);
        }
    }
}

/// The sender's side.
pub struct Mailbox {
    jobs: mpsc::Sender<Weighed>,
    bytes: Arc<AtomicUsize>,
}

/// Why a job was not taken. The job comes back.
pub enum Refused {
    /// There is no room.
    Busy(Box<Job>),
    /// The actor takes no more.
    Closed(Box<Job>),
}

impl Mailbox {
    /// An empty mailbox and the actor's side of it.
    pub fn new() -> (Self, mpsc::Receiver<Weighed>) {
        let (jobs, receiver) = mpsc::channel(MAX_JOBS);
        (Self { jobs, bytes: Arc::default() }, receiver)
    }

    /// How many commands wait.
    pub fn waiting(&self) -> usize {
        MAX_JOBS - self.jobs.capacity()
    }

    /// Puts a job in, or refuses it at once.
    pub fn post(&self, job: Job, bytes: usize, connection: Option<Arc<AtomicUsize>>) -> Result<(), Refused> {
        let permit = match self.jobs.try_reserve() {
            Ok(permit) => permit,
            Err(mpsc::error::TrySendError::Full(())) => return Err(Refused::Busy(Box::new(job))),
            Err(mpsc::error::TrySendError::Closed(())) => return Err(Refused::Closed(Box::new(job))),
        };
        // Counted first, so that what does not fit gives its weight back like everything else.
        let over = connection
            .as_ref()
            .is_some_and(|connection| connection.fetch_add(1, Ordering::AcqRel) >= MAX_JOBS_PER_CONNECTION);
        let before = self.bytes.fetch_add(bytes, Ordering::AcqRel);
        let weight = Weight { bytes, total: Arc::clone(&self.bytes), connection };
        if over || before + bytes > MAX_BYTES {
            return Err(Refused::Busy(Box::new(job)));
        }
        permit.send(Weighed { job, _weight: weight });
        Ok(())
    }
}
