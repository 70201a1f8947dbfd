//! What the server is told about the assistant: where it is, and what may be asked of it.

use std::fmt;
use std::str::FromStr;

use clap::Args;
use url::Url;

use super::at_least_one;

/// The port of a server that is named without a scheme and a port.
const PORT: u16 = 11_434;

/// The assistant. Without a URL there is none.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct AssistantOptions {
    /// Where a server is that speaks Ollama's protocol, as http://127.0.0.1:11434. Without it there is no assistant
    #[arg(long = "assistant-url", id = "assistant_url", env = "GRAPHROOM_ASSISTANT_URL", value_name = "URL")]
    #[arg(value_parser = place)]
    pub url: Option<String>,

    /// The model that is asked when nobody names one
    #[arg(long = "assistant-model", id = "assistant_model", env = "GRAPHROOM_ASSISTANT_MODEL")]
    #[arg(value_name = "MODEL", value_parser = text, default_value = "mistral:7b-instruct")]
    pub model: String,

    /// A model that may be named beside that one. Repeatable
    #[arg(long = "assistant-models", id = "assistant_models", env = "GRAPHROOM_ASSISTANT_MODELS")]
    #[arg(value_name = "MODEL", value_parser = text, value_delimiter = ',')]
    pub models: Vec<String>,

    /// What the model is told before every conversation
    #[arg(long = "assistant-system", id = "assistant_system", env = "GRAPHROOM_ASSISTANT_SYSTEM")]
    #[arg(value_name = "TEXT", value_parser = text)]
    pub system: Option<String>,

    /// How freely it answers when nobody says, from 0 to 2
    #[arg(long = "assistant-temperature", id = "assistant_temperature")]
    #[arg(env = "GRAPHROOM_ASSISTANT_TEMPERATURE", value_name = "DECIMAL", default_value = "0.7")]
    pub temperature: Temperature,

    /// How many tokens an answer may have
    #[arg(long = "assistant-max-tokens", id = "assistant_max_tokens")]
    #[arg(env = "GRAPHROOM_ASSISTANT_MAX_TOKENS", value_name = "NUMBER", default_value_t = 2_048)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..))]
    pub max_tokens: u32,

    /// How many answers may be given at once
    #[arg(long = "assistant-at-once", id = "assistant_at_once", env = "GRAPHROOM_ASSISTANT_AT_ONCE")]
    #[arg(value_name = "NUMBER", value_parser = at_least_one, default_value_t = 8)]
    pub at_once: usize,

    /// How sure an answer to a project's chat has to be, from 0 to 1, or somebody should look at it
    #[arg(long = "confidence-threshold", id = "confidence_threshold")]
    #[arg(env = "GRAPHROOM_CONFIDENCE_THRESHOLD", value_name = "DECIMAL", default_value = "0.85")]
    pub confidence_threshold: Share,
}

/// From 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share(f64);

/// It is always a number.
impl Eq for Share {}

impl Share {
    /// Its number.
    #[must_use]
    pub fn get(self) -> f64 {
        self.0
    }
}

impl FromStr for Share {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = text.parse().ok().filter(|number| (0.0..=1.0).contains(number));
        number.map(Self).ok_or("it must be a number from 0 to 1")
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// From 0 to 2.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Temperature(f32);

/// It is always a number.
impl Eq for Temperature {}

impl Temperature {
    /// Its number.
    #[must_use]
    pub fn get(self) -> f32 {
        self.0
    }
}

impl FromStr for Temperature {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = text.parse().ok().filter(|number| (0.0..=2.0).contains(number));
        number.map(Self).ok_or("it must be a number from 0 to 2")
    }
}

impl fmt::Display for Temperature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A URL, or a host with or without a port, as such servers are named elsewhere.
fn place(text: &str) -> Result<String, String> {
    let rule = || "it must be a URL, as http://127.0.0.1:11434".to_owned();
    let has_scheme = text.contains("://");
    let url = if has_scheme { Url::parse(text) } else { Url::parse(&format!("http://{text}")) };
    let mut url = url.map_err(|_| rule())?;
    if !matches!(url.scheme(), "http" | "https") || url.query().is_some() || url.fragment().is_some() {
        return Err(rule());
    }
    if !has_scheme && url.port().is_none() {
        url.set_port(Some(PORT)).map_err(|()| rule())?;
    }
    Ok(url.into())
}

fn text(text: &str) -> Result<String, &'static str> {
    if text.trim().is_empty() { Err("it must not be empty") } else { Ok(text.to_owned()) }
}
