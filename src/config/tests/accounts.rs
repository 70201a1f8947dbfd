//! What `graphroom user`, `key`, `token` and `signing-key` take, and that it means what it means to a server.

use super::*;

fn command(arguments: &[&str], environment: &Environment) -> Result<Command, clap::Error> {
    Command::try_parse_in(["graphroom"].iter().chain(arguments), environment)
}

fn nothing() -> Environment {
    Environment::new(&[], "no/such/directory")
}

#[test]
fn what_an_account_command_and_a_server_are_both_told_is_told_in_the_same_way() {
    let line = CommandLine::command();
    let serve = line.find_subcommand("serve").unwrap();
    for all in ["user", "key", "token", "signing-key"] {
        for command in line.find_subcommand(all).unwrap().get_subcommands() {
            let shared: Vec<_> =
                command.get_arguments().filter(|option| option.get_env().is_some()).collect();
            let names: Vec<_> = shared.iter().map(|option| option.get_id().as_str()).collect();
            let further = &["jwt_secret_file", "access_token_lifetime"][..];
            let further = if all == "token" { further } else { &[] };
            assert_eq!(names, [&["config", "data"], further].concat());
            for option in shared {
                let known = serve.get_arguments().find(|known| known.get_id() == option.get_id()).unwrap();
                assert_eq!(option.get_env(), known.get_env());
                assert_eq!(option.get_long(), known.get_long());
                assert_eq!(option.get_default_values(), known.get_default_values());
                assert_eq!(option.get_value_names(), known.get_value_names());
            }
        }
    }
}

#[test]
fn a_token_takes_its_lifetime_and_its_secret_from_where_the_server_does() {
    let variables = [
        ("GRAPHROOM_DATA", "/by/variable"),
        ("GRAPHROOM_JWT_SECRET_FILE", "/the/secret"),
        ("GRAPHROOM_ACCESS_TOKEN_LIFETIME", "2h"),
    ];
    let environment = Environment::new(&variables, "no/such/directory");
    let expected = IssueToken {
        stored: Stored { config: None, data: "/by/variable".into() },
        user_id: "alice".into(),
        admin: true,
        jwt_secret_file: Some("/the/secret".into()),
        access_token_lifetime: Duration::from_secs(7_200),
    };
    let found = command(&["token", "issue", "alice", "--admin"], &environment).unwrap();
    assert_eq!(found, Command::Token(TokenCommand::Issue(expected)));
}

#[test]
fn a_signing_key_may_be_called_like_an_option() {
    for kid in ["-hV2", "--a_b", "-"] {
        for arguments in [&["--data", "d", kid][..], &[kid, "--data", "d"]] {
            let found = command(&[&["signing-key", "remove"], arguments].concat(), &nothing()).unwrap();
            let stored = Stored { config: None, data: "d".into() };
            let expected = RemoveSigningKey { stored, kid: kid.into() };
            assert_eq!(found, Command::SigningKey(SigningKeyCommand::Remove(expected)), "{arguments:?}");
        }
    }
}

#[test]
fn what_is_missing_or_a_secret_among_the_arguments_is_refused() {
    for arguments in [
        &["user"][..],
        &["user", "add"],
        &["user", "add", "alice", "--password", "correct horse"],
        &["user", "add", "alice", "--password-stdin=correct horse"],
        &["key", "create"],
        &["key", "create", "alice", "--expires", "soon"],
        &["key", "create", "alice", "--expires", "0s"],
        &["key", "revoke"],
        &["key", "rotate-signing"],
        &["token", "issue"],
        &["signing-key", "remove"],
        &["user", "list", "--listen=127.0.0.1:1"],
    ] {
        assert_eq!(command(arguments, &nothing()).expect_err("refused").exit_code(), 2, "{arguments:?}");
    }
}
