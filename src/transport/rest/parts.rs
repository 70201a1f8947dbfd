//! The path and the query: read with our own errors, like bodies.

use axum::extract::{FromRequestParts, Path, Query};
use graphroom_protocol::ErrorCode;
use http::request::Parts;
use serde::de::DeserializeOwned;

use super::error::ApiError;

/// A path's only parameter. It is text: what is no id is an unknown one.
pub struct Id(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        match Path::from_request_parts(parts, state).await {
            Ok(Path(id)) => Ok(Self(id)),
            Err(_) => Err(ApiError::new(ErrorCode::InvalidRequest, "The path cannot be read")),
        }
    }
}

/// The query's parameters, each at most once.
pub struct Parameters<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Parameters<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        match Query::from_request_parts(parts, state).await {
            Ok(Query(parameters)) => Ok(Self(parameters)),
            Err(_) => Err(ApiError::new(ErrorCode::InvalidRequest, "The query cannot be read")),
        }
    }
}
