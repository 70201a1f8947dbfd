//! A conversation that every event about one can be sent to.

use serde_json::json;

use crate::support::Rest;

/// A conversation with a message, and another one where the assistant does not stop.
pub struct Talk {
    /// The conversation.
    pub conversation_id: String,
    /// Its message.
    pub message_id: String,
    /// The other one. Nobody joins it: the last one who goes would end the answer.
    pub answered: String,
    /// The answer there.
    pub stream_id: String,
}

impl Talk {
    /// Begins both, of a project or of none. What is said is said by who this is.
    pub async fn begin(rest: &Rest, project_id: Option<&str>) -> Self {
        let begin = async || {
            let (status, made) = rest.post("/conversations", json!({ "project_id": project_id })).await;
            assert_eq!(status, 201, "{made}");
            let id = made["conversation_id"].as_str().unwrap().to_owned();
            let message = json!({ "message_id": "first", "text": "Hello", "assistant": {} });
            let (status, sent) = rest.post(&format!("/conversations/{id}/messages"), message).await;
            assert_eq!(status, 201, "{sent}");
            (id, sent["stream_id"].as_str().expect("an assistant").to_owned())
        };
        let ((conversation_id, _), (answered, stream_id)) = (begin().await, begin().await);
        Self { conversation_id, message_id: "first".to_owned(), answered, stream_id }
    }

    /// Ids that name nothing.
    pub fn nothing() -> Self {
        let none = || "00000000-0000-4000-8000-000000000000".to_owned();
        Self { conversation_id: none(), message_id: none(), answered: none(), stream_id: none() }
    }
}
