//! That what is stored of secrets is in no log.

use crate::domain::Role;

use super::*;

const HASH: SecretHash = [0xab; 32];

fn at() -> Timestamp {
    Timestamp::from_millis(1_700_000_000_000)
}

fn user() -> UserRow {
    UserRow {
        user_id: "ann".to_owned(),
        name: None,
        password_hash: Some("$argon2id$secret".to_owned()),
        is_admin: false,
        is_disabled: false,
        created_at: at(),
    }
}

fn assert_hidden(text: &str) {
    assert!(text.contains("hidden"), "{text}");
    for told in ["argon2", "171", "ab, ab", "abab"] {
        assert!(!text.contains(told), "{text}");
    }
}

#[test]
fn no_debug_output_has_a_hash() {
    let id = Uuid::nil();
    let key = ApiKeyRow {
        key_id: id,
        user_id: "ann".to_owned(),
        name: "build".to_owned(),
        hash: HASH,
        created_at: at(),
        expires_at: None,
    };
    let invitation = InvitationRow {
        invitation_id: id,
        hash: HASH,
        project_id: Some(id),
        role: Some(Role::Editor),
        created_by: "ann".to_owned(),
        created_at: at(),
        expires_at: at(),
    };
    let token = SessionTokenRow {
        token_id: id,
        hash: HASH,
        user_id: "ann".to_owned(),
        created_at: at(),
        last_used_at: at(),
    };
    let change = UserChange { password_hash: Some(user().password_hash), ..UserChange::default() };
    assert_hidden(&format!("{:?}", user()));
    assert_hidden(&format!("{change:?}"));
    assert_hidden(&format!("{key:?}"));
    assert_hidden(&format!("{:?}", Redeemed::Done(invitation)));
    assert_hidden(&format!("{token:x?}"));
}

#[test]
fn a_debug_output_tells_whether_there_is_a_password() {
    let without = UserRow { password_hash: None, ..user() };
    assert!(format!("{without:?}").contains("password_hash: None"));
    let removed = UserChange { password_hash: Some(None), ..UserChange::default() };
    assert!(format!("{removed:?}").contains("password_hash: Some(None)"));
}
