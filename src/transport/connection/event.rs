//! Events as they are read: from the wire's payloads to what they ask for.

use graphroom_protocol::auth::Authenticate;
use graphroom_protocol::presence::{DoingChange, SetPresence};
use graphroom_protocol::request::{
    Delivery, ExecuteCommand, InSession, Join as JoinRequest, OnConflict as WireOnConflict,
    Scope as WireScope, Since, TakeBack,
};
use graphroom_protocol::{ErrorBody, ErrorCode, Plain, RequestName};
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::oneshot;
use uuid::Uuid;

use super::chat::Chat;
use super::hearing::Hearing;
use super::inbound::{Inbound, MAX_EVENT, Unreadable};
use super::needs;
use crate::domain::{OnConflict, Scope};
use crate::identity::Need;
use crate::session::submission::MAX_COMMAND_ID;
use crate::session::{OpenError, Wants, Wish};
use crate::transport::{doing, open_error};

/// An event that was read.
pub struct Event {
    /// The session that it is about; none if that is for nobody to say.
    pub session_id: Option<Uuid>,
    /// How large it came in.
    pub bytes: usize,
    /// What the client knows the answer by, if it asked for one.
    pub ack_id: Option<i64>,
    /// What it is called; nothing if it is in no registry.
    pub name: &'static str,
    /// What it needs of the client.
    pub need: Need,
    /// What it asks for.
    pub action: Action,
}

/// What an event asks for.
pub enum Action {
    /// `join_session`
    Join { wants: Wants, since: Option<Option<Since>> },
    /// `leave_session`, with the id as the client wrote it.
    Leave { session_id: String },
    /// `execute_command`, `undo`, `redo`
    Submit { wish: Wish, command_id: Option<String>, graph: bool },
    /// `get_graph`
    GetGraph,
    /// `presence:set`
    SetPresence(DoingChange),
    /// `authenticate` and, of who is somebody already, `auth:refresh`.
    Authenticate { request: Authenticate, is_refresh: bool },
    /// Something about a conversation.
    Chat(Chat),
    /// Hearing a project, or no more.
    Hearing(Hearing),
    /// Nothing but to be told that its turn has come.
    Turn(oneshot::Sender<()>),
    /// Nothing but to be told why; by the event `error` too, if that is how clients know it.
    Refuse { error: ErrorBody, is_told: bool },
    /// The same for what could be read: its answer keeps its place among the session's.
    Limit { about: Option<Uuid>, command_id: Option<String>, error: ErrorBody },
}

impl Event {
    /// Whether it takes more than a moment to do what it asks for, even in a session that is open.
    pub fn takes_time(&self) -> bool {
        matches!(
            self.action,
            Action::Join { since: Some(_), .. }
                | Action::Authenticate { .. }
                | Action::Chat(_)
                | Action::Hearing(_)
        )
    }

    fn of(inbound: &Inbound, session_id: Option<Uuid>, action: Action) -> Self {
        let (bytes, ack_id) = (inbound.bytes, inbound.ack_id);
        Self { session_id, bytes, ack_id, name: "", need: Need::Name, action }
    }

    /// Nothing is done about it, its session is not even looked for.
    pub fn refused(self, error: ErrorBody) -> Self {
        let command_id = match self.action {
            Action::Submit { command_id, .. } => command_id,
            _ => None,
        };
        let command_id = command_id.filter(|id| id.chars().count() <= MAX_COMMAND_ID);
        let action = Action::Limit { about: self.session_id, command_id, error };
        Self { session_id: None, action, ..self }
    }

    /// What cannot be read is refused, in its turn.
    pub fn refusal(name: RequestName, inbound: &Inbound, error: ErrorBody) -> Self {
        let refused = Self::of(inbound, None, Action::Refuse { error, is_told: false });
        Self { name: name.as_str(), need: needs::of_event(name), ..refused }
    }

    /// What is no event is refused in its turn, too.
    pub fn turned_down((ack_id, bytes): (Option<i64>, usize), error: ErrorBody) -> Self {
        let action = Action::Refuse { error, is_told: false };
        Self { session_id: None, bytes, ack_id, name: "", need: Need::Nothing, action }
    }

    /// Somebody waits for the turn of what comes now.
    pub fn turn(sender: oneshot::Sender<()>) -> Self {
        let action = Action::Turn(sender);
        Self { session_id: None, bytes: 0, ack_id: None, name: "", need: Need::Nothing, action }
    }

    /// Nothing is done whose answer could not be told from others; its sender is told so.
    pub fn unanswerable(name: Option<RequestName>, inbound: &Inbound) -> Self {
        let refused = Self::of(inbound, None, Action::Refuse { error: no_id(), is_told: false });
        Self { name: name.map_or("", RequestName::as_str), need: Need::Name, ..refused }
    }

    /// Reads what came in; one that cannot be read becomes its own refusal. `name` is the registry's, none if
    /// it is not in there; `legacy` says whether the namespace gets the older event names.
    pub fn read(name: Option<RequestName>, inbound: &Inbound, legacy: bool) -> Self {
        use RequestName as R;
        let event = match name {
            Some(R::JoinSession) => read_join(inbound, legacy),
            Some(R::LeaveSession) => read_leave(inbound),
            Some(R::ExecuteCommand) => read_execute(inbound),
            Some(R::Undo) => {
                read_take_back(inbound, |scope, force, on_conflict| Wish::Undo { scope, force, on_conflict })
            }
            Some(R::Redo) => {
                read_take_back(inbound, |scope, force, on_conflict| Wish::Redo { scope, force, on_conflict })
            }
            Some(R::GetGraph) => read_get_graph(inbound),
            Some(R::SetPresence) => read_presence(inbound),
            Some(R::Authenticate) => read_authenticate(inbound, false),
            Some(R::RefreshAuth) => read_authenticate(inbound, true),
            // Signs of life ask for nothing that could be read: they are answered before they come here.
            Some(name) => read_chat(name, inbound)
                .or_else(|| read_hearing(name, inbound))
                .unwrap_or_else(|| Err(unknown())),
            None => Err(unknown()),
        };
        let event = event.unwrap_or_else(|error| {
            let is_told = matches!(name, Some(R::JoinSession | R::LeaveSession));
            Self::of(inbound, None, Action::Refuse { error, is_told })
        });
        let need = name.map_or(Need::Name, needs::of_event);
        Self { name: name.map_or("", R::as_str), need, ..event }
    }
}

fn read_chat(name: RequestName, inbound: &Inbound) -> Option<Result<Event, ErrorBody>> {
    Some(Chat::read(name, inbound)?.map(|chat| Event::of(inbound, None, Action::Chat(chat))))
}

fn read_hearing(name: RequestName, inbound: &Inbound) -> Option<Result<Event, ErrorBody>> {
    let hearing = Hearing::read(name, inbound)?;
    Some(hearing.map(|hearing| Event::of(inbound, None, Action::Hearing(hearing))))
}

fn unknown() -> ErrorBody {
    ErrorBody::new(ErrorCode::InvalidRequest, "Unknown event")
}

fn read_join(inbound: &Inbound, legacy: bool) -> Result<Event, ErrorBody> {
    let request: JoinRequest = in_session(inbound)?;
    let batch = request.delivery == Delivery::Batch;
    let lifecycle = request.lifecycle.unwrap_or(!batch);
    let wants = Wants { lifecycle, legacy, batch, presence: request.presence };
    about(&request.session_id, inbound, Action::Join { wants, since: request.since })
}

fn read_leave(inbound: &Inbound) -> Result<Event, ErrorBody> {
    let InSession { session_id } = in_session(inbound)?;
    // Whoever is in no such session has left it.
    let id = session_id.parse().ok();
    Ok(Event::of(inbound, id, Action::Leave { session_id }))
}

fn read_execute(inbound: &Inbound) -> Result<Event, ErrorBody> {
    let ExecuteCommand { session_id, command_type, data, command_id, graph } = argument(inbound)?;
    let wish = Wish::Execute { command_type, data: data.0 };
    about(&session_id, inbound, Action::Submit { wish, command_id, graph })
}

fn read_take_back(
    inbound: &Inbound,
    wish: impl Fn(Option<Scope>, bool, OnConflict) -> Wish,
) -> Result<Event, ErrorBody> {
    let TakeBack { session_id, scope, force, on_conflict, command_id, graph } = in_session(inbound)?;
    let scope = scope.map(|scope| match scope {
        WireScope::Mine => Scope::Mine,
        WireScope::Session => Scope::Session,
    });
    let on_conflict = match on_conflict {
        None | Some(WireOnConflict::Skip) => OnConflict::Skip,
        Some(WireOnConflict::Refuse) => OnConflict::Refuse,
    };
    let wish = wish(scope, force, on_conflict);
    about(&session_id, inbound, Action::Submit { wish, command_id, graph })
}

fn read_get_graph(inbound: &Inbound) -> Result<Event, ErrorBody> {
    let InSession { session_id } = in_session(inbound)?;
    about(&session_id, inbound, Action::GetGraph)
}

fn read_presence(inbound: &Inbound) -> Result<Event, ErrorBody> {
    let SetPresence { session_id, change } = in_session(inbound)?;
    doing::check(&change)?;
    about(&session_id, inbound, Action::SetPresence(change))
}

fn read_authenticate(inbound: &Inbound, is_refresh: bool) -> Result<Event, ErrorBody> {
    // What shows nothing that could be read shows what does not count.
    let request = argument(inbound).unwrap_or_default();
    Ok(Event::of(inbound, None, Action::Authenticate { request, is_refresh }))
}

pub(super) fn argument<T: for<'de> Deserialize<'de>>(inbound: &Inbound) -> Result<T, ErrorBody> {
    inbound.argument().map_err(|unreadable| match unreadable {
        Unreadable::TooLarge => {
            ErrorBody::new(ErrorCode::PayloadTooLarge, format!("A command is at most {MAX_EVENT} bytes"))
        }
        Unreadable::Binary => ErrorBody::new(ErrorCode::InvalidRequest, "Binary data is not taken"),
        Unreadable::Malformed => {
            ErrorBody::new(ErrorCode::InvalidRequest, "The argument is missing or not what the event takes")
        }
        Unreadable::Unanswerable => no_id(),
    })
}

fn no_id() -> ErrorBody {
    ErrorBody::new(ErrorCode::InvalidRequest, "id has to be a whole number of 64 bits")
}

/// An argument that names a session; one that names none gets the message that clients know.
fn in_session<T: for<'de> Deserialize<'de>>(inbound: &Inbound) -> Result<T, ErrorBody> {
    let names_session = match inbound.argument::<Plain>() {
        Ok(Plain(value)) => value.get("session_id").and_then(Value::as_str).is_some_and(|id| !id.is_empty()),
        Err(Unreadable::Malformed) => false,
        Err(Unreadable::TooLarge | Unreadable::Binary | Unreadable::Unanswerable) => true,
    };
    if !names_session {
        return Err(ErrorBody::new(ErrorCode::InvalidRequest, "Missing session_id"));
    }
    argument(inbound)
}

fn about(session_id: &str, inbound: &Inbound, action: Action) -> Result<Event, ErrorBody> {
    let id = session_id.parse().map_err(|_| open_error(&OpenError::NotFound))?;
    Ok(Event::of(inbound, Some(id), action))
}
