//! WebSocket frames and Socket.IO packets, as far as the load program needs them: it counts, and reads no JSON.
//!
//! Frames to the server are masked with zeros, which is a mask like any other and leaves the text as it is.

use memchr::memmem;

/// What a packet from the server is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packet<'a> {
    /// Engine.IO's, and the connects of Socket.IO.
    Open(&'a [u8]),
    /// Asks whether we are there.
    Ping,
    /// An answer to the packet with this number, and its text.
    Answer(u64, &'a [u8]),
    /// One graph event.
    Event(&'a [u8]),
    /// So many graph events in one frame.
    Frame(u64, &'a [u8]),
    /// Anything else.
    Other,
    /// The end.
    Close,
}

const EVENT: &[u8] = b"42[\"property-changed\",";
const FRAME: &[u8] = b"42[\"events\",";
/// Where the bounds of a frame stand at the latest.
const HEAD: usize = 400;

/// A text as a client sends it.
pub fn masked(text: &str) -> Vec<u8> {
    let mut out = vec![0x81];
    match u16::try_from(text.len()) {
        Ok(length) if length < 126 => out.push(0x80 | length.to_le_bytes()[0]),
        Ok(length) => {
            out.push(0x80 | 126);
            out.extend_from_slice(&length.to_be_bytes());
        }
        Err(_) => {
            out.push(0x80 | 127);
            out.extend_from_slice(&(text.len() as u64).to_be_bytes());
        }
    }
    out.extend_from_slice(&[0; 4]);
    out.extend_from_slice(text.as_bytes());
    out
}

/// The first whole frame of what came: its opcode, its text, and where it ends.
pub fn first(bytes: &[u8]) -> Option<(u8, &[u8], usize)> {
    let opcode = bytes.first()? & 0x0f;
    let (length, at) = match bytes.get(1)? & 0x7f {
        126 => (usize::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?)), 4),
        127 => (usize::try_from(u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?)).ok()?, 10),
        length => (usize::from(length), 2),
    };
    Some((opcode, bytes.get(at..at + length)?, at + length))
}

/// What a text is.
pub fn packet(text: &[u8]) -> Packet<'_> {
    match text {
        [b'4', b'2', ..] if text.starts_with(EVENT) => Packet::Event(text),
        [b'4', b'2', ..] if text.starts_with(FRAME) => {
            let head = &text[..text.len().min(HEAD)];
            let bounds = number(head, b"\"from\":").zip(number(head, b"\"to\":"));
            Packet::Frame(bounds.map_or(0, |(from, to)| (to + 1).saturating_sub(from)), text)
        }
        [b'4', b'3', rest @ ..] => Packet::Answer(digits(rest), rest),
        [b'2', ..] => Packet::Ping,
        [b'0', ..] | [b'4', b'0', ..] => Packet::Open(text),
        [b'1', ..] | [b'4', b'1' | b'4', ..] => Packet::Close,
        _ => Packet::Other,
    }
}

/// The number behind `name`.
pub fn number(text: &[u8], name: &[u8]) -> Option<u64> {
    let at = memmem::find(text, name)? + name.len();
    text.get(at)?.is_ascii_digit().then(|| digits(&text[at..]))
}

fn digits(text: &[u8]) -> u64 {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit());
    digits.fold(0, |number, digit| number * 10 + u64::from(digit - b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_found_once_it_is_whole() {
        for length in [5, 300, 70_000] {
            let text = "x".repeat(length);
            let frame = masked(&text);
            // The server's frames have no mask: without it they are the same.
            let mut bare = frame[..frame.len() - length - 4].to_vec();
            bare[1] &= 0x7f;
            bare.extend_from_slice(text.as_bytes());
            assert_eq!(first(&bare[..bare.len() - 1]), None);
            assert_eq!(first(&bare), Some((1, text.as_bytes(), bare.len())));
        }
    }

    #[test]
    fn packets_are_told_apart_and_counted() {
        assert_eq!(packet(b"2"), Packet::Ping);
        assert_eq!(packet(b"4317[{\"success\":true}]"), Packet::Answer(17, b"17[{\"success\":true}]"));
        let frame =
            br#"42["events",{"event":"events","session_id":"s","epoch":"e","from":7,"to":9,"events":[]}]"#;
        assert_eq!(packet(frame), Packet::Frame(3, frame));
        assert!(matches!(packet(b"42[\"property-changed\",{}]"), Packet::Event(_)));
        assert_eq!(packet(b"42[\"session:state\",{}]"), Packet::Other);
        assert!(matches!(packet(b"0{\"sid\":\"\"}"), Packet::Open(_)));
        assert_eq!(packet(b"41"), Packet::Close);
    }
}
