//! Answers that are not sure, and answers that are looked at again.
//!
//! Proves HEAR-6 (docs/behaviour.md).

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{ELSEWHERE, Office, about, find, steps, sure, told};
use crate::support::ollama::Script;

const FALLBACK: &str = "Verification required but prompt generation failed.";

#[tokio::test]
async fn an_answer_that_is_not_sure_is_to_be_looked_at_with_a_question_back() {
    let office = Office::start().await;
    let mut ann = office.listener(ELSEWHERE).await;
    office.stub.say([&*sure(0.7)]);
    office.stub.say([r#"{"verification_prompt":"Which doors?"}"#]);
    let answer = office.process(about(ELSEWHERE, "Which parts are late?")).await;
    assert_eq!(
        (&answer["verification_required"], &answer["verification_prompt"]),
        (&json!(true), &json!("Which doors?"))
    );
    assert_eq!(answer["ai_response"]["status"], "verification_required");
    assert_eq!(answer["ai_response"]["metadata"]["verification_intensity"], "low");
    let told = told(&mut ann).await;
    assert_eq!(
        find(&told, "ai_processing_progress verification required")["verification_prompt"],
        "Which doors?"
    );
    assert_eq!(find(&told, "ai_processing_end")["verification_required"], true);
    office.stop().await;
}

#[tokio::test]
async fn where_no_question_back_can_be_made_a_fixed_one_is_told() {
    let office = Office::start().await;
    let mut ann = office.listener(ELSEWHERE).await;
    office.stub.say([&*sure(0.7)]);
    office.stub.plan(Script::status(404));
    let answer = office.process(about(ELSEWHERE, "Which parts are late?")).await;
    assert_eq!(answer["verification_prompt"], FALLBACK);
    let told = told(&mut ann).await;
    assert_eq!(find(&told, "ai_processing_progress verification required")["verification_prompt"], FALLBACK);
    office.stop().await;
}

#[tokio::test]
async fn who_wants_no_verification_is_told_of_none_by_the_event_and_by_the_answer() {
    let office = Office::start().await;
    let mut ann = office.listener(ELSEWHERE).await;
    office.stub.say([&*sure(0.1)]);
    let body = json!({ "project_id": ELSEWHERE, "user_message": "Which?", "require_verification": false });
    let answer = office.process(body).await;
    let told = told(&mut ann).await;
    assert_eq!(find(&told, "ai_processing_end")["verification_required"], false);
    assert_eq!(
        (&answer["verification_required"], &answer["verification_prompt"]),
        (&json!(false), &Value::Null)
    );
    assert!(!steps(&told).iter().any(|step| step.contains("verification")));
    assert_eq!(office.stub.asked().len(), 1);
    office.stop().await;
}

#[tokio::test]
async fn an_answer_that_is_looked_at_again_is_told_to_the_project() {
    let office = Office::start().await;
    let mut ann = office.listener(ELSEWHERE).await;
    let feedback = "It holds. ".repeat(30);
    let verdict = json!({ "verified": true, "confidence": 0.75, "feedback": feedback }).to_string();
    office.stub.say([&*verdict]);
    let body = json!({ "project_id": ELSEWHERE, "response": "The doors.", "user_message": "Which?",
        "verification_intensity": "high" });
    let (status, answer) = office.post("/api/chat/verify", body.clone()).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    assert_eq!(
        (&answer["verified"], &answer["confidence"], &answer["feedback"]),
        (&json!(true), &json!(0.75), &json!(feedback))
    );
    let started = ann.event_named("ai_processing_progress").await;
    assert_eq!((&started["stage"], &started["status"]), (&json!("verification"), &json!("started")));
    assert_eq!(
        (&started["verification_intensity"], &started["request_id"]),
        (&json!("high"), &answer["request_id"])
    );
    let completed = ann.event_named("ai_processing_progress").await;
    assert_eq!((&completed["status"], &completed["verified"]), (&json!("completed"), &json!(true)));
    assert_eq!(completed["feedback"].as_str().unwrap().chars().count(), 203, "200 characters, and dots");

    office.stub.say(["Perhaps."]);
    let (status, answer) = office.post("/api/chat/verify", body).await;
    assert_eq!((status, &answer["code"]), (StatusCode::SERVICE_UNAVAILABLE, &json!("ASSISTANT_UNAVAILABLE")));
    ann.event_named("ai_processing_progress").await;
    let failed = ann.event_named("ai_processing_progress").await;
    assert_eq!((&failed["status"], &failed["error"]), (&json!("error"), &answer["detail"]));
    office.stop().await;
}
