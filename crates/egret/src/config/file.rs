//! Reads one file.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

use super::error::Problem;
use super::value::{Origin, Value};
use super::{ruby, yaml};
use crate::language::Sentence;

/// A configuration is a few kilobytes; this much is a mistake or an attack.
const LARGEST_FILE: u64 = 1 << 20;

/// The content of `path`; `None` if there is no such file, or if it could not be read, which is then noted. What Ruby
/// would read differently goes to the remarks.
pub(super) fn read(path: &Path, problems: &mut Vec<Problem>, remarks: &mut Vec<Problem>) -> Option<Value> {
    let shared: Arc<Path> = Arc::from(path);
    let origin = |line| Origin::File { path: Arc::clone(&shared), line };
    let text = match text(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
        Err(error) => {
            problems.push(Problem::new(&origin(0), unreadable(&error)));
            return None;
        }
    };
    remarks.extend(ruby::remarks(&text, &origin));
    match yaml::parse(&text, &origin) {
        Ok(value) => Some(value),
        Err(malformed) => {
            problems.push(malformed.problem(&origin));
            None
        }
    }
}

pub(super) fn unreadable(error: &io::Error) -> Sentence {
    Sentence::new("config-unreadable").with("reason", error.to_string())
}

/// The text of a file of a size that a configuration can have.
pub(super) fn text(path: &Path) -> io::Result<String> {
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    if metadata.len() > LARGEST_FILE {
        return Err(io::Error::other(format!("it is larger than {LARGEST_FILE} bytes")));
    }
    fs::read_to_string(path)
}
