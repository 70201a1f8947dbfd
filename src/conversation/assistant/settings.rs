//! What the assistant is, what may be asked of it, and how long it may take.

use std::time::Duration;

/// What the assistant is, and what may be asked of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Where it is, without `/api`: `http://127.0.0.1:11434`.
    pub url: String,
    /// The model of questions that name none.
    pub model: String,
    /// The models that questions may name beside that one.
    pub models: Vec<String>,
    /// What every model is told before the messages.
    pub system: Option<String>,
    /// The temperature of questions that name none.
    pub temperature: f32,
    /// How many tokens an answer has at most; a question may ask for fewer.
    pub max_tokens: u32,
    /// How many answers there may be at once.
    pub at_once: usize,
    /// An answer to a project's chat that is less sure than this, from 0 to 1, should be looked at.
    pub confidence_threshold: f64,
    /// How long everything may take.
    pub times: Times,
}

/// How long everything may take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Times {
    /// To connect.
    pub connect: Duration,
    /// To begin an answer, and from one line of it to the next.
    pub silence: Duration,
    /// For the whole answer, with all attempts.
    pub whole: Duration,
    /// Before the second attempt; twice as long before the third.
    pub before_retry: Duration,
    /// How long the breaker lets nobody through.
    pub breaker_pause: Duration,
    /// For the server to say that it is there.
    pub health: Duration,
    /// How long that is believed.
    pub health_kept: Duration,
}

impl Settings {
    /// This model at this place, with the defaults.
    #[must_use]
    pub fn new(url: impl Into<String>, model: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            model: model.into(),
            models: Vec::new(),
            system: None,
            temperature: 0.7,
            max_tokens: 2_048,
            at_once: 8,
            confidence_threshold: 0.85,
            times: Times::default(),
        }
    }

    /// Whether this model may be asked.
    #[must_use]
    pub fn allows(&self, model: &str) -> bool {
        self.model == model || self.models.iter().any(|allowed| allowed == model)
    }
}

impl Default for Times {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            silence: Duration::from_secs(120),
            whole: Duration::from_secs(600),
            before_retry: Duration::from_secs(2),
            breaker_pause: Duration::from_secs(30),
            health: Duration::from_secs(5),
            health_kept: Duration::from_secs(5),
        }
    }
}
