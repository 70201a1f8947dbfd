//! Events for clients without a socket: a page, a page that is waited for, or a stream that does not end.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, Stream};
use graphroom_protocol::rest::events::EventPage;
use graphroom_protocol::{ErrorCode, Mode};
use http::{HeaderMap, StatusCode, header};
use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;

use super::call::Call;
use super::document::errors::{Busy, Errors, OpensSession};
use super::error::ApiError;
use super::open;
use super::parts::{Id, Parameters, SessionId, number};
use crate::feed::Heard;
use crate::session::{OpenError, Reader, Session, Tail, unloading};
use crate::transport::assets::prefers_stream;
use crate::transport::{Backend, open_error};

/// Events of a page, if the client does not say.
const PAGE: usize = 500;
/// Events of a page at most, but for those of its last command.
pub const MAX_PAGE: usize = 1_000;
/// How many seconds a client may wait for a page.
pub const MAX_WAIT: usize = 60;
/// How soon a client of a stream that ended should come back.
const RETRY: Duration = Duration::from_secs(1);
/// How often a stream shows that it lives.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// The query of [`read`].
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Behind {
    /// What the client has already, as `epoch:seq`. Without it there is nothing but what comes from now on.
    #[param(pattern = "^[^:]*:[0-9]{1,18}$", example = "6f1c8a52-58a1-4b5e-9a0f-0d7c3f2b9a41:12")]
    since: Option<String>,
    /// For how many seconds an answer without events may be held back.
    #[param(value_type = Option<u64>, maximum = 60)]
    wait: Option<String>,
    /// How many events to tell of, but for those of the last command, which come whole.
    #[param(value_type = Option<u64>, minimum = 1, maximum = 1000)]
    limit: Option<String>,
    /// Which events: those of the graph; what was published in the session, behind a place `published:n` or the last;
    /// or the last of both, by time, of which there are at most 100.
    #[param(pattern = "^(graph|published|all)$", example = "graph")]
    kind: Option<String>,
}

/// The place that a client says it is at.
struct Place {
    epoch: String,
    seq: u64,
}

impl Place {
    fn read(text: &str) -> Option<Self> {
        let (epoch, seq) = text.rsplit_once(':')?;
        Some(Self { epoch: epoch.to_owned(), seq: seq.parse().ok()? })
    }
}

/// Reads the graph events behind a place, or hears them as they come
///
/// With `Accept: text/event-stream` the answer is a stream of server-sent events that does not end: each has the
/// graph event's name, its payload as data, and `epoch:seq` as its id, so that a client that comes back goes on
/// where it was. An event `fetch` says that the graph has to be read anew, as `mode` does in a page.
#[utoipa::path(
    get, path = "/sessions/{session_id}/events", tag = "sessions", operation_id = "read_events",
    params(SessionId, Behind),
    responses(
        (status = OK, description = "The events", content(
            (EventPage<'_> = "application/json"),
            (String = "text/event-stream"),
        )),
        Errors<(OpensSession, Busy)>,
    ),
)]
pub async fn read(
    State(backend): State<Arc<Backend>>,
    call: Call,
    Id(id): Id,
    Parameters(query): Parameters<Behind>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let wait = number("wait", query.wait.as_deref(), 0, 0..=MAX_WAIT)?;
    let limit = number("limit", query.limit.as_deref(), PAGE, 1..=MAX_PAGE)?;
    let kind = kind(query.kind.as_deref())?;
    let place = place(&query, &headers)?;
    let session = open(&backend, &call, &id, StatusCode::NOT_FOUND).await?;
    let mut reader = Reader::new(session).ok_or_else(unloading)?;
    if kind != Kind::Graph {
        if wait > 0 || prefers_stream(&headers) {
            return Err(ApiError::new(ErrorCode::InvalidRequest, "Only graph events can be waited for here"));
        }
        return told(&backend, &reader, kind, place.as_ref(), limit).await;
    }
    if prefers_stream(&headers) {
        return Ok(Feed::new(reader, place.as_ref(), limit, (backend, call)).answer());
    }
    let page = page(&mut reader, place, limit, Duration::from_secs(wait as u64)).await?;
    // It may have waited long.
    call.still_may(&backend, reader.session())?;
    Ok(page)
}

/// Which events are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Graph,
    Published,
    All,
}

/// Where places among what was published are.
const PUBLISHED: &str = "published";

fn kind(text: Option<&str>) -> Result<Kind, ApiError> {
    match text {
        None | Some("graph") => Ok(Kind::Graph),
        Some(PUBLISHED) => Ok(Kind::Published),
        Some("all") => Ok(Kind::All),
        Some(_) => Err(ApiError::new(ErrorCode::InvalidRequest, "kind must be graph, published or all")),
    }
}

/// A page of events as those who listen get them.
async fn told(
    backend: &Backend,
    reader: &Reader,
    kind: Kind,
    place: Option<&Place>,
    limit: usize,
) -> Result<Response, ApiError> {
    let session = reader.session();
    if place.is_some_and(|place| kind == Kind::All || place.epoch != PUBLISHED) {
        let message = "since must be published: and a number, and only for kind=published";
        return Err(ApiError::new(ErrorCode::InvalidRequest, message));
    }
    let heard = match kind {
        Kind::All => backend.feeds.all(reader, limit).await,
        _ => {
            let (id, after) = (session.row().session_id, place.map(|place| place.seq));
            backend.feeds.published(id, after, limit).await.map_err(OpenError::Store)
        }
    };
    let Heard { events, seq, head } = heard.map_err(|error| open_error(&error))?;
    let mode = if events.is_empty() { Mode::Current } else { Mode::Tail };
    let (session_id, epoch) = (session.id(), session.epoch());
    Ok(Json(EventPage { session_id, epoch, mode, events, seq, head }).into_response())
}

/// The header is a stream's that goes on, and so newer than the address.
fn place(query: &Behind, headers: &HeaderMap) -> Result<Option<Place>, ApiError> {
    let last = headers.get("last-event-id").filter(|_| prefers_stream(headers));
    let text = match last {
        Some(last) => Some(last.to_str().unwrap_or_default()),
        None => query.since.as_deref(),
    };
    let Some(text) = text else { return Ok(None) };
    let refused = || ApiError::new(ErrorCode::InvalidRequest, "since must be an epoch, a colon and a seq");
    Place::read(text).map(Some).ok_or_else(refused)
}

/// Where to begin; none if the journal has no such place.
fn beginning(session: &Session, place: Option<&Place>) -> Option<u64> {
    let head = session.committed().state.head;
    match place {
        None => Some(head),
        Some(place) => (session.epoch() == Some(&*place.epoch) && place.seq <= head).then_some(place.seq),
    }
}

async fn page(
    reader: &mut Reader,
    place: Option<Place>,
    limit: usize,
    wait: Duration,
) -> Result<Response, ApiError> {
    let Some(after) = beginning(reader.session(), place.as_ref()) else {
        let seq = reader.session().committed().state.head;
        return Ok(answer(reader.session(), Mode::Fetch, Tail { seq, ..Tail::default() }));
    };
    let mut tail = reader.tail(after, limit).await.map_err(|error| open_error(&error))?;
    if tail.events.is_empty() && !wait.is_zero() {
        // Whether events came, or the time or the session is over: what there is now is the answer.
        drop(tokio::time::timeout(wait, reader.has_more(after)).await);
        tail = reader.tail(after, limit).await.map_err(|error| open_error(&error))?;
    }
    let mode = if tail.events.is_empty() { Mode::Current } else { Mode::Tail };
    Ok(answer(reader.session(), mode, tail))
}

fn answer(session: &Session, mode: Mode, tail: Tail) -> Response {
    let head = session.committed().state.head;
    let events = tail.events.into_iter().map(|event| event.payload).collect();
    let (session_id, epoch) = (session.id(), session.epoch());
    Json(EventPage { session_id, epoch, mode, events, seq: tail.seq, head }).into_response()
}

/// A stream of server-sent events, which reads on as fast as its client does.
struct Feed {
    reader: Reader,
    /// The last event that was told of.
    after: u64,
    events: VecDeque<Event>,
    limit: usize,
    is_over: bool,
    /// Who hears it, and who says whether that may still be.
    call: (Arc<Backend>, Call),
}

impl Feed {
    fn new(reader: Reader, place: Option<&Place>, limit: usize, call: (Arc<Backend>, Call)) -> Self {
        let session = reader.session();
        let head = session.committed().state.head;
        let after = beginning(session, place);
        let mut events = VecDeque::from([Event::default().retry(RETRY)]);
        if after.is_none() {
            let epoch = session.epoch();
            let data = json!({ "mode": Mode::Fetch, "epoch": epoch, "seq": head }).to_string();
            events.push_back(Event::default().event("fetch").id(id(session, head)).data(data));
        }
        Self { after: after.unwrap_or(head), reader, events, limit, is_over: false, call }
    }

    fn answer(self) -> Response {
        let keep_alive = KeepAlive::new().interval(KEEP_ALIVE);
        let headers = [(header::CACHE_CONTROL, "no-store")];
        (headers, Sse::new(self.stream()).keep_alive(keep_alive)).into_response()
    }

    fn stream(self) -> impl Stream<Item = Result<Event, Infallible>> {
        stream::unfold(self, |mut feed| async move {
            let event = feed.next().await?;
            Some((Ok(event), feed))
        })
    }

    /// The next event; none once the session is over, the client may not hear it any more, the server goes down or
    /// the journal cannot be read. The client comes back, and is told then.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.events.pop_front() {
                return Some(event);
            }
            let tail = match self.reader.tail(self.after, self.limit).await {
                Ok(tail) => tail,
                Err(error) => {
                    tracing::error!(session_id = self.reader.session().id(), %error, "a stream ends");
                    return None;
                }
            };
            if tail.events.is_empty() {
                if self.is_over {
                    return None;
                }
                // What was the last word is read before the end.
                self.is_over = !self.reader.has_more(self.after).await;
                continue;
            }
            self.after = tail.seq;
            let session = self.reader.session();
            let (backend, call) = &self.call;
            call.still_may(backend, session).ok()?;
            self.events.extend(tail.events.iter().map(|event| {
                Event::default().event(event.name).id(id(session, event.seq)).data(event.payload.get())
            }));
        }
    }
}

fn id(session: &Session, seq: u64) -> String {
    format!("{}:{seq}", session.epoch().unwrap_or_default())
}
