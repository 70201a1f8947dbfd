//! Commands over REST: answered at commit, by the state that everybody sees then.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use graphroom_protocol::rest::{ExecuteBody, TakeBackBody};
use graphroom_protocol::{Accepted, ErrorBody, ErrorCode, Rejected};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::oneshot;
use utoipa::{IntoParams, ToSchema};

use super::body::{JsonBody, OptionalJsonBody};
use super::call::Call;
use super::document::errors::{
    DepthLimit, Errors, NodeLimit, NothingToUndo, OpensSession400, ReadsBody, Rejections, Submits,
};
use super::error::ApiError;
use super::open;
use super::parts::{Caller, Id, IdempotencyKey, Parameters, SessionId};
use crate::domain::{OnConflict, Scope};
use crate::session::{Request, Session, Wish};
use crate::transport::{Backend, MAX_TREE_NODES};

/// What a command's query may say.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Options {
    /// Whether the answer holds the graph: `full` (the default) or `none`.
    #[param(inline, value_type = GraphOption, required = false)]
    graph: Option<String>,
    /// `1` makes nothing to undo or redo an error.
    #[param(inline, value_type = Flag, required = false)]
    strict: Option<String>,
}

/// What may be said of a graph that comes with an answer.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct GraphChoice {
    /// Whether the answer holds the graph: `full` (the default) or `none`.
    #[param(inline, value_type = GraphOption, required = false)]
    graph: Option<String>,
}

impl GraphChoice {
    /// Whether it asks for the graph.
    pub fn wants_graph(&self) -> Result<bool, ApiError> {
        wants_graph(self.graph.as_deref())
    }
}

/// Whether an answer holds the graph.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[allow(dead_code, reason = "its schema is what it is for")]
pub enum GraphOption {
    Full,
    None,
}

/// A flag in a query.
#[derive(ToSchema)]
#[allow(dead_code, reason = "its schema is what it is for")]
pub enum Flag {
    #[schema(rename = "0")]
    Zero,
    #[schema(rename = "1")]
    One,
    #[schema(rename = "false")]
    False,
    #[schema(rename = "true")]
    True,
}

impl Options {
    fn wants_graph(&self) -> Result<bool, ApiError> {
        wants_graph(self.graph.as_deref())
    }

    fn is_strict(&self) -> Result<bool, ApiError> {
        Ok(flag("strict", self.strict.as_deref())?.unwrap_or(false))
    }
}

/// Whether a query asks for the graph; it does unless it says otherwise.
pub fn wants_graph(graph: Option<&str>) -> Result<bool, ApiError> {
    match graph {
        None | Some("full") => Ok(true),
        Some("none") => Ok(false),
        Some(_) => Err(ApiError::new(ErrorCode::InvalidRequest, "graph must be none or full")),
    }
}

/// A flag in a query that may be missing.
pub fn flag(name: &str, text: Option<&str>) -> Result<Option<bool>, ApiError> {
    match text {
        None => Ok(None),
        Some("0" | "false") => Ok(Some(false)),
        Some("1" | "true") => Ok(Some(true)),
        Some(_) => Err(ErrorBody::new(ErrorCode::InvalidRequest, format!("{name} must be 1 or 0")).into()),
    }
}

/// Carries out a command
///
/// Answered at commit: what was answered is durable. Repeating a command with its `command_id` is safe.
#[utoipa::path(
    post, path = "/commands/execute", tag = "commands", operation_id = "execute_command",
    params(Options, Caller, IdempotencyKey), request_body = ExecuteBody,
    responses(
        (status = OK, description = "It is durable", body = Accepted),
        Errors<(ReadsBody, OpensSession400, Submits, Rejections, NothingToUndo)>,
    ),
)]
pub async fn execute(
    State(backend): State<Arc<Backend>>,
    call: Call,
    Parameters(options): Parameters<Options>,
    headers: HeaderMap,
    body: JsonBody,
) -> Result<Response, ApiError> {
    let missing = "Missing session_id or command_type";
    let session_id = body.required("session_id", missing)?;
    let command_type = body.required("command_type", missing)?.to_owned();
    let command_id = command_id(&headers, &body)?;
    let session = open(&backend, &call, session_id, StatusCode::BAD_REQUEST).await?;
    let data = body.fields.get("data").cloned().unwrap_or(Value::Null);
    let request = Request {
        author: call.author(),
        wish: Wish::Execute { command_type, data },
        command_id,
        default_scope: Scope::Session,
        bytes: body.len,
        waiting: None,
        via: call.via(),
    };
    run(&session, request, &options).await
}

/// Undoes a step
///
/// The session's newest one, unless the body asks for the caller's own.
#[utoipa::path(
    post, path = "/sessions/{session_id}/undo", tag = "commands", operation_id = "undo",
    params(SessionId, Options, Caller, IdempotencyKey), request_body = Option<TakeBackBody>,
    responses(
        (status = OK, description = "What was taken back, or that there was nothing", body = Accepted),
        Errors<(ReadsBody, OpensSession400, Submits, NodeLimit, DepthLimit, NothingToUndo)>,
    ),
)]
pub async fn undo(
    State(backend): State<Arc<Backend>>,
    call: Call,
    Id(id): Id,
    Parameters(options): Parameters<Options>,
    headers: HeaderMap,
    body: OptionalJsonBody,
) -> Result<Response, ApiError> {
    let wish = |scope, force, on_conflict| Wish::Undo { scope, force, on_conflict };
    take_back(&backend, &call, &id, &options, &headers, &body.0, wish).await
}

/// Redoes a step that was undone
///
/// The session's newest one, unless the body asks for the caller's own.
#[utoipa::path(
    post, path = "/sessions/{session_id}/redo", tag = "commands", operation_id = "redo",
    params(SessionId, Options, Caller, IdempotencyKey), request_body = Option<TakeBackBody>,
    responses(
        (status = OK, description = "What was done again, or that there was nothing", body = Accepted),
        Errors<(ReadsBody, OpensSession400, Submits, NodeLimit, DepthLimit, NothingToUndo)>,
    ),
)]
pub async fn redo(
    State(backend): State<Arc<Backend>>,
    call: Call,
    Id(id): Id,
    Parameters(options): Parameters<Options>,
    headers: HeaderMap,
    body: OptionalJsonBody,
) -> Result<Response, ApiError> {
    let wish = |scope, force, on_conflict| Wish::Redo { scope, force, on_conflict };
    take_back(&backend, &call, &id, &options, &headers, &body.0, wish).await
}

async fn take_back(
    backend: &Arc<Backend>,
    call: &Call,
    id: &str,
    options: &Options,
    headers: &HeaderMap,
    body: &JsonBody,
    wish: impl Fn(Option<Scope>, bool, OnConflict) -> Wish,
) -> Result<Response, ApiError> {
    let scope = match body.text("scope")? {
        None => None,
        Some("mine") => Some(Scope::Mine),
        Some("session") => Some(Scope::Session),
        Some(_) => return Err(ApiError::new(ErrorCode::InvalidRequest, "scope must be mine or session")),
    };
    let on_conflict = match body.text("on_conflict")? {
        None | Some("skip") => OnConflict::Skip,
        Some("refuse") => OnConflict::Refuse,
        Some(_) => {
            return Err(ApiError::new(ErrorCode::InvalidRequest, "on_conflict must be skip or refuse"));
        }
    };
    let request = Request {
        author: call.author(),
        wish: wish(scope, body.flag("force")?, on_conflict),
        command_id: command_id(headers, body)?,
        default_scope: Scope::Session,
        bytes: body.len,
        waiting: None,
        via: call.via(),
    };
    let session = open(backend, call, id, StatusCode::BAD_REQUEST).await?;
    run(&session, request, options).await
}

/// The client's name for the command: a field of the body, or `Idempotency-Key`. That must be one even where
/// the body's goes before it.
pub fn command_id(headers: &HeaderMap, body: &JsonBody) -> Result<Option<String>, ApiError> {
    let key = idempotency_key(headers)?;
    Ok(body.text("command_id")?.map(ToOwned::to_owned).or(key))
}

/// The client's name for the command where the body has no place for one.
pub fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, ApiError> {
    let Some(key) = headers.get("idempotency-key") else { return Ok(None) };
    match key.to_str() {
        Ok(key) if (1..=128).contains(&key.len()) => Ok(Some(key.to_owned())),
        _ => {
            let message = "Idempotency-Key must be 1 to 128 visible ASCII characters";
            Err(ApiError::new(ErrorCode::InvalidRequest, message))
        }
    }
}

/// A command of a route of its own.
pub async fn carry_out(
    session: &Session,
    call: &Call,
    wish: Wish,
    command_id: Option<String>,
    bytes: usize,
) -> Result<Accepted, ApiError> {
    let author = call.author();
    let default_scope = Scope::Session;
    let (waiting, via) = (None, call.via());
    submit(session, Request { author, wish, command_id, default_scope, bytes, waiting, via }).await
}

/// Hands a command in and waits for its answer.
pub async fn submit(session: &Session, request: Request) -> Result<Accepted, ApiError> {
    let (answered, answer) = oneshot::channel();
    session.submit(request, Box::new(move |resolution| drop(answered.send(resolution.answer))));
    let answer = answer.await.map_err(|_| {
        ErrorBody::new(
            ErrorCode::OutcomeUnknown,
            "The command was not answered: retry it with its command_id",
        )
    })?;
    Ok(answer.map_err(|Rejected { error, .. }| error)?)
}

async fn run(session: &Session, request: Request, options: &Options) -> Result<Response, ApiError> {
    let (wants_graph, is_strict) = (options.wants_graph()?, options.is_strict()?);
    let accepted = submit(session, request).await?;
    if accepted.nothing_to_undo && is_strict {
        return Err(ApiError::new(ErrorCode::NothingToUndo, "There is no step to take back"));
    }
    let accepted = if wants_graph { with_graph(accepted, session).await } else { accepted };
    Ok(Json(accepted).into_response())
}

/// An answer with the graph as it is now, unless that is too large to send along.
pub async fn with_graph(accepted: Accepted, session: &Session) -> Accepted {
    let committed = session.committed();
    let graph_seq = Some(committed.state.head);
    let graph = match committed.state.graph.len() {
        nodes if nodes > MAX_TREE_NODES => None,
        _ => super::graph::encode(committed).await,
    };
    Accepted {
        graph_omitted: graph.is_none(),
        graph_seq,
        graph: Some(graph.map(|tree| (*tree).to_owned())),
        ..accepted
    }
}
