//! Project files, read: every fault with its place, or a graph that is in order.
//!
//! What a file looks like is described in `docs/project-file.md`. Nothing is stored here, and no project
//! made: that is the catalogue's work, or a session's.

mod check;
mod fault;
mod file;
mod json;
mod node;
mod relations;
#[cfg(test)]
mod round_trip;
#[cfg(test)]
mod tests;
mod tree;

use std::sync::Arc;

use graphroom_protocol::rest::files::ImportReport;

use self::check::Types;
pub use self::fault::{Faults, MAX_LISTED};
pub use self::file::VERSION;
use self::node::Draft;
use self::tree::Tree;
use super::catalogue::{MAX_NAME, check_name};
use crate::domain::command::ReplaceGraph;
use crate::domain::effect::NodeRow;
use crate::domain::graph::{NAME, Place};
use crate::domain::rejection::excerpt;
use crate::domain::{Body, Limits, OrderKey, Template, Timestamp, canonical};

/// The largest file, in bytes.
pub const MAX_FILE: usize = 256 * 1024 * 1024;

/// What a project is called whose file does not say, and has no root with a name.
const UNNAMED: &str = "Imported project";

/// What a file is held to.
pub struct Rules<'a> {
    /// The template with an id, if there is one.
    pub template: &'a dyn Fn(&str) -> Option<Arc<Template>>,
    /// How large the graph may be.
    pub limits: Limits,
    /// Whether the project is to be strict, whatever the file says.
    pub strict: Option<bool>,
    /// Whether it is if nobody says.
    pub strict_unsaid: bool,
    /// When nodes were created that do not say so.
    pub now: Timestamp,
}

/// A project file that was read and is in order.
#[derive(Clone, Debug)]
pub struct Import {
    /// What the project is to be called: the file's own name for it, or its first root's.
    pub name: String,
    /// The template that its nodes are made of.
    pub template: Arc<Template>,
    /// Whether the project is to be strict.
    pub strict: bool,
    /// All nodes, parents first.
    pub nodes: Arc<[NodeRow]>,
    /// Tells this file from others.
    pub digest: Arc<str>,
}

impl Import {
    /// The graph for a project that is there already.
    #[must_use]
    pub fn replacement(&self) -> ReplaceGraph {
        ReplaceGraph { template: Some(Arc::clone(&self.template)), nodes: Arc::clone(&self.nodes) }
    }
}

/// What reading a file gave.
#[derive(Clone, Debug)]
pub struct Reading {
    /// How many nodes it has.
    pub node_count: usize,
    /// The template that it names, whether there is one or not.
    pub template_id: Option<String>,
    /// What the project would be called, if the file could be read that far.
    pub name: Option<String>,
    /// The graph; or what is wrong with the file.
    pub outcome: Result<Import, Faults>,
}

impl Reading {
    /// What would come of it under `name`, if that is given, else under the file's own.
    #[must_use]
    pub fn report(self, name: Option<String>) -> ImportReport {
        let Self { node_count, template_id, name: own, outcome } = self;
        let (found, own) = match outcome {
            Ok(import) => (Faults::default(), Some(import.name)),
            Err(faults) => (faults, own),
        };
        let (valid, found) = (found.is_empty(), found.list());
        ImportReport { valid, found, node_count, template_id, name: name.or(own) }
    }
}

/// Reads a project file. It takes a while for a large one: call it where waiting is allowed.
#[must_use]
pub fn read(file: &[u8], rules: &Rules<'_>) -> Reading {
    let mut faults = Faults::default();
    // Some editors put a mark before the text that is no JSON.
    let bytes = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            faults.add(place_of(bytes, error.valid_up_to()), "is no UTF-8");
            return Reading { node_count: 0, template_id: None, name: None, outcome: Err(faults) };
        }
    };
    let file = file::read(text, &rules.limits, rules.now, &mut faults);
    assemble(file, rules, text, faults)
}

/// The line and the column of a byte.
fn place_of(bytes: &[u8], at: usize) -> String {
    let before = &bytes[..at];
    let line = before.iter().filter(|&&byte| byte == b'\n').count() + 1;
    let start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |end| end + 1);
    format!("line {line}, column {}", at - start + 1)
}

fn assemble(mut file: file::File, rules: &Rules<'_>, text: &str, mut faults: Faults) -> Reading {
    let template = file.template.as_ref().and_then(|(place, id)| {
        let template = (rules.template)(id);
        if template.is_none() {
            faults.add(place, format_args!("there is no template {}", excerpt(id)));
        }
        template
    });
    let strict = rules.strict.or(file.strict).unwrap_or(rules.strict_unsaid);
    let tree = if file.is_whole {
        connect(&mut file, template.as_deref(), strict, rules, &mut faults)
    } else {
        Tree::default()
    };
    let name = file.name.take().or_else(|| (!file.nodes.is_empty()).then(|| name_of(&file.nodes, &tree)));
    let (node_count, template_id) = (file.node_count, file.template.map(|(_, id)| id));
    let outcome = match template {
        Some(template) if faults.is_empty() => Ok(Import {
            name: name.clone().unwrap_or_else(|| UNNAMED.to_owned()),
            template,
            strict,
            nodes: rows(file.nodes, &tree).into(),
            digest: canonical::hash_text(text).into(),
        }),
        _ => Err(faults),
    };
    Reading { node_count, template_id, name, outcome }
}

/// Puts the nodes together and holds them to the rules.
fn connect(
    file: &mut file::File,
    template: Option<&Template>,
    strict: bool,
    rules: &Rules<'_>,
    faults: &mut Faults,
) -> Tree {
    let index = tree::index(&file.nodes, faults);
    relations::spread(std::mem::take(&mut file.relations), &mut file.nodes, &index, faults);
    let nodes = &file.nodes;
    let tree = Tree::new(nodes, &index, file.roots.as_deref(), rules.limits.depth, faults);
    relations::check(nodes, &index, faults);
    if let Some(types) = template.map(Types::new) {
        types.check_known(nodes, faults);
        if strict {
            types.check_strictly(nodes, &tree, faults);
        }
    }
    tree
}

/// What a project is called whose file does not say: like its first root.
fn name_of(nodes: &[Draft], tree: &Tree) -> String {
    let root = tree.roots.first().and_then(|&root| nodes[root].properties.get(NAME)?.as_str());
    let name: String = root.unwrap_or_default().chars().take(MAX_NAME).collect();
    if check_name(&name).is_ok() { name } else { UNNAMED.to_owned() }
}

/// The nodes as a record holds them: parents first, siblings one behind the other.
fn rows(nodes: Vec<Draft>, tree: &Tree) -> Vec<NodeRow> {
    let mut drafts: Vec<Option<Draft>> = nodes.into_iter().map(Some).collect();
    let mut rows = Vec::with_capacity(drafts.len());
    let mut waiting = vec![(None, &tree.roots)];
    while let Some((parent_id, siblings)) = waiting.pop() {
        let mut last: Option<OrderKey> = None;
        for &at in siblings {
            let Some(draft) = drafts[at].take() else { continue };
            let key = OrderKey::between(last.as_ref(), None, draft.id);
            last = Some(key.clone());
            waiting.push((Some(draft.id), &tree.children[at]));
            rows.push(row(draft, Place { parent_id, key }));
        }
    }
    rows
}

fn row(draft: Draft, place: Place) -> NodeRow {
    let node = Body {
        node_type: draft.node_type,
        created_at: draft.created_at,
        place,
        index: None,
        properties: draft.properties,
        blocked_by: draft.blocked_by,
        written: None,
    };
    NodeRow { id: draft.id, node }
}
