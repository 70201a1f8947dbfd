//! `graphroom project list`: what the catalogue knows of each project.

use serde::Serialize;

use super::{Failure, in_store, on_a_line, tell};
use crate::config::ListOptions;
use crate::project::catalogue::{Found, ProjectQuery};

/// A project as programs are told of it: as `GET /projects` has it, but for who is there.
#[derive(Serialize)]
struct Listed {
    project_id: String,
    session_id: String,
    name: String,
    template_id: String,
    created_at: String,
    updated_at: String,
    seq: u64,
    is_dirty: bool,
}

/// Lists the projects.
pub(super) async fn run(options: &ListOptions) -> Result<(), Failure> {
    let search = options.search.clone().filter(|search| !search.is_empty());
    // Nobody else changes the list meanwhile, and it is short beside what a project holds.
    let query = ProjectQuery { search, limit: usize::MAX, ..ProjectQuery::default() };
    let found =
        in_store(&options.stored.data, async |store| Ok(store.projects(query).await?)).await?.projects;
    let told = if options.json { as_json(found)? } else { as_table(&found) };
    Ok(tell(&told)?)
}

fn as_json(found: Vec<Found>) -> Result<String, Failure> {
    let mut lines = String::new();
    for Found { row, updated_at, head } in found {
        let listed = Listed {
            project_id: row.project_id.to_string(),
            session_id: row.session_id.to_string(),
            is_dirty: head > row.saved,
            name: row.name,
            template_id: row.template_id,
            created_at: row.created_at.to_string(),
            updated_at: updated_at.to_string(),
            seq: head,
        };
        lines.push_str(&serde_json::to_string(&listed).map_err(std::io::Error::from)?);
        lines.push('\n');
    }
    Ok(lines)
}

/// Aligned columns. The name comes last: how wide it is on a screen is not known here.
fn as_table(found: &[Found]) -> String {
    if found.is_empty() {
        return "no project\n".to_owned();
    }
    let heads = ["ID", "LAST CHANGE", "SEQ", "TEMPLATE", "NAME"].map(str::to_owned);
    let rows: Vec<[String; 5]> = std::iter::once(heads).chain(found.iter().map(row)).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let [id, changed, seq, template] = [0, 1, 2, 3].map(width);
    let line = |row: &[String; 5]| {
        let [a, b, c, d, name] = row;
        format!("{a:id$}  {b:changed$}  {c:>seq$}  {d:template$}  {name}\n")
    };
    rows.iter().map(line).collect()
}

fn row(Found { row, updated_at, head }: &Found) -> [String; 5] {
    [
        row.project_id.to_string(),
        updated_at.to_string(),
        head.to_string(),
        on_a_line(&row.template_id),
        on_a_line(&row.name),
    ]
}
