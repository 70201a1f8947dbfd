//! The web client against the real binary, and in a real browser: the files of `web-client/tests`, each run by Vitest.
//!
//! What needs neither is run before, by `npm test`.

use std::path::Path;

use tokio::process::Command;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/web-client");

/// Runs one file.
async fn run(file: &str) {
    let output = Command::new("node")
        .args(["node_modules/vitest/vitest.mjs", "run", "--no-color", file])
        .current_dir(FOLDER)
        .env("GRAPHROOM_BIN", env!("CARGO_BIN_EXE_graphroom"))
        .kill_on_drop(true)
        .output()
        .await
        .expect("node runs");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{file}\n{text}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(text.contains(" passed"), "{file} ran no test\n{text}");
}

fn files(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("the folder is there").map(|entry| entry.unwrap().path());
    let tests = entries.filter(|path| path.to_string_lossy().ends_with(".test.ts"));
    tests.map(|path| path.strip_prefix(FOLDER).unwrap().to_string_lossy().into_owned()).collect()
}

macro_rules! files {
    ($($name:ident: $file:literal,)*) => {
        $(#[tokio::test(flavor = "multi_thread")]
        async fn $name() {
            run($file).await;
        })*

        #[test]
        fn every_file_is_run() {
            let known = [$($file),*];
            let folder = Path::new(FOLDER).join("tests");
            for file in files(&folder).into_iter().chain(files(&folder.join("browser"))) {
                assert!(known.contains(&file.as_str()), "{file} is not run");
            }
        }
    };
}

files! {
    sessions_live_through_whatever_happens_to_the_server: "tests/session.test.ts",
    clients_come_back_whatever_happened_to_the_connection: "tests/coming-back.test.ts",
    many_people_at_random_end_with_one_graph: "tests/many.test.ts",
    what_waits_to_be_sent_survives_and_is_sent_once: "tests/outbox.test.ts",
    every_event_does_to_a_replica_what_it_did_to_the_graph: "tests/histories.test.ts",
    what_is_guessed_is_what_comes_of_it: "tests/guesses.test.ts",
    what_is_said_is_said_and_heard_once: "tests/talking.test.ts",
    the_library_knows_no_page: "tests/arrows.test.ts",
    the_examples_of_the_documents_work: "tests/examples.test.ts",

    people_work_together_in_their_browsers: "tests/browser/together.test.ts",
    people_take_their_steps_back: "tests/browser/undo.test.ts",
    people_work_by_the_keyboard_alone: "tests/browser/keyboard.test.ts",
    people_write_properties: "tests/browser/inspector.test.ts",
    the_main_views_keep_nobody_out_and_cut_nothing: "tests/browser/look.test.ts",
    ten_thousand_nodes_are_used_as_a_few_are: "tests/browser/large.test.ts",
    projects_are_found_made_imported_exported_and_deleted: "tests/browser/projects.test.ts",
    people_use_the_canvas_together: "tests/browser/canvas.test.ts",
    the_first_view_is_small: "tests/browser/first-view.test.ts",
    the_project_is_shown_and_restored_as_it_was: "tests/browser/history.test.ts",
    people_sign_in_and_share: "tests/browser/accounts.test.ts",
    people_talk_beside_the_graph: "tests/browser/chat.test.ts",
    the_assistant_answers_word_by_word: "tests/browser/assistant.test.ts",
    admins_look_at_the_server_and_act_on_it: "tests/browser/admin.test.ts",
    the_page_of_admins_keeps_nobody_out_and_cuts_nothing: "tests/browser/admin-look.test.ts",
    an_admin_looks_on_by_socket_ios_admin_ui: "tests/browser/admin-ui.test.ts",
}
