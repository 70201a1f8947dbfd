//! Where in the stream of WebSocket frames its writer is, by the bytes that the kernel took.
//!
//! Frames are not checked: the writer is our own library, and what it writes is well-formed. What is in them is no
//! concern of this module's but for their first bytes, by which they are counted.

/// A whole message of text in one frame.
const FINAL_TEXT: u8 = 0x81;
/// The length follows in two bytes, or in eight.
const LENGTH_IN_2: u8 = 126;
const LENGTH_IN_8: u8 = 127;
/// How HTTP's answer to the upgrade ends. Frames follow.
const END_OF_HEAD: &[u8] = b"\r\n\r\n";
/// The bytes of a text by which it is counted or not.
pub const BEGINNING: usize = 2;
/// A head without a mask, as servers write it, and the beginning behind it.
const LONGEST: usize = 10 + BEGINNING;

/// Whether a text that begins so counts.
pub type Counts = fn([u8; BEGINNING]) -> bool;

/// The place in a stream that is about to become a WebSocket's.
pub(super) struct Boundary {
    counts: Counts,
    /// So much of the end of HTTP's answer was seen; none once it was there.
    head: Option<usize>,
    /// A frame's head, and the beginning of its payload.
    start: [u8; LONGEST],
    known: usize,
    /// Bytes of the frame that are still to come behind that.
    left: u64,
}

impl Boundary {
    /// Before HTTP's answer. Frames whose text begins with what `counts` are counted.
    pub fn new(counts: Counts) -> Self {
        Self { counts, head: Some(0), start: [0; LONGEST], known: 0, left: 0 }
    }

    /// Whether nothing is half written, and frames have their turn.
    pub fn is_between_frames(&self) -> bool {
        self.head.is_none() && self.known == 0
    }

    /// These bytes were taken. How many frames that count ended with them.
    pub fn pass(&mut self, mut bytes: &[u8]) -> u64 {
        let mut counted = 0;
        while let [first, rest @ ..] = bytes {
            if let Some(seen) = self.head {
                self.head = next_of_head(seen, *first);
                bytes = rest;
            } else if self.left > 0 {
                let passed = usize::try_from(self.left).map_or(bytes.len(), |left| left.min(bytes.len()));
                self.left -= passed as u64;
                bytes = &bytes[passed..];
                counted += self.end();
            } else {
                self.start[self.known] = *first;
                self.known += 1;
                bytes = rest;
                if let Some((head, payload)) = self.read_head() {
                    let beginning = payload.min(BEGINNING as u64);
                    if self.known as u64 == head + beginning {
                        self.left = payload - beginning;
                        counted += self.end();
                    }
                }
            }
        }
        counted
    }

    /// How long the head is, and the payload behind it; none while bytes of the head are missing.
    fn read_head(&self) -> Option<(u64, u64)> {
        let start = &self.start[..self.known];
        match *start.get(1)? {
            LENGTH_IN_2 => Some((4, u16::from_be_bytes(start.get(2..4)?.try_into().ok()?).into())),
            LENGTH_IN_8 => Some((10, u64::from_be_bytes(start.get(2..10)?.try_into().ok()?))),
            short => Some((2, short.into())),
        }
    }

    /// Ends the frame, if it is at its end: 1 if it counts.
    fn end(&mut self) -> u64 {
        if self.left > 0 {
            return 0;
        }
        let beginning = match self.start[1] {
            LENGTH_IN_2 => 4,
            LENGTH_IN_8 => 10,
            _ => 2,
        };
        let known = std::mem::take(&mut self.known);
        let text = self.start[..known].get(beginning..beginning + BEGINNING);
        let counts = |text: &[u8]| text.try_into().is_ok_and(self.counts);
        u64::from(self.start[0] == FINAL_TEXT && text.is_some_and(counts))
    }
}

fn next_of_head(seen: usize, byte: u8) -> Option<usize> {
    let seen = match byte {
        byte if byte == END_OF_HEAD[seen] => seen + 1,
        b'\r' => 1,
        _ => 0,
    };
    (seen < END_OF_HEAD.len()).then_some(seen)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWER: &[u8] = b"HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\n\r\n";

    fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
        let mut frame = vec![first];
        match payload.len() {
            len @ 0..126 => frame.push(u8::try_from(len).unwrap()),
            len @ 126..65_536 => {
                frame.push(LENGTH_IN_2);
                frame.extend(u16::try_from(len).unwrap().to_be_bytes());
            }
            len => {
                frame.push(LENGTH_IN_8);
                frame.extend((len as u64).to_be_bytes());
            }
        }
        frame.extend(payload);
        frame
    }

    fn is_event(beginning: [u8; BEGINNING]) -> bool {
        beginning == *b"42"
    }

    #[test]
    fn frames_that_count_are_counted_and_their_ends_known_however_the_bytes_are_cut() {
        let long = format!("42{}", "x".repeat(200));
        let longest = format!("42{}", "\r\n\r\n".repeat(20_000));
        let frames = [
            (frame(FINAL_TEXT, b"0{\"sid\":\"x\"}"), 0),
            (frame(FINAL_TEXT, b"42[]"), 1),
            (frame(0x89, b""), 0),
            (frame(FINAL_TEXT, b"2"), 0),
            (frame(FINAL_TEXT, long.as_bytes()), 1),
            (frame(0x82, b"42"), 0),
            (frame(FINAL_TEXT, b"42"), 1),
            (frame(FINAL_TEXT, longest.as_bytes()), 1),
            (frame(FINAL_TEXT, b""), 0),
            (frame(FINAL_TEXT, b"43[]"), 0),
        ];
        for cut in [1, 2, 3, 7, 64, 1_000, usize::MAX] {
            let mut boundary = Boundary::new(is_event);
            assert_eq!(ANSWER.chunks(cut.min(99)).map(|some| boundary.pass(some)).sum::<u64>(), 0);
            for (frame, counts) in &frames {
                assert!(boundary.is_between_frames(), "cut into {cut}");
                let (last, before) = frame.split_last().unwrap();
                let mut counted: u64 = before.chunks(cut).map(|some| boundary.pass(some)).sum();
                assert_eq!(counted, 0, "what is not whole does not count");
                assert!(!boundary.is_between_frames(), "cut into {cut}");
                counted += boundary.pass(&[*last]);
                assert_eq!(counted, *counts, "cut into {cut}");
            }
            let whole: Vec<u8> = frames.iter().flat_map(|(frame, _)| frame.clone()).collect();
            assert_eq!(whole.chunks(cut).map(|some| boundary.pass(some)).sum::<u64>(), 4, "cut into {cut}");
        }
    }

    #[test]
    fn nothing_comes_before_the_end_of_http() {
        let mut boundary = Boundary::new(is_event);
        boundary.pass(b"HTTP/1.1 101\r\n\r");
        assert!(!boundary.is_between_frames());
        boundary.pass(b"x\r\n\r\n");
        assert!(boundary.is_between_frames());
    }
}
