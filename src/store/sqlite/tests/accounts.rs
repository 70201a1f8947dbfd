//! That accounts, members and the audit log last, and that the log is only added to.

use super::*;
use crate::domain::Role;
use crate::store::suite::accounts::{api_key, at, hash, invitation, user};
use crate::store::suite::audit::entry;
use crate::store::suite::members;
use crate::store::suite::snapshots::FORM;
use crate::store::{
    Accounts, Audit, AuditEntry, AuditQuery, Members, RevocationRow, RevokedKind, SessionTokenRow,
};

async fn log(store: &SqliteStore) -> Vec<AuditEntry> {
    let page = store.audit(AuditQuery { limit: 100, ..AuditQuery::default() }).await.unwrap();
    page.entries.into_iter().map(|(_, entry)| entry).collect()
}

#[tokio::test]
async fn accounts_members_and_the_audit_log_are_there_after_reopening() {
    let dir = tempdir().unwrap();
    let store = open(dir.path());
    let project = members::project(&store, Some("ann")).await;
    store.create_user(user("ann")).await.unwrap();
    let key = api_key("ann", 1);
    store.create_api_key(key.clone()).await.unwrap();
    let (open_one, used) = (invitation(2), invitation(3));
    store.create_invitation(open_one.clone()).await.unwrap();
    store.create_invitation(used).await.unwrap();
    store.redeem_invitation(hash(3), at(4), user("bob")).await.unwrap();
    let token_id = Uuid::new_v4();
    let (created_at, last_used_at) = (at(5), at(6));
    let token =
        SessionTokenRow { token_id, hash: hash(4), user_id: "ann".to_owned(), created_at, last_used_at };
    store.create_session_token(token.clone(), 3).await.unwrap();
    store.use_session_token(token_id, at(7)).await.unwrap();
    let revocation = RevocationRow { id: token_id, what: RevokedKind::Family, expires_at: at(8) };
    assert!(store.revoke(revocation).await.unwrap());
    store.set_role(project, "bob", Role::Commenter, at(9)).await.unwrap();
    store.append_audit(vec![entry("sign_in", 10)]).await.unwrap();
    store.close().await.unwrap();

    let store = open(dir.path());
    assert_eq!(store.users().await.unwrap(), [user("ann"), user("bob")]);
    assert_eq!(store.api_key_by_hash(hash(1)).await.unwrap(), Some(key));
    assert_eq!(store.invitations().await.unwrap(), [open_one]);
    let token = SessionTokenRow { last_used_at: at(7), ..token };
    assert_eq!(store.session_token_by_hash(hash(4)).await.unwrap(), Some(token));
    assert_eq!(store.revocations().await.unwrap(), [revocation]);
    assert!(!store.revoke(revocation).await.unwrap());
    let roles = [("ann", Role::Owner, 5), ("bob", Role::Commenter, 9)];
    let roles = roles.map(|(user_id, role, since)| members::role(project, user_id, role, since));
    assert_eq!(store.all_roles().await.unwrap(), roles);
    assert_eq!(log(&store).await, [entry("sign_in", 10)]);
}

#[tokio::test]
async fn a_check_finds_nothing_more_in_a_directory_with_accounts() {
    let dir = tempdir().unwrap();
    let store = open(dir.path());
    let project = members::project(&store, None).await;
    let before = check(dir.path(), FORM).unwrap().faults;
    store.create_user(user("ann")).await.unwrap();
    store.create_invitation(invitation(1)).await.unwrap();
    store.set_role(project, "bob", Role::Editor, at(9)).await.unwrap();
    store.append_audit(vec![entry("sign_in", 10)]).await.unwrap();
    assert_eq!(check(dir.path(), FORM).unwrap().faults, before);
    store.close().await.unwrap();
    assert_eq!(check(dir.path(), FORM).unwrap().faults, before);
}

#[tokio::test]
async fn entries_of_the_audit_log_are_neither_altered_nor_removed_nor_replaced_by_sql() {
    let dir = tempdir().unwrap();
    let store = open(dir.path());
    let entries = [entry("first", 1), entry("second", 2)];
    store.append_audit(entries.to_vec()).await.unwrap();
    let outsider = outsider(dir.path());
    for sql in [
        "UPDATE audit SET kind = 'nothing' WHERE id = 1",
        "UPDATE OR REPLACE audit SET id = 1 WHERE id = 2",
        "DELETE FROM audit WHERE id = 2",
        "DELETE FROM audit",
        "INSERT OR REPLACE INTO audit (id, at, kind, outcome) VALUES (1, 0, 'nothing', 'done')",
        "REPLACE INTO audit (id, at, kind, outcome) VALUES (2, 0, 'nothing', 'done')",
    ] {
        let refused = outsider.execute_batch(sql).unwrap_err().to_string();
        assert!(refused.contains("only added to"), "{sql}: {refused}");
    }
    let [first, second] = entries;
    assert_eq!(log(&store).await, [second, first]);
}

#[tokio::test]
async fn a_change_that_fails_takes_nothing_with_it_and_leaves_nothing_behind() {
    let dir = tempdir().unwrap();
    let store = open(dir.path());
    let project = members::project(&store, None).await;
    let offer =
        crate::store::InvitationRow { project_id: Some(project), role: Some(Role::Editor), ..invitation(1) };
    store.create_invitation(offer.clone()).await.unwrap();
    store.sql("CREATE TRIGGER no_roles BEFORE INSERT ON members BEGIN SELECT raise(ABORT, 'no'); END").await;
    let refused = store.redeem_invitation(hash(1), at(4), user("ann")).await;
    assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
    assert_eq!(store.user("ann").await.unwrap(), None);
    assert_eq!(store.invitations().await.unwrap(), [offer]);

    store.sql("DROP TRIGGER no_roles").await;
    store.redeem_invitation(hash(1), at(4), user("ann")).await.unwrap();
    assert_eq!(store.members(project).await.unwrap(), [members::role(project, "ann", Role::Editor, 4)]);
}
