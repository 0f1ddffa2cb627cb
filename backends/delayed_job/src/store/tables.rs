//! The names of the tables, and statements for them.

use egret_core::{Error, ErrorKind, Result};

use crate::database::{Database, Dialect, Session, Value};

/// Columns of a row, in the order in which [`row`](super::row) reads them.
const COLUMNS: &str =
    "id, priority, attempts, handler, last_error, run_at, locked_at, locked_by, failed_at, {queue}, created_at";

/// How the tables of an application are named and made.
#[derive(Clone, Debug)]
pub(super) struct Tables {
    dialect: Dialect,
    prefix: String,
    /// Tables made by Delayed Job 2 and not upgraded have no queues.
    pub(super) has_queue: bool,
    /// Bytes that the column `handler` holds, where a text may be longer: MySQL cuts it, or refuses it.
    pub(super) longest_handler: Option<u64>,
}

impl Tables {
    /// Those that are there. The second answer says whether ours are.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when Delayed Job's is not.
    pub(super) async fn look(database: &dyn Database, prefix: &str) -> Result<(Self, bool)> {
        let mut tables =
            Self { dialect: database.dialect(), prefix: prefix.to_owned(), has_queue: true, longest_handler: None };
        let mut session = database.look().await?;
        let columns = tables.columns(&mut *session, &tables.table()).await?;
        if columns.is_empty() {
            let message = format!(
                "the database has no table `{}`; `egret migrate` makes one, as Delayed Job's generator does",
                tables.table()
            );
            return Err(Error::new(ErrorKind::NotFound, message));
        }
        tables.has_queue = columns.iter().any(|(column, _)| column == "queue");
        tables.longest_handler = columns.iter().find(|(column, _)| column == "handler").and_then(|(_, most)| *most);
        let has_ours = !tables.columns(&mut *session, &tables.ours("names")).await?.is_empty();
        Ok((tables, has_ours))
    }

    /// Makes those that are not there, and says which.
    pub(super) async fn make(database: &dyn Database, prefix: &str) -> Result<Made> {
        let tables =
            Self { dialect: database.dialect(), prefix: prefix.to_owned(), has_queue: true, longest_handler: None };
        let mut session = database.begin().await?;
        let table = tables.columns(&mut *session, &tables.table()).await?.is_empty();
        let ours = tables.columns(&mut *session, &tables.ours("names")).await?.is_empty();
        if table {
            session.run(&tables.fill(tables.dialect.create())).await?;
        }
        if ours {
            session.run(&tables.fill(CREATE_OURS)).await?;
        }
        session.commit().await?;
        Ok(Made { table, ours })
    }

    /// Ours alone, in a database of this process, where the application's has none.
    pub(super) async fn make_ours(database: &dyn Database) -> Result<Self> {
        let tables =
            Self { dialect: database.dialect(), prefix: String::new(), has_queue: true, longest_handler: None };
        let mut session = database.begin().await?;
        session.run(&tables.fill(CREATE_OURS)).await?;
        session.commit().await?;
        Ok(tables)
    }

    /// Names of columns, and how much each holds if that is little.
    async fn columns(&self, session: &mut dyn Session, table: &str) -> Result<Vec<(String, Option<u64>)>> {
        let columns = session.query(self.dialect.columns(), vec![table.into()]).await?;
        let longest = |place: Option<i64>| place.and_then(|most| u64::try_from(most).ok());
        Ok(columns.iter().filter_map(|column| Some((column.text(0)?, longest(column.integer_or_none(1))))).collect())
    }

    /// The name of Delayed Job's.
    pub(super) fn table(&self) -> String {
        format!("{}delayed_jobs", self.prefix)
    }

    fn ours(&self, name: &str) -> String {
        format!("{}egret_delayed_{name}", self.prefix)
    }

    /// A statement for these tables.
    pub(super) fn fill(&self, statement: &str) -> String {
        let quoted = |name: String| name.replace('"', "\"\"");
        let queue = if self.has_queue { self.dialect.queue() } else { self.dialect.no_queue() };
        without_comments(statement)
            .replace("{columns}", COLUMNS)
            .replace("{table}", &quoted(self.table()))
            .replace("{services}", &quoted(self.ours("services")))
            .replace("{claims}", &quoted(self.ours("claims")))
            .replace("{names}", &quoted(self.ours("names")))
            .replace("{queue}", queue)
            .replace("{for_taking}", self.dialect.for_taking())
            .replace("{for_writing}", self.dialect.for_writing())
            .replace("{unless_there}", self.dialect.unless_there())
            .replace("{name_type}", self.dialect.name_type())
            .replace("{text_type}", self.dialect.text_type())
    }

    /// A statement for so many parameters in the place of `{ids}`.
    pub(super) fn fill_ids(&self, statement: &str, n_ids: usize) -> String {
        self.fill(statement).replace("{ids}", &marks(n_ids))
    }
}

const CREATE_OURS: &str = include_str!("../../queries/ours/create.sql");

/// What a migration has made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Made {
    pub(super) table: bool,
    pub(super) ours: bool,
}

/// So many parameters.
pub(super) fn marks(number: usize) -> String {
    let mut text = "?, ".repeat(number);
    text.truncate(text.len().saturating_sub(2));
    text
}

/// So many rows of so many parameters.
pub(super) fn rows_of_marks(n_rows: usize, n_columns: usize) -> String {
    let mut text = format!("({}), ", marks(n_columns)).repeat(n_rows);
    text.truncate(text.len().saturating_sub(2));
    text
}

/// Numbers as parameters.
pub(super) fn values(ids: &[i64]) -> Vec<Value> {
    ids.iter().map(|id| Value::from(*id)).collect()
}

/// Comments explain the file; a question mark in one is no parameter.
fn without_comments(statement: &str) -> String {
    let lines = statement.lines().filter(|line| !line.trim_start().starts_with("--"));
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_filled_for_the_applications_tables() {
        let tables =
            Tables { dialect: Dialect::Postgres, prefix: "a\"b_".to_owned(), has_queue: false, longest_handler: None };
        let filled = tables.fill_ids("-- why?\nDELETE FROM \"{table}\" WHERE id IN ({ids}) AND {queue} = ?", 2);
        assert_eq!(filled, "DELETE FROM \"a\"\"b_delayed_jobs\" WHERE id IN (?, ?) AND NULL::varchar = ?");
        assert_eq!(rows_of_marks(2, 3), "(?, ?, ?), (?, ?, ?)");
        assert_eq!((marks(0), marks(1)), (String::new(), "?".to_owned()));
    }
}
