//! Invitations: somebody becomes a user by one, once.

use std::time::Duration;

use graphroom::clock::system_clock;
use graphroom::domain::Timestamp;
use graphroom::identity::invitations::NewInvitation;
use graphroom::store::{Accounts, SqliteStore, Store};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::Guarded;
use crate::support::Rest;

const PASSWORD: &str = "correct horse battery";

fn refused() -> Value {
    json!({ "detail": "Could not validate credentials", "code": "UNAUTHENTICATED" })
}

async fn sign_in(guarded: &Guarded, body: Value) -> (StatusCode, Value) {
    let rest = &guarded.server.rest;
    rest.send(rest.at(Method::POST, "/auth/token").json(&body)).await
}

async fn invite(rest: &Rest, path: &str, body: Value) -> (String, String) {
    let (status, made) = rest.post(path, body).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let text = |name: &str| made[name].as_str().unwrap().to_owned();
    let invitation = text("invitation");
    assert!(invitation.starts_with("inv_") && invitation.len() == 47);
    (invitation, text("invitation_id"))
}

async fn delete(rest: &Rest, path: &str) -> StatusCode {
    rest.send(rest.request(Method::DELETE, path)).await.0
}

#[tokio::test]
async fn who_is_invited_becomes_a_user_with_its_role_once() {
    let guarded = Guarded::start().await;
    let project = guarded.project(&[]).await;
    let body = json!({ "project_id": project.project_id, "role": "editor" });
    let (invitation, id) = invite(&guarded.admin(), "/admin/invitations", body).await;
    let (_, listed) = guarded.admin().get("/admin/invitations").await;
    assert_eq!(listed["invitations"][0]["invitation_id"], id.as_str());
    assert!(!listed.to_string().contains(&invitation));

    let body = json!({ "client_id": "carol", "invitation": invitation, "password": PASSWORD });
    let (status, pair) = sign_in(&guarded, body.clone()).await;
    assert_eq!(status, StatusCode::OK, "{pair}");
    let token = pair["access_token"].as_str().unwrap().to_owned();
    let carol = guarded.server.rest.with_token(&token);
    let command = json!({ "blueprint_type_id": "phase", "parent_id": project.root });
    carol.execute(&project, "CreateNode", command).await;
    guarded.socket_with(&token).await.join(&project.session_id).await;
    assert_eq!(carol.get("/admin/users").await.0, StatusCode::FORBIDDEN);

    let again = json!({ "client_id": "dora", "invitation": invitation });
    assert_eq!(sign_in(&guarded, again).await, (StatusCode::UNAUTHORIZED, refused()));
    let (_, listed) = guarded.admin().get("/admin/invitations").await;
    assert_eq!(listed["invitations"], json!([]));
    // It is a user like others, after a restart too.
    let guarded = Guarded::start_in(guarded.stop().await).await;
    let (status, pair) = sign_in(&guarded, json!({ "client_id": "carol", "password": PASSWORD })).await;
    assert_eq!(status, StatusCode::OK);
    let carol = guarded.server.rest.with_token(pair["access_token"].as_str().unwrap());
    let (_, projects) = carol.get("/projects").await;
    assert_eq!(projects["total"], 1, "{projects}");
    guarded.stop().await;
}

#[tokio::test]
async fn of_many_who_show_one_invitation_at_once_one_becomes_a_user() {
    let guarded = Guarded::start().await;
    let (invitation, _) = invite(&guarded.admin(), "/admin/invitations", json!({})).await;
    let tries = (0..4).map(|number| {
        let body = json!({ "client_id": format!("user{number}"), "invitation": invitation });
        sign_in(&guarded, body)
    });
    let answers = futures_util::future::join_all(tries).await;
    let taken = answers.iter().filter(|(status, _)| *status == StatusCode::OK).count();
    assert_eq!(taken, 1, "{answers:?}");
    assert!(answers.iter().all(|(status, answer)| *status == StatusCode::OK || *answer == refused()));
    let (_, users) = guarded.admin().get("/admin/users").await;
    assert_eq!(users["users"].as_array().unwrap().len(), 1);
    guarded.stop().await;
}

#[tokio::test]
async fn a_name_that_is_taken_does_not_use_an_invitation_up() {
    let guarded = Guarded::start().await;
    let admin = guarded.admin();
    // `owner` and `late` are in no store, but they are something in a project.
    guarded.project(&[("late", "viewer")]).await;
    admin.post("/admin/users", json!({ "user_id": "ann" })).await;
    let (invitation, _) = invite(&admin, "/admin/invitations", json!({})).await;
    for taken in ["ann", "owner", "late"] {
        let (status, answer) =
            sign_in(&guarded, json!({ "client_id": taken, "invitation": invitation })).await;
        assert_eq!((status, &answer["code"]), (StatusCode::CONFLICT, &json!("CONFLICT")), "{answer}");
        let junk = json!({ "client_id": taken, "invitation": "inv_junk" });
        assert_eq!(
            sign_in(&guarded, junk).await,
            (StatusCode::UNAUTHORIZED, refused()),
            "nobody hears of it"
        );
    }
    let free = json!({ "client_id": "carol", "invitation": invitation });
    assert_eq!(sign_in(&guarded, free).await.0, StatusCode::OK);
    guarded.stop().await;
}

#[tokio::test]
async fn whatever_is_wrong_with_an_invitation_the_answer_is_the_same_and_counts_as_a_failure() {
    let directory = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(directory.path()).unwrap();
    let long_ago = Timestamp::from_millis(system_clock()().millis() - 8 * 86_400_000);
    let new = NewInvitation {
        created_by: "root".to_owned(),
        place: None,
        lifetime: Duration::from_secs(7 * 86_400),
    };
    let (row, expired) = new.make(long_ago).unwrap();
    store.create_invitation(row).await.unwrap();
    store.close().await.unwrap();

    let guarded = Guarded::start_in(directory).await;
    let admin = guarded.admin();
    admin.post("/admin/users", json!({ "user_id": "idle", "is_admin": true })).await;
    let (by_idle, _) = invite(&guarded.rest("idle"), "/admin/invitations", json!({})).await;
    let disable = admin.request(Method::PATCH, "/admin/users/idle").json(&json!({ "is_disabled": true }));
    assert_eq!(admin.send(disable).await.0, StatusCode::OK);
    let (revoked, id) = invite(&admin, "/admin/invitations", json!({})).await;
    assert_eq!(delete(&admin, &format!("/admin/invitations/{id}")).await, StatusCode::OK);
    assert_eq!(delete(&admin, &format!("/admin/invitations/{id}")).await, StatusCode::NOT_FOUND);
    let (good, _) = invite(&admin, "/admin/invitations", json!({})).await;
    let unknown = format!("inv_{}", "A".repeat(43));
    for bad in [expired.expose(), &*by_idle, &*revoked, &*unknown, "junk"] {
        let body = json!({ "client_id": "carol", "invitation": bad });
        assert_eq!(sign_in(&guarded, body).await, (StatusCode::UNAUTHORIZED, refused()));
    }
    let body = json!({ "client_id": "carol", "invitation": good });
    let (status, answer) = sign_in(&guarded, body).await;
    assert_eq!((status, &answer["code"]), (StatusCode::TOO_MANY_REQUESTS, &json!("RATE_LIMITED")));
    let (_, users) = admin.get("/admin/users").await;
    assert_eq!(users["users"].as_array().unwrap().len(), 1, "{users}");
    guarded.stop().await;
}

#[tokio::test]
async fn an_owner_invites_to_its_project_and_to_no_other() {
    let guarded = Guarded::start().await;
    let project = guarded.project(&[("ed", "editor")]).await;
    let (owner, path) = (guarded.rest("owner"), format!("/projects/{}/invitations", project.project_id));
    let (_, id) = invite(&owner, &path, json!({ "role": "owner", "expires_in": 60 })).await;
    let (_, listed) = owner.get(&path).await;
    assert_eq!(listed["invitations"][0]["created_by"], "owner");
    assert_eq!(guarded.rest("ed").get(&path).await.0, StatusCode::FORBIDDEN);

    let other = guarded.rest("other").project().await;
    let others = format!("/projects/{}/invitations", other.project_id);
    let (_, of_other) = invite(&guarded.rest("other"), &others, json!({ "role": "viewer" })).await;
    assert_eq!(delete(&owner, &format!("{path}/{of_other}")).await, StatusCode::NOT_FOUND);
    assert_eq!(owner.get(&others).await.0, StatusCode::NOT_FOUND);
    assert_eq!(guarded.admin().get("/admin/invitations").await.1["invitations"].as_array().unwrap().len(), 2);
    assert_eq!(delete(&owner, &format!("{path}/{id}")).await, StatusCode::OK);
    assert_eq!(owner.get(&path).await.1["invitations"], json!([]));
    for wrong in [
        json!({}),
        json!({ "role": "admin" }),
        json!({ "role": "viewer", "expires_in": 2_592_001 }),
        json!({ "role": "viewer", "expires_in": 59 }),
    ] {
        assert_eq!(owner.post(&path, wrong).await.0, StatusCode::BAD_REQUEST);
    }
    let admin = guarded.admin();
    let of_nothing = admin.post("/admin/invitations", json!({ "role": "viewer" })).await;
    assert_eq!(
        (of_nothing.0, &of_nothing.1["error"]["code"]),
        (StatusCode::NOT_FOUND, &json!("PROJECT_NOT_FOUND"))
    );
    let (_, made) = admin.post("/admin/invitations", json!({ "project_id": project.project_id })).await;
    assert_eq!(made["role"], "viewer", "{made}");
    guarded.stop().await;
}

#[tokio::test]
async fn a_password_that_is_none_is_refused_before_the_invitation_is_looked_at() {
    let guarded = Guarded::start().await;
    let (invitation, _) = invite(&guarded.admin(), "/admin/invitations", json!({})).await;
    for body in [
        json!({ "client_id": "carol", "invitation": invitation, "password": "short" }),
        json!({ "client_id": "carol", "invitation": invitation, "api_key": "sk_1" }),
    ] {
        assert_eq!(sign_in(&guarded, body).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let body = json!({ "client_id": "carol", "invitation": invitation });
    assert_eq!(sign_in(&guarded, body).await.0, StatusCode::OK);
    guarded.stop().await;
}
