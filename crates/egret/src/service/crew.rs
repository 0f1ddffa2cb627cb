//! The crew: the workers of a service, and the threads on which jobs run.

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
    /// One, and another one for each time that the concurrency grew beyond all threads so far.
    runtimes: Vec<Runtime>,
    n_threads: usize,
}

impl Crew {
    /// As many workers as the options ask for.
    ///
    /// # Errors
    /// When the system gives no threads.
    pub(super) fn new(engine: &Arc<Engine>) -> Result<Self, Error> {
        let mut crew = Self { workers: JoinSet::new(), runtimes: Vec::new(), n_threads: 0 };
        crew.resize(engine)?;
        Ok(crew)
    }

    /// Hires workers if the concurrency grew. If it shrank, those that are too many end after the job that they perform.
    ///
    /// # Errors
    /// When the system gives no threads; then the workers there are go on.
    pub(super) fn resize(&mut self, engine: &Arc<Engine>) -> Result<(), Error> {
        let concurrency = engine.options().concurrency.max(1);
        let n_missing_threads = concurrency.min(MOST_THREADS).saturating_sub(self.n_threads);
        if n_missing_threads > 0 {
            self.runtimes.push(job_runtime(n_missing_threads)?);
            self.n_threads += n_missing_threads;
        }
        let runtime = self.runtimes.last().expect("a crew begins with at least one worker");
        for _ in 0..engine.hand.hire(concurrency) {
            self.workers.spawn_on(worker::work(Arc::clone(engine)), runtime.handle());
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

fn job_runtime(n_threads: usize) -> Result<Runtime, Error> {
    Builder::new_multi_thread()
        .worker_threads(n_threads)
        .thread_name("egret-job")
        .enable_all()
        .build()
        .map_err(|error| Error::io("failed to make the job runtime", error))
}
