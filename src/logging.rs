//! The process's log: to standard error or to a file, for people or for programs.

mod daily_file;

use std::io::{self, IsTerminal, Write};

use tracing::level_filters::LevelFilter;
use tracing::{Level, Metadata};
use tracing_appender::non_blocking::{ErrorCounter, NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, Registry, fmt};

use self::daily_file::DailyFile;
use crate::config::{Config, LogFormat};

/// A layer that writes lines.
type Lines = Box<dyn Layer<Registry> + Send + Sync>;

/// The log, as long as the process may write to it. Dropping it waits until the file has everything,
/// or for a second if the file takes nothing.
#[must_use]
#[derive(Debug)]
pub struct Log {
    file: Option<(WorkerGuard, ErrorCounter)>,
}

impl Drop for Log {
    fn drop(&mut self) {
        let Some((guard, left_out)) = self.file.take() else { return };
        drop(guard);
        match left_out.dropped_lines() {
            0 => {}
            lines => complain(&format!("{lines} lines were left out of the log file: it was too slow")),
        }
    }
}

/// Starts to log as the configuration says. A process has one log: a second call changes nothing.
///
/// With a file, what is a warning or worse goes to standard error, too.
///
/// # Errors
/// If there is to be a file and it cannot be opened. The log goes to standard error then.
pub fn init(config: &Config) -> io::Result<Log> {
    let opened = config.log_file.as_deref().map(|path| DailyFile::open(path, config.log_file_keep));
    let mut layers = Vec::new();
    let (opened, error) = match opened.transpose() {
        Ok(opened) => (opened, None),
        Err(error) => (None, Some(error)),
    };
    let filter = EnvFilter::new(&config.log_filter);
    // Told to everybody below, or libraries are asked about each packet, which they speak of and nobody logs.
    let finest = filter.max_level_hint().unwrap_or(LevelFilter::TRACE);
    let mut on_stderr = finest;
    let file = opened.map(|file| {
        on_stderr = finest.min(LevelFilter::WARN);
        // What does not fit any more is left out: a disk that hangs must not stop the server.
        let (writer, guard) = NonBlockingBuilder::default().thread_name("log").finish(file);
        let left_out = writer.error_counter();
        // Before the one with colours: layers share the text of a span's fields, which the first one makes.
        layers.push(lines(config.log, writer, false).with_filter(finest).boxed());
        (guard, left_out)
    });
    let stderr = lines(config.log, io::stderr, io::stderr().is_terminal());
    layers.push(stderr.with_filter(on_stderr).boxed());
    let without_content = filter_fn(has_no_content).with_max_level_hint(finest);
    if tracing_subscriber::registry().with(layers).with(filter).with(without_content).try_init().is_err() {
        tracing::debug!("there is a log already");
    }
    error.map_or(Ok(Log { file }), Err)
}

/// What libraries say below `info` has packets and headers in it, and those have credentials: that is in no log,
/// whatever the filter says.
fn has_no_content(metadata: &Metadata<'_>) -> bool {
    let target = metadata.target();
    let is_ours = target == "graphroom" || target.starts_with("graphroom::");
    is_ours || *metadata.level() <= Level::INFO
}

fn lines<W>(format: LogFormat, writer: W, colours: bool) -> Lines
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let layer = fmt::layer().with_writer(writer);
    match format {
        LogFormat::Text => layer.with_ansi(colours).boxed(),
        LogFormat::Json => layer.json().flatten_event(true).boxed(),
    }
}

/// Says what the log itself cannot.
fn complain(what: &str) {
    drop(writeln!(io::stderr(), "graphroom: {what}"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Command, Environment};

    #[test]
    fn nobody_is_asked_about_what_is_finer_than_all_that_is_logged() {
        let environment = Environment::new(&[], "no/such/directory");
        let words = ["graphroom", "--log-filter", "warn,graphroom=info"];
        let Ok(Command::Serve(config)) = Command::try_parse_in(words, &environment) else {
            panic!("{words:?}")
        };
        let _log = init(&config).unwrap();
        assert_eq!(LevelFilter::current(), LevelFilter::INFO);
    }
}
