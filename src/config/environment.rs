//! What surrounds the process: its variables, and the file `.env` in its working directory.
//!
//! It reads; which variable is an option, and whether its value will do, is decided elsewhere.

use std::cell::Cell;
use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::io::{self, ErrorKind, Read};
use std::path::PathBuf;

use super::sources::{Fault, Given};

/// The name of the file, and how messages call it.
const DOT_ENV: &str = ".env";

/// The variables and the working directory that options are read from. A test hands in its own.
#[derive(Clone, Debug)]
pub struct Environment {
    variables: HashMap<OsString, OsString>,
    /// Empty for the process's own.
    directory: PathBuf,
}

impl Environment {
    /// That of this process.
    #[must_use]
    pub fn of_process() -> Self {
        Self { variables: std::env::vars_os().collect(), directory: PathBuf::new() }
    }

    /// These variables in this working directory.
    #[must_use]
    pub fn new(variables: &[(&str, &str)], directory: impl Into<PathBuf>) -> Self {
        let variables = variables.iter().map(|(name, value)| (name.into(), value.into())).collect();
        Self { variables, directory: directory.into() }
    }

    /// A path as the working directory has it.
    pub(super) fn path(&self, path: impl Into<PathBuf>) -> PathBuf {
        self.directory.join(path.into())
    }

    pub(super) fn variable(&self, name: &OsStr) -> Option<Given> {
        let value = self.variables.get(name)?.clone();
        Some(Given { place: format!("the environment, {}", name.display()), values: vec![value] })
    }

    /// The variables in `.env`, if there is such a file. Of several with one name the last counts.
    pub(super) fn dot_env(&self) -> Result<HashMap<String, Given>, Fault> {
        match std::fs::read(self.path(DOT_ENV)) {
            Ok(bytes) => parse(&bytes),
            // Some keep a directory of that name.
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::IsADirectory) => {
                Ok(HashMap::new())
            }
            Err(error) => Err(Fault::new(DOT_ENV, format!("it cannot be read: {error}"))),
        }
    }
}

fn parse(bytes: &[u8]) -> Result<HashMap<String, Given>, Fault> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let read = Cell::new(0);
    let mut variables = HashMap::new();
    for entry in dotenvy::from_read_iter(Lines { rest: bytes, read: &read }) {
        let (name, value) = entry.map_err(|error| fault(&error, read.get()))?;
        let place = format!("{DOT_ENV}, line {}, {name}", read.get());
        variables.insert(name, Given { place, values: vec![value.into()] });
    }
    Ok(variables)
}

/// What is wrong, and where. The line itself stays out of it: it may hold a secret.
fn fault(error: &dotenvy::Error, last_line: usize) -> Fault {
    match error {
        dotenvy::Error::LineParse(text, _) => {
            // A quote that is never closed runs to the end of the file: what helps is where it was opened.
            let first_line = last_line - text.trim_end_matches('\n').matches('\n').count();
            let rule = "it must be NAME=value, with quotes around a value that has spaces";
            Fault::new(format!("{DOT_ENV}, line {first_line}"), rule)
        }
        // Bytes that are no UTF-8; nothing else can go wrong with what is in memory.
        _ => Fault::new(format!("{DOT_ENV}, line {last_line}"), "it cannot be read as text"),
    }
}

/// Hands out one line at a time and counts them: the parser does not say where it is.
struct Lines<'a> {
    rest: &'a [u8],
    read: &'a Cell<usize>,
}

impl Read for Lines<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let line = self.rest.iter().position(|byte| *byte == b'\n').map_or(self.rest.len(), |end| end + 1);
        let length = line.min(buffer.len());
        buffer[..length].copy_from_slice(&self.rest[..length]);
        self.rest = &self.rest[length..];
        // The rest of a line that is longer than the buffer comes with the next call.
        if length > 0 && length == line {
            self.read.set(self.read.get() + 1);
        }
        Ok(length)
    }
}
