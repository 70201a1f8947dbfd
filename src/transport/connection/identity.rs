//! Who a client is when it connects: what it says of itself and, if it shows anything, whom that names.

use std::sync::Arc;

use graphroom_protocol::auth::Authenticate;
use graphroom_protocol::{ErrorBody, ErrorCode};
use http::request::Parts;
use serde::{Deserialize, Serialize};

use crate::domain::{Caller, Standing};
use crate::identity::{Shown, SignedIn};
use crate::transport::{Backend, access, address, credentials, doing};

/// The longest `user_id` and `name`, in characters.
pub const MAX_NAME: usize = 128;

/// What a client says of itself: protocol 5 by its `auth`, protocol 4, which has none, by a query.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Said {
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    color: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    api_key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_token: Option<String>,
}

/// What was said is not in the form that is taken.
pub fn malformed() -> ErrorBody {
    let message = format!(
        "user_id and name must be strings of 1 to {MAX_NAME} characters, color #rrggbb, credentials strings"
    );
    ErrorBody::new(ErrorCode::InvalidRequest, message)
}

impl Said {
    /// What a query says; of a name that is there twice the first counts.
    pub fn in_query(query: &str) -> Self {
        let value = |wanted: &str| {
            let mut pairs = form_urlencoded::parse(query.as_bytes());
            pairs.find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned())
        };
        Self {
            user_id: value("user_id"),
            name: value("name"),
            color: value("color"),
            token: value("token"),
            api_key: None,
            session_token: None,
        }
    }

    /// What an event says.
    pub fn of(request: Authenticate) -> Self {
        let Authenticate { user_id, token, api_key, session_token } = request;
        Self { user_id, token, api_key, session_token, ..Self::default() }
    }

    /// Whom the client takes itself for.
    pub fn user_id(&self) -> Option<&str> {
        self.user_id.as_deref()
    }

    /// Whether nothing is said.
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }

    /// The same or, where it names nobody or shows nothing, what the other one says of that.
    pub fn or(self, other: Self) -> Self {
        let Self { user_id, name, color, token, api_key, session_token } = self;
        let names_nobody = (&user_id, &name, &color) == (&None, &None, &None);
        let shows_nothing = (&token, &api_key, &session_token) == (&None, &None, &None);
        let names =
            if names_nobody { (other.user_id, other.name, other.color) } else { (user_id, name, color) };
        let shown = match shows_nothing {
            true => (other.token, other.api_key, other.session_token),
            false => (token, api_key, session_token),
        };
        let ((user_id, name, color), (token, api_key, session_token)) = (names, shown);
        Self { user_id, name, color, token, api_key, session_token }
    }

    /// What is shown to say who it is.
    pub fn shown(&self) -> Option<Shown> {
        let key = || self.api_key.clone().map(Shown::ApiKey);
        let session = || self.session_token.clone().map(Shown::SessionToken);
        self.token.as_deref().map(Shown::read).or_else(key).or_else(session)
    }

    /// The color that the client wants to be shown in.
    pub fn color(&self) -> Result<Option<Arc<str>>, ErrorBody> {
        match self.color.as_deref() {
            Some(color) if doing::color(color).is_err() => Err(malformed()),
            color => Ok(color.map(Into::into)),
        }
    }

    /// Who it is where nothing is verified.
    pub fn claimed(self, client_id: &str) -> Result<SignedIn, ErrorBody> {
        let fits = |text: &String| !text.is_empty() && text.chars().count() <= MAX_NAME;
        if !self.user_id.iter().chain(&self.name).all(fits) {
            return Err(malformed());
        }
        let user_id = self.user_id.unwrap_or_else(|| anonymous(client_id));
        Ok(SignedIn::claimed(Caller {
            user_id: user_id.into(),
            name: self.name.map(Into::into),
            standing: Standing::Everybody,
        }))
    }
}

/// Who connects. Where everybody has to say who it is, one who shows nothing may do so by `authenticate`.
///
/// # Errors
/// What it shows does not count, or what it says of itself is not in the form that is taken.
pub async fn who(
    said: Said,
    request: &Parts,
    client_id: &str,
    backend: &Backend,
) -> Result<Option<SignedIn>, ErrorBody> {
    let identity = &backend.identity;
    let named = match said.shown().or_else(|| credentials::shown(request)) {
        Some(shown) => Some(identity.authenticate(shown, address::marked(&request.extensions)).await),
        None => None,
    };
    match named {
        Some(Ok(named)) => Ok(Some(named)),
        // Clients of open mode show whatever they have.
        _ if identity.is_open() => said.claimed(client_id).map(Some),
        Some(Err(error)) => {
            let error = access::denied(&error);
            backend.note_fault("connect", &error);
            Err(error)
        }
        None => Ok(None),
    }
}

/// The author of a connection whose client did not say who it is.
pub fn anonymous(client_id: &str) -> String {
    format!("anonymous:{client_id}")
}
