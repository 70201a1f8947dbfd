//! `graphroom project import`: the same checks and the same way into the store as with a server.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::Arc;

use serde::Serialize;

use super::{Failure, in_store, on_a_line, tell};
use crate::clock::system_clock;
use crate::config::ImportOptions;
use crate::domain::{Author, Limits};
use crate::project::catalogue::check_name;
use crate::project::import::{self, Faults, Import, MAX_FILE, Reading, Rules};
use crate::project::{CreateError, Library, Projects};

/// Who imports: nobody who could be asked to undo it.
const AUTHOR: &str = "anonymous:command-line";

/// What programs are told of a project that was made.
#[derive(Serialize)]
struct Imported<'a> {
    project_id: String,
    session_id: String,
    name: &'a str,
    template_id: &'a str,
    node_count: usize,
}

/// Imports a file.
pub(super) async fn run(options: &ImportOptions) -> Result<(), Failure> {
    if let Some(name) = &options.name {
        check_name(name).map_err(|error| Failure::NotDone(format!("--name: {error}")))?;
    }
    let bytes = read(&options.file)?;
    let templates = templates(options);
    let reading = check(&bytes, &templates, options);
    drop(bytes);
    match (&reading.outcome, options.dry_run) {
        (Err(faults), _) => {
            let failure = tell_faults(faults, options);
            if options.json {
                tell_json(&reading.report(options.name.clone()))?;
            }
            Err(failure)
        }
        (Ok(_), true) if options.json => tell_json(&reading.report(options.name.clone())),
        (Ok(import), true) => Ok(tell(&format!("would import {}\n", about(&renamed(import, options))))?),
        (Ok(import), false) => store(renamed(import, options), templates, options).await,
    }
}

/// The file, if it is not too large.
fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let unread = |error| Failure::NotDone(format!("{}: {error}", path.display()));
    let file: Box<dyn Read> = match path == Path::new("-") {
        true => Box::new(io::stdin().lock()),
        false => Box::new(File::open(path).map_err(unread)?),
    };
    let mut bytes = Vec::new();
    file.take(MAX_FILE as u64 + 1).read_to_end(&mut bytes).map_err(unread)?;
    if bytes.len() > MAX_FILE {
        let told = format!("{}: a project file is at most {MAX_FILE} bytes", path.display());
        return Err(Failure::Wrong(told));
    }
    Ok(bytes)
}

fn templates(options: &ImportOptions) -> Library {
    let (templates, faults) = Library::open(options.templates.clone());
    for fault in faults {
        let what = if fault.left_out { "template not read" } else { "template read, but" };
        warn(&format!("{what}: {fault}"));
    }
    templates
}

fn check(bytes: &[u8], templates: &Library, options: &ImportOptions) -> Reading {
    let templates = templates.current();
    let rules = Rules {
        template: &|id| templates.get(id).cloned(),
        limits: limits(options),
        strict: options.set_strict,
        strict_unsaid: options.strict,
        now: system_clock()(),
    };
    import::read(bytes, &rules)
}

fn limits(options: &ImportOptions) -> Limits {
    Limits { nodes: options.max_nodes, ..Limits::default() }
}

fn renamed(import: &Import, options: &ImportOptions) -> Import {
    let name = options.name.as_ref().unwrap_or(&import.name).clone();
    Import { name, ..import.clone() }
}

async fn store(import: Import, templates: Library, options: &ImportOptions) -> Result<(), Failure> {
    let author = Author { user_id: AUTHOR.into(), name: None, client_id: None };
    let about = about(&import);
    let node_count = import.nodes.len();
    let made = in_store(&options.stored.data, async |store| {
        let projects =
            Projects::new(store, Arc::new(templates), system_clock(), limits(options), options.strict);
        Ok(projects.import(import, None, None, author, None).await?)
    });
    let row = made.await?.row;
    let (project_id, session_id) = (row.project_id.to_string(), row.session_id.to_string());
    if !options.json {
        return Ok(tell(&format!("imported {about}\nproject {project_id}\nsession {session_id}\n"))?);
    }
    let (name, template_id) = (&*row.name, &*row.template_id);
    tell_json(&Imported { project_id, session_id, name, template_id, node_count })
}

impl From<CreateError> for Failure {
    fn from(error: CreateError) -> Self {
        match error {
            CreateError::Store(error) => error.into(),
            error => Self::Wrong(error.to_string()),
        }
    }
}

fn about(import: &Import) -> String {
    let nodes = import.nodes.len();
    let plural = if nodes == 1 { "" } else { "s" };
    format!("{:?}: {nodes} node{plural} of template {}", import.name, import.template.id)
}

/// Tells people every fault that is known one by one; and what they come to.
fn tell_faults(faults: &Faults, options: &ImportOptions) -> Failure {
    if !options.json {
        for fault in faults.listed() {
            warn(&format!("fault: {}: {}", fault.place, fault.message));
        }
    }
    let (listed, total) = (faults.listed().len(), faults.total());
    let plural = if total == 1 { "" } else { "s" };
    let some = if listed < total { format!(", of which {listed} were told") } else { String::new() };
    Failure::Wrong(format!("{}: {total} fault{plural}{some}; nothing is imported", options.file.display()))
}

fn tell_json(what: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string(what).map_err(io::Error::from)?;
    Ok(tell(&(text + "\n"))?)
}

fn warn(line: &str) {
    // There is nobody else to tell.
    drop(writeln!(io::stderr(), "{}", on_a_line(line)));
}
