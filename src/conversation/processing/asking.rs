//! The assistant, asked for a whole answer: for one, for a question back, for a verdict.

use std::sync::Arc;

use graphroom_protocol::{ErrorBody, ErrorCode};
use serde_json::Value;

use super::Asked;
use super::structured::{
    Explained, Verdict, form_of_questions, form_of_verdicts, read_question, read_verdict,
};
use crate::conversation::answering::{no_assistant, told};
use crate::conversation::assistant::{Again, Piece, Question, Role, Said};
use crate::conversation::conversations::Conversations;

/// Said where no question back could be made.
const NO_PROMPT: &str = "Verification required but prompt generation failed.";

/// A whole answer.
pub struct Whole {
    /// What it says.
    pub text: String,
    /// How many tokens that is, as the model counts.
    pub tokens: u64,
    /// The model.
    pub model: String,
}

impl Conversations {
    /// Asks, and waits for all of the answer, or for the server's end. Whoever wants to know is told of attempts behind
    /// the first.
    pub(super) async fn whole_answer(
        &self,
        messages: Vec<Said>,
        format: Option<Value>,
        again: Option<Again>,
    ) -> Result<Whole, ErrorBody> {
        let assistant = self.assistant.as_ref().ok_or_else(no_assistant)?;
        let name = assistant.model().to_owned();
        let question = Question { messages, format, ..Question::default() };
        let mut answer = assistant.answer_telling(question, again).map_err(|failure| told(&failure))?;
        let mut text = String::new();
        loop {
            let piece = tokio::select! {
                biased;
                () = self.closing.cancelled() => {
                    return Err(ErrorBody::new(ErrorCode::ShuttingDown, "The server is shutting down"));
                }
                piece = answer.next() => piece,
            };
            match piece {
                Some(Ok(Piece::Text(more))) => text.push_str(&more),
                Some(Ok(Piece::Done { tokens, .. })) => return Ok(Whole { text, tokens, model: name }),
                Some(Err(failure)) => return Err(told(&failure)),
                None => return Ok(Whole { text, tokens: 0, model: name }),
            }
        }
    }

    /// What to ask whoever wrote a message whose answer is not sure.
    pub(super) async fn verification_prompt(self: &Arc<Self>, asked: &Asked, answer: &Explained) -> String {
        let text = format!(
            "Somebody asked:\n{}\n\nThe answer, which is not sure:\n{}\n\nWrite one short question whose answer would \
             make it sure, as the JSON object {{\"verification_prompt\": question}}.",
            asked.text, answer.user_explanation
        );
        let question = vec![Said { role: Role::User, text }];
        let answered = self.whole_answer(question, Some(form_of_questions()), self.again_at(asked)).await;
        answered.ok().and_then(|whole| read_question(&whole.text)).unwrap_or_else(|| NO_PROMPT.to_owned())
    }

    /// Tells whoever hears the project of further attempts.
    pub(super) fn again_at(self: &Arc<Self>, asked: &Asked) -> Option<Again> {
        self.again(asked.conversation_id, Some(asked.topic.to_string()))
    }

    /// What the assistant finds of an answer that it looks at again.
    ///
    /// # Errors
    /// `ASSISTANT_UNAVAILABLE`, also where what it says is no verdict; `BUSY`, `SHUTTING_DOWN`.
    pub(super) async fn verdict(
        &self,
        asked: Option<&str>,
        answer: &str,
        how: &str,
    ) -> Result<Verdict, ErrorBody> {
        let asked = asked.map(|asked| format!("Somebody asked:\n{asked}\n\n")).unwrap_or_default();
        let text = format!(
            "{asked}The answer was:\n{answer}\n\nLook at it with {how} care. Does it hold? Give the JSON object \
             {{\"verified\": true or false, \"confidence\": from 0 to 1, \"feedback\": why}}."
        );
        let question = vec![Said { role: Role::User, text }];
        let whole = self.whole_answer(question, Some(form_of_verdicts()), None).await?;
        let none = || ErrorBody::new(ErrorCode::AssistantUnavailable, "The assistant gave no verdict");
        read_verdict(&whole.text).ok_or_else(none)
    }
}
