//! The part of the suite about commands that changed nothing.
//!
//! Proves CMD-3 (docs/behaviour.md).

use std::sync::Arc;

use uuid::Uuid;

use crate::domain::Timestamp;
use crate::store::unrecorded::KEPT_COMMANDS;
use crate::store::*;

on_every_engine! {
    unrecorded_commands_are_given_back_in_their_order_the_newest_of_them,
    those_before_the_newest_hundred_thousand_are_removed,
}

fn command(n: u64) -> UnrecordedCommand {
    UnrecordedCommand {
        author: "ada".into(),
        command_id: format!("undo {n}").into(),
        body_hash: "0".repeat(64),
        seq: 7,
        at: Timestamp::from_millis(1_700_000_000_000),
        to_undo: n.is_multiple_of(2),
    }
}

fn commands(range: std::ops::Range<u64>) -> Vec<UnrecordedCommand> {
    range.map(command).collect()
}

async fn unrecorded_commands_are_given_back_in_their_order_the_newest_of_them(store: Arc<dyn Store>) {
    let (one, other) = (Uuid::new_v4(), Uuid::new_v4());
    store.add_unrecorded(one, commands(0..3)).await.unwrap();
    store.add_unrecorded(other, commands(3..4)).await.unwrap();
    store.add_unrecorded(one, commands(4..5)).await.unwrap();
    store.add_unrecorded(one, Vec::new()).await.unwrap();
    let all = [commands(0..3), commands(4..5)].concat();
    assert_eq!(store.unrecorded(one, usize::MAX).await.unwrap(), all);
    assert_eq!(store.unrecorded(one, 2).await.unwrap(), all[2..]);
    assert_eq!(store.unrecorded(one, 0).await.unwrap(), []);
    assert_eq!(store.unrecorded(other, 10).await.unwrap(), commands(3..4));
    assert_eq!(store.unrecorded(Uuid::new_v4(), 10).await.unwrap(), []);
}

async fn those_before_the_newest_hundred_thousand_are_removed(store: Arc<dyn Store>) {
    let project = Uuid::new_v4();
    store.add_unrecorded(project, commands(0..KEPT_COMMANDS)).await.unwrap();
    store.add_unrecorded(project, commands(KEPT_COMMANDS..KEPT_COMMANDS + 2)).await.unwrap();
    let found = store.unrecorded(project, usize::MAX).await.unwrap();
    assert_eq!(found.len() as u64, KEPT_COMMANDS);
    assert_eq!((&found[0], found.last()), (&command(2), Some(&command(KEPT_COMMANDS + 1))));
}
