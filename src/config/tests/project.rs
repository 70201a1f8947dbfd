//! What `graphroom project` takes, and that it means what it means to a server.

use super::*;

fn project(arguments: &[&str], environment: &Environment) -> Result<ProjectCommand, clap::Error> {
    let arguments = ["graphroom", "project"].iter().chain(arguments);
    match Command::try_parse_in(arguments, environment)? {
        Command::Project(command) => Ok(command),
        other => panic!("{other:?}"),
    }
}

fn nothing() -> Environment {
    Environment::new(&[], "no/such/directory")
}

#[test]
fn what_a_project_command_and_a_server_are_both_told_is_told_in_the_same_way() {
    let line = CommandLine::command();
    let serve = line.find_subcommand("serve").unwrap();
    let all = line.find_subcommand("project").unwrap();
    for (name, expected) in [
        ("list", &["config", "data"][..]),
        ("export", &["config", "data"]),
        ("import", &["config", "data", "templates", "strict", "max_nodes"]),
    ] {
        let command = all.find_subcommand(name).unwrap();
        let shared: Vec<_> = command.get_arguments().filter(|option| option.get_env().is_some()).collect();
        assert_eq!(shared.iter().map(|option| option.get_id().as_str()).collect::<Vec<_>>(), expected);
        for option in shared {
            let known = serve.get_arguments().find(|known| known.get_id() == option.get_id()).unwrap();
            assert_eq!(option.get_env(), known.get_env());
            assert_eq!(option.get_long(), known.get_long());
            assert_eq!(option.get_default_values(), known.get_default_values());
            assert_eq!(option.get_value_names(), known.get_value_names());
        }
    }
}

#[test]
fn an_import_takes_its_options_from_every_source() {
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(directory.path().join(name), text).unwrap();
    write("graphroom.toml", "data = \"/by/file\"\nmax_nodes = 7\ntemplates = \"/by/file\"\nstrict = true");
    write(".env", "GRAPHROOM_CONFIG=graphroom.toml\nGRAPHROOM_TEMPLATES=/by/dot-env\nGRAPHROOM_STRICT=no");
    let environment = Environment::new(&[("GRAPHROOM_DATA", "/by/variable")], directory.path());
    let arguments = ["import", "-", "--name", "Capri", "--set-strict", "false", "--dry-run"];
    let expected = ImportOptions {
        stored: Stored { config: Some("graphroom.toml".into()), data: "/by/variable".into() },
        file: "-".into(),
        dry_run: true,
        name: Some("Capri".into()),
        set_strict: Some(false),
        json: false,
        templates: Some("/by/dot-env".into()),
        strict: false,
        max_nodes: 7,
    };
    assert_eq!(project(&arguments, &environment).unwrap(), ProjectCommand::Import(expected));
}

#[test]
fn without_more_a_list_is_for_people_and_an_export_goes_to_standard_output() {
    let stored = Stored { config: None, data: "./data".into() };
    let list = ListOptions { stored: stored.clone(), search: None, json: false };
    assert_eq!(project(&["list"], &nothing()).unwrap(), ProjectCommand::List(list));
    let export = ExportOptions { stored, id: "an-id".into(), output: "-".into(), force: false };
    assert_eq!(project(&["export", "an-id"], &nothing()).unwrap(), ProjectCommand::Export(export));
}

#[test]
fn what_is_missing_or_unknown_is_refused() {
    for arguments in [&[][..], &["delete"], &["export"], &["import"], &["list", "--listen=127.0.0.1:1"]] {
        assert_eq!(project(arguments, &nothing()).expect_err("refused").exit_code(), 2, "{arguments:?}");
    }
}
