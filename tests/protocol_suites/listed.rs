//! Holds `docs/protocol-suites.md` to the tests here: every test that it names is there, and every one that is
//! there is named.

use std::collections::BTreeSet;

const PAGE: &str = include_str!("../../docs/protocol-suites.md");
const SOURCES: [&str; 7] = [
    include_str!("connecting.rs"),
    include_str!("ending.rs"),
    include_str!("events.rs"),
    include_str!("handshake.rs"),
    include_str!("heartbeats.rs"),
    include_str!("messages.rs"),
    include_str!("upgrade.rs"),
];

/// The async functions of a source whose names are sentences.
fn tests(source: &str) -> impl Iterator<Item = &str> {
    let names = source.lines().filter_map(|line| line.strip_prefix("async fn ")?.split('(').next());
    names.filter(|name| name.matches('_').count() >= 3)
}

#[test]
fn the_page_and_the_tests_name_each_other() {
    let there: BTreeSet<_> = SOURCES.iter().flat_map(|source| tests(source)).collect();
    let cells = PAGE.split('`').skip(1).step_by(2);
    let named: BTreeSet<_> = cells.filter(|cell| cell.matches('_').count() >= 3).collect();
    assert!(there.len() > 25, "{there:?}");
    assert_eq!(named, there);
}
