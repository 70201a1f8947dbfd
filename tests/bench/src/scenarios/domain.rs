//! The rules alone, in this process: a property update decided and applied in a large graph.

use std::time::Instant;

use super::Bench;
use crate::fault::Outcome;
use crate::project::Project;
use crate::report::Bound;
use graphroom::domain::{Command, Decision, Record, State, decide, record};
use graphroom::store::journal::EncodedRecord;

/// Microseconds with nobody else looking.
const IN_PLACE: f64 = 1.0;
/// Microseconds while somebody keeps the state of before.
const RETAINED: f64 = 4.0;

/// Both, and what the journal's text costs beside them.
pub async fn run(bench: &mut Bench) -> Outcome<()> {
    let nodes = bench.options.size(100_000, 1_000);
    let updates = bench.options.size(100_000, 2_000);
    bench.report.scenario("domain", &format!("{updates} property updates in a graph of {nodes} nodes"));
    let mut project = Project::grown(nodes)?;
    let commands: Vec<Command> = (0..updates).map(|_| project.update()).collect();
    let (mut in_place, mut retained, mut encoded) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..bench.options.runs {
        in_place.push(time(&mut project, &commands, false)?);
        retained.push(time(&mut project, &commands, true)?);
        encoded.push(time_encoding(&project, &commands)?);
    }
    let report = &mut bench.report;
    report.figure("counted, made a record and encoded", "µs", "graphroom", &encoded);
    report.goal("decided and applied, in place", "µs", Bound::AtMost, IN_PLACE, &in_place);
    report.goal("decided and applied, the root retained", "µs", Bound::AtMost, RETAINED, &retained);
    Ok(())
}

/// Microseconds for each.
fn time(project: &mut Project, commands: &[Command], retain: bool) -> Outcome<f64> {
    let mut kept = State::default();
    // A record as the last one was: only its effects are new.
    let mut record = project.record(&commands[0])?;
    let begun = Instant::now();
    for command in commands {
        if retain {
            kept = project.state.clone();
        }
        if let Ok(Decision::Commit { effects, outcome }) = decide(&project.state, command, &project.context())
        {
            record = Record {
                seq_first: project.state.head + 1,
                seq_last: project.state.head + 1,
                effects,
                result: outcome,
                ..record
            };
            project.state.apply(&record);
        }
    }
    let time = begun.elapsed().as_secs_f64() * 1e6 / commands.len() as f64;
    debug_assert!(kept.head < project.state.head && record.v == record::VERSION);
    Ok(time)
}

fn time_encoding(project: &Project, commands: &[Command]) -> Outcome<f64> {
    let decided: Vec<Record> =
        commands.iter().take(1_000).map(|command| project.record(command)).collect::<Outcome<_>>()?;
    let begun = Instant::now();
    let mut bytes = 0;
    for record in &decided {
        bytes += State::event_count(record) as usize + EncodedRecord::new(record)?.text.len();
    }
    let time = begun.elapsed().as_secs_f64() * 1e6 / decided.len() as f64;
    debug_assert!(bytes > decided.len());
    Ok(time)
}
