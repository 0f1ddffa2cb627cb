//! Beside Ruby's own workers on one PostgreSQL table.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod databases;
#[path = "databases/postgres.rs"]
mod postgres;
mod ruby;

use std::path::Path;

use egret_delayed_job::postgres::PostgresTable;

use databases::Database;
use postgres::{Postgres, schema};
use ruby::Maker;

ruby::ruby_cases!(make);

fn make(_folder: &Path, maker: Maker<'_>) -> (Box<dyn Database>, String) {
    let (runtime, client, schema) = schema();
    let url = format!("{}?schema_search_path={schema}", postgres::url());
    let table = match maker {
        Maker::Us => runtime.block_on(PostgresTable::create(&client, "")),
        Maker::Ruby(migrate) => {
            migrate(&url);
            runtime.block_on(PostgresTable::open(&client, ""))
        }
    };
    (Box::new(Postgres { runtime, client, table: table.unwrap(), schema }), url)
}
