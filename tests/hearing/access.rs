//! Who may hear a project where everybody has to say who it is.

use serde_json::json;

use super::about;
use crate::identity::{Guarded, remove_role};

#[tokio::test]
async fn only_who_may_read_a_project_hears_it_and_only_projects_of_ours_are_heard() {
    let guarded = Guarded::start().await;
    let project = guarded.project(&[("ann", "viewer")]).await;
    let (mut ann, mut eve) = (guarded.socket("ann").await, guarded.socket("eve").await);
    assert_eq!(ann.call("join_project", about(&project.project_id)).await["success"], true);
    let nothing = "00000000-0000-4000-8000-000000000000";
    let refused = eve.call("join_project", about(&project.project_id)).await;
    assert_eq!(refused["error"]["code"], "PROJECT_NOT_FOUND");
    for word in ["system", "elsewhere", nothing] {
        assert_eq!(eve.call("join_project", about(word)).await, refused, "{word}");
        assert_eq!(ann.call("join_project", about(word)).await["error"]["code"], "PROJECT_NOT_FOUND");
    }
    guarded.stop().await;
}

#[tokio::test]
async fn whose_role_is_taken_hears_the_project_no_more() {
    let guarded = Guarded::start().await;
    let project = guarded.project(&[("ann", "viewer")]).await;
    let mut ann = guarded.socket("ann").await;
    ann.call("join_project", about(&project.project_id)).await;
    let channels = guarded.server.server.channels();
    assert_eq!(channels.listeners(&project.project_id), 1);
    remove_role(&guarded.rest("owner"), &project, "ann").await;
    let told = ann.event_named("error").await;
    assert_eq!(
        (&told["code"], &told["details"]["project_id"]),
        (&json!("FORBIDDEN"), &json!(project.project_id))
    );
    assert_eq!(ann.event_named("project_left").await["project_id"], project.project_id.as_str());
    assert_eq!(channels.listeners(&project.project_id), 0);
    guarded.stop().await;
}
