//! The scripts of `tests/clients`, each run by Node with the stock `socket.io-client`, some with its older
//! generations too.

use graphroom::conversation::assistant::Settings;

use crate::support::TestServer;
use crate::support::node::node;
use crate::support::ollama::{OllamaStub, Script};

/// The generation of the client that scripts use unless another is asked for.
const NEWEST: u8 = 4;

/// Runs one script against a server of its own, with an assistant that knows one answer.
async fn run(script: &str, generation: u8) {
    let assistant = OllamaStub::start().await;
    let answer = r#"{"user_explanation":"The doors are late.","technical_instruction":"Order them.","confidence":0.9}"#;
    assistant.formed(Script::says([answer]));
    let settings = Settings::new(assistant.url(), "small");
    let server = TestServer::start_allowing(|parts| parts.assistant = Some(settings)).await;
    let mut node = node(server.address);
    node.args(["--test", script]).env("GRAPHROOM_CLIENT", generation.to_string());
    // Node 20 has its own only for who asks.
    node.env("NODE_OPTIONS", "--experimental-websocket");
    let output = node.output().await.expect("node runs");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{script}\n{text}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(!text.contains("# pass 0\n"), "{script} ran no test\n{text}");
    server.stop().await;
}

macro_rules! scripts {
    ($($name:ident: $file:literal $(by $generation:literal)?,)*) => {
        $(#[tokio::test(flavor = "multi_thread")]
        async fn $name() {
            run($file, [$($generation,)? NEWEST][0]).await;
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
    a_typed_client_compiles_and_works: "types.test.mjs",
    a_command_id_makes_a_repeat_safe: "idempotency.test.mjs",
    every_transport_and_namespace_joins: "joining.test.mjs",
    lifecycle_events_stand_around_a_command: "lifecycle.test.mjs",
    no_event_is_lost_while_the_transport_is_upgraded: "upgrading.test.mjs",
    older_names_come_on_graph: "older-names.test.mjs",
    two_thousand_pipelined_commands_are_answered_in_order: "pipeline.test.mjs",
    clients_of_a_project_assistant_talk_as_they_always_did: "client-chat.test.mjs",
    broadcasts_are_acknowledged_by_stock_clients: "broadcasts.test.mjs",
    the_documents_are_valid: "documents.test.mjs",
    the_web_client_is_the_same_in_every_coding: "web-client.test.mjs",
    one_room_for_every_client: "room.test.mjs",
    members_that_come_back_are_brought_up_to_date: "resuming.test.mjs",
    batches_hold_what_others_hear_one_by_one: "batches.test.mjs",
    who_is_here_is_told_to_those_who_asked: "presence.test.mjs",
    who_does_not_come_back_is_gone_after_its_grace: "presence-grace.test.mjs",
    a_session_that_is_not_active_is_only_read: "session-state.test.mjs",
    project_files_are_told_to_the_room: "project-files.test.mjs",
    who_left_is_answered_and_can_come_back: "leaving.test.mjs",
    commands_over_rest_are_answered: "executing.test.mjs",
    commands_about_nodes_keep_their_rules: "node-commands.test.mjs",
    commands_about_places_keep_their_rules: "place-commands.test.mjs",
    every_route_answers_as_its_clients_expect: "routes.test.mjs",
    clients_connect_and_are_answered: "talking.test.mjs",
    every_change_is_told_in_its_form: "telling.test.mjs",
    undo_and_redo_tell_what_changed: "undo.test.mjs",
    every_command_tells_its_events_in_order: "event-sequences.test.mjs",
    the_bugs_of_the_original_are_not_here: "bugs-of-the-original.test.mjs",
    the_habits_of_the_original_are_kept_or_mended: "habits-of-the-original.test.mjs",
    a_page_without_socketio_works_as_it_is: "project-page.test.mjs",
    a_project_is_heard_while_its_assistant_works: "project-chat.test.mjs",

    every_generation_says_who_it_is_and_is_refused_in_its_own_way: "old-clients.test.mjs",
    generation_2_is_refused_bad_input: "bad-input-socket.test.mjs" by 2,
    generation_2_is_answered: "commands.test.mjs" by 2,
    generation_2_joins: "joining.test.mjs" by 2,
    generation_2_loses_nothing_while_the_transport_is_upgraded: "upgrading.test.mjs" by 2,
    generation_2_gets_older_names_on_graph: "older-names.test.mjs" by 2,
    generation_2_is_answered_in_order: "pipeline.test.mjs" by 2,
    generation_2_shares_the_room: "room.test.mjs" by 2,
    generation_3_is_refused_bad_input: "bad-input-socket.test.mjs" by 3,
    generation_3_joins: "joining.test.mjs" by 3,
    generation_3_loses_nothing_while_the_transport_is_upgraded: "upgrading.test.mjs" by 3,
    generation_3_shares_the_room: "room.test.mjs" by 3,
}
