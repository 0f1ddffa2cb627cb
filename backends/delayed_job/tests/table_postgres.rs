//! The table on PostgreSQL.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod table;

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::SystemTime;

use egret_core::{ErrorKind, Result, Timestamp};
use egret_delayed_job::postgres::PostgresTable;
use egret_delayed_job::table::{End, LockName, NewRow, Reservation, Row, Settings};
use tokio::runtime::Runtime;
use tokio_postgres::{Client, NoTls};

use table::{Database, Table};

/// A schema of its own on the server that the tests are given.
struct Postgres {
    runtime: Runtime,
    client: Client,
    table: PostgresTable,
    schema: String,
}

impl Postgres {
    fn new() -> Self {
        let (runtime, client, schema) = schema();
        let table = runtime.block_on(PostgresTable::create(&client, "")).unwrap();
        Self { runtime, client, table, schema }
    }

    /// With a table that others have made.
    fn made_by(sql: &str) -> Self {
        let (runtime, client, schema) = schema();
        let sql = sql.replace("public.", "");
        let table = runtime.block_on(async {
            client.batch_execute(&sql).await.unwrap();
            PostgresTable::open(&client, "").await.unwrap()
        });
        Self { runtime, client, table, schema }
    }

    /// What the catalog says of the columns and indexes.
    fn shape(&self) -> Vec<String> {
        let query = "SELECT concat_ws(' ', attname, format_type(atttypid, atttypmod), attnotnull,
                            pg_get_expr(adbin, adrelid))
                     FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
                     WHERE attrelid = 'delayed_jobs'::regclass AND attnum > 0
                     UNION ALL SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = 'delayed_jobs'::regclass";
        let rows = self.runtime.block_on(self.client.query(query, &[])).unwrap();
        let mut shape: Vec<String> = rows.iter().map(|row| row.get::<_, String>(0)).collect();
        shape.iter_mut().for_each(|line| *line = line.replace(&self.schema, "SCHEMA"));
        shape.sort();
        shape
    }
}

fn schema() -> (Runtime, Client, String) {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let client = runtime.block_on(connect());
    let nonce = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_nanos();
    let schema = format!("test_{}_{nonce}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let make = format!("CREATE SCHEMA {schema}; SET search_path TO {schema}");
    runtime.block_on(client.batch_execute(&make)).unwrap();
    (runtime, client, schema)
}

async fn connect() -> Client {
    let url = std::env::var("TEST_POSTGRES_URL").unwrap_or_else(|_| {
        panic!("TEST_POSTGRES_URL names no PostgreSQL server: run the tests with scripts/test, which starts one")
    });
    let (client, connection) = tokio_postgres::connect(&url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

impl Database for Postgres {
    fn insert(&self, row: &NewRow, now: Timestamp) -> Result<i64> {
        self.runtime.block_on(self.table.insert(&self.client, row, now))
    }

    fn reserve(&self, reservation: &Reservation) -> Result<Option<Row>> {
        self.runtime.block_on(self.table.reserve(&self.client, reservation))
    }

    fn find(&self, id: i64) -> Result<Option<Row>> {
        self.runtime.block_on(self.table.find(&self.client, id))
    }

    fn end(&self, id: i64, name: &LockName, end: &End, now: Timestamp) -> Result<bool> {
        self.runtime.block_on(self.table.end(&self.client, id, name, end, now))
    }

    fn renew(&self, id: i64, name: &LockName, now: Timestamp) -> Result<bool> {
        self.runtime.block_on(self.table.renew(&self.client, id, name, now))
    }

    fn clear_locks(&self, name: &LockName) -> Result<usize> {
        self.runtime.block_on(self.table.clear_locks(&self.client, name))
    }

    fn clear(&self) -> Result<usize> {
        self.runtime.block_on(self.table.clear(&self.client))
    }

    fn n_older(&self, before: Timestamp) -> Result<u64> {
        self.runtime.block_on(self.table.n_older(&self.client, before))
    }

    fn set(&self, id: i64, assignment: &str) {
        let update = format!("UPDATE delayed_jobs SET {assignment} WHERE id = {id}");
        assert_eq!(self.runtime.block_on(self.client.execute(&update, &[])).unwrap(), 1);
    }
}

table::table_cases!(|| crate::Table::new(crate::Postgres::new()));

#[test]
fn makes_the_table_that_the_generator_makes() {
    let theirs = Postgres::made_by(include_str!("samples/schema_postgresql.sql"));
    let ours = Postgres::new();
    assert_eq!(ours.shape(), theirs.shape());
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
