//! HTTP on the links that a listener accepts, each in a task of its own, until all are to end.
//!
//! In place of `axum::serve`, which lets a client take as long as it likes with a request: whoever opens connections and
//! says nothing, or a byte now and then, would keep them. What becomes of a connection that stops being HTTP is the matter of
//! who took it over; a client that takes no answers is the link's.

use std::convert::Infallible;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::response::Response;
use axum::serve::Listener;
use hyper::body::{Body as _, Incoming};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::{Service, ServiceExt, service_fn};
use tower_http::timeout::TimeoutBody;

use super::link::{Link, LinkListener, LinkStream};

/// How long clients may take.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// From when a connection is open, or its last answer was sent, to the last line of the next request's headers.
    pub headers: Duration,
    /// Between two pieces of a request's body.
    pub body: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { headers: Duration::from_secs(60), body: Duration::from_secs(30) }
    }
}

/// Accepts until `stop`, then ends connections as they have answered what they were asked; ends when they are gone.
pub async fn serve(mut listener: LinkListener, router: Router, patience: Patience, stop: CancellationToken) {
    // Layers are put around routes here and not with every request: Socket.IO's has the sessions.
    let router = router.with_state(());
    let connections = TaskTracker::new();
    let accepting = async {
        loop {
            let (stream, _) = listener.accept().await;
            connections.spawn(answer(stream, router.clone(), patience, stop.clone()));
        }
    };
    stop.run_until_cancelled(accepting).await;
    drop(listener);
    connections.close();
    connections.wait().await;
}

/// Answers what comes over one link, until it ends or becomes something else.
async fn answer(stream: LinkStream, router: Router, patience: Patience, stop: CancellationToken) {
    let service = TowerToHyperService::new(requests(stream.link(), router, patience));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(patience.headers)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    tokio::pin!(connection);
    tokio::select! {
        ended = &mut connection => return note(ended),
        () = stop.cancelled() => {}
    }
    connection.as_mut().graceful_shutdown();
    note(connection.await);
}

/// The router, told the link that a request came over.
fn requests(
    link: Link,
    router: Router,
    patience: Patience,
) -> impl Service<Request<Incoming>, Response = Response, Error = Infallible, Future: Send> + Clone {
    service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(link.clone()));
        // A body that is timed does not tell that it is empty: that there is none has to be seen here.
        let request = if request.body().is_end_stream() {
            request.map(Body::new)
        } else {
            request.map(|body| Body::new(TimeoutBody::new(patience.body, body)))
        };
        router.clone().oneshot(request)
    })
}

/// How a connection ends is its client's matter: it is gone, it took too long, it spoke no HTTP.
fn note(ended: hyper::Result<()>) {
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}
