//! An answer that the assistant looks at again: whoever hears the project is told that it begins, and what came of it.

use std::sync::Arc;

use graphroom_protocol::processing::Progress;
use graphroom_protocol::{ErrorBody, ErrorCode};

use super::structured::Verdict;
use super::telling::{Request, Stage, Tell, Telling};
use super::terms::preview;
use crate::clock::Instant;
use crate::conversation::conversations::Conversations;

/// What is told of a verdict's reason, in characters.
pub const FEEDBACK: usize = 200;

/// An answer that is to be looked at again.
#[derive(Clone, Debug)]
pub struct Doubted {
    /// Names the request.
    pub request_id: String,
    /// The project, as it is told of.
    pub topic: Arc<str>,
    /// What was asked, if that is known.
    pub question: Option<String>,
    /// The answer.
    pub answer: String,
    /// How thoroughly: `low`, `medium` or `high`.
    pub intensity: String,
}

/// An answer that was looked at again.
#[derive(Clone, Debug)]
pub struct Verified {
    /// What the assistant found.
    pub verdict: Verdict,
    /// How long it took, in seconds.
    pub whole: f64,
}

impl Conversations {
    /// Lets the assistant look at an answer again. It goes on to its end, whoever waits for it: who hears the project is
    /// told.
    ///
    /// # Errors
    /// `ASSISTANT_UNAVAILABLE`, also where what it says is no verdict; `BUSY`, `SHUTTING_DOWN`.
    pub async fn verify(self: &Arc<Self>, doubted: Doubted, tell: Tell) -> Result<Verified, ErrorBody> {
        let conversations = Arc::clone(self);
        let task = self.answers.spawn(async move {
            let request = Request { id: &doubted.request_id, topic: &doubted.topic, session: None };
            let telling = Telling::new(request, tell, &conversations);
            conversations.look_at(&doubted, &telling).await
        });
        let broken = |_| ErrorBody::new(ErrorCode::Internal, "The answer could not be looked at");
        task.await.map_err(broken)?
    }

    async fn look_at(&self, doubted: &Doubted, telling: &Telling<'_>) -> Result<Verified, ErrorBody> {
        let Doubted { question, answer, intensity, .. } = doubted;
        let began = Instant::now();
        let begins = Progress { verification_intensity: Some(intensity.clone()), ..Progress::default() };
        telling.progress(Stage::Verification, "started", begins);
        let verdict = self.verdict(question.as_deref(), answer, intensity).await.inspect_err(|error| {
            let error = Some(error.message.clone());
            telling.progress(Stage::Verification, "error", Progress { error, ..Progress::default() });
        })?;
        telling.progress(
            Stage::Verification,
            "completed",
            Progress {
                verified: Some(verdict.verified),
                confidence: Some(verdict.confidence),
                feedback: Some(preview(&verdict.feedback, FEEDBACK)),
                ..Progress::default()
            },
        );
        Ok(Verified { verdict, whole: began.elapsed().as_secs_f64() })
    }
}
