//! Opening a store.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use egret_core::{Clock, Error, ErrorKind, ProcessIdentity, Result, StoreVersion, words};
use rusqlite::{Connection, ErrorCode};

use crate::backend::SqliteBackend;
use crate::capabilities::capabilities;
use crate::checkpoint::Checkpointer;
use crate::connection::{open_bare, open_writer};
use crate::damage::{Cause, Salvor, Watch, is_corruption, refuse_damaged};
use crate::emptied::{emptied, mark};
use crate::error::{failed, failed_at, failed_io, no_database};
use crate::folder::{Folder, make_folder};
use crate::log_sync::LogSync;
use crate::look::look;
use crate::migrate::{Unmigrated, migrate, newer, store_id, versions};
use crate::options::SqliteOptions;
use crate::reader::Reader;
use crate::refusal::{check_file_system, check_library};
use crate::service::Fleet;
use crate::tasks::TaskLocks;
use crate::turnstile::Turnstile;
use crate::wake::Hints;
use crate::writer::{Desk, Settings, StandingClaims, Writer, Writing};

impl SqliteBackend {
    /// Opens a store, and makes it if it is not there. Tables are brought up to date.
    ///
    /// Blocks for some milliseconds; longer while another process migrates. Dropping the last handle waits for the writes
    /// that are queued.
    ///
    /// # Errors
    /// [`ErrorKind::Refused`] with the reason when this cannot be a store: SQLite older than 3.51.3, a network file system,
    /// a folder or file that cannot be written, a file that is no database, tables of a newer version, or a store that was
    /// found destroyed before. [`ErrorKind::Corrupt`] when its file was emptied, and when it is found destroyed now; then what can be read of it is in a copy
    /// beside it, which the error names.
    pub fn open(options: SqliteOptions) -> Result<Arc<Self>> {
        check_library(rusqlite::version_number(), rusqlite::version())?;
        let path = resolve(&options.path)?;
        let folder = Folder::beside(&path);
        refuse_damaged(&folder)?;
        emptied(&folder).map_or(Ok(()), Err)?;
        refuse_foreign(&folder)?;
        folder.make()?;
        check_file_system(folder.root())?;
        let mut turnstile = Turnstile::open(folder.root())?;
        let opened = {
            let _turn = turnstile.enter();
            open_database(&path)
        };
        // Without the turn: others shall learn what happened while this process copies what can be read.
        let (connection, version, store_id) =
            opened.map_err(|unopened| unopened.explained(&folder, Arc::clone(&options.clock)))?;
        mark(&folder, &store_id)?;
        let watch = Arc::new(Watch::new(folder.clone(), Arc::clone(&options.clock))?);
        let settings = Arc::new(Settings {
            clock: options.clock,
            timing: options.timing,
            head_logs: i64::try_from(options.head_logs).unwrap_or(i64::MAX),
            failure_policy: options.failure_policy,
            vacuum: options.vacuum,
            process: ProcessIdentity::current(),
            fleet: Fleet::new(folder.clone()),
            task_locks: TaskLocks::new(folder.tasks()),
            watch: Arc::clone(&watch),
        });
        settings.fleet.sweep();
        settings.task_locks.sweep();
        let hints = Arc::new(Hints::new(folder.wake()));
        let n_commits = Arc::default();
        let claims = StandingClaims::default();
        let writing = Writing {
            settings: Arc::clone(&settings),
            turnstile,
            hints: Arc::clone(&hints),
            claims: claims.clone(),
            checkpointer: Checkpointer::new(path.clone(), folder.root().to_owned()),
            durability: options.durability,
            log: LogSync::of(&path),
            n_commits: Arc::clone(&n_commits),
        };
        let writer = Writer::start(Desk::new(connection, writing))?;
        Ok(Arc::new(Self {
            writer,
            n_commits,
            lookups: Reader::new("egret-lookup", path.clone(), Arc::clone(&settings)),
            listings: Reader::new("egret-listing", path.clone(), Arc::clone(&settings)),
            care: Reader::new("egret-care", path, Arc::clone(&settings)),
            watch,
            version,
            capabilities: capabilities(settings.failure_policy),
            settings,
            hints,
            claims,
            folder,
            store_id,
        }))
    }
}

impl SqliteBackend {
    /// Whether nobody has made a store at the path yet, so that there is nothing in it. A store that was deleted while
    /// services used it is none of these: opening it says where its jobs are.
    ///
    /// `path`: without symbolic links in its folders, so that the files beside the store are found.
    pub fn is_absent(path: &Path) -> bool {
        matches!(path.try_exists(), Ok(false)) && refuse_damaged(&Folder::beside(path)).is_ok()
    }

    /// The versions of the tables of a store, which is not opened for that and not changed. `found` is 0 when there is no
    /// store.
    ///
    /// # Errors
    /// [`ErrorKind::Refused`] when the file is no database or cannot be read.
    pub fn stored_version(path: &Path) -> Result<StoreVersion> {
        if !path.exists() {
            return Ok(versions(0));
        }
        let glance = look(path)?;
        Ok(versions(glance.version))
    }
}

/// The path without symbolic links, so that every process finds the same files beside the database, whichever way it takes.
/// Makes the folder, but not the file.
fn resolve(path: &Path) -> Result<PathBuf> {
    let failed = |error| failed_io("use the path", path.display(), error);
    let path = std::path::absolute(path).map_err(failed)?;
    if let Ok(existing) = path.canonicalize() {
        return match existing.is_file() {
            true => Ok(existing),
            false => Err(no_file(&existing)),
        };
    }
    let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
        let words = words!("store-no-path", "`{path}` is not the path of a file", path = path.display());
        return Err(Error::new(ErrorKind::InvalidInput, words));
    };
    make_folder(parent)?;
    Ok(parent.canonicalize().map_err(failed)?.join(name))
}

/// A folder or a device. Nothing is made beside it.
fn no_file(path: &Path) -> Error {
    let words = words!(
        "store-no-file",
        "`{path}` is not a file, as a store is; name one by `EGRET_URL` or `url` in config/job.yml, such as \
         `sqlite:var/egret.db`",
        path = path.display()
    );
    Error::new(ErrorKind::Refused, words)
}

/// What cannot be a store gets nothing beside it. What has its folder has been one.
fn refuse_foreign(folder: &Folder) -> Result<()> {
    let path = folder.database();
    if folder.root().exists() || !path.exists() {
        return Ok(());
    }
    match look(path) {
        Ok(found) if found.version > found.known => Err(newer(&path.display().to_string(), found.version)),
        // What else there is to say, opening it says better.
        Err(error) if error.kind() != ErrorKind::Refused => Ok(()),
        other => other.map(drop),
    }
}

/// Why a database could not be opened.
enum Unopened {
    Refused(Error),
    Failed(rusqlite::Error),
}

impl From<rusqlite::Error> for Unopened {
    fn from(error: rusqlite::Error) -> Self {
        Self::Failed(error)
    }
}

fn open_database(path: &Path) -> std::result::Result<(Connection, StoreVersion, String), Unopened> {
    let location = path.display().to_string();
    let mut connection = open_writer(path)?;
    let mode: String = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    if !mode.eq_ignore_ascii_case("wal") {
        let words = words!(
            "store-no-log",
            "the store `{store}` cannot use a write-ahead log here (SQLite answers `{mode}`)",
            store = location,
            mode = mode
        );
        return Err(Unopened::Refused(Error::new(ErrorKind::Refused, words)));
    }
    let version = migrate(&mut connection).map_err(|trouble| match trouble {
        Unmigrated::Sqlite(error) if is_corruption(&error) => Unopened::Failed(error),
        Unmigrated::Sqlite(error) => Unopened::Refused(failed("bring the store's tables up to date", error)),
        Unmigrated::Newer(version) => Unopened::Refused(newer(&location, version)),
    })?;
    let store_id = store_id(&connection)?;
    Ok((connection, version, store_id))
}

impl Unopened {
    /// The error for whoever wanted the store, once what can be read of a destroyed one is saved.
    fn explained(self, folder: &Folder, clock: Arc<dyn Clock>) -> Error {
        let error = match self {
            Self::Refused(error) => return error,
            Self::Failed(error) => error,
        };
        let location = folder.database().display().to_string();
        let damaged = Cause::of(&error).and_then(|cause| {
            // Nothing is asked of the connection that fails on a destroyed page.
            let connection = open_bare(folder.database()).ok()?;
            let salvor = Salvor::of_present(folder.clone(), clock).ok()?;
            Some(salvor.give_up(&connection, &cause))
        });
        match damaged {
            Some(damaged) => damaged.error("open the store"),
            None if error.sqlite_error_code() == Some(ErrorCode::NotADatabase) => no_database(&location, error),
            None => failed_at(words!("verb-open-the-store-at", "open the store `{store}`", store = location), error),
        }
    }
}
