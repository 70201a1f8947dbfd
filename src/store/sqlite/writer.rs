//! The writer thread: the one place that writes and flushes, for all sessions together.
//!
//! It takes everything that waits, commits it, and only then answers. While it flushes, the next batch
//! gathers: the busier the server, the larger the batch. It wakes those who wait, and is woken by them, as seldom
//! as it can: where they share a core with it, each time may be two changes of threads.

use std::sync::{Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};

use crate::store::{AppendError, StoreError};

use super::batch::{Database, Outcome};
use super::directory::DirectoryLock;
use super::write::Write;

/// How many writes may wait. When it is full, callers wait for a place.
const QUEUE: usize = 1_024;

/// A batch takes no further write once it has this many.
const BATCH_WRITES: usize = 512;

/// Nor once it has about this many bytes, so that no transaction makes the log grow out of bounds.
const BATCH_BYTES: usize = 8 * 1024 * 1024;

enum Message {
    Write(Write, oneshot::Sender<Outcome>, Option<Handle>),
    Close,
}

/// Writes that are committed together, and who waits for them.
#[derive(Default)]
struct Taken {
    writes: Vec<Write>,
    answers: Vec<oneshot::Sender<Outcome>>,
    /// Where one of those runs.
    runtime: Option<Handle>,
}

/// Answers that are known. They are told when this is dropped, wherever that may be.
struct Known(Vec<(oneshot::Sender<Outcome>, Outcome)>);

impl Drop for Known {
    fn drop(&mut self) {
        for (answer, outcome) in self.0.drain(..) {
            // Whoever stopped waiting needs no answer.
            let _ = answer.send(outcome);
        }
    }
}

impl Known {
    /// Tells them. Many are told by a task beside those who wait: that is one to wake from here, whoever they are.
    fn tell(self, runtime: Option<Handle>) {
        match runtime {
            Some(runtime) if self.0.len() > 1 => drop(runtime.spawn(async move { drop(self) })),
            _ => drop(self),
        }
    }
}

/// The handle of the thread. The thread ends when it is closed or the handle is dropped; either way it
/// first commits what waits.
#[derive(Debug)]
pub(super) struct Writer {
    messages: mpsc::Sender<Message>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    /// Starts the thread, which keeps `lock` as long as it may write.
    pub(super) fn start(database: Database, lock: DirectoryLock) -> Result<Self, StoreError> {
        let (messages, waiting) = mpsc::channel(QUEUE);
        let work = move || {
            write_until_closed(database, waiting);
            drop(lock);
        };
        let thread = thread::Builder::new().name("store-writer".to_owned()).spawn(work).map_err(|error| {
            StoreError::Unavailable(format!("the writer thread could not be started: {error}"))
        })?;
        Ok(Self { messages, thread: Mutex::new(Some(thread)) })
    }

    /// Hands over a write and waits for its outcome.
    pub(super) async fn write(&self, write: Write) -> Outcome {
        let (answer, outcome) = oneshot::channel();
        let runtime = Handle::try_current().ok();
        let sent = self.messages.send(Message::Write(write, answer, runtime)).await;
        sent.map_err(|_| AppendError::Unavailable(StoreError::Closed))?;
        outcome.await.unwrap_or_else(|_| {
            let reason = "the writer thread ended without an answer".to_owned();
            Err(AppendError::Unknown(StoreError::Unavailable(reason)))
        })
    }

    /// Waits until everything that was handed over is committed and the database is closed.
    pub(super) async fn close(&self) -> Result<(), StoreError> {
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        let thread = thread.ok_or(StoreError::Closed)?;
        // It can only fail if the thread is gone, which joining finds out.
        let _ = self.messages.send(Message::Close).await;
        let joined = tokio::task::spawn_blocking(move || thread.join()).await;
        match joined {
            Ok(Ok(())) => Ok(()),
            _ => Err(StoreError::Unavailable("the writer thread did not end properly".to_owned())),
        }
    }
}

fn write_until_closed(mut database: Database, mut waiting: mpsc::Receiver<Message>) {
    while let Some(first) = waiting.blocking_recv() {
        // Where they share a core with this thread, those who are about to write do so first: the flush is theirs as well.
        thread::yield_now();
        let Taken { writes, answers, runtime } = take_batch(first, &mut waiting);
        let outcomes = database.commit(&writes.iter().collect::<Vec<_>>());
        Known(answers.into_iter().zip(outcomes).collect()).tell(runtime);
        database.file_if_due();
    }
    database.close();
}

fn take_batch(first: Message, waiting: &mut mpsc::Receiver<Message>) -> Taken {
    let (mut taken, mut bytes) = (Taken::default(), 0);
    let mut next = Some(first);
    while let Some(message) = next {
        match message {
            Message::Write(write, answer, runtime) => {
                bytes += write.bytes();
                taken.writes.push(write);
                taken.answers.push(answer);
                taken.runtime = taken.runtime.or(runtime);
            }
            // What was sent before is still received, then the channel is at its end.
            Message::Close => waiting.close(),
        }
        let full = taken.writes.len() >= BATCH_WRITES || bytes >= BATCH_BYTES;
        next = if full { None } else { waiting.try_recv().ok() };
    }
    taken
}
