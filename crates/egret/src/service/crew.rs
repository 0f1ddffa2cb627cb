//! The crew: the workers of a service, and the threads on which jobs run. Both begin with the first job, so that a service
//! without jobs is small and starts quickly.

use std::sync::Arc;

use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;

use super::engine::Engine;
use super::worker;
use crate::Error;

/// Threads for jobs: one each while that is few, so that jobs that block do not wait for each other.
const MOST_THREADS: usize = 32;

/// The workers of a service, and the threads on which jobs run.
#[derive(Debug)]
pub(super) struct Crew {
    workers: JoinSet<()>,
    /// Hired workers that have not begun.
    n_waiting: usize,
    is_at_work: bool,
    /// One, and another one for each time that the concurrency grew beyond all threads so far.
    runtimes: Vec<Runtime>,
    n_threads: usize,
}

impl Crew {
    /// As many workers as the options ask for; they have still to begin.
    pub(super) fn new(engine: &Engine) -> Self {
        let n_waiting = engine.hand.hire(concurrency(engine));
        Self { workers: JoinSet::new(), n_waiting, is_at_work: false, runtimes: Vec::new(), n_threads: 0 }
    }

    /// Hires workers if the concurrency grew. If it shrank, those that are too many end after the job that they perform.
    ///
    /// # Errors
    /// When the system gives no threads; then the workers there are go on.
    pub(super) fn resize(&mut self, engine: &Arc<Engine>) -> Result<(), Error> {
        if self.is_at_work {
            self.add_threads(concurrency(engine))?;
        }
        self.n_waiting += engine.hand.hire(concurrency(engine));
        if self.is_at_work { self.begin(engine) } else { Ok(()) }
    }

    /// Has the workers begin, the first time; there is a job for them.
    ///
    /// # Errors
    /// When the system gives no threads.
    pub(super) fn begin(&mut self, engine: &Arc<Engine>) -> Result<(), Error> {
        if self.n_waiting == 0 {
            return Ok(());
        }
        self.add_threads(concurrency(engine))?;
        let runtime = self.runtimes.last().expect("a crew begins with at least one worker");
        for _ in 0..std::mem::take(&mut self.n_waiting) {
            self.workers.spawn_on(worker::work(Arc::clone(engine)), runtime.handle());
        }
        self.is_at_work = true;
        Ok(())
    }

    fn add_threads(&mut self, concurrency: usize) -> Result<(), Error> {
        let n_missing = concurrency.min(MOST_THREADS).saturating_sub(self.n_threads);
        if n_missing > 0 {
            self.runtimes.push(job_runtime(n_missing)?);
            self.n_threads += n_missing;
        }
        Ok(())
    }

    pub(super) fn workers(&mut self) -> &mut JoinSet<()> {
        &mut self.workers
    }

    /// Leaves threads behind that a job still blocks.
    pub(super) fn dismiss(self) {
        self.runtimes.into_iter().for_each(Runtime::shutdown_background);
    }
}

fn concurrency(engine: &Engine) -> usize {
    engine.options().concurrency.max(1)
}

fn job_runtime(n_threads: usize) -> Result<Runtime, Error> {
    Builder::new_multi_thread()
        .worker_threads(n_threads)
        .thread_name("egret-job")
        .enable_all()
        .build()
        .map_err(|error| Error::io("failed to make the job runtime", error))
}
