//! Project files: reading one, with every fault and its place, and writing one.

use std::sync::Arc;

use crate::domain::Template;
use crate::domain::effect::NodeRow;

/// A project file that was read and is in order.
#[derive(Clone, Debug)]
pub struct Import {
    /// The file's own name for the project, if it has one.
    pub name: Option<String>,
    /// The template that its nodes are made of.
    pub template: Arc<Template>,
    /// All nodes, parents first.
    pub nodes: Arc<[NodeRow]>,
}
