//! Rows of a table of which some pages cannot be read.

use rusqlite::types::Value;
use rusqlite::{Connection, ErrorCode, Row, Rows, Statement, params_from_iter};

/// A table to be read.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) columns: Vec<String>,
    /// The columns by which rows are in order.
    pub(super) key: Vec<String>,
    /// Whether the rows have numbers, by which one can seek behind what cannot be read.
    pub(super) is_numbered: bool,
}

/// Copies every row that can be read, the first of those with one key. Answers whether all could be.
pub(super) fn copy_rows(
    source: &Connection,
    target: &Connection,
    table: &Table,
    highest: i64,
) -> rusqlite::Result<bool> {
    let marks: Vec<String> = (1..=table.columns.len()).map(|place| format!("?{place}")).collect();
    let columns = table.columns.join(", ");
    let insert = format!("INSERT OR IGNORE INTO {} ({columns}) VALUES ({})", table.name, marks.join(", "));
    let mut insert = target.prepare(&insert)?;
    match table.is_numbered {
        true => copy_by_number(source, &mut insert, table, &columns, highest),
        false => copy_from_both_ends(source, &mut insert, table, &columns),
    }
}

/// From each row that cannot be read on to the next number that can.
fn copy_by_number(
    source: &Connection,
    insert: &mut Statement<'_>,
    table: &Table,
    columns: &str,
    highest: i64,
) -> rusqlite::Result<bool> {
    let select = format!("SELECT rowid, {columns} FROM {} WHERE rowid >= ?1 ORDER BY rowid", table.name);
    let Ok(mut select) = source.prepare(&select) else { return Ok(false) };
    // Numbers are given from 1 upwards; no seek goes further than the highest that was given. Each seek begins at a number
    // itself: one for what follows a number would look at the page of that number, which may be the broken one.
    let (mut from, mut is_complete) = (1, true);
    loop {
        let mut reached = 0;
        let reading = copy_until_error(select.query([from]), insert, table, |row| {
            reached = row.get(0)?;
            Ok(1)
        })?;
        match reading {
            Reading::Whole => return Ok(is_complete),
            Reading::WithGaps => return Ok(false),
            Reading::CutShort if from >= highest => return Ok(false),
            Reading::CutShort => (from, is_complete) = (from.max(reached) + 1, false),
        }
    }
}

/// From the first row on as far as possible, then from the last one backwards.
fn copy_from_both_ends(
    source: &Connection,
    insert: &mut Statement<'_>,
    table: &Table,
    columns: &str,
) -> rusqlite::Result<bool> {
    for direction in ["ASC", "DESC"] {
        let order: Vec<String> = table.key.iter().map(|column| format!("{column} {direction}")).collect();
        let select = format!("SELECT {columns} FROM {} ORDER BY {}", table.name, order.join(", "));
        let Ok(mut select) = source.prepare(&select) else { return Ok(false) };
        match copy_until_error(select.query([]), insert, table, |_| Ok(0))? {
            Reading::Whole => return Ok(direction == "ASC"),
            Reading::WithGaps => return Ok(false),
            Reading::CutShort => {}
        }
    }
    Ok(false)
}

/// How far a reading came.
enum Reading {
    /// Every row was read and kept.
    Whole,
    /// The end was reached, but rows on the way hold what cannot be.
    WithGaps,
    /// A page cannot be read.
    CutShort,
}

/// Copies rows up to the first that cannot be read. `visit` answers at which place the columns begin. An error of the
/// copy itself, such as a full disk, ends everything.
fn copy_until_error(
    rows: rusqlite::Result<Rows<'_>>,
    insert: &mut Statement<'_>,
    table: &Table,
    mut visit: impl FnMut(&Row<'_>) -> rusqlite::Result<usize>,
) -> rusqlite::Result<Reading> {
    let Ok(mut rows) = rows else { return Ok(Reading::CutShort) };
    let mut reading = Reading::Whole;
    loop {
        let row = match rows.next() {
            Ok(Some(row)) => row,
            Ok(None) => return Ok(reading),
            Err(_) => return Ok(Reading::CutShort),
        };
        let Ok(first) = visit(row) else { return Ok(Reading::CutShort) };
        let values: rusqlite::Result<Vec<Value>> =
            (first..first + table.columns.len()).map(|place| row.get(place)).collect();
        match values.map(|values| insert.execute(params_from_iter(values))) {
            Ok(Ok(_)) => {}
            Ok(Err(error)) if error.sqlite_error_code() != Some(ErrorCode::ConstraintViolation) => return Err(error),
            Ok(Err(_)) | Err(_) => reading = Reading::WithGaps,
        }
    }
}
