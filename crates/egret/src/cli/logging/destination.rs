//! Where lines go.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use tracing::Level;

use super::super::Failure;
use crate::language::Sentence;

/// Names device and inode of the stream to the journal (systemd.exec(5), "Environment Variables Set or Propagated").
const JOURNAL_STREAM: &str = "JOURNAL_STREAM";

/// Where lines go. Clones are one and the same.
#[derive(Clone, Debug)]
pub(super) enum Destination {
    /// Standard error.
    Stderr,
    /// Standard error, which is a stream to the journal: it knows the time itself and takes priorities before lines.
    Journal,
    /// The end of a file.
    File(Arc<LogFile>),
}

#[derive(Debug)]
pub(super) struct LogFile {
    path: PathBuf,
    /// Guarded while one line is written.
    file: Mutex<File>,
}

impl Destination {
    /// The file if there is one, else standard error.
    ///
    /// # Errors
    /// The file cannot be opened.
    pub(super) fn open(path: Option<&Path>) -> Result<Self, Failure> {
        let Some(path) = path else {
            return Ok(if stderr_is_journal() { Self::Journal } else { Self::Stderr });
        };
        let file = open(path).map_err(|error| unopened(path, &error))?;
        Ok(Self::File(Arc::new(LogFile { path: path.to_owned(), file: Mutex::new(file) })))
    }

    /// Opens the file anew, after somebody has moved it away; nothing happens where there is none.
    ///
    /// # Errors
    /// It cannot be opened; then lines go on into the old one.
    pub(super) fn reopen(&self) -> io::Result<()> {
        if let Self::File(log) = self {
            *log.file.lock().expect("nothing panics while a line is written") = open(&log.path)?;
        }
        Ok(())
    }

    /// Writes one entry, which may be of several lines. That it cannot be written is no reason to fail.
    pub(super) fn write(&self, level: Level, entry: &str) {
        let _ = match self {
            Self::Stderr => io::stderr().lock().write_all(entry.as_bytes()),
            Self::Journal => io::stderr().lock().write_all(with_priorities(level, entry).as_bytes()),
            Self::File(log) => {
                log.file.lock().expect("nothing panics while a line is written").write_all(entry.as_bytes())
            }
        };
    }

    /// Whether whatever takes the lines adds the time itself.
    pub(super) fn knows_the_time(&self) -> bool {
        matches!(self, Self::Journal)
    }

    pub(super) fn is_file(&self) -> bool {
        matches!(self, Self::File(_))
    }
}

fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().create(true).append(true).open(path)
}

fn stderr_is_journal() -> bool {
    let Ok(stat) = rustix::fs::fstat(io::stderr()) else { return false };
    std::env::var(JOURNAL_STREAM).is_ok_and(|stream| names(&stream, stat.st_dev, stat.st_ino))
}

/// Whether the variable names the file.
fn names(stream: &str, device: u64, inode: u64) -> bool {
    let parse = |text: &str| text.parse::<u64>().ok();
    stream.split_once(':').is_some_and(|(first, second)| parse(first) == Some(device) && parse(second) == Some(inode))
}

/// The entry with the priority before each line (sd-daemon(3)).
fn with_priorities(level: Level, entry: &str) -> String {
    let priority = match level {
        Level::ERROR => 3,
        Level::WARN => 4,
        Level::INFO => 6,
        Level::DEBUG | Level::TRACE => 7,
    };
    entry.lines().map(|line| format!("<{priority}>{line}\n")).collect()
}

fn unopened(path: &Path, error: &std::io::Error) -> Failure {
    let message = Sentence::new("cli-unopened").with("path", path.display().to_string());
    Failure::new(message.with("error", error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_journal_is_told_by_device_and_inode() {
        assert!(names("8:4711", 8, 4711));
        for other in ["8:4712", "9:4711", "8", "", "8:x", "8:4711:1"] {
            assert!(!names(other, 8, 4711), "{other}");
        }
    }

    #[test]
    fn every_line_for_the_journal_has_a_priority() {
        assert_eq!(with_priorities(Level::ERROR, "one\n  two\n"), "<3>one\n<3>  two\n");
        assert_eq!(with_priorities(Level::TRACE, "one\n"), "<7>one\n");
    }

    #[test]
    fn a_file_is_opened_anew_after_its_rotation() {
        let folder = tempfile::tempdir().unwrap();
        let (path, old) = (folder.path().join("log"), folder.path().join("log.1"));
        let destination = Destination::open(Some(&path)).unwrap();
        destination.write(Level::INFO, "one\n");
        std::fs::rename(&path, &old).unwrap();
        destination.write(Level::INFO, "two\n");
        destination.reopen().unwrap();
        destination.write(Level::INFO, "three\n");
        assert_eq!(std::fs::read_to_string(&old).unwrap(), "one\ntwo\n");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "three\n");
    }
}
