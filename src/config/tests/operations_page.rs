//! The table of options in `docs/operations.md`, held against the definition of the command line.

use clap::{Arg, ArgAction};

use super::*;

const PAGE: &str = include_str!("../../../docs/operations.md");

/// The cells of one row, without the quotes of code.
fn cells(row: &str) -> Vec<String> {
    // A `|` inside a cell is escaped.
    let row = row.replace("\\|", "\u{0}");
    let cells = row.trim_matches('|').split('|');
    cells.map(|cell| cell.trim().replace('`', "").replace('\u{0}', "|")).collect()
}

/// Flag with what it takes, variable, key, default: the row that the option should have.
fn expected(option: &Arg) -> Vec<String> {
    let id = option.get_id().as_str();
    let flag = option.get_long().unwrap();
    let mut values = option.get_possible_values();
    values.retain(|value| !value.is_hide_set());
    let takes = match option.get_value_names() {
        _ if matches!(option.get_action(), ArgAction::SetTrue) => String::new(),
        _ if !values.is_empty() => {
            format!(" {}", values.iter().map(|value| value.get_name()).collect::<Vec<_>>().join("|"))
        }
        names => format!(" {}", names.unwrap()[0]),
    };
    let key = if id == "config" { "" } else { id };
    let default: Vec<_> = option.get_default_values().iter().filter_map(|value| value.to_str()).collect();
    let default = if takes.is_empty() { "off".to_owned() } else { default.join(",") };
    let variable = option.get_env().unwrap().to_str().unwrap().to_owned();
    vec![format!("--{flag}{takes}"), variable, key.to_owned(), default]
}

#[test]
fn the_table_of_options_is_the_command_line_s() {
    let line = CommandLine::command();
    let serve = line.find_subcommand("serve").unwrap();
    let expected: Vec<_> = serve.get_arguments().map(expected).collect();
    let rows = PAGE.lines().filter(|line| line.starts_with("| `--"));
    let mut documented = Vec::new();
    for row in rows {
        let mut cells = cells(row);
        let governs = cells.pop();
        assert!(governs.is_some_and(|text| !text.is_empty()), "{row} says what it governs");
        documented.push(cells);
    }
    assert!(documented.len() > 10, "the table was found");
    for option in &expected {
        assert!(documented.contains(option), "{option:?} is not in docs/operations.md");
    }
    for row in &documented {
        assert!(expected.contains(row), "{row:?} in docs/operations.md is not an option");
    }
}

#[test]
fn the_example_of_a_configuration_file_works() {
    let (_, behind) = PAGE.split_once("```toml\n").unwrap();
    let (example, _) = behind.split_once("```").unwrap();
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("example.toml"), example).unwrap();
    let config = parse_in(&["--config=example.toml"], &Environment::new(&[], directory.path())).unwrap();
    assert_eq!((config.max_nodes, config.strict, config.listen.len()), (50_000, true, 2));
}
