//! Of which table a row is, by its columns. Tables that fit on one page are left out: nothing lies below an inner page of
//! theirs.

use rusqlite::types::Value;

use Column::{Code, Content, Id, Json, Key, Number, Text, Time};

/// Microseconds since the epoch, of the years 1973 to 2286: neither numbers of the sequence nor ids of services.
const TIMES: std::ops::Range<i64> = 100_000_000_000_000..10_000_000_000_000_000;

/// What a column holds.
#[derive(Clone, Copy, Debug)]
pub(super) enum Column {
    /// The number of the row, which is not among its columns.
    Key,
    Number,
    Time,
    /// A number within the bounds.
    Code(i64, i64),
    Text,
    /// Text that is a list.
    Json,
    /// The id of a job: 16 bytes or text.
    Id,
    /// Text or bytes.
    Content,
}

impl Column {
    fn fits(self, value: &Value) -> bool {
        match (self, value) {
            (Key, Value::Null) | (Number, Value::Integer(_)) | (Text | Id | Content, Value::Text(_)) => true,
            (Time, Value::Integer(time)) => TIMES.contains(time),
            (Code(least, most), Value::Integer(code)) => (least..=most).contains(code),
            (Json, Value::Text(text)) => text.starts_with('['),
            (Id, Value::Blob(bytes)) => bytes.len() == 16,
            (Content, Value::Blob(_)) => true,
            _ => false,
        }
    }
}

/// The rows of one table.
#[derive(Debug)]
pub(super) struct Shape {
    pub(super) table: &'static str,
    /// With whether it may be empty, in the order in which the file has them.
    columns: &'static [(&'static str, Column, bool)],
    /// How many of them every row has: one that is older than a column ends before it.
    n_first: usize,
    /// Whether rows have numbers.
    pub(super) is_numbered: bool,
}

impl Shape {
    pub(super) fn fits(&self, values: &[Value]) -> bool {
        let is_fitting = |((_, column, is_optional), value): (&(&str, Column, bool), &Value)| {
            column.fits(value) || *is_optional && *value == Value::Null
        };
        (self.n_first..=self.columns.len()).contains(&values.len()) && self.columns.iter().zip(values).all(is_fitting)
    }

    /// The names of the columns of a row that has so many.
    pub(super) fn names(&self, n_columns: usize) -> Vec<&'static str> {
        self.columns.iter().take(n_columns).map(|(name, ..)| *name).collect()
    }
}

pub(super) const JOBS: Shape = Shape {
    table: "egret_jobs",
    columns: &[
        ("id", Key, false),
        ("lane", Number, false),
        ("state", Code(0, 3), false),
        ("priority", Number, false),
        ("due_at", Number, false),
        ("position", Number, false),
        ("enqueued_at", Number, false),
        ("origin", Number, false),
        ("attempt", Number, false),
        ("interruptions", Number, false),
        ("job_id", Id, false),
        ("user_id", Text, true),
        ("unique_key", Text, true),
        ("started_at", Number, true),
        ("error", Text, true),
        ("payload", Content, false),
        ("site_id", Text, true),
    ],
    n_first: 16,
    is_numbered: true,
};

pub(super) const HISTORY: Shape = Shape {
    table: "egret_history",
    columns: &[
        ("record", Key, false),
        ("lane", Number, false),
        ("state", Code(6, 8), false),
        ("attempt", Number, false),
        ("interruptions", Number, false),
        ("finished_at", Time, false),
        ("claim", Number, true),
        ("service", Number, true),
        ("started_at", Time, true),
        ("error", Text, true),
        ("value", Text, true),
        ("user_id", Text, true),
        ("site_id", Text, true),
    ],
    n_first: 11,
    is_numbered: true,
};

const EXECUTIONS: Shape = Shape {
    table: "egret_executions",
    columns: &[
        ("claim", Key, false),
        ("record", Number, false),
        ("lane", Number, false),
        ("attempt", Number, false),
        ("state", Code(0, 6), false),
        ("service", Number, false),
        ("started_at", Time, true),
        ("closed_at", Time, true),
        ("progress", Number, true),
        ("progress_total", Number, true),
        ("error", Text, true),
        ("user_id", Text, true),
        ("site_id", Text, true),
    ],
    n_first: 11,
    is_numbered: true,
};

const LANES: Shape = Shape {
    table: "egret_lanes",
    columns: &[
        ("id", Key, false),
        ("queue", Text, false),
        ("class", Text, false),
        ("n_scheduled", Number, false),
        ("n_retryable", Number, false),
        ("n_available", Number, false),
        ("n_suspect", Number, false),
        ("n_claimed", Number, false),
        ("n_blocked", Number, false),
        ("n_completed", Number, false),
        ("n_cancelled", Number, false),
        ("n_discarded", Number, false),
    ],
    n_first: 12,
    is_numbered: true,
};

const LOG_LINES: Shape = Shape {
    table: "egret_log_lines",
    columns: &[("claim", Number, false), ("first", Number, false), ("n", Number, false), ("lines", Json, false)],
    n_first: 4,
    is_numbered: false,
};

const UNIQUE_WINDOWS: Shape = Shape {
    table: "egret_unique_windows",
    columns: &[("unique_key", Text, false), ("job_id", Id, false), ("ends_at", Time, false)],
    n_first: 3,
    is_numbered: false,
};

/// Every shape. Of those that the same rows fit, the first is meant.
pub(super) const SHAPES: [&Shape; 6] = [&JOBS, &HISTORY, &EXECUTIONS, &LANES, &LOG_LINES, &UNIQUE_WINDOWS];

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;
    use crate::migrate::create_tables;

    #[test]
    fn every_shape_has_the_columns_of_its_table() {
        let mut connection = Connection::open_in_memory().unwrap();
        create_tables(&mut connection).unwrap();
        for shape in SHAPES {
            let mut statement = connection.prepare("SELECT name FROM pragma_table_info(?1)").unwrap();
            let names = statement.query_map([shape.table], |row| row.get(0)).unwrap();
            let names: Vec<String> = names.collect::<rusqlite::Result<_>>().unwrap();
            assert_eq!(shape.names(usize::MAX), names, "{}", shape.table);
        }
    }

    #[test]
    fn a_row_from_before_a_migration_fits_and_a_shorter_one_does_not() {
        let mut values = vec![Value::Null, Value::Integer(1), Value::Integer(6), Value::Integer(1), Value::Integer(0)];
        values.push(Value::Integer(1_700_000_000_000_000));
        values.resize(11, Value::Null);
        assert!(HISTORY.fits(&values));
        values.resize(13, Value::Text("7".to_owned()));
        assert!(HISTORY.fits(&values));
        values.truncate(10);
        assert!(!HISTORY.fits(&values));
    }
}
