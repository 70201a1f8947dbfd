//! What is handed out to watch a server by: the alert rules and the dashboard speak of metrics and labels that there are.

use std::collections::BTreeSet;

use serde_json::Value;

use super::documented::{Said, documented};

/// What the scraper adds, and histograms have.
const ANY: [&str; 3] = ["instance", "job", "le"];

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')
}

/// The metrics that an expression names; those of a histogram under its own name.
fn metrics<'a>(expression: &'a str, known: &Said) -> Vec<&'a str> {
    let named = words(expression)
        .filter(|word| word.starts_with("graphroom_") || word.starts_with("process_"))
        .map(|word| {
            let of_histogram = word.strip_suffix("_bucket");
            let name = of_histogram.unwrap_or(word);
            let (kind, _) = known.get(name).unwrap_or_else(|| panic!("there is no {word}"));
            assert_eq!(of_histogram.is_some(), kind == "histogram", "{word}");
            name
        });
    named.collect()
}

/// The labels that it compares or groups by.
fn labels(expression: &str) -> BTreeSet<String> {
    let inside = |open: &str, close: char| {
        let parts = expression.split(open).skip(1);
        parts.filter_map(move |part| part.split_once(close)).map(|(inside, _)| inside).collect::<Vec<_>>()
    };
    let compared = inside("{", '}').into_iter().flat_map(|inside| inside.split(','));
    let compared = compared.map(|one| one.split(['=', '!']).next().unwrap_or_default());
    let grouped = inside("by (", ')').into_iter().flat_map(|inside| inside.split(','));
    compared.chain(grouped).map(|label| label.trim().to_owned()).filter(|label| !label.is_empty()).collect()
}

fn holds(expression: &str, known: &Said) {
    let named = metrics(expression, known);
    assert!(!named.is_empty() || expression.starts_with("up{"), "{expression}");
    for label in labels(expression).iter().filter(|label| !ANY.contains(&label.as_str())) {
        let has = |name: &&str| known[*name].1.contains(label);
        assert!(named.iter().any(has), "{expression}: none of them has {label}");
    }
}

#[test]
fn the_alert_rules_speak_of_metrics_that_there_are() {
    let known = documented();
    let rules = include_str!("../../deploy/alerts.yaml");
    let lines = rules.lines().map(str::trim);
    let expressions: Vec<_> = lines.filter_map(|line| line.strip_prefix("expr: ")).collect();
    assert_eq!(expressions.len(), rules.matches("- alert: ").count());
    for expression in expressions {
        holds(expression, &known);
    }
}

#[test]
fn the_dashboard_shows_every_metric_and_no_other() {
    let known = documented();
    let dashboard: Value = serde_json::from_str(include_str!("../../deploy/grafana.json")).unwrap();
    let panels = dashboard["panels"].as_array().unwrap().iter();
    let targets = panels.flat_map(|panel| panel["targets"].as_array().unwrap());
    let expressions: Vec<_> = targets.map(|target| target["expr"].as_str().unwrap()).collect();
    let mut shown = BTreeSet::new();
    for expression in expressions {
        holds(expression, &known);
        shown.extend(metrics(expression, &known));
    }
    // By this one the dashboard knows which servers there are.
    shown.insert("graphroom_build_info");
    assert_eq!(shown, known.keys().map(String::as_str).collect());
}
