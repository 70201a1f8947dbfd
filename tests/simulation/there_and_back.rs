//! There and back: commands of one author with nobody between, taken back one by one and done again. Every
//! step of the way back, and of the way there again, has to lead to the graph that was there before.

use serde_json::Value;

use super::plan::{Body, Given, How};
use super::seat::Seat;
use super::stage::Stage;

/// Carries the commands out, takes them back and does them again. Ends early where one of them made no step,
/// since then there is an older one to take back.
pub async fn there_and_back(stage: &Stage, witness: &mut Seat, author: usize, commands: &[Given]) {
    let mut way = vec![stage.read().await];
    let mut made = Vec::new();
    for given in commands {
        let answer = stage.give(author, &stage.filled_in(given)).await;
        if answer["success"] == true {
            made.push(answer["command_id"].clone());
            way.push(stage.read().await);
        }
    }
    let scope = Some("mine");
    for (place, command_id) in made.iter().enumerate().rev() {
        let undone = take_back(stage, witness, author, Body::Undo { scope, how: How::default() }).await;
        if undone.as_ref() != Some(command_id) {
            return;
        }
        let differences = stage.read().await.replica.differences(&way[place].replica);
        assert!(
            differences.is_empty(),
            "{command_id} was taken back otherwise than it was: {differences:#?}"
        );
    }
    for (place, command_id) in made.iter().enumerate() {
        let redone = take_back(stage, witness, author, Body::Redo { scope, how: How::default() }).await;
        assert_eq!(redone.as_ref(), Some(command_id), "a redo takes what was undone last");
        let differences = stage.read().await.replica.differences(&way[place + 1].replica);
        assert!(differences.is_empty(), "{command_id} was done again otherwise: {differences:#?}");
    }
}

/// Undoes or redoes a step, which one, if there was any; with nobody between there are no conflicts.
async fn take_back(stage: &Stage, witness: &mut Seat, author: usize, body: Body) -> Option<Value> {
    let given = Given { body, command_id: None, graph: false, in_header: false };
    let answer = stage.give(author, &given).await;
    if answer["success"] != true || answer["nothing_to_undo"] == true {
        return None;
    }
    let seq = answer["seq"].as_u64().expect("an answer has a seq");
    witness.hear_until(seq).await;
    let log = witness.room.as_ref().expect("the witness is there").log();
    let told = log.iter().rev().find(|event| event["seq"] == seq).expect("it was heard");
    Some(told["undone_command_id"].clone())
}
