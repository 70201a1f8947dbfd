//! No secret is in the audit log or in the server's log, whichever way it is shown, right or wrong.

use std::sync::Arc;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::io::AsyncReadExt;
use tokio::sync::Mutex;

use crate::support::Client;
use crate::support::client::Options;
use crate::support::process::{ServerProcess, without_settings};

/// What nobody may read.
#[derive(Clone, Default)]
struct Secrets(Vec<String>);

impl Secrets {
    /// Remembers a secret and, of a token, the parts that cannot be known without it.
    fn keep(&mut self, text: &str) -> String {
        self.0.push(
            text.rsplit('.')
                .next()
                .unwrap()
                .trim_start_matches(['s', 'k', 'i', 'n', 'v', 'e', '_'])
                .to_owned(),
        );
        text.to_owned()
    }
}

struct World {
    server: ServerProcess,
    secrets: Secrets,
    admin: String,
}

impl World {
    async fn post(&self, path: &str, shown: Option<&str>, body: Value) -> (StatusCode, Value) {
        let request = self.server.rest.at(Method::POST, path).json(&body);
        let request = match shown {
            Some(shown) => request.bearer_auth(shown),
            None => request,
        };
        self.server.rest.send(request).await
    }

    /// A secret of an answer.
    fn keep(&mut self, answer: &Value, field: &str) -> String {
        let text = answer[field].as_str().unwrap_or_else(|| panic!("{field} in {answer}")).to_owned();
        self.secrets.keep(&text)
    }

    /// Shows something in every way there is.
    async fn show(&self, shown: &str) {
        let rest = &self.server.rest;
        let ways = [
            rest.at(Method::GET, "/api/v1/projects").bearer_auth(shown),
            rest.at(Method::GET, "/api/v1/projects").header("X-API-Key", shown),
            rest.at(Method::GET, "/api/v1/projects").header("Authorization", format!("Basic {shown}")),
            rest.at(Method::GET, &format!("/api/v1/projects?token={shown}")),
            rest.at(Method::GET, &format!("/nothing?token={shown}")),
            rest.at(Method::GET, &format!("/socket.io/?EIO=4&transport=polling&token={shown}")),
            rest.at(Method::GET, &format!("/socket.io/?EIO=3&transport=polling&token={shown}")),
            rest.at(Method::POST, "/auth/validate").bearer_auth(shown),
            rest.at(Method::POST, "/auth/refresh").json(&json!({ "refresh_token": shown })),
            rest.at(Method::POST, "/auth/token").json(&json!({ "client_id": "ann", "password": shown })),
            rest.at(Method::POST, "/auth/token").json(&json!({ "client_id": "ann", "api_key": shown })),
            rest.at(Method::POST, "/auth/token").json(&json!({ "client_id": "eve", "invitation": shown })),
            rest.at(Method::POST, "/auth/revoke").bearer_auth(&self.admin).json(&json!({ "token": shown })),
        ];
        for request in ways {
            request.send().await.unwrap();
        }
        let options = Options { token: Some(shown.to_owned()), ..Options::default() };
        drop(Client::try_connect(self.server.address, options).await);
        let mut nobody = Client::connect(self.server.address).await;
        for field in ["token", "api_key", "session_token"] {
            nobody.call("authenticate", json!({ field: shown })).await;
        }
        nobody.call("auth:refresh", json!({ "token": shown })).await;
    }

    /// The whole audit log, as it is told.
    async fn audit(&self) -> String {
        let (mut text, mut before) = (String::new(), String::new());
        loop {
            let path = format!("/api/v1/admin/audit?limit=1000{before}");
            let request = self.server.rest.at(Method::GET, &path).bearer_auth(&self.admin);
            let (status, page) = self.server.rest.send(request).await;
            assert_eq!(status, StatusCode::OK, "{page}");
            text.push_str(&page["entries"].to_string());
            let Some(next) = page["next"].as_u64() else { return text };
            before = format!("&before={next}");
        }
    }
}

async fn admins_token(data: &std::path::Path) -> String {
    let run = async |arguments: &[&str]| {
        let mut command = without_settings(env!("CARGO_BIN_EXE_graphroom"));
        let output = command.args(arguments).arg("--data").arg(data).output().await.unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    run(&["user", "add", "root", "--admin"]).await;
    run(&["token", "issue", "root"]).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_secret_is_in_the_audit_log_or_in_the_log() {
    let data = tempfile::tempdir().unwrap();
    let admin = admins_token(data.path()).await;
    let mut command = ServerProcess::command(data.path());
    command.args(["--auth", "token"]).env("GRAPHROOM_LOG_FILTER", "trace");
    command.stderr(std::process::Stdio::piped());
    let mut server = ServerProcess::start(command).await;
    let mut stderr = server.take_stderr();
    let log = Arc::new(Mutex::new(String::new()));
    let writing = Arc::clone(&log);
    let read = tokio::spawn(async move { stderr.read_to_string(&mut *writing.lock().await).await });

    let mut world = World { server, secrets: Secrets::default(), admin: admin.clone() };
    world.secrets.keep(&admin);
    let password = world.secrets.keep("correct-horse-battery-staple");
    let new = json!({ "user_id": "ann", "password": password });
    assert_eq!(world.post("/api/v1/admin/users", Some(&admin), new).await.0, StatusCode::CREATED);
    let (_, made) = world.post("/api/v1/admin/users/ann/keys", Some(&admin), json!({})).await;
    let api_key = world.keep(&made, "api_key");
    let (_, made) = world.post("/api/v1/admin/invitations", Some(&admin), json!({})).await;
    let invitation = world.keep(&made, "invitation");
    let (status, pair) =
        world.post("/auth/token", None, json!({ "client_id": "ann", "password": password })).await;
    assert_eq!(status, StatusCode::OK, "{pair}");
    let (access, refresh) = (world.keep(&pair, "access_token"), world.keep(&pair, "refresh_token"));
    let by_invitation = json!({ "client_id": "carol", "invitation": invitation, "password": password });
    let (status, pair) = world.post("/auth/token", None, by_invitation).await;
    assert_eq!(status, StatusCode::OK, "{pair}");
    world.keep(&pair, "access_token");
    let (_, pair) = world.post("/auth/refresh", None, json!({ "refresh_token": refresh })).await;
    world.keep(&pair, "refresh_token");

    let (_, given) = world.post("/auth/session", Some(&api_key), json!({})).await;
    let session_token = world.keep(&given, "session_token");

    let wrong = [
        "wrong-horse-battery",
        &format!("sk_{}", "W".repeat(43)),
        &format!("sess_{}", "X".repeat(43)),
        &format!("inv_{}", "Y".repeat(43)),
        &format!("{}Z", access),
    ]
    .map(|text| world.secrets.keep(text));
    for shown in
        [&access, &api_key, &invitation, &session_token, &password, &refresh].into_iter().chain(&wrong)
    {
        world.show(shown).await;
    }
    // Typed into the wrong field.
    for shown in [&access, &api_key, &invitation, &session_token, &wrong[2]] {
        let body = json!({ "client_id": shown, "device_name": shown, "password": password });
        world.post("/auth/token", None, body).await;
    }
    let audit = world.audit().await;
    assert!(audit.contains("sign-in-failed") && audit.contains("locked-out"), "{audit}");
    let World { mut server, secrets, .. } = world;
    assert!(server.terminate().await.success());
    read.await.unwrap().unwrap();
    let log = log.lock().await;
    assert!(log.contains("DEBUG") && log.contains("POST"), "the log is there");
    for secret in &secrets.0 {
        assert!(secret.len() > 15, "{secret}");
        assert!(!audit.contains(secret.as_str()), "{secret} is in the audit log");
        let line = log.lines().find(|line| line.contains(secret.as_str()));
        assert_eq!(line, None, "{secret}");
    }
}
