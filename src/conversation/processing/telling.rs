//! What is told of a message that is worked on: the events, in order, each with the request's id and the time.

use std::sync::Arc;

use graphroom_protocol::processing::{
    AiProcessingEnd, AiProcessingError, AiProcessingProgress, AiProcessingStart, Analysis, ChatStatusUpdate,
    ContextAnalysis, ErrorOccurred, MessageProcessed, Progress,
};
use graphroom_protocol::{ErrorBody, EventName};
use serde::Serialize;

use super::terms::preview;
use super::{PREVIEW, Processed};
use crate::conversation::conversations::Conversations;
use crate::conversation::telling::packet;
use crate::outlet::Packet;

/// Where it is told.
pub type Tell = Arc<dyn Fn(Packet) + Send + Sync>;

/// A stage that has a beginning and an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// What is known is looked up.
    Context,
    /// The assistant is asked.
    Generation,
    /// The answer is looked at.
    Verification,
}

impl Stage {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Context => "context_analysis",
            Self::Generation => "ai_generation",
            Self::Verification => "verification",
        }
    }
}

/// What the chat is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Processing,
    Generating,
    Completed,
    Error,
}

impl Step {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Processing => "processing",
            Self::Generating => "generating",
            Self::Completed => "completed",
            Self::Error => "error",
        }
    }
}

/// What is told of a request with each of its events.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// Its id.
    pub id: &'a str,
    /// The project, as it is told of.
    pub topic: &'a str,
    /// The session as the client named it.
    pub session: Option<&'a str>,
}

/// Tells whoever hears the project.
pub struct Telling<'a> {
    request: Request<'a>,
    tell: Tell,
    conversations: &'a Conversations,
}

impl<'a> Telling<'a> {
    pub fn new(request: Request<'a>, tell: Tell, conversations: &'a Conversations) -> Self {
        Self { request, tell, conversations }
    }

    fn now(&self) -> String {
        self.conversations.now().in_microseconds()
    }

    fn say(&self, name: EventName, payload: &impl Serialize) {
        if let Some(packet) = packet(name, payload) {
            (self.tell)(packet);
        }
    }

    pub fn start(&self, user_message: &str) {
        let event = EventName::AiProcessingStart;
        let started = AiProcessingStart {
            event,
            request_id: self.request.id,
            user_message,
            project_id: self.request.topic,
            session_id: self.request.session,
            timestamp: &self.now(),
        };
        self.say(event, &started);
        self.status(Step::Processing);
    }

    /// What the chat is doing now.
    pub fn status(&self, step: Step) {
        self.conversations.doings.step(self.request.id, step.as_str());
        let event = EventName::ChatStatusUpdate;
        let status = ChatStatusUpdate {
            event,
            project_id: self.request.topic,
            session_id: self.request.session,
            request_id: self.request.id,
            status: step.as_str(),
            timestamp: &self.now(),
        };
        self.say(event, &status);
    }

    /// A stage began or ended.
    pub fn progress(&self, stage: Stage, status: &str, more: Progress) {
        let event = EventName::AiProcessingProgress;
        let progress = AiProcessingProgress {
            event,
            request_id: self.request.id,
            stage: stage.as_str(),
            status,
            project_id: self.request.topic,
            timestamp: &self.now(),
            more,
        };
        self.say(event, &progress);
    }

    pub fn analysis(&self, stage: &str, more: Analysis) {
        let event = EventName::ContextAnalysisComplete;
        let found = ContextAnalysis {
            event,
            request_id: self.request.id,
            stage,
            project_id: self.request.topic,
            timestamp: &self.now(),
            more,
        };
        self.say(event, &found);
    }

    pub fn processed(&self, message_id: &str, role: &str, text: &str) {
        let event = EventName::MessageProcessed;
        let processed = MessageProcessed {
            event,
            request_id: self.request.id,
            message_id,
            role,
            content_preview: &preview(text, PREVIEW),
            timestamp: &self.now(),
            project_id: self.request.topic,
        };
        self.say(event, &processed);
    }

    pub fn end(&self, processed: &Processed) {
        let event = EventName::AiProcessingEnd;
        let end = AiProcessingEnd {
            event,
            request_id: self.request.id,
            success: true,
            confidence: processed.explained.confidence,
            processing_time: processed.whole,
            verification_required: processed.verification_required,
            project_id: self.request.topic,
            timestamp: &self.now(),
        };
        self.status(Step::Completed);
        self.say(event, &end);
    }

    pub fn failed(&self, error: &ErrorBody) {
        let event = EventName::AiProcessingError;
        let failed = AiProcessingError {
            event,
            request_id: self.request.id,
            error: &error.message,
            project_id: self.request.topic,
            timestamp: &self.now(),
        };
        self.status(Step::Error);
        self.say(event, &failed);
    }

    /// What is known could not be looked up.
    pub fn context_failed(&self, error: &ErrorBody) {
        let event = EventName::ErrorOccurred;
        let failed = ErrorOccurred {
            event,
            component: "context_engine",
            operation: "context_analysis",
            error: &error.message,
            project_id: self.request.topic,
            timestamp: &self.now(),
        };
        self.say(event, &failed);
    }
}
