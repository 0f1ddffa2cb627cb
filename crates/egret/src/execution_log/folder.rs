//! Where the files of attempts are: `<folder>/<job id>/<attempt>.log`, `.stdout` and `.stderr`.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use egret_core::{JobId, LogSource};

use super::log::CAP_REMARK;
use super::text_line::parse_line;

/// Longest name of a job's folder; file systems allow 255 bytes.
const MAX_NAME: usize = 200;
/// More than the line takes that tells of the cap.
const LONGEST_REMARK: u64 = 512;

/// The folder in which processes of this machine keep the files of attempts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogFolder {
    root: PathBuf,
}

/// One of the files of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LogFile {
    /// All lines as text; see [`parse_line`](super::parse_line).
    Text,
    /// What a program wrote to its standard output, byte for byte.
    Stdout,
    /// What a program wrote to its standard error, byte for byte.
    Stderr,
}

impl LogFile {
    /// How the name of the file ends.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Text => "log",
            Self::Stdout => "stdout",
            Self::Stderr => "stderr",
        }
    }

    /// The raw file of a program's stream; `None` for lines that come from `tracing`.
    pub(super) const fn of(source: LogSource) -> Option<Self> {
        match source {
            LogSource::Stdout => Some(Self::Stdout),
            LogSource::Stderr => Some(Self::Stderr),
            _ => None,
        }
    }
}

impl LogFolder {
    /// The folder; it need not exist.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The folder of one job. `None` for ids that are too long for a file name: such jobs have no files.
    ///
    /// An id of another system can hold anything, so that bytes which mean something in a path are written as `%2F`.
    pub fn job(&self, job: &JobId) -> Option<PathBuf> {
        folder_name(job.as_str()).map(|name| self.root.join(name))
    }

    /// The path of one file of an attempt, whether or not it exists.
    pub fn file(&self, job: &JobId, attempt: u32, file: LogFile) -> Option<PathBuf> {
        self.job(job).map(|folder| folder.join(format!("{attempt}.{}", file.extension())))
    }

    /// The attempts of a job that left a file, in order.
    ///
    /// # Errors
    /// The folder exists and cannot be read.
    pub fn attempts(&self, job: &JobId) -> io::Result<Vec<u32>> {
        let Some(folder) = self.job(job) else { return Ok(Vec::new()) };
        let entries = match std::fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut attempts = Vec::new();
        for entry in entries {
            let name = entry?.file_name();
            attempts.extend(name.to_str().and_then(|name| name.split('.').next()?.parse::<u32>().ok()));
        }
        attempts.sort_unstable();
        attempts.dedup();
        Ok(attempts)
    }

    /// The line that says that an attempt's log reached the cap, so that its files are not whole. `None` when they are.
    ///
    /// # Errors
    /// The log exists and cannot be read.
    pub fn cap_remark(&self, job: &JobId, attempt: u32) -> io::Result<Option<String>> {
        let Some(path) = self.file(job, attempt, LogFile::Text) else { return Ok(None) };
        let mut file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        // It is the last line.
        let size = file.metadata()?.len();
        file.seek(SeekFrom::Start(size.saturating_sub(LONGEST_REMARK)))?;
        let mut end = Vec::new();
        file.take(LONGEST_REMARK).read_to_end(&mut end)?;
        let last = end.trim_ascii_end().rsplit(|byte| *byte == b'\n').next().and_then(parse_line);
        Ok(last
            .filter(|line| line.source == LogSource::Warn && line.text.starts_with(CAP_REMARK))
            .map(|line| line.text))
    }

    /// What all files of attempts take, in bytes. What cannot be read counts as nothing.
    pub fn bytes(&self) -> u64 {
        let jobs = std::fs::read_dir(&self.root).into_iter().flatten();
        jobs.filter_map(Result::ok).map(|job| bytes_in(&job.path())).sum()
    }

    /// What the files of one job take, in bytes.
    pub fn bytes_of(&self, job: &JobId) -> u64 {
        self.job(job).map_or(0, |folder| bytes_in(&folder))
    }

    /// Removes every file of a job. Nothing happens when there is none.
    ///
    /// # Errors
    /// The folder exists and cannot be removed.
    pub fn remove(&self, job: &JobId) -> io::Result<()> {
        let Some(folder) = self.job(job) else { return Ok(()) };
        match std::fs::remove_dir_all(folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

fn bytes_in(folder: &Path) -> u64 {
    let files = std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    files.filter_map(|file| file.metadata().ok()).map(|metadata| metadata.len()).sum()
}

/// A name in which every byte but letters, digits, `-`, `_` and inner dots is escaped, so that two ids never share a
/// folder and none leads out of it.
fn folder_name(id: &str) -> Option<String> {
    let mut name = String::with_capacity(id.len());
    for (index, byte) in id.bytes().enumerate() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => name.push(char::from(byte)),
            b'.' if index > 0 => name.push('.'),
            _ => name.push_str(&format!("%{byte:02X}")),
        }
    }
    // A lone `%` stands for the empty id; every other one is followed by two digits.
    let name = if name.is_empty() { "%".to_owned() } else { name };
    (name.len() <= MAX_NAME).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_any_kind_stay_in_the_folder() {
        let folder = LogFolder::new("/logs");
        for (id, name) in [
            ("0195-ab_C.d", "0195-ab_C.d"),
            ("..", "%2E."),
            (".", "%2E"),
            ("", "%"),
            ("../../etc", "%2E.%2F..%2Fetc"),
            ("%2E", "%252E"),
            ("鷺", "%E9%B7%BA"),
        ] {
            assert_eq!(folder.job(&JobId::from(id)), Some(PathBuf::from("/logs").join(name)), "{id}");
        }
        assert_eq!(folder.job(&JobId::from("x".repeat(201))), None);
    }

    #[test]
    fn lists_attempts_and_removes_them() {
        let root = tempfile::tempdir().unwrap();
        let folder = LogFolder::new(root.path());
        let job = JobId::generate();
        assert!(folder.attempts(&job).unwrap().is_empty());
        std::fs::create_dir(folder.job(&job).unwrap()).unwrap();
        for (attempt, file) in [(10, LogFile::Text), (2, LogFile::Text), (2, LogFile::Stdout)] {
            std::fs::write(folder.file(&job, attempt, file).unwrap(), "").unwrap();
        }
        assert_eq!(folder.attempts(&job).unwrap(), [2, 10]);
        std::fs::write(folder.file(&job, 2, LogFile::Text).unwrap(), "four").unwrap();
        assert_eq!((folder.bytes(), folder.bytes_of(&job), folder.bytes_of(&JobId::generate())), (4, 4, 0));
        folder.remove(&job).unwrap();
        assert!(!folder.job(&job).unwrap().exists());
        folder.remove(&job).unwrap();
    }
}
