//! Beside Ruby's own workers on one SQLite table.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod databases;
mod ruby;
#[path = "databases/sqlite.rs"]
mod sqlite;

use std::path::Path;
use std::time::Duration;

use egret_delayed_job::sqlite::SqliteTable;
use rusqlite::Connection;

use databases::Database;
use ruby::Maker;
use sqlite::Sqlite;

ruby::ruby_cases!(make);

fn make(folder: &Path, maker: Maker<'_>) -> (Box<dyn Database>, String) {
    let file = folder.join("jobs.db");
    let url = format!("sqlite3:{}?timeout=30000", file.display());
    let connection = Connection::open(file).unwrap();
    connection.busy_timeout(Duration::from_secs(30)).unwrap();
    let table = match maker {
        Maker::Us => SqliteTable::create(&connection, ""),
        Maker::Ruby(migrate) => {
            migrate(&url);
            SqliteTable::open(&connection, "")
        }
    };
    (Box::new(Sqlite { connection, table: table.unwrap() }), url)
}
