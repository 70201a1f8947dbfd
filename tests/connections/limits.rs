//! How many connections a user may have, and where they may come from.

use graphroom::transport::limits::Allowance;
use serde_json::json;

use super::all;
use crate::identity::Guarded;
use crate::support::client::Options;
use crate::support::{Client, TestServer, until};

async fn two_for_each() -> Guarded {
    Guarded::start_with(|parts| {
        parts.allowance = Allowance { connections_per_user: 2, ..Allowance::default() };
    })
    .await
}

async fn try_socket(guarded: &Guarded, user_id: &str) -> Result<Client, String> {
    let options = Options { token: Some(guarded.token(user_id)), ..Options::default() };
    Client::try_connect(guarded.server.address, options).await
}

#[tokio::test]
async fn a_user_has_so_many_connections_until_one_of_them_ends() {
    let guarded = two_for_each().await;
    let (one, _two) = (guarded.socket("ann").await, guarded.socket("ann").await);
    let refused = try_socket(&guarded, "ann").await.err().unwrap();
    assert!(refused.contains(r#""data":{"code":"CONNECTION_LIMIT""#), "{refused}");
    let (_, log) = guarded.admin().get("/admin/audit?kind=over-limit").await;
    assert_eq!(log["entries"][0]["user_id"], "ann", "{log}");
    let _of_bob = guarded.socket("bob").await;
    drop(one);
    until("there is room again", || async { try_socket(&guarded, "ann").await.is_ok() }).await;
    guarded.stop().await;
}

#[tokio::test]
async fn who_says_later_who_it_is_counts_too() {
    let guarded = two_for_each().await;
    let mut sockets = Vec::new();
    for _ in 0..3 {
        sockets.push(Client::connect(guarded.server.address).await);
    }
    let [one, two, three] = &mut sockets[..] else { unreachable!() };
    let show = |user_id: &str| json!({ "token": guarded.token(user_id) });
    for socket in [&mut *one, &mut *two] {
        assert_eq!(socket.call("authenticate", show("ann")).await["success"], true);
        assert_eq!(socket.call("auth:refresh", show("ann")).await["success"], true, "it counts once");
    }
    let refused = three.call("authenticate", show("ann")).await;
    assert_eq!(refused["error"]["code"], "CONNECTION_LIMIT", "{refused}");
    assert_eq!(refused["error"]["details"]["limit"], "max_connections_per_user");
    assert_eq!(three.call("authenticate", show("bob")).await["success"], true);
    assert_eq!(one.call("authenticate", show("bob")).await["success"], true, "it is somebody else now");
    assert_eq!(three.call("authenticate", show("ann")).await["success"], true, "and has made room");
    guarded.stop().await;
}

#[tokio::test]
async fn a_refused_connection_leaves_nothing_behind() {
    let guarded = two_for_each().await;
    let _sockets = (guarded.socket("ann").await, guarded.socket("ann").await);
    for _ in 0..5 {
        assert!(try_socket(&guarded, "ann").await.is_err());
    }
    until("only those are there that were let in", || async {
        all(&guarded.admin()).await["active_connections"] == 2
    })
    .await;
    guarded.stop().await;
}

#[tokio::test]
async fn where_nobody_has_to_say_who_it_is_names_are_not_counted() {
    let server = TestServer::start_allowing(|parts| {
        parts.allowance = Allowance { connections_per_user: 1, ..Allowance::default() };
    })
    .await;
    let _both = (super::named(&server, "ann").await, super::named(&server, "ann").await);
    server.stop().await;
}
