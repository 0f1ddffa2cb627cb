//! Statements that an application executes itself, in a transaction of its own.

/// A statement of SQL with its parameters.
///
/// Only numbers and texts are parameters, so that any driver can bind them, whatever types of dates it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The text, with the marks of its database where parameters stand: `$1`, `$2` and so on in PostgreSQL, `?` elsewhere. No
    /// part of it comes from a job.
    pub text: String,
    /// The parameters, in the order of their marks.
    pub parameters: Vec<Parameter>,
    /// The database for which it is written, as SQLx names it: `PostgreSQL`, `MySQL` (MariaDB as well) or `SQLite`.
    pub database: &'static str,
}

/// A parameter of a [`Statement`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Parameter {
    /// A number, or nothing where one could be.
    Integer(Option<i64>),
    /// A text, or nothing where one could be.
    Text(Option<String>),
}
