//! What a worker writes down, in a file of its own: one line an event, each written at once, so that it outlives a kill.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use egret_core::{ClaimedJob, JobId};

/// One thing that a worker did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// The worker is known to the store, for the first time or anew.
    Registered,
    /// A job begins; the store knows it already.
    Started(JobId),
    /// Its work is done; the store does not know it yet.
    Ended(JobId),
    /// Its finish was applied.
    Finished(JobId),
    /// Its finish was refused.
    Stale(JobId),
}

impl Event {
    fn write(&self) -> String {
        match self {
            Self::Registered => "registered\n".to_owned(),
            Self::Started(id) => format!("started {id}\n"),
            Self::Ended(id) => format!("ended {id}\n"),
            Self::Finished(id) => format!("finished {id}\n"),
            Self::Stale(id) => format!("stale {id}\n"),
        }
    }

    fn read(line: &str) -> Self {
        match line.split_once(' ') {
            None if line == "registered" => Self::Registered,
            Some(("started", id)) => Self::Started(JobId::from(id)),
            Some(("ended", id)) => Self::Ended(JobId::from(id)),
            Some(("finished", id)) => Self::Finished(JobId::from(id)),
            Some(("stale", id)) => Self::Stale(JobId::from(id)),
            _ => panic!("`{line}` is no line of a journal"),
        }
    }
}

/// The writing end.
#[derive(Debug)]
pub(super) struct Journal(File);

impl Journal {
    pub(super) fn open(path: &Path) -> Self {
        Self(OpenOptions::new().create(true).append(true).open(path).expect("a worker can write its journal"))
    }

    pub(super) fn write(&self, event: Event) {
        (&self.0).write_all(event.write().as_bytes()).expect("a worker can write its journal");
    }

    pub(super) fn started(&self, job: &ClaimedJob) {
        self.write(Event::Started(job.id.clone()));
    }
}

/// The reading end, which remembers how far it has read.
#[derive(Debug)]
pub(super) struct Reader {
    path: PathBuf,
    file: Option<File>,
    /// The beginning of a line whose end is not there yet.
    rest: String,
}

impl Reader {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, file: None, rest: String::new() }
    }

    /// Events that were written since the last call.
    pub(super) fn read(&mut self) -> Vec<Event> {
        if self.file.is_none() {
            self.file = File::open(&self.path).ok();
        }
        let Some(file) = &mut self.file else { return Vec::new() };
        file.read_to_string(&mut self.rest).expect("a journal can be read");
        let complete = self.rest.rfind('\n').map_or(0, |end| end + 1);
        let lines: String = self.rest.drain(..complete).collect();
        lines.lines().map(Event::read).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_was_written_and_waits_for_the_end_of_a_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let mut reader = Reader::new(path.clone());
        assert_eq!(reader.read(), []);
        let journal = Journal::open(&path);
        let id = JobId::from("a job");
        journal.write(Event::Registered);
        journal.write(Event::Started(id.clone()));
        assert_eq!(reader.read(), [Event::Registered, Event::Started(id.clone())]);
        (&journal.0).write_all(b"sta").unwrap();
        assert_eq!(reader.read(), []);
        (&journal.0).write_all(b"le a job\n").unwrap();
        assert_eq!(reader.read(), [Event::Stale(id)]);
    }
}
