//! What each route needs of its caller: one table, which holds every operation of the OpenAPI document.
//!
//! A route that is not in it is an admin's alone; a test finds it.

use std::collections::HashMap;

use http::Method;
use utoipa::openapi::OpenApi;
use utoipa::openapi::path::Operation;

use crate::domain::Role;
use crate::identity::Need;

const VIEWER: Need = Need::Role(Role::Viewer);
const EDITOR: Need = Need::Role(Role::Editor);
const OWNER: Need = Need::Role(Role::Owner);

/// By operation.
const NEEDS: &[(&str, Need)] = &[
    ("describe_service", Need::Nothing),
    ("health", Need::Nothing),
    ("root_health", Need::Nothing),
    ("api_health", Need::Nothing),
    ("ready", Need::Nothing),
    ("read_openapi", Need::Nothing),
    ("read_asyncapi", Need::Nothing),
    ("show_reference", Need::Nothing),
    ("read_reference_file", Need::Nothing),
    ("find_reference", Need::Nothing),
    ("find_reference_behind_slash", Need::Nothing),
    ("list_limitations", Need::Nothing),
    // What works and what does not is no secret: `/ready` tells it, too.
    ("read_health", Need::Nothing),
    ("chat_health", Need::Nothing),
    // These look at the credentials themselves, and say what they find.
    ("issue_tokens", Need::Nothing),
    ("issue_session_token", Need::Nothing),
    ("refresh_tokens", Need::Nothing),
    ("validate_token", Need::Nothing),
    ("revoke_token", Need::Nothing),
    ("authentication_health", Need::Nothing),
    ("list_templates", Need::Name),
    ("describe_template", Need::Name),
    // Lists hold what the caller has a role in.
    ("list_projects", Need::Name),
    ("list_sessions", Need::Name),
    ("create_project", Need::Name),
    ("import_project", Need::Name),
    ("create_session", Need::Name),
    ("describe_session", VIEWER),
    ("read_events", VIEWER),
    ("read_engine_state", VIEWER),
    ("read_engine_phase", VIEWER),
    ("read_engine_speaker", VIEWER),
    ("list_engine_turns", VIEWER),
    ("read_presence", VIEWER),
    ("lease_presence", VIEWER),
    ("release_presence", VIEWER),
    ("read_dirty", VIEWER),
    ("read_tree", VIEWER),
    ("read_tree_by_query", VIEWER),
    ("read_graph", VIEWER),
    ("read_graph_at", VIEWER),
    ("read_node", VIEWER),
    ("read_project", VIEWER),
    ("describe_project", VIEWER),
    ("export_project", VIEWER),
    ("search_graph", VIEWER),
    ("list_orphaned_properties", VIEWER),
    ("list_history", VIEWER),
    ("read_blame", VIEWER),
    ("list_versions", VIEWER),
    ("execute_command", EDITOR),
    ("undo", EDITOR),
    ("redo", EDITOR),
    ("restore", EDITOR),
    ("load_graph", EDITOR),
    ("rename_project", EDITOR),
    ("save_project", EDITOR),
    ("save_session", EDITOR),
    ("publish_event", EDITOR),
    ("reset_dirty", EDITOR),
    ("create_version", EDITOR),
    ("delete_version", EDITOR),
    ("set_session_state", OWNER),
    ("delete_project", OWNER),
    ("list_members", VIEWER),
    ("set_member", OWNER),
    ("remove_member", OWNER),
    ("invite_to_project", OWNER),
    ("list_project_invitations", OWNER),
    ("revoke_project_invitation", OWNER),
    ("list_users", Need::Admin),
    ("create_user", Need::Admin),
    ("change_user", Need::Admin),
    ("create_api_key", Need::Admin),
    ("list_api_keys", Need::Admin),
    ("revoke_api_key", Need::Admin),
    ("read_audit", Need::Admin),
    ("list_loaded_sessions", Need::Admin),
    ("inspect_session", Need::Admin),
    ("unload_session", Need::Admin),
    ("list_errors", Need::Admin),
    ("count_errors", Need::Admin),
    ("resolve_error", Need::Admin),
    ("read_charts", Need::Admin),
    ("read_system_status", Need::Admin),
    ("check_health", Need::Admin),
    ("list_alerts", Need::Admin),
    ("acknowledge_alert", Need::Admin),
    ("read_status_history", Need::Admin),
    ("clean_up_dead_connections", Need::Admin),
    ("read_live_status", Need::Admin),
    ("read_status_metrics", Need::Admin),
    ("read_status_connections", Need::Admin),
    ("create_invitation", Need::Admin),
    ("list_invitations", Need::Admin),
    ("revoke_invitation", Need::Admin),
    // What a caller may do in a conversation depends on its project, or on who takes part: that is asked where it is read.
    ("create_conversation", Need::Name),
    ("list_conversations", Need::Name),
    ("read_conversation", Need::Name),
    ("change_conversation", Need::Name),
    ("delete_conversation", Need::Name),
    ("list_messages", Need::Name),
    ("send_message", Need::Name),
    ("edit_message", Need::Name),
    ("delete_message", Need::Name),
    ("mark_read", Need::Name),
    ("set_participant", Need::Name),
    ("remove_participant", Need::Name),
    ("cancel_answer", Need::Name),
    // A talk is its caller's: that is asked where it is found.
    ("begin_client_talk", Need::Name),
    ("say_as_client", Need::Name),
    ("hear_as_client", Need::Name),
    ("describe_client_talk", Need::Name),
    ("end_client_talk", Need::Name),
    // A project of a chat may be one that clients keep elsewhere: what it needs is asked where its name is read.
    ("process_chat", Need::Name),
    ("verify_chat", Need::Name),
    ("read_project_chat", Need::Name),
    ("list_project_chats", Need::Name),
    ("create_project_chat", Need::Name),
    ("delete_project_chat", Need::Name),
    ("count_project_chat", Need::Name),
    ("project_chat_status", Need::Name),
    ("read_chat_context", Need::Name),
    // Who may do everything sees all of them, everybody else its own.
    ("count_connections", Need::Name),
    ("list_client_connections", Need::Name),
    ("list_connections", Need::Name),
    ("list_chat_sessions", Need::Name),
    ("read_connection", Need::Name),
    ("read_websocket_status", Need::Admin),
    ("read_websocket_metrics", Need::Admin),
    ("list_event_types", Need::Nothing),
    ("broadcast_to_everybody", Need::Admin),
    ("broadcast_to_user", Need::Admin),
    ("broadcast_to_session", Need::Admin),
    ("broadcast_to_client", Need::Admin),
    ("broadcast_to_connection", Need::Admin),
    // A project may be one that clients keep elsewhere, a conversation may have none: what they need is asked where they
    // are found. A broadcast is known to who sent it.
    ("broadcast_to_project", Need::Name),
    ("broadcast_to_conversation", Need::Name),
    ("read_broadcast", Need::Name),
    ("retry_broadcast", Need::Name),
    ("count_broadcasts", Need::Admin),
    ("list_broadcasts", Need::Admin),
    ("list_failed_broadcasts", Need::Admin),
    ("read_maintenance", Need::Name),
    ("set_maintenance", Need::Admin),
    ("send_notification", Need::Admin),
    ("clean_up_connections", Need::Admin),
    ("disconnect", Need::Admin),
    ("metrics", Need::Admin),
    ("clean_up_sessions", Need::Admin),
];

/// Whether what needs this is refused while the server is in maintenance, unless it only reads: signing in, presence and
/// what admins do go on.
pub fn is_paused(need: Need) -> bool {
    match need {
        Need::Nothing | Need::Admin | Need::Role(Role::Viewer) => false,
        Need::Name | Need::Role(_) => true,
    }
}

/// What an operation needs, if anybody has said it.
pub fn of_operation(operation_id: &str) -> Option<Need> {
    NEEDS.iter().find(|(id, _)| *id == operation_id).map(|(_, need)| *need)
}

/// What the routes need, by method and path.
pub struct Needs(HashMap<String, Vec<(Method, Need)>>);

impl Needs {
    /// Of the routes that a document describes.
    pub fn of(document: &OpenApi) -> Self {
        let paths = document.paths.paths.iter().map(|(path, item)| {
            let operations: [(Method, &Option<Operation>); 5] = [
                (Method::GET, &item.get),
                (Method::POST, &item.post),
                (Method::PUT, &item.put),
                (Method::PATCH, &item.patch),
                (Method::DELETE, &item.delete),
            ];
            let needs = operations.into_iter().filter_map(|(method, operation)| {
                let id = operation.as_ref()?.operation_id.as_deref().unwrap_or_default();
                Some((method, of_operation(id).unwrap_or(Need::Admin)))
            });
            (path.clone(), needs.collect())
        });
        Self(paths.collect())
    }

    /// What a route needs. What reads only the head of an answer needs what the answer does.
    pub fn of_route(&self, method: &Method, path: &str) -> Need {
        let method = if *method == Method::HEAD { &Method::GET } else { method };
        let needs = self.0.get(path).into_iter().flatten();
        needs.filter(|(known, _)| known == method).map(|(_, need)| *need).next().unwrap_or(Need::Admin)
    }
}
