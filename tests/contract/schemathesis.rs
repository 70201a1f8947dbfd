//! Schemathesis, which makes requests from the document that the server serves, good ones and bad ones.
//!
//! What it checks, what it does not and why, stands in `schemathesis/schemathesis.toml`. `make schemathesis`
//! asks for more examples, and for another seed every time.

use std::env;

use crate::support::process::ServerProcess;
use crate::support::python::python;

/// Requests of each kind for each route, as many as a minute allows.
const EXAMPLES: &str = "20";
const SEED: &str = "20260";

#[tokio::test(flavor = "multi_thread")]
async fn no_generated_request_finds_a_500_or_an_answer_that_the_document_does_not_tell_of() {
    let examples = env::var("SCHEMATHESIS_EXAMPLES").unwrap_or_else(|_| EXAMPLES.to_owned());
    let seed = env::var("SCHEMATHESIS_SEED").unwrap_or_else(|_| SEED.to_owned());
    let data = tempfile::tempdir().unwrap();
    let mut command = ServerProcess::command(data.path());
    // Generated clients have few names, and nobody closes what they begin.
    command.args(["--max-connections-per-client", "10000"]);
    let mut server = ServerProcess::start(command).await;
    let mut schemathesis = python(server.address);
    schemathesis
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/contract/schemathesis"))
        .env("GRAPHROOM_SEED", &seed)
        .args(["-m", "schemathesis.cli", "--no-color", "run", "--max-examples", &examples, "--seed", &seed])
        .arg(format!("http://{}/openapi.json", server.address));
    let output = schemathesis.output().await.expect("`make setup` has installed the Python packages");
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "seed {seed}\n{text}\n{errors}");
    let asked = |what: &str| text.lines().find_map(|line| line.trim().strip_prefix(what)).map(str::trim);
    let (selected, of) = asked("Selected:").and_then(|line| line.split_once('/')).unwrap();
    assert!(selected == of && Some(of) == asked("Tested:"), "every route is asked:\n{text}");
    let generated: u64 =
        text.split_once(" generated").unwrap().0.rsplit(' ').next().unwrap().parse().unwrap();
    assert!(generated > 1_000, "{generated} requests are too few");
    assert_eq!(server.rest.get("/health").await.0, 200);
    assert!(server.terminate().await.success());
}
