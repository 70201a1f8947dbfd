//! What everything is made from: files that stand in the project, and what they are.

use std::fs;
use std::path::Path;

use serde_json::Value;

/// A file: its name, and what is in it.
pub type File = (String, String);

/// The golden messages.
pub fn messages() -> Vec<File> {
    files("protocol/fixtures", "json")
}

/// The golden records, in the order of their journal.
pub fn records() -> Vec<File> {
    let texts = files("tests/fixtures/records", "json").into_iter();
    texts.map(|(name, text)| (name, text.trim_end().to_owned())).collect()
}

/// Project files in all their forms.
pub fn project_files() -> Vec<File> {
    files("tests/fixtures/project-files", "json")
}

/// The templates.
pub fn templates() -> Vec<File> {
    files("templates", "yaml")
}

fn files(directory: &str, extension: &str) -> Vec<File> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join(directory);
    let mut found: Vec<File> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .map(|path| {
            (path.file_stem().unwrap().to_str().unwrap().to_owned(), fs::read_to_string(path).unwrap())
        })
        .collect();
    found.sort();
    assert!(found.len() > 2, "{found:?}");
    found
}

/// A message as JSON.
pub fn json(file: &File) -> Value {
    serde_json::from_str(&file.1).unwrap()
}
