//! The topics that a connection hears: all that are asked for, or none.

use std::sync::Arc;

use graphroom_protocol::status::{MAX_TOPICS, Subscribed, TopicHeard, Topics};
use graphroom_protocol::{ErrorBody, ErrorCode, RequestName};

use super::handlers::acknowledgement;
use super::hearing::MAX_HEARD;
use super::inbound::Inbound;
use super::{Connection, chat, event as reading, lock};
use crate::domain::Role;
use crate::identity::Need;
use crate::outlet::Line;
use crate::transport::topics::{Topic, about};

/// What an event about topics asks for.
pub struct Subscribing {
    topics: Vec<(String, Topic)>,
    is_join: bool,
}

impl Subscribing {
    /// Reads an event; none if it is about no such thing.
    pub fn read(name: RequestName, inbound: &Inbound) -> Option<Result<Self, ErrorBody>> {
        let is_join = match name {
            RequestName::Subscribe => true,
            RequestName::Unsubscribe => false,
            _ => return None,
        };
        Some(reading::argument(inbound).and_then(|Topics { topics }| Self::of(topics, is_join)))
    }

    fn of(topics: Vec<String>, is_join: bool) -> Result<Self, ErrorBody> {
        if !(1..=MAX_TOPICS).contains(&topics.len()) {
            let message = format!("topics must be a list of 1 to {MAX_TOPICS}");
            return Err(ErrorBody::new(ErrorCode::InvalidRequest, message));
        }
        let read = topics.into_iter().map(|text| match Topic::read(&text) {
            Ok(topic) => Ok((text, topic)),
            Err(error) => Err(about(&text, error)),
        });
        Ok(Self { topics: read.collect::<Result<_, _>>()?, is_join })
    }
}

/// Does what an event asks for, and answers it.
pub async fn act(connection: &Arc<Connection>, asked: Subscribing, name: &'static str, ack_id: Option<i64>) {
    let done = match asked.is_join {
        true => connection.subscribe(asked.topics).await,
        false => connection.unsubscribe(asked.topics),
    };
    match done {
        Ok(topics) => {
            let timestamp = connection.backend.identity.now().in_microseconds();
            connection.send(acknowledgement(ack_id, &Subscribed { success: true, topics, timestamp }));
        }
        Err(error) => {
            connection.note_refusal(name, None, &error);
            chat::refuse(connection, ack_id, error);
        }
    }
}

impl Connection {
    /// Lets it hear topics.
    async fn subscribe(self: &Arc<Self>, topics: Vec<(String, Topic)>) -> Result<Vec<TopicHeard>, ErrorBody> {
        let who = self.who();
        let caller = who.as_ref().map(|who| &who.caller);
        // Who may not hear one of them hears none.
        for (text, topic) in &topics {
            topic.channel(caller).map_err(|error| about(text, error))?;
            if let Topic::Project(id) = topic {
                let spoken = self.backend.spoken_project(caller, id, Need::Role(Role::Viewer)).await;
                spoken.map_err(|error| about(text, error))?;
            }
        }
        let mut heard = Vec::with_capacity(topics.len());
        for (text, topic) in topics {
            let named = topic.channel(caller).map_err(|error| about(&text, error))?;
            heard.push(match (named, topic) {
                (Some((channel, topic)), _) => TopicHeard {
                    topic,
                    changed: self.listen_to(&channel).map_err(|error| about(&text, error))?,
                },
                (None, Topic::Project(id)) => {
                    let joined = self.join_project(&id).await.map_err(|error| about(&text, error))?;
                    TopicHeard { topic: format!("project:{}", joined.topic), changed: joined.changed }
                }
                (None, _) => TopicHeard { topic: text, changed: false },
            });
        }
        Ok(heard)
    }

    /// It hears topics no more.
    fn unsubscribe(self: &Arc<Self>, topics: Vec<(String, Topic)>) -> Result<Vec<TopicHeard>, ErrorBody> {
        let who = self.who();
        let caller = who.as_ref().map(|who| &who.caller);
        let left = topics.into_iter().map(|(text, topic)| match topic {
            Topic::Project(id) => {
                let left = self.leave_project(&id).map_err(|error| about(&text, error))?;
                Ok(TopicHeard { topic: format!("project:{}", left.topic), changed: left.changed })
            }
            // Whoever may not hear it does not.
            topic => match topic.channel(caller) {
                Ok(Some((channel, topic))) => Ok(TopicHeard { topic, changed: self.hears_no_more(&channel) }),
                Err(error) if error.code == ErrorCode::Unauthenticated => Err(error),
                Ok(None) | Err(_) => Ok(TopicHeard { topic: text, changed: false }),
            },
        });
        left.collect()
    }

    /// Lets it hear a channel. False if it does already.
    ///
    /// # Errors
    /// It hears too many.
    pub fn listen_to(self: &Arc<Self>, channel: &str) -> Result<bool, ErrorBody> {
        let channel: Arc<str> = channel.into();
        {
            let mut heard = lock(&self.heard);
            if heard.len() >= MAX_HEARD && !heard.contains_key(&channel) {
                let message = format!("A connection hears at most {MAX_HEARD} projects and topics");
                return Err(ErrorBody::new(ErrorCode::InvalidState, message));
            }
            heard.insert(Arc::clone(&channel), None);
        }
        let line = Arc::clone(self) as Arc<dyn Line>;
        let changed = self.backend.channels.join(&channel, &self.client_id, line);
        if self.is_gone() {
            // Nobody else will take it out again.
            self.hears_no_more(&channel);
        }
        Ok(changed)
    }
}
