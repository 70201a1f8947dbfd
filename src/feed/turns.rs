//! What was said in a conversation, turn by turn: the last of it.

use std::collections::{BTreeMap, VecDeque};

use graphroom_protocol::rest::engine::Turn;

/// How many turns are kept.
pub const KEPT: usize = 500;
/// How many bytes of them are kept at most; a single one may be larger.
pub const MAX_BYTES: usize = 4 * 1024 * 1024;
/// Of how many turns it is known how long they took before it is known what was said.
const MEASURED: usize = 16;

/// The turns of one conversation.
#[derive(Debug, Default)]
pub struct Turns {
    last: VecDeque<Kept>,
    bytes: usize,
    total: u64,
    measured: BTreeMap<(i64, String), f64>,
}

#[derive(Debug)]
struct Kept {
    turn: Turn,
    /// Whether the publisher said how long it took.
    is_told: bool,
}

/// What is new of a turn.
#[derive(Clone, Copy, Debug, Default)]
pub struct News<'a> {
    /// Its number.
    pub turn_id: i64,
    /// Whose it is.
    pub speaker: &'a str,
    /// The words.
    pub transcript: Option<&'a str>,
    /// When, in seconds.
    pub timestamp: f64,
    /// The phase.
    pub phase_id: &'a str,
    /// How long it took.
    pub duration_sec: Option<f64>,
    /// How long it took until it began.
    pub latency_ms: Option<i64>,
}

impl Turns {
    /// Something was said, or more is known of what was said.
    pub fn tell(&mut self, news: &News<'_>) {
        let place = match self.place(news.turn_id, news.speaker) {
            Some(place) => place,
            None => self.begin(news),
        };
        let kept = &mut self.last[place];
        let before = kept.bytes();
        if let Some(transcript) = news.transcript {
            transcript.clone_into(&mut kept.turn.transcript);
        }
        if let Some(seconds) = news.duration_sec {
            (kept.turn.duration_sec, kept.is_told) = (seconds, true);
        }
        kept.turn.latency_ms = news.latency_ms.or(kept.turn.latency_ms);
        self.bytes = self.bytes + kept.bytes() - before;
        self.forget_old();
    }

    /// Somebody spoke for so long in a turn.
    pub fn spoke(&mut self, turn_id: i64, speaker: &str, seconds: f64) {
        if let Some(place) = self.place(turn_id, speaker) {
            let kept = &mut self.last[place];
            if !kept.is_told {
                kept.turn.duration_sec += seconds;
            }
            return;
        }
        *self.measured.entry((turn_id, speaker.to_owned())).or_default() += seconds;
        while self.measured.len() > MEASURED {
            self.measured.pop_first();
        }
    }

    /// How many there were.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// The last ones, oldest first.
    pub fn last(&self, limit: usize) -> Vec<Turn> {
        let skipped = self.last.len().saturating_sub(limit);
        self.last.iter().skip(skipped).map(|kept| kept.turn.clone()).collect()
    }

    fn place(&self, turn_id: i64, speaker: &str) -> Option<usize> {
        self.last.iter().rposition(|kept| kept.turn.turn_id == turn_id && kept.turn.speaker == speaker)
    }

    /// A turn of which nothing was known, and its place.
    fn begin(&mut self, news: &News<'_>) -> usize {
        self.total += 1;
        let seconds = self.measured.remove(&(news.turn_id, news.speaker.to_owned()));
        let turn = Turn {
            turn_id: news.turn_id,
            speaker: news.speaker.to_owned(),
            transcript: String::new(),
            timestamp: news.timestamp,
            phase_id: news.phase_id.to_owned(),
            duration_sec: seconds.unwrap_or_default(),
            latency_ms: None,
        };
        let kept = Kept { turn, is_told: false };
        self.bytes += kept.bytes();
        self.last.push_back(kept);
        self.last.len() - 1
    }

    fn forget_old(&mut self) {
        while self.last.len() > KEPT || (self.bytes > MAX_BYTES && self.last.len() > 1) {
            let oldest = self.last.pop_front();
            self.bytes -= oldest.map_or(0, |oldest| oldest.bytes());
        }
    }
}

impl Kept {
    fn bytes(&self) -> usize {
        self.turn.transcript.len() + self.turn.speaker.len() + self.turn.phase_id.len()
    }
}

#[cfg(test)]
mod tests {
    //! Proves FEED-6 (docs/behaviour.md).

    use super::*;

    fn news(turn_id: i64, speaker: &str) -> News<'_> {
        News { turn_id, speaker, phase_id: "part1", ..News::default() }
    }

    #[test]
    fn what_is_told_of_a_turn_again_is_of_the_same_turn() {
        let mut turns = Turns::default();
        turns.tell(&News { transcript: Some("I wo"), timestamp: 1.0, ..news(3, "human") });
        turns.tell(&News { transcript: Some("Hello"), ..news(3, "ai") });
        turns.tell(&News { transcript: Some("I work"), timestamp: 2.0, ..news(3, "human") });
        turns.tell(&News { latency_ms: Some(800), ..news(3, "ai") });
        let last = turns.last(10);
        assert_eq!((turns.total(), last.len()), (2, 2));
        assert_eq!((&*last[0].transcript, last[0].timestamp), ("I work", 1.0));
        assert_eq!((&*last[1].transcript, last[1].latency_ms), ("Hello", Some(800)));
    }

    #[test]
    fn how_long_it_took_is_measured_before_and_after_it_is_known_what_was_said_and_what_is_told_counts_more()
    {
        let mut turns = Turns::default();
        turns.spoke(1, "human", 1.5);
        turns.spoke(1, "human", 2.0);
        turns.tell(&news(1, "human"));
        turns.spoke(1, "human", 0.5);
        assert_eq!(turns.last(1)[0].duration_sec, 4.0);
        turns.tell(&News { duration_sec: Some(3.2), ..news(1, "human") });
        turns.spoke(1, "human", 9.0);
        assert_eq!(turns.last(1)[0].duration_sec, 3.2);
    }

    #[test]
    fn all_turns_are_counted_and_the_last_are_kept() {
        let mut turns = Turns::default();
        for n in 0..700 {
            turns.tell(&News { transcript: Some("Yes"), ..news(n, "ai") });
        }
        assert_eq!((turns.total(), turns.last(1_000).len()), (700, KEPT));
        let numbers: Vec<_> = turns.last(3).iter().map(|turn| turn.turn_id).collect();
        assert_eq!(numbers, [697, 698, 699]);
        let large = "x".repeat(MAX_BYTES - 1_000);
        turns.tell(&News { transcript: Some(&large), ..news(700, "ai") });
        assert!(turns.last.len() < KEPT && turns.bytes <= MAX_BYTES);
        assert_eq!(turns.bytes, turns.last.iter().map(Kept::bytes).sum::<usize>());
    }
}
