//! The values that a project's template does not know: what an adopted template left behind.

use graphroom_protocol::rest::search::{OrphanReason, OrphanedProperties, OrphanedProperty};

use super::walk;
use crate::domain::State;
use crate::domain::value_rules::{Misfit, orphans};

/// A page of them, in the order of the tree. It looks at every node: call it where waiting is allowed.
#[must_use]
pub fn page(state: &State, offset: usize, limit: usize) -> OrphanedProperties<'_> {
    let mut page = OrphanedProperties { orphaned: Vec::new(), total: 0, offset, limit };
    for (_, node) in walk::nodes(&state.graph) {
        for orphan in orphans(&state.template, node) {
            if page.total >= offset && page.orphaned.len() < limit {
                page.orphaned.push(OrphanedProperty {
                    node_id: node.id.to_string(),
                    name: node.name(),
                    blueprint_type_id: &node.node_type,
                    property_id: orphan.property_id,
                    value: orphan.value,
                    reason: reason(orphan.misfit),
                });
            }
            page.total += 1;
        }
    }
    page
}

const fn reason(misfit: Misfit) -> OrphanReason {
    match misfit {
        Misfit::UnknownType => OrphanReason::UnknownType,
        Misfit::UnknownProperty => OrphanReason::UnknownProperty,
        Misfit::UnknownOption => OrphanReason::UnknownOption,
        Misfit::WrongKind => OrphanReason::WrongKind,
    }
}
