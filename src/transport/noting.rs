//! What is written down of refusals, whichever transport told them.

use std::net::IpAddr;

use graphroom_protocol::rest::errors::{ErrorCategory, ErrorSeverity};
use graphroom_protocol::{ErrorBody, ErrorCode};
use serde_json::Value;
use uuid::Uuid;

use crate::domain::{Caller, Standing};
use crate::identity::Identity;
use crate::identity::audit::{Kind, Note};
use crate::operations::Limit;
use crate::transport::Backend;

/// What somebody asked for.
pub struct Asked<'a> {
    /// By which event or route.
    pub what: &'a str,
    /// Who, if anybody.
    pub caller: Option<&'a Caller>,
    /// From where.
    pub address: IpAddr,
    /// About which project, as far as that is known.
    pub project_id: Option<Uuid>,
    /// About what else.
    pub target: Option<String>,
}

/// Writes down that it was refused, if that is more than a mistake.
pub fn refused(identity: &Identity, asked: Asked<'_>, error: &ErrorBody) {
    let Some(kind) = kind(&asked, error) else { return };
    let detail = |name: &str| error.details.as_ref().map_or(Value::Null, |details| details[name].clone());
    let mut note = Note::new(kind).from(asked.address).in_project(asked.project_id).with("what", asked.what);
    if let Some(caller) = asked.caller {
        note = note.by(&caller.user_id);
    }
    if let Some(target) = asked.target {
        note = note.of(&target);
    }
    let code = serde_json::to_value(error.code).unwrap_or_default();
    let (name, why) = match kind {
        Kind::OverLimit => ("limit", detail("limit")),
        _ => ("rule", detail("rule")),
    };
    identity.audit().note(note.with("code", code).with(name, why));
}

impl Backend {
    /// Writes down that an event or a route, which is what this names, was answered by an error that speaks of a fault,
    /// or of credentials that do not count.
    pub fn note_fault(&self, what: &str, error: &ErrorBody) {
        use ErrorCategory as C;
        use ErrorSeverity as S;
        let (category, severity, message) = match error.code {
            ErrorCode::StoreUnavailable | ErrorCode::OutcomeUnknown => {
                return self
                    .status
                    .store_failed("A request could not be answered for want of the store", Some(what));
            }
            ErrorCode::Internal => (C::System, S::Critical, "A request broke"),
            ErrorCode::Unauthenticated => {
                (C::Authentication, S::Low, "Credentials that do not count were shown")
            }
            _ => return,
        };
        self.status.record(category, severity, message, Some(what));
    }
}

fn kind(asked: &Asked<'_>, error: &ErrorBody) -> Option<Kind> {
    let is_user = asked.caller.is_some_and(|caller| caller.standing == Standing::User);
    match error.code {
        ErrorCode::Forbidden | ErrorCode::Unauthenticated => Some(Kind::Refused),
        // What one must not know of looks like what is not there.
        ErrorCode::ProjectNotFound | ErrorCode::InvalidSession if is_user => Some(Kind::Refused),
        ErrorCode::RateLimited | ErrorCode::ConnectionLimit | ErrorCode::SessionLimit => {
            // Who is locked out is written down where that is found out.
            let limit = error.details.as_ref().and_then(|details| details["limit"].as_str());
            (limit != Some(Limit::Failures.name())).then_some(Kind::OverLimit)
        }
        _ => None,
    }
}
