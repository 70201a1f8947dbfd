//! Named versions held against the journals: is each of a project that there is, and does a command end where it is.

use rusqlite::Connection;

use crate::domain::Seq;
use crate::store::StoreError;

use super::super::rows;
use super::{Fault, FaultKind, is_id, lossy};

/// Checks all named versions as of one moment.
pub(super) fn check(connection: &Connection) -> Result<Vec<Fault>, StoreError> {
    let mut statement = connection.prepare(
        "SELECT version_id, project_id, name, seq,
         EXISTS (SELECT 1 FROM projects WHERE projects.project_id = versions.project_id),
         seq IS (SELECT seq_last FROM records WHERE records.project_id = versions.project_id AND seq_first <= seq
                 ORDER BY seq_first DESC LIMIT 1)
         OR EXISTS (SELECT 1 FROM arrivals WHERE arrivals.project_id = versions.project_id AND seq_last = seq)
         FROM versions ORDER BY project_id, seq",
    )?;
    let mut faults = Vec::new();
    let mut found = statement.query([])?;
    while let Some(row) = found.next()? {
        let (id, project, name) = (lossy(row, 0)?, lossy(row, 1)?, lossy(row, 2)?);
        let seq = rows::seq(row.get(3)?)?;
        let (is_there, is_an_end): (bool, bool) = (row.get(4)?, row.get(5)?);
        let mut fault = |seq: Option<Seq>, message| {
            faults.push(Fault::of(&project, FaultKind::Version, seq, format!("version {name:?}: {message}")));
        };
        if !is_id(&id) {
            fault(None, format!("its id is none: {id:?}"));
        }
        if !is_there {
            fault(None, "it is of this project, which is unknown".to_owned());
        } else if !is_an_end {
            fault(Some(seq), "no command ends here".to_owned());
        }
    }
    Ok(faults)
}
