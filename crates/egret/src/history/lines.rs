//! Where the lines of an attempt are: all of them in its file, on the machine that ran it; the first in the store.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader};
use std::path::PathBuf;

use egret_core::{JobId, LogLine, LogQuery, Words, words};
use serde::{Serialize, Serializer};

use crate::execution_log::{LogFile, LogFolder, parse_line};
use crate::{App, Error};

/// Lines asked of the store at once.
const BATCH: usize = 1_000;

/// The lines of one attempt.
#[derive(Debug)]
#[non_exhaustive]
pub enum Lines {
    /// All of them, in a file, however many.
    File(PathBuf),
    /// The first ones, from the store.
    Head(Vec<LogLine>),
}

impl Lines {
    /// Finds the lines.
    ///
    /// # Errors
    /// The store fails.
    pub async fn of(app: &App, job: &JobId, attempt: u32) -> Result<Self, Error> {
        match file(app, job, attempt).filter(|path| path.is_file()) {
            Some(path) => Ok(Self::File(path)),
            None => Ok(Self::Head(head(app, job, attempt).await?)),
        }
    }

    /// The first `limit` lines, and whether there are more.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn first(&self, limit: usize) -> Result<(Vec<LogLine>, bool), Error> {
        match self {
            Self::File(path) => {
                let failed = |error| unreadable(path, error);
                let mut lines = read(path).map_err(failed)?;
                let first: io::Result<Vec<LogLine>> = lines.by_ref().take(limit).collect();
                Ok((first.map_err(failed)?, lines.next().is_some()))
            }
            Self::Head(lines) => Ok((lines.iter().take(limit).cloned().collect(), lines.len() > limit)),
        }
    }

    /// Hands each line over, first to last.
    ///
    /// # Errors
    /// The file cannot be read, or whoever takes a line refuses it.
    pub fn for_each<E: From<Error>>(&self, mut take: impl FnMut(&LogLine) -> Result<(), E>) -> Result<(), E> {
        match self {
            Self::File(path) => {
                for line in read(path).map_err(|error| unreadable(path, error))? {
                    take(&line.map_err(|error| unreadable(path, error))?)?;
                }
                Ok(())
            }
            Self::Head(lines) => lines.iter().try_for_each(take),
        }
    }
}

/// As a list, read line by line.
impl Serialize for Lines {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::File(path) => {
                let lines = read(path).map_err(serde::ser::Error::custom)?;
                serializer.collect_seq(lines.map_while(Result::ok))
            }
            Self::Head(lines) => lines.serialize(serializer),
        }
    }
}

/// The file with all lines of an attempt, whether or not it exists; `None` for ids that are too long for a file.
pub fn file(app: &App, job: &JobId, attempt: u32) -> Option<PathBuf> {
    LogFolder::new(app.log_folder()).file(job, attempt, LogFile::Text)
}

/// The attempts of a job that left a file on this machine.
///
/// # Errors
/// The folder cannot be read.
pub fn attempts(app: &App, job: &JobId) -> Result<Vec<u32>, Error> {
    let folder = LogFolder::new(app.log_folder());
    folder.attempts(job).map_err(|error| {
        let verb = words!("verb-look-for-logs-of", "look for logs of `{job}`", job = job);
        Error::io(Words::failed(verb), error)
    })
}

/// All lines of an attempt that the store holds.
async fn head(app: &App, job: &JobId, attempt: u32) -> Result<Vec<LogLine>, Error> {
    let mut lines = Vec::new();
    if !app.backend().capabilities().notes {
        return Ok(lines);
    }
    loop {
        let after = lines.len() as u64;
        let query = LogQuery { job_id: job.clone(), attempt, after, limit: BATCH };
        let excerpt = app.backend().log_lines(&query).await?;
        let is_last = excerpt.lines.len() < BATCH;
        lines.extend(excerpt.lines);
        if is_last {
            return Ok(lines);
        }
    }
}

fn read(path: &PathBuf) -> io::Result<impl Iterator<Item = io::Result<LogLine>>> {
    let lines = BufReader::new(File::open(path)?).split(b'\n');
    Ok(lines.filter_map(|line| line.map(|line| parse_line(&line)).transpose()))
}

fn unreadable(path: &std::path::Path, error: io::Error) -> Error {
    let verb = words!("verb-read-file", "read `{path}`", path = path.display());
    Error::io(Words::failed(verb), error)
}
