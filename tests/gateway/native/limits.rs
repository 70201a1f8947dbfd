//! How many connections and commands there may be.

use std::num::NonZeroU32;
use std::time::Duration;

use graphroom::transport::limits::{Allowance, Time};
use serde_json::{Value, json};

use super::set;
use crate::identity::Guarded;
use crate::support::client::Options;
use crate::support::native::PATH;
use crate::support::plain_socket::{Closed, PlainSocket};
use crate::support::{Client, Native, TestServer, until};

async fn allowing(allowance: Allowance) -> TestServer {
    TestServer::start_allowing(|parts| parts.allowance = allowance).await
}

async fn refused(server: &TestServer) -> Closed {
    let mut socket = PlainSocket::connect(server.address, PATH, &[]).await;
    socket.next_or_closed().await.expect_err("no frame, but why it is closed")
}

async fn there_is_room_again(server: &TestServer) {
    until("there is room again", async || {
        let socket = PlainSocket::connect(server.address, PATH, &[]).await;
        Native::welcomed(socket).await.is_ok()
    })
    .await;
}

#[tokio::test]
async fn one_more_than_an_address_may_have_is_closed_with_4029_until_one_goes() {
    let server = allowing(Allowance { connections_per_address: 1, ..Allowance::default() }).await;
    let mut one = Native::connect(server.address).await;
    assert_eq!(refused(&server).await.code, 4029);
    assert!(Client::try_connect(server.address, Options::default()).await.is_err(), "the seats are the same");
    assert_eq!(one.call("ping", json!({})).await["success"], true);
    drop(one);
    there_is_room_again(&server).await;
    server.stop().await;
}

#[tokio::test]
async fn one_more_than_the_server_takes_is_closed_with_1013_until_one_goes() {
    let server = allowing(Allowance { connections: 2, ..Allowance::default() }).await;
    let (one, _by_socketio) = (Native::connect(server.address).await, Client::connect(server.address).await);
    let closed = refused(&server).await;
    assert_eq!(closed.code, 1013, "{closed:?}");
    one.socket.close().await;
    there_is_room_again(&server).await;
    server.stop().await;
}

#[tokio::test]
async fn one_more_than_a_user_may_have_is_closed_with_1013() {
    let guarded = Guarded::start_with(|parts| {
        parts.allowance = Allowance { connections_per_user: 1, ..Allowance::default() };
    })
    .await;
    let token = guarded.token("ann");
    let _one = Native::with_token(guarded.server.address, &token).await;
    let mut socket =
        PlainSocket::connect(guarded.server.address, &format!("{PATH}?token={token}"), &[]).await;
    assert_eq!(socket.next_or_closed().await.unwrap_err().code, 1013);
    let _of_bob = Native::with_token(guarded.server.address, &guarded.token("bob")).await;
    guarded.stop().await;
}

#[tokio::test]
async fn a_flood_of_commands_is_refused_and_another_member_notices_nothing() {
    let server = allowing(Allowance {
        commands_per_second: 1,
        commands_burst: NonZeroU32::new(5).unwrap(),
        time: Time::of(|| Duration::ZERO),
        ..Allowance::default()
    })
    .await;
    let project = server.rest.project().await;
    let (mut flooding, mut other) =
        (Native::connect(server.address).await, Native::connect(server.address).await);
    flooding.join(&project.session_id).await;
    other.join(&project.session_id).await;
    let mut asked = Vec::new();
    for n in 0..50 {
        asked.push(flooding.emit("execute_command", set(&project, n)).await);
    }
    let mut accepted = 0;
    for id in asked {
        let answer = flooding.answer(id).await;
        if answer["success"] == true {
            accepted += 1;
        } else {
            assert_eq!(answer["error"]["code"], "RATE_LIMITED", "{answer}");
            assert_eq!(answer["error"]["details"]["limit"], "max_commands_per_second");
        }
    }
    assert_eq!(accepted, 5);
    assert_eq!(other.call("execute_command", set(&project, "other's")).await["success"], true);
    let heard: Vec<Value> = other
        .read_already()
        .into_iter()
        .filter(|event| event.name == "property-changed")
        .map(|event| event.payload["new_value"].clone())
        .collect();
    assert_eq!(heard, [json!(0), json!(1), json!(2), json!(3), json!(4), json!("other's")]);
    server.stop().await;
}
