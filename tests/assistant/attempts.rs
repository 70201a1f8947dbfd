//! Further attempts: only while nothing of an answer is out, and never after a refusal.
//!
//! Proves CHAT-12 (docs/behaviour.md).

use std::time::Duration;

use super::*;
use crate::support::ollama::{Gate, Script};

#[tokio::test]
async fn a_server_that_fails_twice_and_then_answers_is_heard_once() {
    let stub = OllamaStub::start().await;
    stub.plan(Script::status(500));
    stub.plan(Script::status(503));
    stub.say(["fine"]);
    assert_eq!(whole(&assistant(&stub)).await, ("fine".into(), Ok((1, Why::Stop))));
    assert_eq!(stub.asked().len(), 3);
}

#[tokio::test]
async fn a_server_that_fails_for_ever_is_asked_three_times() {
    let stub = OllamaStub::start().await;
    stub.always(Script::status(500));
    let failure = fails(&assistant(&stub)).await;
    assert!(matches!(&failure, Failure::Unavailable(why) if why.contains("status 500")), "{failure:?}");
    assert_eq!(stub.asked().len(), 3);
}

#[tokio::test]
async fn the_third_attempt_waits_twice_as_long_as_the_second() {
    let stub = OllamaStub::start().await;
    stub.always(Script::status(500));
    let wait = Duration::from_millis(50);
    fails(&assistant_with(&stub, |settings| settings.times.before_retry = wait)).await;
    let asked = stub.asked();
    assert!(asked[1].at - asked[0].at >= wait);
    assert!(asked[2].at - asked[1].at >= 2 * wait);
}

#[tokio::test]
async fn a_question_that_the_server_refuses_is_asked_once() {
    let stub = OllamaStub::start().await;
    for status in [400, 401, 403, 404, 413, 422] {
        stub.plan(Script::status(status));
        let failure = fails(&assistant(&stub)).await;
        assert!(matches!(failure, Failure::Refused(_)), "{status}: {failure:?}");
    }
    assert_eq!(stub.asked().len(), 6);
}

#[tokio::test]
async fn a_server_that_is_busy_or_too_slow_for_itself_is_asked_again() {
    let stub = OllamaStub::start().await;
    stub.plan(Script::status(429));
    stub.plan(Script::status(408));
    assert_eq!(whole(&assistant(&stub)).await.0, "Hello there");
    assert_eq!(stub.asked().len(), 3);
}

#[tokio::test]
async fn what_breaks_before_the_first_text_is_asked_again_and_never_heard_twice() {
    let stub = OllamaStub::start().await;
    for broken in [
        Script::new().reset(),
        Script::cut(),
        Script::new().text("").line("{}"),
        Script::new().line(r#"{"error":"of the inside"}"#),
        Script::of_type("text/html; charset=utf-8").bytes("<p>Sign in</p>"),
    ] {
        stub.plan(broken);
        assert_eq!(whole(&assistant(&stub)).await, ("Hello there".into(), Ok((2, Why::Stop))));
    }
    assert_eq!(stub.asked().len(), 10);
}

#[tokio::test]
async fn an_answer_that_breaks_behind_its_first_text_is_not_asked_for_again() {
    let (stub, gate) = (OllamaStub::start().await, Gate::new());
    let begun = || Script::new().text("Once upon").wait(&gate);
    for (broken, reason) in [
        (begun().reset(), "the body broke"),
        (begun(), "ended before"),
        (begun().bytes(r#"{"message":{"content":" a ti"#), "ended before"),
        (begun().line(r#"{"error":"of the inside"}"#), "of the inside"),
    ] {
        stub.plan(broken);
        let mut answer = assistant(&stub).answer(question()).unwrap();
        assert_eq!(text(&mut answer).await, "Once upon");
        gate.open();
        let (further, end) = rest(&mut answer).await;
        let failure = end.expect_err(reason);
        assert!(matches!(&failure, Failure::Interrupted(why) if why.contains(reason)), "{failure:?}");
        assert_eq!((further, failure.to_string()), (String::new(), "The answer broke off".to_owned()));
    }
    assert_eq!(stub.asked().len(), 4);
}

#[tokio::test]
async fn an_answer_that_is_dropped_between_two_attempts_is_not_asked_for_again() {
    let stub = OllamaStub::start().await;
    stub.always(Script::status(500));
    let assistant = assistant_with(&stub, |settings| {
        settings.times.before_retry = LONG;
        settings.at_once = 1;
    });
    let mut answer = assistant.answer(question()).unwrap();
    tokio::select! {
        piece = answer.next() => panic!("{piece:?} is heard before the second attempt"),
        () = stub.until_asked(1) => {}
    }
    drop(answer);
    assert!(assistant.answer(question()).is_ok(), "its place is free");
    assert_eq!(stub.asked().len(), 1);
}
