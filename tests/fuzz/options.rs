//! Options: flags, the environment, `.env` and the file, altered each and together.

use std::fs;

use graphroom::config::{Auth, Command, Config, Environment, LogFormat, Pair};

use super::bytes::{self, odd_text};
use super::run::{Case, Part, readable};
use crate::support::random::Random;

/// Each option with values of which most will do.
const OPTIONS: [(&str, &[&str]); 64] = [
    ("listen", &["127.0.0.1:0", "[::1]:5000", "127.0.0.1:0,127.0.0.2:1", "0.0.0.0:80", "localhost:1"]),
    ("data", &["./data", "/tmp/x y", "\u{e9}"]),
    ("templates", &["t", "/t"]),
    ("strict", &["true", "false", "1", "no", ""]),
    ("lenient_parents", &["true", "0"]),
    ("legacy_event_names", &["true", "off"]),
    ("admin_ui", &["true", "no"]),
    ("unload_after", &["90s", "30m", "2h", "500ms", "18446744073709551615h", "1d"]),
    ("end_idle_after", &["30m", "1m", "59s", "1d"]),
    ("log", &["text", "json", "xml"]),
    ("log_filter", &["info", "info,graphroom=debug", "graphroom[{a=1}]=trace", "=,=", "x=y=z"]),
    ("log_file", &["server.log"]),
    ("log_file_keep", &["7", "0", "1", "18446744073709551616"]),
    ("allow_host", &["example.com", "a,b:80", "[::1]"]),
    ("allow_origin", &["https://a.example", "null,x"]),
    ("allow_network", &["10.0.0.0/8", "::1,192.0.2.1", "10.0.0.0/33"]),
    ("deny_network", &["192.0.2.0/24", "x"]),
    ("shutdown_timeout", &["10s", "0ms", "5"]),
    ("max_commands_per_second", &["500", "0", "-1", "1000001"]),
    ("max_commands_burst", &["5000", "0", "4294967296", "1"]),
    ("max_connections", &["10000", "0", "-1"]),
    ("max_connections_per_address", &["0", "5"]),
    ("max_connections_per_user", &["0", "5", "x"]),
    ("max_sessions", &["1000", "0", "x"]),
    ("trusted_proxy", &["10.0.0.0/8", "::1,192.0.2.1", "10.0.0.0/33", "::ffff:10.0.0.0/104"]),
    ("max_nodes", &["100000", "0", "-1", "1"]),
    ("tls_cert", &["chain.pem", "/c"]),
    ("tls_key", &["key.pem", ""]),
    ("auth", &["open", "token", "none"]),
    ("jwt_secret_file", &["/s", "secret"]),
    ("access_token_lifetime", &["24h", "1s", "999ms", "87601h"]),
    ("refresh_token_lifetime", &["168h", "0s", "87600h"]),
    ("trusted_keys", &["keys.json"]),
    ("trusted_secret_file", &["theirs"]),
    ("trusted_issuer", &["them", ""]),
    ("trusted_audience", &["us", " "]),
    ("user_claim", &["sub", "id"]),
    ("name_claim", &["name", "email"]),
    ("role_claim", &["role", "roles"]),
    (
        "assistant_url",
        &["http://127.0.0.1:11434", "ollama", "https://a.example/b", "ftp://x", "[::1]:1", "a:b@c"],
    ),
    ("assistant_model", &["mistral:7b-instruct", " "]),
    ("assistant_models", &["a,b", "a,,b", "c"]),
    ("assistant_system", &["Be brief.", ""]),
    ("assistant_temperature", &["0", "0.7", "2.1", "NaN", "1e-3", "-0"]),
    ("assistant_max_tokens", &["2048", "0", "4294967296", "1"]),
    ("assistant_at_once", &["8", "0", "18446744073709551615"]),
    ("confidence_threshold", &["0", "0.85", "1.1", "NaN", "-0"]),
    ("broadcast_queue", &["1000", "0", "x"]),
    ("broadcasts_per_minute", &["100", "0", "1000001", "-1"]),
    ("max_chat_connections", &["100", "0", "x"]),
    ("max_chat_connections_per_client", &["10", "0", "-1"]),
    ("chat_idle", &["300s", "60", "0", "5x"]),
    ("max_connections_per_client", &["20", "0", "x"]),
    ("client_idle", &["30m", "1m", "59s", "1d"]),
    ("alert_response_time", &["5s,10s", "10s,5s", "5s", "1,2"]),
    ("alert_error_rate", &["0.05,0.1", "0,1.1", "NaN,NaN", "0.1"]),
    ("alert_connections", &["0.5,0.8", "0.9,0.8", "-0,1"]),
    ("alert_memory", &["0.8,0.9", "1,1", "x,y"]),
    ("alert_lag", &["250ms,1s", "0ms,0ms", ",1s"]),
    ("alert_disk_free", &["0.1,0.05", "0.05,0.1", "0,0"]),
    ("traces_to", &["http://127.0.0.1:4318", "https://a.example/b", "ftp://x", "http:", ""]),
    ("trace_one_in", &["1", "0", "18446744073709551616"]),
    ("realtime_chat", &["true", "false", "", "maybe"]),
    ("realtime_status", &["0", "1", "off"]),
];

/// Variables of others, with values of which some will do.
const THEIRS: [(&str, &[&str]); 5] = [
    ("BACKEND_PORT", &["8000", "0", "70000", "web", ""]),
    ("JWT_EXPIRATION_HOURS", &["24", "0", "1.5", "18446744073709551615"]),
    ("JWT_REFRESH_EXPIRATION_DAYS", &["7", "18446744073709551615", "-1"]),
    ("CORS_ORIGINS", &["http://localhost:3000, http://a.example", "*", ","]),
    ("REALTIME_CHAT_BROADCASTING", &["false", "true", "?"]),
];

fn value(random: &mut Random, values: &[&str]) -> String {
    let text = random.pick(values).to_string();
    match random.weighted(&[8, 2, 1]) {
        0 => text,
        1 => bytes::altered_text(random, &text, "10s true"),
        _ => odd_text(random),
    }
}

/// Some of the options, by their names.
fn some(random: &mut Random) -> Vec<(String, String)> {
    (0..random.below(4))
        .map(|_| {
            let (name, values) = *random.pick(&OPTIONS);
            let name = if random.percent(3) { odd_text(random) } else { name.to_owned() };
            (name, value(random, values))
        })
        .collect()
}

fn flags(random: &mut Random) -> Vec<String> {
    let mut arguments = vec!["graphroom".to_owned()];
    if random.percent(30) {
        arguments
            .push(random.pick(&["serve", "check", "help", "--help", "--version", "--", "-"]).to_string());
    }
    for (name, value) in some(random) {
        let flag = name.replace('_', "-");
        match random.below(6) {
            0 => arguments.extend([format!("--{flag}"), value]),
            1 => arguments.push(format!("--{flag}")),
            2 if random.percent(10) => arguments.push(value),
            _ => arguments.push(format!("--{flag}={value}")),
        }
    }
    arguments
}

fn dot_env(random: &mut Random) -> Vec<u8> {
    let lines = some(random).into_iter().map(|(name, value)| {
        let value = value.replace('\'', "");
        format!("export GRAPHROOM_{}='{value}'\n", name.to_uppercase())
    });
    let text: String = lines.chain(["# a comment\nOTHER=\"a $HOME b\"\n".to_owned()]).collect();
    maybe_altered(random, text)
}

fn toml(random: &mut Random) -> Vec<u8> {
    let lines = some(random).into_iter().map(|(name, value)| match random.below(8) {
        0 => format!("{name} = {value}\n"),
        1 => format!("{name} = [{value:?}, 1]\n"),
        2 => format!("[{name}]\nx = {value:?}\n"),
        3 if value.parse::<u64>().is_ok() || value.parse::<bool>().is_ok() => format!("{name} = {value}\n"),
        _ => format!("{name} = {}\n", toml_text(&value)),
    });
    let text: String = lines.collect();
    maybe_altered(random, text)
}

fn toml_text(value: &str) -> String {
    serde_json::to_string(value).unwrap()
}

fn maybe_altered(random: &mut Random, text: String) -> Vec<u8> {
    if random.percent(30) {
        return bytes::altered(
            random,
            text.as_bytes(),
            b"listen = [\"127.0.0.1:0\"]\nGRAPHROOM_LOG=json\n\"'",
        );
    }
    text.into_bytes()
}

/// The flags that say the same.
fn as_flags(config: &Config) -> Vec<String> {
    let mut flags = vec!["graphroom".to_owned(), "serve".to_owned()];
    let mut say = |name: &str, value: &str| flags.push(format!("--{name}={value}"));
    for address in &config.listen {
        say("listen", &address.to_string());
    }
    for (name, path) in [
        ("config", &config.config),
        ("templates", &config.templates),
        ("log-file", &config.log_file),
        ("jwt-secret-file", &config.jwt_secret_file),
        ("trusted-keys", &config.trusted_keys),
        ("trusted-secret-file", &config.trusted_secret_file),
        ("tls-cert", &config.tls.cert),
        ("tls-key", &config.tls.key),
    ] {
        if let Some(path) = path {
            say(name, path.to_str().unwrap());
        }
    }
    say("data", config.data.to_str().unwrap());
    say("unload-after", &format!("{}ms", config.unload_after.as_millis()));
    say("end-idle-after", &format!("{}ms", config.end_idle_after.as_millis()));
    say("shutdown-timeout", &format!("{}ms", config.shutdown_timeout.as_millis()));
    say("log", if config.log == LogFormat::Json { "json" } else { "text" });
    say("log-filter", &config.log_filter);
    say("log-file-keep", &config.log_file_keep.to_string());
    say("max-nodes", &config.max_nodes.to_string());
    say("max-commands-per-second", &config.max_commands_per_second.to_string());
    say("max-connections", &config.max_connections.to_string());
    say("max-connections-per-address", &config.max_connections_per_address.to_string());
    say("max-connections-per-user", &config.max_connections_per_user.to_string());
    say("max-sessions", &config.max_sessions.to_string());
    say("max-commands-burst", &config.max_commands_burst.to_string());
    config.trusted_proxy.iter().for_each(|network| say("trusted-proxy", &network.to_string()));
    config.allow_network.iter().for_each(|network| say("allow-network", &network.to_string()));
    config.deny_network.iter().for_each(|network| say("deny-network", &network.to_string()));
    config.allow_host.iter().for_each(|host| say("allow-host", host));
    config.allow_origin.iter().for_each(|origin| say("allow-origin", origin));
    say("auth", if config.auth == Auth::Token { "token" } else { "open" });
    say("access-token-lifetime", &format!("{}ms", config.access_token_lifetime.as_millis()));
    say("refresh-token-lifetime", &format!("{}ms", config.refresh_token_lifetime.as_millis()));
    say("user-claim", &config.user_claim);
    say("name-claim", &config.name_claim);
    say("role-claim", &config.role_claim);
    let assistant = &config.assistant;
    say("assistant-model", &assistant.model);
    assistant.models.iter().for_each(|model| say("assistant-models", model));
    say("assistant-temperature", &assistant.temperature.to_string());
    say("assistant-max-tokens", &assistant.max_tokens.to_string());
    say("assistant-at-once", &assistant.at_once.to_string());
    say("confidence-threshold", &assistant.confidence_threshold.to_string());
    say("realtime-chat", &config.realtime.chat.to_string());
    say("realtime-status", &config.realtime.status.to_string());
    say("broadcast-queue", &config.broadcasts.queue.to_string());
    say("broadcasts-per-minute", &config.broadcasts.per_minute.to_string());
    let chat = &config.chat;
    say("max-chat-connections", &chat.connections.to_string());
    say("max-chat-connections-per-client", &chat.connections_of_a_client.to_string());
    say("chat-idle", &format!("{}ms", chat.idle.as_millis()));
    say("max-connections-per-client", &config.client.connections_of_a_client.to_string());
    say("client-idle", &format!("{}ms", config.client.idle.as_millis()));
    say("trace-one-in", &config.traces.one_in.to_string());
    let status = &config.status;
    for (name, Pair { warning, critical }) in
        [("alert-response-time", status.response_time), ("alert-lag", status.lag)]
    {
        say(name, &format!("{}ms,{}ms", (warning * 1_000.0).round(), (critical * 1_000.0).round()));
    }
    for (name, pair) in [
        ("alert-error-rate", status.error_rate),
        ("alert-connections", status.connections),
        ("alert-memory", status.memory),
        ("alert-disk-free", status.disk_free),
    ] {
        say(name, &pair.to_string());
    }
    for (name, text) in [
        ("trusted-issuer", &config.trusted_issuer),
        ("trusted-audience", &config.trusted_audience),
        ("assistant-url", &assistant.url),
        ("assistant-system", &assistant.system),
        ("traces-to", &config.traces.to),
    ] {
        if let Some(text) = text {
            say(name, text);
        }
    }
    let switches = [
        ("strict", config.strict),
        ("lenient-parents", config.lenient_parents),
        ("legacy-event-names", config.legacy_event_names),
        ("admin-ui", config.admin_ui),
        ("insecure", config.insecure),
    ];
    flags.extend(switches.into_iter().filter(|(_, on)| *on).map(|(name, _)| format!("--{name}")));
    flags
}

/// What was understood is understood again when flags say it.
fn assert_can_be_said_by_flags(config: &Config, nowhere: &Environment) {
    if config.config.is_some() {
        return;
    }
    let again = Command::try_parse_in(as_flags(config), nowhere);
    let again = again.unwrap_or_else(|error| panic!("{config:?}: {error}"));
    assert_eq!(again, Command::Serve(Box::new(config.clone())));
}

fn try_options(case: &mut Case, directory: &std::path::Path, nowhere: &Environment) {
    let random = &mut case.random;
    let source = *random.pick(&["flags", "environment", "dot env", "file", "all"]);
    let is_on = |name: &str| source == name || source == "all";
    let mut arguments = if is_on("flags") { flags(random) } else { vec!["graphroom".to_owned()] };
    let variables = if is_on("environment") { some(random) } else { Vec::new() };
    let mut variables: Vec<(String, String)> = variables
        .into_iter()
        .map(|(name, value)| (format!("GRAPHROOM_{}", name.to_uppercase()), value))
        .collect();
    if is_on("environment") && random.percent(30) {
        let (name, values) = *random.pick(&THEIRS);
        variables.push((name.to_owned(), value(random, values)));
    }
    let dot_env = if is_on("dot env") { dot_env(random) } else { Vec::new() };
    let toml = if is_on("file") { toml(random) } else { Vec::new() };
    if is_on("file") {
        arguments.push("--config=graphroom.toml".to_owned());
    }
    case.shows(format!(
        "{arguments:?}\n{variables:?}\n.env: {}\nfile: {}",
        readable(&dot_env),
        readable(&toml)
    ));
    fs::write(directory.join(".env"), &dot_env).unwrap();
    fs::write(directory.join("graphroom.toml"), &toml).unwrap();
    let variables: Vec<(&str, &str)> =
        variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let parsed = Command::try_parse_in(&arguments, &Environment::new(&variables, directory));
    case.saw(source, parsed.is_ok());
    match parsed {
        Ok(Command::Serve(mut config)) => {
            // The file is the one thing that flags do not say again.
            config.config = None;
            assert_can_be_said_by_flags(&config, nowhere);
        }
        Ok(_) => {}
        Err(error) => assert!(!error.to_string().trim().is_empty()),
    }
}

#[test]
fn options_from_anywhere_are_refused_with_a_reason_or_can_be_said_by_flags() {
    let (directory, empty) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let nowhere = Environment::new(&[], empty.path());
    let mut part = Part::new("options", 7);
    for source in ["flags", "environment", "dot env", "file"] {
        part = part.needs(source, 20, 20);
    }
    // Of four sources at once one is mostly wrong.
    part = part.needs("all", 3, 20);
    part.run(|case| try_options(case, directory.path(), &nowhere));
}
