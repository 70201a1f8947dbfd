//! Why there is no answer: a text for clients, which names nothing within, and a cause for the log.

/// Why a question has no answer, or not all of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// Nobody answers, for this reason.
    #[error("The assistant is not available")]
    Unavailable(String),
    /// All places for answers are taken.
    #[error("The assistant has too much to do; try again later")]
    Busy,
    /// The model is not among those that may be asked.
    #[error("This model may not be asked")]
    ModelNotAllowed,
    /// An option of the question is out of its range.
    #[error("{0} is missing or out of its range")]
    InvalidOption(&'static str),
    /// The server did not take the question, for this reason; the next one may do.
    #[error("The assistant did not take the question")]
    Refused(String),
    /// The answer broke off behind its first text, for this reason.
    #[error("The answer broke off")]
    Interrupted(String),
    /// The answer, or a line of it, is longer than anybody is sent.
    #[error("The answer is too long")]
    TooLong,
}

impl Failure {
    /// The cause, for the log alone.
    #[must_use]
    pub fn why(&self) -> &str {
        match self {
            Self::Unavailable(why) | Self::Refused(why) | Self::Interrupted(why) => why,
            Self::Busy => "all places are taken",
            Self::ModelNotAllowed => "the model is not allowed",
            Self::InvalidOption(name) => name,
            Self::TooLong => "the answer or a line of it is too long",
        }
    }

    /// Whether the same question may be answered a moment later, and nothing of an answer is out.
    pub(super) fn may_pass(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }

    /// Whether the server is to blame, and not the question.
    pub(super) fn speaks_against_the_server(&self) -> bool {
        match self {
            Self::Unavailable(_) | Self::Interrupted(_) | Self::TooLong => true,
            Self::Busy | Self::ModelNotAllowed | Self::InvalidOption(_) | Self::Refused(_) => false,
        }
    }
}
