//! What the configuration takes from flags, and what it refuses.

mod accounts;
mod assistant;
mod chat;
mod limits;
mod operations_page;
mod project;
mod sources;
mod status;
mod theirs;

use super::*;

fn parse(arguments: &[&str]) -> Result<Config, clap::Error> {
    parse_in(arguments, &Environment::new(&[], "no/such/directory"))
}

fn parse_in(arguments: &[&str], environment: &Environment) -> Result<Config, clap::Error> {
    match Command::try_parse_in(["graphroom"].iter().chain(arguments), environment)? {
        Command::Serve(config) => Ok(*config),
        other => panic!("{other:?} is no configuration of a server"),
    }
}

#[test]
fn what_is_to_be_checked_is_told_as_to_a_server() {
    let check = |arguments: &[&str], variables: &[(&str, &str)]| {
        let environment = Environment::new(variables, "no/such/directory");
        match Command::try_parse_in(["graphroom", "check"].iter().chain(arguments), &environment).unwrap() {
            Command::Check(CheckOptions { config: None, data, json }) => (data, json),
            other => panic!("{other:?}"),
        }
    };
    let variable = [("GRAPHROOM_DATA", "/by/variable"), ("GRAPHROOM_LISTEN", "0.0.0.0:1")];
    assert_eq!(check(&[], &[]), ("./data".into(), false));
    assert_eq!(check(&["--json"], &variable), ("/by/variable".into(), true));
    assert_eq!(check(&["--data", "/by/flag"], &variable), ("/by/flag".into(), false));
}

/// What is said about arguments that are wrong.
fn refused(arguments: &[&str]) -> String {
    parse(arguments).expect_err("they are refused").to_string()
}

#[test]
fn the_definition_of_the_command_line_holds_together() {
    CommandLine::command().debug_assert();
}

/// The defaults.
fn levels() -> StatusOptions {
    let pair = |warning, critical| Pair { warning, critical };
    StatusOptions {
        response_time: pair(5.0, 10.0),
        error_rate: pair(0.05, 0.1),
        connections: pair(0.5, 0.8),
        memory: pair(0.8, 0.9),
        lag: pair(0.25, 1.0),
        disk_free: pair(0.1, 0.05),
    }
}

#[test]
fn without_arguments_it_serves_on_loopback_with_the_defaults() {
    let expected = Config {
        config: None,
        listen: vec!["127.0.0.1:5000".parse().unwrap()],
        data: "./data".into(),
        templates: None,
        strict: false,
        lenient_parents: false,
        legacy_event_names: false,
        admin_ui: false,
        unload_after: Duration::from_secs(30 * 60),
        end_idle_after: Duration::from_secs(30 * 60),
        log: LogFormat::Text,
        log_filter: "info,socketioxide=warn,engineioxide=warn".into(),
        log_file: None,
        log_file_keep: 7,
        allow_host: vec![],
        allow_origin: vec![],
        allow_network: vec![],
        deny_network: vec![],
        insecure: false,
        tls: TlsOptions::default(),
        auth: Auth::Open,
        jwt_secret_file: None,
        access_token_lifetime: Duration::from_secs(24 * 3_600),
        refresh_token_lifetime: Duration::from_secs(7 * 24 * 3_600),
        trusted_keys: None,
        trusted_secret_file: None,
        trusted_issuer: None,
        trusted_audience: None,
        user_claim: "sub".into(),
        name_claim: "name".into(),
        role_claim: "role".into(),
        shutdown_timeout: Duration::from_secs(10),
        max_nodes: 100_000,
        max_commands_per_second: 500,
        max_commands_burst: NonZeroU32::new(5_000).unwrap(),
        max_connections: 10_000,
        max_connections_per_address: 0,
        max_connections_per_user: 0,
        max_sessions: 1_000,
        trusted_proxy: vec![],
        assistant: AssistantOptions {
            url: None,
            model: "mistral:7b-instruct".into(),
            models: vec![],
            system: None,
            temperature: "0.7".parse().unwrap(),
            max_tokens: 2_048,
            at_once: 8,
            confidence_threshold: "0.85".parse().unwrap(),
        },
        broadcasts: BroadcastOptions { queue: 1_000, per_minute: 100 },
        chat: ChatOptions { connections: 100, connections_of_a_client: 10, idle: Duration::from_secs(300) },
        client: ClientOptions { connections_of_a_client: 20, idle: Duration::from_secs(1_800) },
        status: levels(),
        traces: TraceOptions { to: None, one_in: 1 },
        realtime: RealtimeOptions { chat: true, status: true },
    };
    assert_eq!(parse(&[]).unwrap(), expected);
    assert_eq!(parse(&["serve"]).unwrap(), expected);
}

#[test]
fn flags_mean_the_same_with_and_without_serve() {
    let flags = [
        "--listen=0.0.0.0:80",
        "--listen=[::1]:81,127.0.0.2:0",
        "--insecure",
        "--auth=token",
        "--jwt-secret-file=/etc/graphroom.secret",
        "--access-token-lifetime=1m",
        "--refresh-token-lifetime=1h",
        "--tls-cert=/etc/tls/chain.pem",
        "--tls-key=/etc/tls/key.pem",
        "--trusted-keys=/etc/keys.json",
        "--trusted-issuer=them",
        "--trusted-audience=us",
        "--user-claim=id",
        "--name-claim=email",
        "--role-claim=roles",
        "--legacy-event-names",
        "--admin-ui",
        "--data=/var/lib/graphroom",
        "--templates=/etc/graphroom",
        "--strict",
        "--lenient-parents",
        "--unload-after=90s",
        "--end-idle-after=2m",
        "--log=json",
        "--log-filter=debug",
        "--log-file=/var/log/graphroom.log",
        "--log-file-keep=30",
        "--allow-host=graph.example.com",
        "--allow-host=other.example.com:81",
        "--allow-origin=https://app.example.com",
        "--shutdown-timeout=500ms",
        "--max-nodes=7",
        "--max-commands-per-second=0",
        "--max-commands-burst=9",
        "--max-connections=0",
        "--max-connections-per-address=3",
        "--max-connections-per-user=5",
        "--allow-network=10.0.0.0/8,::1",
        "--deny-network=10.1.0.0/16",
        "--max-sessions=4",
        "--trusted-proxy=192.0.2.7",
        "--trusted-proxy=2001:db8::/32",
        "--assistant-url=https://models.example.com/ollama",
        "--assistant-model=llama3.2",
        "--assistant-models=mistral,qwen3:8b",
        "--assistant-models=phi4",
        "--assistant-system=Be brief.",
        "--assistant-temperature=0",
        "--assistant-max-tokens=100",
        "--assistant-at-once=1",
        "--confidence-threshold=0.5",
        "--broadcast-queue=9",
        "--broadcasts-per-minute=8",
        "--max-chat-connections=7",
        "--max-chat-connections-per-client=2",
        "--chat-idle=90",
        "--max-connections-per-client=3",
        "--client-idle=1h",
        "--alert-lag=100ms,2s",
        "--traces-to=http://127.0.0.1:4318",
        "--trace-one-in=7",
        "--realtime-chat=false",
        "--realtime-status=off",
    ];
    let expected = Config {
        config: None,
        listen: ["0.0.0.0:80", "[::1]:81", "127.0.0.2:0"].map(|address| address.parse().unwrap()).into(),
        data: "/var/lib/graphroom".into(),
        templates: Some("/etc/graphroom".into()),
        strict: true,
        lenient_parents: true,
        legacy_event_names: true,
        admin_ui: true,
        unload_after: Duration::from_secs(90),
        end_idle_after: Duration::from_secs(120),
        log: LogFormat::Json,
        log_filter: "debug".into(),
        log_file: Some("/var/log/graphroom.log".into()),
        log_file_keep: 30,
        allow_host: vec!["graph.example.com".into(), "other.example.com:81".into()],
        allow_origin: vec!["https://app.example.com".into()],
        allow_network: ["10.0.0.0/8", "::1/128"].map(|network| network.parse().unwrap()).into(),
        deny_network: vec!["10.1.0.0/16".parse().unwrap()],
        insecure: true,
        tls: TlsOptions { cert: Some("/etc/tls/chain.pem".into()), key: Some("/etc/tls/key.pem".into()) },
        auth: Auth::Token,
        jwt_secret_file: Some("/etc/graphroom.secret".into()),
        access_token_lifetime: Duration::from_secs(60),
        refresh_token_lifetime: Duration::from_secs(3_600),
        trusted_keys: Some("/etc/keys.json".into()),
        trusted_secret_file: None,
        trusted_issuer: Some("them".into()),
        trusted_audience: Some("us".into()),
        user_claim: "id".into(),
        name_claim: "email".into(),
        role_claim: "roles".into(),
        shutdown_timeout: Duration::from_millis(500),
        max_nodes: 7,
        max_commands_per_second: 0,
        max_commands_burst: NonZeroU32::new(9).unwrap(),
        max_connections: 0,
        max_connections_per_address: 3,
        max_connections_per_user: 5,
        max_sessions: 4,
        trusted_proxy: ["192.0.2.7/32", "2001:db8::/32"].map(|network| network.parse().unwrap()).into(),
        assistant: AssistantOptions {
            url: Some("https://models.example.com/ollama".into()),
            model: "llama3.2".into(),
            models: ["mistral", "qwen3:8b", "phi4"].map(Into::into).into(),
            system: Some("Be brief.".into()),
            temperature: "0".parse().unwrap(),
            max_tokens: 100,
            at_once: 1,
            confidence_threshold: "0.5".parse().unwrap(),
        },
        broadcasts: BroadcastOptions { queue: 9, per_minute: 8 },
        chat: ChatOptions { connections: 7, connections_of_a_client: 2, idle: Duration::from_secs(90) },
        client: ClientOptions { connections_of_a_client: 3, idle: Duration::from_secs(3_600) },
        status: StatusOptions { lag: Pair { warning: 0.1, critical: 2.0 }, ..levels() },
        traces: TraceOptions { to: Some("http://127.0.0.1:4318".into()), one_in: 7 },
        realtime: RealtimeOptions { chat: false, status: false },
    };
    assert_eq!(parse(&flags).unwrap(), expected);
    let after_serve: Vec<_> = std::iter::once("serve").chain(flags).collect();
    assert_eq!(parse(&after_serve).unwrap(), expected);
}

#[test]
fn an_address_beyond_loopback_needs_insecure() {
    for address in ["0.0.0.0:5000", "[::]:5000", "192.168.1.5:5000"] {
        let told = refused(&["--listen", "127.0.0.1:1", "--listen", address]);
        assert!(told.contains(address) && told.contains("--insecure"), "{told}");
        parse(&["--listen", address, "--insecure"]).unwrap();
        parse(&["--listen", address, "--auth", "token"]).unwrap();
    }
}

#[test]
fn values_that_mean_nothing_are_refused() {
    for arguments in [
        ["--listen", "localhost"],
        ["--listen", "5000"],
        ["--log", "xml"],
        ["--log-filter", "graphroom=loud"],
        ["--shutdown-timeout", "10"],
        ["--unload-after", "soon"],
        ["--end-idle-after", "59s"],
        ["--allow-network", "10.0.0.0/33"],
        ["--deny-network", "everybody"],
        ["--log-file-keep", "0"],
        ["--max-nodes", "0"],
        ["--max-nodes", "many"],
        ["--unknown", "x"],
    ] {
        assert!(refused(&arguments).contains(arguments[0]), "{arguments:?}");
    }
}

#[test]
fn every_flag_has_its_variable() {
    let line = CommandLine::command();
    let serve = line.find_subcommand("serve").unwrap();
    for command in [&line, serve] {
        for flag in
            command.get_arguments().filter(|flag| !matches!(flag.get_id().as_str(), "help" | "version"))
        {
            let expected = format!("GRAPHROOM_{}", flag.get_id().as_str().to_uppercase());
            assert_eq!(flag.get_env().and_then(|name| name.to_str()), Some(&*expected));
        }
    }
}
