//! `graphroom user`, `key`, `invitation`, `token` and `signing-key`, on directories that a real server wrote and that one reads then.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;

use graphroom::clock::system_clock;
use graphroom::identity::keys::SigningKeys;
use graphroom::identity::tokens::{Claims, Lifetimes, TokenKind, Tokens};
use graphroom::store::{Audit, AuditQuery, SqliteStore, Store};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;

use crate::support::process::{ServerProcess, without_settings};

const PASSWORD: &str = "correct horse battery staple";

/// What a command did.
struct Done {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Done {
    /// What it said on standard output, having done what was asked without another word.
    fn well(self) -> String {
        assert_eq!(self.stderr, "", "{}", self.stdout);
        self.with_remarks().0
    }

    /// The same with what it said beside it.
    fn with_remarks(self) -> (String, String) {
        assert_eq!(self.code, Some(0), "{}{}", self.stdout, self.stderr);
        (self.stdout, self.stderr)
    }

    /// What it said on standard error, having done nothing.
    fn refused(self) -> String {
        assert_eq!((self.code, &*self.stdout), (Some(2), ""), "{}", self.stderr);
        self.stderr
    }
}

/// `graphroom` on a data directory, with something to read; the first arguments are what to do.
async fn run_reading(data: &Path, arguments: &[&str], input: &[u8]) -> Done {
    let mut command = without_settings(env!("CARGO_BIN_EXE_graphroom"));
    command.args(arguments).arg("--data").arg(data).kill_on_drop(true);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // What does not read its input may have ended.
    drop(child.stdin.take().unwrap().write_all(input).await);
    let output = child.wait_with_output().await.unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Done { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

async fn run(data: &Path, arguments: &[&str]) -> Done {
    run_reading(data, arguments, b"").await
}

/// A server where everybody has to say who it is.
async fn server(data: &Path) -> ServerProcess {
    let mut command = ServerProcess::command(data);
    command.args(["--auth", "token"]);
    ServerProcess::start(command).await
}

/// A directory that a server was started on and ended, without a user.
async fn empty() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    assert!(server(directory.path()).await.terminate().await.success());
    directory
}

/// What a server answers who shows this, when it is asked for what a user may see, and what only an admin may.
async fn answers(data: &Path, shown: &str) -> (StatusCode, StatusCode) {
    let mut server = server(data).await;
    let ask = async |method: Method, path: &str| {
        let request = server.rest.request(method, path).header("authorization", format!("Bearer {shown}"));
        request.send().await.unwrap().status()
    };
    let found = (ask(Method::GET, "/projects").await, ask(Method::POST, "/sessions/cleanup").await);
    assert!(server.terminate().await.success());
    found
}

/// The users of a directory by `user list --json`.
async fn users(data: &Path) -> Vec<Value> {
    let told = run(data, &["user", "list", "--json"]).await.well();
    told.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The rows of `list`, without their heads.
async fn rows(data: &Path, arguments: &[&str]) -> Vec<Vec<String>> {
    let told = run(data, arguments).await.well();
    let cells = |line: &str| line.split_whitespace().map(str::to_owned).collect();
    told.lines().skip(1).map(cells).collect()
}

/// What a token says, by the keys of a directory.
fn verified(data: &Path, token: &str) -> Option<Claims> {
    let keys = SigningKeys::open(data, system_clock()()).unwrap();
    let tokens = Tokens::new(Arc::new(keys), system_clock(), Lifetimes::default());
    tokens.verify(token, TokenKind::Access).ok()
}

/// What the audit log of a directory has: who, what, and to whom; the oldest first.
async fn noted(data: &Path) -> Vec<(String, String, String)> {
    let store = SqliteStore::open(data).unwrap();
    let page = store.audit(AuditQuery { limit: 1_000, ..AuditQuery::default() }).await.unwrap();
    store.close().await.unwrap();
    let told = |text: Option<String>| text.unwrap_or_default();
    let entries = page.entries.into_iter().rev();
    entries.map(|(_, entry)| (told(entry.user_id), entry.kind, told(entry.target))).collect()
}

/// Whether any file of a directory has this in it.
fn is_in_files(directory: &Path, text: &str) -> bool {
    fs::read_dir(directory).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => is_in_files(&path, text),
            false => fs::read(path).unwrap().windows(text.len()).any(|bytes| bytes == text.as_bytes()),
        }
    })
}

#[tokio::test]
async fn the_first_user_is_added_before_a_server_was_ever_started() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    assert_eq!(run(&data, &["user", "add", "root", "--admin"]).await.well(), "added admin \"root\"\n");
    assert_eq!(users(&data).await.len(), 1);
}

#[tokio::test]
async fn a_user_that_was_added_is_listed_and_can_be_disabled_and_enabled() {
    let directory = empty().await;
    let data = directory.path();
    assert_eq!(run(data, &["user", "list"]).await.well(), "no user\n");
    assert_eq!(run(data, &["user", "add", "bob"]).await.well(), "added user \"bob\"\n");
    let add = ["user", "add", "alice", "--name", "Alice\u{1b} A.", "--admin", "--password-stdin"];
    let told = run_reading(data, &add, format!("{PASSWORD}\n").as_bytes()).await.well();
    assert_eq!(told, "added admin \"alice\"\n");
    assert!(!is_in_files(data, PASSWORD));

    let listed = users(data).await;
    let times: Vec<_> = listed.iter().map(|user| user["created_at"].as_str().unwrap()).collect();
    let user = |id: &str, name: Value, is: bool, at: &str| {
        json!({ "user_id": id, "name": name, "is_admin": is, "is_disabled": false, "has_password": is,
            "created_at": at })
    };
    let alice = user("alice", json!("Alice\u{1b} A."), true, times[0]);
    assert_eq!(listed, [alice, user("bob", Value::Null, false, times[1])]);
    let expected = [
        vec!["alice", times[0], "yes", "yes", "no", "Alice\\u{1b}", "A."],
        vec!["bob", times[1], "no", "no", "no"],
    ];
    assert_eq!(rows(data, &["user", "list"]).await, expected);

    assert_eq!(run(data, &["user", "disable", "bob"]).await.well(), "disabled \"bob\"\n");
    assert_eq!(run(data, &["user", "disable", "bob"]).await.well(), "disabled \"bob\"\n", "as it is already");
    assert_eq!(rows(data, &["user", "list"]).await[1][2..], ["no", "no", "yes"]);
    assert_eq!(run(data, &["user", "enable", "bob"]).await.well(), "enabled \"bob\"\n");
    assert_eq!(users(data).await, listed);
}

#[tokio::test]
async fn a_password_has_8_to_1024_bytes_without_the_end_of_its_line() {
    let directory = empty().await;
    let data = directory.path();
    let longest = "x".repeat(1_024);
    for (user, input) in [("a", "12345678".to_owned()), ("b", longest.clone() + "\r\n")] {
        run_reading(data, &["user", "add", user, "--password-stdin"], input.as_bytes()).await.well();
    }
    let secrets = ["", "\n", "1234567\r\n", &(longest.clone() + "y"), &(longest.clone() + "yyyyyy\n")];
    for input in secrets {
        let told = run_reading(data, &["user", "add", "c", "--password-stdin"], input.as_bytes()).await;
        assert_eq!(told.refused(), "graphroom user add: a password has 8 to 1024 bytes\n");
    }
    let told = run_reading(data, &["user", "add", "c", "--password-stdin"], b"no UTF-8: \xff\xfe").await;
    assert_eq!(told.refused(), "graphroom user add: the password is not UTF-8\n");
    assert_eq!(users(data).await.len(), 2);
}

#[tokio::test]
async fn an_api_key_is_shown_once_and_stored_as_a_hash_and_lets_in_until_it_is_revoked() {
    let directory = empty().await;
    let data = directory.path();
    run(data, &["user", "add", "alice"]).await.well();
    assert_eq!(run(data, &["key", "list"]).await.well(), "no key\n");
    let create = ["key", "create", "alice", "--name", "nightly", "--expires", "720h"];
    let (shown, remark) = run(data, &create).await.with_remarks();
    let key = shown.strip_suffix('\n').unwrap();
    assert!(key.starts_with("sk_") && key.len() == 46 && !key.contains('\n'), "the key alone");
    assert!(!remark.contains(key));
    assert!(!is_in_files(data, key) && !is_in_files(data, &key[3..]), "its hash only");
    run(data, &["key", "create", "alice"]).await.with_remarks();

    let listed = rows(data, &["key", "list", "alice"]).await;
    assert_eq!(listed, rows(data, &["key", "list"]).await);
    let [first, second] = &listed[..] else { panic!("{listed:?}") };
    let key_id = first[0].as_str();
    assert!(remark.starts_with(&format!("key {key_id} of \"alice\", until {};", first[2])), "{remark}");
    let moment = |text: &str| chrono::DateTime::parse_from_rfc3339(text).unwrap();
    assert_eq!((moment(&first[2]) - moment(&first[1])).num_hours(), 720);
    assert_eq!(
        (&first[3..], &second[2..]),
        (&["alice", "nightly"].map(str::to_owned)[..], &["never", "alice"].map(str::to_owned)[..])
    );

    assert_eq!(answers(data, key).await, (StatusCode::OK, StatusCode::FORBIDDEN));
    run(data, &["user", "disable", "alice"]).await.well();
    assert_eq!(answers(data, key).await.0, StatusCode::UNAUTHORIZED);
    run(data, &["user", "enable", "alice"]).await.well();
    assert_eq!(answers(data, key).await.0, StatusCode::OK);
    assert_eq!(run(data, &["key", "revoke", key_id]).await.well(), format!("revoked key {key_id}\n"));
    assert_eq!(answers(data, key).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(rows(data, &["key", "list"]).await, std::slice::from_ref(second));
    let told = run(data, &["key", "revoke", key_id]).await.refused();
    assert_eq!(told, format!("graphroom key revoke: there is no key {key_id:?}\n"), "once");
}

#[tokio::test]
async fn an_invitation_is_shown_once_and_stored_as_a_hash_and_makes_a_user_of_who_shows_it() {
    let directory = empty().await;
    let data = directory.path();
    assert_eq!(run(data, &["invitation", "list"]).await.well(), "no invitation\n");
    let (shown, remark) = run(data, &["invitation", "create", "--expires", "1h"]).await.with_remarks();
    let invitation = shown.strip_suffix('\n').unwrap();
    assert!(invitation.starts_with("inv_") && invitation.len() == 47, "the invitation alone");
    assert!(!remark.contains(invitation) && !is_in_files(data, &invitation[4..]), "its hash only");
    run(data, &["invitation", "create"]).await.with_remarks();
    let listed = rows(data, &["invitation", "list"]).await;
    let [first, second] = &listed[..] else { panic!("{listed:?}") };
    assert!(remark.starts_with(&format!("invitation {}, until {};", first[0], first[2])), "{remark}");
    assert_eq!(first[3..], ["none", "none", "anonymous:command-line"]);
    let told = run(data, &["invitation", "revoke", &second[0]]).await.well();
    assert_eq!(told, format!("revoked invitation {}\n", second[0]));

    let mut server = server(data).await;
    let body = json!({ "client_id": "carol", "invitation": invitation, "password": PASSWORD });
    let request = server.rest.at(Method::POST, "/auth/token").json(&body);
    assert_eq!(server.rest.send(request).await.0, StatusCode::OK);
    assert!(server.terminate().await.success());
    assert_eq!(users(data).await[0]["user_id"], "carol");
    assert_eq!(run(data, &["invitation", "list"]).await.well(), "no invitation\n");
}

#[tokio::test]
async fn a_token_is_one_that_the_keys_of_the_directory_signed_and_a_server_takes() {
    let directory = empty().await;
    let data = directory.path();
    run(data, &["user", "add", "alice"]).await.well();
    run(data, &["user", "add", "root", "--admin"]).await.well();
    let issue = async |arguments: &[&str]| {
        let (shown, remark) = run(data, &[&["token", "issue"], arguments].concat()).await.with_remarks();
        let token = shown.strip_suffix('\n').unwrap().to_owned();
        assert!(!token.contains('\n') && !remark.contains(&token), "the token alone");
        (token, remark)
    };
    let (token, remark) = issue(&["alice", "--access-token-lifetime", "90m"]).await;
    let claims = verified(data, &token).expect("the keys' own");
    assert_eq!((&*claims.sub, claims.exp - claims.iat, &claims.roles[..]), ("alice", 5_400, &[][..]));
    assert_eq!(remark, format!("access token of \"alice\", until {}:\n", claims.expires_at()));
    assert_eq!(answers(data, &token).await, (StatusCode::OK, StatusCode::FORBIDDEN));

    // An admin is one whether that is said or not; who is no user is one by the token alone.
    for arguments in [&["root"][..], &["root", "--admin"], &["nobody", "--admin"]] {
        let (token, _) = issue(arguments).await;
        assert_eq!(verified(data, &token).expect("the keys' own").roles, ["admin"], "{arguments:?}");
        assert_eq!(answers(data, &token).await, (StatusCode::OK, StatusCode::OK), "{arguments:?}");
    }
    let elsewhere = empty().await;
    assert!(verified(elsewhere.path(), &token).is_none(), "each directory has keys of its own");
}

#[tokio::test]
async fn what_is_done_on_the_command_line_is_in_the_audit_log() {
    let directory = empty().await;
    let data = directory.path();
    run(data, &["user", "add", "alice"]).await.well();
    run(data, &["key", "create", "alice"]).await.with_remarks();
    run(data, &["token", "issue", "alice"]).await.with_remarks();
    run(data, &["invitation", "create"]).await.with_remarks();
    let key_id = rows(data, &["key", "list"]).await[0][0].clone();
    let invitation_id = rows(data, &["invitation", "list"]).await[0][0].clone();
    run(data, &["key", "revoke", &key_id]).await.well();
    run(data, &["invitation", "revoke", &invitation_id]).await.well();
    run(data, &["signing-key", "rotate"]).await.well();
    run(data, &["user", "disable", "alice"]).await.well();
    run(data, &["user", "disable", "nobody"]).await.refused();
    let expected = [
        ("user-created", "alice"),
        ("api-key-created", "alice"),
        ("tokens-issued", "alice"),
        ("invitation-created", &invitation_id),
        ("api-key-revoked", &key_id),
        ("invitation-revoked", &invitation_id),
        ("signing-key-created", ""),
        ("user-changed", "alice"),
    ];
    let by = |(kind, target): (&str, &str)| {
        ("anonymous:command-line".to_owned(), kind.to_owned(), target.to_owned())
    };
    assert_eq!(noted(data).await, expected.map(by));
}

#[tokio::test]
async fn signing_keys_are_rotated_and_with_a_removed_one_go_its_tokens() {
    let directory = empty().await;
    let data = directory.path();
    run(data, &["user", "add", "alice"]).await.well();
    let (token, _) = run(data, &["token", "issue", "alice"]).await.with_remarks();
    let listed = rows(data, &["signing-key", "list"]).await;
    let [first] = &listed[..] else { panic!("{listed:?}") };
    let told = run(data, &["signing-key", "remove", &first[0]]).await.refused();
    assert_eq!(told, "graphroom signing-key remove: this key signs: rotate first\n");

    let second = run(data, &["signing-key", "rotate"]).await.well();
    let found = rows(data, &["signing-key", "list"]).await;
    let found: Vec<_> = found.iter().map(|row| (row[0].as_str(), row[2].as_str())).collect();
    assert_eq!(found, [(&*first[0], "no"), (second.trim_end(), "yes")]);
    assert!(verified(data, token.trim_end()).is_some(), "a rotation takes nothing away");
    run(data, &["signing-key", "remove", &first[0]]).await.well();
    assert!(verified(data, token.trim_end()).is_none());
    let told = run(data, &["signing-key", "remove", &first[0]]).await.refused();
    assert_eq!(told, "graphroom signing-key remove: there is no key of that name\n");
}

#[tokio::test]
async fn what_cannot_be_done_is_refused_and_changes_nothing() {
    let directory = empty().await;
    let data = directory.path();
    run(data, &["user", "add", "alice", "--name", "Alice"]).await.well();
    run(data, &["user", "add", "idle"]).await.well();
    run(data, &["user", "disable", "idle"]).await.well();
    let before = users(data).await;
    let long = "x".repeat(129);
    let rule = "a user has 1 to 128 characters and does not begin with \"anonymous:\"";
    let disabled = "the user \"idle\" is disabled; graphroom user enable lets it in";
    for (arguments, expected) in [
        (&["user", "add", "alice", "--admin"][..], "there is a user \"alice\" already"),
        (&["user", "add", ""], rule),
        (&["user", "add", &long], rule),
        (&["user", "add", "anonymous:x"], rule),
        (&["user", "add", "bob", "--name", &long], "--name: a name has 1 to 128 characters"),
        (&["user", "disable", "bob\n"], "there is no user \"bob\\n\""),
        (&["user", "enable", "bob"], "there is no user \"bob\""),
        (&["key", "create", "bob"], "there is no user \"bob\""),
        (&["key", "create", "idle"], disabled),
        (&["key", "create", "alice", "--name", ""], "--name: a name has 1 to 128 characters"),
        (&["key", "list", "bob"], "there is no user \"bob\""),
        (&["key", "revoke", "no-uuid"], "there is no key \"no-uuid\""),
        (&["invitation", "create", "--project", "x", "--role", "viewer"], "there is no project \"x\""),
        (&["invitation", "create", "--expires", "721h"], "--expires: an invitation counts for at most 720h"),
        (&["invitation", "revoke", "x"], "there is no invitation \"x\""),
        (&["token", "issue", "bob"], "there is no user \"bob\""),
        (&["token", "issue", "idle"], disabled),
        (&["token", "issue", "alice", "--admin"], "the user \"alice\" is no admin"),
        (&["token", "issue", "anonymous:x", "--admin"], rule),
    ] {
        let told = run(data, arguments).await.refused();
        assert_eq!(told, format!("graphroom {} {}: {expected}\n", arguments[0], arguments[1]));
    }
    assert_eq!(users(data).await, before);
    assert_eq!(run(data, &["key", "list"]).await.well(), "no key\n");
}

#[tokio::test]
async fn the_accounts_of_a_directory_that_a_server_uses_are_left_to_it() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let all = [
        &["user", "add", "alice"][..],
        &["user", "list"],
        &["user", "disable", "alice"],
        &["key", "create", "alice"],
        &["key", "list"],
        &["invitation", "create"],
        &["invitation", "list"],
        &["token", "issue", "alice", "--admin"],
        &["signing-key", "list"],
        &["signing-key", "rotate"],
    ];
    // The first user of a server is added before it was ever started.
    for arguments in &all[1..] {
        assert!(run(&data, arguments).await.refused().ends_with("data: there is no graphroom.db\n"));
    }
    assert!(!data.exists());
    let mut server = server(&data).await;
    for arguments in all {
        let told = run(&data, arguments).await.refused();
        let end =
            "is in use by another process; an admin of the server that uses it does this by /api/v1/admin\n";
        assert!(told.ends_with(end), "{told}");
    }
    assert!(server.terminate().await.success());
    assert!(users(&data).await.is_empty());
    assert_eq!(rows(&data, &["signing-key", "list"]).await.len(), 1);
}
