//! `message`: another event in an envelope, for clients that send all of theirs in one.

use graphroom_protocol::channel::Wrapped;
use graphroom_protocol::{ErrorBody, ErrorCode, RequestName};
use serde_json::value::RawValue;

use super::event::argument;
use super::inbound::{Inbound, Unreadable};

/// The event in it, as if it had come by its own name.
///
/// # Errors
/// There is none that could be read, or it is another envelope.
pub fn unwrapped(inbound: &Inbound) -> Result<Inbound, ErrorBody> {
    let said: Box<RawValue> = argument(inbound)?;
    // Some clients write the object as a text.
    let text = serde_json::from_str::<String>(said.get()).ok();
    let text = text.as_deref().unwrap_or(said.get());
    let wrapped = Some(text).filter(|text| text.trim_start().starts_with('{'));
    let wrapped: Option<Wrapped> = wrapped.and_then(|text| serde_json::from_str(text).ok());
    let Some(Wrapped { event, data }) = wrapped else {
        let message = "The argument must be {event, data}, or that as a JSON text";
        return Err(ErrorBody::new(ErrorCode::InvalidRequest, message));
    };
    if RequestName::find(&event) == Some(RequestName::Message) {
        return Err(ErrorBody::new(ErrorCode::InvalidRequest, "A message carries no message"));
    }
    let data = data.or_else(|| RawValue::from_string("{}".to_owned()).ok());
    Ok(Inbound {
        ack_id: inbound.ack_id,
        name: Some(event),
        bytes: inbound.bytes,
        argument: data.ok_or(Unreadable::Malformed),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inbound(argument: &str) -> Inbound {
        let argument = RawValue::from_string(argument.to_owned()).unwrap();
        Inbound { ack_id: Some(3), name: Some("message".to_owned()), bytes: 9, argument: Ok(argument) }
    }

    #[test]
    fn an_object_and_its_text_are_the_same_event() {
        let texts = [
            r#"{"event":"undo","data":{"session_id":"s"}}"#,
            r#""{\"event\":\"undo\",\"data\":{\"session_id\":\"s\"}}""#,
        ];
        for text in texts {
            let inner = unwrapped(&inbound(text)).unwrap();
            assert_eq!((inner.name.as_deref(), inner.ack_id), (Some("undo"), Some(3)));
            assert_eq!(inner.argument.unwrap().get(), r#"{"session_id":"s"}"#);
        }
        let bare = unwrapped(&inbound(r#"{"event":"heartbeat"}"#)).unwrap();
        assert_eq!(bare.argument.unwrap().get(), "{}", "what is not said is empty");
    }

    #[test]
    fn what_is_no_event_is_refused() {
        let wrong =
            ["5", "[]", "null", r#""text""#, "{}", r#"{"event":7}"#, r#"["undo"]"#, r#"{"event":"message"}"#];
        for text in wrong {
            assert!(unwrapped(&inbound(text)).is_err(), "{text}");
        }
    }
}
