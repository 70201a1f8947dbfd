//! The phases of a conversation: those that are known, in their order, and the one that it is in.

use graphroom_protocol::rest::engine::{PhaseProgress, PhaseState, PhaseStatus};
use serde_json::Value;

use super::state::Event;
use crate::domain::Timestamp;

/// How many phases are known at most.
pub const MAX_PHASES: usize = 200;
/// The longest text that is kept of one, in characters.
const MAX_TEXT: usize = 128;
/// What a session goes by if nobody has said that.
const NO_PROFILE: &str = "single_profile";

/// The phases of one conversation.
#[derive(Debug, Default)]
pub struct Phases {
    profile: Option<String>,
    known: Vec<Phase>,
    active: Option<String>,
    since: Option<Timestamp>,
}

#[derive(Debug, Default)]
struct Phase {
    id: String,
    name: Option<String>,
    /// How long it took, as the engine says, and as it was between its events.
    told: Option<f64>,
    measured: Option<f64>,
    has_begun: bool,
}

impl Phases {
    /// The phase that it is in.
    pub fn active(&self) -> Option<&str> {
        self.active.as_deref()
    }

    /// An event that is of this phase: it has begun, if it had not.
    pub fn seen(&mut self, id: &str, at: Timestamp) {
        let has_begun = self.known.iter().any(|phase| phase.id == id && phase.has_begun);
        if !has_begun {
            self.enter(id, at);
        }
    }

    /// What is said about phases, whatever the event that says it.
    pub fn learn(&mut self, event: &Event<'_>) {
        if let Some(profile) = event.text("phase_profile").filter(|profile| fits(profile)) {
            self.profile = Some(profile.to_owned());
        }
        for key in ["phases", "progress"] {
            if let Some(Value::Array(list)) = event.payload.get(key) {
                self.list(list);
            }
        }
        let named = new_phase(event).or_else(|| event.phase_id());
        if let (Some(id), Some(name)) = (named, event.text("phase_name").filter(|name| fits(name)))
            && let Some(phase) = self.known(id)
        {
            phase.name = Some(name.to_owned());
        }
    }

    /// From one phase into another.
    pub fn change(&mut self, event: &Event<'_>) {
        let at = event.row.at;
        if let Some(old) = first(event, ["old_phase", "old_phase_id", "from_phase"])
            && let Some(phase) = self.known(old)
        {
            phase.has_begun = true;
        }
        if let Some(new) = new_phase(event).or_else(|| event.phase_id()) {
            self.enter(new, at);
        }
        self.learn(event);
    }

    fn enter(&mut self, id: &str, at: Timestamp) {
        if self.active() == Some(id) {
            return;
        }
        let Some(phase) = self.known(id) else { return };
        phase.has_begun = true;
        let left = self.active.replace(id.to_owned());
        let since = self.since.replace(at);
        if let (Some(left), Some(since)) = (left, since)
            && let Some(phase) = self.known(&left)
        {
            let seconds = seconds_between(since, at);
            phase.measured = Some(phase.measured.unwrap_or_default() + seconds);
        }
    }

    /// All phases in their order; those that it leaves out come behind them.
    fn list(&mut self, list: &[Value]) {
        let mut before = std::mem::take(&mut self.known);
        for item in list {
            let Some(id) = item.as_str().or_else(|| item["id"].as_str()) else { continue };
            if let Some(place) = before.iter().position(|phase| phase.id == id) {
                self.known.push(before.remove(place));
            }
            let Some(phase) = self.known(id) else { continue };
            if let Some(name) = item["name"].as_str().filter(|name| fits(name)) {
                phase.name = Some(name.to_owned());
            }
            if let Some(seconds) = item["duration_sec"].as_f64().filter(|seconds| seconds.is_finite()) {
                phase.told = Some(seconds);
            }
        }
        self.known.extend(before);
    }

    /// The phase with this id, which is known from now on; none if it is no id or there are too many.
    fn known(&mut self, id: &str) -> Option<&mut Phase> {
        let place = self.known.iter().position(|phase| phase.id == id);
        if place.is_none() && fits(id) && self.known.len() < MAX_PHASES {
            self.known.push(Phase { id: id.to_owned(), ..Phase::default() });
            return self.known.last_mut();
        }
        place.and_then(|place| self.known.get_mut(place))
    }

    /// As it is told, in a session that goes by `profile` if no event says otherwise; none if it is in no phase.
    pub fn view(&self, profile: Option<&str>) -> Option<PhaseState> {
        let active = self.active()?;
        let place = self.known.iter().position(|phase| phase.id == active)?;
        let name = self.known[place].name.clone().unwrap_or_else(|| "Unknown Phase".to_owned());
        Some(self.at(Some(place), active.to_owned(), name, profile))
    }

    /// The same, also if it is in none.
    pub fn view_or_unknown(&self, profile: Option<&str>) -> PhaseState {
        let unknown = || self.at(None, "unknown".to_owned(), "Unknown".to_owned(), profile);
        self.view(profile).unwrap_or_else(unknown)
    }

    fn at(&self, place: Option<usize>, id: String, name: String, profile: Option<&str>) -> PhaseState {
        let progress = self.known.iter().enumerate().map(|(at, phase)| phase.progress(at, place));
        PhaseState {
            current_phase_id: id,
            phase_index: place.unwrap_or_default(),
            total_phases: self.known.len(),
            phase_name: name,
            phase_profile: self.profile.as_deref().or(profile).unwrap_or(NO_PROFILE).to_owned(),
            progress: progress.collect(),
        }
    }
}

impl Phase {
    fn progress(&self, at: usize, active: Option<usize>) -> PhaseProgress {
        let status = match active {
            Some(active) if at < active => PhaseStatus::Completed,
            Some(active) if at == active => PhaseStatus::Active,
            _ => PhaseStatus::Upcoming,
        };
        let name = self.name.clone().unwrap_or_else(|| self.id.clone());
        PhaseProgress { id: self.id.clone(), name, status, duration_sec: self.told.or(self.measured) }
    }
}

fn fits(text: &str) -> bool {
    (1..=MAX_TEXT).contains(&text.chars().count())
}

fn first<'a, const N: usize>(event: &'a Event<'_>, keys: [&str; N]) -> Option<&'a str> {
    keys.into_iter().find_map(|key| event.text(key))
}

fn new_phase<'a>(event: &'a Event<'_>) -> Option<&'a str> {
    first(event, ["new_phase", "new_phase_id", "to_phase"])
}

/// How long it was from one moment to another.
pub fn seconds_between(from: Timestamp, to: Timestamp) -> f64 {
    (to.millis() - from.millis()).max(0) as f64 / 1_000.0
}
