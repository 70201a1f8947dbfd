//! The lines of a body that is still coming, each of a bounded length. What stands in them is read elsewhere.

use std::io;
use std::pin::Pin;

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt};
use reqwest::Response;
use tokio::io::AsyncRead;
use tokio_util::codec::{AnyDelimiterCodec, AnyDelimiterCodecError, FramedRead};
use tokio_util::io::StreamReader;

/// How long a line may be.
const MAX_LINE: usize = 1024 * 1024;

/// Lines as bytes: one that is no text is the reader's to leave out, and not the end of the body.
pub(super) struct Lines(FramedRead<Pin<Box<dyn AsyncRead + Send>>, AnyDelimiterCodec>);

/// Why there is no further line.
#[derive(Debug)]
pub(super) enum Broken {
    TooLong,
    Body(io::Error),
}

impl Lines {
    pub fn of(response: Response) -> Self {
        // An error names the URL, which may hold a password.
        let body = response.bytes_stream().map_err(|error| io::Error::other(error.without_url()));
        let codec = AnyDelimiterCodec::new_with_max_length(b"\n".to_vec(), Vec::new(), MAX_LINE);
        Self(FramedRead::new(Box::pin(StreamReader::new(body)), codec))
    }

    /// The next line without its end, or nothing behind the last one. Nothing is lost when it is dropped.
    pub async fn next(&mut self) -> Option<Result<Bytes, Broken>> {
        let line = self.0.next().await?;
        Some(line.map_err(|error| match error {
            AnyDelimiterCodecError::MaxChunkLengthExceeded => Broken::TooLong,
            AnyDelimiterCodecError::Io(error) => Broken::Body(error),
        }))
    }
}
