//! The connections that read: a few, each used by one query at a time, off the async threads.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::store::StoreError;

use super::connection;

/// How many queries run at once; more of them wait.
const READERS: u32 = 3;

/// A pool of read-only connections.
#[derive(Debug)]
pub(super) struct Readers {
    idle: Arc<Mutex<Vec<Connection>>>,
    /// One permit per connection in `idle`.
    permits: Arc<Semaphore>,
}

impl Readers {
    /// Opens all of them.
    pub(super) fn open(path: &Path) -> Result<Self, StoreError> {
        let idle = (0..READERS).map(|_| connection::open_reader(path)).collect::<Result<Vec<_>, _>>()?;
        let permits = Arc::new(Semaphore::new(idle.len()));
        Ok(Self { idle: Arc::new(Mutex::new(idle)), permits })
    }

    /// Runs a query when a connection is free.
    pub(super) async fn read<T, Q>(&self, query: Q) -> Result<T, StoreError>
    where
        T: Send + 'static,
        Q: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(|_| StoreError::Closed)?;
        let lease = Lease::take(Arc::clone(&self.idle), permit).ok_or(StoreError::Closed)?;
        tokio::task::spawn_blocking(move || lease.run(query))
            .await
            .map_err(|error| StoreError::Unavailable(format!("a query did not end: {error}")))?
    }

    /// Waits for the queries that run, then closes the connections. Later queries fail.
    pub(super) async fn close(&self) {
        // An error says that they are closed already, and then nothing is idle either.
        let all = self.permits.acquire_many(READERS).await;
        self.permits.close();
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
        drop(all);
    }
}

/// A connection in use. It goes back to the pool even if the query panics.
struct Lease {
    /// Taken out by `drop` only.
    connection: Option<Connection>,
    idle: Arc<Mutex<Vec<Connection>>>,
    _permit: OwnedSemaphorePermit,
}

impl Lease {
    /// None once the pool is closed.
    fn take(idle: Arc<Mutex<Vec<Connection>>>, permit: OwnedSemaphorePermit) -> Option<Self> {
        let connection = Some(idle.lock().unwrap_or_else(PoisonError::into_inner).pop()?);
        Some(Self { connection, idle, _permit: permit })
    }

    fn run<T>(&self, query: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        query(self.connection.as_ref().ok_or(StoreError::Closed)?)
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        // The permit goes after this, so whoever gets it finds the connection.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).extend(self.connection.take());
    }
}
