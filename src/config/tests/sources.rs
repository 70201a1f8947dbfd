//! Flags, the environment, `.env` and the file: which goes first, and what each refuses.

use tempfile::TempDir;

use super::*;

/// A working directory with these files.
fn directory(files: &[(&str, &str)]) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(directory.path().join(name), text).unwrap();
    }
    directory
}

/// What is said about a `graphroom.toml` with this text, found by its flag.
fn refused_file(text: &str) -> String {
    let directory = directory(&[("graphroom.toml", text)]);
    let environment = Environment::new(&[], directory.path());
    let error = parse_in(&["--config=graphroom.toml"], &environment).expect_err(text);
    assert_eq!(error.exit_code(), 2, "{error}");
    error.to_string()
}

/// What is said about a `.env` with this text.
fn refused_dot_env(text: &str) -> String {
    let directory = directory(&[(".env", text)]);
    let error = parse_in(&[], &Environment::new(&[], directory.path())).expect_err(text);
    assert_eq!(error.exit_code(), 2, "{error}");
    error.to_string()
}

#[test]
fn a_flag_goes_before_the_environment_before_dot_env_before_the_file_before_the_default() {
    let directory = directory(&[
        (".env", "GRAPHROOM_MAX_NODES=3\nGRAPHROOM_STRICT=no\nGRAPHROOM_UNLOAD_AFTER='3m'"),
        ("graphroom.toml", "max_nodes = 2\nstrict = true\nunload_after = \"2m\"\nlog_file_keep = 2"),
    ]);
    let file = "--config=graphroom.toml";
    let nowhere = Environment::new(&[], "no/such/directory");
    let dot_env = Environment::new(&[], directory.path());
    let all = Environment::new(&[("GRAPHROOM_MAX_NODES", "4")], directory.path());
    for (arguments, environment, expected) in [
        (&[file, "--max-nodes=5"][..], &all, 5),
        (&[file], &all, 4),
        (&[file], &dot_env, 3),
        (&["--max-nodes=5"], &nowhere, 5),
        (&[], &nowhere, 100_000),
    ] {
        let config = parse_in(arguments, environment).unwrap();
        assert_eq!(config.max_nodes, expected, "{arguments:?} {environment:?}");
    }
    let config = parse_in(&[file], &all).unwrap();
    assert!(!config.strict, ".env turns off what the file turns on");
    assert_eq!((config.unload_after, config.log_file_keep), (Duration::from_secs(180), 2));
    assert_eq!(config.config, Some("graphroom.toml".into()));

    std::fs::remove_file(directory.path().join(".env")).unwrap();
    let config = parse_in(&["serve", file], &dot_env).unwrap();
    assert_eq!((config.max_nodes, config.strict), (2, true));
}

#[test]
fn the_file_can_be_named_by_the_environment_and_by_dot_env() {
    let directory = directory(&[
        (".env", "GRAPHROOM_CONFIG=from-dot-env.toml"),
        ("from-dot-env.toml", "max_nodes = 1"),
        ("from-environment.toml", "max_nodes = 2"),
        ("from-flag.toml", "max_nodes = 3"),
    ]);
    let variable = [("GRAPHROOM_CONFIG", "from-environment.toml")];
    let config = |arguments: &[&str], variables| {
        parse_in(arguments, &Environment::new(variables, directory.path())).unwrap()
    };
    assert_eq!(config(&[], &[]).max_nodes, 1);
    assert_eq!(config(&[], &variable).max_nodes, 2);
    assert_eq!(config(&["--config=from-flag.toml"], &variable).max_nodes, 3);
    assert_eq!(config(&["serve", "--config=from-flag.toml"], &variable).max_nodes, 3);
}

#[test]
fn the_file_can_say_whatever_flags_can() {
    let text = r#"
        listen = ["0.0.0.0:80", "[::1]:81"]
        data = "/var/lib/graphroom"
        templates = "/etc/graphroom"
        strict = true
        lenient_parents = true
        legacy_event_names = true
        admin_ui = true
        unload_after = "90s"
        end_idle_after = "2m"
        log = "json"
        log_filter = "debug"
        log_file = "/var/log/graphroom.log"
        log_file_keep = 30
        allow_host = ["graph.example.com"]
        allow_origin = ["https://app.example.com", "https://other.example.com"]
        insecure = true
        allow_network = ["10.0.0.0/8", "::1"]
        deny_network = ["10.1.0.0/16"]
        shutdown_timeout = "500ms"
        max_nodes = 1_000
        max_commands_per_second = 0
        max_commands_burst = 2_000
        max_connections = 7
        max_connections_per_address = 8
        max_connections_per_user = 9
        max_sessions = 0
        trusted_proxy = ["10.0.0.0/8", "::1"]
        auth = "token"
        jwt_secret_file = "/etc/graphroom.secret"
        access_token_lifetime = "1m"
        refresh_token_lifetime = "1h"
        trusted_secret_file = "/etc/theirs.secret"
        trusted_issuer = "them"
        trusted_audience = "us"
        tls_cert = "/etc/tls/chain.pem"
        tls_key = "/etc/tls/key.pem"
        user_claim = "id"
        name_claim = "email"
        role_claim = "roles"
        assistant_url = "http://10.0.0.7:11434"
        assistant_model = "llama3.2"
        assistant_models = ["mistral", "phi4"]
        assistant_system = "Be brief."
        assistant_temperature = 0.25
        assistant_max_tokens = 512
        assistant_at_once = 2
        confidence_threshold = 0.5
        broadcast_queue = 9
        broadcasts_per_minute = 8
        max_chat_connections = 7
        max_chat_connections_per_client = 2
        chat_idle = "90s"
        max_connections_per_client = 3
        client_idle = "1h"
        traces_to = "http://127.0.0.1:4318"
        trace_one_in = 7
        alert_response_time = "1s,2s"
        alert_error_rate = "0.1,0.2"
        alert_connections = "0.6,0.7"
        alert_memory = "0.7,0.75"
        alert_lag = "100ms,2s"
        alert_disk_free = "0.2,0.1"
        realtime_chat = false
        realtime_status = false
    "#;
    let directory = directory(&[("graphroom.toml", text)]);
    let by_file = parse_in(&["--config=graphroom.toml"], &Environment::new(&[], directory.path())).unwrap();
    let by_flags = parse(&[
        "--listen=0.0.0.0:80,[::1]:81",
        "--data=/var/lib/graphroom",
        "--templates=/etc/graphroom",
        "--strict",
        "--lenient-parents",
        "--legacy-event-names",
        "--admin-ui",
        "--unload-after=90s",
        "--end-idle-after=2m",
        "--log=json",
        "--log-filter=debug",
        "--log-file=/var/log/graphroom.log",
        "--log-file-keep=30",
        "--allow-host=graph.example.com",
        "--allow-origin=https://app.example.com,https://other.example.com",
        "--insecure",
        "--allow-network=10.0.0.0/8,::1",
        "--deny-network=10.1.0.0/16",
        "--shutdown-timeout=500ms",
        "--max-nodes=1000",
        "--max-commands-per-second=0",
        "--max-commands-burst=2000",
        "--max-connections=7",
        "--max-connections-per-address=8",
        "--max-connections-per-user=9",
        "--max-sessions=0",
        "--trusted-proxy=10.0.0.0/8,::1",
        "--auth=token",
        "--jwt-secret-file=/etc/graphroom.secret",
        "--access-token-lifetime=1m",
        "--refresh-token-lifetime=1h",
        "--trusted-secret-file=/etc/theirs.secret",
        "--trusted-issuer=them",
        "--trusted-audience=us",
        "--tls-cert=/etc/tls/chain.pem",
        "--tls-key=/etc/tls/key.pem",
        "--user-claim=id",
        "--name-claim=email",
        "--role-claim=roles",
        "--assistant-url=http://10.0.0.7:11434",
        "--assistant-model=llama3.2",
        "--assistant-models=mistral,phi4",
        "--assistant-system=Be brief.",
        "--assistant-temperature=0.25",
        "--assistant-max-tokens=512",
        "--assistant-at-once=2",
        "--confidence-threshold=0.5",
        "--broadcast-queue=9",
        "--broadcasts-per-minute=8",
        "--max-chat-connections=7",
        "--max-chat-connections-per-client=2",
        "--chat-idle=90s",
        "--max-connections-per-client=3",
        "--client-idle=60m",
        "--traces-to=http://127.0.0.1:4318",
        "--trace-one-in=7",
        "--alert-response-time=1s,2s",
        "--alert-error-rate=0.1,0.2",
        "--alert-connections=0.6,0.7",
        "--alert-memory=0.7,0.75",
        "--alert-lag=100ms,2s",
        "--alert-disk-free=0.2,0.1",
        "--realtime-chat=no",
        "--realtime-status=0",
    ]);
    assert_eq!(Config { config: None, ..by_file }, by_flags.unwrap());
    let keys: toml::Table = text.parse().unwrap();
    let line = CommandLine::command();
    for option in line.get_arguments().map(|option| option.get_id().as_str()).filter(|id| *id != "config") {
        // It is said in place of the secret.
        assert!(keys.contains_key(option) || option == "trusted_keys", "{option} is not tried here");
    }
}

#[test]
fn a_switch_is_off_when_the_file_says_so_and_an_empty_list_of_hosts_is_one() {
    let directory = directory(&[("graphroom.toml", "insecure = false\nallow_host = []")]);
    let config = parse_in(&["--config=graphroom.toml"], &Environment::new(&[], directory.path())).unwrap();
    assert_eq!(Config { config: None, ..config }, parse(&[]).unwrap());
}

#[test]
fn what_is_wrong_in_the_file_is_told_with_line_and_key() {
    for (text, expected) in [
        ("\n\nmax_nodez = 7", "graphroom.toml, line 3, max_nodez: there is no such option"),
        ("[serve]\nmax_nodes = 7", "line 1, serve: there is no such option"),
        ("config = \"other.toml\"", "line 1, config: there is no such option"),
        ("max-nodes = 7", "line 1, max-nodes: that is no key; the option's is max_nodes"),
        ("max_nodes = \"7\"", "line 1, max_nodes: it must be a whole number, without quotes"),
        ("max_nodes = 7.5", "line 1, max_nodes: it must be a whole number"),
        ("strict = \"yes\"", "line 1, strict: it must be true or false"),
        ("strict = 1", "line 1, strict: it must be true or false"),
        ("shutdown_timeout = 10", "line 1, shutdown_timeout: it must be a text in quotes"),
        ("listen = \"127.0.0.1:1\"", "line 1, listen: it must be a list of texts"),
        ("listen = [5000]", "line 1, listen: it must be a list of texts"),
        ("listen = []", "line 1, listen: it must not be empty"),
        ("data = \"x\"\nlisten = [\n\"nowhere\"]", "line 2, listen: invalid value 'nowhere'"),
        (
            "max_nodes = 0",
            "line 1, max_nodes: invalid value '0' for '--max-nodes <NUMBER>': it must be at least 1",
        ),
        ("max_nodes = -1", "line 1, max_nodes: invalid value '-1'"),
        ("log = \"xml\"", "[possible values: text, json]"),
        ("unload_after = \"30\"", "line 1, unload_after: invalid value '30'"),
        ("data = \"\"", "line 1, data: a value is required"),
        ("max_nodes = 1\nmax_nodes = 2", "graphroom.toml, line 2: duplicate key"),
        ("max_nodes = 1\nmax_nodes", "graphroom.toml, line 2: "),
    ] {
        let told = refused_file(text);
        assert!(told.contains(expected), "{text:?}\n{told}");
    }
}

#[test]
fn the_file_is_checked_where_a_flag_overrides_it_too() {
    let directory = directory(&[("graphroom.toml", "max_nodes = 0")]);
    let environment = Environment::new(&[], directory.path());
    let error = parse_in(&["--config=graphroom.toml", "--max-nodes=1"], &environment).unwrap_err();
    assert!(error.to_string().contains("line 1, max_nodes"), "{error}");
}

#[test]
fn a_file_that_is_named_and_not_there_or_no_text_is_refused() {
    let directory = directory(&[("file.toml", "")]);
    std::fs::write(directory.path().join("bytes.toml"), b"data = \"\xff\"").unwrap();
    for name in ["missing.toml", "bytes.toml", "file.toml/below", "."] {
        let environment = Environment::new(&[("GRAPHROOM_CONFIG", name)], directory.path());
        let error = parse_in(&[], &environment).expect_err(name);
        assert!(error.to_string().contains(&format!("error: {name}: it cannot be read: ")), "{error}");
        assert_eq!(error.exit_code(), 2);
    }
}

#[test]
fn a_line_of_dot_env_that_is_no_assignment_is_told_by_its_number_and_without_its_text() {
    for (text, line) in [
        ("GRAPHROOM_DATA=x\nhunter2\n", 2),
        ("# a comment\n\nOTHER = two hunter2\n", 3),
        ("OTHER='a\nb'\nOTHER2='hunter2\nGRAPHROOM_DATA=x\n", 3),
        ("\n1HUNTER=hunter2", 2),
        ("OTHER=x\r\n=hunter2\r\n", 2),
    ] {
        let told = refused_dot_env(text);
        assert!(
            told.contains(&format!("error: .env, line {line}: it must be NAME=value")),
            "{text:?}\n{told}"
        );
        assert!(!told.contains("hunter2"), "{told}");
    }
    let long = format!("A='{}'\nhunter2", "x\n".repeat(20_000));
    assert!(refused_dot_env(&long).contains(".env, line 20002:"));
    let long = format!("A={}\nhunter2", "x".repeat(20_000));
    assert!(refused_dot_env(&long).contains(".env, line 2:"));
}

#[test]
fn a_value_that_will_not_do_is_told_with_its_variable() {
    let told = refused_dot_env("OTHER=1\n\nGRAPHROOM_MAX_NODES=many");
    assert!(told.contains(".env, line 3, GRAPHROOM_MAX_NODES: invalid value 'many'"), "{told}");
    let environment = Environment::new(&[("GRAPHROOM_LOG", "xml")], "no/such/directory");
    let told = parse_in(&[], &environment).unwrap_err().to_string();
    assert!(told.contains("the environment, GRAPHROOM_LOG: invalid value 'xml'"), "{told}");
    parse_in(&["--log=text"], &environment).expect("a flag goes first");
    let environment = Environment::new(&[("GRAPHROOM_CONFIG", "")], "no/such/directory");
    let told = parse_in(&[], &environment).unwrap_err().to_string();
    assert!(told.contains("the environment, GRAPHROOM_CONFIG: a value is required"), "{told}");
}

#[test]
fn dot_env_is_read_as_such_files_are_written() {
    let text = "\u{feff}export GRAPHROOM_DATA=\"/some where\" # a comment\r\n\
        GRAPHROOM_LISTEN=127.0.0.1:1,127.0.0.1:2\r\nGRAPHROOM_MAX_NODES=1\nGRAPHROOM_MAX_NODES=2\n\
        OTHER_SECRET='of another\nprogram'\nGRAPHROOM_INSECURE=1";
    let directory = directory(&[(".env", text)]);
    let config = parse_in(&[], &Environment::new(&[], directory.path())).unwrap();
    let listen = ["127.0.0.1:1", "127.0.0.1:2"].map(|address| address.parse().unwrap());
    let expected = Config {
        data: "/some where".into(),
        listen: listen.into(),
        max_nodes: 2,
        insecure: true,
        ..parse(&[]).unwrap()
    };
    assert_eq!(config, expected);
}

#[test]
fn a_directory_called_dot_env_is_none_of_ours_and_bytes_that_are_no_text_are_refused() {
    let directory = directory(&[]);
    std::fs::create_dir(directory.path().join(".env")).unwrap();
    parse_in(&[], &Environment::new(&[], directory.path())).unwrap();
    std::fs::remove_dir(directory.path().join(".env")).unwrap();
    std::fs::write(directory.path().join(".env"), b"A=1\nB=\xff\n").unwrap();
    let error = parse_in(&[], &Environment::new(&[], directory.path())).unwrap_err();
    assert!(error.to_string().contains(".env, line 2: it cannot be read as text"), "{error}");
}

#[test]
fn help_is_given_whatever_the_other_sources_hold_and_names_the_variables() {
    let directory = directory(&[(".env", "broken")]);
    let environment = Environment::new(&[("GRAPHROOM_CONFIG", "missing.toml")], directory.path());
    for arguments in [&["--help"][..], &["serve", "--help"]] {
        let help = parse_in(arguments, &environment).unwrap_err();
        assert_eq!(help.exit_code(), 0);
        assert!(help.to_string().contains("[env: GRAPHROOM_SHUTDOWN_TIMEOUT]"), "{help}");
        assert!(help.to_string().contains("[default: 10s]"), "{help}");
    }
    assert_eq!(parse_in(&["--version"], &environment).unwrap_err().exit_code(), 0);
}
