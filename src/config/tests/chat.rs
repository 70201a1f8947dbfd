//! The options of `/ws/chat`, and the variables of other servers that say them, too.

use super::*;

#[test]
fn the_limits_of_chats_are_said_by_variables_of_others_where_ours_say_nothing() {
    let told = |variables: &[(&str, &str)], flags: &[&str]| {
        parse_in(flags, &Environment::new(variables, "no/such/directory")).unwrap().chat
    };
    let theirs = [("WS_MAX_CONNECTIONS", "20"), ("WS_TIMEOUT_SECONDS", "60")];
    let by_theirs = told(&theirs, &[]);
    assert_eq!((by_theirs.connections, by_theirs.idle), (20, Duration::from_secs(60)));
    let both = [theirs[0], theirs[1], ("GRAPHROOM_MAX_CHAT_CONNECTIONS", "30")];
    assert_eq!(told(&both, &[]).connections, 30);
    assert_eq!(told(&both, &["--chat-idle=2m"]).idle, Duration::from_secs(120));
}

#[test]
fn limits_of_chats_that_let_nobody_in_are_refused() {
    for flag in
        ["--max-chat-connections=0", "--max-chat-connections-per-client=0", "--chat-idle=0s", "--chat-idle=x"]
    {
        assert!(parse_in(&[flag], &Environment::new(&[], "no/such/directory")).is_err(), "{flag}");
    }
}
