//! Operating the server: health, readiness, metrics.

mod deployed;
mod documented;
pub mod exposition;
mod metrics;
mod moments;
mod ready;
mod symptoms;
mod traces;
