//! HTTP on the links that a listener accepts, each in a task of its own, until all are to end.
//!
//! In place of `axum::serve`, which lets a client take as long as it likes with a request: whoever opens connections and
//! says nothing, or a byte now and then, would keep them. What becomes of a connection that stops being HTTP is the matter of
//! who took it over; a client that takes no answers is the link's.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
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
use tokio::io::AsyncWriteExt;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::{Service, ServiceExt, service_fn};
use tower_http::timeout::TimeoutBody;

use super::link::{Handshake, Link, LinkListener, LinkStream};
use crate::operations::{HandshakeFailure, Metrics};

/// The answer to a request that came without TLS where it is spoken.
const PLAIN_HTTP: &[u8] = b"HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain; charset=utf-8\r\n\
content-length: 51\r\nconnection: close\r\n\r\nThis port speaks HTTPS: ask with https:// or wss://";

/// How long clients may take.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// From when a connection is open, or its last answer was sent, to the last line of the next request's headers.
    pub headers: Duration,
    /// Between two pieces of a request's body.
    pub body: Duration,
    /// With the handshake of TLS.
    pub handshake: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            headers: Duration::from_secs(60),
            body: Duration::from_secs(30),
            handshake: Duration::from_secs(10),
        }
    }
}

/// What is served, and how.
pub struct Serving {
    /// What answers.
    pub router: Router,
    /// How long clients may take.
    pub patience: Patience,
    /// Where is counted what fails before HTTP.
    pub metrics: Arc<Metrics>,
}

/// Accepts until `stop`, then ends connections as they have answered what they were asked; ends when they are gone.
pub async fn serve(mut listener: LinkListener, serving: Serving, stop: CancellationToken) {
    let Serving { router, patience, metrics } = serving;
    // Layers are put around routes here and not with every request: Socket.IO's has the sessions.
    let router = router.with_state(());
    let connections = TaskTracker::new();
    let accepting = async {
        loop {
            let (stream, _) = listener.accept().await;
            let (router, metrics, stop) = (router.clone(), Arc::clone(&metrics), stop.clone());
            connections.spawn(async move {
                let greeted = greet(stream, patience.handshake, &metrics);
                if let Some(Some(stream)) = stop.run_until_cancelled(greeted).await {
                    answer(stream, router, patience, stop).await;
                }
            });
        }
    };
    stop.run_until_cancelled(accepting).await;
    drop(listener);
    connections.close();
    connections.wait().await;
}

/// Agrees with a client on TLS, if that is spoken. None if nothing comes of it: that is the client's matter.
async fn greet(mut stream: LinkStream, limit: Duration, metrics: &Metrics) -> Option<LinkStream> {
    let failure = match timeout(limit, stream.handshake()).await {
        Ok(Ok(Handshake::Done)) => return Some(stream),
        Ok(Ok(Handshake::PlainHttp)) => {
            // It is held for no longer than it would have been for its handshake.
            drop(timeout(limit, refuse_plain(&mut stream)).await);
            HandshakeFailure::PlainHttp
        }
        Ok(Err(error)) => {
            tracing::debug!(%error, peer = %stream.link().peer(), "a handshake failed");
            HandshakeFailure::Refused
        }
        Err(_) => HandshakeFailure::TimedOut,
    };
    metrics.count_handshake_failure(failure);
    None
}

/// Says to who speaks HTTP without TLS what is spoken here.
async fn refuse_plain(stream: &mut LinkStream) -> io::Result<()> {
    stream.write_all(PLAIN_HTTP).await?;
    let link = stream.link();
    link.close();
    // A stream that is dropped with something unread is reset, and the answer may be lost by that.
    link.discard().await;
    Ok(())
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
