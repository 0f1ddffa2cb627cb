//! SQLite: a connection on a thread of its own, used by one after the other.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use egret_core::{Error, ErrorKind, Result, Words, words};
use jiff::Timestamp;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, OpenFlags, params_from_iter};
use tokio::sync::{Mutex, OwnedMutexGuard, oneshot};

use super::lists::spread;
use super::sqlite_error::failed;
use super::{Cell, Columns, Database, Dialect, Session, Value};

/// For so long somebody waits for others who write. The error is one after which one tries again.
const PATIENCE: Duration = Duration::from_secs(5);
/// SQLite before this version can lose commits in WAL mode (the "WAL reset" fault, mended in 3.51.3).
const OLDEST: i32 = 3_051_003;

/// A database in a file.
#[derive(Debug)]
pub(crate) struct SqliteDatabase {
    path: PathBuf,
    /// Whoever has it uses the connection.
    turn: Arc<Mutex<()>>,
    thread: mpsc::Sender<Command>,
}

#[derive(Debug)]
enum Command {
    Begin(Answer<()>),
    Snapshot(Answer<()>),
    Query(String, Vec<Value>, Answer<Vec<Columns>>),
    Execute(String, Vec<Value>, Answer<u64>),
    Insert(String, Vec<Value>, Answer<i64>),
    Run(String, Answer<()>),
    Commit(Answer<()>),
    Rollback,
}

type Answer<T> = oneshot::Sender<rusqlite::Result<T>>;

impl SqliteDatabase {
    /// Opens a file that is there.
    ///
    /// # Errors
    /// [`ErrorKind::Refused`] when it is not there, is no database, or may not be read and written.
    pub(crate) async fn open(path: &Path) -> Result<Self> {
        let shown = path.to_owned();
        Self::start(path.to_owned(), move || {
            Connection::open_with_flags(&shown, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)
        })
        .await
    }

    /// A database of this process alone, in memory.
    pub(crate) async fn in_memory() -> Result<Self> {
        Self::start(PathBuf::from(":memory:"), Connection::open_in_memory).await
    }

    async fn start(
        path: PathBuf,
        open: impl FnOnce() -> rusqlite::Result<Connection> + Send + 'static,
    ) -> Result<Self> {
        if rusqlite::version_number() < OLDEST {
            let words = words!(
                "database-old-library",
                "SQLite {version} can lose commits; 3.51.3 or later is needed",
                version = rusqlite::version()
            );
            return Err(Error::new(ErrorKind::Refused, words));
        }
        let (thread, commands) = mpsc::channel();
        let (opened, is_open) = oneshot::channel();
        let serve_all = move || match open().and_then(prepared) {
            Ok(connection) => {
                if opened.send(Ok(())).is_ok() {
                    serve(&connection, &commands);
                }
            }
            Err(error) => drop(opened.send(Err(error))),
        };
        std::thread::Builder::new().name("egret-delayed-sql".to_owned()).spawn(serve_all).map_err(|error| {
            Error::new(ErrorKind::Other, Words::failed(Words::verb("start the thread of the database")))
                .with_source(error)
        })?;
        let verb = words!("verb-open-the-database-at", "open the database `{path}`", path = path.display());
        let failed = |error| failed(verb, error);
        is_open.await.map_err(|_| gone())?.map_err(failed)?;
        Ok(Self { path, turn: Arc::default(), thread })
    }

    async fn session(&self) -> SqliteSession {
        let turn = Arc::clone(&self.turn).lock_owned().await;
        SqliteSession { thread: self.thread.clone(), is_open: false, _turn: turn }
    }

    async fn transaction(&self, begin: fn(Answer<()>) -> Command) -> Result<Box<dyn Session>> {
        let mut session = self.session().await;
        session.ask("begin a transaction", begin).await?;
        session.is_open = true;
        Ok(Box::new(session))
    }
}

#[async_trait]
impl Database for SqliteDatabase {
    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    fn location(&self) -> String {
        format!("sqlite:{}", self.path.display())
    }

    async fn begin(&self) -> Result<Box<dyn Session>> {
        self.transaction(Command::Begin).await
    }

    async fn look(&self) -> Result<Box<dyn Session>> {
        Ok(Box::new(self.session().await))
    }

    async fn snapshot(&self) -> Result<Box<dyn Session>> {
        self.transaction(Command::Snapshot).await
    }
}

struct SqliteSession {
    thread: mpsc::Sender<Command>,
    is_open: bool,
    _turn: OwnedMutexGuard<()>,
}

impl SqliteSession {
    async fn ask<T>(&self, operation: &str, command: impl FnOnce(Answer<T>) -> Command) -> Result<T> {
        let (answer, answered) = oneshot::channel();
        self.thread.send(command(answer)).map_err(|_| gone())?;
        answered.await.map_err(|_| gone())?.map_err(|error| failed(Words::verb(operation), error))
    }
}

#[async_trait]
impl Session for SqliteSession {
    async fn query(&mut self, statement: &str, mut parameters: Vec<Value>) -> Result<Vec<Columns>> {
        let statement = with_clock(&spread(statement, &mut parameters));
        self.ask("ask Delayed Job's database", |answer| Command::Query(statement, parameters, answer)).await
    }

    async fn execute(&mut self, statement: &str, mut parameters: Vec<Value>) -> Result<u64> {
        let statement = with_clock(&spread(statement, &mut parameters));
        self.ask("write to Delayed Job's database", |answer| Command::Execute(statement, parameters, answer)).await
    }

    async fn insert(&mut self, statement: &str, parameters: Vec<Value>) -> Result<i64> {
        let statement = with_clock(statement);
        self.ask("store a job for Delayed Job", |answer| Command::Insert(statement, parameters, answer)).await
    }

    async fn run(&mut self, statements: &str) -> Result<()> {
        let statements = statements.to_owned();
        self.ask("make tables in Delayed Job's database", |answer| Command::Run(statements, answer)).await
    }

    async fn commit(mut self: Box<Self>) -> Result<()> {
        if self.is_open {
            self.ask("commit to Delayed Job's database", Command::Commit).await?;
            self.is_open = false;
        }
        Ok(())
    }
}

impl Drop for SqliteSession {
    fn drop(&mut self) {
        if self.is_open {
            // Whoever comes next finds the connection as it was: commands are served in order.
            let _ = self.thread.send(Command::Rollback);
        }
    }
}

/// All processes are on one machine, so that its clock is everybody's.
fn with_clock(statement: &str) -> String {
    match statement.contains("{now}") {
        true => statement.replace("{now}", &Timestamp::now().as_microsecond().to_string()),
        false => statement.to_owned(),
    }
}

fn prepared(connection: Connection) -> rusqlite::Result<Connection> {
    connection.busy_timeout(PATIENCE)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

fn serve(connection: &Connection, commands: &mpsc::Receiver<Command>) {
    while let Ok(command) = commands.recv() {
        // Whoever asked may have gone.
        match command {
            Command::Begin(answer) => drop(answer.send(begin(connection))),
            Command::Snapshot(answer) => drop(answer.send(connection.execute_batch("BEGIN"))),
            Command::Query(statement, parameters, answer) => {
                drop(answer.send(query(connection, &statement, &parameters)));
            }
            Command::Execute(statement, parameters, answer) => {
                drop(answer.send(execute(connection, &statement, &parameters)));
            }
            Command::Insert(statement, parameters, answer) => {
                let inserted = execute(connection, &statement, &parameters).map(|_| connection.last_insert_rowid());
                drop(answer.send(inserted));
            }
            Command::Run(statements, answer) => drop(answer.send(connection.execute_batch(&statements))),
            Command::Commit(answer) => drop(answer.send(commit(connection))),
            Command::Rollback => {
                if let Err(error) = connection.execute_batch("ROLLBACK") {
                    tracing::debug!(%error, "nothing to take back");
                }
            }
        }
    }
}

/// Several processes that wait for the lock take turns by chance: SQLite's own waiting sleeps ever longer, and whoever writes
/// again at once would come first for seconds.
fn begin(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(Duration::ZERO)?;
    let began = Instant::now();
    let begun = loop {
        match connection.execute_batch("BEGIN IMMEDIATE") {
            Err(error) if is_busy(&error) && began.elapsed() < PATIENCE => {
                std::thread::sleep(Duration::from_micros(200 + rand::random::<u64>() % 2_000));
            }
            begun => break begun,
        }
    };
    connection.busy_timeout(PATIENCE)?;
    begun
}

/// Readers of others may hold a commit up in the older journal modes; then it is tried again.
fn commit(connection: &Connection) -> rusqlite::Result<()> {
    let began = Instant::now();
    loop {
        match connection.execute_batch("COMMIT") {
            Err(error) if is_busy(&error) && began.elapsed() < PATIENCE => {
                std::thread::sleep(Duration::from_millis(2));
            }
            Err(error) => {
                let _ = connection.execute_batch("ROLLBACK");
                return Err(error);
            }
            Ok(()) => return Ok(()),
        }
    }
}

fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked))
}

fn query(connection: &Connection, statement: &str, parameters: &[Value]) -> rusqlite::Result<Vec<Columns>> {
    let mut statement = connection.prepare_cached(statement)?;
    let n_columns = statement.column_count();
    let rows = statement.query_map(params_from_iter(parameters), |row| {
        let cells: rusqlite::Result<Vec<Cell>> = (0..n_columns).map(|place| row.get_ref(place).map(cell)).collect();
        cells.map(Columns::new)
    })?;
    rows.collect()
}

fn execute(connection: &Connection, statement: &str, parameters: &[Value]) -> rusqlite::Result<u64> {
    let mut statement = connection.prepare_cached(statement)?;
    statement.execute(params_from_iter(parameters)).map(|n_rows| n_rows as u64)
}

fn cell(value: ValueRef<'_>) -> Cell {
    match value {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(number) => Cell::Integer(number),
        ValueRef::Real(number) => Cell::Integer(number as i64),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => Cell::of_bytes(bytes),
    }
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        match self {
            Self::Integer(number) => number.to_sql(),
            Self::Text(text) => text.to_sql(),
            // As Active Record writes: the order of texts is that of times.
            Self::Moment(Some(moment)) => {
                let text = moment.strftime("%Y-%m-%d %H:%M:%S.%6f").to_string();
                Ok(ToSqlOutput::Owned(rusqlite::types::Value::Text(text)))
            }
            Self::Moment(None) => Ok(ToSqlOutput::Owned(rusqlite::types::Value::Null)),
            Self::Integers(_) => unreachable!("a list was spread"),
        }
    }
}

fn gone() -> Error {
    Error::new(ErrorKind::Unavailable, words!("database-thread-ended", "the thread of the database has ended"))
}
