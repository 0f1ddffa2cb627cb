//! A task that runs, as its code sees it.

use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use egret_core::{
    Applied, Backend, CloseTask, LogLine, LogSource, MAX_TASK_LINES, TaskEnding, TaskHold, TaskNote, TaskNoted,
};
use jiff::Timestamp;
use tokio_util::sync::{CancellationToken, WaitForCancellationFuture};

use super::{InterruptCause, Interrupted};
use crate::error::chain;

/// Counts are saved when they pass a multiple of this (SHIRASAGI 1.21.0, `app/models/concerns/ss/model/task.rb`,
/// `log_buffer`).
const COUNTS_A_SAVE: u64 = 50;
/// And at least this often, so that an interrupt is noticed and the progress is seen.
const SAVE_EVERY: Duration = Duration::from_secs(1);

/// A task that runs, as its code sees it. Clones are the same task, for further tasks of the runtime.
#[derive(Clone, Debug)]
pub struct RunningTask {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    backend: Arc<dyn Backend>,
    name: String,
    hold: TaskHold,
    /// Fires when the task must not go on.
    cancellation: CancellationToken,
    /// What is not saved yet. Guarded for a few instructions at a time.
    state: Mutex<State>,
    /// One save at a time, in order.
    saving: tokio::sync::Mutex<()>,
}

#[derive(Debug)]
struct State {
    current_count: u64,
    total_count: u64,
    lines: Vec<LogLine>,
    /// Lines so far, kept or not.
    n_lines: u64,
    /// Lines since the last save that the store would only count.
    n_unkept: u64,
    saved_at: Instant,
    cause: Option<InterruptCause>,
}

impl RunningTask {
    pub(super) fn new(
        backend: Arc<dyn Backend>,
        name: String,
        hold: TaskHold,
        cancellation: CancellationToken,
    ) -> Self {
        let state = State {
            current_count: 0,
            total_count: 0,
            lines: Vec::new(),
            n_lines: 0,
            n_unkept: 0,
            saved_at: Instant::now(),
            cause: None,
        };
        let saving = tokio::sync::Mutex::new(());
        let inner = Inner { backend, name, hold, cancellation, state: Mutex::new(state), saving };
        let task = Self { inner: Arc::new(inner) };
        if hold.is_interrupt_asked {
            task.must_end(InterruptCause::Asked);
        }
        task
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.inner.name
    }

    /// The number of the run, from 1, under which its log lines are kept.
    pub fn log_sequence(&self) -> u64 {
        self.inner.hold.log_sequence
    }

    /// Says how many steps there are. Seen by others with the next save.
    pub fn total(&self, total_count: u64) {
        self.state().total_count = total_count;
    }

    /// Counts `n` steps as done. The count is saved when it passes a multiple of 50 and at least every second; then an
    /// interrupt is noticed.
    ///
    /// A store that cannot be reached stops nobody: what could not be saved is saved the next time.
    ///
    /// # Errors
    /// The task must not go on.
    pub async fn count(&self, n: u64) -> Result<(), Interrupted> {
        let is_due = {
            let mut state = self.state();
            let before = state.current_count;
            state.current_count = before.saturating_add(n);
            state.current_count / COUNTS_A_SAVE != before / COUNTS_A_SAVE || state.saved_at.elapsed() >= SAVE_EVERY
        };
        if is_due {
            self.save().await;
        }
        self.check()
    }

    /// Steps done.
    pub fn current_count(&self) -> u64 {
        self.state().current_count
    }

    /// Writes a line into the log of the run, and as an event of `tracing` at the level info; in a job into the job's log as
    /// well.
    pub fn log(&self, message: impl fmt::Display) {
        let text = message.to_string();
        crate::execution_log::job_line(&text);
        let at = Timestamp::now();
        let mut state = self.state();
        for piece in text.lines() {
            state.n_lines += 1;
            if state.n_lines > MAX_TASK_LINES {
                state.n_unkept += 1;
            } else {
                state.lines.push(LogLine { at, source: LogSource::Info, text: piece.to_owned() });
            }
        }
    }

    /// Whether the task must not go on, as far as is known: it is asked with each save.
    pub fn is_interrupted(&self) -> bool {
        self.inner.cancellation.is_cancelled()
    }

    /// Answers whether the task may go on.
    ///
    /// # Errors
    /// It may not.
    pub fn check(&self) -> Result<(), Interrupted> {
        match self.is_interrupted() {
            true => Err(Interrupted { cause: self.cause().unwrap_or(InterruptCause::JobCancelled) }),
            false => Ok(()),
        }
    }

    /// Waits until the task must not go on.
    ///
    /// # Cancel safety
    /// Nothing is lost when the future is dropped.
    pub fn interrupted(&self) -> WaitForCancellationFuture<'_> {
        self.inner.cancellation.cancelled()
    }

    /// Saves counts and log lines now, and notices an interrupt.
    pub async fn save(&self) {
        let _in_order = self.inner.saving.lock().await;
        let note = self.note();
        let n_lines = note.log_lines.len();
        let n_unkept = note.n_unkept;
        match self.inner.backend.note_task(note).await {
            Ok(noted) => {
                self.saved(n_lines, n_unkept);
                match noted {
                    TaskNoted::GoOn => {}
                    TaskNoted::InterruptAsked => self.must_end(InterruptCause::Asked),
                    TaskNoted::Stale => self.must_end(InterruptCause::TakenAway),
                }
            }
            Err(error) => {
                // The next save tries again; not at once, since a store in trouble needs no more callers.
                self.state().saved_at = Instant::now();
                tracing::warn!(task = self.name(), error = %chain(&error), "failed to save the progress of a task");
            }
        }
    }

    /// Why the task must not go on, if somebody said so. `None` also when only its job is cancelled.
    pub(super) fn cause(&self) -> Option<InterruptCause> {
        self.state().cause
    }

    pub(super) fn cancellation(&self) -> &CancellationToken {
        &self.inner.cancellation
    }

    /// Saves every second for as long as the body runs, and gives what the body gives.
    pub(super) async fn alongside<T>(&self, body: impl Future<Output = T>) -> T {
        tokio::pin!(body);
        loop {
            tokio::select! {
                biased;
                output = &mut body => return output,
                () = tokio::time::sleep(SAVE_EVERY) => {}
            }
            let save = self.save();
            tokio::pin!(save);
            tokio::select! {
                biased;
                output = &mut body => {
                    // Not dropped half-way, or lines would be written twice.
                    save.await;
                    return output;
                }
                () = &mut save => {}
            }
        }
    }

    /// Gives the task up with what is not saved yet. A failure is said, not given back: the task is then free as soon as its
    /// owner ends, and shows that it was not closed.
    pub(super) async fn close(&self, ending: TaskEnding) {
        let _in_order = self.inner.saving.lock().await;
        match self.inner.backend.close_task(CloseTask { note: self.note(), ending }).await {
            Ok(Applied::Done) => {}
            Ok(Applied::Stale) => {
                self.must_end(InterruptCause::TakenAway);
                tracing::warn!(task = self.name(), "the task was taken away before it ended; its end is not written");
            }
            Err(error) => tracing::warn!(task = self.name(), error = %chain(&error), "failed to close a task"),
        }
    }

    /// Lets go of the task without waiting for the store.
    pub(super) fn abandon(&self) {
        self.inner.backend.abandon_task(self.inner.hold.token);
    }

    fn note(&self) -> TaskNote {
        let state = self.state();
        TaskNote {
            token: self.inner.hold.token,
            current_count: state.current_count,
            total_count: state.total_count,
            log_lines: state.lines.clone(),
            n_unkept: state.n_unkept,
        }
    }

    fn saved(&self, n_lines: usize, n_unkept: u64) {
        let mut state = self.state();
        state.lines.drain(..n_lines);
        state.n_unkept -= n_unkept;
        state.saved_at = Instant::now();
    }

    fn must_end(&self, cause: InterruptCause) {
        self.state().cause.get_or_insert(cause);
        self.inner.cancellation.cancel();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.inner.state.lock().expect("nothing panics while the progress is locked")
    }
}
