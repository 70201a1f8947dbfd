//! A question, and the request that it makes once it may be asked.

use serde::Serialize;
use serde_json::Value;

use super::{Failure, Settings};

/// What is asked, and how.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Question {
    /// What was said so far, oldest first. At least one.
    pub messages: Vec<Said>,
    /// The model to ask, of those that may be.
    pub model: Option<String>,
    /// From 0 to 2.
    pub temperature: Option<f32>,
    /// From 1 to what the settings allow.
    pub max_tokens: Option<u32>,
    /// The JSON schema of the answer, which is any text without one.
    pub format: Option<Value>,
}

/// One message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Said {
    /// Who said it.
    pub role: Role,
    /// What.
    #[serde(rename = "content")]
    pub text: String,
}

/// Who said something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Who sets the assistant up.
    System,
    /// Who asks.
    User,
    /// The assistant itself.
    Assistant,
}

/// The body of a request for an answer.
#[derive(Serialize)]
pub(super) struct Request {
    model: String,
    messages: Vec<Said>,
    stream: bool,
    options: Options,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<Value>,
}

#[derive(Serialize)]
struct Options {
    temperature: f32,
    num_predict: u32,
}

impl Question {
    /// The request, if it may be made.
    pub(super) fn checked(self, settings: &Settings) -> Result<Request, Failure> {
        let model = self.model.unwrap_or_else(|| settings.model.clone());
        if !settings.allows(&model) {
            return Err(Failure::ModelNotAllowed);
        }
        let temperature = self.temperature.unwrap_or(settings.temperature);
        if !(0.0..=2.0).contains(&temperature) {
            return Err(Failure::InvalidOption("temperature"));
        }
        let num_predict = self.max_tokens.unwrap_or(settings.max_tokens);
        if num_predict == 0 || num_predict > settings.max_tokens {
            return Err(Failure::InvalidOption("max_tokens"));
        }
        if self.messages.is_empty() {
            return Err(Failure::InvalidOption("messages"));
        }
        let system = settings.system.iter().map(|text| Said { role: Role::System, text: text.clone() });
        let messages = system.chain(self.messages).collect();
        let (format, options) = (self.format, Options { temperature, num_predict });
        Ok(Request { model, messages, stream: true, options, format })
    }
}
