//! Tests of the rules, against a world of one project. Names carry the number of the rule in
//! `docs/behaviour.md` that they hold, where there is one.
#![allow(clippy::needless_pass_by_value, reason = "`json!(…)` reads better than `&json!(…)` in every call")]

mod adopting;
mod batch_undo;
mod batches;
mod changes;
mod commands;
mod deletes;
mod fits;
mod golden;
mod graph_replaced;
mod kits;
mod lenient_parents;
mod letting_go;
mod life;
mod move_errors;
mod move_undo;
mod moves;
mod parsing;
mod parsing_places;
mod places;
mod plans;
mod project;
mod properties;
mod records;
mod redo;
mod registers;
mod relations;
mod replica;
mod restoring;
mod size_limits;
mod snapshots;
mod steps;
mod strict;
mod templates;
mod told;
mod undo;
mod undo_laws;
mod undo_refused;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};
use uuid::Uuid;

use super::creation::{Beginning, NewProject, first_record};
use super::fit::misfit;
use super::graph::Place;
use super::record::ConflictReason;
use super::{
    Author, Command, Conflict, Context, Decision, Graph, Limits, NodeId, OnConflict, Record, Rejection,
    Scope, State, Template, TemplateSet, Timestamp, decide, record,
};

/// A project, the journal that made it, and what its commands are held to.
#[derive(Clone)]
struct World {
    state: State,
    journal: Vec<Record>,
    limits: Limits,
    lenient_parents: bool,
    /// What there is to adopt.
    templates: TemplateSet,
}

impl World {
    /// A project with nothing but its root, which takes everything everywhere.
    fn new() -> Self {
        Self::made_of(templates::garden(), false)
    }

    /// A project that is held to what its template says.
    fn strict() -> Self {
        Self::made_of(templates::orchard(), true)
    }

    fn made_of(template: Template, strict: bool) -> Self {
        let template = Arc::new(template);
        let mut world = Self {
            state: State::default(),
            journal: Vec::new(),
            limits: Limits::default(),
            lenient_parents: false,
            templates: TemplateSet::new(),
        };
        let beginning = Beginning::Root(&template.node_types[0]);
        let project = NewProject { name: "Garden", template: &template, strict, beginning };
        let author = author("ann");
        let record = first_record(&project, "c0".into(), &world.context(&author));
        world.append(record);
        world
    }

    /// Time and seed follow the head: every record has its own, and a run can be repeated.
    fn context<'a>(&'a self, author: &'a Author) -> Context<'a> {
        Context {
            author,
            now: Timestamp::from_millis(1_760_000_000_000 + i64::try_from(self.state.head).unwrap()),
            seed: Uuid::from_u128(u128::from(self.state.head) << 64),
            limits: self.limits,
            lenient_parents: self.lenient_parents,
            templates: &self.templates,
        }
    }

    /// The root that the project was made with.
    fn root(&self) -> NodeId {
        self.journal[0].result.node_id.unwrap()
    }

    /// Gives a command; none if there was nothing to undo or redo.
    fn give(&mut self, who: &str, command: &Command) -> Result<Option<Record>, Rejection> {
        let author = author(who);
        let context = self.context(&author);
        let Decision::Commit { effects, outcome } = decide(&self.state, command, &context)? else {
            return Ok(None);
        };
        let seq_first = self.state.head + 1;
        let mut record = Record {
            v: record::VERSION,
            seq_first,
            seq_last: 0,
            command_id: format!("c{seq_first}").into(),
            body_hash: None,
            at: context.now,
            author: author.clone(),
            command_type: command.command_type().into(),
            effects,
            result: outcome,
        };
        record.seq_last = self.state.head + State::event_count(&record);
        self.append(record.clone());
        Ok(Some(record))
    }

    fn append(&mut self, record: Record) {
        assert_eq!(misfit(&self.state, &record), None);
        self.state.apply(&record);
        self.journal.push(record);
    }

    /// Gives a command as a client sends it; it must be accepted.
    fn send(&mut self, who: &str, command_type: &str, data: Value) -> Record {
        let command = Command::parse(command_type, &data).unwrap();
        self.give(who, &command).unwrap().unwrap()
    }

    /// Gives a command that must be refused, and the refusal; CMD-4: nothing changed.
    fn refused(&mut self, command_type: &str, data: Value) -> Rejection {
        let before = self.clone();
        let rejection = Command::parse(command_type, &data)
            .and_then(|command| self.give("ann", &command))
            .expect_err("the command must be refused");
        assert_eq!(self.state, before.state);
        assert_eq!(self.journal, before.journal);
        rejection
    }

    /// Makes a task with this id, last among the children of `parent`.
    fn create(&mut self, who: &str, id: NodeId, parent: Option<NodeId>) -> Record {
        self.send(who, "CreateNode", json!({"node_id": id, "parent_id": parent, "blueprint_type_id": "task"}))
    }

    fn set(&mut self, who: &str, id: NodeId, property_id: &str, value: Value) -> Record {
        let data = json!({"node_id": id, "property_id": property_id, "new_value": value});
        self.send(who, "UpdateProperty", data)
    }

    fn delete(&mut self, who: &str, id: NodeId) -> Record {
        self.send(who, "DeleteNode", json!({"node_id": id}))
    }

    /// Makes a tree of tasks, parents first: a node and its parent, 0 for none.
    fn plant(&mut self, who: &str, nodes: &[(u128, u128)]) {
        for &(node, parent) in nodes {
            self.create(who, id(node), (parent > 0).then(|| id(parent)));
        }
    }

    fn move_to(&mut self, who: &str, node: u128, parent: Option<NodeId>) -> Record {
        self.send(who, "MoveNode", json!({"node_id": id(node), "new_parent_id": parent}))
    }

    fn block(&mut self, who: &str, blocked: u128, blocking: Option<u128>) -> Record {
        let data = json!({"blocked_node_id": id(blocked), "blocking_node_id": blocking.map(id)});
        self.send(who, "UpdateBlockingRelationship", data)
    }

    /// Gives the commands as one batch.
    fn batch(&mut self, who: &str, commands: Value) -> Record {
        self.send(who, "Batch", json!({ "commands": commands }))
    }

    fn undo(&mut self, who: &str, scope: Scope) -> Option<Record> {
        self.give(who, &Command::Undo { scope, force: false, on_conflict: OnConflict::Skip }).unwrap()
    }

    fn redo(&mut self, who: &str, scope: Scope) -> Option<Record> {
        self.give(who, &Command::Redo { scope, force: false, on_conflict: OnConflict::Skip }).unwrap()
    }

    fn undo_mine(&mut self, who: &str) -> Record {
        self.undo(who, Scope::Mine).expect("there is a step to undo")
    }

    fn redo_mine(&mut self, who: &str) -> Record {
        self.redo(who, Scope::Mine).expect("there is a step to redo")
    }

    fn force_undo(&mut self, who: &str) -> Record {
        let undo = Command::Undo { scope: Scope::Mine, force: true, on_conflict: OnConflict::Skip };
        self.give(who, &undo).unwrap().unwrap()
    }

    fn waits_for(&self, node: u128) -> Option<NodeId> {
        self.state.graph.node(id(node)).unwrap().blocked_by
    }

    fn value(&self, id: NodeId, property_id: &str) -> Option<&Value> {
        self.state.graph.node(id)?.value(property_id).map(|value| &**value)
    }

    /// The ids of the children, in their order.
    fn children(&self, parent: Option<NodeId>) -> Vec<NodeId> {
        self.state.graph.children(parent).map(|node| node.id).collect()
    }

    fn shape(&self) -> Shape {
        shape(&self.state.graph)
    }
}

/// What people see of a graph: places and values, whoever wrote them.
type Shape = BTreeMap<NodeId, (Arc<str>, Timestamp, Place, Option<NodeId>, BTreeMap<Arc<str>, Arc<Value>>)>;

fn shape(graph: &Graph) -> Shape {
    graph
        .nodes()
        .map(|node| {
            let body = node.body();
            (node.id, (body.node_type, body.created_at, body.place, body.blocked_by, body.properties))
        })
        .collect()
}

/// A node id that is easy to read in a failure.
fn id(n: u128) -> NodeId {
    Uuid::from_u128(n)
}

fn ids(nodes: &[u128]) -> Vec<NodeId> {
    nodes.iter().copied().map(id).collect()
}

/// A conflict in short: the node, the property, why, and who wrote there.
type Short<'a> = (Option<NodeId>, Option<&'a str>, ConflictReason, Option<&'a str>);

/// What an undo or redo left alone.
fn conflicts(record: &Record) -> Vec<Short<'_>> {
    let conflicts = record.result.conflicts.iter().map(|conflict| {
        let Conflict { node_id, property_id, reason, by, at } = conflict;
        assert_eq!(by.is_some(), at.is_some());
        (*node_id, property_id.as_deref(), *reason, by.as_deref())
    });
    conflicts.collect()
}

/// The one thing that an undo or redo left alone, no property: where, why, and who wrote there.
fn left_alone(record: &Record) -> (NodeId, ConflictReason, &str) {
    match conflicts(record).as_slice() {
        [(Some(node_id), None, reason, Some(by))] => (*node_id, *reason, by),
        others => panic!("one conflict expected: {others:?}"),
    }
}

fn author(user_id: &str) -> Author {
    Author { user_id: user_id.into(), name: None, client_id: None }
}
