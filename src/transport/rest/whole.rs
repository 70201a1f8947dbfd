//! Whole graphs on their way out. They are large: none is copied to be sent, and one that was kept as text is never
//! whole in memory.

use std::io;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{Stream, StreamExt, once, try_unfold};
use graphroom_protocol::ErrorCode;
use graphroom_protocol::rest::VersionedGraph;
use http::header;
use serde_json::value::RawValue;
use tokio::task::spawn_blocking;

use super::error::ApiError;
use crate::session::{GraphText, Pieces};

/// What is read of a text at a time.
const PIECE: u64 = 512 * 1_024;
/// Stands for the graph where only what is around it is wanted.
const NO_GRAPH: &str = "null";

/// A whole graph as JSON.
pub enum Graph {
    /// Encoded here, and shared with others.
    Encoded(Arc<RawValue>),
    /// Being encoded, and shared with others.
    Pieces(Pieces),
    /// Kept as text.
    Kept(GraphText),
}

impl Graph {
    /// The graph alone.
    pub fn alone(self) -> Response {
        self.between(Bytes::new(), Bytes::new())
    }

    /// The graph with its place in a journal.
    pub fn at(self, epoch: Option<&str>, seq: u64) -> Result<Response, ApiError> {
        let unwritten = || ApiError::new(ErrorCode::Internal, "The graph could not be written");
        let graph: &RawValue = serde_json::from_str(NO_GRAPH).map_err(|_| unwritten())?;
        let around = serde_json::to_string(&VersionedGraph { epoch, seq, graph }).map_err(|_| unwritten())?;
        let (before, behind) = around.rsplit_once(NO_GRAPH).ok_or_else(unwritten)?;
        Ok(self.between(before.to_owned().into(), behind.to_owned().into()))
    }

    fn between(self, before: Bytes, behind: Bytes) -> Response {
        let around = (before.len() + behind.len()) as u64;
        let (bytes, graph) = match self {
            Self::Encoded(graph) => {
                let text = Bytes::from_owner(Shared(graph));
                (Some(text.len() as u64), once(async { io::Result::Ok(text) }).boxed())
            }
            Self::Pieces(graph) => (None, made(graph).boxed()),
            Self::Kept(graph) => (Some(graph.bytes), read(graph).boxed()),
        };
        let [before, behind] = [before, behind].map(|text| once(async { io::Result::Ok(text) }));
        let body = Body::from_stream(before.chain(graph).chain(behind));
        let mut answer = ([(header::CONTENT_TYPE, "application/json")], body).into_response();
        if let Some(bytes) = bytes {
            answer.headers_mut().insert(header::CONTENT_LENGTH, (bytes + around).into());
        }
        answer
    }
}

/// The pieces of a graph that is being encoded, each as soon as it is made.
fn made(graph: Pieces) -> impl Stream<Item = io::Result<Bytes>> + Send {
    try_unfold(graph, async |mut graph| Ok(graph.next().await?.map(|piece| (piece, graph))))
}

/// The pieces of a text. Between two of them nothing of ours waits for the client. What cannot be read any more breaks
/// the answer off, which a client sees by its length.
fn read(graph: GraphText) -> impl Stream<Item = io::Result<Bytes>> + Send {
    try_unfold((graph.text, graph.bytes), async |(mut text, left)| {
        let wanted = left.min(PIECE);
        if wanted == 0 {
            return io::Result::Ok(None);
        }
        let (piece, text) = spawn_blocking(move || {
            let mut piece = vec![0; usize::try_from(wanted).unwrap_or_default()];
            (text.read_exact(&mut piece).map(|()| piece), text)
        })
        .await?;
        let piece = piece.inspect_err(|error| tracing::error!(%error, "a graph text broke off"))?;
        Ok(Some((Bytes::from(piece), (text, left - wanted))))
    })
}

/// An encoded graph whose text is sent as it lies there.
struct Shared(Arc<RawValue>);

impl AsRef<[u8]> for Shared {
    fn as_ref(&self) -> &[u8] {
        self.0.get().as_bytes()
    }
}
