//! The state of a conversation engine, as what it published tells it: one event after the other, nothing else.
//!
//! Which events there are, and that they are read, is not known here.

use graphroom_protocol::rest::engine::{EngineState, PhaseState, Speaker, SpeakerStatus, TurnHistory};
use serde_json::{Map, Value};

use super::envelope::seconds;
use super::phases::{Phases, seconds_between};
use super::turns::{News, Turns};
use crate::domain::Timestamp;
use crate::store::PublishedRow;

/// How many turns are told with everything else.
const WITH_STATE: usize = 20;
const HUMAN: &str = "human";
const AI: &str = "ai";

/// What is read of a published event.
pub struct Event<'a> {
    /// The event.
    pub row: &'a PublishedRow,
    /// What there is to say about it.
    pub payload: Map<String, Value>,
}

impl<'a> Event<'a> {
    fn read(row: &'a PublishedRow) -> Option<Self> {
        let payload = serde_json::from_str(&row.payload).ok()?;
        Some(Self { row, payload })
    }

    /// A text of the payload that says something.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.payload.get(key)?.as_str().filter(|text| !text.is_empty())
    }

    /// The phase that it is of.
    pub fn phase_id(&self) -> Option<&str> {
        self.text("phase_id").or(self.row.phase_id.as_deref()).filter(|id| !id.is_empty())
    }

    fn turn_id(&self) -> Option<i64> {
        self.payload.get("turn_id").and_then(Value::as_i64).or(self.row.turn_id)
    }

    fn number(&self, key: &str) -> Option<f64> {
        self.payload.get(key)?.as_f64().filter(|number| number.is_finite() && *number >= 0.0)
    }

    /// A number of milliseconds, which may have been told as a fraction.
    fn millis(&self, key: &str) -> Option<i64> {
        self.number(key).map(|number| number.min(1e15).round() as i64)
    }

    /// Its own time, if it says one, else when it was published.
    fn seconds(&self) -> f64 {
        self.number("timestamp").unwrap_or_else(|| seconds(self.row.at))
    }
}

/// The state of one engine.
#[derive(Debug, Default)]
pub struct State {
    /// The last event that it is made of.
    n: u64,
    at: Option<Timestamp>,
    turn_id: i64,
    phases: Phases,
    turns: Turns,
    speaker: Speaker,
    /// Since when, and in which turn.
    since: Option<(Timestamp, i64)>,
    /// Whether a turn is being worked on.
    is_in_turn: bool,
    /// Whether its words are being written.
    is_writing: bool,
}

impl State {
    /// Nothing is known, as if the session began behind this event.
    pub fn behind(n: u64) -> Self {
        Self { n, ..Self::default() }
    }

    /// The last event that it is made of.
    pub fn n(&self) -> u64 {
        self.n
    }

    /// The next event of the session.
    pub fn apply(&mut self, row: &PublishedRow) {
        self.n = row.n;
        self.at = Some(row.at);
        let Some(event) = Event::read(row) else { return };
        let name = match &*row.event_type {
            "signal" => event.text("event_name").unwrap_or_default(),
            "phase_change" | "turn_update" | "error" => &*row.event_type,
            _ => return,
        };
        if let Some(turn_id) = event.turn_id() {
            self.turn_id = turn_id;
        }
        if let Some(id) = event.phase_id().filter(|_| !name.starts_with("phase")) {
            self.phases.seen(id, row.at);
        }
        self.happened(name, &event);
    }

    fn happened(&mut self, name: &str, event: &Event<'_>) {
        match name {
            "phase_change" | "phase.transition_complete" => self.phases.change(event),
            "phase.transition_triggered" | "phase.transition_started" | "phase.progress_updated" => {
                self.phases.learn(event);
            }
            "vad.speech_started" => self.speaks(Speaker::Human, event),
            "vad.speech_ended" => self.stopped(Speaker::Human, event),
            "tts.speaking_started" => self.speaks(Speaker::Ai, event),
            "tts.speaking_ended" => self.stopped(Speaker::Ai, event),
            "conversation.speaker_changed" => self.speaker_changed(event),
            "conversation.interrupted" => {
                self.stopped(Speaker::Ai, event);
                (self.is_in_turn, self.is_writing) = (false, false);
            }
            "turn.started" => self.is_in_turn = true,
            "turn.completed" => self.completed(event),
            "llm.generation_start" => self.is_writing = true,
            "llm.generation_complete" => self.is_writing = false,
            "llm.generation_error" => (self.is_in_turn, self.is_writing) = (false, false),
            "turn_update" => self.turn_update(event),
            "error" => {
                self.speaks(Speaker::Silence, event);
                (self.is_in_turn, self.is_writing) = (false, false);
            }
            _ => {}
        }
    }

    /// Somebody speaks from now on, and nobody else.
    fn speaks(&mut self, who: Speaker, event: &Event<'_>) {
        if self.speaker == who {
            return;
        }
        let at = event.row.at;
        let before = std::mem::replace(&mut self.speaker, who);
        let since = self.since.replace((at, self.turn_id));
        if let (Some(name), Some((since, turn_id))) = (name_of(before), since) {
            self.turns.spoke(turn_id, name, seconds_between(since, at));
        }
    }

    /// Somebody does not speak any more, which may be said of who spoke at the same time as somebody else.
    fn stopped(&mut self, who: Speaker, event: &Event<'_>) {
        let told = event.number("duration_sec").or_else(|| event.number("duration"));
        match (told, name_of(who)) {
            (Some(seconds), Some(name)) => {
                let begun = self.since.filter(|_| self.speaker == who).map(|(_, turn_id)| turn_id);
                let turn_id = event.turn_id().or(begun).unwrap_or(self.turn_id);
                self.turns.spoke(turn_id, name, seconds);
                if self.speaker == who {
                    self.speaker = Speaker::Silence;
                    self.since = Some((event.row.at, self.turn_id));
                }
            }
            _ if self.speaker == who => self.speaks(Speaker::Silence, event),
            _ => {}
        }
    }

    fn speaker_changed(&mut self, event: &Event<'_>) {
        match event.text("new_speaker").or_else(|| event.text("speaker")) {
            Some(HUMAN) => self.speaks(Speaker::Human, event),
            Some(AI) => self.speaks(Speaker::Ai, event),
            Some("silence") => self.speaks(Speaker::Silence, event),
            _ => {}
        }
    }

    /// A turn is over: what both said is known.
    fn completed(&mut self, event: &Event<'_>) {
        (self.is_in_turn, self.is_writing) = (false, false);
        let latency_ms = event.millis("total_latency_ms");
        for (speaker, key, latency_ms) in
            [(HUMAN, "human_transcript", None), (AI, "ai_transcript", latency_ms)]
        {
            if let Some(transcript) = event.text(key) {
                let news = News { speaker, transcript: Some(transcript), latency_ms, ..News::default() };
                self.tell(self.turn_id, event, news);
            }
        }
    }

    fn turn_update(&mut self, event: &Event<'_>) {
        let turn_id = event.turn_id().unwrap_or(self.turn_id + 1);
        self.turn_id = turn_id;
        let news = News {
            speaker: event.text("speaker").unwrap_or("unknown"),
            transcript: event.text("transcript"),
            duration_sec: event.number("duration_sec"),
            latency_ms: event.millis("latency_ms"),
            ..News::default()
        };
        self.tell(turn_id, event, news);
    }

    fn tell(&mut self, turn_id: i64, event: &Event<'_>, news: News<'_>) {
        let phase_id = event.phase_id().or(self.phases.active()).unwrap_or("unknown");
        self.turns.tell(&News { turn_id, phase_id, timestamp: event.seconds(), ..news });
    }

    /// The phase that it is in, if it is in one.
    pub fn phase(&self, profile: Option<&str>) -> Option<PhaseState> {
        self.phases.view(profile)
    }

    /// Who speaks.
    pub fn speaker(&self) -> SpeakerStatus {
        let since = self.since.map(|(since, _)| since).or(self.at);
        SpeakerStatus {
            speaker: self.speaker,
            timestamp: since.map_or(0.0, seconds),
            phase_id: self.phases.active().map(str::to_owned),
        }
    }

    /// What was said last.
    pub fn history(&self, limit: usize) -> TurnHistory {
        TurnHistory { turns: self.turns.last(limit), total: self.turns.total() }
    }

    /// All of it.
    pub fn all(&self, profile: Option<&str>) -> EngineState {
        EngineState {
            phase: self.phases.view_or_unknown(profile),
            speaker: self.speaker(),
            turn_id: self.turn_id,
            history: self.turns.last(WITH_STATE),
            is_processing: self.speaker == Speaker::Ai || self.is_in_turn || self.is_writing,
        }
    }
}

fn name_of(speaker: Speaker) -> Option<&'static str> {
    match speaker {
        Speaker::Human => Some(HUMAN),
        Speaker::Ai => Some(AI),
        Speaker::Silence => None,
    }
}

#[cfg(test)]
mod tests;
