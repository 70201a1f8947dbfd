//! Every line of `docs/contract.md` is cited by a test, and whatever a test cites is a line of it.
//!
//! A test cites lines by their numbers: in the comment right above it, or, in JavaScript, in its name. A
//! number anywhere else in a file of tests is a citation that has lost its test. Whether a test proves what
//! it cites is for its readers to say.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Where tests are.
const FOLDERS: [&str; 3] = ["src", "tests", "protocol"];

/// Other people's files, and the one that speaks of numbers without citing them.
const LEFT_OUT: [&str; 4] = ["node_modules", ".venv", "generated", "cited.rs"];

/// How tests look in a language.
struct Language {
    extension: &'static str,
    /// What a line of a comment begins with.
    comment: &'static str,
    /// Whether a line may stand between the comment and the test.
    is_between: fn(&str) -> bool,
    /// Whether the lines from the comment on are a test that runs.
    is_test: fn(&[&str]) -> bool,
}

const LANGUAGES: [Language; 3] = [
    Language {
        extension: "rs",
        comment: "//",
        is_between: |line| line.starts_with("#["),
        is_test: |lines| {
            let is = |attribute: &str| lines.iter().any(|line| line.starts_with(attribute));
            (is("#[test]") || is("#[tokio::test")) && !is("#[ignore")
        },
    },
    Language {
        extension: "mjs",
        comment: "//",
        is_between: |_| false,
        is_test: |lines| lines.last().is_some_and(|line| line.starts_with("test(")),
    },
    Language {
        extension: "py",
        comment: "#",
        is_between: |line| line.starts_with('@'),
        is_test: |lines| {
            lines.last().is_some_and(|line| line.starts_with("def ") || line.starts_with("async def "))
        },
    },
];

/// The numbers in a line: `C-` and three digits.
fn numbers(line: &str) -> Vec<&str> {
    let is_number = |at: usize| {
        let behind = line[..at].chars().next_back();
        let digits = line[at + 2..].bytes().take_while(u8::is_ascii_digit).count();
        digits == 3 && !behind.is_some_and(|c| c.is_alphanumeric() || c == '-')
    };
    line.match_indices("C-").filter(|(at, _)| is_number(*at)).map(|(at, _)| &line[at..at + 5]).collect()
}

/// The lines of the contract: the numbers that begin them.
fn lines_of_contract(page: &str) -> Result<BTreeSet<&str>, String> {
    let mut all = BTreeSet::new();
    for line in page.lines() {
        let own = line.strip_prefix("- **").and_then(|rest| numbers(rest).first().copied());
        let found = numbers(line);
        match own {
            Some(number) if found.len() == 1 && line.starts_with(&format!("- **{number}** ")) => {
                if !all.insert(number) {
                    return Err(format!("{number} is two lines"));
                }
            }
            None if found.is_empty() => {}
            _ => return Err(format!("a number begins a line and stands nowhere else: {line}")),
        }
    }
    Ok(all)
}

/// What a file cites, and the lines of it where a number stands at no test.
fn citations<'a>(language: &Language, text: &'a str) -> (BTreeSet<&'a str>, Vec<usize>) {
    let lines: Vec<&str> = text.lines().map(str::trim_start).collect();
    let (mut cited, mut lost) = (BTreeSet::new(), Vec::new());
    for (at, line) in lines.iter().enumerate() {
        let found = numbers(line);
        if found.is_empty() {
            continue;
        }
        let is_above = |line: &&str| line.starts_with(language.comment) || (language.is_between)(line);
        let until = at + lines[at..].iter().take_while(|line| is_above(line)).count();
        let test = &lines[at..=until.min(lines.len() - 1)];
        if (language.is_test)(test) {
            cited.extend(found);
        } else {
            lost.push(at + 1);
        }
    }
    (cited, lost)
}

/// Every file of tests.
fn files(folder: &Path, all: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if LEFT_OUT.contains(&&*name) {
            continue;
        }
        if path.is_dir() {
            files(&path, all);
        } else {
            all.push(path);
        }
    }
}

#[test]
fn every_line_of_the_contract_is_cited_by_a_test() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(root.join("docs/contract.md")).unwrap();
    let contract = lines_of_contract(&page).unwrap();
    let mut all = Vec::new();
    FOLDERS.iter().for_each(|folder| files(&root.join(folder), &mut all));

    let mut cited = BTreeMap::new();
    let mut faults = Vec::new();
    for path in all {
        let extension = path.extension().unwrap_or_default();
        let Some(language) = LANGUAGES.iter().find(|language| language.extension == extension) else {
            continue;
        };
        let text = std::fs::read_to_string(&path).unwrap();
        let place = path.strip_prefix(root).unwrap().display().to_string();
        let (found, lost) = citations(language, &text);
        faults.extend(lost.into_iter().map(|line| format!("{place}:{line} cites at no test that runs")));
        cited.extend(found.into_iter().map(|number| (number.to_owned(), place.clone())));
    }
    let unknown = cited.iter().filter(|(number, _)| !contract.contains(number.as_str()));
    faults.extend(unknown.map(|(number, place)| format!("{place} cites {number}, which is no line")));
    let uncited = contract.iter().filter(|number| !cited.contains_key(**number));
    faults.extend(uncited.map(|number| format!("no test cites {number}")));
    assert!(!contract.is_empty() && faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn a_number_is_c_and_three_digits_by_itself() {
    assert_eq!(numbers("// C-001, C-002: (C-003) **C-004**"), ["C-001", "C-002", "C-003", "C-004"]);
    assert_eq!(numbers("C-01 C-0001 AC-001 X-C-001 c-001 C-"), [] as [&str; 0]);
}

#[test]
fn a_line_of_the_contract_begins_with_its_number_and_has_no_other() {
    let page = "# Title\n\n- **C-001** One.\n  Its second line.\n- **C-002** Two.\n";
    assert_eq!(lines_of_contract(page).unwrap(), BTreeSet::from(["C-001", "C-002"]));
    for page in
        ["- **C-001** One.\n- **C-001** Two.", "- **C-001** As C-002.", "See C-001.", "- **C-001**Two"]
    {
        assert!(lines_of_contract(page).is_err(), "{page}");
    }
}

#[test]
fn a_test_cites_what_stands_right_above_it() {
    let [rust, script, python] = &LANGUAGES;
    for (language, text) in [
        (rust, "/// C-001\n#[test]\nfn a() {}"),
        (rust, "    // C-001 and\n    // more\n    #[tokio::test(flavor = \"x\")]\n    async fn a() {}"),
        (script, "// C-001\ntest('a', () => {});"),
        (script, "for (const a of b) {\n  // C-001\n  // more\n  test(`a`, () => {});\n}"),
        (script, "test('C-001 a', () => {});"),
        (python, "# C-001\n@each(1)\ndef a():\n    pass"),
        (python, "# C-001\nasync def a():\n    pass"),
    ] {
        assert_eq!(citations(language, text), (BTreeSet::from(["C-001"]), vec![]), "{text}");
    }
}

#[test]
fn a_number_that_stands_at_no_test_that_runs_is_told() {
    let [rust, script, python] = &LANGUAGES;
    for (language, text, line) in [
        (rust, "//! C-001\n\n#[test]\nfn a() {}", 1),
        (rust, "/// C-001\nfn a() {}", 1),
        (rust, "#[test]\n// C-001\nfn a() {}", 2),
        (rust, "/// C-001\n#[test]\n#[ignore = \"slow\"]\nfn a() {}", 1),
        (rust, "#[test]\nfn a() {\n    let a = \"C-001\";\n}", 3),
        (script, "// C-001\n\ntest('a', () => {});", 1),
        (script, "// C-001\ntest.skip('a', () => {});", 1),
        (script, "// C-001", 1),
        (python, "# C-001\nA = 1", 1),
    ] {
        assert_eq!(citations(language, text), (BTreeSet::new(), vec![line]), "{text}");
    }
}
