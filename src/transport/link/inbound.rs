//! Changing what comes in, for readers that take one form of it only.
//!
//! What is changed, and into what, is the [`Translation`]'s to know. Without one, a stream pays for the
//! question whether there is one and nothing else.

use std::io;
use std::mem::MaybeUninit;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::task::{Poll, ready};

use tokio::io::ReadBuf;

/// Bytes that are read and translated at a time.
const CHUNK: usize = 16 * 1024;

/// Changes bytes on their way in.
pub trait Translation: Send {
    /// Takes the next bytes that came in and appends what the reader is to get to `out`. What it holds
    /// back it can append later; at the end of the stream it is dropped.
    fn translate(&mut self, read: &[u8], out: &mut Vec<u8>);
}

/// Where a translation is left for the stream that has to use it.
#[derive(Default)]
pub(super) struct Offered {
    is_there: AtomicBool,
    translation: Mutex<Option<Box<dyn Translation>>>,
}

impl Offered {
    pub(super) fn put(&self, translation: Box<dyn Translation>) {
        *self.translation.lock().unwrap_or_else(PoisonError::into_inner) = Some(translation);
        self.is_there.store(true, Ordering::Release);
    }

    fn take(&self) -> Option<Box<dyn Translation>> {
        if !self.is_there.load(Ordering::Acquire) {
            return None;
        }
        self.is_there.store(false, Ordering::Release);
        self.translation.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// A stream's side of a translation.
pub(super) struct Inbound {
    translation: Box<dyn Translation>,
    /// Translated and not read yet, from `read` on.
    translated: Vec<u8>,
    read: usize,
}

impl Inbound {
    /// What was offered to the stream, if anything was.
    pub(super) fn take(offered: &Offered) -> Option<Self> {
        let translation = offered.take()?;
        Some(Self { translation, translated: Vec::new(), read: 0 })
    }

    /// Reads what is translated; if there is nothing, translates what `poll` gives first.
    pub(super) fn poll_read(
        &mut self,
        buf: &mut ReadBuf<'_>,
        mut poll: impl FnMut(&mut ReadBuf<'_>) -> Poll<io::Result<()>>,
    ) -> Poll<io::Result<()>> {
        while self.read == self.translated.len() {
            let mut chunk = [MaybeUninit::uninit(); CHUNK];
            let mut chunk = ReadBuf::uninit(&mut chunk);
            ready!(poll(&mut chunk))?;
            if chunk.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
            self.read = 0;
            self.translated.clear();
            self.translation.translate(chunk.filled(), &mut self.translated);
        }
        let waiting = &self.translated[self.read..];
        let taken = waiting.len().min(buf.remaining());
        buf.put_slice(&waiting[..taken]);
        self.read += taken;
        Poll::Ready(Ok(()))
    }
}
