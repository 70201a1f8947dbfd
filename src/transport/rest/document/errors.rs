//! The errors that a route documents: `Errors<(…)>` in its `responses`.
//!
//! The parameter lists codes, groups of codes, and [`At`] for a code that the route answers with another
//! status than its own. What every route may answer is added without being named. Each status becomes a
//! response whose schema allows these codes and no others.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use graphroom_protocol::ErrorCode;
use graphroom_protocol::rest::ErrorAnswer;
use serde_json::{Value, json};
use utoipa::openapi::response::Response;
use utoipa::openapi::schema::{AllOfBuilder, ObjectBuilder, Ref, Type};
use utoipa::openapi::{Content, RefOr, ResponseBuilder, Schema};
use utoipa::{IntoResponses, ToSchema};

/// The responses of an operation, by status.
type Responses = BTreeMap<String, RefOr<Response>>;

/// One error code or several, each with its status.
pub trait Codes {
    /// Adds them.
    fn list(codes: &mut Vec<(u16, ErrorCode)>);
}

/// The errors of a route: `C`, and what every route may answer.
pub struct Errors<C>(PhantomData<C>);

/// The codes of `C`, answered with this status.
pub struct At<const STATUS: u16, C>(PhantomData<C>);

impl<const STATUS: u16, C: Codes> Codes for At<STATUS, C> {
    fn list(codes: &mut Vec<(u16, ErrorCode)>) {
        let mut own = Vec::new();
        C::list(&mut own);
        codes.extend(own.into_iter().map(|(_, code)| (STATUS, code)));
    }
}

impl Codes for () {
    fn list(_: &mut Vec<(u16, ErrorCode)>) {}
}

macro_rules! tuples {
    ($(($($name:ident)*))*) => {
        $(impl<$($name: Codes),*> Codes for ($($name,)*) {
            fn list(codes: &mut Vec<(u16, ErrorCode)>) {
                $($name::list(codes);)*
            }
        })*
    };
}

tuples! { (A) (A B) (A B C) (A B C D) (A B C D E) (A B C D E F) (A B C D E F G) (A B C D E F G H) }

macro_rules! codes {
    ($($name:ident)*) => {
        $(
            #[doc = concat!("[`ErrorCode::", stringify!($name), "`]")]
            pub struct $name;

            impl Codes for $name {
                fn list(codes: &mut Vec<(u16, ErrorCode)>) {
                    codes.push((ErrorCode::$name.status(), ErrorCode::$name));
                }
            }
        )*
    };
}

codes! {
    InvalidRequest InvalidCommand InvalidState NoActivePhase InvalidTemplate NothingToUndo NodeExists InvalidPropertyValue
    ChildNotAllowed Cycle NotLinked MoveInvalid ReorderInvalid BatchTooLarge InvalidProjectFile
    PropertyTooLarge DepthLimit NodeLimit ParentNotFound UnknownNodeType NodeNotFound NotFound NoProject
    InvalidSession ConversationNotFound MessageNotFound StreamNotFound Unauthenticated Forbidden RateLimited ProjectNotFound TemplateNotFound UnsupportedMediaType Conflict IdempotencyMismatch
    PayloadTooLarge ForeignOrigin ForeignHost ForeignNetwork Busy EngineUnavailable StoreUnavailable OutcomeUnknown ShuttingDown SessionLimit ConnectionLimit Internal
    AssistantUnavailable
}

/// Of every route: the guard's, that of where the caller is, and the server's own fault.
type Always = (ForeignOrigin, ForeignHost, ForeignNetwork, Internal);

/// Of a route that reads a JSON body.
pub type ReadsBody = (InvalidRequest, PayloadTooLarge, UnsupportedMediaType);

/// Of a route that looks into the store.
pub type ReadsStore = (StoreUnavailable, ShuttingDown);

/// Of a route that opens a session, or makes one.
pub type NeedsSession = (SessionLimit, ReadsStore);

/// Of a route that opens the session in its path: an unknown one is 404.
pub type OpensSession = (InvalidRequest, InvalidSession, NeedsSession);

/// Of a route that opens a session where clients expect 400 for an unknown one.
pub type OpensSession400 = (InvalidRequest, At<400, InvalidSession>, NeedsSession);

/// Of a route that submits a command, whichever.
pub type Submits = (
    InvalidState,
    Conflict,
    IdempotencyMismatch,
    Busy,
    OutcomeUnknown,
    StoreUnavailable,
    SessionLimit,
    ShuttingDown,
);

/// What the rules of the graph may say to a command.
pub type Rejections = (
    (InvalidCommand, NodeNotFound, NodeExists, ParentNotFound, UnknownNodeType, PropertyTooLarge),
    (DepthLimit, NodeLimit, InvalidPropertyValue, ChildNotAllowed, Cycle, NotLinked),
    (MoveInvalid, ReorderInvalid, BatchTooLarge, InvalidTemplate),
);

impl<C: Codes> IntoResponses for Errors<C> {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let mut all = Vec::new();
        C::list(&mut all);
        Always::list(&mut all);
        let mut by_status: BTreeMap<u16, Vec<ErrorCode>> = BTreeMap::new();
        for (status, code) in all {
            let codes = by_status.entry(status).or_default();
            if !codes.contains(&code) {
                codes.push(code);
            }
        }
        by_status.into_iter().map(|(status, codes)| (status.to_string(), response(&codes).into())).collect()
    }
}

/// Adds a code to what an operation may answer.
pub(super) fn add(responses: &mut Responses, code: ErrorCode) {
    let status = code.status().to_string();
    let mut codes = Vec::new();
    if let Some(RefOr::T(known)) = responses.get(&status) {
        // As `response` lists them.
        let listed = known.description.split(['`', ',', ' ']).filter(|word| !word.is_empty());
        codes.extend(listed.filter_map(|name| serde_json::from_value::<ErrorCode>(json!(name)).ok()));
    }
    codes.push(code);
    responses.insert(status, response(&codes).into());
}

pub(super) fn response(codes: &[ErrorCode]) -> Response {
    let names: Vec<Value> = codes.iter().map(|code| json!(code)).collect();
    let listed: Vec<String> =
        names.iter().filter_map(Value::as_str).map(|name| format!("`{name}`")).collect();
    let code = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(names));
    let error = ObjectBuilder::new().property("code", code);
    let narrowed = ObjectBuilder::new().property("error", error);
    let answer = Ref::from_schema_name(ErrorAnswer::name());
    let schema = Schema::AllOf(AllOfBuilder::new().item(answer).item(narrowed).build());
    ResponseBuilder::new()
        .description(listed.join(", "))
        .content("application/json", Content::new(Some(schema)))
        .build()
}
