//! Reading a snapshot. Whatever it says is checked as far as a wrong answer would be a panic; that it says what was
//! written, and so has a graph that can be, is for its keeper to know.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::ops::Range;
use std::str::Split;
use std::sync::Arc;

use serde::Deserialize;
use serde::de::{self, SeqAccess, Visitor};
use serde_json::Value;

use super::{DeletedLine, Head, StampLine, StepLine, VERSION};
use crate::domain::graph::properties::{self, Ids};
use crate::domain::graph::{Cell, Held, Listed, Place, Properties, Tombstone};
use crate::domain::{Graph, Node, NodeId, OrderKey, Stamp, State, Step, StepState, Steps, Timestamp};

/// Why a text is no snapshot.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct Fault {
    /// Counted from 1.
    pub line: usize,
    /// What is wrong there.
    pub reason: String,
}

/// Makes the state again that was written.
///
/// # Errors
/// See [`Fault`].
pub fn read(text: &[u8]) -> Result<State, Fault> {
    let parts = Parts::open(text)?;
    let nodes = parts.nodes(0..parts.len())?;
    parts.assemble(Held::of(&nodes), Listed::of(&nodes))
}

/// A snapshot whose nodes are still to be read: they are by far the most of it, and can be read in pieces at once.
pub struct Parts<'a> {
    head: Head<'a>,
    lists: Lists,
    nodes: Vec<&'a str>,
    /// The line of the first node.
    first: usize,
    rest: Lines<'a>,
}

impl<'a> Parts<'a> {
    /// Reads what comes before the nodes.
    ///
    /// # Errors
    /// See [`Fault`].
    pub fn open(text: &'a [u8]) -> Result<Self, Fault> {
        let text = std::str::from_utf8(text).map_err(|error| Fault { line: 1, reason: error.to_string() })?;
        let mut lines = Lines { lines: text.split('\n'), number: 0 };
        let head: Head<'_> = lines.take()?;
        if head.v != VERSION {
            return Err(lines.fault(format_args!("form {} is not known", head.v)));
        }
        let texts = |list: &[Cow<'_, str>]| list.iter().map(|text| Arc::from(&**text)).collect();
        let mut lists = Lists {
            authors: texts(&head.authors),
            types: texts(&head.types),
            properties: texts(&head.properties),
            stamps: Vec::new(),
        };
        for _ in 0..head.stamps {
            let stamp = lists.stamp(lines.take::<StampRow>()?);
            lists.stamps.push(stamp.ok_or_else(|| lines.fault("no such author"))?);
        }
        let first = lines.number + 1;
        let nodes: Vec<&str> = lines.lines.by_ref().take(head.nodes).collect();
        lines.number += nodes.len();
        if nodes.len() < head.nodes {
            return Err(lines.fault(MISSING_LINE));
        }
        Ok(Self { head, lists, nodes, first, rest: lines })
    }

    /// How many nodes there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Reads some of the nodes.
    ///
    /// # Errors
    /// See [`Fault`].
    pub fn nodes(&self, range: Range<usize>) -> Result<Vec<Arc<Node>>, Fault> {
        let first = self.first + range.start;
        let lines = self.nodes.get(range).unwrap_or_default().iter();
        let mut lines = Lines { lines: lines.copied(), number: first - 1 };
        let mut nodes = Vec::with_capacity(lines.lines.len());
        let (lists, mut shapes) = (self.lists.apart(), Shapes::default());
        while lines.lines.len() > 0 {
            let node = lists.node(lines.take()?, &mut shapes);
            nodes.push(Arc::new(node.map_err(|reason| lines.fault(reason))?));
        }
        Ok(nodes)
    }

    /// The state with the nodes of which these were made, which are all that there are.
    ///
    /// # Errors
    /// See [`Fault`].
    pub fn assemble(self, held: Held, listed: Listed) -> Result<State, Fault> {
        let Self { head, lists, rest: mut lines, .. } = self;
        let mut deleted = Vec::new();
        for _ in 0..head.deleted_nodes {
            let (id, stamp, parent_id): DeletedLine = lines.take()?;
            let stamp = lists.stamps.get(stamp).cloned().ok_or_else(|| lines.fault(NOT_THERE))?;
            deleted.push((id, Tombstone { stamp, parent_id }));
        }
        let mut steps = Steps::default();
        for _ in 0..head.steps {
            let step = lists.step(lines.take()?);
            steps.insert(step.ok_or_else(|| lines.fault(NOT_THERE))?);
        }
        let template_stamp = head.template_stamp.map(|place| lists.stamps.get(place).cloned());
        let template_stamp =
            template_stamp.map(|stamp| stamp.ok_or_else(|| lines.fault(NOT_THERE))).transpose()?;
        lines.end()?;
        Ok(State {
            head: head.seq,
            name: Arc::from(&*head.name),
            template: Arc::new(head.template.into_owned()),
            template_stamp,
            strict: head.strict,
            life: head.life,
            deleted: head.deleted,
            graph: Graph::assemble(held, listed, deleted),
            steps,
        })
    }
}

const MISSING_LINE: &str = "it is missing";
const NOT_THERE: &str = "it refers to what is not there";
const NOT_SORTED: &str = "its properties are not sorted";
/// Stamps that are copied for those who read at once: of more it is seldom the same that both count.
const FEW_STAMPS: usize = 1_000;

struct Lines<'a, I: Iterator<Item = &'a str> = Split<'a, char>> {
    lines: I,
    number: usize,
}

impl<'a, I: Iterator<Item = &'a str>> Lines<'a, I> {
    fn take<T: Deserialize<'a>>(&mut self) -> Result<T, Fault> {
        self.number += 1;
        let line = self.lines.next().ok_or_else(|| self.fault(MISSING_LINE))?;
        serde_json::from_str(line).map_err(|error| self.fault(error))
    }

    /// Nothing follows the last line's end.
    fn end(mut self) -> Result<(), Fault> {
        self.number += 1;
        let is_end = self.lines.next().is_some_and(str::is_empty) && self.lines.next().is_none();
        if is_end { Ok(()) } else { Err(self.fault("the end is wanted")) }
    }

    fn fault(&self, reason: impl fmt::Display) -> Fault {
        Fault { line: self.number, reason: reason.to_string() }
    }
}

struct Lists {
    authors: Vec<Arc<str>>,
    types: Vec<Arc<str>>,
    properties: Vec<Arc<str>>,
    stamps: Vec<Arc<Stamp>>,
}

impl Lists {
    /// The same for somebody who reads at the same time as others: what many nodes have is counted by each for themselves,
    /// since two who count the same wait for one another.
    fn apart(&self) -> Self {
        let apart = |texts: &[Arc<str>]| texts.iter().map(|text| Arc::from(&**text)).collect();
        let stamps = match self.stamps.len() {
            0..FEW_STAMPS => self.stamps.iter().map(|stamp| Arc::new(Stamp::clone(stamp))).collect(),
            _ => self.stamps.clone(),
        };
        let Self { authors, types, properties, .. } = self;
        Self { authors: authors.clone(), types: apart(types), properties: properties.clone(), stamps }
    }

    fn stamp(&self, StampRow { line: (seq, by, owner, at), restored }: StampRow) -> Option<Arc<Stamp>> {
        let by = Arc::clone(self.authors.get(by)?);
        let owner = Arc::clone(self.authors.get(owner)?);
        Some(Arc::new(Stamp { seq, by, owner, at: Timestamp::from_millis(at), restored }))
    }

    fn node(&self, row: NodeRow, shapes: &mut Shapes) -> Result<Node, &'static str> {
        let NodeRow(
            id,
            node_type,
            created_at,
            existence,
            parent_id,
            key,
            place_stamp,
            cells,
            blocked_by,
            blocked,
        ) = row;
        let ids = shapes.ids(&cells, &self.properties)?;
        let cell = |CellRow { stamp, value, .. }| {
            Ok::<_, &'static str>(Cell { value: value.map(Arc::new), stamp: self.stamp_at(stamp)? })
        };
        let properties = Properties::of(ids, cells.into_iter().map(cell).collect::<Result<_, _>>()?);
        Ok(Node {
            id,
            node_type: Arc::clone(self.types.get(node_type).ok_or(NOT_THERE)?),
            created_at: Timestamp::from_millis(created_at),
            existence: self.stamp_at(existence)?,
            place: Place { parent_id, key },
            place_stamp: self.stamp_at(place_stamp)?,
            properties: properties.ok_or(NOT_THERE)?,
            blocked_by,
            blocked_stamp: blocked.map(|stamp| self.stamp_at(stamp)).transpose()?,
        })
    }

    fn stamp_at(&self, place: usize) -> Result<Arc<Stamp>, &'static str> {
        self.stamps.get(place).cloned().ok_or(NOT_THERE)
    }

    fn step(&self, row: StepLine<'_>) -> Option<Step> {
        Some(Step {
            seq: row.seq,
            author: Arc::clone(self.authors.get(row.author)?),
            state: if row.undone { StepState::Undone } else { StepState::Done },
            command_id: Arc::from(&*row.command_id),
            command_type: Arc::from(&*row.command_type),
            effects: row.effects.into_owned().into(),
        })
    }
}

/// The ids of properties by their places in the list of all: nodes that have the same ones share them.
#[derive(Default)]
struct Shapes {
    known: HashMap<Vec<usize>, Ids>,
    places: Vec<usize>,
}

impl Shapes {
    /// The ids of these properties.
    fn ids(&mut self, cells: &[CellRow], all: &[Arc<str>]) -> Result<&Ids, &'static str> {
        self.places.clear();
        self.places.extend(cells.iter().map(|cell| cell.id));
        if !self.known.contains_key(&self.places) {
            let ids = self.places.iter().map(|place| all.get(*place).cloned());
            let ids = ids.collect::<Option<_>>().ok_or(NOT_THERE)?;
            let ids = properties::ids(ids).ok_or(NOT_SORTED)?;
            self.known.insert(self.places.clone(), ids);
        }
        self.known.get(&self.places).ok_or(NOT_THERE)
    }
}

/// In the order of the line.
#[derive(Deserialize)]
struct NodeRow(
    NodeId,
    usize,
    i64,
    usize,
    Option<NodeId>,
    OrderKey,
    usize,
    Vec<CellRow>,
    Option<NodeId>,
    Option<usize>,
);

struct CellRow {
    id: usize,
    stamp: usize,
    value: Option<Value>,
}

impl<'de> Deserialize<'de> for CellRow {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Row;

        impl<'de> Visitor<'de> for Row {
            type Value = CellRow;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a property, its stamp and perhaps its value")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut row: A) -> Result<CellRow, A::Error> {
                let missing = || de::Error::custom("a property and its stamp are wanted");
                let id = row.next_element()?.ok_or_else(missing)?;
                let stamp = row.next_element()?.ok_or_else(missing)?;
                Ok(CellRow { id, stamp, value: row.next_element()? })
            }
        }

        deserializer.deserialize_seq(Row)
    }
}

struct StampRow {
    line: StampLine,
    restored: bool,
}

impl<'de> Deserialize<'de> for StampRow {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Row;

        impl<'de> Visitor<'de> for Row {
            type Value = StampRow;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a stamp of four or five numbers")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut row: A) -> Result<StampRow, A::Error> {
                let missing = || de::Error::custom("four or five numbers are wanted");
                let line = (
                    row.next_element()?.ok_or_else(missing)?,
                    row.next_element()?.ok_or_else(missing)?,
                    row.next_element()?.ok_or_else(missing)?,
                    row.next_element()?.ok_or_else(missing)?,
                );
                let restored = row.next_element::<u8>()?.is_some();
                Ok(StampRow { line, restored })
            }
        }

        deserializer.deserialize_seq(Row)
    }
}
