//! Publishing: what is taken, what is refused, and how much of it there may be.
//!
//! Proves FEED-1, FEED-3, FEED-4 and FEED-5 (docs/behaviour.md).

use reqwest::StatusCode;
use serde_json::json;

use super::{begin, is_name, publish, publish_many, resume, signal};
use crate::support::TestServer;

#[tokio::test]
async fn a_published_event_is_answered_and_told_with_everything_that_was_said() {
    let server = TestServer::start().await;
    let (mut socket, session_id) = begin(&server).await;
    let payload = json!({ "speaker": "human", "transcript": "Hi", "turn_id": 3 });
    let event =
        json!({ "event_type": "turn_update", "payload": payload, "phase_id": "part1", "turn_id": 3.0 });
    let (status, answer) = server.rest.post(&format!("/sessions/{session_id}/events"), event).await;
    assert_eq!(status, StatusCode::CREATED, "{answer}");
    assert_eq!((&answer["duplicate"], &answer["n"]), (&json!(false), &json!(1)));
    let told = socket.next().await;
    let expected = json!({ "message_id": answer["message_id"], "event_type": "turn_update",
        "timestamp": answer["timestamp"], "payload": payload, "phase_id": "part1", "turn_id": 3 });
    assert_eq!(told, expected);
    assert!(is_name(&told["message_id"]) && told["timestamp"].is_f64(), "{told}");
    server.stop().await;
}

#[tokio::test]
async fn voice_speech_and_phase_events_reach_the_client_as_they_are() {
    let server = TestServer::start().await;
    let (mut socket, session_id) = begin(&server).await;
    let events = [
        ("signal", json!({ "event_name": "vad.speech_started", "timestamp": 1.5, "turn_id": 1 })),
        ("signal", json!({ "event_name": "tts.speaking_ended", "timestamp": 2.5, "turn_id": 1 })),
        ("phase_change", json!({ "old_phase": "greeting", "new_phase": "part1" })),
        ("turn_update", json!({ "speaker": "ai", "transcript": "Hello", "turn_id": 1 })),
    ];
    for (event_type, payload) in events {
        publish(&server, &session_id, json!({ "event_type": event_type, "payload": payload })).await;
        let told = socket.next().await;
        assert_eq!((&told["event_type"], &told["payload"]), (&json!(event_type), &payload));
    }
    server.stop().await;
}

#[tokio::test]
async fn an_event_of_the_same_name_is_published_once() {
    let server = TestServer::start().await;
    let (mut socket, session_id) = begin(&server).await;
    let path = format!("/sessions/{session_id}/events");
    let event = json!({ "event_type": "signal", "payload": { "n": 1 }, "message_id": "own-1" });
    let (_, first) = server.rest.post(&path, event.clone()).await;
    let (status, second) = server.rest.post(&path, event).await;
    assert_eq!((status, &second["duplicate"]), (StatusCode::OK, &json!(true)), "{second}");
    assert_eq!((&second["n"], &second["timestamp"]), (&first["n"], &first["timestamp"]));
    let next = publish(&server, &session_id, signal(2)).await;
    assert_eq!(super::names(&mut socket, 2).await, ["own-1".to_owned(), next]);
    server.stop().await;
}

#[tokio::test]
async fn what_is_no_event_is_refused_and_nobody_is_told() {
    let server = TestServer::start().await;
    let (mut socket, session_id) = begin(&server).await;
    let path = format!("/sessions/{session_id}/events");
    let long = "x".repeat(129);
    for event in [
        json!({}),
        json!({ "event_type": "" }),
        json!({ "event_type": 5 }),
        json!({ "event_type": long }),
        json!({ "event_type": "heartbeat" }),
        json!({ "event_type": "session_created" }),
        json!({ "event_type": "rate_limit_exceeded" }),
        json!({ "event_type": "signal", "payload": [] }),
        json!({ "event_type": "signal", "message_id": "" }),
        json!({ "event_type": "signal", "message_id": long }),
        json!({ "event_type": "signal", "message_id": "msg_80000001" }),
        json!({ "event_type": "signal", "turn_id": "1" }),
        json!({ "event_type": "signal", "turn_id": 1.5 }),
        json!({ "event_type": "signal", "phase_id": 1 }),
    ] {
        let (status, answer) = server.rest.post(&path, event.clone()).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{event}: {answer}");
        assert_eq!(answer["error"]["code"], "INVALID_REQUEST");
    }
    let large = json!({ "event_type": "signal", "payload": { "text": "x".repeat(64 * 1024) } });
    let (status, answer) = server.rest.post(&path, large).await;
    assert_eq!(
        (status, &answer["error"]["code"]),
        (StatusCode::PAYLOAD_TOO_LARGE, &json!("PAYLOAD_TOO_LARGE"))
    );
    let unknown = "/sessions/00000000-0000-4000-8000-000000000000/events";
    let (status, answer) = server.rest.post(unknown, signal(1)).await;
    assert_eq!((status, &answer["error"]["code"]), (StatusCode::NOT_FOUND, &json!("INVALID_SESSION")));
    let name = publish(&server, &session_id, signal(1)).await;
    assert_eq!(socket.next().await["message_id"], name.as_str());
    server.stop().await;
}

#[tokio::test]
async fn the_thousand_and_first_event_of_a_minute_is_refused_and_clients_are_told_once() {
    let server = TestServer::start().await;
    let (mut one, session_id) = begin(&server).await;
    let mut other = resume(&server, &session_id).await;
    publish_many(&server, &session_id, 1..=1_000).await;
    for _ in 0..2 {
        let (status, answer) = server.rest.post(&format!("/sessions/{session_id}/events"), signal(0)).await;
        assert_eq!(
            (status, &answer["error"]["code"]),
            (StatusCode::TOO_MANY_REQUESTS, &json!("RATE_LIMITED"))
        );
        assert_eq!(answer["error"]["details"]["limit"], "events_per_minute");
        assert!(answer["error"]["details"]["retry_after_ms"].as_u64().unwrap() <= 60_000, "{answer}");
    }
    let mut told = Vec::new();
    for socket in [&mut one, &mut other] {
        for n in 1..=1_000 {
            assert_eq!(socket.next().await["payload"]["n"], n);
        }
        let exceeded = socket.next().await;
        assert_eq!(
            (&exceeded["event_type"], &exceeded["payload"]["limit"]),
            (&json!("rate_limit_exceeded"), &json!(1_000))
        );
        told.push(exceeded);
    }
    assert_eq!(told[0], told[1]);
    // Once a minute: what comes next is something else. Another session has a rate of its own.
    let (_, page) = server.rest.get(&format!("/sessions/{session_id}/events?kind=published&limit=1")).await;
    assert_eq!(page["head"], 1_000, "what was refused is not kept");
    let (mut elsewhere, session_id) = begin(&server).await;
    publish(&server, &session_id, signal(7)).await;
    assert_eq!(elsewhere.next().await["payload"]["n"], 7);
    server.stop().await;
}

#[tokio::test]
async fn an_error_that_is_published_reaches_the_clients_and_is_the_sessions_state() {
    let server = TestServer::start().await;
    let (mut socket, session_id) = begin(&server).await;
    publish(&server, &session_id, json!({ "event_type": "error", "payload": { "error": "broken" } })).await;
    assert_eq!(socket.next().await["event_type"], "error");
    let state = async || server.rest.get(&format!("/sessions/{session_id}/info")).await.1["state"].clone();
    assert_eq!(state().await, "error");
    publish(&server, &session_id, signal(1)).await;
    assert_eq!(state().await, "active");
    server.stop().await;
}

#[tokio::test]
async fn what_was_published_is_read_by_pages() {
    let server = TestServer::start().await;
    let (_socket, session_id) = begin(&server).await;
    let names = publish_many(&server, &session_id, 1..=5).await;
    let page = async |query: &str| {
        let (status, page) = server.rest.get(&format!("/sessions/{session_id}/events{query}")).await;
        assert_eq!(status, StatusCode::OK, "{page}");
        let events = page["events"].as_array().unwrap().iter();
        let names: Vec<_> = events.map(|event| event["message_id"].as_str().unwrap().to_owned()).collect();
        (names, page["seq"].as_u64().unwrap(), page["head"].as_u64().unwrap(), page["mode"].clone())
    };
    assert_eq!(page("?kind=published").await, (names.clone(), 5, 5, json!("tail")));
    assert_eq!(page("?kind=published&limit=2").await, (names[3..].to_vec(), 5, 5, json!("tail")));
    let behind = "?kind=published&since=published:1&limit=2";
    assert_eq!(page(behind).await, (names[1..3].to_vec(), 3, 5, json!("tail")));
    assert_eq!(page("?kind=published&since=published:5").await, (vec![], 5, 5, json!("current")));
    assert_eq!(page("?kind=graph").await, (vec![], 0, 0, json!("current")));
    assert_eq!(page("?kind=all&limit=2").await.0, names[3..]);
    for wrong in
        ["?kind=other", "?kind=all&since=published:1", "?kind=published&since=x:1", "?kind=published&wait=1"]
    {
        let (status, _) = server.rest.get(&format!("/sessions/{session_id}/events{wrong}")).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{wrong}");
    }
    server.stop().await;
}
