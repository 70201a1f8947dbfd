//! Protocol 4, as `socket.io-client` 2 speaks it, where the library does not understand it.
//!
//! Its CONNECT packet carries the client's query in the namespace's name: `40/graph?user_id=ada,`. The
//! library takes that for a namespace of its own and refuses it under a name that the client does not
//! listen to, so that the client waits for ever. Here it becomes what protocol 5 says,
//! `40/graph,{"user_id":"ada"}`, in a poll's body and, by [`frames`](super::frames), on a WebSocket.
//!
//! Everything else the library does by itself.

use crate::transport::connection::identity::Said;

/// The largest packet that is looked at, in bytes. Longer ones are no CONNECT that anybody sends.
pub const MAX_CONNECT: usize = 8 * 1024;

/// What a CONNECT packet starts with that can have a query: the root has no name on the wire.
pub const CONNECT: &str = "40/";

/// Whether a handshake or a request of it speaks protocol 4.
pub fn is_spoken(engine: Option<&str>) -> bool {
    engine == Some("3")
}

/// The CONNECT packet that says the same without a query; none if it has none or is another packet.
pub fn without_query(packet: &str) -> Option<String> {
    let (address, payload) = packet.split_once(',').unwrap_or((packet, ""));
    let (namespace, query) = address.split_once('?').filter(|_| address.starts_with(CONNECT))?;
    let said = Said::in_query(query);
    if !payload.is_empty() || said.is_nothing() {
        return Some(format!("{namespace},{payload}"));
    }
    let said = serde_json::to_string(&said).ok()?;
    Some(format!("{namespace},{said}"))
}

/// The same for the body of a poll, `LENGTH:PACKET` again and again, lengths in units of UTF-16. None if
/// there is nothing to change, or if it cannot be read, which the library says better.
pub fn body_without_queries(body: &[u8]) -> Option<String> {
    let mut rest = std::str::from_utf8(body).ok()?;
    let (mut changed, mut is_changed) = (String::with_capacity(rest.len()), false);
    while !rest.is_empty() {
        let (length, from_packet) = rest.split_once(':')?;
        let (packet, behind) = from_packet.split_at(utf16_end(from_packet, length.parse().ok()?)?);
        let translated = without_query(packet);
        is_changed |= translated.is_some();
        let packet = translated.as_deref().unwrap_or(packet);
        changed.push_str(&format!("{}:{packet}", packet.encode_utf16().count()));
        rest = behind;
    }
    is_changed.then_some(changed)
}

/// Where `units` of UTF-16 end, in bytes.
fn utf16_end(text: &str, units: usize) -> Option<usize> {
    let mut left = units;
    for (at, character) in text.char_indices() {
        if left == 0 {
            return Some(at);
        }
        left = left.checked_sub(character.len_utf16())?;
    }
    (left == 0).then_some(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_becomes_what_protocol_5_says() {
        for (packet, expected) in [
            ("40/graph?user_id=ada,", Some(r#"40/graph,{"user_id":"ada"}"#)),
            ("40/graph?user_id=ada", Some(r#"40/graph,{"user_id":"ada"}"#)),
            ("40/graph?name=Ada%20L&user_id=a%2Cb,", Some(r#"40/graph,{"user_id":"a,b","name":"Ada L"}"#)),
            ("40/graph?name=Ada L \u{1d54a}\",", Some("40/graph,{\"name\":\"Ada L \u{1d54a}\\\"\"}")),
            ("40/graph?user_id=,", Some(r#"40/graph,{"user_id":""}"#)),
            ("40/graph?token=1,", Some(r#"40/graph,{"token":"1"}"#)),
            ("40/graph?color=,", Some(r#"40/graph,{"color":""}"#)),
            ("40/graph?EIO=3,", Some("40/graph,")),
            ("40/graph?user_id=ada,{\"user_id\":\"bob\"}", Some(r#"40/graph,{"user_id":"bob"}"#)),
            ("40/graph,", None),
            ("40/graph,{\"name\":\"who?\"}", None),
            ("40", None),
            ("42/graph,[\"ping\",\"?\"]", None),
            ("41/graph?user_id=ada,", None),
            ("", None),
        ] {
            assert_eq!(without_query(packet).as_deref(), expected, "{packet}");
        }
    }

    #[test]
    fn a_body_is_changed_where_it_has_a_query_and_nowhere_else() {
        let body = "9:42[\"\u{1d54a}€\"]21:40/graph?user_id=ada,1:2";
        let expected = "9:42[\"\u{1d54a}€\"]26:40/graph,{\"user_id\":\"ada\"}1:2";
        assert_eq!(body_without_queries(body.as_bytes()).as_deref(), Some(expected));
    }

    #[test]
    fn a_body_without_a_query_or_that_cannot_be_read_stays_as_it_is() {
        for body in [
            "",
            "2:40",
            "9:40/graph,",
            "x",
            "5:40",
            ":40/graph?user_id=ada,",
            "21:40/graph?user_id=ada,3",
            "1:\u{1d54a}",
            "-1:a",
        ] {
            assert_eq!(body_without_queries(body.as_bytes()), None, "{body}");
        }
        assert_eq!(body_without_queries(&[0, 2, 255, b'4', b'0']), None);
    }
}
