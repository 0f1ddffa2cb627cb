//! What databases say differently.

/// How statements are written for a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// SQLite 3.35 and later: what the bundled library is.
    Sqlite,
    /// PostgreSQL 9.5 and later.
    Postgres,
    /// MySQL and MariaDB, with quotes as the standard has them.
    Mysql {
        /// Whether rows can be passed over that others hold: MySQL 8, MariaDB 10.6.
        skips_locked: bool,
    },
}

impl Dialect {
    /// Behind a query whose rows are to be written: locks them, and passes over rows that others are just taking.
    pub(crate) const fn for_taking(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres | Self::Mysql { skips_locked: true } => "FOR UPDATE SKIP LOCKED",
            Self::Mysql { skips_locked: false } => "FOR UPDATE",
        }
    }

    /// Behind a query whose rows are to be written: waits for whoever is just writing them.
    pub(crate) const fn for_writing(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres | Self::Mysql { .. } => "FOR UPDATE",
        }
    }

    /// The column with the name of the queue, so that names are equal only when their bytes are.
    pub(crate) const fn queue(self) -> &'static str {
        match self {
            Self::Sqlite | Self::Postgres => "queue",
            Self::Mysql { .. } => "CONVERT(queue USING utf8mb4) COLLATE utf8mb4_bin",
        }
    }

    /// In place of that column where the table has none.
    pub(crate) const fn no_queue(self) -> &'static str {
        match self {
            Self::Sqlite | Self::Mysql { .. } => "NULL",
            Self::Postgres => "NULL::varchar",
        }
    }

    /// Behind an insert into our names that may find its row there already, and then does nothing.
    pub(crate) const fn unless_there(self) -> &'static str {
        match self {
            Self::Sqlite | Self::Postgres => "ON CONFLICT DO NOTHING",
            Self::Mysql { .. } => "ON DUPLICATE KEY UPDATE at = at",
        }
    }

    /// The names of the columns of a table, the parameter; and how many bytes or characters they hold, where that is little.
    pub(crate) const fn columns(self) -> &'static str {
        match self {
            Self::Sqlite => include_str!("../../queries/sqlite/columns.sql"),
            Self::Postgres => include_str!("../../queries/postgres/columns.sql"),
            Self::Mysql { .. } => include_str!("../../queries/mysql/columns.sql"),
        }
    }

    /// Makes the table as upstream's generator does.
    pub(crate) const fn create(self) -> &'static str {
        match self {
            Self::Sqlite => include_str!("../../queries/sqlite/create.sql"),
            Self::Postgres => include_str!("../../queries/postgres/create.sql"),
            Self::Mysql { .. } => include_str!("../../queries/mysql/create.sql"),
        }
    }

    /// The database, as SQLx names it (0.9, `Database::NAME`).
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
            Self::Mysql { .. } => "MySQL",
        }
    }

    /// The name of a table in a session of others, which may not have the quotes of the standard.
    pub(crate) fn quoted(self, name: &str) -> String {
        match self {
            Self::Sqlite | Self::Postgres => format!("\"{}\"", name.replace('"', "\"\"")),
            Self::Mysql { .. } => format!("`{}`", name.replace('`', "``")),
        }
    }

    /// The type of names in tables of ours.
    pub(crate) const fn name_type(self) -> &'static str {
        match self {
            Self::Sqlite | Self::Postgres => "varchar(255)",
            Self::Mysql { .. } => "varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
        }
    }

    /// The type of long texts in tables of ours.
    pub(crate) const fn text_type(self) -> &'static str {
        match self {
            Self::Sqlite | Self::Postgres => "text",
            Self::Mysql { .. } => "longtext CHARACTER SET utf8mb4",
        }
    }
}
