//! Operating the server: health, readiness, metrics.

mod documented;
mod exposition;
mod metrics;
mod moments;
mod ready;
