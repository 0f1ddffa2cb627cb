//! The log of one run.

use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock};
use std::time::Duration;

use egret_core::{ClaimToken, JobId, LogLine, LogSource, Note};
use jiff::Timestamp;
use tokio::sync::Notify;

use super::LogFile;
use super::attempt_files::AttemptFiles;
use super::head::Head;
use super::level::takes;
use super::outbox::LogOutbox;
use super::pending::Pending;
use super::text_line::{format_line, pieces};
use crate::config::LogLevel;

tokio::task_local! {
    static CURRENT: Arc<ExecutionLog>;
}

/// Bytes that may wait for the writer; who adds to more waits.
const MAX_PENDING: usize = 1 << 20;
/// Bytes from which the writer is asked to hurry.
const HURRY: usize = MAX_PENDING / 4;
/// One in so many bytes may be a program's output as lines; the rest is for the bytes as they are.
const PROGRAM_TEXT_SHARE: u64 = 4;
/// How long code that logs waits for a disk that does not keep up, before its lines are dropped instead.
const LONGEST_STALL: Duration = Duration::from_millis(50);
/// How long the end of a program waits for a disk that does not keep up.
const LONGEST_FLUSH: Duration = Duration::from_secs(5);

/// The log of one run of a job. Costs next to nothing until the first line.
///
/// Made by [`LogOutbox::open`]. Lines may come from any thread at any time, also after the run has ended: then they go to
/// the file only.
#[derive(Debug)]
pub struct ExecutionLog {
    job_id: JobId,
    attempt: u32,
    token: ClaimToken,
    started_at: Timestamp,
    outbox: Arc<LogOutbox>,
    /// Made when the first line comes: most runs have none.
    files: OnceLock<Option<AttemptFiles>>,
    /// Bounds this log instead of the bound of all logs of the service.
    own_level: OnceLock<LogLevel>,
    /// Nothing that comes now is kept anywhere; looked at before a line is even formatted.
    is_full: AtomicBool,
    /// Guarded while bytes are copied, never while a file is written.
    state: Mutex<State>,
    /// The writer has taken what waited: for threads, and for tasks.
    drained: Condvar,
    written: Notify,
}

#[derive(Debug, Default)]
struct State {
    head: Head,
    pending: Pending,
    /// Bytes in the files and on their way there.
    used: u64,
    /// The part of it that is lines of a program.
    used_by_program_text: u64,
    is_spent: bool,
    /// Files cannot be written.
    is_broken: bool,
    /// The sizes of the files have been added to `used`.
    is_sized: bool,
    /// The writer knows that something waits.
    is_queued: bool,
    /// The disk did not keep up; nobody waits for it again before it does.
    is_stalled: bool,
    n_dropped: u64,
    n_appended: u64,
    n_written: u64,
}

impl ExecutionLog {
    pub(super) fn new(
        outbox: Arc<LogOutbox>,
        job_id: &JobId,
        attempt: u32,
        token: ClaimToken,
        started_at: Timestamp,
    ) -> Self {
        Self {
            job_id: job_id.clone(),
            attempt,
            token,
            started_at,
            outbox,
            files: OnceLock::new(),
            own_level: OnceLock::new(),
            is_full: AtomicBool::new(false),
            state: Mutex::default(),
            drained: Condvar::new(),
            written: Notify::new(),
        }
    }

    /// The log of the job in whose task the caller runs.
    pub fn current() -> Option<Arc<Self>> {
        CURRENT.try_with(Arc::clone).ok()
    }

    /// Runs a job so that what its task writes through `tracing` comes here. Tasks that it spawns are found by the
    /// spans that they are instrumented with.
    ///
    /// Returns when what was written is in the files, so that whoever learns of the end of the run finds all of it there;
    /// this also keeps jobs that log from getting ahead of the disk.
    pub async fn scope<F: Future>(self: Arc<Self>, job: F) -> F::Output {
        let output = CURRENT.scope(Arc::clone(&self), job).await;
        self.flush().await;
        output
    }

    /// The job.
    pub fn job_id(&self) -> &JobId {
        &self.job_id
    }

    /// The attempt, from 1.
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// The claim under which the run was made.
    pub fn token(&self) -> ClaimToken {
        self.token
    }

    /// Bounds this log by a level of its own, that of the job's class. The first call counts.
    pub fn bound_by(&self, level: LogLevel) {
        let _ = self.own_level.set(level);
    }

    /// Whether lines from the source are severe enough for this log. Output of programs always is.
    pub fn takes(&self, source: LogSource) -> bool {
        let level = self.own_level.get().copied().unwrap_or_else(|| self.outbox.bound().get());
        takes(level, source)
    }

    /// Whether nothing more is kept, so that there is no use in formatting a line.
    pub fn is_full(&self) -> bool {
        self.is_full.load(Ordering::Relaxed)
    }

    /// Adds a text, one line or several. Waits at most 50 ms for a disk that does not keep up; then lines are dropped
    /// and counted.
    pub fn line(self: &Arc<Self>, source: LogSource, text: &str) {
        if self.is_full() {
            return;
        }
        let at = Timestamp::now();
        let mut effects = Effects::default();
        let mut state = self.wait_for_room();
        for piece in pieces(text) {
            if state.pending.len() >= MAX_PENDING {
                state.n_dropped += 1;
                continue;
            }
            self.keep(&mut state, LogLine { at, source, text: piece.to_owned() }, &mut effects);
        }
        self.conclude(state, effects);
    }

    /// Lines for the store since the last call, as a note under the claim; `None` when there are none.
    pub fn note(&self) -> Option<Note> {
        let log_lines = self.take_lines();
        (!log_lines.is_empty()).then(|| Note {
            token: self.token,
            started_at: self.started_at,
            progress: None,
            checkpoint: None,
            log_lines,
        })
    }

    /// Lines for the store since the last call.
    pub fn take_lines(&self) -> Vec<LogLine> {
        self.lock().head.take()
    }

    /// Puts lines back that the store could not take now.
    pub fn put_back(&self, lines: Vec<LogLine>) {
        self.lock().head.put_back(lines);
    }

    /// Ends the run: answers the lines that the store does not have yet. What comes later goes to the file only.
    pub fn close(&self) -> Vec<LogLine> {
        self.lock().head.close()
    }

    /// Returns when everything that has been written so far is in the files, or after 5 s.
    pub async fn flush(&self) {
        let target = {
            let state = self.lock();
            if state.n_written == state.n_appended {
                return;
            }
            state.n_appended
        };
        self.outbox.writer().hurry();
        let flushed = self.wait_until(|state| state.n_written >= target);
        // A disk that hangs must not keep the job from ending; the bytes are still on their way.
        let _ = tokio::time::timeout(LONGEST_FLUSH, flushed).await;
    }

    /// Adds output of a program: its bytes, and the lines in them. Waits for the disk without blocking the thread.
    pub(super) async fn output(self: &Arc<Self>, source: LogSource, bytes: &[u8], lines: Vec<String>) {
        if self.is_full() {
            return;
        }
        self.wait_until(|state| state.pending.len() < MAX_PENDING).await;
        let at = Timestamp::now();
        let mut effects = Effects::default();
        let mut state = self.lock();
        if let Some(file) = LogFile::of(source).filter(|_| self.keeps_files(&state)) {
            state.pending.of(file).extend_from_slice(bytes);
            self.charge(&mut state, bytes.len(), &mut effects);
        }
        for text in lines {
            self.keep(&mut state, LogLine { at, source, text }, &mut effects);
        }
        self.conclude(state, effects);
    }

    /// Adds one line to what goes to the file and, if it is one of the first, to what goes to the store.
    fn keep(&self, state: &mut State, line: LogLine, effects: &mut Effects) {
        if self.is_full() {
            return;
        }
        let is_of_program = LogFile::of(line.source).is_some();
        if self.keeps_files(state) && !(is_of_program && self.has_text_enough(state)) {
            let before = state.pending.text.len();
            format_line(&line, &mut state.pending.text);
            let added = state.pending.text.len() - before;
            self.charge(state, added, effects);
            if is_of_program {
                self.charge_text(state, added, effects);
            }
        }
        effects.announce |= state.head.push(line, self.outbox.limits());
        if !self.keeps_files(state) && state.head.is_full(self.outbox.limits()) {
            self.is_full.store(true, Ordering::Relaxed);
        }
    }

    /// The files of the attempt; `None` where it can have none.
    fn files(&self) -> Option<&AttemptFiles> {
        let make = || {
            let folder = self.outbox.folder()?.job(&self.job_id)?;
            Some(AttemptFiles::new(folder, self.attempt))
        };
        self.files.get_or_init(make).as_ref()
    }

    fn keeps_files(&self, state: &State) -> bool {
        self.files().is_some() && !state.is_broken && !state.is_spent
    }

    /// Counts bytes against the cap. What crosses it is still kept, then one line says that nothing more is.
    fn charge(&self, state: &mut State, n_bytes: usize, effects: &mut Effects) {
        state.used += n_bytes as u64;
        state.n_appended += n_bytes as u64;
        let cap = self.outbox.limits().attempt_bytes;
        if state.used <= cap || state.is_spent {
            return;
        }
        state.is_spent = true;
        self.is_full.store(true, Ordering::Relaxed);
        self.remark(state, format!("{CAP_REMARK}: its files hold {cap} bytes"), effects);
    }

    /// Lines are longer than the bytes they show; most of the room is for those, which exist nowhere else.
    fn has_text_enough(&self, state: &State) -> bool {
        state.used_by_program_text > self.outbox.limits().attempt_bytes / PROGRAM_TEXT_SHARE
    }

    fn charge_text(&self, state: &mut State, n_bytes: usize, effects: &mut Effects) {
        state.used_by_program_text += n_bytes as u64;
        if self.has_text_enough(state) && !state.is_spent {
            self.remark(state, "further output is kept byte for byte only, not as lines".to_owned(), effects);
        }
    }

    /// Adds a line about the log itself, to the file and to the store, whatever the limits.
    fn remark(&self, state: &mut State, text: String, effects: &mut Effects) {
        let line = LogLine { at: Timestamp::now(), source: LogSource::Warn, text };
        if self.files().is_some() && !state.is_broken {
            let before = state.pending.text.len();
            format_line(&line, &mut state.pending.text);
            state.n_appended += (state.pending.text.len() - before) as u64;
        }
        effects.announce |= state.head.force(line);
    }

    /// Gives the lock free and tells whom it concerns.
    fn conclude(self: &Arc<Self>, mut state: MutexGuard<'_, State>, effects: Effects) {
        let n_pending = state.pending.len();
        let is_new = n_pending > 0 && !std::mem::replace(&mut state.is_queued, n_pending > 0);
        drop(state);
        if effects.announce {
            self.outbox.announce(Arc::clone(self));
        }
        if is_new {
            self.outbox.writer().drain(Arc::clone(self));
        }
        if n_pending >= HURRY {
            self.outbox.writer().hurry();
        }
    }

    /// The state, once the writer has made room in it, or when it takes too long.
    fn wait_for_room(&self) -> MutexGuard<'_, State> {
        let state = self.lock();
        if state.pending.len() < MAX_PENDING || state.is_stalled {
            return state;
        }
        let (mut state, waited) = self
            .drained
            .wait_timeout_while(state, LONGEST_STALL, |state| state.pending.len() >= MAX_PENDING)
            .expect(NO_PANIC);
        state.is_stalled |= waited.timed_out();
        state
    }

    async fn wait_until(&self, is_so: impl Fn(&State) -> bool) {
        loop {
            let written = self.written.notified();
            tokio::pin!(written);
            // Registered before the look, so that no notice falls in between.
            written.as_mut().enable();
            if is_so(&self.lock()) {
                return;
            }
            written.await;
        }
    }

    /// Writes what waits into the files. Called by the writer's thread only.
    pub(super) fn drain(self: &Arc<Self>) {
        let Some(files) = self.files() else { return };
        let pending = self.take_pending(files);
        let result = files.append(&pending);
        if let Err(error) = &result {
            tracing::warn!(path = %files.path(LogFile::Text).display(), %error, "failed to write the log of an attempt");
        }
        let mut effects = Effects::default();
        let mut state = self.lock();
        state.n_written += pending.len() as u64;
        state.is_stalled = false;
        if let Err(error) = result {
            state.is_broken = true;
            let path = files.path(LogFile::Text);
            self.remark(&mut state, format!("failed to write the log `{}`: {error}", path.display()), &mut effects);
        }
        let n_dropped = std::mem::take(&mut state.n_dropped);
        if n_dropped > 0 {
            let lines = if n_dropped == 1 { "line" } else { "lines" };
            self.remark(&mut state, format!("{n_dropped} {lines} dropped: the disk did not keep up"), &mut effects);
        }
        self.conclude(state, effects);
        self.written.notify_waiters();
    }

    /// Takes what waits for the files; nothing of it where they cannot or must not grow.
    fn take_pending(&self, files: &AttemptFiles) -> Pending {
        let mut state = self.lock();
        if !std::mem::replace(&mut state.is_sized, true) {
            let left_before = files.size();
            state.used += left_before;
            if left_before > self.outbox.limits().attempt_bytes {
                // An earlier run of the attempt reached the cap and said so.
                state.is_spent = true;
                self.is_full.store(true, Ordering::Relaxed);
                state.n_written += std::mem::take(&mut state.pending).len() as u64;
            }
        }
        if state.is_broken {
            state.n_written += std::mem::take(&mut state.pending).len() as u64;
        }
        state.is_queued = false;
        let pending = std::mem::take(&mut state.pending);
        self.drained.notify_all();
        pending
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect(NO_PANIC)
    }
}

/// How the line begins that says that the cap was reached.
pub(super) const CAP_REMARK: &str = "nothing more of this attempt is kept";
const NO_PANIC: &str = "nothing panics while a log is locked";

/// What is to be done once the lock is free.
#[derive(Debug, Default)]
struct Effects {
    /// Lines wait for the store.
    announce: bool,
}
