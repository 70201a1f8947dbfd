//! Who may do what: on a server where everybody has to say who it is.

mod admin;
mod audit;
mod bad_tokens;
mod events;
mod hidden;
mod invitations;
mod live;
mod routes;
mod session_tokens;
mod tokens;

use std::sync::Arc;
use std::time::Duration;

use graphroom::app::Parts;
use graphroom::clock::system_clock;
use graphroom::identity::Mode;
use graphroom::identity::keys::SigningKeys;
use graphroom::identity::tokens::{Bearer, Lifetimes, Tokens};
use graphroom::store::SqliteStore;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::client::Options;
use crate::support::{Client, Project, Rest, TestServer};

/// A server where everybody has to say who it is, and the keys that its tokens are signed with.
pub(crate) struct Guarded {
    pub(crate) server: TestServer,
    keys: Arc<SigningKeys>,
    directory: TempDir,
}

impl Guarded {
    pub(crate) async fn start() -> Self {
        Self::start_in(tempfile::tempdir().unwrap()).await
    }

    /// The same, with whatever else `change` makes different.
    pub(crate) async fn start_with(change: impl FnOnce(&mut Parts)) -> Self {
        Self::start_changed(tempfile::tempdir().unwrap(), change).await
    }

    /// On a directory that another server may have used.
    async fn start_in(directory: TempDir) -> Self {
        Self::start_changed(directory, |_| ()).await
    }

    async fn start_changed(directory: TempDir, change: impl FnOnce(&mut Parts)) -> Self {
        let store = Arc::new(SqliteStore::open(directory.path()).unwrap());
        let keys = Arc::new(SigningKeys::open(directory.path(), system_clock()()).unwrap());
        let signing = Arc::clone(&keys);
        let server = TestServer::start_parts(store, |parts| {
            parts.credentials.mode = Mode::Token;
            parts.credentials.keys = signing;
            change(parts);
        })
        .await;
        Self { server, keys, directory }
    }

    /// Goes down, and gives its directory back.
    pub(crate) async fn stop(self) -> TempDir {
        self.server.stop().await;
        self.directory
    }

    /// Tokens as the server makes them, that last as long as is said.
    fn pair(&self, user_id: &str, roles: &[&str], lifetime: Duration) -> (String, String) {
        let lifetimes = Lifetimes { access: lifetime, refresh: lifetime };
        let tokens = Tokens::new(Arc::clone(&self.keys), system_clock(), lifetimes);
        let roles = roles.iter().map(|role| (*role).to_owned()).collect();
        let bearer = Bearer { user_id: user_id.to_owned(), roles, ..Bearer::default() };
        let pair = tokens.issue(&bearer).unwrap();
        (pair.access.text, pair.refresh.text)
    }

    pub(crate) fn token(&self, user_id: &str) -> String {
        self.pair(user_id, &[], Duration::from_secs(3_600)).0
    }

    /// A REST client that is this user.
    pub(crate) fn rest(&self, user_id: &str) -> Rest {
        self.server.rest.with_token(&self.token(user_id))
    }

    pub(crate) fn admin(&self) -> Rest {
        self.server.rest.with_token(&self.pair("root", &["admin"], Duration::from_secs(3_600)).0)
    }

    /// A socket that is this user.
    pub(crate) async fn socket(&self, user_id: &str) -> Client {
        self.socket_with(&self.token(user_id)).await
    }

    async fn socket_with(&self, token: &str) -> Client {
        let options = Options { token: Some(token.to_owned()), ..Options::default() };
        Client::connect_with(self.server.address, options).await
    }

    /// A project of `owner`'s, in which the others have these roles.
    pub(crate) async fn project(&self, members: &[(&str, &str)]) -> Project {
        let owner = self.rest("owner");
        let project = owner.project().await;
        for (user_id, role) in members {
            set_role(&owner, &project, user_id, role).await;
        }
        project
    }
}

/// Gives somebody a role, which must work.
async fn set_role(rest: &Rest, project: &Project, user_id: &str, role: &str) {
    let path = format!("/projects/{}/members", project.project_id);
    let request = rest.request(Method::PUT, &path).json(&json!({ "user_id": user_id, "role": role }));
    let (status, answer) = rest.send(request).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
}

/// Takes somebody's role, which must work.
pub(crate) async fn remove_role(rest: &Rest, project: &Project, user_id: &str) {
    let path = format!("/projects/{}/members?user_id={user_id}", project.project_id);
    let (status, answer) = rest.send(rest.request(Method::DELETE, &path)).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
}

/// A command that makes a node.
fn create(project: &Project, name: &str) -> Value {
    let data = json!({ "blueprint_type_id": "phase", "parent_id": project.root, "name": name });
    json!({ "session_id": project.session_id, "command_type": "CreateNode", "data": data })
}
