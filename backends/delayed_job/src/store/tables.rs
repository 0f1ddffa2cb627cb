//! The names of the tables, and statements for them.

use std::collections::BTreeMap;

use egret_core::{Error, ErrorKind, Result, words};

use super::column::{Characters, Column};
use crate::database::{Columns, Database, Dialect, Session};

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
    /// A longer handler would be cut by MySQL, or refused.
    pub(super) handler: Column,
    pub(super) last_error: Column,
    pub(super) queue: Column,
    pub(super) locked_by: Column,
}

impl Tables {
    /// # Errors
    /// [`ErrorKind::InvalidInput`] when the prefix is no part of a name.
    fn new(dialect: Dialect, prefix: &str) -> Result<Self> {
        let is_fit = |character: char| character.is_alphanumeric() || matches!(character, '_' | '$');
        if !prefix.chars().all(is_fit) || prefix.len() > LONGEST_PREFIX {
            let words = words!(
                "database-prefix",
                "`{prefix}` is no prefix of tables, expected letters, digits and `_`, {most} bytes at most; a schema of \
                 PostgreSQL is named by `search_path`",
                prefix = prefix,
                most = LONGEST_PREFIX
            );
            return Err(Error::new(ErrorKind::InvalidInput, words));
        }
        let any = Column::default();
        let prefix = prefix.to_owned();
        Ok(Self { dialect, prefix, has_queue: true, handler: any, last_error: any, queue: any, locked_by: any })
    }

    /// Those that are there. The second answer says whether ours are.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when Delayed Job's is not.
    pub(super) async fn look(database: &dyn Database, prefix: &str) -> Result<(Self, bool)> {
        let mut tables = Self::new(database.dialect(), prefix)?;
        let mut session = database.look().await?;
        let columns = tables.columns(&mut *session, &tables.table()).await?;
        if columns.is_empty() {
            let words = words!(
                "database-no-table",
                "the database has no table `{table}`; `egret migrate` makes one, as Delayed Job's generator does",
                table = tables.table()
            );
            return Err(Error::new(ErrorKind::NotFound, words));
        }
        tables.has_queue = columns.contains_key("queue");
        let column = |name: &str| columns.get(name).copied().unwrap_or_default();
        tables.handler = column("handler");
        tables.last_error = column("last_error");
        tables.queue = column("queue");
        tables.locked_by = column("locked_by");
        let mut has_ours = true;
        for (name, _) in OURS {
            has_ours &= tables.is_there(&mut *session, &tables.ours(name)).await?;
        }
        Ok((tables, has_ours))
    }

    /// Makes those that are not there, and says which. Somebody else may be making them at the same time.
    pub(super) async fn make(database: &dyn Database, prefix: &str) -> Result<Made> {
        match Self::make_missing(database, prefix).await {
            Err(error) => match Self::look(database, prefix).await {
                Ok((_, true)) => Ok(Made { table: false, ours: false }),
                _ => Err(error),
            },
            made => made,
        }
    }

    /// One by one: on MySQL each stays made, whatever becomes of the next.
    async fn make_missing(database: &dyn Database, prefix: &str) -> Result<Made> {
        let tables = Self::new(database.dialect(), prefix)?;
        let mut session = database.begin().await?;
        let mut made = Made { table: false, ours: false };
        if !tables.is_there(&mut *session, &tables.table()).await? {
            session.run(&tables.fill(tables.dialect.create())).await?;
            made.table = true;
        }
        for (name, create) in OURS {
            if !tables.is_there(&mut *session, &tables.ours(name)).await? {
                session.run(&tables.fill(create)).await?;
                made.ours = true;
            }
        }
        session.commit().await?;
        Ok(made)
    }

    /// Ours alone, in a database of this process, where the application's has none.
    pub(super) async fn make_ours(database: &dyn Database) -> Result<Self> {
        let tables = Self::new(database.dialect(), "")?;
        let mut session = database.begin().await?;
        for (_, create) in OURS {
            session.run(&tables.fill(create)).await?;
        }
        session.commit().await?;
        Ok(tables)
    }

    /// What the columns of a table hold, by their names; of none if there is no table.
    async fn columns(&self, session: &mut dyn Session, table: &str) -> Result<BTreeMap<String, Column>> {
        let columns = session.query(self.dialect.columns(), vec![table.into()]).await?;
        let read = |column: &Columns| {
            let longest = column.integer_or_none(1).and_then(|longest| u64::try_from(longest).ok());
            let characters = Characters::of_charset(column.text(2).as_deref());
            Some((column.text(0)?, Column { longest, characters }))
        };
        Ok(columns.iter().filter_map(read).collect())
    }

    async fn is_there(&self, session: &mut dyn Session, table: &str) -> Result<bool> {
        Ok(!self.columns(session, table).await?.is_empty())
    }

    /// How statements are written for the database.
    pub(super) fn dialect(&self) -> Dialect {
        self.dialect
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
        let queue = if self.has_queue { self.dialect.queue() } else { self.dialect.no_queue() };
        without_comments(statement)
            .replace("{columns}", COLUMNS)
            .replace("{table}", &self.table())
            .replace("{services}", &self.ours("services"))
            .replace("{claims}", &self.ours("claims"))
            .replace("{names}", &self.ours("names"))
            .replace("{queue}", queue)
            .replace("{for_taking}", self.dialect.for_taking())
            .replace("{for_writing}", self.dialect.for_writing())
            .replace("{unless_there}", self.dialect.unless_there())
            .replace("{name_type}", self.dialect.name_type())
            .replace("{text_type}", self.dialect.text_type())
    }
}

/// Ours, in the order in which they are made.
const OURS: [(&str, &str); 3] = [
    ("services", include_str!("../../queries/ours/create_services.sql")),
    ("claims", include_str!("../../queries/ours/create_claims.sql")),
    ("names", include_str!("../../queries/ours/create_names.sql")),
];

/// PostgreSQL cuts names after 63 bytes; the longest of ours is that of an index.
const LONGEST_PREFIX: usize = 63 - "egret_delayed_claims_service".len();

/// What a migration has made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Made {
    pub(super) table: bool,
    pub(super) ours: bool,
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
        let tables = Tables { has_queue: false, ..Tables::new(Dialect::Postgres, "acme_").unwrap() };
        let filled = tables.fill("-- why?\nDELETE FROM \"{table}\" WHERE id IN (?) AND {queue} = ?");
        assert_eq!(filled, "DELETE FROM \"acme_delayed_jobs\" WHERE id IN (?) AND NULL::varchar = ?");
    }

    #[test]
    fn a_prefix_is_a_part_of_a_name() {
        for prefix in ["", "acme_", "会社_", "a$1_", &"x".repeat(35)] {
            assert!(Tables::new(Dialect::Sqlite, prefix).is_ok(), "{prefix}");
        }
        for prefix in ["acme.", "a\"; DROP TABLE users; --", "a?", "{queue}", "a b", "a\0", &"x".repeat(36)] {
            let error = Tables::new(Dialect::Postgres, prefix).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{prefix}");
        }
    }
}
