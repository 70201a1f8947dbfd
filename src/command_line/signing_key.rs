//! `graphroom signing-key`: the keys in a data directory that its tokens are signed with. What they are is not shown.

use std::path::Path;
use std::process::ExitCode;

use super::offline::{Failure, in_accounts, note, run_to_end};
use super::table::{table, yes_or_no};
use super::tell;
use crate::clock::system_clock;
use crate::config::{RemoveSigningKey, SigningKeyCommand, Stored};
use crate::identity::audit::{Kind, Note};
use crate::identity::keys::{KeyError, SigningKeys};

/// Does it, and says by the exit code what came of it.
pub(super) fn run(command: &SigningKeyCommand) -> ExitCode {
    match command {
        SigningKeyCommand::List(stored) => run_to_end("signing-key list", list(stored)),
        SigningKeyCommand::Rotate(stored) => run_to_end("signing-key rotate", rotate(stored)),
        SigningKeyCommand::Remove(options) => run_to_end("signing-key remove", remove(options)),
    }
}

/// Works with the keys while no server does: one that runs reads them at its start only. What is done is written down as
/// of this kind.
async fn with_keys<T>(
    dir: &Path,
    kind: Option<Kind>,
    work: impl FnOnce(&SigningKeys) -> Result<T, KeyError>,
) -> Result<T, Failure> {
    in_accounts(dir, async |store| {
        let keys = SigningKeys::open(dir, system_clock()())?;
        let done = work(&keys)?;
        if let Some(kind) = kind {
            note(&*store, Note::new(kind)).await?;
        }
        Ok(done)
    })
    .await
}

async fn list(stored: &Stored) -> Result<(), Failure> {
    let names = with_keys(&stored.data, None, |keys| Ok(keys.names())).await?;
    let newest = names.len().saturating_sub(1);
    let rows = names.into_iter().enumerate();
    let rows = rows.map(|(place, (kid, made_at))| [kid, made_at.to_string(), yes_or_no(place == newest)]);
    Ok(tell(&table(["KID", "MADE", "SIGNS"], rows))?)
}

async fn rotate(stored: &Stored) -> Result<(), Failure> {
    let kid =
        with_keys(&stored.data, Some(Kind::SigningKeyCreated), |keys| keys.rotate(system_clock()())).await?;
    Ok(tell(&format!("{kid}\n"))?)
}

async fn remove(options: &RemoveSigningKey) -> Result<(), Failure> {
    let kid = options.kid.as_str();
    with_keys(&options.stored.data, Some(Kind::SigningKeyRemoved), |keys| keys.remove(kid)).await?;
    Ok(tell(&format!("removed {kid:?}: the tokens that it signed count no more\n"))?)
}
