//! The frames that a WebSocket client of protocol 4 sends, of which only its CONNECT packets are changed.
//!
//! See [`protocol4`](super::protocol4). Frames are not checked here: what is odd passes as it is, and the
//! library judges it. No more is kept than the head of one frame or one CONNECT packet.

use super::protocol4::{CONNECT, MAX_CONNECT, without_query};
use crate::transport::link::Translation;

/// A whole message of text in one frame, the only form in which clients send such a packet.
const FINAL_TEXT: u8 = 0x81;
/// In the second byte: the client masks what it sends, as it must.
const MASKED: u8 = 0x80;
/// In the second byte: the length follows in two bytes, or in eight.
const LENGTH_IN_2: u8 = 126;
const LENGTH_IN_8: u8 = 127;
const MASK: usize = 4;

/// Where in the stream of frames we are.
#[derive(Default)]
pub struct Frames {
    /// Bytes of the current frame that pass as they are.
    passing: u64,
    /// The beginning of a frame that cannot be judged yet.
    held: Vec<u8>,
}

/// A frame's head.
struct Head {
    /// Its own length, the mask with it.
    len: usize,
    /// The payload's length.
    payload: u64,
    mask: [u8; MASK],
    /// Whether a CONNECT packet could be in it.
    is_candidate: bool,
}

impl Head {
    /// Reads a head; none while bytes of it are missing.
    fn read(bytes: &[u8]) -> Option<Self> {
        let (first, second) = (*bytes.first()?, *bytes.get(1)?);
        let (payload, at) = match second & !MASKED {
            LENGTH_IN_2 => (u16::from_be_bytes(array(bytes, 2)?).into(), 4),
            LENGTH_IN_8 => (u64::from_be_bytes(array(bytes, 2)?), 10),
            short => (short.into(), 2),
        };
        let is_masked = second & MASKED != 0;
        let mask = if is_masked { array(bytes, at)? } else { [0; MASK] };
        let fits = (CONNECT.len() as u64..=MAX_CONNECT as u64).contains(&payload);
        Some(Self {
            len: if is_masked { at + MASK } else { at },
            payload,
            mask,
            is_candidate: first == FINAL_TEXT && is_masked && fits,
        })
    }

    /// The payload's first bytes, as many as are there and at most `max`.
    fn unmask(&self, frame: &[u8], max: usize) -> Vec<u8> {
        let payload = frame[self.len..].iter().take(max);
        payload.zip(self.mask.iter().cycle()).map(|(byte, mask)| byte ^ mask).collect()
    }
}

/// What is to be done with the frame at the beginning of what is held.
enum Verdict {
    /// Nothing before more of it has come.
    Wait,
    /// So many bytes pass as they are.
    Pass(u64),
    /// So many bytes are replaced by a packet.
    Replace(usize, String),
}

fn judge(held: &[u8]) -> Verdict {
    let Some(head) = Head::read(held) else { return Verdict::Wait };
    let whole = head.payload.saturating_add(head.len as u64);
    if !head.is_candidate {
        return Verdict::Pass(whole);
    }
    let start = head.unmask(held, CONNECT.len());
    if !CONNECT.as_bytes().starts_with(&start) {
        return Verdict::Pass(whole);
    }
    if (held.len() as u64) < whole {
        return Verdict::Wait;
    }
    let packet = String::from_utf8(head.unmask(held, MAX_CONNECT.min(head.payload as usize)));
    match packet.ok().as_deref().and_then(without_query) {
        Some(packet) => Verdict::Replace(head.len + head.payload as usize, packet),
        None => Verdict::Pass(whole),
    }
}

impl Translation for Frames {
    fn translate(&mut self, read: &[u8], out: &mut Vec<u8>) {
        let passing = usize::try_from(self.passing).map_or(read.len(), |passing| passing.min(read.len()));
        out.extend_from_slice(&read[..passing]);
        self.passing -= passing as u64;
        self.held.extend_from_slice(&read[passing..]);
        loop {
            match judge(&self.held) {
                Verdict::Wait => return,
                Verdict::Pass(whole) => {
                    let here = usize::try_from(whole).map_or(self.held.len(), |n| n.min(self.held.len()));
                    out.extend(self.held.drain(..here));
                    self.passing = whole - here as u64;
                }
                Verdict::Replace(whole, packet) => {
                    self.held.drain(..whole);
                    frame(&packet, out);
                }
            }
        }
    }
}

/// Appends a packet in a frame of its own, under a mask that changes nothing.
fn frame(packet: &str, out: &mut Vec<u8>) {
    out.push(FINAL_TEXT);
    match u16::try_from(packet.len()) {
        Ok(len) if len < LENGTH_IN_2.into() => out.push(MASKED | len as u8),
        Ok(len) => {
            out.push(MASKED | LENGTH_IN_2);
            out.extend_from_slice(&len.to_be_bytes());
        }
        Err(_) => {
            out.push(MASKED | LENGTH_IN_8);
            out.extend_from_slice(&(packet.len() as u64).to_be_bytes());
        }
    }
    out.extend_from_slice(&[0; MASK]);
    out.extend_from_slice(packet.as_bytes());
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at + N)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUERY: &str = "40/graph?user_id=ada,";
    const CONNECTS: &str = r#"40/graph,{"user_id":"ada"}"#;

    /// A frame as clients send it.
    fn sent(first: u8, payload: &[u8]) -> Vec<u8> {
        let mask = [1, 2, 3, 4];
        let mut frame = vec![first];
        match payload.len() {
            len @ 0..126 => frame.push(MASKED | u8::try_from(len).unwrap()),
            len @ 126..65_536 => {
                frame.push(MASKED | LENGTH_IN_2);
                frame.extend(u16::try_from(len).unwrap().to_be_bytes());
            }
            len => {
                frame.push(MASKED | LENGTH_IN_8);
                frame.extend((len as u64).to_be_bytes());
            }
        }
        frame.extend(mask);
        frame.extend(payload.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask));
        frame
    }

    fn text(packet: &str) -> Vec<u8> {
        sent(FINAL_TEXT, packet.as_bytes())
    }

    fn translated(bytes: &[u8], chunk: usize) -> Vec<u8> {
        let (mut frames, mut out) = (Frames::default(), Vec::new());
        for chunk in bytes.chunks(chunk) {
            frames.translate(chunk, &mut out);
        }
        out
    }

    fn framed(packet: &str) -> Vec<u8> {
        let mut out = Vec::new();
        frame(packet, &mut out);
        out
    }

    #[test]
    fn a_connect_with_a_query_is_replaced_among_frames_that_pass_however_the_bytes_are_cut() {
        let long = format!("42[\"x\",\"{}\"]", "y".repeat(70_000));
        let ping = sent(0x89, b"");
        let binary = sent(0x82, QUERY.as_bytes());
        let before = [text("2probe"), text("5"), text("40/graph,"), ping, binary, text(&long)].concat();
        let behind = [text("42/graph,[\"ping\",\"?\"]"), text("2"), text("")].concat();
        let read = [before.clone(), text(QUERY), behind.clone()].concat();
        let expected = [before, framed(CONNECTS), behind].concat();
        for chunk in [1, 2, 3, 7, 64, 1_000, 16_384, read.len()] {
            assert_eq!(translated(&read, chunk), expected, "cut into {chunk}");
        }
    }

    #[test]
    fn a_long_name_is_framed_with_a_longer_length() {
        let name = "n".repeat(200);
        let expected = framed(&format!("40/graph,{{\"name\":\"{name}\"}}"));
        assert_eq!(translated(&text(&format!("40/graph?name={name},")), 50), expected);
    }

    #[test]
    fn what_is_odd_passes_as_it_is() {
        let huge = [&[FINAL_TEXT, MASKED | LENGTH_IN_8][..], &[0xff; 8], &[0; MASK], b"40/graph?"].concat();
        let unmasked = [&[FINAL_TEXT, 21][..], QUERY.as_bytes()].concat();
        let fragment = sent(0x01, QUERY.as_bytes());
        let no_text = sent(FINAL_TEXT, b"40/graph?name=\xff,");
        let too_long = text(&format!("40/graph?name={},", "n".repeat(MAX_CONNECT)));
        for odd in [huge, unmasked, fragment, no_text, too_long] {
            assert_eq!(translated(&odd, 5), odd);
        }
    }

    #[test]
    fn what_is_not_whole_yet_waits() {
        let read = text(QUERY);
        assert_eq!(translated(&read[..read.len() - 1], read.len()), Vec::<u8>::new());
    }
}
