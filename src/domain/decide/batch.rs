//! Batches: all of their commands or none, each deciding on what those before it left.

use std::sync::Arc;

use uuid::Uuid;

use super::{Context, Decision, decide_one};
use crate::domain::record::Outcome;
use crate::domain::{Command, Effect, Rejection, Stamp, State};

pub fn decide(state: &State, commands: &[Command], context: &Context<'_>) -> Result<Decision, Rejection> {
    let mut working = state.clone();
    let mut effects: Vec<Effect> = Vec::new();
    let mut outcome = Outcome::default();
    // Never seen by anyone: it only tells one command of the others.
    let user = &context.author.user_id;
    let (by, owner) = (Arc::clone(user), Arc::clone(user));
    let stamp = Arc::new(Stamp { seq: state.head + 1, by, owner, at: context.now, restored: false });
    for (place, command) in commands.iter().enumerate() {
        let context = Context { seed: seed(context, place), ..*context };
        let decided = decide_one(&working, command, &context).map_err(|error| error.in_batch(place))?;
        if let Decision::Commit { effects: more, outcome: one } = decided {
            for effect in &more {
                working.write(effect, &stamp);
            }
            effects.extend(more);
            outcome.node_ids.extend(one.node_id);
            outcome.node_ids.extend(one.node_ids);
        }
    }
    if effects.is_empty() {
        return Ok(Decision::NothingToDo);
    }
    Ok(Decision::Commit { effects, outcome })
}

/// The seed of the command at `place`: no two of a batch make the same ids.
fn seed(context: &Context<'_>, place: usize) -> Uuid {
    Uuid::new_v5(&context.seed, format!("commands[{place}]").as_bytes())
}
