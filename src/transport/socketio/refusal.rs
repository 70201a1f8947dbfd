//! Why a socket was not let in, in the form that stock servers give it: `connect_error` with `data`.
//!
//! The library knows of a message only, `{"message":"…"}`. So the message is what the packet has to be once its
//! quotes are put in, marked by what nobody else knows; they are put in where bytes leave, see [`Rewriting`].

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use graphroom_protocol::{ErrorBody, ErrorCode};
use memchr::memmem::Finder;
use uuid::Uuid;

use crate::transport::link::Rewriting;

/// Stands for a quote until the packet leaves. JSON has it as it is.
const QUOTE: u8 = 0x7f;
/// For how long after a refusal its packet is waited for: a polling client that does not fetch it in this time
/// is not there any more.
const AWAITED: Duration = Duration::from_secs(120);

/// Writes refusals, and puts their quotes in.
pub struct Refusals {
    /// Random, and never sent.
    mark: String,
    finder: Finder<'static>,
    born: Instant,
    /// Until when there may be a packet to rewrite, in milliseconds after `born`.
    awaited_until: AtomicU64,
}

/// A refusal as the library takes it.
#[derive(Debug)]
pub struct Refusal(String);

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Default for Refusals {
    fn default() -> Self {
        let mark = Uuid::new_v4().simple().to_string();
        let finder = Finder::new(&mark).into_owned();
        Self { mark, finder, born: Instant::now(), awaited_until: AtomicU64::new(0) }
    }
}

impl Refusals {
    /// What the library is to be told.
    pub fn refuse(&self, error: &ErrorBody) -> Refusal {
        let until = self.now().saturating_add(u64::try_from(AWAITED.as_millis()).unwrap_or(u64::MAX));
        self.awaited_until.fetch_max(until, Ordering::AcqRel);
        let quote = char::from(QUOTE);
        let message = error.message.replace(quote, "");
        let fields = format!(r#","data":{},"code":"{}"#, data(error), text(error.code));
        Refusal(format!("{message}{quote}{}{}", self.mark, fields.replace('"', &quote.to_string())))
    }

    fn now(&self) -> u64 {
        u64::try_from(self.born.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

impl Rewriting for Refusals {
    fn rewrite(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        if self.awaited_until.load(Ordering::Acquire) <= self.now() {
            return None;
        }
        let first = self.finder.find(bytes)?;
        let (mut rewritten, mut next) = (bytes.to_vec(), Some(first));
        while let Some(start) = next {
            let fields = start + self.mark.len();
            rewritten[start..fields].fill(b' ');
            if let Some(quote) = start.checked_sub(1) {
                rewritten[quote] = b'"';
            }
            let end = memchr::memchr(b'"', &bytes[fields..]).map_or(bytes.len(), |len| fields + len);
            rewritten[fields..end].iter_mut().filter(|byte| **byte == QUOTE).for_each(|byte| *byte = b'"');
            next = self.finder.find(&bytes[end..]).map(|found| end + found);
        }
        Some(rewritten)
    }
}

/// The code, and the details if the library writes them as they are.
fn data(error: &ErrorBody) -> String {
    let code = text(error.code);
    let details = error.details.as_ref().map(ToString::to_string);
    let is_plain = |text: &String| text.bytes().all(|byte| (b' '..QUOTE).contains(&byte) && byte != b'\\');
    match details.filter(is_plain) {
        Some(details) => format!(r#"{{"code":"{code}","details":{details}}}"#),
        None => format!(r#"{{"code":"{code}"}}"#),
    }
}

fn text(code: ErrorCode) -> String {
    serde_json::to_value(code).ok().and_then(|code| code.as_str().map(str::to_owned)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// The packet that the library makes of it.
    fn packet(refusal: &Refusal) -> Vec<u8> {
        format!("44{}", json!({ "message": refusal.to_string() })).into_bytes()
    }

    fn read(packet: &[u8]) -> Value {
        serde_json::from_slice(&packet[2..]).unwrap()
    }

    #[test]
    fn a_refusal_leaves_with_its_code_and_details_as_data_and_is_as_long_as_it_was() {
        let refusals = Refusals::default();
        let error = ErrorBody {
            details: Some(json!({ "retry_after_ms": 5 })),
            ..ErrorBody::new(ErrorCode::RateLimited, "Too \"many\"\u{7f} of ü\n")
        };
        let written = packet(&refusals.refuse(&error));
        let rewritten = refusals.rewrite(&written).unwrap();
        assert_eq!(rewritten.len(), written.len());
        let expected = json!({
            "message": "Too \"many\" of ü\n",
            "data": { "code": "RATE_LIMITED", "details": { "retry_after_ms": 5 } },
            "code": "RATE_LIMITED",
        });
        assert_eq!(read(&rewritten), expected);
        assert!(!String::from_utf8(rewritten).unwrap().contains(&refusals.mark));
    }

    #[test]
    fn details_that_the_library_would_write_in_another_way_are_left_out() {
        let refusals = Refusals::default();
        for odd in ["\"", "ü", "\\", "\n", "\u{7f}"] {
            let error = ErrorBody {
                details: Some(json!({ "a": odd })),
                ..ErrorBody::new(ErrorCode::Forbidden, "No")
            };
            let rewritten = refusals.rewrite(&packet(&refusals.refuse(&error))).unwrap();
            assert_eq!(read(&rewritten)["data"], json!({ "code": "FORBIDDEN" }), "{odd:?}");
        }
    }

    #[test]
    fn several_refusals_in_one_answer_are_all_rewritten_and_what_is_around_them_stays() {
        let refusals = Refusals::default();
        let one = packet(&refusals.refuse(&ErrorBody::new(ErrorCode::Unauthenticated, "one")));
        let two = packet(&refusals.refuse(&ErrorBody::new(ErrorCode::Forbidden, "two")));
        let between = b"\x1e42[\"x\",\"\x7f,\x7f\"]\x1e";
        let written = [between.as_slice(), &one, between, &two, between].concat();
        let rewritten = refusals.rewrite(&written).unwrap();
        let expected = [between.as_slice(), &refusals.rewrite(&one).unwrap(), between]
            .into_iter()
            .chain([refusals.rewrite(&two).unwrap().as_slice(), between])
            .collect::<Vec<_>>()
            .concat();
        assert_eq!(rewritten, expected);
    }

    #[test]
    fn what_has_no_mark_is_left_alone_and_nothing_is_looked_at_while_nobody_was_refused() {
        let refusals = Refusals::default();
        let marked = format!("\x7f{}", refusals.mark);
        assert_eq!(refusals.rewrite(marked.as_bytes()), None);
        refusals.refuse(&ErrorBody::new(ErrorCode::Forbidden, "No"));
        assert_eq!(refusals.rewrite(b"42[\"\x7f\"]"), None);
        assert!(refusals.rewrite(marked.as_bytes()).is_some());
    }
}
