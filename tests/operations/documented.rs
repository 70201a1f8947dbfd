//! `docs/metrics.md` names every metric that is exported, and no other; names follow Prometheus' rules.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::exposition::{Exposition, Family};
use crate::support::{Client, TestServer};

/// What a row of the page, or a family, says: type and labels.
pub type Said = BTreeMap<String, (String, BTreeSet<String>)>;

/// The rows `| `name` | type | labels | meaning |`.
pub fn documented() -> Said {
    let page = include_str!("../../docs/metrics.md");
    let rows = page.lines().filter(|line| line.starts_with("| `"));
    let rows = rows.map(|line| {
        let cells: Vec<_> = line.split('|').map(str::trim).collect();
        let [_, name, kind, labels, meaning, _] = cells[..] else { panic!("{line}") };
        assert!(meaning.len() > 20, "{line}");
        let labels = labels.split(',').map(|label| label.trim().trim_matches('`').to_owned());
        let labels = labels.filter(|label| !label.is_empty()).collect();
        (name.trim_matches('`').to_owned(), (kind.to_owned(), labels))
    });
    rows.collect()
}

fn exported(exposition: &Exposition) -> Said {
    let labels = |family: &Family| -> BTreeSet<String> {
        let all = family.samples.keys().flat_map(|(_, labels)| labels.keys().cloned());
        // Every histogram has it.
        all.filter(|label| label != "le" || family.kind != "histogram").collect()
    };
    let families = exposition.families.iter();
    families.map(|(name, family)| (name.clone(), (family.kind.clone(), labels(family)))).collect()
}

/// A server of which every family has a sample.
async fn busy() -> (TestServer, Exposition) {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let mut client = Client::connect(server.address).await;
    client.join(&project.session_id).await;
    let refused = json!({ "session_id": project.session_id, "command_type": "Explode", "data": {} });
    client.call("execute_command", refused).await;
    server.rest.get("/health").await;
    let exposition = Exposition::scrape(&server.rest).await;
    (server, exposition)
}

#[tokio::test]
async fn the_page_of_metrics_names_every_metric_with_its_type_and_labels() {
    let (server, exposition) = busy().await;
    assert_eq!(exported(&exposition), documented());
    server.stop().await;
}

#[tokio::test]
async fn names_and_units_follow_the_rules() {
    let (server, exposition) = busy().await;
    for (name, family) in &exposition.families {
        assert!(name == "process_start_time_seconds" || name.starts_with("graphroom_"), "{name}");
        assert!(!family.samples.is_empty(), "{name} has no sample");
        assert!(family.help.len() > 10 && family.help.ends_with('.'), "{name}: {}", family.help);
        assert_eq!(family.kind == "counter", name.ends_with("_total"), "{name}");
        for other_unit in ["_ms", "milli", "micro", "_minutes", "_kb", "_mb", "percent"] {
            assert!(!name.contains(other_unit), "{name}");
        }
        for reserved in ["_count", "_sum", "_bucket"] {
            assert!(!name.ends_with(reserved), "{name}");
        }
        let is_time = ["duration", "time", "_to_"].iter().any(|word| name.contains(word));
        assert_eq!(is_time, name.ends_with("_seconds"), "{name}");
    }
    let start = exposition.value("process_start_time_seconds", &[]);
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs_f64();
    assert!(start <= now && now - start < 600.0, "{start}");
    assert_eq!(exposition.value("graphroom_build_info", &[("version", env!("CARGO_PKG_VERSION"))]), 1.0);
    server.stop().await;
}
