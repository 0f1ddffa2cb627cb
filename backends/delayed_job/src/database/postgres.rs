//! PostgreSQL: a small pool of connections, with TLS where the server speaks it.

use std::sync::Arc;
use std::time::SystemTime;

use async_trait::async_trait;
use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod, Timeouts};
use egret_core::{Error, ErrorKind, Result, Words, words};
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
            .map_err(|error| {
                Error::new(ErrorKind::Other, Words::failed(Words::verb("make a pool of connections")))
                    .with_source(error)
            })?;
        let database = Self { pool, shown: address.shown() };
        drop(database.connection().await?);
        Ok(database)
    }

    async fn transaction(&self, begin: &str) -> Result<Box<dyn Session>> {
        let session = PostgresSession { connection: Some(self.connection().await?), is_open: true };
        session
            .connection()?
            .batch_execute(begin)
            .await
            .map_err(|error| failed(Words::verb("begin a transaction"), error))?;
        Ok(Box::new(session))
    }

    async fn connection(&self) -> Result<Object> {
        self.pool.get().await.map_err(|error| {
            let operation = words!("verb-connect-to", "connect to `{place}`", place = self.shown);
            match error {
                deadpool_postgres::PoolError::Backend(error) => not_connected(operation, error),
                other => Error::new(ErrorKind::Unavailable, Words::failed(operation)).with_source(other),
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
        self.connection
            .as_ref()
            .ok_or_else(|| Error::new(ErrorKind::Other, words!("database-session-ended", "the session has ended")))
    }

    async fn write(&self, statement: &str, values: &[Typed<'_>]) -> Result<u64> {
        let executed = self.connection()?.execute_typed(statement, &borrowed(values)).await;
        executed.map_err(|error| failed(Words::verb("write to Delayed Job's database"), error))
    }

    async fn rows(&self, operation: &str, statement: &str, parameters: &[Value]) -> Result<Vec<Row>> {
        let values: Vec<Typed<'_>> = parameters.iter().map(typed).collect();
        let statement = numbered(statement, parameters);
        let parameters = borrowed(&values);
        self.connection()?
            .query_typed(&statement, &parameters)
            .await
            .map_err(|error| failed(Words::verb(operation), error))
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
        self.write(&numbered(statement, &parameters), &values).await
    }

    async fn insert_rows(&mut self, statement: &str, rows: Vec<Vec<Value>>) -> Result<u64> {
        let columns = columns_of(&rows);
        let arrays: Vec<String> = (1..=columns.len()).map(|number| format!("${number}")).collect();
        let rows = format!("SELECT * FROM unnest({})", arrays.join(", "));
        self.write(&statement.replace("{rows}", &rows), &columns).await
    }

    async fn insert(&mut self, statement: &str, parameters: Vec<Value>) -> Result<i64> {
        let statement = format!("{} RETURNING id::bigint", statement.trim_end());
        let rows = self.rows("store a job for Delayed Job", &statement, &parameters).await?;
        Ok(rows.first().map_or(0, |row| row.get(0)))
    }

    async fn run(&mut self, statements: &str) -> Result<()> {
        let run = self.connection()?.batch_execute(statements).await;
        run.map_err(|error| failed(Words::verb("make tables in Delayed Job's database"), error))
    }

    async fn commit(mut self: Box<Self>) -> Result<()> {
        if self.is_open {
            let committed = self.connection()?.batch_execute("COMMIT").await;
            committed.map_err(|error| failed(Words::verb("commit to Delayed Job's database"), error))?;
            self.is_open = false;
        }
        Ok(())
    }
}

type Typed<'a> = (Box<dyn ToSql + Sync + Send + 'a>, Type);

fn borrowed<'a>(values: &'a [Typed<'_>]) -> Vec<(&'a (dyn ToSql + Sync), Type)> {
    values.iter().map(|(value, kind)| (&**value as &(dyn ToSql + Sync), kind.clone())).collect()
}

fn typed(value: &Value) -> Typed<'_> {
    match value {
        Value::Integer(number) => (Box::new(number), Type::INT8),
        Value::Text(text) => (Box::new(text), Type::TEXT),
        Value::Moment(at) => (Box::new(at.map(system)), Type::TIMESTAMP),
        Value::Integers(numbers) => (Box::new(numbers), Type::INT8_ARRAY),
    }
}

/// Rows by their columns, each an array: one statement for any number of rows, which the server reads and plans in no time.
fn columns_of(rows: &[Vec<Value>]) -> Vec<Typed<'_>> {
    let n_columns = rows.first().map_or(0, Vec::len);
    let column = |place: usize| -> Typed<'_> {
        let values = || rows.iter().map(move |row| &row[place]);
        match values().all(|value| matches!(value, Value::Integer(_))) {
            true => (Box::new(values().map(integer).collect::<Vec<Option<i64>>>()), Type::INT8_ARRAY),
            false => (Box::new(values().map(text).collect::<Vec<Option<&str>>>()), Type::TEXT_ARRAY),
        }
    };
    (0..n_columns).map(column).collect()
}

fn integer(value: &Value) -> Option<i64> {
    if let Value::Integer(number) = value { *number } else { None }
}

fn text(value: &Value) -> Option<&str> {
    if let Value::Text(text) = value { text.as_deref() } else { None }
}

/// Parameters by their numbers, lists as arrays, and the server's clock.
fn numbered(statement: &str, parameters: &[Value]) -> String {
    let mut text = String::with_capacity(statement.len() + 16);
    let mut parts = statement.split('?');
    text.push_str(parts.next().unwrap_or_default());
    for (place, part) in parts.enumerate() {
        if matches!(parameters.get(place), Some(Value::Integers(_))) {
            for (of_list, of_array) in [("NOT IN (", "<> ALL ("), ("IN (", "= ANY (")] {
                if text.ends_with(of_list) {
                    text.truncate(text.len() - of_list.len());
                    text.push_str(of_array);
                }
            }
        }
        text.push('$');
        text.push_str(&(place + 1).to_string());
        text.push_str(part);
    }
    text.replace("{now}", "(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000)::bigint")
}

fn columns(row: &Row) -> Result<Columns> {
    let cells: std::result::Result<Vec<Cell>, tokio_postgres::Error> =
        (0..row.len()).map(|place| cell(row, place)).collect();
    cells.map(Columns::new).map_err(|error| failed(Words::verb("read a row of Delayed Job's database"), error))
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
fn not_connected(operation: Words, error: tokio_postgres::Error) -> Error {
    if let Some(remedy) = tls::remedy(&error) {
        return Error::new(ErrorKind::Unavailable, Words::refused(operation, remedy)).with_source(error);
    }
    // Nobody is let in, there is no such database (PostgreSQL 15, appendix A).
    let is_refused = |code: &SqlState| ["28", "3D"].iter().any(|class| code.code().starts_with(class));
    match error.code().is_some_and(is_refused) {
        true => Error::new(ErrorKind::Refused, Words::failed(operation)).with_source(error),
        false => failed(operation, error),
    }
}

/// TLS that trusts everybody's authorities and those of the address. The provider is named: an application may have two.
fn trust(address: &PostgresAddress) -> Result<rustls::ClientConfig> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    if let Some(ca) = &address.ca {
        for certificate in tls::certificates(ca)? {
            roots.add(certificate).map_err(|error| {
                Error::new(
                    ErrorKind::Refused,
                    words!(
                        "database-bad-certificate",
                        "a certificate in `{path}` cannot be trusted",
                        path = ca.display()
                    ),
                )
                .with_source(error)
            })?;
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.map_err(|error| {
        Error::new(ErrorKind::Other, words!("database-no-tls", "TLS cannot be set up")).with_source(error)
    })?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

#[cfg(test)]
mod tests {
    use super::{Value, numbered};

    #[test]
    fn parameters_are_numbered_in_their_order() {
        let texts = ["x", "y", "z"].map(Value::from);
        assert_eq!(numbered("a = ? AND b IN (?, ?)", &texts), "a = $1 AND b IN ($2, $3)");
        assert_eq!(numbered("SELECT 1", &[]), "SELECT 1");
    }

    #[test]
    fn a_list_is_an_array() {
        let parameters = [Value::Integers(vec![1]), "x".into(), Value::Integers(Vec::new())];
        assert_eq!(
            numbered("id IN (?) AND queue IN (?) AND id NOT IN (?) LIMIT 1", &parameters),
            "id = ANY ($1) AND queue IN ($2) AND id <> ALL ($3) LIMIT 1"
        );
    }
}
