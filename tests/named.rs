//! What the Makefile names is there, since a command that is seldom run is not to fail at its first word; and every rule
//! is named by a test.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const MAKEFILE: &str = include_str!("../Makefile");
const NEXTEST: &str = include_str!("../.config/nextest.toml");
const BEHAVIOUR: &str = include_str!("../docs/behaviour.md");

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

/// The rules that a text names: a family in capitals, and a number.
fn rules(text: &str) -> BTreeSet<&str> {
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-');
    words.filter(|word| is_rule(word)).collect()
}

fn is_rule(word: &str) -> bool {
    let is = |text: &str, kind: fn(&u8) -> bool| !text.is_empty() && text.as_bytes().iter().all(kind);
    word.split_once('-')
        .is_some_and(|(family, number)| is(family, u8::is_ascii_uppercase) && is(number, u8::is_ascii_digit))
}

#[test]
fn every_rule_is_named_by_a_test_and_by_the_table_of_what_proves_it() {
    let (stated, proofs) = BEHAVIOUR.split_once("## What proves them").expect("a table");
    let stated: BTreeSet<&str> = stated
        .lines()
        .filter_map(|line| line.strip_prefix("- **")?.split_once("**"))
        .map(|(rule, _)| rule)
        .filter(|rule| is_rule(rule))
        .collect();
    assert!(stated.len() > 60, "{stated:?}");
    let tests = text_below("tests") + &text_below("src/domain/tests");
    let named = rules(&tests);
    let missing: Vec<_> = stated.iter().filter(|rule| !named.contains(*rule)).collect();
    assert!(missing.is_empty(), "no test names {missing:?}");
    let families: BTreeSet<&str> = stated.iter().filter_map(|rule| rule.split('-').next()).collect();
    let of_ours = |rule: &&&str| rule.split('-').next().is_some_and(|family| families.contains(family));
    let unknown: Vec<_> = named.iter().filter(of_ours).filter(|rule| !stated.contains(**rule)).collect();
    assert!(unknown.is_empty(), "there are no rules {unknown:?}");
    let (proofs, _) = proofs.split_once("## The library's traps").expect("what follows");
    let proved = rules(proofs);
    let alone: Vec<_> = stated.iter().filter(|rule| !proved.contains(*rule)).collect();
    assert!(alone.is_empty(), "what proves {alone:?}?");
}
