//! Changing what goes out, where a library writes one form of it only.
//!
//! What is changed, and into what, is the [`Rewriting`]'s to know. Lengths stay, so whoever writes need not know.

use std::io;
use std::sync::Arc;
use std::task::Poll;

/// Changes bytes on their way out.
pub trait Rewriting: Send + Sync {
    /// What is to be written instead of `bytes`, as long as they are; none if nothing is to be changed.
    fn rewrite(&self, bytes: &[u8]) -> Option<Vec<u8>>;
}

/// A stream's side of it.
pub(super) struct Outbound {
    rewriting: Arc<dyn Rewriting>,
    /// What was rewritten and not taken yet: the writer offers the bytes that stood there again.
    left: Vec<u8>,
}

impl Outbound {
    pub(super) fn new(rewriting: Arc<dyn Rewriting>) -> Self {
        Self { rewriting, left: Vec::new() }
    }

    /// What is to be written instead of `bytes`, if it is anything else.
    pub(super) fn rewrite(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        if self.left.is_empty() {
            return self.rewriting.rewrite(bytes);
        }
        let (again, new) = bytes.split_at(self.left.len().min(bytes.len()));
        let mut whole = self.left[..again.len()].to_vec();
        whole.extend(self.rewriting.rewrite(new).as_deref().unwrap_or(new));
        Some(whole)
    }

    /// Keeps in mind what was not taken of what was rewritten.
    pub(super) fn was_offered(&mut self, rewritten: &[u8], polled: &Poll<io::Result<usize>>) {
        let taken = match polled {
            Poll::Ready(Ok(taken)) => *taken,
            Poll::Ready(Err(_)) | Poll::Pending => 0,
        };
        // Of what was offered before, the writer may have offered a part.
        let behind = self.left.get(rewritten.len()..).unwrap_or_default().to_vec();
        self.left = [&rewritten[taken.min(rewritten.len())..], &behind].concat();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes what stands between `<` and `>` in capitals, if it sees the `<`.
    struct Loud;

    impl Rewriting for Loud {
        fn rewrite(&self, bytes: &[u8]) -> Option<Vec<u8>> {
            let mut is_loud = false;
            let loud = |byte: &u8| {
                is_loud = (is_loud || *byte == b'<') && *byte != b'>';
                if is_loud { byte.to_ascii_uppercase() } else { *byte }
            };
            bytes.contains(&b'<').then(|| bytes.iter().map(loud).collect())
        }
    }

    /// What comes out of a kernel that takes at most so many bytes, and nothing every other time.
    fn written(bytes: &[u8], at_most: usize) -> Vec<u8> {
        let (mut outbound, mut out, mut is_full) = (Outbound::new(Arc::new(Loud)), Vec::new(), false);
        while out.len() < bytes.len() {
            let offered = &bytes[out.len()..];
            let rewritten = outbound.rewrite(offered);
            is_full = !is_full;
            let taken = if is_full { 0 } else { at_most.min(offered.len()) };
            if let Some(rewritten) = &rewritten {
                let polled = if is_full { Poll::Pending } else { Poll::Ready(Ok(taken)) };
                outbound.was_offered(rewritten, &polled);
            }
            out.extend_from_slice(&rewritten.as_deref().unwrap_or(offered)[..taken]);
        }
        out
    }

    #[test]
    fn what_is_rewritten_comes_out_whole_however_little_the_kernel_takes() {
        let bytes = b"abc<def>ghi<jkl>mno";
        for at_most in 1..=bytes.len() {
            assert_eq!(written(bytes, at_most), b"abc<DEF>ghi<JKL>mno", "{at_most}");
        }
    }

    #[test]
    fn a_writer_may_offer_a_part_of_what_was_not_taken_and_more_behind_it() {
        let mut outbound = Outbound::new(Arc::new(Loud));
        let first = outbound.rewrite(b"<abcdef").unwrap();
        outbound.was_offered(&first, &Poll::Ready(Ok(2)));
        let part = outbound.rewrite(b"bc").unwrap();
        outbound.was_offered(&part, &Poll::Ready(Ok(1)));
        let rest = outbound.rewrite(b"cdefghi<j").unwrap();
        assert_eq!([&first[..2], &part[..1], &rest].concat(), b"<ABCDEFghi<J");
    }
}
