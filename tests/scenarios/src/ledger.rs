//! What the jobs of an application wrote.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard};

use crate::patience::{holds, wait_for};

/// The file into which jobs write. Only what is new is read.
#[derive(Debug)]
pub struct Ledger {
    path: PathBuf,
    /// Guards what was read so far.
    read: Mutex<Read>,
}

#[derive(Debug, Default)]
struct Read {
    n_bytes: u64,
    entries: Vec<Entry>,
}

/// One line of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// `begin` or `done`.
    pub word: String,
    /// The job.
    pub job: String,
    /// The process in which it ran.
    pub pid: u32,
    /// When, in microseconds since the epoch.
    pub at: u64,
}

impl Ledger {
    /// The file; it need not exist yet.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), read: Mutex::default() }
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// All lines so far.
    pub fn entries(&self) -> Vec<Entry> {
        self.read().entries.clone()
    }

    /// The lines of a job with the word.
    pub fn of(&self, word: &str, job: &str) -> Vec<Entry> {
        self.read().entries.iter().filter(|entry| entry.word == word && entry.job == job).cloned().collect()
    }

    /// How many lines have the word.
    pub fn count(&self, word: &str) -> usize {
        self.read().entries.iter().filter(|entry| entry.word == word).count()
    }

    /// How often each job wrote the word.
    pub fn counts_by_job(&self, word: &str) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for entry in self.read().entries.iter().filter(|entry| entry.word == word) {
            *counts.entry(entry.job.clone()).or_default() += 1;
        }
        counts
    }

    /// Waits for the `n`th line of the job with the word (from 1).
    pub fn wait_for_nth(&self, n: usize, word: &str, job: &str) -> Entry {
        wait_for(&format!("line {n} `{word}` of the job {job}"), || {
            self.of(word, job).get(n - 1).cloned().ok_or_else(|| format!("{:?}", self.tail()))
        })
    }

    /// Waits for the first line of the job with the word.
    pub fn wait_for(&self, word: &str, job: &str) -> Entry {
        self.wait_for_nth(1, word, job)
    }

    /// Waits until so many lines have the word.
    pub fn wait_for_count(&self, n: usize, word: &str) {
        wait_for(&format!("{n} lines `{word}`"), || {
            let count = self.count(word);
            holds(count >= n, || format!("{count} lines"))
        });
    }

    fn tail(&self) -> Vec<Entry> {
        let read = self.read();
        read.entries.iter().rev().take(5).rev().cloned().collect()
    }

    /// Reads what was added. A line that is not whole yet is left for the next time.
    fn read(&self) -> MutexGuard<'_, Read> {
        let mut read = self.read.lock().unwrap();
        let Ok(mut file) = File::open(&self.path) else { return read };
        file.seek(SeekFrom::Start(read.n_bytes)).unwrap();
        let mut lines = BufReader::new(file);
        let mut line = String::new();
        while lines.read_line(&mut line).unwrap() > 0 && line.ends_with('\n') {
            read.n_bytes += line.len() as u64;
            read.entries.push(Entry::parse(&line));
            line.clear();
        }
        read
    }
}

impl Entry {
    fn parse(line: &str) -> Self {
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        let [word, job, pid, at] = words[..] else { panic!("a line of another form: {line:?}") };
        Self { word: word.to_owned(), job: job.to_owned(), pid: pid.parse().unwrap(), at: at.parse().unwrap() }
    }
}
