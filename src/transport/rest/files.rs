//! Project files: imported as a project, loaded into a session.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use graphroom_protocol::rest::files::{GraphLoaded, ImportReport, ProjectFile, ProjectImported};
use graphroom_protocol::{Accepted, ErrorBody, ErrorCode};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use tokio::task::spawn_blocking;
use utoipa::IntoParams;

use super::call::Call;
use super::commands::{self, Flag, GraphOption, flag, wants_graph};
use super::document::errors::{Errors, InvalidProjectFile, NeedsSession, OpensSession, ReadsBody, Submits};
use super::error::ApiError;
use super::open;
use super::parts::{Caller, Id, IdempotencyKey, Parameters, SessionId};
use super::projects::{owned, refused};
use super::upload::{self, Upload};
use crate::domain::{Author, Scope};
use crate::project::catalogue::{Named, check_name};
use crate::project::import::{Faults, Import, Reading};
use crate::session::trace::Via;
use crate::session::{Committed, Reader, Session, Wish, unloading};
use crate::transport::{Backend, MAX_TREE_NODES, open_error};

/// How to import.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ImportOptions {
    /// `1` only tells what would come of it.
    #[param(inline, value_type = Flag, required = false)]
    dry_run: Option<String>,
    /// Whether the project is held to its template, whatever the file says.
    #[param(inline, value_type = Flag, required = false)]
    strict: Option<String>,
    /// What the project is called, whatever the file says.
    #[param(required = false, min_length = 1, max_length = 256)]
    name: Option<String>,
    /// Whether the answer holds the graph: `full` (the default) or `none`.
    #[param(inline, value_type = GraphOption, required = false)]
    graph: Option<String>,
}

/// What [`ImportOptions`] say.
struct Wanted {
    dry_run: bool,
    strict: Option<bool>,
    name: Option<String>,
    graph: bool,
}

impl ImportOptions {
    fn read(self) -> Result<Wanted, ApiError> {
        if let Some(name) = &self.name {
            check_name(name)
                .map_err(|error| ErrorBody::new(ErrorCode::InvalidRequest, format!("name: {error}")))?;
        }
        Ok(Wanted {
            dry_run: flag("dry_run", self.dry_run.as_deref())?.unwrap_or(false),
            strict: flag("strict", self.strict.as_deref())?,
            name: self.name,
            graph: wants_graph(self.graph.as_deref())?,
        })
    }
}

/// Makes a project from a project file, and its session
///
/// A file with faults makes none: `details.faults` tells the first hundred, each with its place. With
/// `dry_run` nothing is stored either way, and the answer is 200 with what was found.
#[utoipa::path(
    post, path = "/projects/import", tag = "projects", operation_id = "import_project",
    params(ImportOptions, Caller), request_body = ProjectFile,
    responses(
        (status = OK, description = "What a dry run found", body = ImportReport),
        (status = CREATED, description = "The project, its session and its graph", body = ProjectImported),
        Errors<(ReadsBody, InvalidProjectFile, NeedsSession)>,
    ),
)]
pub async fn import(
    State(backend): State<Arc<Backend>>,
    Parameters(options): Parameters<ImportOptions>,
    call: Call,
    request: Request,
) -> Result<Response, ApiError> {
    let wanted = options.read()?;
    let upload = upload::read(&backend, request).await?;
    to_its_end(make(backend, upload, wanted, call)).await
}

async fn make(
    backend: Arc<Backend>,
    upload: Upload,
    wanted: Wanted,
    call: Call,
) -> Result<Response, ApiError> {
    let Upload { bytes, turn } = upload;
    let reading =
        read(&backend, bytes, move |backend, bytes| backend.projects.read_file(&bytes, wanted.strict, None))
            .await?;
    if wanted.dry_run {
        return Ok(Json(reading.report(wanted.name)).into_response());
    }
    let mut import = reading.outcome.map_err(|faults| faulty(&faults))?;
    import.name = wanted.name.unwrap_or(import.name);
    backend.registry.check_room().await.map_err(|error| open_error(&error))?;
    let made =
        backend.projects.import(import, None, None, call.author(), call.owner()).await.map_err(refused)?;
    owned(&backend, &call, &made);
    drop(turn);
    let (row, node_count) = (made.row, made.state.graph.len());
    let graph = match node_count {
        nodes if !wanted.graph || nodes > MAX_TREE_NODES => None,
        _ => super::graph::encode(Arc::new(Committed::new(made.state))).await,
    };
    let imported = ProjectImported {
        project_id: row.project_id.to_string(),
        session_id: row.session_id.to_string(),
        name: row.name,
        template_id: row.template_id,
        node_count,
        graph_omitted: wanted.graph && graph.is_none(),
        graph: graph.map(|graph| (*graph).to_owned()),
    };
    Ok((StatusCode::CREATED, Json(imported)).into_response())
}

/// What loading a graph may be told.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct LoadOptions {
    /// Whether the answer holds the graph: `full` (the default) or `none`.
    #[param(inline, value_type = GraphOption, required = false)]
    graph: Option<String>,
}

/// Loads a project file into a session
///
/// The graph of its project is replaced, which nobody can undo; an empty session gets a project. Members are
/// told by `graph-replaced` and `external_project_update`.
#[utoipa::path(
    post, path = "/sessions/{session_id}/load-graph", tag = "graph", operation_id = "load_graph",
    params(SessionId, LoadOptions, Caller, IdempotencyKey), request_body = ProjectFile,
    responses(
        (status = OK, description = "The session has that graph, durably", body = GraphLoaded),
        Errors<(ReadsBody, InvalidProjectFile, OpensSession, Submits)>,
    ),
)]
pub async fn load(
    State(backend): State<Arc<Backend>>,
    call: Call,
    Id(id): Id,
    Parameters(options): Parameters<LoadOptions>,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, ApiError> {
    let wants_graph = wants_graph(options.graph.as_deref())?;
    let command_id = commands::idempotency_key(&headers)?;
    open(&backend, &call, &id, StatusCode::NOT_FOUND).await?;
    let upload = upload::read(&backend, request).await?;
    to_its_end(put(backend, call, id, upload, command_id, wants_graph)).await
}

async fn put(
    backend: Arc<Backend>,
    call: Call,
    id: String,
    upload: Upload,
    command_id: Option<String>,
    wants_graph: bool,
) -> Result<Response, ApiError> {
    let Upload { bytes, turn } = upload;
    let mut session = open(&backend, &call, &id, StatusCode::NOT_FOUND).await?;
    let mut beginning = None;
    if session.project().is_none() {
        // Somebody else may give it a project meanwhile, once.
        beginning = Some(backend.projects.turn_to_begin().await);
        session = open(&backend, &call, &id, StatusCode::NOT_FOUND).await?;
    }
    let committed = session.project().map(|_| session.committed());
    let reading = read(&backend, bytes, move |backend, bytes| {
        let state = committed.as_ref().map(|committed| &committed.state);
        backend.projects.read_file(
            &bytes,
            state.map(|state| state.strict),
            state.map(|state| &state.template),
        )
    })
    .await?;
    let import = reading.outcome.map_err(|faults| faulty(&faults))?;
    let (node_count, template_id) = (import.nodes.len(), import.template.id.to_string());
    // It may have been unloaded while the file was read.
    session = open(&backend, &call, &id, StatusCode::NOT_FOUND).await?;
    let (session, accepted) = if session.project().is_none() {
        begin(&backend, &call, &session, import, command_id).await?
    } else {
        let accepted = replace(&session, &import, call.author(), command_id).await?;
        (session, accepted)
    };
    drop((beginning, turn));
    let accepted = if wants_graph { commands::with_graph(accepted, &session).await } else { accepted };
    let project_id = session.project().map(|project| project.project_id.to_string()).unwrap_or_default();
    let session_id = session.id().to_owned();
    Ok(Json(GraphLoaded { accepted, session_id, project_id, template_id, node_count }).into_response())
}

/// Gives an empty session a project.
async fn begin(
    backend: &Arc<Backend>,
    call: &Call,
    session: &Arc<Session>,
    import: Import,
    command_id: Option<String>,
) -> Result<(Arc<Session>, Accepted), ApiError> {
    let id = session.id().parse().ok();
    // Nobody cleans up what is about to have a project.
    let reader = Reader::new(Arc::clone(session)).ok_or_else(unloading)?;
    // A repeat comes to a session that has a project, and is known there.
    let body_hash = wish(&import).body_hash();
    let named = command_id.map(|id| Named { command_id: id.into(), body_hash });
    let made = backend.projects.import(import, id, named, call.author(), call.owner()).await;
    let made = made.map_err(refused)?;
    owned(backend, call, &made);
    let accepted = Accepted {
        success: true,
        command_id: made.first.command_id.to_string(),
        seq: made.first.seq_last,
        ..Accepted::default()
    };
    let attached = backend.registry.attach(session, made.row, &made.first).await;
    drop(reader);
    Ok((attached.map_err(|error| open_error(&error))?, accepted))
}

async fn replace(
    session: &Session,
    import: &Import,
    author: Author,
    command_id: Option<String>,
) -> Result<Accepted, ApiError> {
    let request = crate::session::Request {
        author,
        wish: wish(import),
        command_id,
        default_scope: Scope::Session,
        // Few wait at a time, and for those there is room outside the mailbox.
        bytes: 0,
        waiting: None,
        via: Via::now("rest"),
    };
    commands::submit(session, request).await
}

/// What loading a file means for a session that has a project.
fn wish(import: &Import) -> Wish {
    Wish::Replace { graph: import.replacement(), digest: Arc::clone(&import.digest) }
}

/// Reads a file where waiting is allowed.
async fn read(
    backend: &Arc<Backend>,
    bytes: Vec<u8>,
    read: impl FnOnce(&Backend, Vec<u8>) -> Reading + Send + 'static,
) -> Result<Reading, ApiError> {
    let backend = Arc::clone(backend);
    spawn_blocking(move || read(&backend, bytes)).await.map_err(|_| broken())
}

/// Runs to its end what must not stop halfway when the client goes.
async fn to_its_end(
    work: impl Future<Output = Result<Response, ApiError>> + Send + 'static,
) -> Result<Response, ApiError> {
    tokio::spawn(work).await.map_err(|_| broken())?
}

fn broken() -> ApiError {
    ApiError::new(ErrorCode::Internal, "The request could not be carried out")
}

fn faulty(faults: &Faults) -> ApiError {
    let (first, total) = (faults.listed().first(), faults.total());
    let what = first.map(|fault| format!(": {}: {}", fault.place, fault.message)).unwrap_or_default();
    let message = match total {
        1 => format!("The project file has a fault{what}"),
        _ => format!("The project file has {total} faults, the first{what}"),
    };
    let details = serde_json::to_value(faults.list()).ok();
    ErrorBody { code: ErrorCode::InvalidProjectFile, message, details }.into()
}
