//! Tests of the rules, against a world of one project. Names carry the number of the rule in
//! `docs/behaviour.md` that they hold, where there is one.
#![allow(clippy::needless_pass_by_value, reason = "`json!(…)` reads better than `&json!(…)` in every call")]

mod changes;
mod commands;
mod deletes;
mod fits;
mod golden;
mod parsing;
mod places;
mod properties;
mod records;
mod redo;
mod replica;
mod size_limits;
mod steps;
mod undo;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};
use uuid::Uuid;

use super::creation::{Beginning, NewProject, first_record};
use super::fit::misfit;
use super::graph::Place;
use super::template::{NodeType, Property, PropertyKind, SelectOption};
use super::{
    Author, Command, Context, Decision, Graph, Limits, NodeId, Record, Rejection, Scope, State, Template,
    TemplateSet, Timestamp, decide, record,
};

/// A project, the journal that made it, and the limits that its commands are held to.
#[derive(Clone)]
struct World {
    state: State,
    journal: Vec<Record>,
    limits: Limits,
}

impl World {
    /// A project with nothing but its root.
    fn new() -> Self {
        let template = Arc::new(template());
        let author = author("ann");
        let state = State::default();
        let limits = Limits::default();
        let context = context(&state, &author, limits);
        let beginning = Beginning::Root(&template.node_types[0]);
        let project = NewProject { name: "Garden", template: &template, strict: false, beginning };
        let record = first_record(&project, "c0".into(), &context);
        let mut world = Self { state, journal: Vec::new(), limits };
        world.append(record);
        world
    }

    /// The root that the project was made with.
    fn root(&self) -> NodeId {
        self.journal[0].result.node_id.unwrap()
    }

    /// Gives a command; none if there was nothing to undo or redo.
    fn give(&mut self, who: &str, command: &Command) -> Result<Option<Record>, Rejection> {
        let author = author(who);
        let context = context(&self.state, &author, self.limits);
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
            author,
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

    fn undo(&mut self, who: &str, scope: Scope) -> Option<Record> {
        self.give(who, &Command::Undo { scope, force: false }).unwrap()
    }

    fn redo(&mut self, who: &str, scope: Scope) -> Option<Record> {
        self.give(who, &Command::Redo { scope, force: false }).unwrap()
    }

    fn undo_mine(&mut self, who: &str) -> Record {
        self.undo(who, Scope::Mine).expect("there is a step to undo")
    }

    fn redo_mine(&mut self, who: &str) -> Record {
        self.redo(who, Scope::Mine).expect("there is a step to redo")
    }

    fn force_undo(&mut self, who: &str) -> Record {
        self.give(who, &Command::Undo { scope: Scope::Mine, force: true }).unwrap().unwrap()
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

fn author(user_id: &str) -> Author {
    Author { user_id: user_id.into(), name: None, client_id: None }
}

/// Time and seed follow the head: every record has its own, and a run can be repeated.
fn context<'a>(state: &State, author: &'a Author, limits: Limits) -> Context<'a> {
    let now = Timestamp::from_millis(1_760_000_000_000 + i64::try_from(state.head).unwrap());
    static NO_TEMPLATES: TemplateSet = TemplateSet::new();
    Context {
        author,
        now,
        seed: Uuid::from_u128(u128::from(state.head) << 64),
        limits,
        lenient_parents: false,
        templates: &NO_TEMPLATES,
    }
}

/// Two node types; a task starts with a status and a cost.
fn template() -> Template {
    let property = |id: &str, kind, default: Option<Value>, options: &[&str]| Property {
        id: id.into(),
        label: id.to_owned(),
        kind,
        required: false,
        default,
        indicator_set: None,
        options: options
            .iter()
            .map(|option| SelectOption {
                id: (*option).into(),
                name: (*option).to_owned(),
                indicator_id: None,
                bullet: None,
            })
            .collect(),
    };
    let node_type = |id: &str, properties| NodeType {
        id: id.into(),
        label: id.to_owned(),
        description: String::new(),
        allowed_children: Vec::new(),
        has_time_log: false,
        icon_id: None,
        properties,
    };
    Template {
        id: "garden".into(),
        version: "1".to_owned(),
        name: "Garden".to_owned(),
        description: String::new(),
        node_types: vec![
            node_type("project", Vec::new()),
            node_type(
                "task",
                vec![
                    property("status", PropertyKind::Select, None, &["open", "done"]),
                    property("phase", PropertyKind::Select, None, &["early", "late"]),
                    property("cost", PropertyKind::Number, Some(json!(0)), &[]),
                    property("note", PropertyKind::Text, None, &[]),
                ],
            ),
        ],
    }
}
