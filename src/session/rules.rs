//! What the decisions of all sessions depend on beside their projects.

use std::sync::Arc;

use arc_swap::ArcSwap;

use super::ring::Kept;
use super::snapshots::Every;
use crate::domain::{Author, Context, Limits, TemplateSet, Timestamp};

/// The rules of this server.
#[derive(Clone)]
pub struct Rules {
    /// How large projects may get.
    pub limits: Limits,
    /// Whether a node whose parent is unknown becomes a root, as some clients expect.
    pub lenient_parents: bool,
    /// How many sessions may be loaded at once. 0 for any number.
    pub max_sessions: usize,
    /// When snapshots are taken.
    pub snapshot_every: Every,
    /// From how many nodes on the graph's text is kept when a session ends.
    pub graph_text_from: usize,
    /// How much each session keeps of its latest events.
    pub kept: Kept,
    /// What projects can move to. Somebody else keeps it up to date.
    pub templates: Arc<ArcSwap<TemplateSet>>,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            lenient_parents: false,
            max_sessions: 1_000,
            snapshot_every: Every::default(),
            graph_text_from: 10_000,
            kept: Kept::default(),
            templates: Arc::default(),
        }
    }
}

impl Rules {
    /// What a decision depends on.
    pub(super) fn context<'a>(
        &self,
        author: &'a Author,
        now: Timestamp,
        seed: uuid::Uuid,
        templates: &'a TemplateSet,
    ) -> Context<'a> {
        let Self { limits, lenient_parents, .. } = *self;
        Context { author, now, seed, limits, lenient_parents, templates }
    }
}
