//! The table on SQLite.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod databases;
#[path = "databases/sqlite.rs"]
mod sqlite;
mod table;

use egret_core::{ErrorKind, JobData, Timestamp};
use egret_delayed_job::handler;
use egret_delayed_job::sqlite::SqliteTable;
use egret_delayed_job::table::NewRow;
use egret_delayed_job::yaml::Limits;
use rusqlite::Connection;

use databases::Database;
use sqlite::Sqlite;
use table::Table;

table::table_cases!(|| crate::Table::new(crate::sqlite::Sqlite::new()));

#[test]
fn makes_the_table_that_the_generator_makes() {
    let ours = Sqlite::new();
    let theirs = Sqlite::made_by(include_str!("samples/schema_sqlite.sql"));
    for query in [
        "PRAGMA table_info(delayed_jobs)",
        "PRAGMA index_list(delayed_jobs)",
        "PRAGMA index_info(delayed_jobs_priority)",
    ] {
        assert_eq!(shown(&ours.connection, query), shown(&theirs.connection, query), "{query}");
    }
    let again = SqliteTable::create(&ours.connection, "").unwrap_err();
    assert_eq!(again.to_string(), "failed to make the table of Delayed Job");
}

#[test]
fn stores_rows_as_active_record_does() {
    let Sqlite { connection, table } = Sqlite::new();
    let data = JobData::new("GreetJob");
    let now: Timestamp = "2026-11-23T19:01:31.246532Z".parse().unwrap();
    let handler = handler::encode(&data, Limits::default()).unwrap();
    let row = NewRow { priority: 0, handler, run_at: now, queue: Some("mailers".into()) };
    let id = table.insert(&connection, &row, now).unwrap();
    let shown =
        shown(&connection, "SELECT run_at, created_at, updated_at, attempts, priority, queue FROM delayed_jobs");
    let text = r#"Text("2026-11-23 19:01:31.246532")"#;
    assert_eq!(shown, [format!(r#"[{text}, {text}, {text}, Integer(0), Integer(0), Text("mailers")]"#)]);
    let row = table.find(&connection, id).unwrap().unwrap();
    assert_eq!((row.run_at, row.created_at, row.locked_at, row.failed_at), (Some(now), Some(now), None, None));
    assert_eq!(handler::decode(&row.handler, id, Limits::default()).unwrap().job_id, data.job_id);
}

#[test]
fn a_job_exists_exactly_when_the_applications_transaction_does() {
    let mut sqlite = Sqlite::new();
    let now = Timestamp::now();
    let row = NewRow { priority: 0, handler: "--- !ruby/object:A {}\n".into(), run_at: now, queue: None };
    let transaction = sqlite.connection.transaction().unwrap();
    let id = sqlite.table.insert(&transaction, &row, now).unwrap();
    transaction.rollback().unwrap();
    assert_eq!(sqlite.find(id).unwrap(), None);
    let transaction = sqlite.connection.transaction().unwrap();
    let id = sqlite.table.insert(&transaction, &row, now).unwrap();
    transaction.commit().unwrap();
    assert!(sqlite.find(id).unwrap().is_some());
}

#[test]
fn works_on_a_table_without_queues() {
    let sql = include_str!("samples/schema_sqlite.sql").replace(r#""queue" varchar, "#, "");
    table::works_without_queues(Table::new(Sqlite::made_by(&sql)));
}

#[test]
fn reads_times_in_whole_seconds() {
    let table = Table::new(Sqlite::new());
    let id = table.insert(table.row());
    table.set(id, "run_at = '2026-11-23 19:01:31'");
    assert_eq!(table.reserve("a").unwrap().run_at, Some("2026-11-23T19:01:31Z".parse().unwrap()));
}

#[test]
fn goes_by_the_applications_prefix() {
    let connection = Connection::open_in_memory().unwrap();
    let error = SqliteTable::open(&connection, "acme_").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.to_string().contains("`acme_delayed_jobs`"), "{error}");
    SqliteTable::create(&connection, "acme_").unwrap();
    let table = SqliteTable::open(&connection, "acme_").unwrap();
    assert_eq!(table.clear(&connection).unwrap(), 0);
}

/// Rows of a query as text.
fn shown(connection: &Connection, query: &str) -> Vec<String> {
    let mut statement = connection.prepare(query).unwrap();
    let n_columns = statement.column_count();
    let rows = statement.query_map([], |row| {
        let values: rusqlite::Result<Vec<rusqlite::types::Value>> =
            (0..n_columns).map(|column| row.get(column)).collect();
        Ok(format!("{:?}", values?))
    });
    rows.unwrap().map(|row| row.unwrap()).collect()
}
