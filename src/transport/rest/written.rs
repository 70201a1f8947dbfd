//! What may be much: read, and written as JSON, on a thread that may be held up.

use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use graphroom_protocol::ErrorCode;
use http::header;
use serde::Serialize;

use super::error::ApiError;

/// JSON that is written already.
#[derive(Debug)]
pub struct Written(Bytes);

impl Written {
    /// Writes it, which takes as long as it takes.
    pub fn of(value: &impl Serialize) -> Result<Self, ApiError> {
        serde_json::to_vec(value).map(|json| Self(json.into())).map_err(|_| unread())
    }
}

impl IntoResponse for Written {
    fn into_response(self) -> Response {
        ([(header::CONTENT_TYPE, "application/json")], self.0).into_response()
    }
}

/// Reads where it holds nobody up.
pub async fn read<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, ApiError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| unread())
}

fn unread() -> ApiError {
    ApiError::new(ErrorCode::Internal, "It could not be read")
}
