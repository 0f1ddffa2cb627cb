//! What databases say differently.

/// How statements are written for a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// SQLite 3.35 and later: what the bundled library is.
    Sqlite,
    /// PostgreSQL 9.5 and later.
    Postgres,
}

impl Dialect {
    /// Behind a query whose rows are to be written: locks them, and passes over rows that others are just taking.
    pub(crate) const fn for_taking(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => "FOR UPDATE SKIP LOCKED",
        }
    }

    /// Behind a query whose rows are to be written: waits for whoever is just writing them.
    pub(crate) const fn for_writing(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => "FOR UPDATE",
        }
    }

    /// The column with the name of the queue, so that names are equal only when their bytes are.
    pub(crate) const fn queue(self) -> &'static str {
        "queue"
    }

    /// In place of that column where the table has none.
    pub(crate) const fn no_queue(self) -> &'static str {
        match self {
            Self::Sqlite => "NULL",
            Self::Postgres => "NULL::varchar",
        }
    }

    /// Behind an insert that may find its row there already, and then does nothing.
    pub(crate) const fn unless_there(self) -> &'static str {
        "ON CONFLICT DO NOTHING"
    }

    /// The names of the columns of a table, the parameter.
    pub(crate) const fn columns(self) -> &'static str {
        match self {
            Self::Sqlite => include_str!("../../queries/sqlite/columns.sql"),
            Self::Postgres => include_str!("../../queries/postgres/columns.sql"),
        }
    }

    /// Makes the table as upstream's generator does.
    pub(crate) const fn create(self) -> &'static str {
        match self {
            Self::Sqlite => include_str!("../../queries/sqlite/create.sql"),
            Self::Postgres => include_str!("../../queries/postgres/create.sql"),
        }
    }

    /// The type of names in tables of ours.
    pub(crate) const fn name_type(self) -> &'static str {
        "varchar(255)"
    }

    /// The type of long texts in tables of ours.
    pub(crate) const fn text_type(self) -> &'static str {
        "text"
    }
}
