//! Answers as they should be: what is asked, and what comes of it.

use std::time::Duration;

use serde_json::json;

use super::*;
use crate::support::ollama::{Gate, Script};

#[tokio::test]
async fn an_answer_comes_piece_by_piece_and_ends_with_its_tokens() {
    let stub = OllamaStub::start().await;
    stub.say(["Hel", "", "lo", " \u{1f980}"]);
    let mut answer = assistant(&stub).answer(question()).unwrap();
    assert_eq!(text(&mut answer).await, "Hel");
    assert_eq!(text(&mut answer).await, "lo");
    assert_eq!(text(&mut answer).await, " \u{1f980}");
    assert_eq!(answer.next().await, Some(Ok(Piece::Done { tokens: 4, why: Why::Stop })));
    assert_eq!(answer.next().await, None);
}

#[tokio::test]
async fn a_piece_is_handed_on_before_the_next_one_is_there() {
    let (stub, gate) = (OllamaStub::start().await, Gate::new());
    stub.plan(Script::new().text("one").wait(&gate).text("two").wait(&gate).done("stop", 2));
    let mut answer = assistant(&stub).answer(question()).unwrap();
    assert_eq!(text(&mut answer).await, "one");
    gate.open();
    assert_eq!(text(&mut answer).await, "two");
    gate.open();
    assert_eq!(rest(&mut answer).await, (String::new(), Ok((2, Why::Stop))));
}

#[tokio::test]
async fn nothing_is_lost_when_somebody_stops_waiting_for_a_piece() {
    let (stub, gate) = (OllamaStub::start().await, Gate::new());
    stub.plan(Script::new().text("one").wait(&gate).text("two").done("stop", 2));
    let mut answer = assistant(&stub).answer(question()).unwrap();
    let mut first = None;
    while first.is_none() {
        first = tokio::time::timeout(SHORT, answer.next()).await.ok();
    }
    assert_eq!(first, Some(Some(Ok(Piece::Text("one".into())))));
    assert!(tokio::time::timeout(SHORT, answer.next()).await.is_err());
    gate.open();
    assert_eq!(rest(&mut answer).await, ("two".into(), Ok((2, Why::Stop))));
    assert_eq!(stub.asked().len(), 1);
}

#[tokio::test]
async fn the_server_is_asked_as_ollama_is() {
    let stub = OllamaStub::start().await;
    let assistant = assistant_with(&stub, |settings| {
        settings.system = Some("Be brief.".into());
        settings.models = vec!["large".into()];
    });
    assert_eq!(whole(&assistant).await, ("Hello there".into(), Ok((2, Why::Stop))));
    let said = |role, text: &str| Said { role, text: text.into() };
    let messages = vec![said(Role::User, "Hi"), said(Role::Assistant, "Hello"), said(Role::User, "And?")];
    let (model, temperature) = (Some("large".into()), Some(0.0));
    let further = Question { messages, model, temperature, max_tokens: Some(5), format: None };
    let mut answer = assistant.answer(further).unwrap();
    rest(&mut answer).await.1.unwrap();
    let bodies: Vec<_> = stub.asked().into_iter().map(|asked| asked.body).collect();
    let system = json!({ "role": "system", "content": "Be brief." });
    let expected = [
        json!({
            "model": "small", "stream": true, "options": { "temperature": 0.7_f32, "num_predict": 2_048 },
            "messages": [system, { "role": "user", "content": "How are you?" }],
        }),
        json!({
            "model": "large", "stream": true, "options": { "temperature": 0.0, "num_predict": 5 },
            "messages": [system, { "role": "user", "content": "Hi" },
                { "role": "assistant", "content": "Hello" }, { "role": "user", "content": "And?" }],
        }),
    ];
    assert_eq!(bodies.len(), 2);
    for (body, expected) in bodies.iter().zip(&expected) {
        assert_eq!(body["messages"], expected["messages"]);
        assert_eq!((&body["model"], &body["stream"]), (&expected["model"], &expected["stream"]));
        assert_eq!(body["options"]["num_predict"], expected["options"]["num_predict"]);
        let temperature = |of: &serde_json::Value| of["options"]["temperature"].as_f64().unwrap();
        assert!((temperature(body) - temperature(expected)).abs() < 0.001);
    }
}

#[tokio::test]
async fn an_api_below_a_path_is_found_there_and_nowhere_else() {
    let stub = OllamaStub::start().await;
    let slash = assistant_with(&stub, |settings| settings.url.push('/'));
    whole(&slash).await.1.unwrap();
    let below = assistant_with(&stub, |settings| settings.url.push_str("/models/"));
    assert!(matches!(fails(&below).await, Failure::Refused(_)), "the stub has nothing there");
    assert!(!below.is_healthy().await);
    for url in ["ftp://127.0.0.1", "127.0.0.1:11434", ""] {
        assert!(Ollama::new(Settings::new(url, "small")).is_err(), "{url:?}");
    }
}

#[tokio::test]
async fn an_answer_that_may_have_no_more_tokens_says_so() {
    let stub = OllamaStub::start().await;
    stub.plan(Script::new().text("Well").done("length", 1));
    assert_eq!(whole(&assistant(&stub)).await, ("Well".into(), Ok((1, Why::Length))));
}

#[tokio::test]
async fn text_in_the_last_line_is_heard_and_a_line_may_come_in_parts_and_without_its_end() {
    let stub = OllamaStub::start().await;
    let parts =
        Script::new().bytes(r#"{"message":{"cont"#).bytes("ent\":\"\u{e4}\"},\"done\":fal").bytes("se}\r\n");
    stub.plan(parts.bytes(r#"{"message":{"content":"b"},"done":true,"done_reason":"stop"}"#));
    assert_eq!(whole(&assistant(&stub)).await, ("\u{e4}b".into(), Ok((2, Why::Stop))));
}

#[tokio::test]
async fn an_empty_answer_is_one() {
    let stub = OllamaStub::start().await;
    stub.say([]);
    assert_eq!(whole(&assistant(&stub)).await, (String::new(), Ok((0, Why::Stop))));
    assert_eq!(stub.asked().len(), 1);
}

#[tokio::test]
async fn what_may_not_be_asked_is_refused_without_asking() {
    let stub = OllamaStub::start().await;
    let assistant = assistant_with(&stub, |settings| {
        settings.models = vec!["large".into()];
        settings.max_tokens = 100;
    });
    let refused = |change: &dyn Fn(&mut Question)| {
        let mut question = question();
        change(&mut question);
        assistant.answer(question).map(drop)
    };
    assert_eq!(refused(&|asked| asked.model = Some("secret".into())), Err(Failure::ModelNotAllowed));
    assert_eq!(refused(&|asked| asked.model = Some(String::new())), Err(Failure::ModelNotAllowed));
    for temperature in [-0.1, 2.1, f32::NAN, f32::INFINITY] {
        let found = refused(&|asked| asked.temperature = Some(temperature));
        assert_eq!(found, Err(Failure::InvalidOption("temperature")), "{temperature}");
    }
    for max_tokens in [0, 101, u32::MAX] {
        let found = refused(&|asked| asked.max_tokens = Some(max_tokens));
        assert_eq!(found, Err(Failure::InvalidOption("max_tokens")), "{max_tokens}");
    }
    assert_eq!(refused(&|asked| asked.messages.clear()), Err(Failure::InvalidOption("messages")));
    assert_eq!(refused(&|asked| (asked.temperature, asked.max_tokens) = (Some(2.0), Some(100))), Ok(()));
    assert_eq!(refused(&|asked| asked.model = Some("large".into())), Ok(()));
    assert_eq!(stub.asked().len(), 0);
}

#[test]
fn without_a_word_the_waits_are_those_that_are_documented() {
    let settings = Settings::new("http://127.0.0.1:11434", "small");
    let times = &settings.times;
    let of = |seconds| Duration::from_secs(seconds);
    assert_eq!((times.connect, times.silence, times.before_retry), (of(10), of(120), of(2)));
    assert_eq!((times.breaker_pause, times.health), (of(30), of(5)));
    assert_eq!((settings.temperature, settings.max_tokens, settings.at_once), (0.7, 2_048, 8));
}
