//! The way to the assistant, over real sockets, to a stub of Ollama that does what no server should.

mod answers;
mod attempts;
mod breaker;
mod faults;
mod health;
mod places;

use std::time::Duration;

use graphroom::conversation::assistant::{
    Answer, Failure, Ollama, Piece, Question, Role, Said, Settings, Why,
};

use crate::support::ollama::OllamaStub;

/// As long as no test lasts.
const LONG: Duration = Duration::from_secs(3_600);
const SHORT: Duration = Duration::from_millis(1);

/// Settings for the stub, with hardly any wait between attempts.
fn settings(stub: &OllamaStub) -> Settings {
    let mut settings = Settings::new(stub.url(), "small");
    settings.times.before_retry = SHORT;
    settings.times.breaker_pause = LONG;
    settings
}

fn assistant(stub: &OllamaStub) -> Ollama {
    Ollama::new(settings(stub)).unwrap()
}

/// With these time-outs or limits.
fn assistant_with(stub: &OllamaStub, change: impl FnOnce(&mut Settings)) -> Ollama {
    let mut settings = settings(stub);
    change(&mut settings);
    Ollama::new(settings).unwrap()
}

fn question() -> Question {
    let messages = vec![Said { role: Role::User, text: "How are you?".into() }];
    Question { messages, ..Question::default() }
}

/// The next piece, which is text.
async fn text(answer: &mut Answer) -> String {
    match answer.next().await {
        Some(Ok(Piece::Text(text))) => text,
        other => panic!("{other:?} is no text"),
    }
}

/// All text, and how it ends; behind the end there is nothing.
async fn rest(answer: &mut Answer) -> (String, Result<(u64, Why), Failure>) {
    let mut text = String::new();
    let end = loop {
        match answer.next().await.expect("an end") {
            Ok(Piece::Text(piece)) => {
                assert_ne!(piece, "", "a text is never empty");
                text.push_str(&piece);
            }
            Ok(Piece::Done { tokens, why }) => break Ok((tokens, why)),
            Err(failure) => break Err(failure),
        }
    };
    assert_eq!(answer.next().await, None);
    assert_eq!(answer.next().await, None);
    (text, end)
}

/// A whole answer.
async fn whole(assistant: &Ollama) -> (String, Result<(u64, Why), Failure>) {
    rest(&mut assistant.answer(question()).unwrap()).await
}

/// That there is no answer, for this reason, of which clients hear nothing.
async fn fails(assistant: &Ollama) -> Failure {
    let (text, end) = whole(assistant).await;
    assert_eq!(text, "");
    let failure = end.expect_err("it fails");
    let told = failure.to_string();
    assert!(!told.contains("127.0.0.1") && !told.contains("inside") && !told.contains("http"), "{told}");
    failure
}
