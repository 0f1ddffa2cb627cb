//! PostgreSQL.

#![allow(dead_code, reason = "each test program uses a part of it")]

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::SystemTime;

use egret_core::{Result, Timestamp};
use egret_delayed_job::postgres::PostgresTable;
use egret_delayed_job::table::{End, LockName, NewRow, Reservation, Row};
use tokio::runtime::Runtime;
use tokio_postgres::{Client, NoTls};

use crate::databases::Database;

/// A schema of its own on the server that the tests are given.
pub(crate) struct Postgres {
    pub(crate) runtime: Runtime,
    pub(crate) client: Client,
    pub(crate) table: PostgresTable,
    pub(crate) schema: String,
}

impl Postgres {
    pub(crate) fn new() -> Self {
        let (runtime, client, schema) = schema();
        let table = runtime.block_on(PostgresTable::create(&client, "")).unwrap();
        Self { runtime, client, table, schema }
    }

    /// With a table that others have made.
    pub(crate) fn made_by(sql: &str) -> Self {
        let (runtime, client, schema) = schema();
        let sql = sql.replace("public.", "");
        let table = runtime.block_on(async {
            client.batch_execute(&sql).await.unwrap();
            PostgresTable::open(&client, "").await.unwrap()
        });
        Self { runtime, client, table, schema }
    }
}

/// A connection to an empty schema.
pub(crate) fn schema() -> (Runtime, Client, String) {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let client = runtime.block_on(connect());
    let nonce = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_nanos();
    let schema = format!("test_{}_{nonce}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let make = format!("CREATE SCHEMA {schema}; SET search_path TO {schema}");
    runtime.block_on(client.batch_execute(&make)).unwrap();
    (runtime, client, schema)
}

/// Where the server is.
pub(crate) fn url() -> String {
    std::env::var("TEST_POSTGRES_URL").unwrap_or_else(|_| {
        panic!("TEST_POSTGRES_URL names no PostgreSQL server: run the tests with scripts/test, which starts one")
    })
}

pub(crate) async fn connect() -> Client {
    let (client, connection) = tokio_postgres::connect(&url(), NoTls).await.unwrap();
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

    fn n_free(&self) -> i64 {
        let count = "SELECT count(*) FROM delayed_jobs WHERE locked_by IS NULL";
        self.runtime.block_on(self.client.query_one(count, &[])).unwrap().get(0)
    }
}
