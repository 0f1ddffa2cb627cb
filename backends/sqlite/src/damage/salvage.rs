//! A new database with every row that can be read of a damaged one, in which every job can run again.
//!
//! Rows are copied table by table, and after them those that no query reaches any more (`leaves`). What says where jobs
//! stand is not copied but made anew from the jobs themselves: the places of those that wait, the figures of lanes, the next
//! number. Claims and services end with the damaged file, so that their jobs wait again, uncounted.
//!
//! Whether a job has ended is known from history. Where history has gaps, its index still lists who has ended; where that
//! has gaps too, a job counts as live if a place or a claim names it; and where nothing tells, it runs again rather than
//! being lost.

use std::path::Path;

use egret_core::Payload;
use rusqlite::{Connection, OptionalExtension, params};

use super::leaves::{Evidence, recover};
use super::rows::{Table, copy_rows};
use crate::migrate::{create_tables, store_id};
use crate::payload;
use crate::queries;

/// How far to seek when even the next number cannot be read.
const FURTHEST: i64 = 1_000_000;
/// Tables that say where live jobs stand.
const PLACES: [&str; 3] = ["egret_ready", "egret_reserved", "egret_claims"];

/// Fills the empty file from the damaged one, which nobody writes to. Answers how many jobs are live in it.
pub(super) fn salvage(damaged: &Connection, file: &Path, target: &Path) -> rusqlite::Result<u64> {
    let mut connection = Connection::open(target)?;
    // Whole or useless: nothing needs a journal until it is there.
    connection.execute_batch(
        "PRAGMA foreign_keys = OFF; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA temp_store = MEMORY",
    )?;
    create_tables(&mut connection)?;
    let highest = next_number(damaged).unwrap_or(FURTHEST);
    let transaction = connection.transaction()?;
    keep_identity(damaged, &transaction)?;
    let incomplete = copy_tables(damaged, &transaction, highest)?;
    let evidence = recover(file, &transaction, &incomplete)?;
    tracing::warn!(
        tables = ?incomplete,
        rows_from_leaves = evidence.n_rows,
        "not every row of the damaged store can be read in its order"
    );
    name_lanes(&transaction)?;
    settle_ends(&transaction, &incomplete, &evidence)?;
    transaction.execute_batch(queries::SALVAGE_PLACES)?;
    let (n_live, _): (i64, i64) =
        transaction.query_row(queries::COUNT_COPY, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    transaction.commit()?;
    connection.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(()))?;
    connection.close().map_err(|(_, error)| error)?;
    Ok(n_live.unsigned_abs())
}

/// The new database has tables of this program's version, and is still the same store.
fn keep_identity(damaged: &Connection, target: &Connection) -> rusqlite::Result<()> {
    match store_id(damaged) {
        Ok(store_id) => target.execute("UPDATE egret_schema SET store_id = ?1", [store_id]).map(drop),
        // It has the one that was made with it.
        Err(_) => Ok(()),
    }
}

/// Tells the jobs that have ended, or are gone, from those that live.
fn settle_ends(connection: &Connection, incomplete: &[String], evidence: &Evidence) -> rusqlite::Result<()> {
    let has_gaps = |table: &str| incomplete.iter().any(|name| name == table);
    let places_have_gaps = PLACES.into_iter().any(has_gaps);
    settle(connection, queries::SALVAGE_DOUBTFUL_END, &evidence.doubtful_ends)?;
    if let Some(ended) = &evidence.ended {
        settle(connection, queries::SALVAGE_END_LOST, ended)?;
    }
    if places_have_gaps {
        return Ok(());
    }
    if has_gaps("egret_history") && evidence.ended.is_none() {
        return connection.execute_batch(queries::SALVAGE_ENDED);
    }
    settle(connection, queries::SALVAGE_DOUBTFUL_JOB, &evidence.doubtful_jobs)
}

/// Runs a script that finds the numbers in the table `told`.
fn settle(connection: &Connection, script: &str, numbers: &[i64]) -> rusqlite::Result<()> {
    connection.execute_batch("CREATE TEMP TABLE told (record INTEGER PRIMARY KEY)")?;
    let mut insert = connection.prepare("INSERT OR IGNORE INTO told (record) VALUES (?1)")?;
    numbers.iter().try_for_each(|number| insert.execute([number]).map(|_| ()))?;
    drop(insert);
    connection.execute_batch(script)?;
    connection.execute_batch("DROP TABLE told")
}

fn next_number(damaged: &Connection) -> Option<i64> {
    damaged.query_row(queries::SEQUENCE, [], |row| row.get(0)).ok()
}

/// Copies all of our tables and answers which have gaps.
fn copy_tables(damaged: &Connection, target: &Connection, highest: i64) -> rusqlite::Result<Vec<String>> {
    let mut incomplete = Vec::new();
    for mut table in tables(target)? {
        // A table that this program does not have in the damaged store yet is empty; an unreadable schema has no columns.
        let present = columns(damaged, &table.name).unwrap_or_default();
        table.columns.retain(|column| present.contains(column));
        if table.columns.is_empty() {
            incomplete.push(table.name);
            continue;
        }
        // What the migrations put in gives way.
        target.execute(&format!("DELETE FROM {}", table.name), [])?;
        if !copy_rows(damaged, target, &table, highest)? {
            incomplete.push(table.name);
        }
    }
    Ok(incomplete)
}

fn tables(connection: &Connection) -> rusqlite::Result<Vec<Table>> {
    let mut statement = connection.prepare(
        "SELECT name, wr FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name LIKE 'egret\\_%' ESCAPE '\\'
             AND name <> 'egret_schema'",
    )?;
    let names: Vec<(String, bool)> =
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
    names
        .into_iter()
        .map(|(name, is_by_key)| {
            let key = "SELECT name FROM pragma_table_info(?1) WHERE pk > 0 ORDER BY pk";
            let mut statement = connection.prepare(key)?;
            let key = statement.query_map([&name], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
            Ok(Table { columns: columns(connection, &name)?, key, is_numbered: !is_by_key, name })
        })
        .collect()
}

fn columns(connection: &Connection, table: &str) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare("SELECT name FROM pragma_table_info(?1)")?;
    statement.query_map([table], |row| row.get(0))?.collect()
}

/// Makes lanes anew that cannot be read, from the payloads of their jobs.
fn name_lanes(connection: &Connection) -> rusqlite::Result<()> {
    let mut lost = connection.prepare(queries::SALVAGE_LOST_LANES)?;
    let lost: Vec<(i64, Vec<u8>)> =
        lost.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
    for (lane, payload) in lost {
        let (queue, class) = match payload::read(&payload) {
            Payload::Job(data) => (data.queue().to_owned(), data.job_class.clone()),
            // Shown to people, and claimed by services that know every class.
            Payload::Unreadable(_) => ("default".to_owned(), String::new()),
        };
        let same = "SELECT id FROM egret_lanes WHERE queue = ?1 AND class = ?2";
        match connection.query_row(same, params![queue, class], |row| row.get::<_, i64>(0)).optional()? {
            Some(other) => {
                for table in ["egret_jobs", "egret_history", "egret_executions"] {
                    connection.execute(&format!("UPDATE {table} SET lane = ?2 WHERE lane = ?1"), [lane, other])?;
                }
            }
            None => {
                connection.execute(
                    "INSERT INTO egret_lanes (id, queue, class) VALUES (?1, ?2, ?3)",
                    params![lane, queue, class],
                )?;
            }
        }
    }
    Ok(())
}
