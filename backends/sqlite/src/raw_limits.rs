//! What SQLite alone does on a disk, to hold the store's own figures against.

use std::path::Path;
use std::time::{Duration, Instant};

use egret_core::{Error, ErrorKind, Result, Words};
use rusqlite::{Connection, Transaction, TransactionBehavior, params};
use rustix::time::{ClockId, clock_gettime};

use crate::Durability;

/// What SQLite alone is asked to do, with rows like ours: one connection, prepared statements, nothing in between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RawWork {
    /// Inserts.
    Inserts {
        /// So many rows in each transaction, at least 1.
        rows: u32,
    },
    /// Rows claimed (update), then finished (delete, insert into a history).
    Cycles {
        /// So many rows in each transaction, at least 1.
        rows: u32,
    },
}

/// What SQLite alone did.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RawLimit {
    /// Rows a second.
    pub rows_per_second: f64,
    /// Processor time for each row, of the one thread that did it, in microseconds.
    pub cpu_microseconds: f64,
}

/// So many rows wait before the first cycle for each second of the measurement: more than a fast machine takes.
const WAITING_A_SECOND: f64 = 300_000.0;

impl RawLimit {
    /// Measures for about the span, in throw-away files inside `folder`, which is made if it is missing. Blocks; cycles need
    /// about a second more for the rows that wait.
    ///
    /// # Errors
    /// When the folder cannot be written or SQLite fails.
    pub fn measure(folder: &Path, durability: Durability, work: RawWork, span: Duration) -> Result<Self> {
        std::fs::create_dir_all(folder).map_err(|error| failed("make the folder for the measurement", error))?;
        let path = folder.join(format!("raw-{}.db", uuid::Uuid::now_v7().simple()));
        let measured = match work {
            RawWork::Inserts { rows } => measure_inserts(&path, durability, u64::from(rows.max(1)), span),
            RawWork::Cycles { rows } => measure_cycles(&path, durability, u64::from(rows.max(1)), span),
        };
        for beside in ["", "-wal", "-shm"] {
            // What is not there need not go.
            let _ = std::fs::remove_file(path.with_extension(format!("db{beside}")));
        }
        measured
    }
}

fn measure_inserts(path: &Path, durability: Durability, rows: u64, span: Duration) -> Result<RawLimit> {
    let mut connection = open(path, durability)?;
    repeat(span, u64::MAX, rows, |first| {
        transaction(&mut connection, |transaction| insert_rows(transaction, first, rows))
    })
}

fn measure_cycles(path: &Path, durability: Durability, rows: u64, span: Duration) -> Result<RawLimit> {
    const STEP: u64 = 1_000;
    let waiting = (span.as_secs_f64() * WAITING_A_SECOND) as u64 / STEP * STEP + STEP;
    let mut connection = open(path, durability)?;
    for first in (0..waiting).step_by(1_000) {
        transaction(&mut connection, |transaction| insert_rows(transaction, first, STEP))?;
    }
    repeat(span, waiting, rows, |_| transaction(&mut connection, |transaction| cycle(transaction, rows)))
}

/// Does a transaction's work again and again until the span or the rows are used up.
fn repeat(span: Duration, most_rows: u64, rows: u64, mut work: impl FnMut(u64) -> Result<()>) -> Result<RawLimit> {
    let (began, cpu) = (Instant::now(), thread_cpu());
    let mut n_rows = 0;
    while n_rows == 0 || began.elapsed() < span && n_rows + rows <= most_rows {
        work(n_rows)?;
        n_rows += rows;
    }
    let cpu = thread_cpu().saturating_sub(cpu);
    Ok(RawLimit {
        rows_per_second: n_rows as f64 / began.elapsed().as_secs_f64(),
        cpu_microseconds: cpu.as_secs_f64() * 1e6 / n_rows as f64,
    })
}

fn thread_cpu() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.cast_unsigned(), u32::try_from(time.tv_nsec).unwrap_or(0))
}

fn open(path: &Path, durability: Durability) -> Result<Connection> {
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

fn sqlite(error: rusqlite::Error) -> Error {
    failed("measure what SQLite does", error)
}

fn failed(verb: &str, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::new(ErrorKind::Unavailable, Words::failed(Words::verb(verb))).with_source(source)
}
