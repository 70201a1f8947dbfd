//! What a conversation engine's clients ask about it: where it is, who speaks, what was said. All of it is made from
//! what was published in its session.

use serde::Serialize;
use utoipa::ToSchema;

/// The answer to `GET /api/state/phase`.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct PhaseState {
    /// The phase that it is in; `unknown` if it is in none.
    pub current_phase_id: String,
    /// The phase's place among those that are known, from 0.
    pub phase_index: usize,
    /// How many phases are known.
    pub total_phases: usize,
    /// What people call it; `Unknown Phase` if nobody has said that, `Unknown` if it is in none.
    pub phase_name: String,
    /// What the session goes by; `single_profile` if nobody has said that.
    pub phase_profile: String,
    /// The phases that are known, in their order.
    pub progress: Vec<PhaseProgress>,
}

/// How far a conversation is with one of its phases.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct PhaseProgress {
    /// The phase.
    pub id: String,
    /// What people call it; its id if nobody has said that.
    pub name: String,
    /// Whether it is behind, here or ahead.
    pub status: PhaseStatus,
    /// How long it took, once it is known.
    #[schema(required = true)]
    pub duration_sec: Option<f64>,
}

/// Where a phase stands to the one that the conversation is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum PhaseStatus {
    /// Before it.
    Completed,
    /// It is this one.
    Active,
    /// Behind it.
    Upcoming,
}

/// Who speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Speaker {
    /// The person.
    Human,
    /// The engine.
    Ai,
    /// Nobody.
    #[default]
    Silence,
}

/// The answer to `GET /api/state/speaker`.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct SpeakerStatus {
    /// Who speaks.
    pub speaker: Speaker,
    /// Since when: seconds since the Unix epoch. Of the last event, if nobody has spoken yet.
    pub timestamp: f64,
    /// The phase that it is in.
    #[schema(required = true)]
    pub phase_id: Option<String>,
}

/// What somebody said.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Turn {
    /// The number of the turn, as the engine counts.
    pub turn_id: i64,
    /// Whose: `human` or `ai`, or what else the engine calls it; `unknown` if it does not say.
    pub speaker: String,
    /// The words.
    pub transcript: String,
    /// When: seconds since the Unix epoch.
    pub timestamp: f64,
    /// The phase that it was in; `unknown` if it was in none.
    pub phase_id: String,
    /// How long it took to say.
    pub duration_sec: f64,
    /// How long it took until it was said, in milliseconds.
    #[schema(required = true)]
    pub latency_ms: Option<i64>,
}

/// The answer to `GET /api/conversation/history`.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct TurnHistory {
    /// The last ones, oldest first.
    pub turns: Vec<Turn>,
    /// How many there are, also those that are not listed.
    pub total: u64,
}

/// The answer to `GET /api/state`.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct EngineState {
    /// The phase that it is in.
    pub phase: PhaseState,
    /// Who speaks.
    pub speaker: SpeakerStatus,
    /// The turn that it is at, as the engine counts.
    pub turn_id: i64,
    /// The last twenty things that were said, oldest first.
    pub history: Vec<Turn>,
    /// Whether it speaks, or is about to.
    pub is_processing: bool,
}

/// The answer to `GET /health` and `GET /api/health`.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ServerHealth {
    /// Always `healthy`.
    pub status: &'static str,
    /// Always `graphroom`.
    pub service: &'static str,
    /// The program's version.
    pub version: &'static str,
    /// What time it is there.
    #[schema(format = DateTime)]
    pub timestamp: String,
    /// Whether an event was published in any session within the last minute.
    pub engine_running: bool,
}
