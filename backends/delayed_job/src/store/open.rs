//! Opening the store, and making its tables.

use std::sync::{Arc, Mutex};

use egret_core::roster::Observations;
use egret_core::{Backend, Error, ErrorKind, Result, StoreVersion, Words, words};

use super::backend::DelayedJob;
use super::capabilities::capabilities;
use super::queues::QueueNames;
use super::starts::Starts;
use super::tables::Tables;
use super::unknown::LeftToOthers;
use super::unreadable::Unreadable;
use super::wait::Waiting;
use super::{Apart, Store};
use crate::database::{Database, IoThread, MysqlDatabase, PostgresDatabase, SqliteDatabase};
use crate::options::{DelayedJobOptions, Place};

/// Which tables are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TablesFound {
    /// Delayed Job's own.
    pub jobs: bool,
    /// Ours beside it: without them nothing is known of other processes, and a row whose worker was killed waits for
    /// `max_run_time`.
    pub ours: bool,
}

/// What the tables of this version are counted as.
const CURRENT: u32 = 2;

impl TablesFound {
    /// As a version: 0 for no table, 1 for Delayed Job's alone, 2 with ours.
    pub fn version(self) -> StoreVersion {
        let found = u32::from(self.jobs) + u32::from(self.jobs && self.ours);
        StoreVersion { found, current: CURRENT }
    }
}

impl DelayedJob {
    /// Opens the table.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when there is none; [`ErrorKind::Unavailable`] when the server cannot be reached;
    /// [`ErrorKind::Refused`] when it does not let this user in.
    pub async fn open(options: DelayedJobOptions) -> Result<Arc<dyn Backend>> {
        let io = IoThread::start()?;
        let database = reach(&io, options.place.clone()).await?;
        let prefix = options.table_prefix.clone();
        let looked_at = Arc::clone(&database);
        let (tables, has_ours) =
            io.perform(async move { Tables::look(&*looked_at, &prefix).await }, async |_| {}).await?;
        let apart = match has_ours {
            true => None,
            false => Some(apart(&io).await?),
        };
        let capabilities = capabilities(&options, database.dialect(), has_ours);
        Ok(Arc::new(Self(Arc::new(Store {
            io,
            database,
            tables,
            apart,
            settings: options.settings,
            timing: options.timing,
            capabilities,
            starts: Starts::default(),
            observations: Observations::default(),
            queue_names: QueueNames::default(),
            unreadable: Unreadable::default(),
            left_to_others: LeftToOthers::default(),
            waiting: Waiting::default(),
            doubtful: Mutex::default(),
            tidied: Mutex::default(),
        }))))
    }

    /// Which tables the database has.
    ///
    /// # Errors
    /// When it cannot be reached.
    pub async fn tables(options: &DelayedJobOptions) -> Result<TablesFound> {
        let io = IoThread::start()?;
        let database = reach(&io, options.place.clone()).await?;
        let prefix = options.table_prefix.clone();
        let looked = io.perform(async move { Tables::look(&*database, &prefix).await }, async |_| {}).await;
        match looked {
            Ok((_, ours)) => Ok(TablesFound { jobs: true, ours }),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(TablesFound { jobs: false, ours: false }),
            Err(error) => Err(error),
        }
    }

    /// Makes the tables that are not there, Delayed Job's as its generator does, and says which there were before.
    ///
    /// # Errors
    /// [`ErrorKind::Refused`] when this user may not make tables; nothing has changed then.
    pub async fn migrate(options: &DelayedJobOptions) -> Result<TablesFound> {
        let io = IoThread::start()?;
        let is_new_file = match &options.place {
            Place::File(path) => make_file(path)?,
            Place::Postgres(_) | Place::Mysql(_) => false,
        };
        let database = reach(&io, options.place.clone()).await?;
        let prefix = options.table_prefix.clone();
        let make = async move {
            if is_new_file {
                // As Rails makes its databases since 7.1; one that is there keeps its own.
                database.look().await?.run("PRAGMA journal_mode = WAL").await?;
            }
            Tables::make(&*database, &prefix).await
        };
        let made = io.perform(make, async |_| {}).await?;
        Ok(TablesFound { jobs: !made.table, ours: !made.ours })
    }
}

async fn reach(io: &IoThread, place: Place) -> Result<Arc<dyn Database>> {
    let reach = async move {
        let database: Arc<dyn Database> = match place {
            Place::File(path) => Arc::new(SqliteDatabase::open(&path).await?),
            Place::Postgres(address) => Arc::new(PostgresDatabase::open(&address).await?),
            Place::Mysql(address) => Arc::new(MysqlDatabase::open(*address).await?),
        };
        Ok(database)
    };
    io.perform(reach, async |_| {}).await
}

async fn apart(io: &IoThread) -> Result<Apart> {
    let make = async {
        let database: Arc<dyn Database> = Arc::new(SqliteDatabase::in_memory().await?);
        let tables = Tables::make_ours(&*database).await?;
        Ok(Apart { database, tables })
    };
    io.perform(make, async |_| {}).await
}

/// An empty file is a database without tables. Says whether it is one.
fn make_file(path: &std::path::Path) -> Result<bool> {
    let made = std::fs::OpenOptions::new().create(true).append(true).open(path);
    made.and_then(|file| Ok(file.metadata()?.len() == 0)).map_err(|error| {
        let verb = words!("verb-make-the-database-at", "make the database `{path}`", path = path.display());
        Error::new(ErrorKind::Refused, Words::failed(verb)).with_source(error)
    })
}
