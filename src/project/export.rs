//! Project files, written: what [`import`](super::import) reads, a piece at a time.
//!
//! Nothing waits for whoever takes the pieces, and no more than one of them is in memory.

pub mod records;

use std::fmt::Write as _;

use graphroom_protocol::graph::Properties;
use graphroom_protocol::rest::files::FileNode;
use serde::Serialize;

use super::import::VERSION;
use super::walk::Walk;
use crate::domain::{Node, NodeId, State};

/// How large a piece gets before the next one begins. A node is never parted.
const PIECE: usize = 64 * 1024;
/// The most bytes of a project's name in that of its file, which every file system takes.
const MAX_FILE_NAME: usize = 200;

/// A project file on its way out.
pub struct Export {
    state: State,
    walk: Walk,
    at: At,
    /// What comes behind the nodes.
    end: &'static [u8],
}

/// How far it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    Beginning,
    FirstNode,
    Nodes,
    End,
}

impl Export {
    /// The file of a project as it is in `state`.
    #[must_use]
    pub fn new(state: State) -> Self {
        let walk = Walk::new(&state.graph);
        Self { state, walk, at: At::Beginning, end: b"\n}}\n" }
    }

    /// The same, without its last brace: another field is to follow.
    #[must_use]
    pub fn left_open(self) -> Self {
        Self { end: b"\n}", ..self }
    }

    /// The next piece; none after the last. It takes a moment: call it where waiting is allowed.
    ///
    /// # Errors
    /// If a value has no JSON form, which nothing that came in as JSON can cause.
    pub fn next_piece(&mut self) -> Result<Option<Vec<u8>>, serde_json::Error> {
        if self.at == At::End {
            return Ok(None);
        }
        let mut piece = Vec::with_capacity(PIECE + PIECE / 4);
        if self.at == At::Beginning {
            self.write_head(&mut piece)?;
            self.at = At::FirstNode;
        }
        while piece.len() < PIECE {
            let Some((_, node)) = self.walk.step(&self.state.graph) else {
                piece.extend_from_slice(self.end);
                self.at = At::End;
                break;
            };
            piece.extend_from_slice(if self.at == At::FirstNode { b"\n" } else { b",\n" });
            self.at = At::Nodes;
            self.write_node(node, &mut piece)?;
        }
        Ok(Some(piece))
    }

    /// Everything before the nodes.
    fn write_head(&self, piece: &mut Vec<u8>) -> Result<(), serde_json::Error> {
        let head = Head {
            version: VERSION,
            name: &self.state.name,
            strict: self.state.strict,
            templates: [format!("{}.yaml", self.state.template.id)],
            roots: self.state.graph.children(None).map(|root| root.id).collect(),
        };
        serde_json::to_writer(&mut *piece, &head)?;
        // The nodes go into the same object.
        piece.pop();
        piece.extend_from_slice(b",\n\"nodes\":{");
        Ok(())
    }

    fn write_node(&self, node: &Node, piece: &mut Vec<u8>) -> Result<(), serde_json::Error> {
        let id = node.id.to_string();
        serde_json::to_writer(&mut *piece, &id)?;
        piece.push(b':');
        serde_json::to_writer(
            piece,
            &FileNode {
                id,
                node_type: &node.node_type,
                name: node.name(),
                created_at: node.created_at.to_string(),
                properties: Properties(node.shown_properties().collect()),
                children: self
                    .state
                    .graph
                    .children(Some(node.id))
                    .map(|child| child.id.to_string())
                    .collect(),
                parent_id: node.place.parent_id.map(|id| id.to_string()),
                blocked_by: node.blocked_by.map(|id| id.to_string()),
            },
        )
    }
}

/// A file but for its nodes.
#[derive(Serialize)]
struct Head<'a> {
    version: &'a str,
    name: &'a str,
    strict: bool,
    templates: [String; 1],
    roots: Vec<NodeId>,
}

/// What a project's file is called: its name as far as every file system takes it.
#[must_use]
pub fn file_name(project: &str) -> String {
    let is_safe = |c: char| !c.is_control() && !turns_text(c) && !r#"/\:*?"<>|"#.contains(c);
    let name: String = project.chars().map(|c| if is_safe(c) { c } else { '_' }).take(100).collect();
    // File systems count bytes.
    let name = name[..name.floor_char_boundary(MAX_FILE_NAME)].trim().trim_start_matches('.');
    format!("{}.json", if name.is_empty() { "project" } else { name })
}

/// Whether it changes the direction of what is written behind it: a name would be shown with another ending than it has.
const fn turns_text(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The header that makes a browser save an answer as a file: the name in plain ASCII for old ones, and whole.
#[must_use]
pub fn disposition(file_name: &str) -> String {
    let plain: String =
        file_name.chars().map(|c| if c.is_ascii_graphic() || c == ' ' { c } else { '_' }).collect();
    let mut whole = String::with_capacity(file_name.len());
    for byte in file_name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            whole.push(char::from(byte));
        } else {
            // Writing to a text cannot fail.
            let _ = write!(whole, "%{byte:02X}");
        }
    }
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{whole}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_called_like_its_project_as_far_as_that_is_safe() {
        let cases = [
            ("Mustang 1967", "Mustang 1967.json"),
            ("a/b\\c:d\"e\n", "a_b_c_d_e_.json"),
            ("../../etc/passwd", "_.._etc_passwd.json"),
            ("...", "project.json"),
            ("  ", "project.json"),
            ("Käfer 🚗", "Käfer 🚗.json"),
        ];
        for (project, expected) in cases {
            assert_eq!(file_name(project), expected);
        }
        assert_eq!(file_name(&"x".repeat(256)).len(), 105);
        assert_eq!(
            file_name(&"🚗".repeat(256)),
            format!("{}.json", "🚗".repeat(50)),
            "no file system takes more"
        );
        assert_eq!(file_name("photo\u{202e}gpj"), "photo_gpj.json", "nothing is shown as what it is not");
    }

    #[test]
    fn the_header_has_the_name_twice_and_nothing_breaks_out_of_it() {
        let header = disposition(&file_name("Käfer \"63\"; x=y\r\n"));
        let expected = "attachment; filename=\"K_fer _63_; x=y__.json\"; \
                        filename*=UTF-8''K%C3%A4fer%20_63_%3B%20x%3Dy__.json";
        assert_eq!(header, expected);
        assert!(header.is_ascii());
    }
}
