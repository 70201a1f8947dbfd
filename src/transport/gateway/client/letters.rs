//! What waits for a client that has no socket: a bounded line of events, which a stream takes when there is one.
//!
//! What was taken is kept for a while, for a client whose stream broke on the way.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use graphroom_protocol::ErrorBody;
use graphroom_protocol::rest::connections::Transport;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::writing::Writing;
use crate::outlet::{Packet, Subscription, Wake};
use crate::transport::connection::listed::Activity;
use crate::transport::connection::lock;
use crate::transport::connection::wakes::Wakes;
use crate::transport::connection::wire::{Sent, Wire};

/// Events that wait at most.
pub const MAX_LETTERS: usize = 256;
/// Bytes that wait at most, and that are kept of what was taken; a single event may be larger.
pub const MAX_BYTES: usize = 256 * 1024;

/// An event as it is told.
#[derive(Clone)]
pub struct Letter {
    /// Its number.
    pub id: u64,
    /// What it says.
    pub text: Arc<str>,
}

/// The line.
pub struct Letters {
    line: Mutex<Line>,
    filled: Notify,
    wakes: Arc<Wakes>,
    activity: Arc<Activity>,
    over: CancellationToken,
}

#[derive(Default)]
struct Line {
    /// What was taken and is kept, and then what waits.
    letters: VecDeque<Letter>,
    /// How many of them were taken.
    taken: usize,
    /// Bytes of all of them.
    bytes: usize,
    /// Bytes of those that wait.
    waiting: usize,
    last_id: u64,
    /// Who takes them, by a number: the latest.
    reader: u64,
    is_read: bool,
    writing: Writing,
}

impl Letters {
    /// Nothing waits.
    pub fn new() -> Arc<Self> {
        Arc::new(Self {
            line: Mutex::default(),
            filled: Notify::new(),
            wakes: Arc::default(),
            activity: Arc::default(),
            over: CancellationToken::new(),
        })
    }

    /// The way in.
    pub fn wire(self: &Arc<Self>) -> Box<dyn Wire> {
        Box::new(LettersWire(Arc::clone(self)))
    }

    /// When the client last asked for anything, or took something.
    pub fn activity(&self) -> Arc<Activity> {
        Arc::clone(&self.activity)
    }

    /// Nothing comes any more; what waits may be taken still.
    pub fn close(&self) {
        self.over.cancel();
        self.filled.notify_waiters();
        self.wakes.progressed();
    }

    /// Whether nothing comes any more.
    pub fn is_over(&self) -> bool {
        self.over.is_cancelled()
    }

    /// Waits until nothing comes any more.
    pub async fn ended(&self) {
        self.over.cancelled().await;
    }

    /// Takes what waits and what comes, from behind a letter if that is kept. Who took it before gets no more.
    pub fn read(self: &Arc<Self>, after: Option<u64>) -> Reading {
        let mut line = lock(&self.line);
        line.go_back(after);
        line.reader += 1;
        line.is_read = true;
        let reader = line.reader;
        drop(line);
        self.filled.notify_waiters();
        self.activity.touch();
        Reading { letters: Arc::clone(self), reader }
    }

    fn put(&self, packet: &Packet) -> Sent {
        let mut line = lock(&self.line);
        if self.is_over() {
            return Sent::Gone;
        }
        let letters = line.writing.written(packet);
        let bytes = letters.iter().map(String::len).sum();
        let waiting = line.letters.len() - line.taken;
        let is_full = waiting + letters.len() > MAX_LETTERS || line.waiting + bytes > MAX_BYTES;
        if waiting > 0 && is_full {
            return Sent::Full;
        }
        for text in letters {
            line.push(text);
        }
        drop(line);
        self.filled.notify_waiters();
        Sent::Taken(bytes)
    }
}

impl Line {
    fn push(&mut self, text: String) {
        self.last_id += 1;
        self.bytes += text.len();
        self.waiting += text.len();
        self.letters.push_back(Letter { id: self.last_id, text: text.into() });
        while self.taken > 0 && (self.bytes > self.waiting + MAX_BYTES || self.taken > MAX_LETTERS) {
            self.taken -= 1;
            self.bytes -= self.letters.pop_front().map_or(0, |letter| letter.text.len());
        }
    }

    fn take(&mut self) -> Option<Letter> {
        let letter = self.letters.get(self.taken)?.clone();
        self.taken += 1;
        self.waiting -= letter.text.len();
        Some(letter)
    }

    /// What was taken behind this one waits again.
    fn go_back(&mut self, after: Option<u64>) {
        let Some(after) = after else { return };
        while let Some(letter) = self.taken.checked_sub(1).and_then(|last| self.letters.get(last)) {
            if letter.id <= after {
                return;
            }
            self.waiting += letter.text.len();
            self.taken -= 1;
        }
    }
}

/// Somebody who takes letters.
pub struct Reading {
    letters: Arc<Letters>,
    reader: u64,
}

impl Reading {
    /// The next one; none if nothing comes any more, or somebody else takes them.
    pub async fn next(&self) -> Option<Letter> {
        loop {
            let filled = self.letters.filled.notified();
            tokio::pin!(filled);
            // From here on nothing is missed.
            filled.as_mut().enable();
            {
                let mut line = lock(&self.letters.line);
                if line.reader != self.reader {
                    return None;
                }
                if let Some(letter) = line.take() {
                    drop(line);
                    self.letters.activity.touch();
                    self.letters.wakes.progressed();
                    return Some(letter);
                }
            }
            if self.letters.is_over() {
                return None;
            }
            filled.await;
        }
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        let mut line = lock(&self.letters.line);
        if line.reader == self.reader {
            line.is_read = false;
        }
    }
}

/// The line as what a connection goes over.
struct LettersWire(Arc<Letters>);

impl Wire for LettersWire {
    fn hand(&self, packet: &Packet) -> Sent {
        match self.0.put(packet) {
            Sent::Full => {
                self.0.wakes.block();
                // Everything may have been taken between the refusal and the mark: then nobody would wake us.
                self.0.put(packet)
            }
            sent => sent,
        }
    }

    fn subscribe(&self, wake: Wake) -> Subscription {
        self.0.wakes.subscribe(wake)
    }

    fn cut(&self) {
        self.0.close();
    }

    fn close(&self) {
        self.0.close();
    }

    fn is_cut(&self) -> bool {
        self.0.is_over()
    }

    fn dismiss(&self, _: &ErrorBody) -> bool {
        self.0.close();
        true
    }

    fn last_sign(&self) -> Instant {
        self.0.activity.last()
    }

    fn may_be_silent(&self) -> bool {
        true
    }

    fn is_stalled(&self) -> bool {
        false
    }

    fn is_flushed(&self) -> bool {
        let line = lock(&self.0.line);
        self.0.is_over() || !line.is_read || line.taken == line.letters.len()
    }

    fn waiting(&self) -> usize {
        lock(&self.0.line).waiting
    }

    fn queued(&self) -> (usize, usize) {
        let line = lock(&self.0.line);
        (line.letters.len() - line.taken, line.waiting)
    }

    fn transport(&self) -> Transport {
        Transport::Polling
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn packet(name: &'static str, payload: &Value) -> Packet {
        let payload = serde_json::value::to_raw_value(payload).unwrap();
        Packet::Event { name, payload: Some(payload.into()) }
    }

    fn token(offset: usize, token: &str) -> Packet {
        packet("assistant:token", &json!({ "stream_id": "s", "offset": offset, "token": token }))
    }

    async fn next(reading: &Reading) -> (u64, Value) {
        let letter = reading.next().await.unwrap();
        (letter.id, serde_json::from_str(&letter.text).unwrap())
    }

    #[tokio::test]
    async fn a_stream_that_broke_goes_on_behind_what_its_client_has() {
        let letters = Letters::new();
        let wire = letters.wire();
        wire.hand(&token(0, "Oh "));
        wire.hand(&token(3, "là"));
        let reading = letters.read(None);
        assert_eq!(next(&reading).await.1["content"], "Oh ");
        assert_eq!(
            next(&reading).await,
            (2, json!({ "type": "text_chunk", "content": "là", "partial_response": "Oh là" }))
        );
        let again = letters.read(Some(1));
        assert!(reading.next().await.is_none(), "another one takes them");
        assert_eq!(next(&again).await.0, 2);
        wire.hand(&packet("assistant:end", &json!({ "stream_id": "s", "reason": "complete" })));
        let end = next(&again).await.1;
        assert_eq!((&end["final_response"], &end["interrupted"]), (&json!("Oh là"), &json!(false)));
        letters.close();
        assert!(again.next().await.is_none());
    }

    #[tokio::test]
    async fn what_there_is_no_room_for_comes_again_and_is_told_once() {
        let letters = Letters::new();
        let wire = letters.wire();
        let long = "x".repeat(MAX_BYTES / 4);
        let mut offset = 0;
        while wire.hand(&token(offset, &long)) != Sent::Full {
            offset += long.len();
        }
        assert!(!wire.is_cut());
        let reading = letters.read(None);
        let mut told = String::new();
        while lock(&letters.line).waiting > 0 {
            told.push_str(next(&reading).await.1["content"].as_str().unwrap());
        }
        wire.hand(&token(offset, "end"));
        let last = next(&reading).await.1;
        assert_eq!(last["partial_response"].as_str().unwrap(), format!("{told}end"));
    }
}
