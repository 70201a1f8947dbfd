//! The laws of undo, for two and three authors who work on the same few nodes at once: what an undo or a
//! redo changes, what it never touches, and what it says of what it left alone.
//!
//! Proves UNDO-3 and UNDO-5 (docs/behaviour.md).

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use proptest::prelude::*;

use super::World;
use super::plans::{AUTHORS, Wish, config, crowded_plan_of};
use super::registers::{Register, Registers, held, registers};
use crate::domain::record::ConflictReason;
use crate::domain::{
    Command, Conflict, Effect, NodeId, OnConflict, Record, Scope, Seq, Stamp, State, Step, StepState,
};

/// An undo or a redo that took a step: everything that the laws speak of.
struct Taken<'a> {
    record: &'a Record,
    step: &'a Step,
    forced: bool,
    /// The state before the record that the step holds the effects of.
    origin: &'a State,
    before: &'a State,
    after: &'a State,
}

impl Taken<'_> {
    /// Every node that was ever there in one of the three states.
    fn ids(&self) -> BTreeSet<NodeId> {
        let states = [self.origin, self.before, self.after];
        let mut ids: BTreeSet<NodeId> =
            states.iter().flat_map(|state| state.graph.nodes().map(|node| node.id)).collect();
        ids.extend(self.step.effects.iter().filter_map(|effect| Register::of(effect)?.node()));
        ids
    }

    fn registers(&self, state: &State) -> Registers {
        registers(state, self.ids())
    }

    /// The nodes that the step made or deleted.
    fn nodes(&self) -> HashSet<NodeId> {
        let node = |effect: &Effect| match effect {
            Effect::Node { node_id, .. } => Some(*node_id),
            _ => None,
        };
        self.step.effects.iter().filter_map(node).collect()
    }

    fn is_reported(&self, register: &Register) -> bool {
        let of_node = |conflict: &Conflict, node: Option<NodeId>| {
            conflict.node_id == node
                && conflict.property_id.as_deref().is_none_or(|id| register.property() == Some(id))
        };
        let mut concerned = vec![register.node()];
        // What waits is left alone with the node that it waits for.
        if let Register::BlockedBy(id) = register {
            for effect in self.step.effects.iter() {
                if let Effect::BlockedBy { node_id, before, after } = effect
                    && node_id == id
                {
                    concerned.extend([*before, *after].into_iter().flatten().map(Some));
                }
            }
        }
        let conflicts = &self.record.result.conflicts;
        conflicts.iter().any(|conflict| concerned.iter().any(|node| of_node(conflict, *node)))
    }

    /// What others wrote since is as it was; forced, everything may go.
    fn assert_others_are_untouched(&self) {
        let after = self.registers(self.after);
        for (register, (value, stamp)) in &self.registers(self.before) {
            let is_foreign = |stamp: &Arc<Stamp>| {
                stamp.seq > self.step.seq && !stamp.restored && stamp.owner != self.step.author
            };
            if stamp.as_ref().is_some_and(is_foreign) {
                assert_eq!(held(&after, register), value, "{register:?} is somebody else's");
            }
        }
    }

    /// What the step did not write is as it was, but for what goes with a node that the step made.
    fn assert_bystanders_are_untouched(&self) {
        let (nodes, after) = (self.nodes(), self.registers(self.after));
        let written: BTreeSet<Register> = self.step.effects.iter().filter_map(Register::of).collect();
        for (register, (value, _)) in &self.registers(self.before) {
            let of_step = register.node().is_some_and(|node| nodes.contains(&node));
            if of_step || written.contains(register) || held(&after, register) == value {
                continue;
            }
            let node = register.node().expect("the template is written by the step alone");
            let is_gone = |id: NodeId| self.after.graph.node(id).is_none();
            let was = self.before.graph.node(node).expect("only a living node changes");
            let let_go = matches!(register, Register::BlockedBy(_)) && was.blocked_by.is_some_and(is_gone);
            let went_below = is_gone(node) && was.existence.seq > self.step.seq;
            let is_own = was.existence.owner == self.step.author;
            assert!(let_go || (went_below && is_own), "{register:?} has nothing to do with the step");
        }
    }

    /// What the step wrote is as it was before it, unless it is reported.
    fn assert_what_is_not_reported_is_as_before(&self) {
        let (origin, after) = (self.registers(self.origin), self.registers(self.after));
        let nodes = self.nodes();
        let of_nodes = origin
            .keys()
            .chain(after.keys())
            .filter(|register| register.node().is_some_and(|node| nodes.contains(&node)));
        let written = self.step.effects.iter().filter_map(Register::of);
        for register in of_nodes.cloned().chain(written) {
            let reparented = self.record.result.reparented.iter().map(|row| row.node_id);
            let elsewhere =
                matches!(register, Register::Place(id) if reparented.into_iter().any(|node| node == id));
            // What is written in a node that the step made is gone with it.
            let is_gone = register.node().is_some_and(|id| {
                self.after.graph.node(id).is_none() && self.origin.graph.node(id).is_none()
            });
            if !elsewhere && !is_gone && !self.is_reported(&register) {
                assert_eq!(held(&after, &register), held(&origin, &register), "{register:?}");
            }
        }
    }

    /// Each conflict names somebody who really wrote there, and when.
    fn assert_conflicts_name_who_wrote(&self, journal: &[Record]) {
        for conflict in &self.record.result.conflicts {
            let stamps = self.stamps_of(conflict);
            let named = (conflict.by.clone(), conflict.at);
            if conflict.reason == ConflictReason::DepthLimit {
                assert_eq!(named, (None, None));
                continue;
            }
            let wrote = |stamp: &Arc<Stamp>| (Some(Arc::clone(&stamp.by)), Some(stamp.at)) == named;
            let stamp = stamps.iter().find(|stamp| wrote(stamp));
            let stamp = stamp.unwrap_or_else(|| panic!("{conflict:?} is none of {stamps:?}"));
            assert!(journal.iter().any(|record| record.seq_last == stamp.seq));
        }
    }

    /// The stamps that a conflict may speak of.
    fn stamps_of(&self, conflict: &Conflict) -> Vec<Arc<Stamp>> {
        let graph = &self.before.graph;
        let Some(id) = conflict.node_id else {
            return self.before.template_stamp.clone().into_iter().collect();
        };
        let all = registers(self.before, self.ids());
        let of = |register: Register| all.get(&register).and_then(|(_, stamp)| stamp.clone());
        let existence = of(Register::Existence(id));
        match (conflict.reason, &conflict.property_id) {
            (ConflictReason::ChangedSince, Some(property_id)) => {
                let property = of(Register::Property(id, Arc::clone(property_id)));
                property.or(existence).into_iter().collect()
            }
            (ConflictReason::MovedSince, None) => of(Register::Place(id)).into_iter().collect(),
            (ConflictReason::BlockingChangedSince, None) => {
                of(Register::BlockedBy(id)).or(existence).into_iter().collect()
            }
            (ConflictReason::NodeDeleted, _) | (ConflictReason::NodeExists, None) => {
                existence.into_iter().collect()
            }
            (ConflictReason::WorkedOnSince, None) => {
                let subtree: HashSet<NodeId> = graph.subtree(id).iter().map(|node| node.id).collect();
                let waiting: HashSet<NodeId> = subtree.iter().flat_map(|id| graph.waiting_for(*id)).collect();
                let concerned = |register: &Register| match register {
                    Register::BlockedBy(id) => subtree.contains(id) || waiting.contains(id),
                    other => other.node().is_some_and(|id| subtree.contains(&id)),
                };
                all.iter()
                    .filter(|(register, _)| concerned(register))
                    .filter_map(|(_, row)| row.1.clone())
                    .collect()
            }
            (ConflictReason::Cycle, None) => {
                let binding =
                    |register: &Register| matches!(register, Register::Place(_) | Register::BlockedBy(_));
                all.iter()
                    .filter(|(register, _)| binding(register))
                    .filter_map(|(_, row)| row.1.clone())
                    .collect()
            }
            (ConflictReason::DepthLimit, None) => Vec::new(),
            other => panic!("no such conflict: {other:?}"),
        }
    }
}

/// The states before each record, by where it ends.
#[derive(Default)]
struct Origins(HashMap<Seq, State>);

impl Origins {
    /// Calls `check` if the last record of `after` took a step.
    fn check(&mut self, before: &World, after: &World, wish: &Wish, check: impl Fn(&Taken<'_>)) {
        let record = after.journal.last().unwrap();
        self.0.insert(record.seq_last, before.state.clone());
        let (Command::Undo { scope, force, .. } | Command::Redo { scope, force, .. }) = &wish.command else {
            return;
        };
        let is_undo = matches!(wish.command, Command::Undo { .. });
        let state = if is_undo { StepState::Done } else { StepState::Undone };
        let step = before.state.steps.newest(state, *scope, wish.who).unwrap();
        let origin = &self.0[&step.seq];
        check(&Taken { record, step, forced: *force, origin, before: &before.state, after: &after.state });
    }
}

/// Takes back as much as there is, five steps at most, and does it again.
fn assert_there_and_back(world: &World, who: &str, scope: Scope, force: bool) {
    let mut world = world.clone();
    let shape = world.shape();
    let template = Arc::clone(&world.state.template);
    let mut taken = 0;
    for _ in 0..5 {
        let Some(record) =
            world.give(who, &Command::Undo { scope, force, on_conflict: OnConflict::Skip }).unwrap()
        else {
            break;
        };
        taken += usize::from(!record.effects.is_empty());
    }
    for _ in 0..taken {
        let record = world.redo(who, scope).expect("what was undone can be done again");
        assert_eq!(record.result.conflicts, []);
        assert_eq!(record.result.reparented, []);
    }
    assert_eq!((world.shape(), &world.state.template), (shape, &template));
}

proptest! {
    #![proptest_config(config(256))]

    #[test]
    fn undo_3_what_others_wrote_since_is_never_changed_unless_forced(plan in crowded_plan_of(&AUTHORS)) {
        let mut origins = Origins::default();
        plan.run(|before, after, wish| origins.check(before, after, wish, |taken| {
            if !taken.forced {
                taken.assert_others_are_untouched();
                taken.assert_bystanders_are_untouched();
            }
        }));
    }

    #[test]
    fn undo_3_what_is_not_reported_is_as_it_was_before_the_step(plan in crowded_plan_of(&AUTHORS)) {
        let mut origins = Origins::default();
        plan.run(|before, after, wish| origins.check(before, after, wish, |taken| {
            taken.assert_what_is_not_reported_is_as_before();
        }));
    }

    #[test]
    fn undo_3_conflicts_name_who_wrote_there_and_when(plan in crowded_plan_of(&AUTHORS)) {
        let mut origins = Origins::default();
        plan.run(|before, after, wish| origins.check(before, after, wish, |taken| {
            taken.assert_conflicts_name_who_wrote(&before.journal);
        }));
    }

    #[test]
    fn undo_5_as_many_redos_as_undos_leave_the_graph_as_it_was_whoever_else_worked_on_it(
        plan in crowded_plan_of(&AUTHORS[..2]),
        scope in prop::sample::select(vec![Scope::Mine, Scope::Session]),
        force in prop::bool::weighted(0.3),
    ) {
        let world = plan.run(|_, _, _| {});
        for who in &AUTHORS[..2] {
            assert_there_and_back(&world, who, scope, force);
        }
    }
}
