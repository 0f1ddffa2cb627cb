//! What SQLite alone does on a disk, to hold the store's own figures against.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use egret_core::{Error, ErrorKind, Result};
use rusqlite::{Connection, Transaction, TransactionBehavior, params};

use crate::Durability;

/// What SQLite alone does on a disk with rows like ours: one connection, prepared statements, nothing in between.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RawLimits {
    /// Transactions of one insert each.
    pub single_inserts_per_second: f64,
    /// Inserts, 100 in a transaction.
    pub inserts_per_second_at_100: f64,
    /// Inserts, 1,000 in a transaction.
    pub inserts_per_second_at_1000: f64,
    /// Rows claimed (update), then finished (delete, insert into a history), 100 of each in a transaction.
    pub cycles_per_second_at_100: f64,
    /// Start to end of a process that does nothing, in milliseconds.
    pub empty_process_milliseconds: f64,
}

/// How long each limit is measured.
const SPAN: Duration = Duration::from_millis(1_500);

impl RawLimits {
    /// Measures for about eight seconds, in throw-away files inside `folder`, which is made if it is missing.
    ///
    /// # Errors
    /// When the folder cannot be written or SQLite fails.
    pub fn measure(folder: &Path, durability: Durability) -> Result<Self> {
        std::fs::create_dir_all(folder)
            .map_err(|error| failed("failed to make the folder for the measurement", error))?;
        let insert = |rows| measure_inserts(folder, durability, rows);
        Ok(Self {
            single_inserts_per_second: insert(1)?,
            inserts_per_second_at_100: insert(100)?,
            inserts_per_second_at_1000: insert(1_000)?,
            cycles_per_second_at_100: measure_cycles(folder, durability)?,
            empty_process_milliseconds: measure_process()?,
        })
    }
}

fn measure_inserts(folder: &Path, durability: Durability, rows: u64) -> Result<f64> {
    let mut connection = open(folder, durability)?;
    let began = Instant::now();
    let mut n_rows = 0;
    while began.elapsed() < SPAN {
        transaction(&mut connection, |transaction| insert_rows(transaction, n_rows, rows))?;
        n_rows += rows;
    }
    Ok(n_rows as f64 / began.elapsed().as_secs_f64())
}

fn measure_cycles(folder: &Path, durability: Durability) -> Result<f64> {
    const ROWS: u64 = 100;
    const WAITING: u64 = 400_000;
    let mut connection = open(folder, durability)?;
    for first in (0..WAITING).step_by(1_000) {
        transaction(&mut connection, |transaction| insert_rows(transaction, first, 1_000))?;
    }
    let began = Instant::now();
    let mut n_rows = 0;
    while began.elapsed() < SPAN && n_rows < WAITING {
        transaction(&mut connection, |transaction| cycle(transaction, ROWS))?;
        n_rows += ROWS;
    }
    Ok(n_rows as f64 / began.elapsed().as_secs_f64())
}

fn open(folder: &Path, durability: Durability) -> Result<Connection> {
    let path = folder.join(format!("raw-{}.db", uuid::Uuid::now_v7().simple()));
    let connection = Connection::open(path).map_err(sqlite)?;
    let synchronous = match durability {
        Durability::Full => "FULL",
        Durability::Normal => "NORMAL",
    };
    connection
        .execute_batch(&format!(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = {synchronous};
             CREATE TABLE job (id INTEGER PRIMARY KEY, job_id BLOB UNIQUE, state INTEGER, queue INTEGER, due INTEGER,
                               claims INTEGER, payload BLOB);
             CREATE INDEX job_waiting ON job (queue, due, id) WHERE state = 0;
             CREATE TABLE history (id INTEGER PRIMARY KEY, job_id BLOB UNIQUE, state INTEGER, closed INTEGER, payload BLOB);"
        ))
        .map_err(sqlite)?;
    Ok(connection)
}

fn transaction(connection: &mut Connection, work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<()>) -> Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(sqlite)?;
    work(&transaction).map_err(sqlite)?;
    transaction.commit().map_err(sqlite)
}

/// Rows with a payload of the size of a small job's.
fn insert_rows(transaction: &Transaction<'_>, first: u64, rows: u64) -> rusqlite::Result<()> {
    const PAYLOAD: [u8; 330] = [b'x'; 330];
    let mut insert = transaction.prepare_cached("INSERT INTO job VALUES (NULL, ?1, 0, 1, ?2, 0, ?3)")?;
    for number in first..first + rows {
        insert.execute(params![uuid::Uuid::now_v7().as_bytes(), number as i64, PAYLOAD])?;
    }
    Ok(())
}

/// Claims the first waiting rows and finishes them.
fn cycle(transaction: &Transaction<'_>, rows: u64) -> rusqlite::Result<()> {
    let mut claim = transaction.prepare_cached(
        "UPDATE job SET state = 1, claims = claims + 1
         WHERE id IN (SELECT id FROM job WHERE state = 0 AND queue = 1 ORDER BY due, id LIMIT ?1) RETURNING id",
    )?;
    let claimed: Vec<i64> = claim.query_map([rows as i64], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    let mut keep = transaction.prepare_cached(
        "INSERT INTO history SELECT NULL, job_id, 2, ?2, payload FROM job WHERE id = ?1 AND claims = 1",
    )?;
    let mut remove = transaction.prepare_cached("DELETE FROM job WHERE id = ?1")?;
    for id in claimed {
        keep.execute(params![id, id])?;
        remove.execute([id])?;
    }
    Ok(())
}

fn measure_process() -> Result<f64> {
    const STARTS: u32 = 20;
    let began = Instant::now();
    for _ in 0..STARTS {
        Command::new("true")
            .stdin(Stdio::null())
            .status()
            .map_err(|error| failed("failed to run `true` for the measurement", error))?;
    }
    Ok(began.elapsed().as_secs_f64() * 1e3 / f64::from(STARTS))
}

fn sqlite(error: rusqlite::Error) -> Error {
    failed("failed to measure what SQLite does", error)
}

fn failed(message: &str, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::new(ErrorKind::Unavailable, message).with_source(source)
}
