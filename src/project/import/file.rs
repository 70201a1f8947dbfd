//! The file around its nodes: version, template, name, and in which of its forms it came.
//!
//! A file is `{version, templates, nodes}`. Desktop clients save and send `{graph: {nodes}, template_id}`
//! instead, where the nodes are a list and a node's name is one of its properties, and say beside the graph
//! what waits for what.

use serde_json::value::RawValue;

use super::fault::Faults;
use super::json::{self, Unreadable};
use super::node::{Draft, Reader, node_id};
use super::relations::{self, Relation};
use crate::domain::rejection::excerpt;
use crate::domain::{Limits, NodeId, Timestamp};
use crate::project::catalogue::check_name;

/// The one version that there is.
pub const VERSION: &str = "1.0";

/// What a file says, before its nodes are put together.
#[derive(Debug, Default)]
pub struct File {
    pub name: Option<String>,
    pub strict: Option<bool>,
    /// Where the template is named, and which it is.
    pub template: Option<(String, String)>,
    /// The order of the roots: where each is named, and which it is.
    pub roots: Option<Vec<(String, NodeId)>>,
    /// What waits for what, as far as it stands beside the nodes.
    pub relations: Vec<Relation>,
    pub nodes: Vec<Draft>,
    /// How many there are in the file, read or not.
    pub node_count: usize,
    /// Whether all of them were read: else nobody knows what is missing.
    pub is_whole: bool,
}

/// The fields that are known, as they stand in the file.
#[derive(Default)]
struct Fields<'a> {
    version: Option<&'a RawValue>,
    templates: Option<&'a RawValue>,
    template_id: Option<&'a RawValue>,
    name: Option<&'a RawValue>,
    strict: Option<&'a RawValue>,
    roots: Option<&'a RawValue>,
    nodes: Option<&'a RawValue>,
    graph: Option<&'a RawValue>,
    blocking_relationships: Option<&'a RawValue>,
}

impl<'a> Fields<'a> {
    fn slot(&mut self, key: &str) -> Option<&mut Option<&'a RawValue>> {
        Some(match key {
            "version" => &mut self.version,
            "templates" => &mut self.templates,
            "template_id" => &mut self.template_id,
            "name" => &mut self.name,
            "strict" => &mut self.strict,
            "roots" => &mut self.roots,
            "nodes" => &mut self.nodes,
            "graph" => &mut self.graph,
            "blocking_relationships" => &mut self.blocking_relationships,
            _ => return None,
        })
    }

    fn read(raw: &'a RawValue, at: At, faults: &mut Faults) -> Result<Self, Unreadable> {
        let mut fields = Self::default();
        json::entries(raw, |key, value| {
            if fields.slot(&key).is_some_and(|slot| slot.replace(value).is_some()) {
                faults.add(at.field(&key), "stands there twice");
            }
        })?;
        Ok(fields)
    }
}

/// Where the nodes stand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    /// In the file itself.
    File,
    /// In its `graph`.
    Graph,
}

impl At {
    fn field(self, name: &str) -> String {
        match self {
            Self::File => name.to_owned(),
            Self::Graph => format!("graph.{name}"),
        }
    }
}

/// Reads a file of either form.
pub fn read(text: &str, limits: &Limits, now: Timestamp, faults: &mut Faults) -> File {
    let mut file = File::default();
    let document = match json::document(text) {
        Ok(document) => document,
        Err((place, message)) => {
            faults.add(place, message);
            return file;
        }
    };
    let mut fields = match Fields::read(document, At::File, faults) {
        Ok(fields) => fields,
        Err(unreadable) => {
            unread(&unreadable, "file", "an object", faults);
            return file;
        }
    };
    let mut at = At::File;
    if let (None, Some(graph)) = (fields.nodes, fields.graph) {
        at = At::Graph;
        match Fields::read(graph, at, faults) {
            Ok(inner) => {
                let Fields { template_id, blocking_relationships, .. } = fields;
                fields = Fields {
                    template_id: template_id.filter(|raw| !json::is_null(raw)).or(inner.template_id),
                    blocking_relationships,
                    ..inner
                };
            }
            Err(unreadable) => {
                unread(&unreadable, "graph", "an object", faults);
                return file;
            }
        }
    }
    version(&fields, at, faults);
    file.template = template(&fields, at, faults);
    file.name = name(&fields, at, faults);
    file.strict = strict(&fields, at, faults);
    file.roots = roots(&fields, at, faults);
    if let (At::Graph, Some(raw)) = (at, fields.blocking_relationships.filter(|raw| !json::is_null(raw))) {
        file.relations = relations::read(raw, "blocking_relationships", faults);
    }
    nodes(&fields, at, &mut file, &mut Reader::new(faults, limits, now));
    file
}

fn unread(unreadable: &Unreadable, place: &str, wanted: &str, faults: &mut Faults) {
    match unreadable {
        Unreadable::Kind => faults.add(place, format_args!("must be {wanted}")),
        Unreadable::Broken(reason) => faults.add(place, format_args!("cannot be read: {reason}")),
    }
}

/// Clients that send a graph do not say a version.
fn version(fields: &Fields<'_>, at: At, faults: &mut Faults) {
    let Some(raw) = fields.version else {
        if at == At::File {
            faults.add("version", format_args!("is missing; it is \"{VERSION}\""));
        }
        return;
    };
    match json::text(raw) {
        Ok(version) if version == VERSION => {}
        Ok(version) => {
            let message = format!("{:?} is unknown; \"{VERSION}\" is known", excerpt(&version));
            faults.add(at.field("version"), message);
        }
        Err(unreadable) => unread(&unreadable, &at.field("version"), "a string", faults),
    }
}

/// Where the template is named, and its id.
fn template(fields: &Fields<'_>, at: At, faults: &mut Faults) -> Option<(String, String)> {
    if let (At::Graph, None) = (at, fields.templates) {
        let raw = fields.template_id.filter(|raw| !json::is_null(raw));
        let Some(raw) = raw else {
            faults.add("template_id", "is missing: it names the template that the nodes are made of");
            return None;
        };
        return match json::text(raw) {
            Ok(id) => Some(("template_id".to_owned(), id)),
            Err(unreadable) => {
                unread(&unreadable, "template_id", "a string", faults);
                None
            }
        };
    }
    let place = at.field("templates");
    let Some(raw) = fields.templates else {
        faults.add(place, "is missing: it names the template that the nodes are made of");
        return None;
    };
    let mut named = Vec::new();
    let mut count = 0;
    let walked = json::items(raw, |index, raw| {
        let place = format!("{place}[{index}]");
        count += 1;
        match json::text(raw) {
            _ if index > 0 => faults.add(place, "a project is made of one template"),
            Ok(name) => named.push((place, stem(&name).to_owned())),
            Err(unreadable) => unread(&unreadable, &place, "a string", faults),
        }
    });
    match walked {
        Ok(()) if count == 0 => {
            faults.add(place, "is empty: it names the template that the nodes are made of");
        }
        Ok(()) => {}
        Err(unreadable) => unread(&unreadable, &place, "an array of one file name", faults),
    }
    named.pop()
}

/// A template's id is the stem of its file.
fn stem(file: &str) -> &str {
    file.strip_suffix(".yaml").or_else(|| file.strip_suffix(".yml")).unwrap_or(file)
}

fn name(fields: &Fields<'_>, at: At, faults: &mut Faults) -> Option<String> {
    let raw = fields.name.filter(|raw| !json::is_null(raw))?;
    let place = at.field("name");
    match json::text(raw) {
        Ok(name) => match check_name(&name) {
            Ok(()) => return Some(name),
            Err(error) => faults.add(place, error),
        },
        Err(unreadable) => unread(&unreadable, &place, "a string", faults),
    }
    None
}

fn strict(fields: &Fields<'_>, at: At, faults: &mut Faults) -> Option<bool> {
    let raw = fields.strict.filter(|raw| !json::is_null(raw))?;
    match raw.get() {
        "true" => Some(true),
        "false" => Some(false),
        _ => {
            faults.add(at.field("strict"), "must be true or false");
            None
        }
    }
}

fn roots(fields: &Fields<'_>, at: At, faults: &mut Faults) -> Option<Vec<(String, NodeId)>> {
    let raw = fields.roots.filter(|raw| !json::is_null(raw))?;
    let mut roots = Vec::new();
    let place = at.field("roots");
    let walked = json::items(raw, |index, raw| {
        let place = format!("{place}[{index}]");
        match json::text(raw) {
            Ok(id) => roots.push((place, node_id(&id))),
            Err(unreadable) => unread(&unreadable, &place, "an id", faults),
        }
    });
    if let Err(unreadable) = walked {
        unread(&unreadable, &place, "an array of ids", faults);
    }
    Some(roots)
}

/// Reads the nodes, no more than there may be: the rest is counted.
fn nodes(fields: &Fields<'_>, at: At, file: &mut File, reader: &mut Reader<'_>) {
    let place = at.field("nodes");
    let Some(raw) = fields.nodes else {
        return reader.faults.add(place, "is missing");
    };
    let limit = reader.limits.nodes;
    let walked = if raw.get().starts_with('[') {
        json::items(raw, |index, raw| {
            file.node_count += 1;
            if file.node_count <= limit {
                file.nodes.extend(reader.node(format!("{place}[{index}]"), None, raw));
            }
        })
    } else {
        json::entries(raw, |key, raw| {
            file.node_count += 1;
            if file.node_count <= limit {
                let place = format!("{place}.{}", excerpt(&key));
                file.nodes.extend(reader.node(place, Some(&key), raw));
            }
        })
    };
    if let Err(unreadable) = walked {
        unread(&unreadable, &place, "an object of nodes by their ids", reader.faults);
    }
    file.is_whole = file.node_count <= limit;
    if !file.is_whole {
        let message = format!("are {}; a project has at most {limit}", file.node_count);
        reader.faults.add(&place, message);
    }
}
