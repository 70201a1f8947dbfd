//! What proves each rule of `docs/behaviour.md`: the table there and the tests say the same, in both directions.
//!
//! A test cites a rule by its number: in its module's comment (`Proves …`), in the comment above it, or at the beginning of its
//! name. Any number in tests is a citation; in other code it is only held to be one of a rule. A folder in the table is what its
//! `mod.rs` says. Whether a test proves what it cites is for its readers to say.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

const BEHAVIOUR: &str = include_str!("../docs/behaviour.md");

/// Where tests are.
const FOLDERS: [&str; 5] = ["src", "tests", "protocol", "web-client/src", "web-client/tests"];

/// Other people's files, what is made from ours, and the one that speaks of numbers without citing them.
const LEFT_OUT: [&str; 6] = ["node_modules", ".venv", "generated", "dist", "target", "proofs.rs"];

/// What tests are written in.
const LANGUAGES: [&str; 6] = ["rs", "mjs", "mts", "ts", "tsx", "py"];

type Rules = BTreeSet<String>;

/// The rules of the page, and the rows of its tables: rules, of the library's traps none, and the files and folders behind them.
struct Page {
    rules: Rules,
    rows: Vec<(Rules, Vec<String>)>,
}

impl Page {
    fn read(text: &str) -> Self {
        let (stated, proofs) = text.split_once("## What proves them").expect("a table");
        let stated = stated.lines().filter_map(|line| line.strip_prefix("- **")?.split_once("**"));
        let rules = stated.map(|(rule, _)| rule.to_owned()).filter(|rule| is_rule(rule)).collect();
        let rows = proofs.lines().filter_map(|line| line.strip_prefix("| ")?.split_once(" | "));
        Self { rules, rows: rows.map(|(rules, tests)| (rules_of_row(rules), paths(tests))).collect() }
    }

    /// What proves a rule, by the table.
    fn proofs(&self, rule: &str) -> impl Iterator<Item = &String> {
        self.rows.iter().filter(move |(rules, _)| rules.contains(rule)).flat_map(|(_, paths)| paths)
    }

    fn is_of_a_family(&self, rule: &str) -> bool {
        self.rules.iter().any(|known| known.split('-').next() == rule.split('-').next())
    }
}

/// A family in capitals, and a number.
fn is_rule(word: &str) -> bool {
    let is = |text: &str, kind: fn(&u8) -> bool| !text.is_empty() && text.as_bytes().iter().all(kind);
    word.split_once('-')
        .is_some_and(|(family, number)| is(family, u8::is_ascii_uppercase) && is(number, u8::is_ascii_digit))
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-' && letter != '_')
}

/// The rules before a row, also where it says from which to which.
fn rules_of_row(text: &str) -> Rules {
    let words: Vec<&str> = words(text).filter(|word| !word.is_empty()).collect();
    let mut rules: Rules = words.iter().filter(|word| is_rule(word)).map(ToString::to_string).collect();
    for between in words.windows(3).filter(|between| between[1] == "to") {
        let parts =
            |rule: &str| Some((rule.split_once('-')?.0.to_owned(), rule.split_once('-')?.1.parse().ok()?));
        let (Some((family, from)), Some((_, to))) = (parts(between[0]), parts(between[2])) else { continue };
        let numbers: std::ops::RangeInclusive<u32> = from..=to;
        rules.extend(numbers.map(|number| format!("{family}-{number}")));
    }
    rules
}

/// The files and folders that a row names: `a/{b,c}.rs` are two.
fn paths(text: &str) -> Vec<String> {
    let named = text.split('`').skip(1).step_by(2);
    named
        .flat_map(|path| {
            match path.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?))) {
                Some((before, (names, behind))) => {
                    names.split(',').map(|name| format!("{before}{name}{behind}")).collect()
                }
                None => vec![path.to_owned()],
            }
        })
        .collect()
}

/// The part of a file that is tests.
fn tests_in<'a>(path: &str, text: &'a str) -> &'a str {
    let is_of_tests =
        |part: &str| ["tests", "tests.rs", "suite", "suite.rs"].contains(&part) || part.contains(".test.");
    if path.split('/').any(is_of_tests) {
        return text;
    }
    match text.find("\nmod tests {") {
        Some(at) => &text[at..],
        None if text.contains("#[test]") || text.contains("#[tokio::test") => text,
        None => "",
    }
}

/// The rules that are named in a text: anywhere, or at the beginning of a function's name.
fn named_in(text: &str) -> Rules {
    let functions = text.split("fn ").skip(1).filter_map(|behind| {
        let mut parts = behind.splitn(3, '_');
        Some(format!("{}-{}", parts.next()?.to_ascii_uppercase(), parts.next()?))
    });
    words(text).map(str::to_owned).chain(functions).filter(|word| is_rule(word)).collect()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All files that may hold tests, by their paths from the project's directory.
fn files() -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let mut waiting: Vec<PathBuf> = FOLDERS.iter().map(|folder| root().join(folder)).collect();
    while let Some(path) = waiting.pop() {
        if LEFT_OUT.iter().any(|left_out| path.ends_with(left_out)) {
            continue;
        }
        if path.is_dir() {
            waiting.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|extension| LANGUAGES.iter().any(|known| extension == *known))
        {
            let name = path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned();
            files.insert(name, fs::read_to_string(path).unwrap());
        }
    }
    files
}

fn is_missing(path: &str) -> String {
    format!("there is no {path}, and it is no folder with a mod.rs")
}

/// What does not fit between the page and the files.
fn faults(page: &Page, files: &BTreeMap<String, String>) -> Vec<String> {
    let mut faults = Vec::new();
    let mut cited: BTreeMap<&str, Rules> = BTreeMap::new();
    for (path, text) in files {
        let unknown =
            named_in(text).into_iter().filter(|rule| page.is_of_a_family(rule) && !page.rules.contains(rule));
        faults.extend(unknown.map(|rule| format!("{path} names {rule}, which is no rule")));
        let rules = named_in(tests_in(path, text)).into_iter().filter(|rule| page.rules.contains(rule));
        cited.insert(path, rules.collect());
    }
    for (rules, paths) in &page.rows {
        faults.extend(
            rules.difference(&page.rules).map(|rule| format!("a row is of {rule}, which is no rule")),
        );
        for path in paths {
            let folder = format!("{path}/mod.rs");
            let Some(cites) = cited.get(path.as_str()).or_else(|| cited.get(folder.as_str())) else {
                faults.push(is_missing(path));
                continue;
            };
            faults.extend(
                rules
                    .difference(cites)
                    .map(|rule| format!("{path} is in the row of {rule} and does not cite it")),
            );
        }
    }
    for (path, rules) in &cited {
        let alone =
            rules.iter().filter(|rule| !page.proofs(rule).any(|named| Path::new(path).starts_with(named)));
        faults.extend(alone.map(|rule| format!("{path} cites {rule} and is not in its row")));
    }
    let unproved = page.rules.iter().filter(|rule| page.proofs(rule).next().is_none());
    faults.extend(unproved.map(|rule| format!("what proves {rule}?")));
    faults
}

#[test]
fn the_table_names_what_cites_a_rule_and_nothing_else() {
    let (page, files) = (Page::read(BEHAVIOUR), files());
    assert!(page.rules.len() > 60 && page.rows.len() > 60 && files.len() > 500, "too little was read");
    let faults = faults(&page, &files);
    assert!(faults.is_empty(), "{faults:#?}");
}

/// Two rules, the second proved by two files and the first by one of them.
const MADE_UP: &str = "- **SYNC-1** Once.\n- **SYNC-2** In order.\n\n## What proves them\n\n| rule | tests |\n|---|---|\n\
    | SYNC-1 to SYNC-2 together | `tests/a.rs`, twice |\n| SYNC-2 | `src/{b,c}.rs` and `tests/d` |\n";

/// What is wrong with files that are made up: those that fit the page, and one more or otherwise.
fn wrong(path: &str, text: &str) -> Vec<String> {
    let cites = "struct B;\n#[cfg(test)]\nmod tests {\n    // SYNC-2\n}";
    let fitting = [
        ("tests/a.rs", "//! Proves SYNC-1 and SYNC-2."),
        ("src/b.rs", cites),
        ("src/c.rs", cites),
        ("tests/d/mod.rs", "//! Proves SYNC-2."),
        ("tests/d/e.rs", "fn sync_2_holds() {}"),
    ];
    let mut files: BTreeMap<_, _> = fitting.map(|(path, text)| (path.to_owned(), text.to_owned())).into();
    files.insert(path.to_owned(), text.to_owned());
    faults(&Page::read(MADE_UP), &files)
}

#[test]
fn what_does_not_fit_is_found() {
    for (path, text) in [
        ("src/f.rs", "/// As SYNC-1 wants it."),
        ("tests/d/f.rs", "// SYNC-2"),
        ("web-client/src/f.test.ts", "// JOB-1, and UTF-8"),
    ] {
        assert_eq!(wrong(path, text), Vec::<String>::new(), "{path}: {text}");
    }
    for (path, text, fault) in [
        ("tests/a.rs", "//! Proves SYNC-1.", "tests/a.rs is in the row of SYNC-2 and does not cite it"),
        ("src/c.rs", "/// SYNC-2", "src/c.rs is in the row of SYNC-2 and does not cite it"),
        ("tests/d/mod.rs", "", "tests/d is in the row of SYNC-2 and does not cite it"),
        ("src/f.rs", "/// As SYNC-3 wants it.", "src/f.rs names SYNC-3, which is no rule"),
        ("src/f.rs", "\nmod tests {\n// SYNC-1", "src/f.rs cites SYNC-1 and is not in its row"),
        ("src/f/tests.rs", "// SYNC-1", "src/f/tests.rs cites SYNC-1 and is not in its row"),
        ("tests/f.py", "# SYNC-1", "tests/f.py cites SYNC-1 and is not in its row"),
        ("tests/f.rs", "fn sync_2_holds() {}", "tests/f.rs cites SYNC-2 and is not in its row"),
        (
            "web-client/src/f.test.ts",
            "// SYNC-2",
            "web-client/src/f.test.ts cites SYNC-2 and is not in its row",
        ),
    ] {
        assert_eq!(wrong(path, text), [fault], "{path}: {text}");
    }
    let none = faults(&Page::read(MADE_UP), &BTreeMap::new());
    assert_eq!(none, ["tests/a.rs", "src/b.rs", "src/c.rs", "tests/d"].map(is_missing));
    let unproved = MADE_UP.replace("SYNC-1 to SYNC-2", "SYNC-2");
    assert!(faults(&Page::read(&unproved), &BTreeMap::new()).contains(&"what proves SYNC-1?".to_owned()));
}
