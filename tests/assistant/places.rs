//! So many answers at once, and what becomes of one that nobody wants any more.

use super::*;
use crate::support::ollama::{End, Gate, Script};
use crate::support::until;

#[tokio::test]
async fn there_are_so_many_answers_at_once_and_no_more() {
    let stub = OllamaStub::start().await;
    let assistant = assistant_with(&stub, |settings| settings.at_once = 2);
    let (mut one, other) = (assistant.answer(question()).unwrap(), assistant.answer(question()).unwrap());
    let busy = || assistant.clone().answer(question()).map(drop);
    assert_eq!(busy(), Err(Failure::Busy));
    drop(other);
    assert_eq!(busy(), Ok(()));
    let _other = assistant.answer(question()).unwrap();
    assert_eq!(busy(), Err(Failure::Busy));
    rest(&mut one).await.1.unwrap();
    assert_eq!(busy(), Ok(()), "an answer that is over takes no place, even if it is kept");
}

#[tokio::test]
async fn an_answer_that_fails_gives_its_place_back() {
    let stub = OllamaStub::start().await;
    stub.plan(Script::status(404));
    let assistant = assistant_with(&stub, |settings| settings.at_once = 1);
    let mut answer = assistant.answer(question()).unwrap();
    assert_eq!(assistant.answer(question()).map(drop), Err(Failure::Busy));
    rest(&mut answer).await.1.unwrap_err();
    assert!(assistant.answer(question()).is_ok());
}

#[tokio::test]
async fn an_answer_that_is_dropped_stops_the_server() {
    let stub = OllamaStub::start().await;
    stub.plan(Script::new().text("one").for_ever("{\"message\":{\"content\":\"x\"}}\n"));
    stub.plan(Script::new().text("one").hang());
    let assistant = assistant_with(&stub, |settings| settings.at_once = 1);
    for question_number in 0..2 {
        let mut answer = assistant.answer(question()).unwrap();
        assert_eq!(text(&mut answer).await, "one");
        assert_eq!(stub.asked()[question_number].end, End::NotYet);
        drop(answer);
        stub.until_hung_up_on(question_number).await;
    }
    assert_eq!(whole(&assistant).await.0, "Hello there");
}

#[tokio::test]
async fn an_answer_that_is_dropped_before_it_begins_stops_the_server() {
    let stub = OllamaStub::start().await;
    stub.always(Script::mute());
    let assistant = assistant(&stub);
    let mut answer = assistant.answer(question()).unwrap();
    tokio::select! {
        piece = answer.next() => panic!("{piece:?} comes from nowhere"),
        () = stub.until_asked(1) => {}
    }
    drop(answer);
    stub.until_hung_up_on(0).await;
}

#[tokio::test]
async fn answers_at_once_are_told_apart() {
    let (stub, gate) = (OllamaStub::start().await, Gate::new());
    stub.for_model("slow", Script::new().text("slow").wait(&gate).text("ly").done("stop", 2));
    stub.for_model("quick", Script::says(["quick", "ly"]));
    let assistant = assistant_with(&stub, |settings| settings.models = vec!["slow".into(), "quick".into()]);
    let ask = |model: &str| assistant.answer(Question { model: Some(model.into()), ..question() }).unwrap();
    let (mut slow, mut quick) = (ask("slow"), ask("quick"));
    assert_eq!(text(&mut slow).await, "slow");
    assert_eq!(rest(&mut quick).await.0, "quickly");
    gate.open();
    assert_eq!(rest(&mut slow).await.0, "ly");
    until("both are over", async || stub.asked().iter().all(|asked| asked.end == End::Played)).await;
}
