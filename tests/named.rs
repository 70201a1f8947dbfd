//! What the Makefile names is there, since a command that is seldom run is not to fail at its first word.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const MAKEFILE: &str = include_str!("../Makefile");
const NEXTEST: &str = include_str!("../.config/nextest.toml");

/// What stands behind each `before`, up to one of `ends`.
fn behind<'a>(before: &str, ends: &[char]) -> BTreeSet<&'a str> {
    MAKEFILE.split(before).skip(1).filter_map(|text| text.split(ends).next()).collect()
}

/// The texts of all files below a directory of the project.
fn text_below(directory: &str) -> String {
    text_of(&Path::new(env!("CARGO_MANIFEST_DIR")).join(directory))
}

fn text_of(directory: &Path) -> String {
    let is_ours = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name != "node_modules" && !name.starts_with('.')
    };
    let text = |path: PathBuf| {
        if path.is_dir() { text_of(&path) } else { fs::read_to_string(path).unwrap_or_default() }
    };
    fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).filter(is_ours).map(text).collect()
}

#[test]
fn every_profile_of_nextest_is_there() {
    let mut named = behind("--profile ", &[' ', '\n']);
    named.retain(|name| !name.starts_with('$'));
    assert!(!named.is_empty());
    for name in named {
        assert!(NEXTEST.contains(&format!("[profile.{name}]")), "there is no profile {name}");
    }
}

#[test]
fn every_test_that_is_run_by_name_is_there() {
    let tests = text_below("tests");
    let named = behind("test(", &[')']);
    assert!(named.len() > 5, "{named:?}");
    for name in named {
        let path = name.trim_matches(['/', '^', ':']);
        let last = path.rsplit("::").next().unwrap();
        let is_there = ["fn ", "mod "].iter().any(|kind| tests.contains(&format!("{kind}{last}")));
        assert!(is_there, "there is no test {name}");
    }
}
