//! Events of Socket.IO: with and without answers and bytes, and what is no event.

use crate::support::TestServer;
use crate::support::raw::Socket;

#[tokio::test]
async fn an_event_of_plain_json_is_taken_in_with_everything_in_it() {
    let server = TestServer::start().await;
    let project = server.rest.project().await;
    let mut socket = Socket::connect(server.address).await;
    let join = format!(
        r#"420["join_session",{{"session_id":"{}","lifecycle":false}},"2",[true]]"#,
        project.session_id
    );
    socket.send(&join).await;
    while !socket.packet().await.expect("an answer").starts_with("430[") {}
    let value = r#"{"3":[true,"é"]}"#;
    let data = format!(r#"{{"node_id":"{}","property_id":"notes","new_value":{value}}}"#, project.root);
    socket
        .send(&format!(
            r#"42["execute_command",{{"session_id":"{}","command_type":"UpdateProperty","data":{data}}}]"#,
            project.session_id
        ))
        .await;
    loop {
        let packet = socket.packet().await.expect("an event");
        if packet.starts_with(r#"42["property-changed","#) {
            assert!(packet.contains(&format!(r#""new_value":{value}"#)), "{packet}");
            break;
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn an_event_that_asks_for_an_answer_has_it_under_its_own_number() {
    let server = TestServer::start().await;
    let mut socket = Socket::connect(server.address).await;
    socket.send(r#"42456["ping",1,"2",{"3":[false]}]"#).await;
    assert_eq!(socket.packet().await.as_deref(), Some(r#"42["pong"]"#));
    assert_eq!(socket.packet().await.as_deref(), Some(r#"43456[{"success":true}]"#));
    server.stop().await;
}

/// No event here takes bytes: the sender is told so, and both attachments are read as what they are.
#[tokio::test]
async fn an_event_with_bytes_is_read_whole_and_refused() {
    let server = TestServer::start().await;
    let mut socket = Socket::connect(server.address).await;
    let two = r#"{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}"#;
    for (head, refusal) in [("452-", r#"42["error","#), ("452-789", "43789[")] {
        socket.send(&format!(r#"{head}["undo",{two}]"#)).await;
        socket.send_binary(&[1, 2, 3]).await;
        socket.send_binary(&[4, 5, 6]).await;
        let packet = socket.packet().await.expect("an answer");
        assert!(packet.starts_with(refusal) && packet.contains("INVALID_REQUEST"), "{head}: {packet}");
        socket.echoes().await;
    }
    server.stop().await;
}

#[tokio::test]
async fn what_is_no_event_ends_the_connection() {
    let server = TestServer::start().await;
    let number = r#"42abc["ping",1,"2",{"3":[false]}]"#;
    for garbage in ["4abc", "42{}", number] {
        let mut socket = Socket::connect(server.address).await;
        socket.send(garbage).await;
        socket.ends(garbage).await;
    }
    server.stop().await;
}
