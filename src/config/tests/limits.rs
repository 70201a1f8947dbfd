//! Limits on what clients may use: by flag, by variable, by file, and what they may be.

use super::*;

/// What is said by one of the sources.
fn said(flags: &[&str], variables: &[(&str, &str)], file: &str) -> Config {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("graphroom.toml"), file).unwrap();
    let flags: Vec<_> = ["--config=graphroom.toml"].iter().chain(flags).copied().collect();
    parse_in(&flags, &Environment::new(variables, directory.path())).unwrap()
}

#[test]
fn limits_are_said_by_flag_variable_or_file() {
    let rates = |config: Config| (config.max_commands_per_second, config.max_commands_burst.get());
    let flags = ["--max-commands-per-second=3", "--max-commands-burst=4"];
    assert_eq!(rates(said(&flags, &[], "")), (3, 4));
    let variables = [("GRAPHROOM_MAX_COMMANDS_PER_SECOND", "0"), ("GRAPHROOM_MAX_COMMANDS_BURST", "1")];
    assert_eq!(rates(said(&[], &variables, "")), (0, 1));
    let file = "max_commands_per_second = 1_000_000\nmax_commands_burst = 7";
    assert_eq!(rates(said(&[], &[], file)), (1_000_000, 7));
}

#[test]
fn limits_on_what_there_is_are_said_by_variable_too() {
    let variables = [
        ("GRAPHROOM_MAX_CONNECTIONS", "1"),
        ("GRAPHROOM_MAX_CONNECTIONS_PER_ADDRESS", "2"),
        ("GRAPHROOM_MAX_SESSIONS", "3"),
    ];
    let config = said(&[], &variables, "max_sessions = 9");
    assert_eq!((config.max_connections, config.max_connections_per_address, config.max_sessions), (1, 2, 3));
}

#[test]
fn limits_on_broadcasts_are_said_by_flag_variable_or_file() {
    let broadcasts = |config: Config| (config.broadcasts.queue, config.broadcasts.per_minute);
    assert_eq!(broadcasts(said(&[], &[], "")), (1_000, 100));
    assert_eq!(broadcasts(said(&["--broadcast-queue=3", "--broadcasts-per-minute=0"], &[], "")), (3, 0));
    let variables = [("WEBSOCKET_BROADCAST_QUEUE_SIZE", "7"), ("GRAPHROOM_BROADCASTS_PER_MINUTE", "8")];
    assert_eq!(broadcasts(said(&[], &variables, "")), (7, 8));
    assert_eq!(broadcasts(said(&[], &[], "broadcast_queue = 4\nbroadcasts_per_minute = 5")), (4, 5));
}

#[test]
fn limits_that_mean_nothing_are_refused() {
    for (argument, reason) in [
        ("--max-commands-per-second=-1", "-1"),
        ("--max-commands-per-second=1000001", "1000000"),
        ("--max-commands-per-second=many", "many"),
        ("--max-commands-burst=0", "at least 1"),
        ("--trusted-proxy=10.0.0.0/33", "network"),
        ("--trusted-proxy=localhost", "network"),
        ("--trusted-proxy=", "network"),
        ("--max-commands-burst=4294967296", "too large"),
        ("--broadcast-queue=0", "at least 1"),
        ("--broadcasts-per-minute=1000001", "1000000"),
    ] {
        assert!(refused(&[argument]).contains(reason), "{}", refused(&[argument]));
    }
}
