//! An answer as it is written: one text, of which everybody gets what is new to it, as fast as it takes it.
//!
//! Nobody waits for anybody: who takes less gets more at a time, and at the end all that is left.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use graphroom_protocol::EventName;
use graphroom_protocol::chat::{AssistantToken, StreamView};
use tokio::sync::Notify;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::hub::Listener;
use super::telling::packet;
use crate::domain::Timestamp;
use crate::outlet::{Handed, Packet, Subscription};
use crate::store::ConversationId;

/// The most bytes of text that one token tells of.
const MAX_PIECE: usize = 16 * 1024;
/// How often those are tried again who lack something, should nothing have woken us.
const RETRY: Duration = Duration::from_millis(100);

/// One answer.
pub struct AnswerStream {
    /// Where it is written.
    pub conversation_id: ConversationId,
    /// The project of that, if it is of one.
    pub project_id: Option<String>,
    /// When it began.
    pub started_at: Timestamp,
    /// Names it.
    pub stream_id: String,
    /// Which model writes it.
    pub model: String,
    /// The message that it answers.
    pub reply_to: Option<String>,
    /// Ends it before it is complete.
    pub cancel: CancellationToken,
    /// It ended, and everybody was told.
    pub over: CancellationToken,
    /// It is ended since nobody listens any more.
    abandoned: AtomicBool,
    /// Somebody can take more.
    more: Arc<Notify>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    text: String,
    readers: Vec<Reader>,
}

/// Somebody who gets the text, and how far.
struct Reader {
    listener: Arc<Listener>,
    /// In bytes.
    at: usize,
    /// The same in characters.
    offset: usize,
    /// It was not told yet what came before.
    waits: bool,
    /// When there was last no room for what it lacks.
    refused_at: Option<Instant>,
    _subscription: Subscription,
}

impl AnswerStream {
    /// One without any text yet.
    pub fn new(
        (conversation_id, project_id): (ConversationId, Option<String>),
        stream_id: String,
        (model, started_at): (String, Timestamp),
        reply_to: Option<String>,
        cancel: CancellationToken,
    ) -> Self {
        Self {
            conversation_id,
            project_id,
            started_at,
            stream_id,
            model,
            reply_to,
            cancel,
            over: CancellationToken::new(),
            abandoned: AtomicBool::new(false),
            more: Arc::default(),
            state: Mutex::default(),
        }
    }

    /// Nothing can break halfway under this lock, so a poisoned one is as good as any.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends it, since nobody listens any more.
    pub fn abandon(&self) {
        self.abandoned.store(true, Ordering::Release);
        self.cancel.cancel();
    }

    /// Whether nobody listened any more.
    pub fn is_abandoned(&self) -> bool {
        self.abandoned.load(Ordering::Acquire)
    }

    /// The text so far.
    pub fn text(&self) -> String {
        self.lock().text.clone()
    }

    /// How long the text is so far, in characters.
    pub fn length(&self) -> usize {
        self.lock().text.chars().count()
    }

    /// Somebody gets what is written from now on: at once or, if it `waits` to be told the text so far, when that is
    /// done ([`Self::release`]). The answer as it is now.
    pub fn add(&self, listener: &Arc<Listener>, waits: bool) -> StreamView {
        let more = Arc::clone(&self.more);
        let subscription = listener.line.subscribe(Arc::new(move || more.notify_one()));
        let mut state = self.lock();
        state.readers.retain(|reader| reader.listener.client_id != listener.client_id);
        let (at, offset) = (state.text.len(), state.text.chars().count());
        state.readers.push(Reader {
            listener: Arc::clone(listener),
            at,
            offset,
            waits,
            refused_at: None,
            _subscription: subscription,
        });
        self.shown(&state)
    }

    /// The answer as it is now.
    pub fn view(&self) -> StreamView {
        self.shown(&self.lock())
    }

    fn shown(&self, state: &State) -> StreamView {
        StreamView {
            stream_id: self.stream_id.clone(),
            model: self.model.clone(),
            reply_to: self.reply_to.clone(),
            text: state.text.clone(),
        }
    }

    /// Somebody was told what came before.
    pub fn release(&self, client_id: &str) {
        let mut state = self.lock();
        for reader in state.readers.iter_mut().filter(|reader| *reader.listener.client_id == *client_id) {
            reader.waits = false;
        }
        self.hand(&mut state, true);
    }

    /// Somebody gets no more.
    pub fn remove(&self, client_id: &str) {
        self.lock().readers.retain(|reader| *reader.listener.client_id != *client_id);
    }

    /// Nobody gets any more.
    pub fn clear(&self) {
        self.lock().readers.clear();
    }

    /// The text goes on.
    pub fn push(&self, piece: &str) {
        let mut state = self.lock();
        state.text.push_str(piece);
        self.hand(&mut state, false);
    }

    /// Waits until somebody may take more.
    pub async fn more(&self) {
        let is_behind = self.lock().is_behind();
        if is_behind {
            // A line that was not clear wakes nobody when it is.
            drop(timeout(RETRY, self.more.notified()).await);
        } else {
            self.more.notified().await;
        }
    }

    /// Hands over what those lack who can take more.
    pub fn flush(&self) {
        self.hand(&mut self.lock(), true);
    }

    fn hand(&self, state: &mut State, is_woken: bool) {
        let State { text, readers } = state;
        // Most lack the same, which is encoded once.
        let mut encoded: Option<(usize, Packet)> = None;
        for reader in readers {
            // Who takes nothing is not tried with every token: to encode what it lacks is work that all others wait for.
            if !is_woken && reader.refused_at.is_some_and(|at| at.elapsed() < RETRY) {
                continue;
            }
            // What waits in the line comes first.
            while reader.at < text.len() && !reader.waits && reader.listener.line.is_clear() {
                let piece = first_piece(&text[reader.at..]);
                let known = encoded.take().filter(|(at, _)| *at == reader.at).map(|(_, packet)| packet);
                let Some(packet) = known.or_else(|| self.token(reader.offset, piece)) else { break };
                let is_full = reader.listener.line.hand(&packet) == Handed::Full;
                encoded = Some((reader.at, packet));
                reader.refused_at = is_full.then(Instant::now);
                if is_full {
                    break;
                }
                reader.advance(piece);
            }
        }
    }

    /// Everybody gets the rest, and then these.
    pub fn finish(&self, last: &[Packet]) {
        let mut state = self.lock();
        let State { text, readers } = &mut *state;
        for mut reader in readers.drain(..) {
            let rest = &text[reader.at..];
            let rest = if rest.is_empty() { None } else { self.token(reader.offset, rest) };
            reader.advance(&text[reader.at..]);
            let packets = rest.into_iter().chain(last.iter().cloned()).collect();
            Arc::clone(&reader.listener.line).send(packets);
        }
    }

    fn token(&self, offset: usize, token: &str) -> Option<Packet> {
        let conversation_id = self.conversation_id.to_string();
        let event = EventName::AssistantToken;
        let told = AssistantToken {
            event,
            conversation_id: &conversation_id,
            stream_id: &self.stream_id,
            offset,
            token,
        };
        packet(event, &told)
    }
}

impl State {
    /// Whether somebody lacks something.
    fn is_behind(&self) -> bool {
        self.readers.iter().any(|reader| reader.at < self.text.len())
    }
}

impl Reader {
    fn advance(&mut self, piece: &str) {
        self.offset += piece.chars().count();
        self.at += piece.len();
    }
}

/// So much of a text as is told at once.
fn first_piece(text: &str) -> &str {
    &text[..text.floor_char_boundary(MAX_PIECE)]
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use uuid::Uuid;

    use super::*;
    use crate::outlet::{Line, Outlet, Wake};

    /// A line that has room or not, and counts how often it is tried.
    #[derive(Default)]
    struct Narrow {
        has_room: AtomicBool,
        tried: AtomicUsize,
        taken: Mutex<String>,
    }

    impl Outlet for Narrow {
        fn hand(&self, packet: &Packet) -> Handed {
            self.tried.fetch_add(1, Ordering::SeqCst);
            if !self.has_room.load(Ordering::SeqCst) {
                return Handed::Full;
            }
            let Packet::Event { payload: Some(payload), .. } = packet else { return Handed::Taken };
            let told: serde_json::Value = serde_json::from_str(payload.get()).unwrap();
            let mut taken = self.taken.lock().unwrap();
            assert_eq!(told["offset"], taken.chars().count());
            assert!(told["token"].as_str().unwrap().len() <= MAX_PIECE);
            taken.push_str(told["token"].as_str().unwrap());
            Handed::Taken
        }

        fn subscribe(&self, _: Wake) -> Subscription {
            Box::new(())
        }

        fn cut(&self) {}
    }

    impl Line for Narrow {
        fn send(self: Arc<Self>, _: Vec<Packet>) {}

        fn is_clear(&self) -> bool {
            true
        }
    }

    #[test]
    fn who_takes_nothing_is_not_tried_with_every_token_and_gets_all_of_it_in_pieces_later() {
        let line = Arc::new(Narrow::default());
        let listener = Arc::new(Listener {
            client_id: "slow".into(),
            user_id: "ann".into(),
            must_take_part: false,
            line: Arc::clone(&line) as Arc<dyn Line>,
        });
        let stream = AnswerStream::new(
            (Uuid::nil(), None),
            "s".to_owned(),
            ("m".to_owned(), Timestamp::from_millis(0)),
            None,
            CancellationToken::new(),
        );
        stream.add(&listener, false);
        let begun = Instant::now();
        let tokens = 5_000;
        for _ in 0..tokens {
            stream.push("süß und sauer ");
        }
        let most = 2 + begun.elapsed().as_millis() / RETRY.as_millis();
        let tried = line.tried.load(Ordering::SeqCst);
        assert!(tried as u128 <= most, "{tried} times for {tokens} tokens, at most {most}");
        line.has_room.store(true, Ordering::SeqCst);
        stream.flush();
        assert_eq!(*line.taken.lock().unwrap(), stream.text());
    }
}
