//! REST under `/api/v1`, one file a group of routes.
//!
//! A route exists only with its description: [`routes`] takes handlers that carry `#[utoipa::path]`, and
//! the OpenAPI document is made from the same list. To add a route:
//!
//! 1. Write the handler in the file of its group, with `#[utoipa::path]`: method and path; `tag`, a group of
//!    [`document::Document`]; `operation_id`, a verb and what it is about, unlike all others; `params` from
//!    [`parts`] (`SessionId`, `ProjectId`, `Caller`…) or a query's own `IntoParams`; `request_body`; in
//!    `responses` each success, then `Errors<(…)>` with the codes of [`document::errors`]: what every route
//!    may answer is in it already. The first line of the doc comment is the summary, the rest the description.
//! 2. Its body and its answer are types of `graphroom_protocol::rest` with `ToSchema` and a fixture.
//! 3. Add it to [`routes`] by one line. Methods of one path stand in one `routes!`.
//! 4. `make generate`; if it needs more than its path, an example call in `tests/contract/routes.rs`; the name of
//!    its fixture in `tests/contract/fixtures.rs`.

// What `#[utoipa::path]` writes names types by a path.
#![allow(unused_qualifications)]

pub mod error;

mod admin;
mod audit;
mod auth;
mod blame;
mod body;
mod broadcast_records;
mod broadcasts;
pub mod call;
mod chat_figures;
mod chat_sessions;
mod client_chat;
mod commands;
mod connections;
mod conversations;
pub mod detail;
pub mod document;
mod engine;
mod errors;
mod events;
mod exporting;
mod files;
mod graph;
mod history;
mod inspector;
mod invitations;
mod limitations;
mod maintenance;
pub mod measure;
mod members;
mod messages;
mod needs;
mod noting;
mod operations;
mod pace;
mod parts;
mod past;
mod presence;
mod processing;
mod project_chat;
mod projects;
mod published;
mod reference;
mod saving;
mod search;
mod service;
mod session_tokens;
mod sessions;
mod state;
mod status;
mod templates;
mod upload;
mod versions;
mod web_client;
mod websocket;
mod whole;
mod written;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use graphroom_protocol::ErrorCode;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use self::call::{Call, Gate};
use self::document::Document;
use self::error::ApiError;
use self::needs::Needs;
use super::access::NotOpened;
use super::{Backend, open_error};
use crate::session::{OpenError, Session};

/// The routes and the document that describes them: there is no route that is not in it.
fn routes() -> OpenApiRouter<Arc<Backend>> {
    let api = OpenApiRouter::new()
        .routes(routes!(service::health))
        .routes(routes!(sessions::list, sessions::create))
        .routes(routes!(sessions::info))
        .routes(routes!(state::set))
        .routes(routes!(events::read, published::publish))
        .routes(routes!(presence::read, presence::lease, presence::release))
        .routes(routes!(sessions::clean_up))
        .routes(routes!(saving::dirty))
        .routes(routes!(saving::save))
        .routes(routes!(saving::reset_dirty))
        .routes(routes!(projects::list, projects::create))
        .routes(routes!(projects::read, projects::rename, projects::delete))
        .routes(routes!(saving::save_project))
        .routes(routes!(files::import))
        .routes(routes!(exporting::export))
        .routes(routes!(files::load))
        .routes(routes!(history::list))
        .routes(routes!(blame::read))
        .routes(routes!(past::graph))
        .routes(routes!(past::restore))
        .routes(routes!(versions::list, versions::create))
        .routes(routes!(versions::delete))
        .routes(routes!(members::list, members::set, members::remove))
        .routes(routes!(invitations::create_in_project, invitations::list_in_project))
        .routes(routes!(invitations::revoke_in_project))
        .routes(routes!(admin::users, admin::create))
        .routes(routes!(admin::change))
        .routes(routes!(admin::create_key))
        .routes(routes!(admin::keys))
        .routes(routes!(admin::revoke_key))
        .routes(routes!(audit::read))
        .routes(routes!(inspector::list))
        .routes(routes!(inspector::one))
        .routes(routes!(inspector::unload))
        .routes(routes!(errors::list))
        .routes(routes!(errors::statistics))
        .routes(routes!(errors::resolve))
        .routes(routes!(status::charts))
        .routes(routes!(maintenance::read, maintenance::set))
        .routes(routes!(maintenance::notify))
        .routes(routes!(invitations::create, invitations::list_all))
        .routes(routes!(invitations::revoke_any))
        .routes(routes!(connections::disconnect))
        .routes(routes!(conversations::list, conversations::create))
        .routes(routes!(conversations::describe, conversations::change, conversations::delete))
        .routes(routes!(conversations::set_participant, conversations::remove_participant))
        .routes(routes!(messages::list, messages::send))
        .routes(routes!(messages::edit, messages::delete))
        .routes(routes!(messages::read))
        .routes(routes!(messages::cancel))
        .routes(routes!(search::find))
        .routes(routes!(search::orphaned))
        .routes(routes!(graph::node))
        .routes(routes!(graph::of_session))
        .routes(routes!(graph::tree))
        .routes(routes!(graph::by_query))
        .routes(routes!(commands::execute))
        .routes(routes!(commands::undo))
        .routes(routes!(commands::redo))
        .routes(routes!(templates::list))
        .routes(routes!(templates::schema))
        .routes(routes!(templates::of_project));
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(service::root))
        .routes(routes!(limitations::list))
        .routes(routes!(connections::count))
        .routes(routes!(connections::clean_up))
        .routes(routes!(connections::of_client))
        .routes(routes!(connections::list))
        .routes(routes!(connections::one))
        .routes(routes!(websocket::status))
        .routes(routes!(websocket::metrics))
        .routes(routes!(websocket::event_types))
        .routes(routes!(status::system))
        .routes(routes!(status::health))
        .routes(routes!(status::check))
        .routes(routes!(status::alerts))
        .routes(routes!(status::acknowledge))
        .routes(routes!(status::history))
        .routes(routes!(status::clean_up))
        .routes(routes!(status::live))
        .routes(routes!(status::metrics))
        .routes(routes!(status::connections))
        .routes(routes!(broadcasts::to_everybody))
        .routes(routes!(broadcasts::to_project))
        .routes(routes!(broadcasts::to_user))
        .routes(routes!(broadcasts::to_session))
        .routes(routes!(broadcasts::to_client))
        .routes(routes!(broadcasts::to_connection))
        .routes(routes!(broadcasts::to_conversation))
        .routes(routes!(broadcast_records::stats))
        .routes(routes!(broadcast_records::active))
        .routes(routes!(broadcast_records::failed))
        .routes(routes!(broadcast_records::one))
        .routes(routes!(broadcast_records::retry))
        .routes(routes!(chat_sessions::health))
        .routes(routes!(chat_sessions::list))
        .routes(routes!(client_chat::connect))
        .routes(routes!(client_chat::send))
        .routes(routes!(client_chat::hear))
        .routes(routes!(client_chat::status))
        .routes(routes!(client_chat::disconnect))
        .routes(routes!(processing::process))
        .routes(routes!(processing::verify))
        .routes(routes!(project_chat::history))
        .routes(routes!(project_chat::list, project_chat::create))
        .routes(routes!(project_chat::delete))
        .routes(routes!(chat_figures::stats))
        .routes(routes!(chat_figures::status))
        .routes(routes!(chat_figures::context))
        .routes(routes!(auth::issue))
        .routes(routes!(session_tokens::issue))
        .routes(routes!(auth::refresh))
        .routes(routes!(auth::validate))
        .routes(routes!(auth::revoke))
        .routes(routes!(auth::health))
        .routes(routes!(engine::state))
        .routes(routes!(engine::phase))
        .routes(routes!(engine::speaker))
        .routes(routes!(engine::history))
        .routes(routes!(operations::health))
        .routes(routes!(operations::api_health))
        .routes(routes!(operations::ready))
        .routes(routes!(operations::metrics))
        .routes(routes!(reference::openapi))
        .routes(routes!(reference::asyncapi))
        .routes(routes!(reference::page))
        .routes(routes!(reference::file))
        .routes(routes!(reference::elsewhere))
        .routes(routes!(reference::behind_slash))
        .nest("/api/v1", api)
}

/// The OpenAPI document of exactly these routes.
pub fn openapi() -> utoipa::openapi::OpenApi {
    let mut document = routes().into_openapi();
    document::without_null_bodies(&mut document);
    document::with_rates(&mut document);
    document::with_maintenance(&mut document);
    document::with_needs(&mut document);
    document::with_details(&mut document);
    document
}

/// Every route.
pub fn router(backend: Arc<Backend>) -> Router {
    let paced = from_fn_with_state(Arc::clone(&backend), pace::pace);
    let (routes, document) = routes().with_state(Arc::clone(&backend)).split_for_parts();
    let admitted = from_fn_with_state(Gate::new(backend, Needs::of(&document)), call::admit);
    routes.route_layer(paced).route_layer(admitted).fallback(web_client::answer).method_not_allowed_fallback(
        || async { ApiError::new(ErrorCode::MethodNotAllowed, "This endpoint does not take that method") },
    )
}

/// The session that a path or body names, for a caller that may do there what the route does; an unknown one is told
/// with `not_found`'s status.
async fn open(
    backend: &Arc<Backend>,
    call: &Call,
    id: &str,
    not_found: http::StatusCode,
) -> Result<Arc<Session>, ApiError> {
    let opened = match id.parse::<Uuid>() {
        Ok(id) => backend.open_session(call.caller(), call.need(), id).await,
        Err(_) => Err(OpenError::NotFound.into()),
    };
    opened.map_err(|error| not_opened(error, not_found))
}

/// Why a session is not opened, with the status that an unknown one has here.
fn not_opened(error: NotOpened, not_found: http::StatusCode) -> ApiError {
    match error {
        NotOpened::Refused(error) => error.into(),
        NotOpened::Error(error @ OpenError::NotFound) => {
            ApiError::from(open_error(&error)).with_status(not_found)
        }
        NotOpened::Error(error) => open_error(&error).into(),
    }
}
