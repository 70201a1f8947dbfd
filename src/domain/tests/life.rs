//! A project's life: what it leads to, and what is let through meanwhile.
//!
//! Proves LIFE-1 and LIFE-2 (docs/behaviour.md).

use serde_json::json;

use super::{World, id};
use crate::domain::{Command, Effect, Life, OnConflict, RejectionCode, Scope};

const ALL: [Life; 4] = [Life::Active, Life::Paused, Life::Completed, Life::Error];

fn go(world: &mut World, state: Life) -> Result<(), RejectionCode> {
    let given = world.give("ann", &Command::SetState { state });
    given.map(|_| ()).map_err(|rejection| rejection.code)
}

#[test]
fn a_project_goes_where_its_life_leads_and_nowhere_else() {
    let leads = [
        (Life::Active, Life::Paused),
        (Life::Active, Life::Completed),
        (Life::Active, Life::Error),
        (Life::Paused, Life::Active),
        (Life::Paused, Life::Completed),
        (Life::Paused, Life::Error),
        (Life::Completed, Life::Active),
        (Life::Completed, Life::Error),
        (Life::Error, Life::Active),
    ];
    for from in ALL {
        for to in ALL {
            let mut world = World::new();
            world.state.life = from;
            let gone = go(&mut world, to);
            if from == to || leads.contains(&(from, to)) {
                assert_eq!((gone, world.state.life), (Ok(()), to), "{from:?} to {to:?}");
            } else {
                assert_eq!(
                    (gone, world.state.life),
                    (Err(RejectionCode::InvalidState), from),
                    "{from:?} to {to:?}"
                );
            }
        }
    }
}

#[test]
fn a_project_that_is_not_active_takes_no_change_but_another_state_and_its_end() {
    for life in [Life::Paused, Life::Completed, Life::Error] {
        let mut world = World::new();
        world.create("ann", id(1), None);
        go(&mut world, Life::Paused).unwrap();
        world.state.life = life;
        let refused = [
            Command::DeleteNode { node_id: id(1) },
            Command::Undo { scope: Scope::Mine, force: true, on_conflict: OnConflict::Skip },
            Command::Redo { scope: Scope::Session, force: false, on_conflict: OnConflict::Refuse },
            Command::RenameProject { name: "Another".into() },
            Command::AdoptTemplate { template_id: None },
            Command::Batch(vec![]),
        ];
        for command in refused {
            let rejection = world.give("ann", &command).unwrap_err();
            assert_eq!(rejection.code, RejectionCode::InvalidState, "{command:?}");
            assert_eq!(rejection.details, Some(json!({ "state": life.as_str() })));
        }
        world.give("ann", &Command::DeleteProject).unwrap();
        assert!(world.state.deleted);
    }
}

#[test]
fn a_state_is_told_and_is_no_step() {
    let mut world = World::new();
    world.create("ann", id(1), None);
    go(&mut world, Life::Paused).unwrap();
    assert_eq!(world.told_last(), ["session paused, was active"]);
    assert!(
        world.give("ann", &Command::SetState { state: Life::Paused }).unwrap().is_none(),
        "it is already"
    );
    go(&mut world, Life::Active).unwrap();
    world.undo_mine("ann");
    assert_eq!(world.children(None).len(), 1, "what was undone is the node");
    assert_eq!(world.state.life, Life::Active);
}

#[test]
fn a_state_is_written_and_read() {
    let effect = Effect::Life { before: Life::Active, after: Life::Completed };
    let text = serde_json::to_string(&effect).unwrap();
    assert_eq!(text, r#"{"after":"completed","before":"active","register":["state"]}"#);
    assert_eq!(serde_json::from_str::<Effect>(&text).unwrap(), effect);
}
