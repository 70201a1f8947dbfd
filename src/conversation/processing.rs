//! A message to a project's assistant, from its arrival to its answer: what is known of it is looked up, the assistant is
//! asked, both messages are kept, and whoever hears the project is told each step, once and in order.
//!
//! Who may ask, and what a project is, is not decided here; what is told goes to whoever hands in where to.

mod asking;
mod doing;
pub mod structured;
mod telling;
pub mod terms;
mod verifying;
mod weighing;

use std::future::Future;
use std::sync::Arc;

use graphroom_protocol::processing::{Analysis, Progress};
use graphroom_protocol::{ErrorBody, ErrorCode};
use serde_json::{Map, Value, json};
use uuid::Uuid;

pub use self::doing::{Doing, Doings, Totals};
use self::structured::{Explained, form_of_answers, read_answer};
pub use self::telling::Tell;
use self::telling::{Request, Stage, Step, Telling};
use self::terms::{key_terms, preview};
pub use self::verifying::{Doubted, Verified};
pub use self::weighing::{Memory, Weighed, weighed};
use super::answering::{ASSISTANT, MOST, shown};
use super::assistant::{Role, Said};
use super::conversations::{Conversations, Draft, failed};
use crate::clock::Instant;
use crate::domain::Author;
use crate::store::{ConversationId, MessageQuery, MessageRole, MessageRow, NewMessage};

/// What is told of a text, in characters.
pub const PREVIEW: usize = 100;
/// What the assistant is shown of what is remembered, in characters.
pub const MAX_MEMORIES: usize = 8_000;
/// What it is shown of what the client says besides, in characters.
pub const MAX_CONTEXT: usize = 4_000;
/// What is kept of an instruction beside its message, in characters.
const MAX_INSTRUCTION: usize = 8_000;

/// A message that is to be answered.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Names the request.
    pub request_id: String,
    /// The project, as it is told of.
    pub topic: Arc<str>,
    /// The session as the client named it.
    pub session: Option<String>,
    /// The conversation that the session is.
    pub conversation_id: ConversationId,
    /// What is asked.
    pub text: String,
    /// Who asks.
    pub author: Author,
    /// What else the assistant is shown.
    pub context: Map<String, Value>,
    /// Whether an answer that is not sure has to be looked at.
    pub require_verification: bool,
}

/// A message that is answered.
#[derive(Clone, Debug)]
pub struct Processed {
    /// The message that the answer became.
    pub message: MessageRow,
    /// The answer, taken apart.
    pub explained: Explained,
    /// The nodes that the assistant was shown.
    pub nodes: Vec<String>,
    /// How many earlier messages and nodes it was shown.
    pub context_items: usize,
    /// How long the assistant took, in seconds.
    pub generation: f64,
    /// How long everything took, in seconds.
    pub whole: f64,
    /// The model that answered.
    pub model: String,
    /// How many tokens its answer has.
    pub tokens: u64,
    /// Whether somebody should look at it.
    pub verification_required: bool,
    /// What to ask whoever wrote the message then.
    pub verification_prompt: Option<String>,
}

impl Processed {
    /// How thoroughly the answer should be looked at: the less sure it is, the more.
    #[must_use]
    pub fn intensity(&self) -> &'static str {
        match self.explained.confidence {
            _ if !self.verification_required => "none",
            confidence if confidence >= 0.7 => "low",
            confidence if confidence >= 0.4 => "medium",
            _ => "high",
        }
    }
}

/// What was found out before the assistant is asked.
struct Analysed {
    weighed: Weighed,
    earlier: Vec<MessageRow>,
}

impl Conversations {
    /// Answers a message. `recall` finds what is remembered of the project for the message's terms. It goes on to its
    /// end, whoever waits for it: who hears the project is told, and the answer is kept.
    ///
    /// # Errors
    /// Those of [`Conversations::send`]; `ASSISTANT_UNAVAILABLE`, `BUSY`, `SHUTTING_DOWN`.
    pub async fn process<F>(
        self: &Arc<Self>,
        asked: Asked,
        tell: Tell,
        recall: impl FnOnce(Vec<String>) -> F + Send + 'static,
    ) -> Result<Processed, ErrorBody>
    where
        F: Future<Output = Result<Vec<Memory>, ErrorBody>> + Send,
    {
        let conversations = Arc::clone(self);
        let task = self.answers.spawn(async move {
            let (id, topic, session) = (&asked.request_id, &asked.topic, asked.session.as_deref());
            let telling = Telling::new(Request { id, topic, session }, tell, &conversations);
            let _doing = conversations.doings.begin(&asked);
            telling.start(&asked.text);
            let done = conversations.work(&asked, &telling, recall).await;
            conversations.doings.count(&done);
            match &done {
                Ok(processed) => telling.end(processed),
                Err(error) => telling.failed(error),
            }
            done
        });
        let broken = |_| ErrorBody::new(ErrorCode::Internal, "The message could not be worked on");
        task.await.map_err(broken)?
    }

    async fn work<F>(
        self: &Arc<Self>,
        asked: &Asked,
        telling: &Telling<'_>,
        recall: impl FnOnce(Vec<String>) -> F + Send,
    ) -> Result<Processed, ErrorBody>
    where
        F: Future<Output = Result<Vec<Memory>, ErrorBody>> + Send,
    {
        let began = Instant::now();
        let draft = Draft {
            role: MessageRole::User,
            text: asked.text.clone(),
            message_id: None,
            metadata: None,
            twin_within: None,
        };
        let question = self.send(asked.conversation_id, draft, &asked.author, None).await?.message;
        let analysed = self.analyse(asked, &question, telling, recall).await;
        let analysed = analysed.inspect_err(|error| telling.context_failed(error))?;
        telling.status(Step::Generating);
        telling.progress(Stage::Generation, "started", Progress::default());
        let (answer, generation) = self.generate(asked, &question, &analysed).await?;
        let explained = read_answer(&answer.text);
        if explained.user_explanation.is_empty() {
            return Err(ErrorBody::new(ErrorCode::AssistantUnavailable, "The assistant said nothing"));
        }
        telling.progress(
            Stage::Generation,
            "completed",
            Progress {
                confidence: Some(explained.confidence),
                processing_time: Some(generation),
                memory_keys: Some(Vec::new()),
                ..Progress::default()
            },
        );
        let message = self.keep_answer(asked, &question, &explained, &answer).await?;
        telling.processed(&question.message_id, "user", &question.text);
        telling.processed(&message.message_id, "ai_pm", &message.text);
        let threshold = self.assistant.as_ref().map_or(0.0, |assistant| assistant.confidence_threshold());
        let verification_required = asked.require_verification && explained.confidence < threshold;
        let verification_prompt = match verification_required {
            true => Some(self.verification_prompt(asked, &explained).await),
            false => None,
        };
        if let Some(prompt) = verification_prompt.clone() {
            let more = Progress { verification_prompt: Some(prompt), ..Progress::default() };
            telling.progress(Stage::Verification, "required", more);
        }
        Ok(Processed {
            message,
            explained,
            nodes: analysed.weighed.relevant().filter_map(|memory| memory.node_id.clone()).collect(),
            context_items: analysed.weighed.known.relevant.len(),
            generation,
            whole: began.elapsed().as_secs_f64(),
            model: answer.model,
            tokens: answer.tokens,
            verification_required,
            verification_prompt,
        })
    }

    /// Finds out what the message is about, and what is known of that.
    async fn analyse<F>(
        &self,
        asked: &Asked,
        question: &MessageRow,
        telling: &Telling<'_>,
        recall: impl FnOnce(Vec<String>) -> F + Send,
    ) -> Result<Analysed, ErrorBody>
    where
        F: Future<Output = Result<Vec<Memory>, ErrorBody>> + Send,
    {
        let began = Instant::now();
        telling.progress(Stage::Context, "started", Progress::default());
        let user_input_preview = Some(preview(&asked.text, PREVIEW));
        telling.analysis("analysis_started", Analysis { user_input_preview, ..Analysis::default() });
        let terms = key_terms(&asked.text);
        let (term_count, key_terms) = (Some(terms.len()), Some(terms.clone()));
        telling.analysis("key_terms_extracted", Analysis { key_terms, term_count, ..Analysis::default() });
        let query = MessageQuery {
            conversation_id: asked.conversation_id,
            before: Some(question.seq),
            after: None,
            limit: MOST,
        };
        let earlier = self.store.messages(query).await.map_err(failed)?;
        let nodes = recall(terms.clone()).await?;
        let weighed = weighed(&terms, &earlier, nodes);
        let (memory_count, known) = (Some(weighed.memories.len()), &weighed.known);
        telling.analysis("memories_retrieved", Analysis { memory_count, ..Analysis::default() });
        telling.analysis(
            "analysis_complete",
            Analysis {
                context_score: Some(known.context),
                completeness_score: Some(known.completeness),
                confidence_score: Some(known.confidence),
                relevant_memory_count: Some(known.relevant.len()),
                processing_time: Some(began.elapsed().as_secs_f64()),
                suggested_actions: Some(known.suggested_actions.clone()),
                ..Analysis::default()
            },
        );
        let scores = Progress {
            context_score: Some(known.context),
            completeness_score: Some(known.completeness),
            confidence_score: Some(known.confidence),
            ..Progress::default()
        };
        telling.progress(Stage::Context, "completed", scores);
        Ok(Analysed { weighed, earlier })
    }

    /// The assistant's answer, and how long it took.
    async fn generate(
        self: &Arc<Self>,
        asked: &Asked,
        question: &MessageRow,
        analysed: &Analysed,
    ) -> Result<(asking::Whole, f64), ErrorBody> {
        let began = Instant::now();
        let mut messages = analysed.earlier.clone();
        messages.push(question.clone());
        let mut said = vec![Said { role: Role::System, text: INSTRUCTION.to_owned() }];
        said.extend(shown(&messages, in_words(asked, analysed)));
        let whole = self.whole_answer(said, Some(form_of_answers()), self.again_at(asked)).await?;
        Ok((whole, began.elapsed().as_secs_f64()))
    }

    /// The answer becomes a message, which everybody in the conversation is told.
    async fn keep_answer(
        &self,
        asked: &Asked,
        question: &MessageRow,
        explained: &Explained,
        answer: &asking::Whole,
    ) -> Result<MessageRow, ErrorBody> {
        let instruction: String = explained.technical_instruction.chars().take(MAX_INSTRUCTION).collect();
        let metadata = json!({ "model": answer.model, "reply_to": question.message_id,
            "request_id": asked.request_id, "total_tokens": answer.tokens,
            "confidence": explained.confidence, "technical_instruction": instruction });
        let id = asked.conversation_id;
        let message = NewMessage {
            conversation_id: id,
            message_id: Uuid::now_v7().to_string(),
            author: ASSISTANT.to_owned(),
            author_name: Some(answer.model.clone()),
            role: MessageRole::Assistant,
            text: explained.user_explanation.clone(),
            at: self.now(),
            metadata: Some(metadata.to_string()),
            twin_since: None,
        };
        let hub = self.hub(id);
        let _order = hub.order.lock().await;
        let kept = self.store.append_message(message).await.map_err(failed)?;
        let kept = kept.ok_or_else(super::conversations::no_conversation)?.message;
        hub.tell(super::answering::new_message(&kept).as_ref(), None);
        Ok(kept)
    }
}

/// What the assistant is told that it is.
const INSTRUCTION: &str = "You manage a project together with the people who write to you. Answer their last message. \
    Give a JSON object: user_explanation, an explanation in plain words; technical_instruction, what is to be done, step \
    by step, for who does it; confidence, from 0 to 1, how sure you are that the answer holds.";

/// What the assistant is shown beside what was said; nothing if there is nothing.
fn in_words(asked: &Asked, analysed: &Analysed) -> Option<String> {
    let mut text = String::new();
    let nodes = analysed.weighed.relevant().filter(|memory| memory.node_id.is_some());
    for memory in nodes {
        if text.chars().count() + memory.text.chars().count() > MAX_MEMORIES {
            break;
        }
        text.push_str("- ");
        text.push_str(&memory.text);
        text.push('\n');
    }
    if !text.is_empty() {
        text.insert_str(0, "What the project says of it:\n");
    }
    if !asked.context.is_empty() {
        let said: String =
            Value::Object(asked.context.clone()).to_string().chars().take(MAX_CONTEXT).collect();
        text.push_str("Besides:\n");
        text.push_str(&said);
    }
    Some(text).filter(|text| !text.is_empty())
}
