//! Variables of other servers: what they say of ours, and that they are listed.

use super::*;

const PAGE: &str = include_str!("../../../docs/operations.md");

fn told(variables: &[(&str, &str)]) -> Config {
    parse_in(&[], &Environment::new(variables, "no/such/directory")).unwrap()
}

fn refused(name: &str, value: &str) -> String {
    parse_in(&[], &Environment::new(&[(name, value)], "no/such/directory")).unwrap_err().to_string()
}

#[test]
fn every_variable_of_others_says_an_option_and_is_in_the_documentation() {
    let line = CommandLine::command();
    for (option, theirs, _) in aliases::all() {
        let ours = line.get_arguments().find(|known| known.get_id() == option).expect("an option");
        let ours = ours.get_env().unwrap().to_str().unwrap();
        assert!(
            PAGE.contains(&format!("| `{theirs}` | `{ours}` |")),
            "{theirs} is not in docs/operations.md"
        );
    }
}

#[test]
fn switches_of_others_really_switch() {
    for (name, other) in [
        ("REALTIME_CHAT_BROADCASTING", "REALTIME_STATUS_UPDATES"),
        ("WEBSOCKET_REALTIME_CHAT_BROADCASTING", "WEBSOCKET_REALTIME_STATUS_UPDATES"),
    ] {
        for (word, is_on) in [("false", false), ("0", false), ("true", true), ("", true)] {
            let chat = told(&[(name, word)]).realtime;
            assert_eq!(chat, RealtimeOptions { chat: is_on, status: true }, "{name}={word}");
            let status = told(&[(other, word)]).realtime;
            assert_eq!(status, RealtimeOptions { chat: true, status: is_on }, "{other}={word}");
        }
    }
    let both = [("GRAPHROOM_REALTIME_CHAT", "true"), ("REALTIME_CHAT_BROADCASTING", "false")];
    assert!(told(&both).realtime.chat, "ours go before theirs");
}

#[test]
fn ports_of_others_are_loopbacks_and_their_times_have_the_unit_of_their_name() {
    assert_eq!(told(&[("BACKEND_PORT", "8000")]).listen, ["127.0.0.1:8000".parse().unwrap()]);
    assert_eq!(told(&[("API_PORT", "8001")]).listen, ["127.0.0.1:8001".parse().unwrap()]);
    let config = told(&[("JWT_EXPIRATION_HOURS", "12"), ("JWT_REFRESH_EXPIRATION_DAYS", "30")]);
    assert_eq!(config.access_token_lifetime, Duration::from_secs(12 * 3_600));
    assert_eq!(config.refresh_token_lifetime, Duration::from_secs(30 * 24 * 3_600));
    for (name, value) in [
        ("BACKEND_PORT", "70000"),
        ("BACKEND_PORT", "web"),
        ("JWT_EXPIRATION_HOURS", "0"),
        ("JWT_EXPIRATION_HOURS", "a day"),
        ("JWT_REFRESH_EXPIRATION_DAYS", "18446744073709551615"),
    ] {
        assert!(refused(name, value).contains(name), "{name}={value}: {}", refused(name, value));
    }
}

#[test]
fn limits_and_origins_of_others_are_ours() {
    let config = told(&[
        ("WEBSOCKET_MAX_CONNECTIONS", "7"),
        ("WEBSOCKET_CONNECTION_LIMIT_PER_IP", "3"),
        ("CORS_ORIGINS", "http://localhost:3000, http://llm.local:3000"),
    ]);
    assert_eq!((config.max_connections, config.max_connections_per_address), (7, 3));
    assert_eq!(config.allow_origin, ["http://localhost:3000", "http://llm.local:3000"]);
    let config = told(&[("WEBSOCKET_CORS_ORIGINS", "http://a.example"), ("CORS_ORIGINS", "")]);
    assert_eq!(config.allow_origin, ["http://a.example"], "an empty one says nothing");
}
