//! PostgreSQL: a small pool of connections, with TLS where the server speaks it.

use std::sync::Arc;
use std::time::SystemTime;

use async_trait::async_trait;
use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod, Timeouts};
use egret_core::{Error, ErrorKind, Result};
use rustls::RootCertStore;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{NoTls, Row};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::postgres_error::failed;
use super::postgres_time::{moment, system};
use super::{Cell, Columns, Database, Dialect, PostgresAddress, Session, Value, tls};

/// Connections of one handle, at most.
const CONNECTIONS: usize = 4;
/// For so long a caller waits for one of them.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(30);

/// A database on a server.
#[derive(Debug)]
pub(crate) struct PostgresDatabase {
    pool: Pool,
    shown: String,
}

impl PostgresDatabase {
    /// Reaches the server; must run where its connections are to live.
    pub(crate) async fn open(address: &PostgresAddress) -> Result<Self> {
        let config = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = match address.is_plain() {
            true => Manager::from_config(address.config.clone(), NoTls, config),
            false => Manager::from_config(address.config.clone(), MakeRustlsConnect::new(trust(address)?), config),
        };
        let timeouts = Timeouts { wait: Some(PATIENCE), create: Some(PATIENCE), recycle: Some(PATIENCE) };
        let pool = Pool::builder(manager)
            .max_size(CONNECTIONS)
            .timeouts(timeouts)
            .runtime(deadpool_postgres::Runtime::Tokio1)
            .build()
            .map_err(|error| Error::new(ErrorKind::Other, "failed to make a pool of connections").with_source(error))?;
        let database = Self { pool, shown: address.shown() };
        drop(database.connection().await?);
        Ok(database)
    }

    async fn transaction(&self, begin: &str) -> Result<Box<dyn Session>> {
        let session = PostgresSession { connection: Some(self.connection().await?), is_open: true };
        session.connection()?.batch_execute(begin).await.map_err(|error| failed("begin a transaction", error))?;
        Ok(Box::new(session))
    }

    async fn connection(&self) -> Result<Object> {
        self.pool.get().await.map_err(|error| {
            let operation = format!("connect to `{}`", self.shown);
            match error {
                deadpool_postgres::PoolError::Backend(error) => not_connected(&operation, error),
                other => Error::new(ErrorKind::Unavailable, format!("failed to {operation}")).with_source(other),
            }
        })
    }
}

#[async_trait]
impl Database for PostgresDatabase {
    fn dialect(&self) -> Dialect {
        Dialect::Postgres
    }

    fn location(&self) -> String {
        self.shown.clone()
    }

    async fn begin(&self) -> Result<Box<dyn Session>> {
        self.transaction("BEGIN ISOLATION LEVEL READ COMMITTED").await
    }

    async fn snapshot(&self) -> Result<Box<dyn Session>> {
        self.transaction("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY").await
    }

    async fn look(&self) -> Result<Box<dyn Session>> {
        Ok(Box::new(PostgresSession { connection: Some(self.connection().await?), is_open: false }))
    }
}

struct PostgresSession {
    connection: Option<Object>,
    /// Whether a transaction is open.
    is_open: bool,
}

impl PostgresSession {
    fn connection(&self) -> Result<&Object> {
        self.connection.as_ref().ok_or_else(|| Error::new(ErrorKind::Other, "the session has ended"))
    }

    async fn rows(&self, operation: &str, statement: &str, parameters: &[Value]) -> Result<Vec<Row>> {
        let values: Vec<Typed<'_>> = parameters.iter().map(typed).collect();
        let parameters: Vec<(&(dyn ToSql + Sync), Type)> =
            values.iter().map(|(value, kind)| (&**value as &(dyn ToSql + Sync), kind.clone())).collect();
        let statement = numbered(statement);
        self.connection()?.query_typed(&statement, &parameters).await.map_err(|error| failed(operation, error))
    }
}

impl Drop for PostgresSession {
    fn drop(&mut self) {
        // What is half done ends with its connection.
        if self.is_open
            && let Some(connection) = self.connection.take()
        {
            drop(Object::take(connection));
        }
    }
}

#[async_trait]
impl Session for PostgresSession {
    async fn query(&mut self, statement: &str, parameters: Vec<Value>) -> Result<Vec<Columns>> {
        let rows = self.rows("ask Delayed Job's database", statement, &parameters).await?;
        rows.iter().map(columns).collect()
    }

    async fn execute(&mut self, statement: &str, parameters: Vec<Value>) -> Result<u64> {
        let values: Vec<Typed<'_>> = parameters.iter().map(typed).collect();
        let parameters: Vec<(&(dyn ToSql + Sync), Type)> =
            values.iter().map(|(value, kind)| (&**value as &(dyn ToSql + Sync), kind.clone())).collect();
        let statement = numbered(statement);
        let executed = self.connection()?.execute_typed(&statement, &parameters).await;
        executed.map_err(|error| failed("write to Delayed Job's database", error))
    }

    async fn insert(&mut self, statement: &str, parameters: Vec<Value>) -> Result<i64> {
        let statement = format!("{} RETURNING id::bigint", statement.trim_end());
        let rows = self.rows("store a job for Delayed Job", &statement, &parameters).await?;
        Ok(rows.first().map_or(0, |row| row.get(0)))
    }

    async fn run(&mut self, statements: &str) -> Result<()> {
        let run = self.connection()?.batch_execute(statements).await;
        run.map_err(|error| failed("make tables in Delayed Job's database", error))
    }

    async fn commit(mut self: Box<Self>) -> Result<()> {
        if self.is_open {
            let committed = self.connection()?.batch_execute("COMMIT").await;
            committed.map_err(|error| failed("commit to Delayed Job's database", error))?;
            self.is_open = false;
        }
        Ok(())
    }
}

type Typed<'a> = (Box<dyn ToSql + Sync + Send + 'a>, Type);

fn typed(value: &Value) -> Typed<'_> {
    match value {
        Value::Integer(number) => (Box::new(number), Type::INT8),
        Value::Text(text) => (Box::new(text), Type::TEXT),
        Value::Moment(at) => (Box::new(at.map(system)), Type::TIMESTAMP),
    }
}

/// Parameters by their numbers, and the server's clock.
fn numbered(statement: &str) -> String {
    let mut text = String::with_capacity(statement.len() + 16);
    let mut number = 0;
    for part in statement.split_inclusive('?') {
        match part.strip_suffix('?') {
            Some(before) => {
                number += 1;
                text.push_str(before);
                text.push('$');
                text.push_str(&number.to_string());
            }
            None => text.push_str(part),
        }
    }
    text.replace("{now}", "(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000)::bigint")
}

fn columns(row: &Row) -> Result<Columns> {
    let cells: std::result::Result<Vec<Cell>, tokio_postgres::Error> =
        (0..row.len()).map(|place| cell(row, place)).collect();
    cells.map(Columns::new).map_err(|error| failed("read a row of Delayed Job's database", error))
}

fn cell(row: &Row, place: usize) -> std::result::Result<Cell, tokio_postgres::Error> {
    let kind = row.columns()[place].type_();
    let integer = |number: Option<i64>| number.map_or(Cell::Null, Cell::Integer);
    Ok(match *kind {
        Type::INT2 => integer(row.try_get::<_, Option<i16>>(place)?.map(i64::from)),
        Type::INT4 => integer(row.try_get::<_, Option<i32>>(place)?.map(i64::from)),
        Type::INT8 => integer(row.try_get(place)?),
        Type::TIMESTAMP | Type::TIMESTAMPTZ => {
            row.try_get::<_, Option<SystemTime>>(place)?.map_or(Cell::Null, |at| Cell::Moment(moment(at)))
        }
        _ => row.try_get::<_, Option<String>>(place)?.map_or(Cell::Null, Cell::Text),
    })
}

/// The failure to connect, with what to do about it.
fn not_connected(operation: &str, error: tokio_postgres::Error) -> Error {
    if let Some(remedy) = tls::remedy(&error) {
        return Error::new(ErrorKind::Unavailable, format!("failed to {operation}: {remedy}")).with_source(error);
    }
    // Nobody is let in, there is no such database (PostgreSQL 15, appendix A).
    let is_refused = |code: &SqlState| ["28", "3D"].iter().any(|class| code.code().starts_with(class));
    match error.code().is_some_and(is_refused) {
        true => Error::new(ErrorKind::Refused, format!("failed to {operation}")).with_source(error),
        false => failed(operation, error),
    }
}

/// TLS that trusts everybody's authorities and those of the address. The provider is named: an application may have two.
fn trust(address: &PostgresAddress) -> Result<rustls::ClientConfig> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    if let Some(ca) = &address.ca {
        for certificate in tls::certificates(ca)? {
            roots.add(certificate).map_err(|error| {
                Error::new(ErrorKind::Refused, format!("a certificate in `{}` cannot be trusted", ca.display()))
                    .with_source(error)
            })?;
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.map_err(|error| Error::new(ErrorKind::Other, "TLS cannot be set up").with_source(error))?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

#[cfg(test)]
mod tests {
    use super::numbered;

    #[test]
    fn parameters_are_numbered_in_their_order() {
        assert_eq!(numbered("a = ? AND b IN (?, ?)"), "a = $1 AND b IN ($2, $3)");
        assert_eq!(numbered("SELECT 1"), "SELECT 1");
    }
}
