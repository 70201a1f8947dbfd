//! What a client accepts, and how much it likes it: the lists of `Accept` and `Accept-Encoding`.
//!
//! An entry whose weight cannot be read is as if it were not there.

use http::header::{ACCEPT, ACCEPT_ENCODING, HeaderMap, HeaderName};

/// A weight in thousandths: 0 is "not at all".
type Weight = u16;

/// The weight of what a client says nothing special about.
const FULL: Weight = 1_000;

/// How a page is asked for. Who takes anything asks for none.
const PAGE: [&str; 2] = ["text/html", "text/*"];
/// How a stream of events is asked for.
const STREAM: &str = "text/event-stream";
/// How what the API answers with is asked for.
const DATA: [&str; 3] = ["application/json", "application/*", "*/*"];

/// Ways to write content. The one that costs least to send stands first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    /// Brotli.
    Brotli,
    /// gzip.
    Gzip,
    /// As it is.
    Identity,
}

impl Coding {
    /// All of them, the preferred ones first.
    pub const ALL: [Self; 3] = [Self::Brotli, Self::Gzip, Self::Identity];

    /// Its name in headers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
            Self::Identity => "identity",
        }
    }
}

/// Whether a client likes a page better than data: browsers do where people go, scripts do not.
pub fn prefers_page(headers: &HeaderMap) -> bool {
    let ranges = entries(headers, &ACCEPT);
    weight_of_first(&ranges, &PAGE) > weight_of_first(&ranges, &DATA)
}

/// Whether a client asks for a stream of events, and likes no data better. Who takes anything asks for none.
pub fn prefers_stream(headers: &HeaderMap) -> bool {
    let ranges = entries(headers, &ACCEPT);
    let stream = weight_of(&ranges, STREAM).unwrap_or(0);
    stream > 0 && stream >= weight_of_first(&ranges, &DATA)
}

/// The codings that a client takes, those that it likes best first. It is never nothing: who refuses everything gets
/// content as it is.
pub fn codings(headers: &HeaderMap) -> Vec<Coding> {
    let said = entries(headers, &ACCEPT_ENCODING);
    let weight = |coding: Coding| {
        let weight = weight_of(&said, coding.name()).or_else(|| weight_of(&said, "*"));
        // As it is, content is taken unless it is refused, but anything that was asked for is better.
        weight.unwrap_or(u16::from(coding == Coding::Identity))
    };
    let mut taken: Vec<Coding> = Coding::ALL.into_iter().filter(|coding| weight(*coding) > 0).collect();
    taken.sort_by_key(|coding| std::cmp::Reverse(weight(*coding)));
    if taken.is_empty() { vec![Coding::Identity] } else { taken }
}

/// The weight of the first of these kinds that something is said about: the closest one stands first.
fn weight_of_first(entries: &[(String, Weight)], kinds: &[&str]) -> Weight {
    kinds.iter().find_map(|kind| weight_of(entries, kind)).unwrap_or(0)
}

fn weight_of(entries: &[(String, Weight)], name: &str) -> Option<Weight> {
    entries.iter().find(|(entry, _)| entry == name).map(|(_, weight)| *weight)
}

/// Names, in lower case, with their weights. Other parameters than the weight are passed over.
fn entries(headers: &HeaderMap, name: &HeaderName) -> Vec<(String, Weight)> {
    let lines = headers.get_all(name).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).filter_map(entry).collect()
}

fn entry(text: &str) -> Option<(String, Weight)> {
    let mut parts = text.split(';').map(str::trim);
    let name = parts.next().filter(|name| !name.is_empty())?.to_ascii_lowercase();
    let weight = parts.find_map(|part| {
        let (key, value) = part.split_once('=')?;
        key.trim().eq_ignore_ascii_case("q").then(|| value.trim())
    });
    Some((name, weight.map_or(Some(FULL), thousandths)?))
}

/// A weight as headers have it: `1`, `0.5`, at most three digits behind the point.
fn thousandths(text: &str) -> Option<Weight> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    if part.len() > 3 || !part.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let part: Weight = format!("{part:0<3}").parse().ok()?;
    match (whole, part) {
        ("0", part) => Some(part),
        ("1", 0) => Some(FULL),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn with(name: &HeaderName, lines: &[&'static str]) -> HeaderMap {
        lines.iter().map(|line| (name.clone(), HeaderValue::from_static(line))).collect()
    }

    #[test]
    fn browsers_like_pages_and_scripts_like_data() {
        for accept in [
            "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
            "text/html",
            "TEXT/HTML; charset=utf-8",
            "text/*",
            "application/json;q=0.5, text/html;q=0.501",
        ] {
            assert!(prefers_page(&with(&ACCEPT, &[accept])), "{accept}");
        }
        for accept in [
            "*/*",
            "",
            "application/json",
            "application/json, text/plain, */*",
            "text/html, application/json",
            "text/html;q=0, */*",
            "text/html;q=x",
            "text/html;q=1.5",
            "text/html;q=0.4, application/*;q=0.5",
            "application/json;q=0.9, */*",
            "image/png",
        ] {
            assert!(!prefers_page(&with(&ACCEPT, &[accept])), "{accept}");
        }
        assert!(!prefers_page(&HeaderMap::new()));
        assert!(prefers_page(&with(&ACCEPT, &["application/json;q=0.1", "text/html"])));
    }

    #[test]
    fn streams_are_for_those_who_ask_for_them_and_like_no_data_better() {
        for accept in [
            "text/event-stream",
            "Text/Event-Stream; charset=utf-8",
            "text/event-stream, */*",
            "application/json, text/event-stream",
            "application/json;q=0.5, text/event-stream",
        ] {
            assert!(prefers_stream(&with(&ACCEPT, &[accept])), "{accept}");
        }
        for accept in [
            "",
            "*/*",
            "text/*",
            "text/event-stream;q=0",
            "application/json, text/event-stream;q=0.5",
            "text/event-stream;q=0.5, */*",
            "text/event-stream;q=0.5, application/*;q=0.6",
        ] {
            assert!(!prefers_stream(&with(&ACCEPT, &[accept])), "{accept}");
        }
    }

    #[test]
    fn codings_come_as_the_client_likes_them() {
        use Coding::{Brotli, Gzip, Identity};
        for (accepted, expected) in [
            ("gzip, deflate, br, zstd", vec![Brotli, Gzip, Identity]),
            ("gzip", vec![Gzip, Identity]),
            ("GZIP;Q=0.5", vec![Gzip, Identity]),
            ("br;q=0.5, gzip;q=0.8", vec![Gzip, Brotli, Identity]),
            ("br;q=0.5, identity", vec![Identity, Brotli]),
            ("*", vec![Brotli, Gzip, Identity]),
            ("br;q=0, *", vec![Gzip, Identity]),
            ("identity;q=0, gzip", vec![Gzip]),
            ("*;q=0, gzip;q=0.1", vec![Gzip]),
            ("*;q=0", vec![Identity]),
            ("gzip;q=2, br;q=0.1234", vec![Identity]),
            ("", vec![Identity]),
        ] {
            assert_eq!(codings(&with(&ACCEPT_ENCODING, &[accepted])), expected, "{accepted}");
        }
        assert_eq!(codings(&HeaderMap::new()), [Identity]);
        assert_eq!(codings(&with(&ACCEPT_ENCODING, &["gzip;q=0.5", "br"])), [Brotli, Gzip, Identity]);
    }
}
