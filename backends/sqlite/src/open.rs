//! Opening a store.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use egret_core::{Error, ErrorKind, ProcessIdentity, Result, StoreVersion};
use rusqlite::{Connection, ErrorCode};

use crate::backend::SqliteBackend;
use crate::capabilities::capabilities;
use crate::checkpoint::Checkpointer;
use crate::connection::open_writer;
use crate::damage::{Watch, refuse_damaged};
use crate::error::{failed, failed_io, no_database};
use crate::folder::{Folder, make_folder};
use crate::log_sync::LogSync;
use crate::look::look;
use crate::migrate::{migrate, newer, store_id, versions};
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
    /// a folder or file that cannot be written, a file that is no database, or tables of a newer version.
    pub fn open(options: SqliteOptions) -> Result<Arc<Self>> {
        check_library(rusqlite::version_number(), rusqlite::version())?;
        let path = resolve(&options.path)?;
        let folder = Folder::beside(&path);
        refuse_damaged(&folder)?;
        refuse_foreign(&folder)?;
        folder.make()?;
        check_file_system(folder.root())?;
        let mut turnstile = Turnstile::open(folder.root())?;
        let (connection, version, store_id) = {
            let _turn = turnstile.enter();
            open_database(&path)?
        };
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
    let failed = |error| failed_io(format!("`{}` cannot be the path of a store", path.display()), error);
    let path = std::path::absolute(path).map_err(failed)?;
    if let Ok(existing) = path.canonicalize() {
        return match existing.is_file() {
            true => Ok(existing),
            false => Err(no_file(&existing)),
        };
    }
    let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
        return Err(Error::new(ErrorKind::InvalidInput, format!("`{}` is not the path of a file", path.display())));
    };
    make_folder(parent)?;
    Ok(parent.canonicalize().map_err(failed)?.join(name))
}

/// A folder or a device. Nothing is made beside it.
fn no_file(path: &Path) -> Error {
    let message = format!(
        "`{}` is not a file, as a store is; name one by `EGRET_URL` or `url` in config/job.yml, such as \
         `sqlite:var/egret.db`",
        path.display()
    );
    Error::new(ErrorKind::Refused, message)
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

fn open_database(path: &Path) -> Result<(Connection, StoreVersion, String)> {
    let location = path.display().to_string();
    let refused = |error| not_opened(&location, error);
    let mut connection = open_writer(path).map_err(refused)?;
    let mode: String = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0)).map_err(refused)?;
    if !mode.eq_ignore_ascii_case("wal") {
        let message = format!("the store `{location}` cannot use a write-ahead log here (SQLite answers `{mode}`)");
        return Err(Error::new(ErrorKind::Refused, message));
    }
    let version = migrate(&mut connection, &location)?;
    let store_id = store_id(&connection).map_err(refused)?;
    Ok((connection, version, store_id))
}

fn not_opened(location: &str, error: rusqlite::Error) -> Error {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => no_database(location, error),
        _ => failed(&format!("open the store `{location}`"), error),
    }
}
