//! What is told of a message that is answered, and what the answer is made of.
//!
//! Proves HEAR-4 and HEAR-6 (docs/behaviour.md).

use serde_json::{Value, json};

use super::{ELSEWHERE, Office, about, find, steps, sure, told};
use crate::hearing::{is_in_micros, named};

/// Every step of a message whose answer is sure, in order, where it is the first that is said.
const STEPS: [&str; 16] = [
    "conversation_created",
    "ai_processing_start",
    "chat_status_update processing",
    "ai_processing_progress context_analysis started",
    "context_analysis_complete analysis_started",
    "context_analysis_complete key_terms_extracted",
    "context_analysis_complete memories_retrieved",
    "context_analysis_complete analysis_complete",
    "ai_processing_progress context_analysis completed",
    "chat_status_update generating",
    "ai_processing_progress ai_generation started",
    "ai_processing_progress ai_generation completed",
    "message_processed user",
    "message_processed ai_pm",
    "chat_status_update completed",
    "ai_processing_end",
];

#[tokio::test]
async fn whoever_hears_the_project_is_told_each_step_once_and_in_order() {
    let office = Office::start().await;
    let (mut ann, mut eve) = (office.listener(ELSEWHERE).await, named(&office.server, "eve").await);
    office.stub.say([&*sure(0.9)]);
    let answer = office.process(about(ELSEWHERE, "Which parts are late?")).await;
    let told = told(&mut ann).await;
    assert_eq!(steps(&told), STEPS);
    let begun = find(&told, "conversation_created");
    assert_eq!(begun["conversation_id"], answer["conversation_id"]);
    assert_eq!(begun["conversation"]["title"], "Which parts are late?");
    for event in &told[1..] {
        assert_eq!(event.payload["request_id"], answer["request_id"], "{}", event.name);
        assert_eq!(event.payload["project_id"], ELSEWHERE);
        assert!(is_in_micros(&event.payload["timestamp"]), "{}", event.payload);
    }
    ann.call("heartbeat", Value::Null).await;
    let more: Vec<_> = ann.read_already().into_iter().map(|event| event.name).collect();
    assert_eq!(more, ["heartbeat_response"], "nothing twice");
    eve.call("heartbeat", Value::Null).await;
    assert_eq!(eve.read_already().len(), 1, "who does not hear the project is told nothing of it");

    let start = find(&told, "ai_processing_start");
    assert_eq!(
        (&start["user_message"], &start["session_id"]),
        (&json!("Which parts are late?"), &Value::Null)
    );
    let generated = find(&told, "ai_processing_progress ai_generation completed");
    assert_eq!((&generated["confidence"], &generated["memory_keys"]), (&json!(0.9), &json!([])));
    assert!(generated["processing_time"].as_f64().is_some_and(|seconds| seconds > 0.0));
    let end = find(&told, "ai_processing_end");
    assert_eq!((&end["success"], &end["confidence"]), (&json!(true), &json!(0.9)));
    assert_eq!(end["verification_required"], answer["verification_required"]);
    let kept = find(&told, "message_processed ai_pm");
    assert_eq!(
        (&kept["content_preview"], &kept["message_id"]),
        (&json!("The doors are late."), &answer["ai_response"]["id"])
    );
    office.stop().await;
}

#[tokio::test]
async fn the_answer_has_every_field_that_clients_know() {
    let office = Office::start().await;
    office.stub.say([&*sure(0.9)]);
    let answer = office.process(about(ELSEWHERE, "Which parts are late?")).await;
    let response = &answer["ai_response"];
    assert_eq!((&answer["success"], &answer["error_message"]), (&json!(true), &Value::Null));
    assert_eq!((&answer["message_stored"], &answer["session_updated"]), (&json!(true), &json!(true)));
    assert_eq!(
        (&answer["verification_required"], &answer["verification_prompt"]),
        (&json!(false), &Value::Null)
    );
    assert_eq!(
        (&response["user_explanation"], &response["technical_instruction"]),
        (&json!("The doors are late."), &json!("Order them."))
    );
    assert_eq!((&response["confidence"], &response["status"]), (&json!(0.9), &json!("completed")));
    let metadata = &response["metadata"];
    assert_eq!((&metadata["attempt"], &metadata["model_info"]["name"]), (&json!(1), &json!("small")));
    assert_eq!((&metadata["memory_keys"], &metadata["error_info"]), (&json!([]), &Value::Null));
    let asked = &office.stub.asked()[0].body;
    assert_eq!(asked["format"]["required"].as_array().unwrap().len(), 3, "the assistant is asked for a form");
    assert_eq!(asked["messages"].as_array().unwrap().last().unwrap()["content"], "Which parts are late?");
    office.stop().await;
}

#[tokio::test]
async fn an_answer_in_no_form_is_an_explanation_that_is_half_sure() {
    let office = Office::start().await;
    office.stub.say(["The ", "doors."]);
    let body = json!({ "project_id": ELSEWHERE, "user_message": "Which?", "require_verification": false });
    let answer = office.process(body).await;
    assert_eq!(answer["ai_response"]["user_explanation"], "The doors.");
    assert_eq!(
        (&answer["ai_response"]["confidence"], &answer["verification_required"]),
        (&json!(0.5), &json!(false))
    );
    office.stop().await;
}

#[tokio::test]
async fn what_is_known_is_what_the_chat_and_the_project_say() {
    let office = Office::start().await;
    let project = office.server.rest.project().await;
    let node = json!({ "parent_id": project.root, "blueprint_type_id": "phase", "name": "Gearbox overhaul" });
    office.server.rest.execute(&project, "CreateNode", node).await;
    office.stub.say([&*sure(0.9)]);
    office.process(about(&project.project_id, "The carburettor leaks")).await;
    let mut ann = office.listener(&project.project_id).await;
    office.stub.say([&*sure(0.9)]);
    let body = json!({ "project_id": project.project_id, "user_message": "Gearbox, carburettor or unicorn?",
        "context": { "page": "engine room" } });
    let answer = office.process(body).await;
    let told = told(&mut ann).await;
    let terms = find(&told, "context_analysis_complete key_terms_extracted");
    assert_eq!(terms["key_terms"], json!(["gearbox", "carburettor", "unicorn"]));
    assert_eq!(terms["term_count"], 3);
    let memories = find(&told, "context_analysis_complete memories_retrieved");
    assert_eq!(memories["memory_count"], 3, "two messages and a node");
    let known = find(&told, "context_analysis_complete analysis_complete");
    let share = 2.0 / 3.0;
    assert_eq!((&known["context_score"], &known["completeness_score"]), (&json!(share), &json!(share)));
    assert_eq!((&known["confidence_score"], &known["relevant_memory_count"]), (&json!(share), &json!(2)));
    assert_eq!(known["suggested_actions"], json!(["Say more about unicorn"]));
    let completed = find(&told, "ai_processing_progress context_analysis completed");
    assert_eq!(completed["context_score"], known["context_score"]);
    assert_eq!(answer["ai_response"]["metadata"]["context_items"], 2);
    assert_eq!(answer["ai_response"]["metadata"]["dependencies"].as_array().unwrap().len(), 1);
    let shown = office.stub.asked()[1].body["messages"].to_string();
    for text in ["Gearbox overhaul", "engine room", "The carburettor leaks", "The doors are late."] {
        assert!(shown.contains(text), "{text} in {shown}");
    }
    office.stop().await;
}

#[tokio::test]
async fn the_session_is_a_conversation_and_its_listeners_hear_both_messages() {
    let office = Office::start().await;
    office.stub.say([&*sure(0.9)]);
    let body =
        json!({ "project_id": ELSEWHERE, "user_message": "Which parts are late?", "session_id": "s1" });
    let first = office.process(body.clone()).await;
    let id = first["conversation_id"].as_str().unwrap();
    let mut ann = named(&office.server, "ann").await;
    let joined = ann.call("chat:join", json!({ "conversation_id": id })).await;
    let roles: Vec<_> = joined["messages"].as_array().unwrap().iter().map(|one| &one["role"]).collect();
    assert_eq!(roles, ["user", "assistant"], "{joined}");
    assert_eq!(joined["conversation"]["project_id"], ELSEWHERE);
    office.stub.say([&*sure(0.9)]);
    let second = office.process(body).await;
    assert_eq!(second["conversation_id"], id, "a word stands for one session");
    for role in ["user", "assistant"] {
        assert_eq!(ann.event_named("new_message").await["message"]["role"], role);
    }
    office.stop().await;
}
