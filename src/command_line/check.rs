//! `graphroom check`: tells people, or a program, what the store's check found.

use std::io::{self, Write};
use std::process::ExitCode;

use super::tell;
use crate::config::CheckOptions;
use crate::session::GRAPH_FORM;
use crate::store::sqlite;
use crate::store::sqlite::check::{CheckReport, CheckedProject};

/// What a shell sees when nothing could be checked.
const NOT_CHECKED: u8 = 2;

/// Checks, tells, and says by the exit code what came of it.
pub(super) fn run(options: &CheckOptions) -> ExitCode {
    let report = match sqlite::check(&options.data, GRAPH_FORM) {
        Ok(report) => report,
        Err(error) => return not_checked(&error.to_string()),
    };
    let told = if options.json { as_json(&report) } else { Ok(as_text(&report)) };
    match told.and_then(|told| tell(&told)) {
        Err(error) => not_checked(&error.to_string()),
        _ if report.faults.is_empty() => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

fn not_checked(reason: &str) -> ExitCode {
    // There is nobody else to tell.
    drop(writeln!(io::stderr(), "graphroom check: {reason}"));
    ExitCode::from(NOT_CHECKED)
}

fn as_json(report: &CheckReport) -> io::Result<String> {
    Ok(serde_json::to_string(report)? + "\n")
}

/// A line a project, a line a fault, and what it comes to.
fn as_text(report: &CheckReport) -> String {
    let projects = report.projects.iter().map(about);
    let faults = report.faults.iter().map(|fault| format!("fault: {fault}\n"));
    let all = format!(
        "checked {}, {}, {}: {}\n",
        count(report.projects.len() as u64, "project"),
        count(report.records, "record"),
        count(report.bytes, "byte"),
        count(report.faults.len() as u64, "fault"),
    );
    projects.chain(faults).chain([all]).collect()
}

fn about(project: &CheckedProject) -> String {
    let CheckedProject { project_id, head, .. } = project;
    let name = project.name.as_ref().map_or("unknown".to_owned(), |name| format!("{name:?}"));
    let deleted = if project.deleted { ", deleted" } else { "" };
    let records = count(project.records, "record");
    let found = match project.faults {
        0 => "nothing wrong".to_owned(),
        faults => count(faults as u64, "fault"),
    };
    format!("project {project_id} {name}{deleted}: {records} up to seq {head}, {found}\n")
}

/// So many of something, in words.
pub(super) fn count(number: u64, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}
