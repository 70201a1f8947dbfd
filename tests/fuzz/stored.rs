//! A database in which somebody else wrote: a row, or bytes of the file.
//!
//! Either the check tells of it, or everything is read as it was. Reading is refused or true, never something else.

use std::fs;
use std::path::Path;

use graphroom::domain::creation::{Beginning, NewProject, first_record};
use graphroom::domain::{Author, Context, Limits, Record, State, TemplateSet, Timestamp};
use graphroom::project::Library;
use graphroom::session::GRAPH_FORM;
use graphroom::store::sqlite::check;
use graphroom::store::{Catalogue, EncodedRecord, Journal, Most, ProjectRow, SqliteStore, Store, StoreError};
use rusqlite::types::Value;
use uuid::Uuid;

use super::run::{Case, Part};
use super::{bytes, world_of_records};

const DATABASE: &str = "graphroom.db";

fn project_id() -> Uuid {
    Uuid::from_u128(1)
}

/// A database with one project, closed; and its records.
async fn original(directory: &Path) -> Vec<Record> {
    let store = SqliteStore::open(directory).unwrap();
    let templates = Library::open(None).0.current();
    let template = &templates["restomod"];
    let author = Author { user_id: "ann".into(), name: None, client_id: None };
    let context = Context {
        author: &author,
        now: Timestamp::from_millis(1_760_000_000_000),
        seed: Uuid::from_u128(9),
        limits: Limits::default(),
        lenient_parents: false,
        templates: &TemplateSet::new(),
    };
    let beginning = Beginning::Root(&template.node_types[0]);
    let project = NewProject { name: "Fuzzed", template, strict: false, beginning };
    let mut records = vec![first_record(&project, "first".into(), &context)];
    let mut state = State::default();
    state.apply(&records[0]);
    records.extend(world_of_records::more(&mut state, &context, 12));
    let row = ProjectRow {
        project_id: project_id(),
        session_id: Uuid::from_u128(2),
        epoch: Uuid::from_u128(3),
        name: "Fuzzed".to_owned(),
        template_id: template.id.to_string(),
        created_at: context.now,
        saved: 1,
    };
    store.create_project(row, EncodedRecord::new(&records[0]).unwrap(), None).await.unwrap();
    for record in &records[1..] {
        let encoded = EncodedRecord::new(record).unwrap();
        store.append(project_id(), record.seq_first - 1, vec![encoded]).await.unwrap();
    }
    store.close().await.unwrap();
    records
}

/// Writes something else into one field of one row. False if nobody can.
fn alter_a_row(case: &mut Case, database: &Path) -> bool {
    let connection = rusqlite::Connection::open(database).unwrap();
    let names = |query: &str| -> Vec<String> {
        let mut statement = connection.prepare(query).unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    let tables = names("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'");
    let table = case.random.pick(&tables).clone();
    let columns = names(&format!("SELECT name FROM pragma_table_info('{table}')"));
    let column = case.random.pick(&columns).clone();
    let count: i64 =
        connection.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap();
    if count == 0 {
        return false;
    }
    let row = case.random.below(count as usize);
    let place = format!("(SELECT rowid FROM {table} LIMIT 1 OFFSET {row})");
    // A table may be without row ids: then its first column says which row it is.
    let key = if connection.prepare(&format!("SELECT rowid FROM {table}")).is_ok() {
        "rowid"
    } else {
        return false;
    };
    let value: Value = connection
        .query_row(&format!("SELECT {column} FROM {table} WHERE {key} = {place}"), [], |row| row.get(0))
        .unwrap();
    let altered = altered_value(case, &value);
    case.shows(format!("{table}.{column} of row {row}: {value:?} becomes {altered:?}"));
    connection.execute(&format!("UPDATE {table} SET {column} = ?1 WHERE {key} = {place}"), [altered]).is_ok()
}

fn altered_value(case: &mut Case, value: &Value) -> Value {
    let random = &mut case.random;
    match value {
        Value::Text(text) if random.percent(80) => {
            Value::Text(bytes::altered_text(random, text, "00000000-0000-0000-0000-000000000001"))
        }
        Value::Blob(blob) if random.percent(80) => Value::Blob(bytes::altered(random, blob, b"{}")),
        Value::Integer(number) if random.percent(60) => Value::Integer(number ^ (1 << random.below(63))),
        _ => random
            .pick(&[
                Value::Null,
                Value::Integer(0),
                Value::Integer(-1),
                Value::Integer(i64::MAX),
                Value::Real(1.5),
                Value::Text(String::new()),
                Value::Blob(vec![0xff]),
            ])
            .clone(),
    }
}

async fn try_altered(case: &mut Case, original: &Path, records: &[Record]) {
    let directory = tempfile::tempdir().unwrap();
    let database = directory.path().join(DATABASE);
    fs::copy(original.join(DATABASE), &database).unwrap();
    let is_row = case.random.percent(70);
    let kind = if is_row { "a row" } else { "the file" };
    if is_row {
        if !alter_a_row(case, &database) {
            return;
        }
    } else {
        let mut file = fs::read(&database).unwrap();
        let at = case.random.below(file.len());
        let length = (1 + case.random.below(64)).min(file.len() - at);
        file[at..at + length].iter_mut().for_each(|byte| *byte ^= case.random.next() as u8);
        if case.random.percent(10) {
            file.truncate(at);
        }
        case.shows(format!("{length} bytes of the file from {at}"));
        fs::write(&database, file).unwrap();
    }
    let is_told = check(directory.path(), GRAPH_FORM).map_or(true, |report| !report.faults.is_empty());
    case.saw(kind, !is_told);
    let read = match SqliteStore::open(directory.path()) {
        Err(error) => Err(error),
        Ok(store) => {
            let read = store.read_from(project_id(), 0, Most::records(1_000)).await;
            drop(store.recent_commands(project_id(), 100).await);
            drop(store.project(project_id()).await);
            drop(store.sessions().await);
            drop(store.close().await);
            read
        }
    };
    match read {
        Ok(read) => {
            let is_true = read.iter().zip(records).all(|(read, record)| read == record);
            assert!(is_true && read.len() <= records.len(), "something was read that nobody wrote");
            assert!(is_told || read.len() == records.len(), "a record is missing, and nobody tells");
        }
        Err(StoreError::Closed) => panic!("nobody closed it"),
        Err(error) => assert!(is_told, "it cannot be read, and the check finds nothing wrong: {error}"),
    }
}

#[tokio::test]
async fn a_database_that_somebody_altered_is_told_of_or_read_as_it_was() {
    let directory = tempfile::tempdir().unwrap();
    let records = original(directory.path()).await;
    Part::new("stored", 8)
        .needs("a row", 0, 40)
        .needs("the file", 1, 20)
        .run_live(async |case| try_altered(case, directory.path(), &records).await)
        .await;
}
