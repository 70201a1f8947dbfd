//! The templates that projects can be made from: the built-in ones, and those of a directory.
//!
//! They are read at the start and on a reload, never while a command is decided: a project pins its
//! template in its first record. What a file may hold is described in `form`; who shares what was read
//! is `library`'s.

mod check;
mod form;
pub mod library;
#[cfg(test)]
mod tests;
mod unknown;

pub use library::Library;

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::domain::{Template, TemplateSet};

use form::Fault;

/// Larger files are not read.
pub const MAX_FILE_BYTES: u64 = 1024 * 1024;

/// Template ids and YAML, compiled in.
const BUILT_IN: [(&str, &str); 3] = [
    ("event_planning", include_str!("../../templates/event_planning.yaml")),
    ("restomod", include_str!("../../templates/restomod.yaml")),
    ("software_delivery", include_str!("../../templates/software_delivery.yaml")),
];

/// Something wrong in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateFault {
    /// The file, or the directory if it could not be read at all.
    pub file: PathBuf,
    /// Where in the file, counted from 1, if it is about one place.
    pub line: Option<usize>,
    /// For whoever wrote the file.
    pub reason: String,
    /// Whether the file gave no template because of it.
    pub left_out: bool,
}

impl fmt::Display for TemplateFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {}", self.reason)
    }
}

impl std::error::Error for TemplateFault {}

/// Reads the built-in templates and every `*.yaml` and `*.yml` of `dir` (not below it, and no hidden
/// files). The file's stem is the template's id; a file with a built-in's id replaces it.
///
/// A bad file is reported and the others still load; what it gave `before` stays. Blocks while it reads.
fn read(dir: Option<&Path>, before: &TemplateSet) -> (TemplateSet, Vec<TemplateFault>) {
    let (mut templates, mut faults) = (TemplateSet::new(), Vec::new());
    for (id, text) in BUILT_IN {
        let (template, found) = form::read(id, text);
        templates.extend(template.map(by_id));
        faults.extend(found.into_iter().map(|fault| fault.of(Path::new(&format!("{id}.yaml")))));
    }
    if let Some(dir) = dir {
        templates.extend(read_dir(dir, before, &mut faults));
    }
    (templates, faults)
}

fn by_id(template: Template) -> (Arc<str>, Arc<Template>) {
    (Arc::clone(&template.id), Arc::new(template))
}

fn read_dir(dir: &Path, before: &TemplateSet, faults: &mut Vec<TemplateFault>) -> TemplateSet {
    let files = match yaml_files(dir) {
        Ok(files) => files,
        Err(error) => {
            faults.push(Fault::from(error).of(dir));
            return before.clone();
        }
    };
    let (mut templates, mut stems) = (TemplateSet::new(), HashSet::new());
    for file in &files {
        let (template, found) = read_file(file, &mut stems);
        faults.extend(found.into_iter().map(|fault| fault.of(file)));
        if let Some(template) = template {
            templates.extend([by_id(template)]);
        } else if let Some(known) = stem(file).and_then(|stem| before.get(stem)) {
            // Another file of that stem may have been read already.
            templates.entry(Arc::clone(&known.id)).or_insert_with(|| Arc::clone(known));
        }
    }
    templates
}

/// Sorted, so that of two files with one stem the same one wins on every machine.
fn yaml_files(dir: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        let is_yaml = path.extension().is_some_and(|end| end == "yaml" || end == "yml");
        let is_hidden = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        if is_yaml && !is_hidden {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn stem(file: &Path) -> Option<&str> {
    file.file_stem().and_then(OsStr::to_str)
}

fn read_file(file: &Path, stems: &mut HashSet<String>) -> (Option<Template>, Vec<Fault>) {
    let refused = |fault| (None, vec![fault]);
    let Some(stem) = stem(file) else { return refused(Fault::new("the file's name is not UTF-8")) };
    if !stems.insert(stem.to_owned()) {
        return refused(Fault::new(format!("another file is named {stem}, too")));
    }
    read_text(file).map_or_else(refused, |text| form::read(stem, &text))
}

fn read_text(file: &Path) -> Result<String, Fault> {
    // Asked first: opening a pipe would wait for somebody to write to it.
    if !fs::metadata(file)?.is_file() {
        return Err(Fault::new("it is no regular file"));
    }
    let mut bytes = Vec::new();
    File::open(file)?.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(Fault::new(format!("it is larger than {MAX_FILE_BYTES} bytes")));
    }
    String::from_utf8(bytes).map_err(|error| {
        let good = error.as_bytes().get(..error.utf8_error().valid_up_to()).unwrap_or_default();
        Fault::at_line(1 + good.iter().filter(|byte| **byte == b'\n').count(), "it is not UTF-8")
    })
}
