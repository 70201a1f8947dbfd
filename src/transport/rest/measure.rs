//! Counts and times every REST request, by the template of its route.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::Method;

use crate::operations::Metrics;
use crate::transport::assets::OfWebClient;

/// What stands for paths that no route has: they are the client's to invent.
const NO_ROUTE: &str = "none";
/// What stands for the web client's files and places, which are beside the routes.
const WEB_CLIENT: &str = "web-client";

/// Runs a request and tells the metrics of it.
pub async fn measure(State(metrics): State<Arc<Metrics>>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let method = label(request.method());
    let response = next.run(request).await;
    let is_of_web_client = response.extensions().get::<OfWebClient>().is_some();
    let otherwise = if is_of_web_client { WEB_CLIENT } else { NO_ROUTE };
    let route = route.as_ref().map_or(otherwise, MatchedPath::as_str);
    metrics.requested(route, method, response.status().as_u16(), begun.elapsed());
    response
}

/// A closed list: methods are the client's to invent, too.
fn label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
