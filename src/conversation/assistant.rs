//! The assistant: a language model behind Ollama's HTTP API, asked for one answer at a time, piece by piece.
//!
//! It guards the way there: what may be asked, how many at once, time-outs, further attempts, a breaker. It knows
//! nothing of conversations and their members; who hears an answer is decided by who asked for it.

mod answer;
mod asking;
mod failure;
mod health;
mod lines;
mod question;
mod reading;
mod settings;

use std::sync::{Arc, OnceLock};

use reqwest::{Client, Url, redirect};
use tokio::sync::Semaphore;
use tokio::time::Instant;

pub use answer::{Answer, Piece, Why};
pub use asking::Again;
pub use failure::Failure;
pub use question::{Question, Role, Said};
pub use reading::MAX_TEXT;
pub use settings::{Settings, Times};

use answer::Hold;
use asking::Asking;
use health::Health;

use crate::breaker::Breaker;

/// The way to a server that speaks Ollama's protocol. Clones share it.
#[derive(Clone)]
pub struct Ollama(Arc<Shared>);

/// How many failures in a row open the breaker.
pub const FAILURES: u32 = 3;

/// Told of a failure for which the server is to blame.
pub type Blamed = Box<dyn Fn(&Failure) + Send + Sync>;

struct Shared {
    settings: Settings,
    client: Client,
    chat: Url,
    health: Health,
    room: Arc<Semaphore>,
    breaker: Arc<Breaker>,
    /// Told why whenever the server is to blame for a failure.
    blamed: OnceLock<Blamed>,
}

/// Settings that nobody can be asked by.
#[derive(Debug, thiserror::Error)]
pub enum NotUsable {
    /// The URL is none of `http` or `https`.
    #[error("the assistant's URL must be one of http or https")]
    Url,
    /// There is no client, for want of certificates, say.
    #[error("the assistant cannot be reached from here: {0}")]
    Client(reqwest::Error),
}

impl Ollama {
    /// Gets ready to ask. Nothing is sent yet: a server that comes up later will do.
    ///
    /// # Errors
    /// If the URL is none, or no client can be made for it.
    pub fn new(settings: Settings) -> Result<Self, NotUsable> {
        let base = Url::parse(&settings.url).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let base = base.ok_or(NotUsable::Url)?;
        let client = client(&base, &settings.times).map_err(NotUsable::Client)?;
        let health = Health::new(client.clone(), below(&base, "api/tags"), &settings.times);
        let shared = Shared {
            client,
            chat: below(&base, "api/chat"),
            health,
            room: Arc::new(Semaphore::new(settings.at_once.min(Semaphore::MAX_PERMITS))),
            breaker: Arc::new(Breaker::new("assistant", FAILURES, settings.times.breaker_pause)),
            blamed: OnceLock::new(),
            settings,
        };
        Ok(Self(Arc::new(shared)))
    }

    /// The model of questions that name none.
    #[must_use]
    pub fn model(&self) -> &str {
        &self.0.settings.model
    }

    /// What it is, and what may be asked of it.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// Below which confidence an answer should be looked at.
    #[must_use]
    pub fn confidence_threshold(&self) -> f64 {
        self.0.settings.confidence_threshold
    }

    /// The same as [`Self::answer_telling`], and nobody is told of further attempts.
    ///
    /// # Errors
    /// The same.
    pub fn answer(&self, question: Question) -> Result<Answer, Failure> {
        self.answer_telling(question, None)
    }

    /// Begins an answer. It goes on as it is asked for its pieces, and takes one of the places for answers until it
    /// is over or dropped. Whoever wants to know is told of attempts behind the first.
    ///
    /// # Errors
    /// At once, and without a request, if the question may not be asked, all places are taken, or the breaker is open.
    pub fn answer_telling(&self, question: Question, again: Option<Again>) -> Result<Answer, Failure> {
        let shared = &self.0;
        let request = question.checked(&shared.settings)?;
        let place = Arc::clone(&shared.room).try_acquire_owned().map_err(|_| Failure::Busy)?;
        let turn =
            shared.breaker.enter().ok_or_else(|| Failure::Unavailable("the breaker is open".into()))?;
        let asking = Asking {
            client: shared.client.clone(),
            url: shared.chat.clone(),
            request,
            deadline: Instant::now() + shared.settings.times.whole,
            times: shared.settings.times.clone(),
            again,
        };
        Ok(Answer::new(asking, Hold::new(self.clone(), turn, place)))
    }

    /// From now on this is told of every failure for which the server is to blame. The first word counts.
    pub fn tell_failures(&self, blamed: Blamed) {
        drop(self.0.blamed.set(blamed));
    }

    /// What lets nobody ask for a while.
    #[must_use]
    pub fn breaker(&self) -> &Breaker {
        &self.0.breaker
    }

    /// Whether the server answers. What it answered is kept for some seconds, so this may be asked often.
    pub async fn is_healthy(&self) -> bool {
        self.0.health.ask().await
    }
}

/// The environment names no proxy for it, and an answer is where it was asked for: nobody is sent elsewhere.
fn client(base: &Url, times: &Times) -> Result<Client, reqwest::Error> {
    let builder = Client::builder()
        .connect_timeout(times.connect)
        .no_proxy()
        .redirect(redirect::Policy::none())
        .user_agent(concat!("graphroom/", env!("CARGO_PKG_VERSION")));
    // A machine without certificates reaches a server without TLS all the same.
    let builder = if base.scheme() == "http" { builder.tls_certs_only([]) } else { builder };
    builder.build()
}

/// A path of the API, where the API may itself be below a path.
fn below(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}/{path}", base.path().trim_end_matches('/')));
    url.set_query(None);
    url.set_fragment(None);
    url
}
