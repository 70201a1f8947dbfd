//! What the OpenAPI document says beside the routes: the title, the groups, and how errors are told.
//!
//! The routes themselves stand at their handlers.

pub mod errors;

use graphroom_protocol::ErrorCode;
use graphroom_protocol::rest::ErrorAnswer;
use utoipa::OpenApi;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::schema::{OneOf, Schema};
use utoipa::openapi::{Content, Header, RefOr};

/// The document before any route is in it.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Graphroom",
        description = "A collaboration server: shared graphs, edited by many. Every error is \
            `{\"error\": {code, message, details?}}`. Who calls is told by the headers `X-Graphroom-User` and \
            `X-Graphroom-Name`."
    ),
    components(schemas(ErrorAnswer)),
    tags(
        (name = "service", description = "The server itself"),
        (name = "sessions", description = "Rooms: made, listed, described"),
        (name = "projects", description = "Projects: made from a template, read whole"),
        (name = "graph", description = "The graph of a project, read"),
        (name = "history", description = "What was, by whom, and how to get it back"),
        (name = "commands", description = "What changes a graph"),
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
