//! Statements by which an application stores jobs in a transaction of its own.
//!
//! They are written for whatever connection the application has, not for ours: names are quoted as the database does by itself,
//! and moments are texts that the database reads.

use egret_core::{NewJob, Parameter, Result, Statement, Timestamp};

use super::Store;
use super::enqueue::INSERT;
use crate::database::{Dialect, Value};

/// So many rows go into one statement.
const ROWS_AT_ONCE: usize = 500;

impl Store {
    /// The statements for jobs, in their order.
    pub(super) fn statements_for(&self, jobs: &[NewJob]) -> Result<Vec<Statement>> {
        if jobs.iter().any(|job| job.conditions.is_some()) {
            return Err(self.cannot("judge conditions of an enqueue"));
        }
        let now = self.clock();
        let mut rows = Vec::with_capacity(jobs.len());
        for job in jobs {
            let mut row = self.settings.row_of(&job.data, now)?;
            if row.run_at <= now {
                // A column of whole seconds may round a moment up in a session that is not ours, and the job would wait.
                row.run_at = self.whole_seconds(row.run_at);
            }
            let parameters = self.row_parameters(&row, now)?;
            rows.push(parameters.into_iter().map(|value| value.in_zone(&self.settings.time_zone)).collect());
        }
        Ok(rows.chunks(ROWS_AT_ONCE).map(|rows| self.statement_for(rows)).collect())
    }

    fn statement_for(&self, rows: &[Vec<Value>]) -> Statement {
        let dialect = self.tables.dialect();
        let mut marks = Marks { dialect, n_marks: 0 };
        let values: Vec<String> = rows.iter().map(|row| marks.of_row(row)).collect();
        let column = if self.tables.has_queue { ", queue" } else { "" };
        let text = INSERT
            .replace("\"{table}\"", &dialect.quoted(&self.tables.table()))
            .replace("{queue_column}", column)
            .replace("{rows}", &values.join(", "));
        Statement {
            text: text.trim_end().to_owned(),
            parameters: rows.iter().flatten().map(parameter).collect(),
            database: dialect.name(),
        }
    }

    fn whole_seconds(&self, moment: Timestamp) -> Timestamp {
        match self.tables.dialect() {
            Dialect::Mysql { .. } => Timestamp::from_second(moment.as_second()).unwrap_or(moment),
            Dialect::Sqlite | Dialect::Postgres => moment,
        }
    }
}

/// Marks of parameters, so many so far.
struct Marks {
    dialect: Dialect,
    n_marks: usize,
}

impl Marks {
    fn of_row(&mut self, row: &[Value]) -> String {
        let marks: Vec<String> = row.iter().map(|value| self.next(value)).collect();
        format!("({})", marks.join(", "))
    }

    /// PostgreSQL is told each type, whatever the driver takes the parameter for.
    fn next(&mut self, value: &Value) -> String {
        self.n_marks += 1;
        let number = self.n_marks;
        match (self.dialect, value) {
            (Dialect::Sqlite | Dialect::Mysql { .. }, _) => "?".to_owned(),
            (Dialect::Postgres, Value::Integer(_)) => format!("CAST(${number} AS bigint)"),
            (Dialect::Postgres, Value::Text(_)) => format!("CAST(${number} AS text)"),
            (Dialect::Postgres, Value::Moment(_)) => format!("CAST(CAST(${number} AS text) AS timestamp)"),
            (Dialect::Postgres, Value::Integers(_)) => unreachable!("a row holds no list"),
        }
    }
}

fn parameter(value: &Value) -> Parameter {
    match value {
        Value::Integer(number) => Parameter::Integer(*number),
        Value::Text(text) => Parameter::Text(text.clone()),
        Value::Moment(moment) => {
            Parameter::Text(moment.map(|moment| moment.strftime("%Y-%m-%d %H:%M:%S.%6f").to_string()))
        }
        Value::Integers(_) => unreachable!("a row holds no list"),
    }
}
