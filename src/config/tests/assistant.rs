//! The assistant's options, and the variables of other servers that say them, too.

use super::*;

fn told(variables: &[(&str, &str)], flags: &[&str]) -> AssistantOptions {
    parse_in(flags, &Environment::new(variables, "no/such/directory")).unwrap().assistant
}

#[test]
fn the_assistant_is_said_by_variables_of_others_where_ours_say_nothing() {
    let theirs = [
        ("OLLAMA_HOST", "http://ollama:11434"),
        ("OLLAMA_MODEL", "llama3.2"),
        ("MODEL_TEMPERATURE", "0"),
        ("MODEL_MAX_TOKENS", "7"),
        ("CONFIDENCE_THRESHOLD", "0.6"),
    ];
    let by_theirs = told(&theirs, &[]);
    let expected = AssistantOptions {
        url: Some("http://ollama:11434/".into()),
        model: "llama3.2".into(),
        temperature: "0".parse().unwrap(),
        max_tokens: 7,
        confidence_threshold: "0.6".parse().unwrap(),
        ..told(&[], &[])
    };
    assert_eq!(by_theirs, expected);
    let ours = [("GRAPHROOM_ASSISTANT_MODEL", "phi4"), ("GRAPHROOM_ASSISTANT_MAX_TOKENS", "8")];
    let by_both = told(&[&theirs[..], &ours].concat(), &["--assistant-max-tokens=9"]);
    assert_eq!(by_both, AssistantOptions { model: "phi4".into(), max_tokens: 9, ..expected });
}

#[test]
fn ours_in_dot_env_goes_before_theirs_in_the_environment_and_theirs_before_the_file() {
    let directory = tempfile::tempdir().unwrap();
    let dot_env = "GRAPHROOM_ASSISTANT_MODEL=ours\nMODEL_MAX_TOKENS=3\n";
    std::fs::write(directory.path().join(".env"), dot_env).unwrap();
    let file = "assistant_max_tokens = 2\nassistant_temperature = 1\nassistant_at_once = 4";
    std::fs::write(directory.path().join("g.toml"), file).unwrap();
    let variables = [("OLLAMA_MODEL", "theirs"), ("MODEL_TEMPERATURE", "1.5")];
    let environment = Environment::new(&variables, directory.path());
    let found = parse_in(&["--config=g.toml"], &environment).unwrap().assistant;
    let found = (&*found.model, found.max_tokens, found.temperature.get(), found.at_once);
    assert_eq!(found, ("ours", 3, 1.5, 4));
}

#[test]
fn an_empty_variable_of_others_says_nothing_and_a_wrong_one_is_told_by_its_name() {
    let empty = [("OLLAMA_HOST", ""), ("MODEL_TEMPERATURE", "")];
    assert_eq!(told(&empty, &[]), told(&[], &[]));
    for (name, value) in [("OLLAMA_HOST", "ftp://x"), ("MODEL_TEMPERATURE", "hot"), ("MODEL_MAX_TOKENS", "0")]
    {
        let error = parse_in(&[], &Environment::new(&[(name, value)], "no/such/directory")).unwrap_err();
        assert!(error.to_string().contains(&format!("the environment, {name}: invalid value")), "{error}");
    }
}

#[test]
fn a_server_may_be_named_as_a_url_or_as_a_host() {
    for (said, understood) in [
        ("http://127.0.0.1:11434", "http://127.0.0.1:11434/"),
        ("https://models.example.com/ollama", "https://models.example.com/ollama"),
        ("http://ollama", "http://ollama/"),
        ("ollama", "http://ollama:11434/"),
        ("0.0.0.0:8080", "http://0.0.0.0:8080/"),
        ("[::1]", "http://[::1]:11434/"),
    ] {
        let found = told(&[], &["--assistant-url", said]).url;
        assert_eq!(found.as_deref(), Some(understood), "{said}");
    }
}

#[test]
fn options_of_the_assistant_that_mean_nothing_are_refused() {
    for (argument, reason) in [
        ("--assistant-url=ftp://x", "it must be a URL"),
        ("--assistant-url=http://", "it must be a URL"),
        ("--assistant-url=http://x/?a", "it must be a URL"),
        ("--assistant-model= ", "it must not be empty"),
        ("--assistant-models=a,,b", "it must not be empty"),
        ("--assistant-temperature=2.1", "from 0 to 2"),
        ("--assistant-temperature=-1", "from 0 to 2"),
        ("--assistant-temperature=NaN", "from 0 to 2"),
        ("--assistant-max-tokens=0", "0 is not in"),
        ("--assistant-at-once=0", "at least 1"),
        ("--confidence-threshold=1.1", "from 0 to 1"),
        ("--confidence-threshold=NaN", "from 0 to 1"),
    ] {
        assert!(refused(&[argument]).contains(reason), "{}", refused(&[argument]));
    }
}
