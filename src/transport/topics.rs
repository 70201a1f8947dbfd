//! Topics: what clients may hear beside projects, who may, and where it is told.

use graphroom_protocol::channel::MAX_PROJECT_ID;
use graphroom_protocol::{ErrorBody, ErrorCode};
use serde_json::json;

use super::access;
use crate::domain::{Caller, Standing};
use crate::identity::{Need, decide};

/// How channels begin that are no project's. No project can be called so.
const PREFIX: &str = "topic:";
/// How the server is.
pub const STATUS: &str = "topic:status";
/// Each round of checks.
pub const HEALTH: &str = "topic:health";
/// Projects that are made, changed and deleted, all that there are.
pub const PROJECTS: &str = "topic:projects";
/// Each alert.
pub const ALERTS: &str = "topic:alerts";
/// The project that is none: who joins it hears how the server is, too.
pub const SYSTEM: &str = "system";

/// Whether a channel is a topic's.
#[must_use]
pub fn is_topic(channel: &str) -> bool {
    channel.starts_with(PREFIX)
}

/// The channel of what concerns a user.
#[must_use]
pub fn of_user(user_id: &str) -> String {
    format!("{PREFIX}user:{user_id}")
}

/// A topic as clients name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Topic {
    /// How the server is, or what becomes of all that it has.
    Server(&'static str),
    /// What concerns a user; without an id the caller.
    User(Option<String>),
    /// What is told of a project, as to who joins it.
    Project(String),
}

impl Topic {
    /// Reads it.
    ///
    /// # Errors
    /// There is no such topic.
    pub fn read(text: &str) -> Result<Self, ErrorBody> {
        let fits = |id: &&str| (1..=MAX_PROJECT_ID).contains(&id.chars().count());
        match text {
            "status" => return Ok(Self::Server(STATUS)),
            "health" => return Ok(Self::Server(HEALTH)),
            "alerts" => return Ok(Self::Server(ALERTS)),
            "projects" => return Ok(Self::Server(PROJECTS)),
            "user" => return Ok(Self::User(None)),
            _ => {}
        }
        if let Some(id) = text.strip_prefix("user:").filter(fits) {
            return Ok(Self::User(Some(id.to_owned())));
        }
        if let Some(id) = text.strip_prefix("project:").filter(fits) {
            return Ok(Self::Project(id.to_owned()));
        }
        let message = "A topic is status, health, alerts, projects, user, user:<id> or project:<id>";
        Err(ErrorBody::new(ErrorCode::InvalidRequest, message))
    }

    /// The channel that it is told in and how it is called to the client, for a caller that may hear it; none for a
    /// project's, of which that is found out elsewhere.
    ///
    /// # Errors
    /// The caller may not.
    pub fn channel(&self, caller: Option<&Caller>) -> Result<Option<(String, String)>, ErrorBody> {
        let Some(caller) = caller else { return Err(access::unauthenticated()) };
        match self {
            Self::Server(channel) => {
                allow(caller, Need::Admin)?;
                Ok(Some(((*channel).to_owned(), channel.trim_start_matches(PREFIX).to_owned())))
            }
            Self::User(id) => {
                let id = id.as_deref().unwrap_or(&caller.user_id);
                if *id != *caller.user_id {
                    allow(caller, Need::Admin)?;
                }
                Ok(Some((of_user(id), format!("user:{id}"))))
            }
            Self::Project(_) => Ok(None),
        }
    }
}

fn allow(caller: &Caller, need: Need) -> Result<(), ErrorBody> {
    decide(Some(caller), need, None)
        .map_err(|refused| access::refusal(refused).unwrap_or_else(access::unauthenticated))
}

/// The same error, with the topic that it is about.
#[must_use]
pub fn about(topic: &str, error: ErrorBody) -> ErrorBody {
    let topic: String = topic.chars().take(MAX_PROJECT_ID).collect();
    let mut details = error.details.filter(serde_json::Value::is_object).unwrap_or_else(|| json!({}));
    details["topic"] = json!(topic);
    ErrorBody { details: Some(details), ..error }
}

/// Whether a caller may hear what is told in the project that is none.
#[must_use]
pub fn may_hear_system(caller: &Caller) -> bool {
    caller.standing == Standing::Admin
}

#[cfg(test)]
mod tests {
    //! Proves STAT-4 (docs/behaviour.md).

    use super::*;

    fn caller(standing: Standing) -> Caller {
        Caller { user_id: "ann".into(), name: None, standing }
    }

    fn channel(text: &str, who: Option<&Caller>) -> Result<(String, String), ErrorBody> {
        Topic::read(text).unwrap().channel(who).map(Option::unwrap)
    }

    #[test]
    fn how_the_server_is_is_for_admins_and_a_user_hears_of_itself() {
        let user = caller(Standing::User);
        for text in ["status", "health", "alerts", "projects", "user:bob"] {
            assert_eq!(channel(text, Some(&user)).unwrap_err().code, ErrorCode::Forbidden, "{text}");
            assert_eq!(channel(text, None).unwrap_err().code, ErrorCode::Unauthenticated);
            for standing in [Standing::Admin, Standing::Everybody] {
                let (name, told) = channel(text, Some(&caller(standing))).unwrap();
                assert!(is_topic(&name) && told == text, "{name} {told}");
            }
        }
        let own = ("topic:user:ann".to_owned(), "user:ann".to_owned());
        assert_eq!(channel("user", Some(&user)).unwrap(), own);
        assert_eq!(channel("user:ann", Some(&user)).unwrap(), own);
    }

    #[test]
    fn what_is_no_topic_is_refused_and_told() {
        let long = format!("user:{}", "x".repeat(129));
        for text in ["", "users", "user:", "project:", "topic:status", &long] {
            assert_eq!(Topic::read(text).unwrap_err().code, ErrorCode::InvalidRequest, "{text}");
        }
        assert_eq!(Topic::read("project:p"), Ok(Topic::Project("p".into())));
        let error = about("users", Topic::read("users").unwrap_err());
        assert_eq!(error.details, Some(json!({ "topic": "users" })));
    }
}
