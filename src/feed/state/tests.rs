//! Made-up events, one after the other, and the state that they make.
//!
//! Proves FEED-6 (docs/behaviour.md).

use graphroom_protocol::rest::engine::PhaseStatus;
use serde_json::json;

use super::*;

/// The state after these events, a second apart from the first second on.
fn after(events: &[(&str, Value)]) -> State {
    let mut state = State::default();
    for (n, (event_type, payload)) in (1..).zip(events) {
        state.apply(&row(n, event_type, payload));
    }
    state
}

fn row(n: u64, event_type: &str, payload: &Value) -> PublishedRow {
    let at = Timestamp::from_millis(i64::try_from(n).unwrap() * 1_000);
    PublishedRow {
        session_id: uuid::Uuid::nil(),
        n,
        message_id: format!("msg_{n:08x}"),
        event_type: event_type.to_owned(),
        at,
        payload: payload.to_string(),
        phase_id: None,
        turn_id: None,
        author: "engine".to_owned(),
    }
}

fn signal(name: &str, mut payload: Value) -> (&'static str, Value) {
    payload["event_name"] = json!(name);
    ("signal", payload)
}

#[test]
fn of_a_session_where_nothing_was_said_the_state_has_its_defaults() {
    let state = after(&[("custom", json!({}))]);
    let all = serde_json::to_value(state.all(None)).unwrap();
    let phase = json!({ "current_phase_id": "unknown", "phase_index": 0, "total_phases": 0,
        "phase_name": "Unknown", "phase_profile": "single_profile", "progress": [] });
    let speaker = json!({ "speaker": "silence", "timestamp": 1.0, "phase_id": null });
    assert_eq!(
        all,
        json!({ "phase": phase, "speaker": speaker, "turn_id": 0, "history": [], "is_processing": false })
    );
    assert_eq!(state.phase(None), None);
}

#[test]
fn who_speaks_is_who_began_last_and_has_not_stopped() {
    let mut events = Vec::new();
    for (name, speaker) in [
        ("vad.speech_started", Speaker::Human),
        ("vad.speech_ended", Speaker::Silence),
        ("tts.speaking_started", Speaker::Ai),
        ("vad.speech_started", Speaker::Human),
        ("tts.speaking_ended", Speaker::Human),
        ("vad.speech_ended", Speaker::Silence),
        ("tts.speaking_started", Speaker::Ai),
        ("conversation.interrupted", Speaker::Silence),
    ] {
        events.push(signal(name, json!({})));
        assert_eq!(after(&events).speaker().speaker, speaker, "{name}");
    }
    assert_eq!(after(&events).speaker().timestamp, 8.0);
    events.push(signal("conversation.speaker_changed", json!({ "new_speaker": "ai" })));
    assert_eq!(after(&events).speaker().speaker, Speaker::Ai);
    events.push(("error", json!({ "error": "broken" })));
    assert_eq!(after(&events).speaker().speaker, Speaker::Silence);
}

#[test]
fn it_works_on_a_turn_from_its_start_until_its_words_are_spoken() {
    let mut events = Vec::new();
    for (name, is_processing) in [
        ("vad.speech_ended", false),
        ("turn.started", true),
        ("llm.generation_start", true),
        ("llm.generation_complete", true),
        ("tts.speaking_started", true),
        ("turn.completed", true),
        ("tts.speaking_ended", false),
        ("llm.generation_start", true),
        ("llm.generation_error", false),
        ("turn.started", true),
        ("conversation.interrupted", false),
    ] {
        events.push(signal(name, json!({})));
        assert_eq!(after(&events).all(None).is_processing, is_processing, "{name}");
    }
}

#[test]
fn a_completed_turn_is_what_both_said_with_how_long_it_took() {
    let state = after(&[
        signal("vad.speech_started", json!({ "turn_id": 3 })),
        signal("vad.speech_ended", json!({ "turn_id": 3, "duration_sec": 4.5 })),
        signal("turn.started", json!({ "turn_id": 3, "phase_id": "part1", "reason": "silence" })),
        signal("tts.speaking_started", json!({ "turn_id": 3 })),
        signal("tts.speaking_ended", json!({ "turn_id": 3 })),
        signal(
            "turn.completed",
            json!({ "timestamp": 77.5, "turn_id": 3, "human_transcript": "I work", "ai_transcript": "Where?",
                "total_latency_ms": 812.4, "phase_id": "part1" }),
        ),
        ("turn_update", json!({})),
    ]);
    let turns = serde_json::to_value(state.history(50)).unwrap();
    let turn = |turn_id, speaker, transcript, timestamp, phase_id, duration_sec, latency_ms: Option<i64>| {
        json!({ "turn_id": turn_id, "speaker": speaker, "transcript": transcript, "timestamp": timestamp,
            "phase_id": phase_id, "duration_sec": duration_sec, "latency_ms": latency_ms })
    };
    let expected = [
        turn(3, "human", "I work", 77.5, "part1", 4.5, None),
        turn(3, "ai", "Where?", 77.5, "part1", 1.0, Some(812)),
        turn(4, "unknown", "", 7.0, "part1", 0.0, None),
    ];
    assert_eq!(turns, json!({ "turns": expected, "total": 3 }));
    assert_eq!(state.all(None).turn_id, 4);
}

#[test]
fn phases_are_learned_from_what_is_said_of_them() {
    let phases =
        json!([{ "id": "greeting", "name": "Greeting" }, { "id": "part1", "name": "Part 1" }, "end"]);
    let mut events = vec![
        signal("phase.progress_updated", json!({ "phases": phases, "phase_profile": "ielts_full_exam" })),
        signal("turn.started", json!({ "phase_id": "greeting" })),
    ];
    let view = |events: &[_]| after(events).phase(Some("other")).unwrap();
    let first = view(&events);
    assert_eq!((&*first.current_phase_id, first.phase_index, first.total_phases), ("greeting", 0, 3));
    assert_eq!((&*first.phase_name, &*first.phase_profile), ("Greeting", "ielts_full_exam"));
    events.push(("phase_change", json!({ "old_phase": "greeting", "new_phase": "part1" })));
    // What comes late from a phase that is over does not bring it back.
    events.push(signal("turn.completed", json!({ "phase_id": "greeting" })));
    let second = view(&events);
    assert_eq!((&*second.current_phase_id, second.phase_index), ("part1", 1));
    let progress: Vec<_> = second.progress.iter().map(|one| (&*one.name, one.status)).collect();
    let expected = [
        ("Greeting", PhaseStatus::Completed),
        ("Part 1", PhaseStatus::Active),
        ("end", PhaseStatus::Upcoming),
    ];
    assert_eq!(progress, expected);
    assert_eq!(second.progress[0].duration_sec, Some(1.0));
    assert_eq!(second.progress[1].duration_sec, None);
    events.push(signal("phase.transition_complete", json!({ "new_phase_id": "extra" })));
    let third = view(&events);
    assert_eq!((&*third.phase_name, third.phase_index, third.total_phases), ("Unknown Phase", 3, 4));
}

#[test]
fn a_phase_change_alone_tells_both_phases() {
    let state = after(&[("phase_change", json!({ "old_phase": "greeting", "new_phase": "part1" }))]);
    let phase = state.phase(Some("ielts")).unwrap();
    assert_eq!((&*phase.current_phase_id, phase.phase_index, phase.total_phases), ("part1", 1, 2));
    assert_eq!(phase.phase_profile, "ielts");
    assert_eq!(phase.progress[0].status, PhaseStatus::Completed);
    assert_eq!(phase.progress[0].duration_sec, None);
}

#[test]
fn whatever_is_published_changes_nothing_that_it_does_not_say() {
    let odd = json!({ "turn_id": "x", "speaker": 5, "transcript": [], "duration_sec": -1, "phase_id": 7,
        "phases": [1, {}, { "id": "" }, null], "total_latency_ms": "soon", "timestamp": null });
    let names = ["phase.progress_updated", "vad.speech_ended", "turn.completed", "phase.transition_complete"];
    let mut events: Vec<_> = names.map(|name| signal(name, odd.clone())).into();
    events.push(("phase_change", odd.clone()));
    let state = after(&events);
    assert_eq!((state.phase(None), state.history(50).total, state.all(None).turn_id), (None, 0, 0));
    let mut state = state;
    state.apply(&PublishedRow { payload: "{".to_owned(), ..row(9, "signal", &odd) });
    assert_eq!(state.n(), 9);
}
