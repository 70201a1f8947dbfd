//! The scripts of `tests/clients`, each run by Node with the stock `socket.io-client`.

use crate::support::TestServer;
use crate::support::node::node;

/// Runs one script against a server of its own.
async fn run(script: &str) {
    let server = TestServer::start().await;
    let output = node(server.address).args(["--test", script]).output().await.expect("node runs");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{script}\n{text}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(!text.contains("# pass 0\n"), "{script} ran no test\n{text}");
    server.stop().await;
}

macro_rules! scripts {
    ($($name:ident: $file:literal,)*) => {
        $(#[tokio::test(flavor = "multi_thread")]
        async fn $name() {
            run($file).await;
        })*

        #[test]
        fn every_script_is_run() {
            let known = [$($file),*];
            let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/clients");
            for entry in std::fs::read_dir(folder).unwrap() {
                let name = entry.unwrap().file_name().into_string().unwrap();
                assert!(!name.ends_with(".test.mjs") || known.contains(&name.as_str()), "{name} is not run");
            }
        }
    };
}

scripts! {
    bad_input_over_rest_changes_nothing: "bad-input-rest.test.mjs",
    bad_input_over_a_socket_changes_nothing: "bad-input-socket.test.mjs",
    commands_over_a_socket_are_answered: "commands.test.mjs",
    a_command_id_makes_a_repeat_safe: "idempotency.test.mjs",
    every_transport_and_namespace_joins: "joining.test.mjs",
    lifecycle_events_stand_around_a_command: "lifecycle.test.mjs",
    no_event_is_lost_while_the_transport_is_upgraded: "upgrading.test.mjs",
    older_names_come_on_graph: "older-names.test.mjs",
    two_thousand_pipelined_commands_are_answered_in_order: "pipeline.test.mjs",
    one_room_for_every_client: "room.test.mjs",
    project_files_are_told_to_the_room: "project-files.test.mjs",
    who_left_is_answered_and_can_come_back: "leaving.test.mjs",
    undo_and_redo_tell_what_changed: "undo.test.mjs",
}
