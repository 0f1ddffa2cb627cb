//! Rows from pages that no tree leads to, into the new database.

use std::path::Path;

use rusqlite::types::Value;
use rusqlite::{Connection, ErrorCode, params_from_iter};

use super::catalog::Catalog;
use super::cell::Cell;
use super::free_list::FreeList;
use super::image::Image;
use super::page::{Kind, Page};
use super::payload::Payloads;
use super::record::columns;
use super::shape::{HISTORY, JOBS, SHAPES, Shape};

/// What the file tells besides rows.
#[derive(Debug)]
pub(in crate::damage) struct Evidence {
    /// The number of every job, in order, if that can be known.
    pub(in crate::damage) jobs: Option<Vec<i64>>,
    /// The number of every job that has ended, in order, if that can be known.
    pub(in crate::damage) ended: Option<Vec<i64>>,
    /// Rows that were found.
    pub(in crate::damage) n_rows: usize,
    /// Jobs that were found and may have been deleted long ago.
    pub(in crate::damage) doubtful_jobs: Vec<i64>,
    /// Ends that were found and may have been taken back long ago.
    pub(in crate::damage) doubtful_ends: Vec<i64>,
}

/// Puts the rows of all pages that are in no whole tree into the database, where no row with the same key is yet. A tree
/// counts as whole only where every row of its table could be read: SQLite may not even begin to read a tree of which nothing
/// is missing.
///
/// `incomplete`: the tables of which not every row could be read.
///
/// # Errors
/// The database does not take the rows, such as on a full disk. That nothing can be read of the file is no error.
pub(in crate::damage) fn recover(
    file: &Path,
    target: &Connection,
    incomplete: &[String],
) -> rusqlite::Result<Evidence> {
    let Ok(image) = Image::open(file) else { return Ok(Evidence::none()) };
    let mut payloads = Payloads::of(&image);
    let catalog = Catalog::read(&image, &mut payloads, incomplete);
    let free = FreeList::read(&image);
    let mut evidence = Evidence {
        jobs: catalog.listed_by(&image, &mut payloads, "egret_jobs_by_job_id"),
        ended: catalog.listed_by(&image, &mut payloads, "egret_history_by_end"),
        ..Evidence::none()
    };
    for number in 1..=image.n_pages {
        if catalog.settled.contains(number) || free.pages.contains(number) {
            continue;
        }
        let Some(page) = Page::read(&image, number).filter(|page| page.kind != Kind::TableInner) else { continue };
        let rows = rows_of(&image, &mut payloads, &page);
        if let Some(shape) = shape_of(&rows, page.kind) {
            for row in rows.into_iter().filter(|row| shape.fits(&row.values)) {
                evidence.put(target, shape, row, free.is_whole)?;
            }
        }
    }
    Ok(evidence)
}

/// One row of a page.
struct Row {
    /// Its number, if rows of its table have one.
    number: Option<i64>,
    values: Vec<Value>,
}

fn rows_of(image: &Image, payloads: &mut Payloads<'_>, page: &Page) -> Vec<Row> {
    let row = |place: &usize| {
        let cell = Cell::read(page, *place)?;
        let bytes = payloads.read(&cell.content?)?;
        Some(Row { number: cell.number, values: columns(&bytes, image.encoding)? })
    };
    page.cells.iter().filter_map(row).collect()
}

/// The table of which most rows of a page are: all of a whole page are of one.
fn shape_of(rows: &[Row], kind: Kind) -> Option<&'static Shape> {
    let n_fitting = |shape: &Shape| rows.iter().filter(|row| shape.fits(&row.values)).count();
    let candidates = SHAPES.into_iter().filter(|shape| shape.is_numbered == kind.is_table());
    // The last one of the greatest wins, and of equal ones the first table is meant.
    candidates.rev().max_by_key(|shape| n_fitting(shape)).filter(|shape| n_fitting(shape) > 0)
}

impl Evidence {
    const fn none() -> Self {
        Self { jobs: None, ended: None, n_rows: 0, doubtful_jobs: Vec::new(), doubtful_ends: Vec::new() }
    }

    fn put(&mut self, target: &Connection, shape: &Shape, row: Row, is_surely_used: bool) -> rusqlite::Result<()> {
        let (listed, doubtful) = match shape.table {
            table if table == JOBS.table => (&self.jobs, Some(&mut self.doubtful_jobs)),
            table if table == HISTORY.table => (&self.ended, Some(&mut self.doubtful_ends)),
            _ => (&None, None),
        };
        let is_denied = match (listed, row.number) {
            (Some(listed), Some(number)) => listed.binary_search(&number).is_err(),
            _ => false,
        };
        if is_denied || !insert(target, shape, &row)? {
            return Ok(());
        }
        self.n_rows += 1;
        if let (None, false, Some(doubtful), Some(number)) = (listed, is_surely_used, doubtful, row.number) {
            doubtful.push(number);
        }
        Ok(())
    }
}

/// Answers whether the row is new.
fn insert(target: &Connection, shape: &Shape, row: &Row) -> rusqlite::Result<bool> {
    let names = shape.names(row.values.len());
    let marks: Vec<String> = (1..=names.len()).map(|place| format!("?{place}")).collect();
    let sql = format!("INSERT OR IGNORE INTO {} ({}) VALUES ({})", shape.table, names.join(", "), marks.join(", "));
    // The number stands first, and the file has nothing in its place.
    let key = row.number.map(Value::Integer);
    let values = key.iter().chain(&row.values[usize::from(key.is_some())..]);
    match target.prepare_cached(&sql)?.execute(params_from_iter(values)) {
        Ok(n_rows) => Ok(n_rows > 0),
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => Ok(false),
        Err(error) => Err(error),
    }
}
