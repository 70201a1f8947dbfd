//! The task that shows everything to who looks on, as long as somebody does.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use socketioxide::SocketIo;
use tokio::sync::mpsc::Receiver;

use super::Admin;
use super::board::{Board, Look};
use super::tap::Seen;
use super::told::{self, Told};
use crate::transport::connection::Connection;
use crate::transport::connections::Live;

/// How often everything is looked at.
const ROUND: Duration = Duration::from_millis(500);
/// What part of the time looking may take: one in so many.
const SHARE: u32 = 20;
/// How often is told how the server is.
const STATISTICS: Duration = Duration::from_secs(2);

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Admin {
    /// Shows everything to who looks on, until the future is dropped. While nobody does, it waits.
    pub async fn show(&self, io: &SocketIo) {
        let mut noticed = self.noticed.lock().await;
        loop {
            self.arrived.notified().await;
            while noticed.try_recv().is_ok() {}
            self.tap.open();
            self.show_while_watched(io, &mut noticed).await;
            self.tap.shut();
        }
    }

    async fn show_while_watched(&self, io: &SocketIo, noticed: &mut Receiver<Seen>) {
        let mut board = Board::default();
        let mut told_at: Option<Instant> = None;
        loop {
            let (watchers, newcomers) = self.watchers();
            if watchers.is_empty() && newcomers.is_empty() {
                return;
            }
            self.tap.refill();
            let begun = Instant::now();
            let looked = look(board, io.clone(), !newcomers.is_empty(), self.now()).await;
            let Some((seen, Look { changes, all })) = looked else { return };
            board = seen;
            let pause = ROUND.max(begun.elapsed() * SHARE);
            tell(&newcomers, all.as_ref());
            match changes {
                Some(changes) => tell(&watchers, &changes),
                None => tell(&watchers, all.as_ref()),
            }
            self.tell_statistics(&board, &watchers, &newcomers, &mut told_at);
            let everybody = [watchers, newcomers].concat();
            self.pass_on(io, noticed, (&mut board, &everybody), pause).await;
        }
    }

    /// Those who look on, and those of them who have been told nothing yet.
    fn watchers(&self) -> (Vec<Arc<Connection>>, Vec<Arc<Connection>>) {
        let (mut known, mut newcomers) = (Vec::new(), Vec::new());
        lock(&self.watchers).retain_mut(|watcher| {
            let connection = watcher.connection.upgrade().filter(|connection| !Live::is_gone(&**connection));
            let Some(connection) = connection else { return false };
            let those = if std::mem::take(&mut watcher.is_new) { &mut newcomers } else { &mut known };
            those.push(connection);
            true
        });
        (known, newcomers)
    }

    /// Tells what is noticed, until it is time to look again or somebody new looks on.
    async fn pass_on(
        &self,
        io: &SocketIo,
        noticed: &mut Receiver<Seen>,
        (board, watchers): (&mut Board, &[Arc<Connection>]),
        pause: Duration,
    ) {
        let end = tokio::time::sleep(pause);
        tokio::pin!(end);
        loop {
            let seen = tokio::select! {
                biased;
                () = &mut end => return,
                () = self.arrived.notified() => return,
                seen = noticed.recv() => seen,
            };
            let Some(seen) = seen else { return };
            let at = self.now();
            let packet = match seen {
                Seen::Came { namespace, sid } => board.came(io, namespace, sid, &at),
                Seen::Went { namespace, id, reason } => board.went(namespace, id, reason, &at),
                Seen::Said { namespace, id, is_sent, name, content } => {
                    Some(told::said((namespace, &id), is_sent, (name, &content), &at))
                }
            };
            tell(watchers, packet.as_ref());
        }
    }

    fn tell_statistics(
        &self,
        board: &Board,
        watchers: &[Arc<Connection>],
        newcomers: &[Arc<Connection>],
        told_at: &mut Option<Instant>,
    ) {
        let is_due = told_at.is_none_or(|last| last.elapsed() + ROUND / 2 >= STATISTICS);
        if !is_due && newcomers.is_empty() {
            return;
        }
        let uptime = self.backend.roster.uptime().as_secs_f64();
        let statistics = |counted| told::statistics(&self.server, uptime, &board.numbers(), &counted);
        if is_due {
            *told_at = Some(Instant::now());
            let counted = self.tap.counted().told(self.backend.identity.now().millis());
            let packet = statistics(counted);
            tell(watchers, [&packet]);
            tell(newcomers, [&packet]);
        } else {
            tell(newcomers, [&statistics(serde_json::json!([]))]);
        }
    }

    fn now(&self) -> String {
        self.backend.identity.now().to_string()
    }
}

/// Looks at the board where that holds nobody up.
async fn look(mut board: Board, io: SocketIo, is_all_wanted: bool, at: String) -> Option<(Board, Look)> {
    let looked = tokio::task::spawn_blocking(move || {
        let look = board.look(&io, is_all_wanted, &at);
        (board, look)
    });
    looked.await.inspect_err(|error| tracing::error!(%error, "sockets could not be looked at")).ok()
}

/// Tells all of them all of that.
fn tell<'a>(watchers: &[Arc<Connection>], packets: impl IntoIterator<Item = &'a Told>) {
    let packets: Vec<_> = packets.into_iter().cloned().collect();
    for watcher in watchers.iter().filter(|_| !packets.is_empty()) {
        watcher.send(packets.iter().cloned());
    }
}
