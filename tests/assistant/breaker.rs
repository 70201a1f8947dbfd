//! A server that fails again and again is left alone.

use std::time::Duration;

use super::*;
use crate::support::ollama::Script;

#[tokio::test]
async fn three_questions_that_failed_whole_open_the_breaker_and_nobody_asks_any_more() {
    let stub = OllamaStub::start().await;
    stub.always(Script::status(500));
    let assistant = assistant(&stub);
    for failed in 1..=3 {
        assert!(matches!(fails(&assistant).await, Failure::Unavailable(_)));
        assert_eq!(stub.asked().len(), 3 * failed, "three attempts are one failure");
    }
    let failure = assistant.answer(question()).map(drop).unwrap_err();
    assert!(matches!(&failure, Failure::Unavailable(why) if why.contains("breaker")), "{failure:?}");
    assert_eq!(stub.asked().len(), 9);
}

#[tokio::test]
async fn an_answer_that_breaks_off_counts_and_one_that_is_whole_begins_anew() {
    let stub = OllamaStub::start().await;
    let assistant = assistant(&stub);
    for whole_at in [2, 5, 8] {
        for number in whole_at - 2..=whole_at {
            if number < whole_at {
                stub.plan(Script::new().text("Once upon"));
            }
            let ended_well = whole(&assistant).await.1.is_ok();
            assert_eq!(ended_well, number == whole_at);
        }
    }
    stub.always(Script::new().text("Once upon"));
    for _ in 0..3 {
        whole(&assistant).await.1.unwrap_err();
    }
    assert!(assistant.answer(question()).is_err());
}

#[tokio::test]
async fn questions_that_are_refused_or_given_up_do_not_open_it() {
    let stub = OllamaStub::start().await;
    let assistant = assistant(&stub);
    stub.always(Script::status(404));
    for _ in 0..5 {
        assert!(matches!(fails(&assistant).await, Failure::Refused(_)));
    }
    stub.always(Script::new().text("Once").hang());
    for _ in 0..5 {
        let mut answer = assistant.answer(question()).unwrap();
        assert_eq!(text(&mut answer).await, "Once");
    }
    assert!(assistant.answer(question()).is_ok());
}

#[tokio::test]
async fn after_its_pause_one_at_a_time_is_let_through_and_three_answers_close_it() {
    let stub = OllamaStub::start().await;
    let assistant = assistant_with(&stub, |settings| settings.times.breaker_pause = Duration::ZERO);
    stub.always(Script::status(500));
    for _ in 0..3 {
        fails(&assistant).await;
    }
    stub.always(Script::says(["back"]));
    for _ in 0..3 {
        let mut probe = assistant.answer(question()).unwrap();
        assert!(assistant.answer(question()).is_err(), "there is one probe at a time");
        assert_eq!(rest(&mut probe).await.0, "back");
    }
    let (_one, other) = (assistant.answer(question()).unwrap(), assistant.answer(question()));
    assert!(other.is_ok());
}
