//! The feed of one session: what was told last, and who is told what comes.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::REPLAYED;
use super::envelope::{Envelope, merged};
use super::state::State;
use super::window::Window;
use crate::clock::Instant;
use crate::domain::Seq;
use crate::outlet::{Line, Packet};
use crate::session::{OpenError, Reader};
use crate::store::{PublishedQuery, PublishedRow, SessionId, Store, StoreError};

/// Bytes of what was told last that are kept at most; a single event may be larger.
const MAX_BYTES: usize = 8 * 1024 * 1024;
/// How soon the journal is asked again that could not be read.
const RETRY: Duration = Duration::from_secs(1);

/// One session's feed.
pub struct Feed {
    /// The session.
    pub id: SessionId,
    /// Held while something is published, read or told: so all are told it in one order, and who comes misses nothing
    /// and is told nothing twice.
    pub order: tokio::sync::Mutex<Told>,
    /// How many events were published lately.
    pub window: Mutex<Window>,
    /// The state of its engine, once somebody asked for it.
    pub state: tokio::sync::Mutex<Option<State>>,
    audience: Mutex<Audience>,
    over: CancellationToken,
}

/// What was told, as long as anybody listens.
#[derive(Default)]
pub struct Told {
    /// The last published event.
    n: u64,
    /// The last graph event.
    seq: Seq,
    /// The last of both.
    recent: VecDeque<Envelope>,
    bytes: usize,
}

impl Told {
    fn push(&mut self, envelope: Envelope) {
        self.bytes += envelope.json.get().len();
        self.recent.push_back(envelope);
        while self.recent.len() > REPLAYED || (self.bytes > MAX_BYTES && self.recent.len() > 1) {
            let oldest = self.recent.pop_front();
            self.bytes -= oldest.map_or(0, |oldest| oldest.json.get().len());
        }
    }

    /// What somebody lacks who has everything up to `last`; all of it if that is not known.
    pub fn missed(&self, last: Option<&str>) -> impl Iterator<Item = Packet> {
        let known = last.and_then(|last| self.recent.iter().position(|event| &*event.message_id == last));
        self.recent.iter().skip(known.map_or(0, |place| place + 1)).map(Envelope::packet)
    }
}

/// Who listens.
#[derive(Default)]
struct Audience {
    lines: HashMap<Arc<str>, Arc<dyn Line>>,
    /// Ends who reads the graph events for them.
    stop: CancellationToken,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing that panics runs under these locks.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Feed {
    /// Nobody listens.
    pub fn new(id: SessionId, window: Window) -> Self {
        Self {
            id,
            order: tokio::sync::Mutex::default(),
            window: Mutex::new(window),
            state: tokio::sync::Mutex::default(),
            audience: Mutex::default(),
            over: CancellationToken::new(),
        }
    }

    /// How many events were published lately.
    pub fn window(&self) -> MutexGuard<'_, Window> {
        lock(&self.window)
    }

    /// Whether nobody listens: then nothing is told, and who comes reads what there is.
    pub fn is_silent(&self) -> bool {
        lock(&self.audience).lines.is_empty()
    }

    /// Whether nobody listens and nothing was published lately.
    pub fn is_idle(&self) -> bool {
        self.is_silent() && self.window().last(Instant::now()).is_none()
    }

    /// Lets somebody listen. Who is the first has to see to the graph events, until the token is cancelled.
    pub fn add(&self, client_id: &Arc<str>, line: Arc<dyn Line>) -> Option<CancellationToken> {
        let mut audience = lock(&self.audience);
        let is_first = audience.lines.is_empty();
        audience.lines.insert(Arc::clone(client_id), line);
        is_first.then(|| {
            audience.stop = CancellationToken::new();
            audience.stop.clone()
        })
    }

    /// Somebody listens no more.
    pub fn remove(&self, client_id: &str) {
        let mut audience = lock(&self.audience);
        if audience.lines.remove(client_id).is_some() && audience.lines.is_empty() {
            audience.stop.cancel();
        }
    }

    /// There is no such session any more.
    pub fn end(&self) {
        self.over.cancel();
    }

    /// Ends once there is no such session any more.
    pub fn over(&self) -> &CancellationToken {
        &self.over
    }

    /// Tells everybody something that nobody is told who comes later.
    pub fn announce(&self, packet: &Packet) {
        for line in lock(&self.audience).lines.values() {
            Arc::clone(line).send(vec![packet.clone()]);
        }
    }

    fn tell(&self, told: &mut Told, envelope: Option<Envelope>) {
        let Some(envelope) = envelope else { return };
        self.announce(&envelope.packet());
        told.push(envelope);
    }

    /// Reads what was told last, for the first who listens.
    pub async fn load(&self, told: &mut Told, store: &dyn Store, reader: &Reader) -> Result<(), OpenError> {
        let (graph, seq) = last_graph_events(reader).await?;
        let query = PublishedQuery { session_id: self.id, after: None, limit: REPLAYED };
        let rows = store.published(query).await?;
        *told = Told { n: rows.last().map_or(0, |row| row.n), seq, ..Told::default() };
        let published = rows.iter().filter_map(Envelope::published).collect();
        merged(published, graph).for_each(|envelope| told.push(envelope));
        Ok(())
    }

    /// Tells what was published up to this event and is not told yet.
    pub async fn tell_published(
        &self,
        told: &mut Told,
        store: &dyn Store,
        row: &PublishedRow,
    ) -> Result<(), StoreError> {
        if self.is_silent() || row.n <= told.n {
            return Ok(());
        }
        if row.n == told.n + 1 {
            self.tell(told, Envelope::published(row));
        } else {
            // One of which nobody knew whether it was published.
            let limit = usize::try_from(row.n - told.n).unwrap_or(usize::MAX);
            let query = PublishedQuery { session_id: self.id, after: Some(told.n), limit };
            for row in store.published(query).await? {
                self.tell(told, Envelope::published(&row));
            }
        }
        told.n = row.n;
        Ok(())
    }

    /// Tells the graph events as they come, until the session is over.
    pub async fn tell_graph_events(&self, reader: &mut Reader) {
        loop {
            let mut told = self.order.lock().await;
            let tail = reader.tail(told.seq, REPLAYED).await;
            let tail = match tail {
                Ok(tail) => tail,
                Err(error) => {
                    drop(told);
                    tracing::error!(session_id = %self.id, %error, "graph events could not be read");
                    tokio::time::sleep(RETRY).await;
                    continue;
                }
            };
            let is_all = tail.seq <= told.seq;
            for event in &tail.events {
                self.tell(&mut told, Envelope::graph(event));
            }
            told.seq = told.seq.max(tail.seq);
            let seq = told.seq;
            drop(told);
            if is_all && !reader.has_more(seq).await {
                return;
            }
        }
    }
}

/// The last graph events of a session, and how far they go.
pub async fn last_graph_events(reader: &Reader) -> Result<(Vec<Envelope>, Seq), OpenError> {
    let head = reader.session().committed().state.head;
    let mut seq = head.saturating_sub(REPLAYED as Seq);
    let mut events = Vec::new();
    while seq < head {
        let tail = reader.tail(seq, REPLAYED).await?;
        if tail.seq <= seq {
            break;
        }
        events.extend(tail.events.iter().filter_map(Envelope::graph));
        seq = tail.seq;
    }
    Ok((events, seq))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Timestamp;

    fn envelope(n: u64, bytes: usize) -> Envelope {
        let row = PublishedRow {
            session_id: SessionId::nil(),
            n,
            message_id: format!("msg_{n:08x}"),
            event_type: "signal".to_owned(),
            at: Timestamp::from_millis(0),
            payload: format!("{{\"text\":\"{}\"}}", "x".repeat(bytes)),
            phase_id: None,
            turn_id: None,
            author: "engine".to_owned(),
        };
        Envelope::published(&row).unwrap()
    }

    #[test]
    fn what_is_kept_for_who_comes_is_bounded_in_number_and_bytes() {
        let mut told = Told::default();
        (0..250).for_each(|n| told.push(envelope(n, 10)));
        assert_eq!(told.recent.len(), REPLAYED);
        assert_eq!(&*told.recent[0].message_id, "msg_00000096");
        (0..250).for_each(|n| told.push(envelope(n, 256 * 1024)));
        assert!(told.bytes <= MAX_BYTES && told.recent.len() < REPLAYED, "{}", told.bytes);
        assert_eq!(told.bytes, told.recent.iter().map(|event| event.json.get().len()).sum::<usize>());
        told.push(envelope(0, 2 * MAX_BYTES));
        assert_eq!(told.recent.len(), 1, "the last is kept, however large");
    }
}
