//! Errors over HTTP: the code's status and `{"error": {…}}`, and when to try again where that is known.

use axum::Json;
use axum::response::{IntoResponse, Response};
use graphroom_protocol::rest::ErrorAnswer;
use graphroom_protocol::{ErrorBody, ErrorCode};
use http::{HeaderValue, StatusCode, header};

/// An error and its status.
#[derive(Debug)]
pub struct ApiError {
    status: StatusCode,
    error: ErrorBody,
}

impl ApiError {
    /// An error without details.
    pub fn new(code: ErrorCode, message: &str) -> Self {
        ErrorBody::new(code, message).into()
    }

    /// What it is.
    pub fn code(&self) -> ErrorCode {
        self.error.code
    }

    /// The same error with another status, where a client expects that.
    #[must_use]
    pub fn with_status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }
}

impl From<ErrorBody> for ApiError {
    fn from(error: ErrorBody) -> Self {
        let status = StatusCode::from_u16(error.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self { status, error }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let wait = self.error.details.as_ref().and_then(|details| details["retry_after_ms"].as_u64());
        let error = self.error.clone();
        let mut response = (self.status, Json(ErrorAnswer { error: self.error })).into_response();
        if self.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        // For those who write it in another form.
        response.extensions_mut().insert(error);
        if let Some(wait) = wait {
            // In whole seconds, as the header has it.
            response.headers_mut().insert(header::RETRY_AFTER, wait.div_ceil(1_000).into());
        }
        response
    }
}
