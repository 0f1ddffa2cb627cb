//! MySQL and MariaDB: a small pool of connections, with TLS where the address asks for it.

use std::time::Duration;

use async_trait::async_trait;
use egret_core::job_data::from_microseconds;
use egret_core::{Error, ErrorKind, Result, Words, words};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use mysql_async::prelude::Queryable;
use mysql_async::{Conn, OptsBuilder, Params, Pool, PoolConstraints, PoolOpts, Row};

use super::lists::spread;
use super::{Cell, Columns, Database, Dialect, MysqlAddress, Session, Value};

/// Connections of one handle, at most.
const CONNECTIONS: usize = 4;
/// For so long a caller waits for one of them.
const PATIENCE: Duration = Duration::from_secs(30);

/// A database on a server.
#[derive(Debug)]
pub(crate) struct MysqlDatabase {
    pool: Pool,
    dialect: Dialect,
    shown: String,
}

impl MysqlDatabase {
    /// Reaches the server; must run where its connections are to live.
    pub(crate) async fn open(address: MysqlAddress) -> Result<Self> {
        let options = address.with_certificates()?;
        let shown = format!(
            "mysql://{}:{}/{}",
            options.ip_or_hostname(),
            options.tcp_port(),
            options.db_name().unwrap_or_default()
        );
        let failed = |error| not_connected(connecting(&shown), error);
        let mut first = tokio::time::timeout(PATIENCE, Conn::new(options.clone()))
            .await
            .map_err(|_| {
                Error::new(
                    ErrorKind::Unavailable,
                    words!("database-silent", "`{place}` does not answer", place = shown),
                )
            })?
            .map_err(failed)?;
        let version: Option<String> = first.query_first("SELECT VERSION()").await.map_err(failed)?;
        let server = Server::of(&version.unwrap_or_default());
        first.disconnect().await.map_err(failed)?;
        let constraints = PoolConstraints::new(0, CONNECTIONS).expect("no connection is fewer than some");
        let options = OptsBuilder::from_opts(options)
            // Rows that are found count, whether or not they change.
            .client_found_rows(true)
            .pool_opts(PoolOpts::default().with_constraints(constraints))
            .setup(server.setup());
        Ok(Self { pool: Pool::new(options), dialect: Dialect::Mysql { skips_locked: server.skips_locked }, shown })
    }

    async fn connection(&self) -> Result<Conn> {
        match tokio::time::timeout(PATIENCE, self.pool.get_conn()).await {
            Ok(connection) => connection.map_err(|error| not_connected(connecting(&self.shown), error)),
            Err(_) => {
                let reason = words!("database-full-pool", "no connection was free in time");
                Err(Error::new(ErrorKind::Unavailable, Words::refused(connecting(&self.shown), reason)))
            }
        }
    }

    async fn transaction(&self, begin: &str) -> Result<Box<dyn Session>> {
        let mut session = MysqlSession { connection: Some(self.connection().await?), is_open: true };
        session
            .connection()?
            .query_drop(begin)
            .await
            .map_err(|error| failed(Words::verb("begin a transaction"), error))?;
        Ok(Box::new(session))
    }
}

/// What matters of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Server {
    is_mariadb: bool,
    major: u32,
    skips_locked: bool,
}

impl Server {
    /// Of what `VERSION()` says: `8.0.36`, `10.11.19-MariaDB-0+deb12u1`, also `5.5.5-10.11.19-MariaDB`.
    fn of(version: &str) -> Self {
        let is_mariadb = version.contains("MariaDB");
        let version = version.strip_prefix("5.5.5-").filter(|_| is_mariadb).unwrap_or(version);
        let mut numbers = version.split(|character: char| !character.is_ascii_digit());
        let mut next = || numbers.next().and_then(|number| number.parse().ok()).unwrap_or(0);
        let (major, minor): (u32, u32) = (next(), next());
        let skips_locked = if is_mariadb { (major, minor) >= (10, 6) } else { major >= 8 };
        Self { is_mariadb, major, skips_locked }
    }

    /// What each connection begins with.
    fn setup(self) -> Vec<String> {
        // MariaDB cuts fractions by itself, MySQL rounds them unless it is told not to: a job for now would wait.
        let truncates = if !self.is_mariadb && self.major >= 8 { ",TIME_TRUNCATE_FRACTIONAL" } else { "" };
        vec![
            format!("SET SESSION sql_mode = CONCAT(@@sql_mode, ',ANSI_QUOTES{truncates}'), time_zone = '+00:00'"),
            "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED".to_owned(),
        ]
    }
}

#[async_trait]
impl Database for MysqlDatabase {
    fn dialect(&self) -> Dialect {
        self.dialect
    }

    fn location(&self) -> String {
        self.shown.clone()
    }

    async fn begin(&self) -> Result<Box<dyn Session>> {
        self.transaction("START TRANSACTION").await
    }

    async fn look(&self) -> Result<Box<dyn Session>> {
        Ok(Box::new(MysqlSession { connection: Some(self.connection().await?), is_open: false }))
    }

    async fn snapshot(&self) -> Result<Box<dyn Session>> {
        self.transaction(
            "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
        )
        .await
    }
}

struct MysqlSession {
    connection: Option<Conn>,
    /// Whether a transaction is open.
    is_open: bool,
}

impl MysqlSession {
    fn connection(&mut self) -> Result<&mut Conn> {
        self.connection
            .as_mut()
            .ok_or_else(|| Error::new(ErrorKind::Other, words!("database-session-ended", "the session has ended")))
    }
}

impl Drop for MysqlSession {
    fn drop(&mut self) {
        // What is half done ends with its connection.
        if self.is_open
            && let Some(connection) = self.connection.take()
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            runtime.spawn(async move {
                if let Err(error) = connection.disconnect().await {
                    tracing::debug!(%error, "a connection was gone already");
                }
            });
        }
    }
}

#[async_trait]
impl Session for MysqlSession {
    async fn query(&mut self, statement: &str, mut parameters: Vec<Value>) -> Result<Vec<Columns>> {
        let statement = with_clock(&spread(statement, &mut parameters));
        let rows: Vec<Row> = self
            .connection()?
            .exec(statement, bound(&parameters))
            .await
            .map_err(|error| failed(Words::verb("ask Delayed Job's database"), error))?;
        Ok(rows.into_iter().map(columns).collect())
    }

    async fn execute(&mut self, statement: &str, mut parameters: Vec<Value>) -> Result<u64> {
        let statement = with_clock(&spread(statement, &mut parameters));
        let connection = self.connection()?;
        let executed = connection.exec_drop(statement, bound(&parameters)).await;
        executed.map_err(|error| failed(Words::verb("write to Delayed Job's database"), error))?;
        Ok(connection.affected_rows())
    }

    async fn insert(&mut self, statement: &str, parameters: Vec<Value>) -> Result<i64> {
        let connection = self.connection()?;
        let inserted = connection.exec_drop(statement, bound(&parameters)).await;
        inserted.map_err(|error| failed(Words::verb("store a job for Delayed Job"), error))?;
        Ok(connection.last_insert_id().and_then(|id| i64::try_from(id).ok()).unwrap_or(0))
    }

    async fn run(&mut self, statements: &str) -> Result<()> {
        let run = self.connection()?.query_drop(statements).await;
        run.map_err(|error| failed(Words::verb("make tables in Delayed Job's database"), error))
    }

    async fn commit(mut self: Box<Self>) -> Result<()> {
        if self.is_open {
            let committed = self.connection()?.query_drop("COMMIT").await;
            committed.map_err(|error| failed(Words::verb("commit to Delayed Job's database"), error))?;
            self.is_open = false;
        }
        Ok(())
    }
}

fn with_clock(statement: &str) -> String {
    statement.replace("{now}", "CAST(UNIX_TIMESTAMP(NOW(6)) * 1000000 AS SIGNED)")
}

fn bound(parameters: &[Value]) -> Params {
    match parameters.is_empty() {
        true => Params::Empty,
        false => Params::Positional(parameters.iter().map(value).collect()),
    }
}

fn value(value: &Value) -> mysql_async::Value {
    match value {
        Value::Integer(number) => number.map_or(mysql_async::Value::NULL, mysql_async::Value::Int),
        Value::Text(text) => {
            text.as_ref().map_or(mysql_async::Value::NULL, |text| mysql_async::Value::Bytes(text.as_bytes().to_vec()))
        }
        Value::Moment(at) => at.map_or(mysql_async::Value::NULL, date),
        Value::Integers(_) => unreachable!("a list was spread"),
    }
}

fn date(moment: Timestamp) -> mysql_async::Value {
    let at = TimeZone::UTC.to_datetime(moment);
    let small = |number: i8| u8::try_from(number).unwrap_or(0);
    let microseconds = u32::try_from(at.subsec_nanosecond() / 1_000).unwrap_or(0);
    mysql_async::Value::Date(
        u16::try_from(at.year()).unwrap_or(0),
        small(at.month()),
        small(at.day()),
        small(at.hour()),
        small(at.minute()),
        small(at.second()),
        microseconds,
    )
}

fn columns(row: Row) -> Columns {
    Columns::new(row.unwrap_raw().into_iter().map(|value| value.map_or(Cell::Null, cell)).collect())
}

fn cell(value: mysql_async::Value) -> Cell {
    match value {
        mysql_async::Value::Bytes(bytes) => Cell::of_bytes(&bytes),
        mysql_async::Value::Int(number) => Cell::Integer(number),
        mysql_async::Value::UInt(number) => Cell::Integer(i64::try_from(number).unwrap_or(i64::MAX)),
        mysql_async::Value::Float(number) => Cell::Integer(number as i64),
        mysql_async::Value::Double(number) => Cell::Integer(number as i64),
        mysql_async::Value::Date(year, month, day, hour, minute, second, microseconds) => {
            moment([u32::from(year), month.into(), day.into(), hour.into(), minute.into(), second.into()], microseconds)
        }
        mysql_async::Value::NULL | mysql_async::Value::Time(..) => Cell::Null,
    }
}

/// A date that no calendar has, such as the zero date, is none.
fn moment([year, month, day, hour, minute, second]: [u32; 6], microseconds: u32) -> Cell {
    let small = |number: u32| i8::try_from(number).unwrap_or(0);
    let year = i16::try_from(year).unwrap_or(0);
    let nanoseconds = i32::try_from(microseconds * 1_000).unwrap_or(0);
    let at = DateTime::new(year, small(month), small(day), small(hour), small(minute), small(second), nanoseconds);
    let at = at.and_then(|at| TimeZone::UTC.to_timestamp(at));
    at.map_or(Cell::Null, |at| Cell::Moment(from_microseconds(at.as_microsecond())))
}

/// What is done first.
fn connecting(place: &str) -> Words {
    words!("verb-connect-to", "connect to `{place}`", place = place)
}

/// The failure to connect, with what to do about it.
fn not_connected(operation: Words, error: mysql_async::Error) -> Error {
    match super::tls::remedy(&error) {
        Some(remedy) => Error::new(ErrorKind::Unavailable, Words::refused(operation, remedy)).with_source(error),
        None => failed(operation, error),
    }
}

/// The failure of an operation: `failed to …`.
fn failed(operation: Words, source: mysql_async::Error) -> Error {
    let kind = match &source {
        // Nobody is let in, nothing may be made, no such database; a deadlock, a lock that took too long, a server that stops.
        mysql_async::Error::Server(error) => match error.code {
            1044 | 1045 | 1049 | 1142 | 1698 => ErrorKind::Refused,
            1040 | 1053 | 1205 | 1213 | 1290 | 1927 => ErrorKind::Unavailable,
            _ => ErrorKind::Other,
        },
        mysql_async::Error::Io(_) => ErrorKind::Unavailable,
        mysql_async::Error::Driver(
            mysql_async::DriverError::ConnectionClosed | mysql_async::DriverError::PoolDisconnected,
        ) => ErrorKind::Unavailable,
        _ => ErrorKind::Other,
    };
    Error::new(kind, Words::failed(operation)).with_source(source)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_tells_by_its_version_what_it_can() {
        let skips = |version| Server::of(version).skips_locked;
        assert!(skips("10.11.19-MariaDB-0+deb12u1") && skips("5.5.5-10.6.1-MariaDB") && skips("8.0.36"));
        assert!(!skips("10.5.9-MariaDB") && !skips("5.7.44-log"));
        assert!(Server::of("8.4.0").setup()[0].contains("TIME_TRUNCATE_FRACTIONAL"));
        assert!(!Server::of("11.4.2-MariaDB").setup()[0].contains("TIME_TRUNCATE_FRACTIONAL"));
    }

    #[test]
    fn moments_survive_to_the_microsecond() {
        let given: Timestamp = "2026-11-23T19:01:31.246532Z".parse().unwrap();
        assert_eq!(cell(date(given)), Cell::Moment(given));
        assert_eq!(cell(mysql_async::Value::Date(0, 0, 0, 0, 0, 0, 0)), Cell::Null);
    }
}
