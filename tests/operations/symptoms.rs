//! What `docs/operations.md` says about what may go wrong speaks of codes, metrics, options and alerts that there are.

use std::collections::BTreeSet;

use graphroom_protocol::ErrorCode;
use serde_json::json;

use super::documented::documented;

const PAGE: &str = include_str!("../../docs/operations.md");

/// The rows of the table of symptoms.
fn symptoms() -> Vec<&'static str> {
    let (_, section) = PAGE.split_once("## When something is wrong").expect("the section");
    section.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| what is seen")).collect()
}

/// What stands in backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

#[test]
fn the_symptoms_name_codes_with_their_status() {
    let is_code = |text: &str| {
        text.len() > 3 && text.chars().all(|letter| letter.is_ascii_uppercase() || letter == '_')
    };
    let is_signal = |text: &str| text == "SIGHUP";
    let mut codes = BTreeSet::new();
    for row in symptoms() {
        for code in quoted(row).filter(|text| is_code(text) && !is_signal(text)) {
            let known: ErrorCode =
                serde_json::from_value(json!(code)).unwrap_or_else(|_| panic!("{code}: {row}"));
            let said = format!("`{code}` ({})", known.status());
            assert!(row.contains(&said), "{said} is not what stands in {row}");
            codes.insert(code);
        }
    }
    assert!(codes.len() >= 12, "{codes:?}");
}

#[test]
fn the_symptoms_name_metrics_and_options_that_there_are() {
    let options: BTreeSet<_> = PAGE
        .lines()
        .filter_map(|line| line.strip_prefix("| `--"))
        .filter_map(|line| line.split([' ', '`']).next())
        .collect();
    let metrics = documented();
    let (mut metric_count, mut option_count) = (0, 0);
    for text in symptoms().into_iter().flat_map(quoted) {
        if text.starts_with("graphroom_") {
            assert!(metrics.contains_key(text), "{text}");
            metric_count += 1;
        } else if let Some(option) = text.strip_prefix("--") {
            let option = option.split([' ', '…']).next().unwrap_or_default();
            assert!(options.iter().any(|known| known.starts_with(option)), "--{option}");
            option_count += 1;
        }
    }
    assert!(metric_count >= 3 && option_count >= 10, "{metric_count} and {option_count}");
}

#[test]
fn the_links_within_the_page_lead_somewhere() {
    let anchors: BTreeSet<String> = PAGE
        .lines()
        .filter(|line| line.starts_with('#'))
        .map(|line| line.trim_start_matches('#').trim().to_lowercase())
        .map(|title| {
            let kept = title.chars().filter(|letter| letter.is_alphanumeric() || " -_".contains(*letter));
            kept.collect::<String>().replace(' ', "-")
        })
        .collect();
    let links: Vec<_> = PAGE.split("](#").skip(1).filter_map(|rest| rest.split(')').next()).collect();
    assert!(links.len() > 10);
    for link in links {
        assert!(anchors.contains(link), "#{link}");
    }
}
