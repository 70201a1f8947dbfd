//! Every command of the registry, in the form that its type gives it, is one that the server takes.

use graphroom_protocol::command::{
    AdoptTemplateData, ApplyKitData, BatchData, Command, CreateNodeData, DeleteNodeData,
    DeleteOrphanedPropertyData, DeletePropertyData, LinkNodeData, MoveNodeData, Position, ReorderNodeData,
    UnlinkNodeData, UpdateBlockingRelationshipData, UpdatePropertyData,
};
use graphroom_protocol::rest::ExecuteBody;
use serde_json::{Value, json};

use super::schema::Schemas;
use crate::support::{Project, Rest, TestServer};

/// A command of every type; `nodes` are three phases below the root.
pub fn commands(root: &str, nodes: &[String; 3]) -> Vec<Command> {
    let [first, second, third] = nodes.clone();
    let (node_id, property_id) = (first.clone(), "status".to_owned());
    vec![
        Command::CreateNode(CreateNodeData {
            blueprint_type_id: "job".to_owned(),
            parent_id: Some(first.clone()),
            index: Some(0),
            ..CreateNodeData::default()
        }),
        Command::UpdateProperty(UpdatePropertyData {
            node_id: node_id.clone(),
            property_id: "notes".to_owned(),
            new_value: Some(json!("Rust")),
            check: Some(true),
            ..UpdatePropertyData::default()
        }),
        Command::DeleteProperty(DeletePropertyData {
            node_id: node_id.clone(),
            property_id: property_id.clone(),
        }),
        Command::DeleteOrphanedProperty(DeleteOrphanedPropertyData { node_id, property_key: property_id }),
        Command::LinkNode(LinkNodeData { parent_id: first.clone(), child_id: second.clone() }),
        Command::UnlinkNode(UnlinkNodeData { parent_id: first.clone(), child_id: second.clone() }),
        Command::MoveNode(MoveNodeData {
            node_id: second.clone(),
            new_parent_id: Some(root.to_owned()),
            position: Some(Position::First),
            ..MoveNodeData::default()
        }),
        Command::ReorderNode(ReorderNodeData { node_id: third.clone(), new_index: 0 }),
        Command::ApplyKit(ApplyKitData { target_id: third.clone(), kit_root_id: first.clone() }),
        Command::UpdateBlockingRelationship(UpdateBlockingRelationshipData {
            blocked_node_id: second,
            blocking_node_id: Some(first),
        }),
        Command::AdoptTemplate(AdoptTemplateData::default()),
        Command::Batch(BatchData { commands: vec![Command::DeleteNode(DeleteNodeData { node_id: third })] }),
        Command::DeleteNode(DeleteNodeData { node_id: root.to_owned() }),
    ]
}

/// Makes a phase below the root.
pub async fn phase(rest: &Rest, project: &Project) -> String {
    let data = json!({ "parent_id": project.root, "blueprint_type_id": "phase" });
    rest.execute(project, "CreateNode", data).await["node_id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn every_command_type_is_taken_as_it_is_described() {
    let server = TestServer::start().await;
    let (rest, project) = (&server.rest, server.rest.project().await);
    let nodes = [phase(rest, &project).await, phase(rest, &project).await, phase(rest, &project).await];
    let document = serde_json::to_value(graphroom::transport::rest::openapi()).unwrap();
    let schemas = Schemas::of(&document);
    let mut taken: Vec<String> = Vec::new();
    for command in commands(&project.root, &nodes) {
        let body = ExecuteBody { session_id: project.session_id.clone(), command, command_id: None };
        let body: Value = serde_json::to_value(body).unwrap();
        schemas.check_named("ExecuteBody", &body, "a command");
        let (status, answer) = rest.post("/commands/execute?graph=none", body.clone()).await;
        assert_eq!(status, 200, "{body}\n{answer}");
        taken.push(body["command_type"].as_str().unwrap().to_owned());
    }
    taken.sort();
    let mut types = Command::TYPES.to_vec();
    types.sort_unstable();
    assert_eq!(taken, types);
    server.stop().await;
}
