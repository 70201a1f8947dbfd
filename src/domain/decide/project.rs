//! What concerns the whole project: its name, its template, its graph.

use std::sync::Arc;

use serde_json::json;

use super::{Context, Decision};
use crate::domain::command::{Command, ReplaceGraph};
use crate::domain::rejection::excerpt;
use crate::domain::{Effect, Life, Rejection, RejectionCode, State};

/// Whether a project that is not active may be changed by this command all the same.
pub fn is_open_to(state: &State, command: &Command) -> Result<(), Rejection> {
    if state.life == Life::Active || matches!(command, Command::SetState { .. } | Command::DeleteProject) {
        return Ok(());
    }
    let life = state.life.as_str();
    Err(Rejection::new(RejectionCode::InvalidState, format!("The session is {life}: nothing can be changed"))
        .with_details(json!({ "state": life })))
}

/// Nothing is done where the project is in that state already.
pub fn set_state(state: &State, next: Life) -> Result<Decision, Rejection> {
    if state.life == next {
        return Ok(Decision::NothingToDo);
    }
    if !state.life.leads_to(next) {
        let (from, to) = (state.life.as_str(), next.as_str());
        let message = format!("A session that is {from} cannot become {to}");
        return Err(Rejection::new(RejectionCode::InvalidState, message)
            .with_details(json!({ "state": from, "wanted": to })));
    }
    Ok(Decision::commit(vec![Effect::Life { before: state.life, after: next }]))
}

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
