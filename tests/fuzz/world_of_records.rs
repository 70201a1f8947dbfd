//! Some records of a project, for whoever needs a journal.

use graphroom::domain::{Command, Context, Decision, Record, State, decide, record};
use graphroom_protocol::Command as WireCommand;
use uuid::Uuid;

use super::commands;
use crate::support::random::Random;

/// So many records behind `state`, which is left where they end; every other one has a name.
pub fn more(state: &mut State, context: &Context<'_>, count: usize) -> Vec<Record> {
    let mut random = Random::new(11);
    let mut records = Vec::new();
    while records.len() < count {
        let nodes: Vec<String> = state.graph.nodes().map(|node| node.id.to_string()).collect();
        let command_type = *random.pick(&WireCommand::TYPES);
        let data = commands::data(command_type, &mut random, &nodes);
        let seq_first = state.head + 1;
        let context = Context { seed: Uuid::from_u128(seq_first.into()), ..*context };
        let Ok(command) = Command::parse(command_type, &data) else { continue };
        let Ok(Decision::Commit { effects, outcome }) = decide(state, &command, &context) else { continue };
        let mut record = Record {
            v: record::VERSION,
            seq_first,
            seq_last: 0,
            command_id: format!("c{seq_first}").into(),
            body_hash: seq_first.is_multiple_of(2).then(|| "0".repeat(64)),
            at: context.now,
            author: context.author.clone(),
            command_type: command_type.into(),
            effects,
            result: outcome,
        };
        record.seq_last = state.head + State::event_count(&record);
        state.apply(&record);
        records.push(record);
    }
    records
}
