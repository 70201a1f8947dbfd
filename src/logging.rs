//! The process's log: to standard error, for people or for programs.

use std::io::{self, IsTerminal};

use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, fmt};

use crate::config::{Config, LogFormat};

/// Starts to log as the configuration says. A process has one log: a second call changes nothing.
pub fn init(config: &Config) {
    let to_stderr = fmt::layer().with_writer(io::stderr);
    let layer = match config.log {
        LogFormat::Text if io::stderr().is_terminal() => to_stderr.boxed(),
        LogFormat::Text => to_stderr.with_ansi(false).boxed(),
        LogFormat::Json => to_stderr.json().flatten_event(true).boxed(),
    };
    let filter = EnvFilter::new(&config.log_filter);
    if tracing_subscriber::registry().with(filter).with(layer).try_init().is_err() {
        tracing::debug!("there is a log already");
    }
}
