//! A large graph on its way out: who reads it is sent the first of it while the rest is still encoded.
//!
//! Where graphs are small that is not worth it: they are [texts](super::Committed::tree).

use std::io::{self, Write};

use bytes::Bytes;
use tokio::sync::watch;

use super::tree;
use crate::domain::State;

/// Bytes of a piece, or a little more.
const PIECE: usize = 512 * 1024;
/// What may stand in a piece beyond that without memory being asked for once more: the writer is handed little at a time.
const MARGIN: usize = 4 * 1024;

/// What is encoded so far.
#[derive(Default)]
struct Made {
    pieces: Vec<Bytes>,
    is_whole: bool,
}

/// The JSON of a whole graph from its beginning on. A copy reads from where it was made.
#[derive(Clone)]
pub struct Pieces {
    made: watch::Receiver<Made>,
    read: usize,
}

impl Pieces {
    /// Begins to encode a graph, on a thread where that disturbs nobody.
    pub(super) fn begin(state: State) -> Self {
        let (sender, made) = watch::channel(Made::default());
        tokio::task::spawn_blocking(move || {
            let mut cutter = Cutter { piece: Vec::new(), made: sender };
            if let Err(error) = tree::write(&state, &mut cutter).and_then(|()| cutter.end()) {
                tracing::error!(%error, "a graph could not be written");
            }
        });
        Self { made, read: 0 }
    }

    /// The next piece, as soon as it is made; none behind the last.
    ///
    /// # Errors
    /// If the graph could not be encoded to its end, which nothing that came in as JSON can cause.
    pub async fn next(&mut self) -> io::Result<Option<Bytes>> {
        let read = self.read;
        let made = self.made.wait_for(|made| made.is_whole || made.pieces.len() > read).await;
        let made = made.map_err(|_| io::Error::other("a graph broke off"))?;
        let piece = made.pieces.get(read).cloned();
        self.read += usize::from(piece.is_some());
        Ok(piece)
    }
}

/// Makes pieces of what is written. Whoever waits learns by its end that there will be no more.
struct Cutter {
    piece: Vec<u8>,
    made: watch::Sender<Made>,
}

impl Cutter {
    fn hand_over(&mut self) {
        let piece = std::mem::replace(&mut self.piece, Vec::with_capacity(PIECE + MARGIN));
        self.made.send_modify(|made| made.pieces.push(piece.into()));
    }

    fn end(mut self) -> io::Result<()> {
        self.piece.shrink_to_fit();
        self.hand_over();
        self.made.send_modify(|made| made.is_whole = true);
        Ok(())
    }
}

impl Write for Cutter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes).map(|()| bytes.len())
    }

    // It is called for every few bytes.
    #[inline]
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.piece.extend_from_slice(bytes);
        if self.piece.len() >= PIECE {
            self.hand_over();
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
