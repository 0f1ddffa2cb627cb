//! The table on PostgreSQL.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod databases;
#[path = "databases/postgres.rs"]
mod postgres;
mod table;

use egret_core::{ErrorKind, Timestamp};
use egret_delayed_job::postgres::PostgresTable;
use egret_delayed_job::table::{LockName, NewRow, Reservation, Settings};

use databases::Database;
use postgres::{Postgres, connect, schema};
use table::Table;

table::table_cases!(|| crate::Table::new(crate::postgres::Postgres::new()));

#[test]
fn makes_the_table_that_the_generator_makes() {
    let theirs = Postgres::made_by(include_str!("samples/schema_postgresql.sql"));
    let ours = Postgres::new();
    assert_eq!(shape(&ours), shape(&theirs));
    let again = ours.runtime.block_on(PostgresTable::create(&ours.client, "")).unwrap_err();
    assert_eq!(again.to_string(), "failed to make the table of Delayed Job");
}

#[test]
fn a_job_exists_exactly_when_the_applications_transaction_does() {
    let mut postgres = Postgres::new();
    let now = Timestamp::now();
    let row = NewRow { priority: 0, handler: "--- !ruby/object:A {}\n".into(), run_at: now, queue: None };
    for commits in [false, true] {
        let id = postgres.runtime.block_on(async {
            let transaction = postgres.client.transaction().await.unwrap();
            let id = postgres.table.insert(&transaction, &row, now).await.unwrap();
            match commits {
                true => transaction.commit().await.unwrap(),
                false => transaction.rollback().await.unwrap(),
            }
            id
        });
        assert_eq!(postgres.find(id).unwrap().is_some(), commits);
    }
}

#[test]
fn works_on_a_table_without_queues() {
    let sql = include_str!("samples/schema_postgresql.sql").replace("    queue character varying,\n", "");
    table::works_without_queues(Table::new(Postgres::made_by(&sql)));
}

#[test]
fn goes_by_the_applications_prefix() {
    let (runtime, client, _) = schema();
    runtime.block_on(async {
        let error = PostgresTable::open(&client, "acme_").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
        assert!(error.to_string().contains("`acme_delayed_jobs`"), "{error}");
        PostgresTable::create(&client, "acme_").await.unwrap();
        let table = PostgresTable::open(&client, "acme_").await.unwrap();
        assert_eq!(table.clear(&client).await.unwrap(), 0);
    });
}

/// A row that somebody is just taking is passed over, not waited for.
#[test]
fn waits_for_nobody_who_is_taking_a_row() {
    let mut postgres = Postgres::new();
    let now = Timestamp::now();
    let row = NewRow { priority: 0, handler: "--- !ruby/object:A {}\n".into(), run_at: now, queue: None };
    let first = postgres.insert(&row, now).unwrap();
    let second = postgres.insert(&row, now).unwrap();
    let other = postgres.runtime.block_on(async {
        let other = connect().await;
        other.batch_execute(&format!("SET search_path TO {}", postgres.schema)).await.unwrap();
        other
    });
    let reservation = |name: &str| Reservation::new(LockName::new(name), now, &Settings::default());
    let taken = postgres.runtime.block_on(async {
        let transaction = postgres.client.transaction().await.unwrap();
        let mine = postgres.table.reserve(&transaction, &reservation("a")).await.unwrap().unwrap();
        let theirs = postgres.table.reserve(&other, &reservation("b")).await.unwrap().unwrap();
        assert_eq!(postgres.table.reserve(&other, &reservation("c")).await.unwrap(), None);
        transaction.commit().await.unwrap();
        [mine.id, theirs.id]
    });
    assert_eq!(taken, [first, second]);
}

/// What the catalog says of the columns and indexes.
fn shape(postgres: &Postgres) -> Vec<String> {
    let query = "SELECT concat_ws(' ', attname, format_type(atttypid, atttypmod), attnotnull,
                        pg_get_expr(adbin, adrelid))
                 FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
                 WHERE attrelid = 'delayed_jobs'::regclass AND attnum > 0
                 UNION ALL SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = 'delayed_jobs'::regclass";
    let rows = postgres.runtime.block_on(postgres.client.query(query, &[])).unwrap();
    let mut shape: Vec<String> = rows.iter().map(|row| row.get::<_, String>(0)).collect();
    shape.iter_mut().for_each(|line| *line = line.replace(&postgres.schema, "SCHEMA"));
    shape.sort();
    shape
}
