//! Each scenario of the bench for a moment, small, with real processes: what was sent has to arrive. Nothing is
//! timed. The figures that come out are there, and say nothing.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// Runs a scenario and gives its report.
fn report_of(scenario: &str) -> Value {
    let runner = Path::new(env!("CARGO_BIN_EXE_graphroom-bench"));
    let server = runner.with_file_name("graphroom");
    assert!(server.exists(), "{} is missing: run the tests of the whole workspace", server.display());
    let json = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("bench-{scenario}.json"));
    let output = Command::new(runner)
        .args(["--only", scenario, "--runs", "1", "--seconds", "0.4", "--stall-seconds", "0.9"])
        .args(["--small", "--unpinned", "--json"])
        .arg(&json)
        .output()
        .unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{out}{err}");
    serde_json::from_slice(&std::fs::read(json).unwrap()).unwrap()
}

/// Whether nothing failed, and every figure and every target was measured.
fn check(scenario: &str, goals: usize) {
    let report = report_of(scenario);
    assert_eq!(report["failures"], serde_json::json!([]));
    let figures = report["figures"].as_array().unwrap();
    for figure in figures.iter().chain(report["goals"].as_array().unwrap()) {
        let values = figure["values"].as_array().unwrap();
        // The kernel counts processor time in hundredths of a second: in a moment a peer may have taken none of them.
        let is_ticks = figure["what"].as_str().unwrap().starts_with("processor time");
        let is_measured = |value: &Value| value.is_f64() || (is_ticks && value.is_null());
        assert!(!values.is_empty() && values.iter().all(is_measured), "{figure}");
    }
    for lost in figures.iter().filter(|figure| figure["what"] == "deliveries lost") {
        assert_eq!(lost["most"], 0.0, "{lost}");
    }
    for came in figures.iter().filter(|figure| figure["what"] == "bytes for a delivery") {
        assert!(came["least"].as_f64().unwrap() > 300.0, "{came}");
    }
    assert_eq!(report["goals"].as_array().unwrap().len(), goals);
}

#[test]
fn members_are_told_every_event_by_every_server() {
    check("events", 2);
}

#[test]
fn members_are_told_every_event_in_frames() {
    check("batch", 4);
}

#[test]
fn every_durable_command_is_answered() {
    check("durable", 4);
}

#[test]
fn the_rules_decide_and_apply_updates() {
    check("domain", 2);
}

#[test]
fn tokens_are_verified_and_issued() {
    check("tokens", 2);
}

#[test]
fn idle_connections_are_held_and_told_an_event() {
    check("idle", 2);
}

#[test]
fn grown_projects_are_served() {
    check("growth", 6);
}

#[test]
fn members_are_told_every_event_beside_one_that_reads_nothing() {
    check("stalled", 1);
}

#[test]
fn every_token_of_every_answer_is_heard() {
    check("streams", 3);
}

#[test]
fn those_who_look_on_see_something_and_members_are_told_every_event() {
    check("watching", 4);
}

#[test]
fn what_was_answered_is_there_after_a_kill() {
    check("promises", 5);
}
