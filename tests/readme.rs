//! The README's examples, run as they stand there.

use std::process::Stdio;

use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use crate::support::TestServer;
use crate::support::node::node;

const README: &str = include_str!("../README.md");

/// The fenced block behind `<!-- A test runs this block: NAME -->`.
fn block(name: &str) -> String {
    let marker = format!("<!-- A test runs this block: {name} -->\n");
    let behind = README.split_once(&marker).expect("the README has the block").1;
    let (_, code) = behind.split_once('\n').expect("a fence");
    code.split_once("\n```").expect("a closing fence").0.to_owned()
}

async fn run(mut command: Command, input: &str) -> String {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the command runs");
    let mut stdin = child.stdin.take().expect("its input is ours");
    stdin.write_all(input.as_bytes()).await.unwrap();
    drop(stdin);
    let output = child.wait_with_output().await.unwrap();
    let (text, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{text}\n{errors}");
    text.into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_curl_try_works_as_it_stands() {
    let server = TestServer::start().await;
    let mut shell = Command::new("sh");
    shell.arg("-eu").env("GRAPHROOM_URL", format!("http://{}", server.address));
    let shown = run(shell, &block("curl")).await;
    let lines: Vec<&str> = shown.lines().collect();
    assert_eq!(lines.len(), 4, "{shown}");
    assert!(lines[0].contains("\"success\":true"), "{shown}");
    assert!(lines[1].contains("Body work") && !lines[3].contains("Body work"), "{shown}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_socket_io_try_works_as_it_stands() {
    let server = TestServer::start().await;
    let mut command = node(server.address);
    command.arg("--input-type=module");
    let shown = run(command, &block("socket.io-client")).await;
    for expected in ["event joined", "event node-created", "event command:undo", "success: true"] {
        assert!(shown.contains(expected), "{expected} is missing in\n{shown}");
    }
    server.stop().await;
}
