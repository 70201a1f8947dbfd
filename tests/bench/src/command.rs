//! The command that the load program sends: an update of a property, with the time it was due in its value.

use std::time::{Duration, Instant};

use memchr::memmem;

use crate::frames;
use crate::server::Room;

/// What stands before the time in an event.
const STAMP: &[u8] = b"\"new_value\":\"@";
const STAMP_DIGITS: usize = 16;
/// Acknowledgements begin here, so that all have the same number of digits.
const FIRST_ACK: u64 = 10_000_000;
/// Makes a value of 64 characters.
const PADDING: &str = "-the-rest-of-a-value-as-people-write-them-here-";

/// A command that is made once and sent often: only its numbers change.
pub struct Command {
    frame: Vec<u8>,
    ack_at: usize,
    stamp_at: usize,
    next: u64,
}

impl Command {
    /// The command of a room's member.
    pub fn new(room: &Room, member: usize) -> Self {
        let Room { session_id, node_id, .. } = room;
        let text = format!(
            "42{FIRST_ACK}[\"execute_command\",{{\"session_id\":\"{session_id}\",\
             \"command_type\":\"UpdateProperty\",\"data\":{{\"node_id\":\"{node_id}\",\
             \"property_id\":\"p{member:05}\",\"new_value\":\"@{:016x}{PADDING}\"}}}}]",
            0
        );
        let frame = frames::masked(&text);
        let ack_at = frame.len() - text.len() + 2;
        let stamp_at = memmem::find(&frame, STAMP).map_or(0, |at| at + STAMP.len());
        Self { frame, ack_at, stamp_at, next: FIRST_ACK }
    }

    /// The next one, due at a time after the start.
    pub fn next(&mut self, due: Duration) -> &[u8] {
        let ack = self.next.to_string();
        self.frame[self.ack_at..self.ack_at + ack.len()].copy_from_slice(ack.as_bytes());
        let due = format!("{:016x}", u64::try_from(due.as_nanos()).unwrap_or(u64::MAX));
        self.frame[self.stamp_at..self.stamp_at + STAMP_DIGITS].copy_from_slice(due.as_bytes());
        self.next += 1;
        &self.frame
    }
}

/// How long after they were due the commands came back that these events tell of, in milliseconds.
pub fn delays(text: &[u8], start: Instant, mut on: impl FnMut(f64)) {
    let now = start.elapsed().as_nanos() as f64;
    for at in memmem::find_iter(text, STAMP) {
        let digits = text.get(at + STAMP.len()..at + STAMP.len() + STAMP_DIGITS);
        let due = digits.and_then(|digits| std::str::from_utf8(digits).ok());
        if let Some(due) = due.and_then(|due| u64::from_str_radix(due, 16).ok()) {
            on((now - due as f64) / 1e6);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_changes_its_numbers_alone_and_its_delay_is_read_back() {
        let room = Room { session_id: "s".to_owned(), node_id: "n".to_owned() };
        let start = Instant::now();
        let mut command = Command::new(&room, 3);
        let first = command.next(start.elapsed()).to_vec();
        let second = command.next(start.elapsed()).to_vec();
        assert_eq!(first.len(), second.len());
        let text = String::from_utf8(second[second.len() - first.len() + 8..].to_vec()).unwrap();
        assert!(text.contains("4210000001[\"execute_command\""), "{text}");
        let mut found = Vec::new();
        delays(&first, start, |delay| found.push(delay));
        assert_eq!(found.len(), 1);
        assert!((0.0..60_000.0).contains(&found[0]), "{found:?}");
    }
}
