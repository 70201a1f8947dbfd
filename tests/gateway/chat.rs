//! `/ws/chat` as its clients know it: frame for frame, and what becomes of those who do not behave.

use std::time::Duration;

use graphroom::app::Parts;
use graphroom::conversation::assistant::Settings;
use graphroom::identity::Mode;
use graphroom::transport::gateway::chat::ChatRules;
use reqwest::Method;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use crate::support::ollama::{Gate, OllamaStub, Script};
use crate::support::plain_socket::PlainSocket;
use crate::support::python::python;
use crate::support::{TestServer, until};

/// A server with an assistant, and that.
async fn server(change: impl FnOnce(&mut Parts)) -> (TestServer, OllamaStub) {
    let stub = OllamaStub::start().await;
    let mut settings = Settings::new(stub.url(), "small");
    settings.times.before_retry = Duration::from_millis(1);
    let server = TestServer::start_allowing(|parts| {
        parts.assistant = Some(settings);
        change(parts);
    })
    .await;
    (server, stub)
}

/// The tokens of a client that may have any name.
async fn tokens(server: &TestServer, client_id: &str) -> Value {
    let body = json!({ "client_id": client_id, "device_name": "laptop", "device_type": "python" });
    let (status, pair) = server.rest.send(server.rest.at(Method::POST, "/auth/token").json(&body)).await;
    assert_eq!(status, 200, "{pair}");
    pair
}

async fn token(server: &TestServer, client_id: &str) -> String {
    tokens(server, client_id).await["access_token"].as_str().unwrap().to_owned()
}

/// A client that was let in, and its first frame.
async fn connect(server: &TestServer, client_id: &str) -> (PlainSocket, Value) {
    let token = token(server, client_id).await;
    let mut socket = PlainSocket::connect(server.address, &format!("/ws/chat?token={token}"), &[]).await;
    let ack = socket.next().await;
    assert_eq!(ack["type"], "connection_ack", "{ack}");
    (socket, ack)
}

/// The frames up to the one that ends an answer.
async fn answer(socket: &mut PlainSocket) -> (String, Value) {
    let mut text = String::new();
    loop {
        let frame = socket.next().await;
        match frame["type"].as_str() {
            Some("token") => text.push_str(frame["token"].as_str().unwrap()),
            Some("ping") => {}
            _ => return (text, frame),
        }
    }
}

fn assert_has_time(frame: &Value) {
    let timestamp = frame["timestamp"].as_str().unwrap_or_else(|| panic!("no timestamp in {frame}"));
    assert!(
        timestamp.ends_with('Z') && timestamp.len() == "2026-11-20T12:30:24.783676Z".len(),
        "{timestamp}"
    );
}

#[tokio::test]
async fn the_first_frame_says_who_and_which_session_it_is() {
    let (server, _stub) = server(|_| {}).await;
    let (_socket, ack) = connect(&server, "desk").await;
    assert_eq!(ack["client_id"], "desk");
    assert!(uuid::Uuid::parse_str(ack["session_id"].as_str().unwrap()).is_ok(), "{ack}");
    assert_has_time(&ack);
    server.stop().await;
}

#[tokio::test]
async fn a_question_is_answered_token_by_token_and_then_counted() {
    let (server, stub) = server(|_| {}).await;
    stub.say(["Once", " upon", " a time"]);
    let (mut socket, _) = connect(&server, "desk").await;
    let question = json!({ "type": "chat", "content": "Tell me a story", "conversation_id": "cv", "use_rag": false,
        "timestamp": "2026-11-20T12:30:24.783676" });
    socket.send(&question).await;
    let first = socket.next().await;
    assert_eq!((&first["type"], &first["token"]), (&json!("token"), &json!("Once")));
    assert_eq!(first["conversation_id"], "cv");
    assert_has_time(&first);
    let (rest, complete) = answer(&mut socket).await;
    assert_eq!(rest, " upon a time");
    assert_eq!((&complete["type"], &complete["conversation_id"]), (&json!("complete"), &json!("cv")));
    assert!(complete["total_tokens"].as_u64().unwrap() > 0, "{complete}");
    assert!(complete["latency_ms"].as_f64().unwrap() > 0.0, "{complete}");
    assert_has_time(&complete);
    server.stop().await;
}

#[tokio::test]
async fn what_was_said_in_a_conversation_is_known_to_the_assistant_by_the_clients_own_word() {
    let (server, stub) = server(|_| {}).await;
    let (mut one, _) = connect(&server, "desk").await;
    one.send(&json!({ "type": "chat", "content": "I am Ann", "conversation_id": "cv" })).await;
    answer(&mut one).await;
    drop(one);
    let (mut again, _) = connect(&server, "desk").await;
    again.send(&json!({ "type": "chat", "content": "Who am I?", "conversation_id": "cv" })).await;
    answer(&mut again).await;
    let (mut other, _) = connect(&server, "phone").await;
    other.send(&json!({ "type": "chat", "content": "Who am I?", "conversation_id": "cv" })).await;
    answer(&mut other).await;
    let said = |asked: usize| {
        let messages = stub.asked()[asked].body["messages"].clone();
        messages
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["content"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(said(1), ["I am Ann", "Hello there", "Who am I?"]);
    assert_eq!(said(2), ["Who am I?"], "the same word of another client is another conversation");
    server.stop().await;
}

#[tokio::test]
async fn several_answers_at_once_are_told_apart_by_their_conversations() {
    let (server, stub) = server(|_| {}).await;
    let gate = Gate::new();
    stub.plan(Script::new().text("slow").wait(&gate).text(" end").done("stop", 2));
    stub.say(["quick"]);
    let (mut socket, _) = connect(&server, "desk").await;
    socket.send(&json!({ "type": "chat", "content": "1", "conversation_id": "a" })).await;
    stub.until_asked(1).await;
    socket.send(&json!({ "type": "chat", "content": "2", "conversation_id": "b" })).await;
    let mut texts = std::collections::BTreeMap::<String, String>::new();
    let mut ended = Vec::new();
    while ended.len() < 2 {
        let frame = socket.next().await;
        let word = frame["conversation_id"].as_str().unwrap_or_default().to_owned();
        match frame["type"].as_str() {
            Some("token") => texts.entry(word).or_default().push_str(frame["token"].as_str().unwrap()),
            Some("complete") => {
                ended.push(word);
                gate.open();
            }
            _ => panic!("{frame}"),
        }
    }
    assert_eq!(ended, ["b", "a"]);
    assert_eq!((texts["a"].as_str(), texts["b"].as_str()), ("slow end", "quick"));
    server.stop().await;
}

#[tokio::test]
async fn options_reach_the_model_and_those_that_are_not_allowed_are_refused() {
    let (server, stub) = server(|_| {}).await;
    let (mut socket, _) = connect(&server, "desk").await;
    let asked =
        json!({ "type": "chat", "content": "Hi", "model": "small", "temperature": 0, "max_tokens": 5 });
    socket.send(&asked).await;
    answer(&mut socket).await;
    let body = stub.asked()[0].body.clone();
    assert_eq!((&body["model"], &body["options"]["num_predict"]), (&json!("small"), &json!(5)));
    assert_eq!(body["options"]["temperature"].as_f64(), Some(0.0));
    for wrong in [json!({ "model": "huge" }), json!({ "temperature": 3 }), json!({ "max_tokens": 100_000 })] {
        let mut frame = json!({ "type": "chat", "content": "Hi", "conversation_id": "cv" });
        frame.as_object_mut().unwrap().extend(wrong.as_object().unwrap().clone());
        socket.send(&frame).await;
        let (text, error) = answer(&mut socket).await;
        assert_eq!((text.as_str(), &error["type"]), ("", &json!("error")), "{wrong}");
        assert_eq!(
            (&error["code"], &error["conversation_id"]),
            (&json!("INVALID_MESSAGE"), &json!("cv")),
            "{wrong}"
        );
    }
    assert_eq!(stub.asked().len(), 1);
    server.stop().await;
}

#[tokio::test]
async fn what_cannot_be_read_is_told_and_ends_nothing() {
    let (server, _stub) = server(|_| {}).await;
    let (mut socket, _) = connect(&server, "desk").await;
    let table: [(&str, &str); 8] = [
        ("not valid json", "INVALID_JSON"),
        ("", "INVALID_JSON"),
        ("[]", "INVALID_MESSAGE"),
        ("5", "INVALID_MESSAGE"),
        (r#"{"type":"chat"}"#, "INVALID_MESSAGE"),
        (r#"{"type":"chat","content":5}"#, "INVALID_MESSAGE"),
        (r#"{"type":"chat","content":"x","temperature":"hot"}"#, "INVALID_MESSAGE"),
        (r#"{"type":"chat","content":"x","conversation_id":7}"#, "INVALID_MESSAGE"),
    ];
    for (text, code) in table {
        socket.send_message(Message::text(text)).await;
        let error = socket.next().await;
        assert_eq!((&error["type"], &error["code"]), (&json!("error"), &json!(code)), "{text}");
        let prefix = if code == "INVALID_JSON" { "Invalid JSON format" } else { "Invalid message format: " };
        assert!(error["error"].as_str().unwrap().starts_with(prefix), "{error}");
        assert_has_time(&error);
    }
    socket.send_message(Message::binary(vec![1, 2])).await;
    assert_eq!(socket.next().await["code"], "INVALID_MESSAGE");
    for silent in
        [json!({}), json!({ "type": "ping" }), json!({ "type": "pong" }), json!({ "type": "later" })]
    {
        socket.send(&silent).await;
    }
    socket.send(&json!({ "type": "chat", "content": "Hi" })).await;
    let (text, complete) = answer(&mut socket).await;
    assert_eq!((text.as_str(), &complete["type"]), ("Hello there", &json!("complete")));
    server.stop().await;
}

#[tokio::test]
async fn a_model_that_fails_is_told_with_its_conversation_and_the_connection_goes_on() {
    let (server, stub) = server(|_| {}).await;
    let (mut socket, _) = connect(&server, "desk").await;
    stub.plan(Script::new().text("Half").reset());
    socket.send(&json!({ "type": "chat", "content": "Hi", "conversation_id": "cv" })).await;
    let (text, error) = answer(&mut socket).await;
    assert!(text.is_empty() || text == "Half", "{text}");
    assert_eq!((&error["type"], &error["code"]), (&json!("error"), &json!("GENERATION_ERROR")));
    assert_eq!(error["conversation_id"], "cv");
    let told = error["error"].as_str().unwrap();
    assert!(told.starts_with("Generation failed: ") && !told.contains("127.0.0.1"), "{told}");
    socket.send(&json!({ "type": "chat", "content": "Again", "conversation_id": "cv" })).await;
    assert_eq!(answer(&mut socket).await.1["type"], "complete");
    server.stop().await;
}

#[tokio::test]
async fn without_a_model_it_is_said_so() {
    let server = TestServer::start().await;
    let (mut socket, _) = connect(&server, "desk").await;
    socket.send(&json!({ "type": "chat", "content": "Hi" })).await;
    assert_eq!(answer(&mut socket).await.1["code"], "ASSISTANT_UNAVAILABLE");
    let health = server.rest.send(server.rest.at(Method::GET, "/ws/health")).await.1;
    assert_eq!((&health["ollama_status"], &health["assistant"]), (&json!("unhealthy"), &json!("none")));
    server.stop().await;
}

#[tokio::test]
async fn a_model_that_is_away_is_told_from_none() {
    let (server, stub) = server(|parts| {
        parts.assistant.iter_mut().for_each(|settings| settings.times.health_kept = Duration::ZERO);
    })
    .await;
    let health = async || server.rest.send(server.rest.at(Method::GET, "/ws/health")).await.1;
    let how = |health: Value| (health["ollama_status"].clone(), health["assistant"].clone());
    assert_eq!(how(health().await), (json!("healthy"), json!("answers")));
    drop(stub);
    until("it is seen to be away", async || how(health().await) == (json!("unhealthy"), json!("away"))).await;
    server.stop().await;
}

#[tokio::test]
async fn nobody_is_let_in_without_an_access_token_that_counts() {
    let (server, _stub) = server(|_| {}).await;
    let pair = tokens(&server, "desk").await;
    let refresh = pair["refresh_token"].as_str().unwrap();
    let revoked = token(&server, "desk").await;
    let body = json!({ "token": revoked });
    let revoke = server.rest.at(Method::POST, "/auth/revoke").bearer_auth(&revoked).json(&body);
    assert_eq!(server.rest.send(revoke).await.0, 200);
    for query in [
        String::new(),
        "?token=".into(),
        "?token=junk".into(),
        format!("?token={refresh}"),
        format!("?token={revoked}"),
    ] {
        let mut socket = PlainSocket::connect(server.address, &format!("/ws/chat{query}"), &[]).await;
        assert_eq!(socket.closed().await.code, 1008, "{query}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_token_may_come_in_a_header_or_beside_the_subprotocol() {
    let (server, _stub) = server(|parts| parts.credentials.mode = Mode::Open).await;
    let token = token(&server, "desk").await;
    let header = format!("Bearer {token}");
    let mut socket = PlainSocket::connect(server.address, "/ws/chat", &[("authorization", &header)]).await;
    assert_eq!(socket.next().await["client_id"], "desk");
    let offered = format!("bearer, {token}");
    let mut socket =
        PlainSocket::connect(server.address, "/ws/chat", &[("sec-websocket-protocol", &offered)]).await;
    assert_eq!(socket.subprotocol.as_deref(), Some("bearer"));
    assert_eq!(socket.next().await["client_id"], "desk");
    server.stop().await;
}

#[tokio::test]
async fn one_too_many_of_all_or_of_a_client_is_closed_before_any_frame() {
    let rules = ChatRules { connections: 3, connections_of_a_client: 2, ..ChatRules::default() };
    let (server, _stub) = server(|parts| parts.chat = rules).await;
    let (one, _) = connect(&server, "desk").await;
    let (_two, _) = connect(&server, "desk").await;
    let refused = async |client_id: &str| {
        let token = token(&server, client_id).await;
        let path = format!("/ws/chat?token={token}");
        PlainSocket::connect(server.address, &path, &[]).await.next_or_closed().await.unwrap_err()
    };
    let closed = refused("desk").await;
    assert_eq!((closed.code, closed.reason.as_str()), (1013, ""));
    let (_three, _) = connect(&server, "phone").await;
    assert_eq!(refused("tablet").await.code, 1013);
    drop(one);
    until("the place is free again", async || sessions(&server, "desk").await["total_sessions"] == 2).await;
    connect(&server, "desk").await;
    server.stop().await;
}

async fn sessions(server: &TestServer, client_id: &str) -> Value {
    let token = token(server, client_id).await;
    let request = server.rest.at(Method::GET, "/ws/sessions").bearer_auth(token);
    let (status, list) = server.rest.send(request).await;
    assert_eq!(status, 200, "{list}");
    list
}

#[tokio::test]
async fn who_says_nothing_is_asked_whether_it_lives_then_told_and_closed() {
    let rules = ChatRules {
        ping_every: Duration::from_millis(200),
        idle: Duration::from_secs(3),
        ..ChatRules::default()
    };
    let (server, _stub) = server(|parts| parts.chat = rules).await;
    let (mut socket, _) = connect(&server, "desk").await;
    let ping = socket.next().await;
    assert_eq!(ping["type"], "ping");
    assert_has_time(&ping);
    let (mut frames, mut last) = (0, Value::Null);
    let closed = loop {
        match socket.next_or_closed().await {
            Ok(frame) => {
                frames += 1;
                last = frame;
            }
            Err(closed) => break closed,
        }
    };
    assert!(frames > 1, "pings go on");
    assert_eq!((&last["type"], &last["level"]), (&json!("system"), &json!("warning")));
    assert_eq!(last["message"], "Connection timeout - please reconnect");
    assert_eq!(closed.code, 1001);
    server.stop().await;
}

#[tokio::test]
async fn a_client_that_goes_stops_its_answer() {
    let (server, stub) = server(|_| {}).await;
    stub.plan(Script::new().text("On and on").hang());
    let (mut socket, _) = connect(&server, "desk").await;
    socket.send(&json!({ "type": "chat", "content": "Hi" })).await;
    assert_eq!(socket.next().await["token"], "On and on");
    drop(socket);
    stub.until_hung_up_on(0).await;
    server.stop().await;
}

#[tokio::test]
async fn an_answer_can_be_cancelled_and_what_was_said_counts() {
    let (server, stub) = server(|_| {}).await;
    stub.plan(Script::new().text("On and on").hang());
    let (mut socket, _) = connect(&server, "desk").await;
    socket.send(&json!({ "type": "chat", "content": "Hi", "conversation_id": "cv" })).await;
    assert_eq!(socket.next().await["token"], "On and on");
    socket.send(&json!({ "type": "cancel", "conversation_id": "cv" })).await;
    let (_, complete) = answer(&mut socket).await;
    assert_eq!((&complete["type"], &complete["reason"]), (&json!("complete"), &json!("cancelled")));
    stub.until_hung_up_on(0).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_reads_nothing_for_a_while_gets_every_answer_to_its_end() {
    const ANSWERS: usize = 8;
    let (server, stub) = server(|_| {}).await;
    let piece = "x".repeat(1_000);
    stub.always(Script::says(std::iter::repeat_n(piece.as_str(), 800)));
    let path = format!("/ws/chat?token={}", token(&server, "desk").await);
    let mut socket = PlainSocket::try_connect(server.address, &path, &[], Some(4_096)).await.unwrap();
    for n in 0..ANSWERS {
        socket.send(&json!({ "type": "chat", "content": "More", "conversation_id": format!("c{n}") })).await;
    }
    let desk = server.rest.named("desk");
    let all_is_said = async |answers: usize| {
        until("all of it is said", async || {
            let (_, list) = desk.get("/conversations").await;
            let conversations = list["conversations"].as_array().unwrap();
            conversations.len() == answers && conversations.iter().all(|one| one["head"] == 2)
        })
        .await;
    };
    all_is_said(ANSWERS).await;
    // It begins behind all that waits.
    stub.say([piece.as_str()]);
    socket.send(&json!({ "type": "chat", "content": "And more", "conversation_id": "last" })).await;
    all_is_said(ANSWERS + 1).await;
    let (mut texts, mut ended) = (std::collections::BTreeMap::<String, usize>::new(), 0);
    let (mut frames, mut tokens) = (0_u64, 0_u64);
    while ended <= ANSWERS {
        let frame = socket.next().await;
        frames += 1;
        tokens += u64::from(frame["type"] == "token");
        let word = frame["conversation_id"].as_str().unwrap_or_default().to_owned();
        match frame["type"].as_str() {
            Some("token") => *texts.entry(word).or_default() += frame["token"].as_str().unwrap().len(),
            Some("complete") => ended += 1,
            Some("connection_ack" | "ping") => {}
            _ => panic!("{frame}"),
        }
    }
    let short = texts.remove("last");
    assert_eq!((short, texts.len()), (Some(1_000), ANSWERS));
    assert!(texts.values().all(|length| *length == 800_000), "{texts:?}");
    let list = sessions(&server, "desk").await;
    let session = list["sessions"].as_object().unwrap().values().next().unwrap();
    let counted = (session["message_count"].as_u64(), session["token_count"].as_u64());
    assert_eq!(counted, (Some(frames), Some(tokens)), "what had to wait is counted once");
    server.stop().await;
}

#[tokio::test]
async fn connections_are_counted_and_each_sees_its_own() {
    let (server, _stub) = server(|parts| parts.credentials.mode = Mode::Open).await;
    let health = async || server.rest.send(server.rest.at(Method::GET, "/ws/health")).await;
    let (status, empty) = health().await;
    assert_eq!(
        (status.as_u16(), &empty["status"], &empty["service"]),
        (200, &json!("healthy"), &json!("websocket"))
    );
    assert_has_time(&empty);
    assert_eq!(empty["metrics"]["active_connections"], 0);
    let (mut socket, ack) = connect(&server, "desk").await;
    socket.send(&json!({ "type": "chat", "content": "Hi" })).await;
    answer(&mut socket).await;
    let metrics = health().await.1["metrics"].clone();
    let expected = json!({ "active_connections": 1, "unique_clients": 1, "total_connections": 1, "total_messages": 4,
        "total_tokens": 2, "total_errors": 0, "max_connections": 100 });
    assert_eq!(metrics, expected);
    let list = sessions(&server, "desk").await;
    let session = &list["sessions"][ack["session_id"].as_str().unwrap()];
    assert_eq!((&session["client_id"], &session["message_count"]), (&json!("desk"), &json!(4)), "{list}");
    assert_eq!((&session["token_count"], &session["ip_address"]), (&json!(2), &json!("127.0.0.1")));
    drop(socket);
    until("it is gone", async || health().await.1["metrics"]["active_connections"] == 0).await;
    assert_eq!(health().await.1["metrics"]["total_connections"], 1);
    server.stop().await;
}

#[tokio::test]
async fn a_server_that_goes_down_says_so_and_closes() {
    let (server, _stub) = server(|_| {}).await;
    let (mut socket, _) = connect(&server, "desk").await;
    server.stop().await;
    let last = socket.next().await;
    assert_eq!(last["type"], "system", "{last}");
    assert_eq!(socket.closed().await.code, 1001);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_was_written_for_another_gateway_works_as_it_is() {
    let (server, _stub) = server(|parts| parts.assistant.as_mut().unwrap().at_once = 10).await;
    let output = python(server.address).arg("chat_gateway.py").output().await;
    let output = output.expect("`make setup` has installed the Python packages");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(text.lines().filter(|line| line.starts_with("ok ")).count(), 6, "{text}");
    server.stop().await;
}
