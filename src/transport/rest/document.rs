//! What the OpenAPI document says beside the routes: the title, the groups, and how errors are told.
//!
//! The routes themselves stand at their handlers.

pub mod errors;

use graphroom_protocol::ErrorCode;
use graphroom_protocol::conflict::StepRefused;
use graphroom_protocol::rest::ErrorAnswer;
use graphroom_protocol::rest::auth::{BodyFault, DetailAnswer};
use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa::openapi::schema::Ref;
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::{Modify, OpenApi, ToSchema};

use super::{detail, needs};
use crate::identity::Need;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::schema::{OneOf, Schema};
use utoipa::openapi::{Content, Header, RefOr};

/// The document before any route is in it.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Graphroom",
        description = "A collaboration server: shared graphs, edited by many. Every error is \
            `{\"error\": {code, message, details?}}`. With `--auth token` callers show a token or an API key, and \
            `x-needs` says what a route needs of them; else they say who they are by the headers `X-Graphroom-User` \
            and `X-Graphroom-Name`."
    ),
    components(schemas(ErrorAnswer, DetailAnswer, BodyFault, StepRefused)),
    modifiers(&Schemes),
    tags(
        (name = "service", description = "The server itself"),
        (name = "auth", description = "Tokens: given out, exchanged, looked at, taken back"),
        (name = "sessions", description = "Rooms: made, listed, described"),
        (name = "projects", description = "Projects: made from a template, read whole"),
        (name = "members", description = "Who may do what in a project"),
        (name = "status", description = "How the server is: what was checked and measured, and what is wrong"),
        (name = "connections", description = "Who is connected: counted, listed, ended"),
        (name = "broadcasts", description = "What is told to many at once, and who got it"),
        (name = "admin", description = "Accounts, for admins"),
        (name = "graph", description = "The graph of a project, read"),
        (name = "history", description = "What was, by whom, and how to get it back"),
        (name = "commands", description = "What changes a graph"),
        (name = "conversations", description = "What people and the assistant say to each other"),
        (name = "project chat", description = "A project's assistant: asked, and who hears the project told each step"),
        (name = "templates", description = "What projects are made from"),
    )
)]
pub struct Document;

/// Says of a body that may be missing what it is when it is there: `null` is no body.
pub fn without_null_bodies(document: &mut utoipa::openapi::OpenApi) {
    for operation in document.paths.paths.values_mut().flat_map(operations) {
        let Some(RefOr::T(body)) = &mut operation.request_body else { continue };
        for content in body.content.values_mut() {
            if let RefOr::T(Content { schema: Some(schema), .. }) = content {
                without_null(schema);
            }
        }
    }
}

/// Says of every operation that is no `GET` that it may come too often.
pub fn with_rates(document: &mut utoipa::openapi::OpenApi) {
    for operation in document.paths.paths.values_mut().flat_map(changing) {
        let mut response = errors::response(&[ErrorCode::RateLimited]);
        response.headers.insert("Retry-After".to_owned(), Header::default().into());
        operation.responses.responses.insert("429".to_owned(), response.into());
    }
}

/// Says of every operation that is refused while the server is in maintenance that it is.
pub fn with_maintenance(document: &mut utoipa::openapi::OpenApi) {
    for operation in document.paths.paths.values_mut().flat_map(changing) {
        let id = operation.operation_id.as_deref().unwrap_or_default();
        if needs::is_paused(needs::of_operation(id).unwrap_or(Need::Admin)) {
            errors::add(&mut operation.responses.responses, ErrorCode::Maintenance);
        }
    }
}

/// Says of every operation what it needs of its caller, and how it refuses one that has not got it.
pub fn with_needs(document: &mut utoipa::openapi::OpenApi) {
    for operation in document.paths.paths.values_mut().flat_map(operations) {
        let id = operation.operation_id.as_deref().unwrap_or_default();
        let need = needs::of_operation(id).unwrap_or(Need::Admin);
        let needs = ExtensionsBuilder::new().add("x-needs", need.to_string()).build();
        operation.extensions.get_or_insert_default().merge(needs);
        if need == Need::Nothing {
            continue;
        }
        let shown = ["bearer", "api_key"].map(|scheme| SecurityRequirement::new(scheme, [""; 0]));
        // In open mode nothing has to be shown.
        operation.security = Some([SecurityRequirement::default()].into_iter().chain(shown).collect());
        let refused: [(&str, &[ErrorCode]); 2] = [
            ("401", &[ErrorCode::Unauthenticated]),
            ("403", &[ErrorCode::ForeignOrigin, ErrorCode::ForeignNetwork, ErrorCode::Forbidden]),
        ];
        for (status, codes) in refused {
            operation.responses.responses.insert(status.to_owned(), errors::response(codes).into());
        }
    }
}

/// Says of errors in the other form that they have it.
pub fn with_details(document: &mut utoipa::openapi::OpenApi) {
    for (path, item) in &mut document.paths.paths {
        if !detail::is_for(path) {
            continue;
        }
        for (status, response) in operations(item).flat_map(|operation| &mut operation.responses.responses) {
            if let RefOr::T(response) = response
                && status.starts_with(['4', '5'])
            {
                let schema = Ref::from_schema_name(DetailAnswer::name());
                response.content.insert("application/json".to_owned(), Content::new(Some(schema)).into());
            }
        }
    }
}

/// How callers show who they are.
struct Schemes;

impl Modify for Schemes {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_default();
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
        let key = ApiKey::Header(ApiKeyValue::new("X-API-Key"));
        components.add_security_scheme("api_key", SecurityScheme::ApiKey(key));
    }
}

fn without_null(schema: &mut RefOr<Schema>) {
    if let RefOr::T(Schema::OneOf(OneOf { items, .. })) = schema
        && items.len() == 2
    {
        *schema = items.swap_remove(0);
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem { get, post, put, patch, delete, .. } = item;
    [get, post, put, patch, delete].into_iter().flatten()
}

fn changing(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem { post, put, patch, delete, .. } = item;
    [post, put, patch, delete].into_iter().flatten()
}
