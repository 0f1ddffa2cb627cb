//! The one thread that writes files of attempts, so that no job and no loop of the service waits for a disk.

use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread;
use std::time::Duration;

use egret_core::JobId;
use tokio::sync::Notify;

use super::{ExecutionLog, LogFolder};

/// How long lines may gather before they are written.
const GATHER: Duration = Duration::from_millis(40);

/// The hands of the writer's thread, which starts with the first line and sleeps while there is none.
#[derive(Debug)]
pub(super) struct FileWriter {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    queue: Mutex<Queue>,
    filled: Condvar,
    idle: Notify,
}

/// Guarded for a few instructions at a time.
#[derive(Debug, Default)]
struct Queue {
    work: Vec<Work>,
    is_urgent: bool,
    is_busy: bool,
    has_thread: bool,
    is_closed: bool,
}

#[derive(Debug)]
enum Work {
    Drain(Arc<ExecutionLog>),
    Remove(LogFolder, JobId),
}

impl FileWriter {
    pub(super) fn new() -> Self {
        Self { shared: Arc::default() }
    }

    /// Has what waits in a log written.
    pub(super) fn drain(&self, log: Arc<ExecutionLog>) {
        self.add(Work::Drain(log));
    }

    /// Has the files of a job removed.
    pub(super) fn remove(&self, folder: LogFolder, job: JobId) {
        self.add(Work::Remove(folder, job));
    }

    /// Has what waits written at once.
    pub(super) fn hurry(&self) {
        let mut queue = self.shared.lock();
        if !queue.work.is_empty() && !std::mem::replace(&mut queue.is_urgent, true) {
            self.shared.filled.notify_one();
        }
    }

    /// Returns when nothing waits.
    pub(super) async fn idle(&self) {
        loop {
            let idle = self.shared.idle.notified();
            tokio::pin!(idle);
            // Registered before the look, so that no notice falls in between.
            idle.as_mut().enable();
            {
                let queue = self.shared.lock();
                if queue.work.is_empty() && !queue.is_busy {
                    return;
                }
            }
            self.hurry();
            idle.await;
        }
    }

    fn add(&self, work: Work) {
        let mut queue = self.shared.lock();
        queue.work.push(work);
        if queue.work.len() == 1 {
            self.shared.filled.notify_one();
        }
        if !queue.has_thread {
            let shared = Arc::clone(&self.shared);
            let spawned = thread::Builder::new().name("egret-log-files".to_owned()).spawn(move || shared.write());
            // Without a thread now, the next line tries again; each log's memory stays bounded meanwhile.
            queue.has_thread = spawned.is_ok();
        }
    }
}

impl Drop for FileWriter {
    /// The thread writes what waits, then it ends.
    fn drop(&mut self) {
        self.shared.lock().is_closed = true;
        self.shared.filled.notify_one();
    }
}

impl Shared {
    fn write(&self) {
        while let Some(works) = self.next() {
            for work in works {
                match work {
                    Work::Drain(log) => log.drain(),
                    Work::Remove(folder, job) => remove(&folder, &job),
                }
            }
            self.lock().is_busy = false;
            self.idle.notify_waiters();
        }
    }

    /// Waits for work and lets it gather a little; `None` at the end.
    fn next(&self) -> Option<Vec<Work>> {
        let queue = self.lock();
        let queue = self.filled.wait_while(queue, |queue| queue.work.is_empty() && !queue.is_closed).expect(NO_PANIC);
        let (mut queue, _) = self
            .filled
            .wait_timeout_while(queue, GATHER, |queue| !queue.is_urgent && !queue.is_closed)
            .expect(NO_PANIC);
        queue.is_urgent = false;
        if queue.work.is_empty() {
            return None;
        }
        queue.is_busy = true;
        Some(std::mem::take(&mut queue.work))
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().expect(NO_PANIC)
    }
}

const NO_PANIC: &str = "nothing panics while the writer's queue is locked";

fn remove(folder: &LogFolder, job: &JobId) {
    if let Err(error) = folder.remove(job) {
        tracing::warn!(job_id = %job, %error, "failed to remove the log files of a job");
    }
}
