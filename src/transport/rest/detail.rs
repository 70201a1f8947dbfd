//! Errors in the form that clients of `/auth`, of `/ws`, and of `/api` but `/api/v1`, know: `{"detail": …, "code": …}`.

use axum::Json;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use graphroom_protocol::ErrorBody;
use graphroom_protocol::rest::auth::DetailAnswer;
use http::{StatusCode, header};
use serde_json::Value;

/// Whether errors of this path have that form.
pub fn is_for(path: &str) -> bool {
    let is_below = |prefix: &str| path.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('/'));
    path == "/ws" || is_below("/ws") || is_below("/auth") || (is_below("/api") && !is_below("/api/v1"))
}

/// Runs a request, and writes its error in that form.
pub async fn detail(request: Request, next: Next) -> Response {
    let is_for = is_for(request.uri().path());
    let response = next.run(request).await;
    match response.extensions().get::<ErrorBody>() {
        Some(error) if is_for => rewritten(error.clone(), response),
        _ => response,
    }
}

fn rewritten(error: ErrorBody, response: Response) -> Response {
    let (mut parts, _) = response.into_parts();
    let faults = error.details.filter(|_| parts.status == StatusCode::UNPROCESSABLE_ENTITY);
    let detail = faults.unwrap_or(Value::String(error.message));
    parts.headers.remove(header::CONTENT_LENGTH);
    let body = Json(DetailAnswer { detail, code: error.code }).into_response().into_body();
    Response::from_parts(parts, body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_goes_by_the_path() {
        for path in ["/auth/token", "/auth/none", "/api/limitations", "/ws", "/ws/v1", "/ws/sessions"] {
            assert!(is_for(path), "{path}");
        }
        for path in ["/api/v1/projects", "/authority/x", "/apiary/x", "/wsx", "/metrics", "/"] {
            assert!(!is_for(path), "{path}");
        }
    }
}
