//! Bodies that are project files: large, so few are read at a time, and one that is too large is refused
//! before it is read.

use std::pin::pin;
use std::time::Duration;

use axum::body::HttpBody;
use axum::extract::Request;
use graphroom_protocol::{ErrorBody, ErrorCode};
use http::header;
use http_body_util::BodyExt;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, timeout, timeout_at};

use super::body::{is_json, no_body, no_json};
use super::error::ApiError;
use crate::project::import::MAX_FILE;
use crate::session::OpenError;
use crate::transport::{Backend, open_error};

/// How long a client may send nothing.
const PAUSE: Duration = Duration::from_secs(30);
/// How long a client may take for all of it: others wait for its end.
pub const LONGEST: Duration = Duration::from_secs(600);
/// How often who waits for its turn looks whether the server goes down.
const GLANCE: Duration = Duration::from_millis(250);

/// A file that came in, and the right to work on it.
pub struct Upload {
    /// The file.
    pub bytes: Vec<u8>,
    /// The next one may come when this is dropped.
    pub turn: OwnedSemaphorePermit,
}

/// Reads a project file once it is its turn.
pub async fn read(backend: &Backend, request: Request) -> Result<Upload, ApiError> {
    let declared = request.headers().get(header::CONTENT_LENGTH);
    let declared: Option<u64> = declared.and_then(|length| length.to_str().ok()?.parse().ok());
    if declared.is_some_and(|length| length > MAX_FILE as u64) {
        return Err(too_large());
    }
    if request.body().is_end_stream() {
        return Err(no_body());
    }
    if !is_json(request.headers()) {
        return Err(no_json());
    }
    let turn = turn(backend).await?;
    let expected = declared.and_then(|length| usize::try_from(length).ok()).unwrap_or_default();
    let bytes = collect(request, expected).await?;
    Ok(Upload { bytes, turn })
}

async fn turn(backend: &Backend) -> Result<OwnedSemaphorePermit, ApiError> {
    let mut turn = pin!(backend.projects.turn_to_import());
    loop {
        if backend.registry.is_draining() {
            return Err(open_error(&OpenError::ShuttingDown).into());
        }
        if let Ok(Some(turn)) = timeout(GLANCE, &mut turn).await {
            return Ok(turn);
        }
    }
}

async fn collect(request: Request, expected: usize) -> Result<Vec<u8>, ApiError> {
    // What a client says of its length is worth no more than what it sends.
    let mut bytes = Vec::with_capacity(expected.min(1024 * 1024));
    let (end, mut body) = (Instant::now() + LONGEST, request.into_body());
    loop {
        let frame = timeout_at(end.min(Instant::now() + PAUSE), body.frame());
        let unread = || ApiError::new(ErrorCode::InvalidRequest, "The body could not be read");
        let Some(frame) = frame.await.map_err(|_| unread())? else { return Ok(bytes) };
        let Ok(data) = frame.map_err(|_| unread())?.into_data() else { continue };
        if bytes.len() + data.len() > MAX_FILE {
            return Err(too_large());
        }
        bytes.extend_from_slice(&data);
    }
}

fn too_large() -> ApiError {
    ErrorBody::new(ErrorCode::PayloadTooLarge, format!("A project file is at most {MAX_FILE} bytes")).into()
}
