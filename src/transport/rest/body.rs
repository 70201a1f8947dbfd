//! JSON bodies: read with our own errors, since a client matches on codes and not on sentences.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use graphroom_protocol::{ErrorBody, ErrorCode, Plain};
use http::{HeaderMap, header};
use serde_json::{Map, Value};

use super::error::ApiError;

/// The largest body, in bytes: a command and what is around it.
pub const MAX_BODY: usize = 1024 * 1024;

/// The largest whole number that every client can count to.
const MAX_WHOLE: u64 = 9_007_199_254_740_991;

/// A JSON object and how large it came in.
pub struct JsonBody {
    /// The object.
    pub fields: Map<String, Value>,
    /// Bytes.
    pub len: usize,
}

/// As [`JsonBody`], but an empty body is an empty object.
pub struct OptionalJsonBody(pub JsonBody);

impl<S: Send + Sync> FromRequest<S> for JsonBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        let is_json = is_json(request.headers());
        let bytes = read(request).await?;
        if bytes.is_empty() {
            return Err(no_body());
        }
        if !is_json {
            return Err(no_json());
        }
        parse(&bytes)
    }
}

impl<S: Send + Sync> FromRequest<S> for OptionalJsonBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let (parts, body) = request.into_parts();
        let bytes = read(Request::from_parts(parts.clone(), body)).await?;
        if bytes.is_empty() {
            return Ok(Self(JsonBody { fields: Map::new(), len: 0 }));
        }
        JsonBody::from_request(Request::from_parts(parts, bytes.into()), state).await.map(Self)
    }
}

/// The refusal of a request without a body.
pub fn no_body() -> ApiError {
    ApiError::new(ErrorCode::InvalidRequest, "No JSON body provided")
}

/// The refusal of a body of another kind.
pub fn no_json() -> ApiError {
    ApiError::new(
        ErrorCode::UnsupportedMediaType,
        "The body must be JSON, with content type application/json",
    )
}

/// Whether the content type is JSON.
pub fn is_json(headers: &HeaderMap) -> bool {
    let Some(Ok(content_type)) = headers.get(header::CONTENT_TYPE).map(|value| value.to_str()) else {
        return false;
    };
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

/// The body, if it is not too large.
pub async fn read(request: Request) -> Result<Bytes, ApiError> {
    axum::body::to_bytes(request.into_body(), MAX_BODY).await.map_err(|error| {
        let too_large = std::error::Error::source(&error)
            .is_some_and(|cause| cause.is::<http_body_util::LengthLimitError>());
        if too_large {
            ErrorBody::new(ErrorCode::PayloadTooLarge, format!("A body is at most {MAX_BODY} bytes")).into()
        } else {
            ApiError::new(ErrorCode::InvalidRequest, "The body could not be read")
        }
    })
}

fn parse(bytes: &[u8]) -> Result<JsonBody, ApiError> {
    match serde_json::from_slice(bytes) {
        Ok(Plain(Value::Object(fields))) => Ok(JsonBody { fields, len: bytes.len() }),
        Ok(_) => Err(ApiError::new(ErrorCode::InvalidRequest, "The body must be a JSON object")),
        Err(error) => Err(ErrorBody::new(
            ErrorCode::InvalidRequest,
            format!("The body is no valid JSON at line {} column {}", error.line(), error.column()),
        )
        .into()),
    }
}

impl JsonBody {
    /// A text that must be there.
    pub fn required(&self, field: &str, missing: &str) -> Result<&str, ApiError> {
        match self.fields.get(field) {
            Some(Value::String(text)) if !text.is_empty() => Ok(text),
            None | Some(Value::Null) => Err(ApiError::new(ErrorCode::InvalidRequest, missing)),
            Some(Value::String(_)) => Err(ApiError::new(ErrorCode::InvalidRequest, missing)),
            Some(_) => Err(self.wrong(field, "a string")),
        }
    }

    /// A text that may be there.
    pub fn text(&self, field: &str) -> Result<Option<&str>, ApiError> {
        match self.fields.get(field) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(self.wrong(field, "a string")),
        }
    }

    /// A flag; false if it is not there.
    pub fn flag(&self, field: &str) -> Result<bool, ApiError> {
        Ok(self.optional_flag(field)?.unwrap_or(false))
    }

    /// A flag that may be missing.
    pub fn optional_flag(&self, field: &str) -> Result<Option<bool>, ApiError> {
        match self.fields.get(field) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(_) => Err(self.wrong(field, "true or false")),
        }
    }

    /// A place in a journal that may be missing.
    pub fn seq(&self, field: &str) -> Result<Option<u64>, ApiError> {
        match self.fields.get(field) {
            None | Some(Value::Null) => Ok(None),
            // Some clients write 5.0 where others write 5.
            Some(value) => match value.as_u64().or_else(|| whole(value.as_f64()?)).filter(|seq| *seq > 0) {
                Some(seq) => Ok(Some(seq)),
                None => Err(self.wrong(field, "a whole number from 1")),
            },
        }
    }

    /// A whole number from 0 that every client can count to.
    pub fn whole_number(&self, field: &str) -> Result<u64, ApiError> {
        let value = self.fields.get(field).unwrap_or(&Value::Null);
        let number = value.as_u64().or_else(|| whole(value.as_f64()?)).filter(|number| *number <= MAX_WHOLE);
        number.ok_or_else(|| self.wrong(field, &format!("a whole number from 0 to {MAX_WHOLE}")))
    }

    fn wrong(&self, field: &str, wanted: &str) -> ApiError {
        ErrorBody::new(ErrorCode::InvalidRequest, format!("{field} must be {wanted}")).into()
    }
}

/// A number without a fraction, as far as those are exact.
fn whole(number: f64) -> Option<u64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    (number.fract() == 0.0 && (0.0..EXACT).contains(&number)).then_some(number as u64)
}
