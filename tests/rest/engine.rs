//! The state of a conversation engine, made from what it published, as clients ask for it again and again.
//!
//! Proves FEED-6 (docs/behaviour.md).

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::identity::Guarded;
use crate::support::{Rest, TestServer};

const ROUTES: [&str; 4] =
    ["/api/state", "/api/state/phase", "/api/state/speaker", "/api/conversation/history"];

async fn ask(rest: &Rest, path: &str) -> (StatusCode, Value) {
    rest.send(rest.at(Method::GET, path)).await
}

/// What is answered, which must be 200.
async fn read(rest: &Rest, path: &str) -> Value {
    let (status, answer) = ask(rest, path).await;
    assert_eq!(status, StatusCode::OK, "{path}: {answer}");
    answer
}

/// A session without a project.
async fn session(rest: &Rest) -> String {
    let (status, made) = rest.post("/sessions", json!({})).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    made["session_id"].as_str().unwrap().to_owned()
}

async fn publish(rest: &Rest, session_id: &str, event: Value) -> Value {
    let (status, answer) = rest.post(&format!("/sessions/{session_id}/events"), event).await;
    assert_eq!(status, StatusCode::CREATED, "{answer}");
    answer
}

async fn signal(rest: &Rest, session_id: &str, name: &str, mut payload: Value) {
    payload["event_name"] = json!(name);
    publish(rest, session_id, json!({ "event_type": "signal", "payload": payload })).await;
}

/// An engine that is in the second of its three phases, and what it has done until then.
async fn exam(rest: &Rest, session_id: &str) {
    let phases = json!([{ "id": "greeting", "name": "Greeting", "duration_sec": 5.2 },
        { "id": "part1", "name": "Part 1 Questions" }, { "id": "part2", "name": "Part 2" }]);
    let profile = json!({ "phases": phases, "phase_profile": "ielts_full_exam" });
    signal(rest, session_id, "phase.progress_updated", profile).await;
    signal(rest, session_id, "turn.started", json!({ "turn_id": 1, "phase_id": "greeting" })).await;
    let said = json!({ "turn_id": 1, "human_transcript": "Good morning", "ai_transcript": "Welcome",
        "total_latency_ms": 640, "phase_id": "greeting", "timestamp": 1_700_000_000.5 });
    signal(rest, session_id, "turn.completed", said).await;
    let change = json!({ "old_phase": "greeting", "new_phase": "part1" });
    publish(rest, session_id, json!({ "event_type": "phase_change", "payload": change })).await;
}

fn keys(object: &Value) -> Vec<&str> {
    object.as_object().unwrap().keys().map(String::as_str).collect()
}

#[tokio::test]
async fn the_server_is_healthy_with_and_without_an_engine_and_says_which() {
    let server = TestServer::start().await;
    for path in ["/health", "/api/health"] {
        let health = read(&server.rest, path).await;
        assert_eq!((&health["status"], &health["engine_running"]), (&json!("healthy"), &json!(false)));
        assert_eq!((&health["service"], &health["version"]), (&json!("graphroom"), &json!("0.1.0")));
        let timestamp = health["timestamp"].as_str().unwrap();
        assert!(timestamp.ends_with('Z') && timestamp.len() == "2026-11-20T12:32:35.166050Z".len());
        assert_eq!(keys(&health).len(), 5, "{health}");
    }
    assert!(!read(&server.rest, "/api/limitations").await.as_array().unwrap().is_empty());
    let session_id = session(&server.rest).await;
    signal(&server.rest, &session_id, "turn.started", json!({})).await;
    for path in ["/health", "/api/health"] {
        let health = read(&server.rest, path).await;
        assert_eq!((&health["status"], &health["engine_running"]), (&json!("healthy"), &json!(true)));
    }
    server.stop().await;
}

#[tokio::test]
async fn without_an_engine_the_state_is_503_and_a_wrong_limit_is_422_all_the_same() {
    let server = TestServer::start().await;
    let session_id = session(&server.rest).await;
    let expected = json!({ "detail": "Engine not initialized", "code": "ENGINE_UNAVAILABLE" });
    for route in ROUTES {
        for path in [route.to_owned(), format!("{route}?session_id={session_id}")] {
            assert_eq!(ask(&server.rest, &path).await, (StatusCode::SERVICE_UNAVAILABLE, expected.clone()));
        }
        let unknown = format!("{route}?session_id=00000000-0000-4000-8000-000000000000");
        let not_found = json!({ "detail": "Session not found", "code": "INVALID_SESSION" });
        assert_eq!(ask(&server.rest, &unknown).await, (StatusCode::NOT_FOUND, not_found));
    }
    for limit in ["abc", "", "5.5"] {
        let (status, answer) = ask(&server.rest, &format!("/api/conversation/history?limit={limit}")).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{answer}");
        let msg = "Input should be a valid integer, unable to parse string as an integer";
        let fault = json!({ "type": "int_parsing", "loc": ["query", "limit"], "msg": msg });
        assert_eq!(answer, json!({ "detail": [fault], "code": "INVALID_REQUEST" }));
    }
    server.stop().await;
}

#[tokio::test]
async fn the_phase_is_told_with_those_before_and_behind_it() {
    let server = TestServer::start().await;
    let session_id = session(&server.rest).await;
    exam(&server.rest, &session_id).await;
    let phase = read(&server.rest, &format!("/api/state/phase?session_id={session_id}")).await;
    let one = |id: &str, name: &str, status: &str, duration_sec: Value| json!({ "id": id, "name": name, "status": status, "duration_sec": duration_sec });
    assert_eq!(phase["progress"][1], one("part1", "Part 1 Questions", "active", Value::Null));
    assert_eq!(phase["progress"][2], one("part2", "Part 2", "upcoming", Value::Null));
    assert_eq!(phase["progress"][0], one("greeting", "Greeting", "completed", json!(5.2)));
    assert_eq!((&phase["current_phase_id"], &phase["phase_index"]), (&json!("part1"), &json!(1)));
    assert_eq!((&phase["total_phases"], &phase["phase_name"]), (&json!(3), &json!("Part 1 Questions")));
    assert_eq!(phase["phase_profile"], "ielts_full_exam");
    // The keys stand in the order in which such clients show them.
    let text = server.rest.at(Method::GET, "/api/state/phase").send().await.unwrap().text().await.unwrap();
    let places =
        ["current_phase_id", "phase_index", "total_phases", "phase_name", "phase_profile", "progress"]
            .map(|key| text.find(&format!("\"{key}\"")).unwrap());
    assert!(places.is_sorted(), "{text}");
    server.stop().await;
}

#[tokio::test]
async fn an_engine_in_no_phase_has_a_state_and_no_phase() {
    let server = TestServer::start().await;
    let session_id = session(&server.rest).await;
    signal(&server.rest, &session_id, "vad.speech_started", json!({})).await;
    let (status, answer) = ask(&server.rest, "/api/state/phase").await;
    let expected = json!({ "detail": "No active phase", "code": "NO_ACTIVE_PHASE" });
    assert_eq!((status, answer), (StatusCode::BAD_REQUEST, expected));
    let state = read(&server.rest, "/api/state").await;
    let phase = json!({ "current_phase_id": "unknown", "phase_index": 0, "total_phases": 0,
        "phase_name": "Unknown", "phase_profile": "single_profile", "progress": [] });
    assert_eq!(state["phase"], phase);
    assert_eq!((&state["turn_id"], &state["history"]), (&json!(0), &json!([])));
    assert_eq!(state["is_processing"], false);
    signal(&server.rest, &session_id, "phase.transition_complete", json!({ "new_phase": "new" })).await;
    assert_eq!(read(&server.rest, "/api/state/phase").await["phase_name"], "Unknown Phase");
    server.stop().await;
}

#[tokio::test]
async fn who_speaks_is_told_from_the_first_word_to_the_last() {
    let server = TestServer::start().await;
    let session_id = session(&server.rest).await;
    let speaker = async || read(&server.rest, "/api/state/speaker").await;
    signal(&server.rest, &session_id, "custom.ready", json!({})).await;
    let silence = speaker().await;
    assert_eq!((&silence["speaker"], &silence["phase_id"]), (&json!("silence"), &Value::Null));
    assert!(silence["timestamp"].is_f64() && keys(&silence).len() == 3, "{silence}");
    for (name, expected) in [
        ("vad.speech_started", "human"),
        ("vad.speech_ended", "silence"),
        ("tts.speaking_started", "ai"),
        ("conversation.interrupted", "silence"),
    ] {
        signal(&server.rest, &session_id, name, json!({ "turn_id": 1, "phase_id": "part1" })).await;
        let now = speaker().await;
        assert_eq!((&now["speaker"], &now["phase_id"]), (&json!(expected), &json!("part1")), "{name}");
        let state = read(&server.rest, "/api/state").await;
        assert_eq!((&state["speaker"], &state["is_processing"]), (&now, &json!(expected == "ai")));
    }
    server.stop().await;
}

#[tokio::test]
async fn turns_have_their_own_numbers_and_all_of_them_are_counted() {
    let server = TestServer::start().await;
    let session_id = session(&server.rest).await;
    for n in 1..=30 {
        let said = json!({ "turn_id": n, "human_transcript": format!("Question {n}"),
            "ai_transcript": format!("Answer {n}"), "total_latency_ms": 100 + n, "phase_id": "part1",
            "timestamp": 1_700_000_000 + n });
        signal(&server.rest, &session_id, "turn.completed", said).await;
    }
    let history = async |query: &str| read(&server.rest, &format!("/api/conversation/history{query}")).await;
    let all = history("").await;
    assert_eq!((all["turns"].as_array().unwrap().len(), &all["total"]), (50, &json!(60)));
    let last = json!({ "turn_id": 30, "speaker": "ai", "transcript": "Answer 30", "timestamp": 1_700_000_030.0,
        "phase_id": "part1", "duration_sec": 0.0, "latency_ms": 130 });
    assert_eq!(all["turns"][49], last);
    let before = json!({ "turn_id": 30, "speaker": "human", "transcript": "Question 30",
        "timestamp": 1_700_000_030.0, "phase_id": "part1", "duration_sec": 0.0, "latency_ms": null });
    assert_eq!(all["turns"][48], before);
    for (query, count) in [("?limit=1", 1), ("?limit=-5", 1), ("?limit=0", 1), ("?limit=900", 60)] {
        let some = history(query).await;
        assert_eq!((some["turns"].as_array().unwrap().len(), &some["total"]), (count, &json!(60)), "{query}");
        assert_eq!(some["turns"].as_array().unwrap().last(), Some(&last));
    }
    let state = read(&server.rest, "/api/state").await;
    assert_eq!((state["history"].as_array().unwrap().len(), &state["turn_id"]), (20, &json!(30)));
    assert_eq!(state["history"].as_array().unwrap()[..], all["turns"].as_array().unwrap()[30..]);
    assert_eq!(keys(&state).len(), 5, "{state}");
    server.stop().await;
}

#[tokio::test]
async fn a_turn_that_is_told_as_it_is_spoken_is_one_turn() {
    let server = TestServer::start().await;
    let session_id = session(&server.rest).await;
    for transcript in ["I wo", "I work in", "I work in Leeds"] {
        let payload = json!({ "speaker": "human", "transcript": transcript, "turn_id": 7 });
        let event = json!({ "event_type": "turn_update", "payload": payload, "turn_id": 7, "phase_id": "p" });
        publish(&server.rest, &session_id, event).await;
    }
    let ended = json!({ "turn_id": 7, "duration_sec": 3.25 });
    signal(&server.rest, &session_id, "vad.speech_ended", ended).await;
    let history = read(&server.rest, "/api/conversation/history").await;
    assert_eq!((history["turns"].as_array().unwrap().len(), &history["total"]), (1, &json!(1)));
    let turn = &history["turns"][0];
    assert_eq!((&turn["transcript"], &turn["duration_sec"]), (&json!("I work in Leeds"), &json!(3.25)));
    assert_eq!((&turn["turn_id"], &turn["phase_id"]), (&json!(7), &json!("p")));
    server.stop().await;
}

#[tokio::test]
async fn who_names_no_session_is_told_of_the_one_where_something_was_published_last() {
    let server = TestServer::start().await;
    let (one, other) = (session(&server.rest).await, session(&server.rest).await);
    let turn = async |query: &str| read(&server.rest, &format!("/api/state{query}")).await["turn_id"].clone();
    let begin = async |id: &str, n: u64| {
        signal(&server.rest, id, "turn.started", json!({ "turn_id": n })).await;
    };
    begin(&one, 11).await;
    assert_eq!(turn("").await, 11);
    begin(&other, 22).await;
    assert_eq!((turn("").await, turn("?session_id=").await), (json!(22), json!(22)));
    begin(&one, 12).await;
    assert_eq!(turn("").await, 12);
    assert_eq!(turn(&format!("?session_id={other}")).await, 22);
    server.stop().await;
}

#[tokio::test]
async fn nobody_is_told_of_an_engine_in_a_session_that_it_may_not_read() {
    let guarded = Guarded::start().await;
    let (project, own) = (guarded.project(&[("ann", "viewer")]).await, guarded.project(&[]).await);
    let owner = guarded.rest("owner");
    signal(&owner, &project.session_id, "turn.started", json!({ "turn_id": 1 })).await;
    signal(&owner, &own.session_id, "turn.started", json!({ "turn_id": 2 })).await;
    assert_eq!(read(&guarded.rest("ann"), "/api/state").await["turn_id"], 1);
    assert_eq!(read(&owner, "/api/state").await["turn_id"], 2);
    for route in ROUTES {
        let (status, answer) = ask(&guarded.rest("eve"), route).await;
        assert_eq!(
            (status, &answer["code"]),
            (StatusCode::SERVICE_UNAVAILABLE, &json!("ENGINE_UNAVAILABLE"))
        );
        let path = format!("{route}?session_id={}", project.session_id);
        let (status, answer) = ask(&guarded.rest("eve"), &path).await;
        assert_eq!((status, &answer["code"]), (StatusCode::NOT_FOUND, &json!("INVALID_SESSION")));
        assert_eq!(ask(&guarded.server.rest, route).await.0, StatusCode::UNAUTHORIZED);
    }
    guarded.stop().await;
}

#[tokio::test]
async fn the_state_is_made_from_what_was_published_before_a_restart_once_the_engine_is_back() {
    let directory = tempfile::tempdir().unwrap();
    let server = TestServer::start_in(directory.path()).await;
    let project = server.rest.project().await;
    exam(&server.rest, &project.session_id).await;
    server.stop().await;
    let server = TestServer::start_in(directory.path()).await;
    assert_eq!(ask(&server.rest, "/api/state").await.0, StatusCode::SERVICE_UNAVAILABLE);
    signal(&server.rest, &project.session_id, "turn.started", json!({ "turn_id": 2 })).await;
    let state = read(&server.rest, "/api/state").await;
    assert_eq!((&state["turn_id"], &state["is_processing"]), (&json!(2), &json!(true)));
    assert_eq!(state["phase"]["phase_name"], "Part 1 Questions");
    let said = state["history"].as_array().unwrap().iter().map(|turn| turn["transcript"].as_str().unwrap());
    assert_eq!(said.collect::<Vec<_>>(), ["Good morning", "Welcome"]);
    server.stop().await;
}
