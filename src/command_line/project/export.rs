//! `graphroom project export`: the same file that a server sends.

use std::io::{self, Write};
use std::path::Path;

use tokio::task::yield_now;

use super::output::Output;
use super::{Failure, Signals, in_store};
use crate::config::ExportOptions;
use crate::project::export::Export;
use crate::session::replay::replay;
use crate::store::ProjectId;

/// Exports a project.
pub(super) async fn run(options: &ExportOptions) -> Result<(), Failure> {
    if options.output == Path::new("-") {
        return to_standard_output(read(options).await?);
    }
    // From here on a signal does not end the process by itself: what is half written has to go.
    let mut signals = Signals::listen()?;
    let output = Output::create(&options.output, options.force)?;
    tokio::select! {
        biased;
        () = signals.next() => Err(Failure::Interrupted),
        done = to_file(options, output) => done,
    }
}

/// The project, which is then not needed in its directory any more.
async fn read(options: &ExportOptions) -> Result<Export, Failure> {
    let unknown = || Failure::Wrong(format!("there is no project {:?}", options.id));
    let id: ProjectId = options.id.parse().map_err(|_| unknown())?;
    let state = in_store(&options.stored.data, async |store| {
        store.project(id).await?.ok_or_else(unknown)?;
        Ok(replay(&*store, id).await?)
    });
    Ok(Export::new(state.await?))
}

/// Who stops reading has half a file: that is no success.
fn to_standard_output(mut export: Export) -> Result<(), Failure> {
    let not_written = |error| Failure::NotDone(format!("standard output: {error}"));
    let mut stdout = io::stdout().lock();
    while let Some(piece) = export.next_piece().map_err(io::Error::from)? {
        stdout.write_all(&piece).map_err(not_written)?;
    }
    stdout.flush().map_err(not_written)
}

async fn to_file(options: &ExportOptions, mut output: Output) -> Result<(), Failure> {
    let mut export = read(options).await?;
    let not_written = |error| Failure::NotDone(format!("{}: {error}", options.output.display()));
    while let Some(piece) = export.next_piece().map_err(io::Error::from)? {
        output.write(&piece).map_err(not_written)?;
        // A signal is heard between two pieces.
        yield_now().await;
    }
    output.finish()
}
