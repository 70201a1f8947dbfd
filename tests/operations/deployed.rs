//! What is handed out to run and to watch a server by: it speaks of options, files, metrics and labels that there are.

use std::collections::BTreeSet;
use std::path::Path;

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

const DOCKERFILE: &str = include_str!("../../deploy/Dockerfile");
const COMPOSE: &str = include_str!("../../deploy/compose.yaml");

fn compose() -> Value {
    serde_saphyr::from_str(COMPOSE).unwrap()
}

/// The variables by which options are given, of a text.
fn variables(text: &str) -> BTreeSet<&str> {
    words(text).filter(|word| word.starts_with("GRAPHROOM_")).collect()
}

#[test]
fn image_unit_and_compose_file_give_options_that_there_are() {
    let options = variables(include_str!("../../docs/operations.md"));
    for text in [DOCKERFILE, COMPOSE, include_str!("../../deploy/graphroom.service")] {
        let given = variables(text);
        assert!(!given.is_empty());
        assert!(given.is_subset(&options), "{:?}", given.difference(&options));
    }
}

#[test]
fn the_image_is_built_of_files_that_there_are_by_tools_that_the_project_takes() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let copied = DOCKERFILE
        .lines()
        .filter_map(|line| line.strip_prefix("COPY "))
        .filter(|line| !line.starts_with("--from"));
    let sources: Vec<_> = copied.flat_map(|line| line.rsplit_once(' ').unwrap().0.split(' ')).collect();
    assert!(sources.len() >= 4, "{sources:?}");
    for source in sources {
        assert!(root.join(source).exists(), "{source}");
    }
    let version = |image: &str| -> Vec<u32> {
        let rest = DOCKERFILE.split_once(&format!("FROM {image}:")).unwrap().1;
        rest.split('-').next().unwrap().split('.').map(|part| part.parse().unwrap()).collect()
    };
    let wanted: Vec<u32> =
        env!("CARGO_PKG_RUST_VERSION").split('.').map(|part| part.parse().unwrap()).collect();
    assert!(version("rust") >= wanted, "{wanted:?}");
    assert!(
        include_str!("../../web-client/package.json")
            .contains(&format!("\"node\": \">={}.", version("node")[0]))
    );
}

#[test]
fn the_compose_file_keeps_what_the_image_writes_and_publishes_its_port_to_this_machine_alone() {
    let compose = compose();
    let service = &compose["services"]["graphroom"];
    let texts = |value: &Value| -> Vec<String> {
        value.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
    };
    for mounted in texts(&service["volumes"]) {
        let (volume, folder) = mounted.split_once(':').unwrap();
        assert!(compose["volumes"].get(volume).is_some(), "{volume}");
        assert!(DOCKERFILE.contains(&format!("\"{folder}\"")), "{folder} is no volume of the image");
    }
    assert_eq!(texts(&service["volumes"]).len(), 2);
    for port in texts(&service["ports"]) {
        let inside = port.strip_prefix("127.0.0.1:").unwrap().split_once(':').unwrap().1;
        assert!(DOCKERFILE.contains(&format!("EXPOSE {inside}\n")), "{port}");
    }
    assert!(
        Path::new(env!("CARGO_MANIFEST_DIR")).join(service["build"]["dockerfile"].as_str().unwrap()).exists()
    );
}
