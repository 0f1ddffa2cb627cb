//! The logs of a service: opens them, and knows which have lines for the store.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use egret_core::{ClaimToken, JobId};
use jiff::Timestamp;
use tokio::sync::Notify;

use super::file_writer::FileWriter;
use super::{ExecutionLog, LevelBound, LogFolder, LogLimits};

/// The logs of a service: opens them, and knows which have lines for the store.
#[derive(Debug)]
pub struct LogOutbox {
    folder: Option<LogFolder>,
    limits: LogLimits,
    bound: LevelBound,
    writer: FileWriter,
    /// Logs with lines for the store. Guarded for a few instructions at a time.
    changed: Mutex<Vec<Arc<ExecutionLog>>>,
    filled: Notify,
}

impl LogOutbox {
    /// Logs with files below the folder, which need not exist, or without files: then an attempt leaves only the lines
    /// that the store keeps.
    pub fn new(folder: Option<PathBuf>, limits: LogLimits) -> Arc<Self> {
        Self::bounded(folder, limits, LevelBound::default())
    }

    /// The same, for lines as the bound has them.
    pub fn bounded(folder: Option<PathBuf>, limits: LogLimits, bound: LevelBound) -> Arc<Self> {
        Arc::new(Self {
            folder: folder.map(LogFolder::new),
            limits,
            bound,
            writer: FileWriter::new(),
            changed: Mutex::default(),
            filled: Notify::new(),
        })
    }

    /// The log of a run that begins now. A run of the same attempt after a release appends to the same files.
    pub fn open(
        self: &Arc<Self>,
        job_id: &JobId,
        attempt: u32,
        token: ClaimToken,
        started_at: Timestamp,
    ) -> Arc<ExecutionLog> {
        Arc::new(ExecutionLog::new(Arc::clone(self), job_id, attempt, token, started_at))
    }

    /// Waits until a log has lines for the store. May return once for nothing.
    ///
    /// # Cancel safety
    /// Nothing is lost when the future is dropped.
    pub async fn changed(&self) {
        loop {
            let filled = self.filled.notified();
            if !self.lock().is_empty() {
                return;
            }
            filled.await;
        }
    }

    /// The logs that got lines for the store since the last call. The lines of runs that have ended meanwhile went with
    /// their end.
    pub fn take_changed(&self) -> Vec<Arc<ExecutionLog>> {
        std::mem::take(&mut *self.lock())
    }

    /// Has the log files of a job removed, after everything that was written before.
    pub fn remove(&self, job: &JobId) {
        if let Some(folder) = &self.folder {
            self.writer.remove(folder.clone(), job.clone());
        }
    }

    /// What all files of attempts take, in bytes. Reads the whole folder.
    pub fn bytes(&self) -> u64 {
        self.folder.as_ref().map_or(0, LogFolder::bytes)
    }

    /// What the files of one job take, in bytes.
    pub fn bytes_of(&self, job: &JobId) -> u64 {
        self.folder.as_ref().map_or(0, |folder| folder.bytes_of(job))
    }

    /// Returns when every line that was written so far is in its file, or after `longest`.
    pub async fn flush(&self, longest: Duration) {
        // A disk that hangs must not keep the service from leaving.
        let _ = tokio::time::timeout(longest, self.writer.idle()).await;
    }

    pub(super) fn announce(&self, log: Arc<ExecutionLog>) {
        let mut changed = self.lock();
        changed.push(log);
        let is_first = changed.len() == 1;
        drop(changed);
        if is_first {
            self.filled.notify_one();
        }
    }

    pub(super) fn folder(&self) -> Option<&LogFolder> {
        self.folder.as_ref()
    }

    pub(super) fn bound(&self) -> &LevelBound {
        &self.bound
    }

    pub(super) fn limits(&self) -> &LogLimits {
        &self.limits
    }

    pub(super) fn writer(&self) -> &FileWriter {
        &self.writer
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Arc<ExecutionLog>>> {
        self.changed.lock().expect("nothing panics while the changed logs are locked")
    }
}
