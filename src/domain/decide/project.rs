//! What concerns the whole project: its name, its template, its graph.

use std::sync::Arc;

use serde_json::json;

use super::{Context, Decision};
use crate::domain::command::ReplaceGraph;
use crate::domain::rejection::excerpt;
use crate::domain::{Effect, Rejection, RejectionCode, State};

pub fn rename(state: &State, name: &Arc<str>) -> Decision {
    Decision::commit(vec![Effect::ProjectName {
        before: Some(Arc::clone(&state.name)),
        after: Arc::clone(name),
    }])
}

/// Nothing is lost: nodes of types and values of properties that the template does not know stay.
pub fn adopt_template(
    state: &State,
    template_id: Option<&str>,
    context: &Context<'_>,
) -> Result<Decision, Rejection> {
    let id = template_id.unwrap_or(&state.template.id);
    let template = context.templates.get(id).ok_or_else(|| {
        Rejection::new(RejectionCode::InvalidTemplate, format!("There is no template {}", excerpt(id)))
            .with_details(json!({ "template_id": excerpt(id) }))
    })?;
    Ok(Decision::commit(vec![Effect::Template {
        before: Some(Arc::clone(&state.template)),
        after: Arc::clone(template),
    }]))
}

pub fn replace_graph(
    state: &State,
    fields: &ReplaceGraph,
    context: &Context<'_>,
) -> Result<Decision, Rejection> {
    if fields.nodes.len() > context.limits.nodes {
        return Err(Rejection::node_limit(context.limits.nodes));
    }
    let template = fields.template.as_ref().filter(|template| **template != state.template);
    let template = template.map(|template| Effect::Template {
        before: Some(Arc::clone(&state.template)),
        after: Arc::clone(template),
    });
    let graph = Effect::Graph { after: Arc::clone(&fields.nodes) };
    Ok(Decision::commit(template.into_iter().chain([graph]).collect()))
}
