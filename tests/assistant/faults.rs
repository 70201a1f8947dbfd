//! A server that says too much, nothing, or what makes no sense.

use std::time::Duration;

use super::*;
use crate::support::ollama::{Gate, Script};

const A_SECOND: Duration = Duration::from_secs(1);

#[tokio::test]
async fn lines_that_make_no_sense_are_left_out() {
    let stub = OllamaStub::start().await;
    let mut script = Script::new().line("").line("what?");
    for text in ["a", "b", "c"] {
        script =
            script.text(text).line("{").line("[]").line("7").line(r#"{"message":7}"#).line(r#"{"other":1}"#);
        script = script.bytes(b"\xff\xfe\n").line(&"x".repeat(70_000)).line("null").line("\t");
    }
    stub.plan(script.done("stop", 3));
    assert_eq!(whole(&assistant(&stub)).await, ("abc".into(), Ok((3, Why::Stop))));
    assert_eq!(stub.asked().len(), 1);
}

#[tokio::test]
async fn a_server_that_makes_no_sense_for_long_is_given_up() {
    let stub = OllamaStub::start().await;
    stub.always(Script::new().for_ever("nonsense\n"));
    let failure = fails(&assistant(&stub)).await;
    assert!(matches!(&failure, Failure::Unavailable(why) if why.contains("no sense")), "{failure:?}");
    assert_eq!(stub.asked().len(), 3);
    stub.until_hung_up_on(2).await;
    stub.plan(Script::new().text("Well").for_ever("nonsense\n"));
    let (said, end) = whole(&assistant(&stub)).await;
    assert_eq!(said, "Well");
    assert!(matches!(end, Err(Failure::Interrupted(_))), "{end:?}");
}

#[tokio::test]
async fn a_line_without_an_end_is_too_long_at_a_mebibyte() {
    let stub = OllamaStub::start().await;
    stub.plan(Script::new().for_ever(vec![b'x'; 16 * 1024]));
    assert_eq!(fails(&assistant(&stub)).await, Failure::TooLong);
    assert_eq!(stub.asked().len(), 1);
    stub.until_hung_up_on(0).await;
}

#[tokio::test]
async fn an_answer_without_an_end_is_too_long_at_a_mebibyte_of_text() {
    let stub = OllamaStub::start().await;
    let piece = "y".repeat(1_024);
    let line = format!(r#"{{"message":{{"content":"{piece}"}},"done":false}}"#);
    stub.plan(Script::new().for_ever(format!("{line}\n")));
    let (said, end) = whole(&assistant(&stub)).await;
    assert_eq!((said.len(), end), (1_024 * 1_024, Err(Failure::TooLong)));
    stub.until_hung_up_on(0).await;
}

#[tokio::test]
async fn a_server_that_never_answers_is_hung_up_on_and_given_up() {
    let stub = OllamaStub::start().await;
    let silence = Duration::from_millis(100);
    for script in [Script::mute(), Script::new().hang()] {
        let before = stub.asked().len();
        stub.always(script);
        let failure = fails(&assistant_with(&stub, |settings| settings.times.silence = silence)).await;
        assert!(matches!(failure, Failure::Unavailable(_)), "{failure:?}");
        assert!(stub.asked().len() <= before + 3);
    }
    stub.until_hung_up_on(stub.asked().len() - 1).await;
}

#[tokio::test]
async fn a_server_that_falls_silent_is_hung_up_on() {
    let stub = OllamaStub::start().await;
    stub.always(Script::new().text("Once").hang());
    let assistant = assistant_with(&stub, |settings| settings.times.silence = 2 * A_SECOND);
    let (said, end) = whole(&assistant).await;
    assert_eq!(said, "Once");
    assert!(matches!(end, Err(Failure::Interrupted(_))), "{end:?}");
    stub.until_hung_up_on(stub.asked().len() - 1).await;
}

#[tokio::test]
async fn an_answer_that_lasts_too_long_is_over_even_if_it_is_never_silent() {
    let stub = OllamaStub::start().await;
    let thinking = "{\"message\":{\"content\":\"\",\"thinking\":\"hm\"},\"done\":false}\n";
    stub.always(Script::new().for_ever(thinking));
    let failure = fails(&assistant_with(&stub, |settings| settings.times.whole = A_SECOND)).await;
    assert!(matches!(failure, Failure::Unavailable(_)), "{failure:?}");
    stub.until_hung_up_on(0).await;
    stub.always(Script::new().text("Hm").for_ever(thinking));
    let (_, end) = whole(&assistant_with(&stub, |settings| settings.times.whole = 3 * A_SECOND)).await;
    assert!(matches!(end, Err(Failure::Interrupted(_))), "{end:?}");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_not_available() {
    let stub = OllamaStub::start().await;
    let assistant = assistant(&stub);
    drop(stub);
    let failure = fails(&assistant).await;
    assert!(matches!(&failure, Failure::Unavailable(why) if why.contains("not reached")), "{failure:?}");
}

#[tokio::test]
async fn nobody_is_sent_elsewhere() {
    let (stub, other) = (OllamaStub::start().await, OllamaStub::start().await);
    let place: &'static str = Box::leak(format!("location: {}/api/chat\r\n", other.url()).into_boxed_str());
    stub.always(Script::redirect(place));
    assert!(matches!(fails(&assistant(&stub)).await, Failure::Unavailable(_)));
    assert_eq!((stub.asked().len(), other.asked().len()), (3, 0));
}

#[tokio::test]
async fn the_server_hears_the_password_in_the_url_and_neither_clients_nor_the_log_do() {
    let stub = OllamaStub::start().await;
    let with_password = stub.url().replace("http://", "http://me:hunter2@");
    let assistant = assistant_with(&stub, |settings| settings.url = with_password);
    let gate = Gate::new();
    stub.plan(Script::new().text("a").wait(&gate).reset());
    let mut answer = assistant.answer(question()).unwrap();
    assert_eq!(text(&mut answer).await, "a");
    assert!(stub.asked()[0].head.contains("\r\nauthorization: Basic bWU6aHVudGVyMg==\r\n"));
    gate.open();
    let broken = rest(&mut answer).await.1.unwrap_err();
    drop(stub);
    for failure in [broken, fails(&assistant).await] {
        let told = format!("{failure} {failure:?} {}", failure.why());
        assert!(!told.contains("hunter2"), "{told}");
    }
}
