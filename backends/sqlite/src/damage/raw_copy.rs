//! Copying the pages of a database without SQLite, when SQLite does not even begin: its first page is destroyed, or the file
//! is too short.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use super::log_pages::LogPages;

/// Where the header tells whether there is a log: 2 in both bytes ("Database File Format", section 1.3.3).
const FORMAT_VERSIONS: u64 = 18;

/// Databases that were opened here. Closing one would take away the locks that SQLite has on the same file in this process,
/// so none is ever closed; there is at most one for each store that was destroyed.
static OPENED: Mutex<Vec<File>> = Mutex::new(Vec::new());

/// Copies the file, and over it what is committed in the log beside it. Nobody may write to either.
pub(super) fn copy_raw(database: &Path, log: &Path, target: &Path) -> io::Result<()> {
    let source = File::open(database)?;
    let copied = copy(&source, log, target);
    OPENED.lock().unwrap_or_else(PoisonError::into_inner).push(source);
    copied
}

fn copy(source: &File, log: &Path, target: &Path) -> io::Result<()> {
    let target = OpenOptions::new().read(true).write(true).open(target)?;
    let length = source.metadata()?.len();
    let mut buffer = vec![0; 1 << 16];
    let mut place = 0;
    while place < length {
        let n_bytes = source.read_at(&mut buffer, place)?;
        if n_bytes == 0 {
            break;
        }
        target.write_all_at(&buffer[..n_bytes], place)?;
        place += n_bytes as u64;
    }
    match File::open(log) {
        Ok(log) => copy_commits(&log, &target)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    forget_log(&target)
}

/// The copy has no log: what was committed is in it.
fn forget_log(target: &File) -> io::Result<()> {
    let mut versions = [0; 2];
    let is_there = target.read_exact_at(&mut versions, FORMAT_VERSIONS).is_ok();
    if is_there && versions == [2, 2] { target.write_all_at(&[1, 1], FORMAT_VERSIONS) } else { Ok(()) }
}

fn copy_commits(log: &File, target: &File) -> io::Result<()> {
    let Some(pages) = LogPages::read(log)? else { return Ok(()) };
    let mut page = vec![0; pages.page_bytes];
    for (number, place) in pages.places.range(1..=pages.n_pages) {
        log.read_exact_at(&mut page, *place)?;
        target.write_all_at(&page, u64::from(number - 1) * pages.page_bytes as u64)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;

    #[test]
    fn what_is_committed_in_the_log_is_copied_and_what_is_not_is_left_out() {
        for page_size in [512, 4096, 65_536] {
            let folder = tempfile::tempdir().unwrap();
            let (path, log) = (folder.path().join("egret.db"), folder.path().join("egret.db-wal"));
            let connection = Connection::open(&path).unwrap();
            let pragmas = format!(
                "PRAGMA page_size = {page_size}; PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0;
                 PRAGMA cache_size = 5; CREATE TABLE numbers (number INTEGER PRIMARY KEY, filling TEXT)"
            );
            connection.execute_batch(&pragmas).unwrap();
            let fill = |from: u32, to: u32| {
                for number in from..to {
                    let filling = "x".repeat(1_000);
                    connection.execute("INSERT INTO numbers VALUES (?1, ?2)", (number, filling)).unwrap();
                }
            };
            fill(0, 100);
            // An earlier round of the log lies behind the present one.
            connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(())).unwrap();
            fill(100, 120);
            let committed = std::fs::read(&log).unwrap();
            connection.execute_batch("BEGIN; UPDATE numbers SET filling = 'changed'").unwrap();
            fill(120, 1_200);
            assert!(std::fs::read(&log).unwrap() != committed, "the log has pages that are not committed");

            let target = folder.path().join("copy.db");
            File::create(&target).unwrap();
            copy_raw(&path, &log, &target).unwrap();
            let copy = Connection::open(&target).unwrap();
            let check: String = copy.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
            let sql = "SELECT count(*), total(length(filling)) FROM numbers";
            let found: (i64, f64) = copy.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
            assert_eq!((check.as_str(), found), ("ok", (120, 120_000.0)), "pages of {page_size} bytes");
        }
    }

    #[test]
    fn a_log_of_anything_else_is_passed_over() {
        for bytes in [vec![], vec![0; 31], vec![0x37; 9_000], vec![0; 9_000]] {
            let folder = tempfile::tempdir().unwrap();
            let log = folder.path().join("egret.db-wal");
            std::fs::write(&log, bytes).unwrap();
            assert!(LogPages::read(&File::open(&log).unwrap()).unwrap().is_none());
        }
    }
}
