//! Projects on their way out, as files: streamed, and never whole in memory.

use std::io;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use futures_util::stream::{Stream, StreamExt, try_unfold};
use graphroom_protocol::ErrorCode;
use graphroom_protocol::rest::files::ProjectFile;
use http::header;
use serde::Deserialize;
use tokio::task::spawn_blocking;
use utoipa::{IntoParams, ToSchema};

use super::document::errors::{Errors, InvalidRequest, NeedsSession, ProjectNotFound};
use super::error::ApiError;
use super::history::not_found;
use super::parts::{Id, Parameters, ProjectId};
use super::projects::open_project;
use crate::project::export::records::{Form, Records};
use crate::project::export::{self, Export};
use crate::transport::Backend;

/// What an export is to hold.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ExportOptions {
    /// Whether the records of the journal come along: in the file (`full`), or alone, as JSON lines (`lines`).
    #[param(inline, value_type = History, required = false)]
    history: Option<String>,
}

/// How an export holds the records of the journal.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[allow(dead_code, reason = "its schema is what it is for")]
pub enum History {
    Full,
    Lines,
}

/// Exports a project as a file
///
/// As it was when the request came, whatever is changed while it is read. JSON lines begin with one about the
/// project.
#[utoipa::path(
    get, path = "/projects/{project_id}/export", tag = "projects", operation_id = "export_project",
    params(ProjectId, ExportOptions),
    responses(
        (status = OK, description = "The project file, or the records",
            content((ProjectFile<'_> = "application/json"), (String = "application/x-ndjson")),
            headers(("Content-Disposition" = String, description = "An attachment, called like the project"))),
        Errors<(InvalidRequest, ProjectNotFound, NeedsSession)>,
    ),
)]
pub async fn export(
    State(backend): State<Arc<Backend>>,
    Id(id): Id,
    Parameters(options): Parameters<ExportOptions>,
) -> Result<Response, ApiError> {
    let form = match options.history.as_deref() {
        None => None,
        Some("full") => Some(Form::Field),
        Some("lines") => Some(Form::Lines),
        Some(_) => return Err(ApiError::new(ErrorCode::InvalidRequest, "history must be full or lines")),
    };
    let session = open_project(&backend, &id).await?;
    let state = session.committed().state.clone();
    let project = session.project().ok_or_else(not_found)?;
    let file_name = export::file_name(&state.name);
    let records = |form| of_records(backend.projects.records(project, &state, form));
    let json = "application/json";
    let (kind, file_name, body) = match form {
        None => (json, file_name, Body::from_stream(of_file(Export::new(state)))),
        Some(Form::Field) => {
            let records = records(Form::Field);
            let file = of_file(Export::new(state).left_open());
            (json, file_name, Body::from_stream(file.chain(records)))
        }
        Some(Form::Lines) => {
            ("application/x-ndjson", format!("{file_name}l"), Body::from_stream(records(Form::Lines)))
        }
    };
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, export::disposition(&file_name)),
    ];
    Ok((headers, body).into_response())
}

/// The pieces of a file. Between two of them nothing of ours waits for the client.
fn of_file(export: Export) -> impl Stream<Item = io::Result<Bytes>> + Send {
    try_unfold(export, async |mut export| {
        let (piece, export) = spawn_blocking(move || (export.next_piece(), export)).await?;
        io::Result::Ok(piece?.map(|piece| (Bytes::from(piece), export)))
    })
}

/// The pieces of a journal. One that cannot be read breaks the answer off, which a client sees.
fn of_records(records: Records) -> impl Stream<Item = io::Result<Bytes>> + Send {
    try_unfold(records, async |mut records| {
        let piece = records.next_piece().await.map_err(|error| {
            tracing::error!(%error, "an export broke off");
            io::Error::other("the journal could not be read")
        })?;
        io::Result::Ok(piece.map(|piece| (Bytes::from(piece), records)))
    })
}
