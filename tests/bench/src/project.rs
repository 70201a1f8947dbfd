//! A project in this process: made by the rules themselves, as large and as old as it is wanted.

use std::path::Path;
use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use graphroom::domain::command::{CreateNode, Parent, UpdateProperty};
use graphroom::domain::creation::{Beginning, NewProject, first_record};
use graphroom::domain::{
    Author, Command, Context, Decision, Limits, NodeId, Record, State, TemplateSet, Timestamp, decide, record,
};
use graphroom::project::Library;
use graphroom::store::journal::EncodedRecord;
use graphroom::store::{Catalogue, Journal, ProjectRow, SqliteStore, Store};
use serde_json::Value;
use uuid::Uuid;

use crate::fault::{Fault, Outcome};

/// Properties of each node, beside its name.
pub const PROPERTIES: usize = 6;
/// Children of each node.
const CHILDREN: usize = 10;
/// Records that are appended at once.
const APPENDED: usize = 5_000;

/// A project, and who works on it.
pub struct Project {
    pub state: State,
    pub nodes: Vec<NodeId>,
    author: Author,
    templates: Arc<TemplateSet>,
    begun_ms: i64,
    /// Makes the next choice.
    random: u64,
}

/// Where a project was stored.
pub struct Stored {
    pub project_id: Uuid,
    pub session_id: Uuid,
    pub node_id: NodeId,
}

impl Project {
    /// A project with its root, and its first record.
    pub fn begin() -> Outcome<(Self, Record)> {
        let templates = Library::open(None).0.current();
        let template = templates.get("restomod").ok_or_else(|| Fault::Missing("a template".to_owned()))?;
        let author = Author { user_id: "ann".into(), name: Some("Ann".into()), client_id: None };
        let begun_ms = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |age| age.as_millis() as i64);
        let mut project = Self {
            state: State::default(),
            nodes: Vec::new(),
            author,
            templates: Arc::clone(&templates),
            begun_ms,
            random: 88_172_645_463_325_252,
        };
        let beginning = Beginning::Root(&template.node_types[0]);
        let new = NewProject { name: "Grown", template, strict: false, beginning };
        let first = first_record(&new, "begin".into(), &project.context());
        project.state.apply(&first);
        project.nodes.extend(first.result.node_id);
        Ok((project, first))
    }

    /// What the next command depends on.
    pub fn context(&self) -> Context<'_> {
        let head = self.state.head;
        Context {
            author: &self.author,
            now: Timestamp::from_millis(self.begun_ms + (head / 1_000) as i64),
            seed: Uuid::from_u128(u128::from(head + 1) << 64),
            limits: Limits::default(),
            lenient_parents: false,
            templates: &self.templates,
        }
    }

    /// A number under `end`, the same ones in every run.
    pub fn choose(&mut self, end: usize) -> usize {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        (self.random % end.max(1) as u64) as usize
    }

    /// The next node, with its properties.
    pub fn node(&self) -> Command {
        let count = self.nodes.len();
        let property = |n: usize| {
            let value = Value::from(format!("value {n} of node {count} as somebody wrote it"));
            (Arc::from(format!("property_{n}")), Arc::new(value))
        };
        Command::CreateNode(CreateNode {
            node_id: None,
            parent: Parent::Node(self.nodes[(count - 1) / CHILDREN]),
            blueprint_type_id: "phase".into(),
            name: format!("Node {count}").into(),
            properties: (0..PROPERTIES).map(property).collect(),
            index: None,
        })
    }

    /// Another value of a property of some node.
    pub fn update(&mut self) -> Command {
        let chosen = self.choose(self.nodes.len());
        let node_id = self.nodes[chosen];
        let property = self.choose(PROPERTIES);
        let value = Value::from(format!("value {} as somebody else wrote it", self.choose(1_000_000)));
        Command::UpdateProperty(UpdateProperty {
            node_id,
            property_id: format!("property_{property}").into(),
            new_value: Some(Arc::new(value)),
            expected: None,
        })
    }

    /// Decides a command and gives its record, which is not applied.
    pub fn record(&self, command: &Command) -> Outcome<Record> {
        let context = self.context();
        let decided = decide(&self.state, command, &context);
        let Decision::Commit { effects, outcome } =
            decided.map_err(|rejection| Fault::Refused(format!("{rejection:?}")))?
        else {
            return Err(Fault::Refused("nothing to do".to_owned()));
        };
        let mut record = Record {
            v: record::VERSION,
            seq_first: self.state.head + 1,
            seq_last: self.state.head,
            command_id: Uuid::from_u128(u128::from(self.state.head)).to_string().into(),
            body_hash: None,
            author: self.author.clone(),
            at: context.now,
            command_type: command.command_type().into(),
            effects,
            result: outcome,
        };
        record.seq_last += State::event_count(&record);
        Ok(record)
    }

    /// Carries out a command.
    pub fn give(&mut self, command: &Command) -> Outcome<Record> {
        let record = self.record(command)?;
        self.state.apply(&record);
        self.nodes.extend(record.result.node_id);
        Ok(record)
    }

    /// Grows to so many nodes, without keeping records.
    pub fn grown(nodes: usize) -> Outcome<Self> {
        let (mut project, _) = Self::begin()?;
        while project.nodes.len() < nodes {
            let command = project.node();
            project.give(&command)?;
        }
        Ok(project)
    }
}

/// Writes a project of so many nodes and events into a data directory; gives the seconds it took, too.
pub async fn store(directory: &Path, nodes: usize, events: u64) -> Outcome<(Stored, f64)> {
    let begun = Instant::now();
    let store = SqliteStore::open(directory)?;
    let (mut project, first) = Project::begin()?;
    let (project_id, session_id) = (Uuid::new_v4(), Uuid::new_v4());
    let row = ProjectRow {
        project_id,
        session_id,
        epoch: Uuid::new_v4(),
        name: "Grown".to_owned(),
        template_id: "restomod".to_owned(),
        created_at: first.at,
        saved: 0,
    };
    store.create_project(row, EncodedRecord::new(&first)?, None).await?;
    let mut head = first.seq_last;
    while project.state.head < events {
        let mut records = Vec::with_capacity(APPENDED);
        while records.len() < APPENDED && project.state.head < events {
            let command = if project.nodes.len() < nodes { project.node() } else { project.update() };
            records.push(EncodedRecord::new(&project.give(&command)?)?);
        }
        let appended = store.append(project_id, head, records).await;
        appended.map_err(|error| Fault::Refused(error.to_string()))?;
        head = project.state.head;
    }
    store.close().await?;
    let node_id = project.nodes[0];
    Ok((Stored { project_id, session_id, node_id }, begun.elapsed().as_secs_f64()))
}
