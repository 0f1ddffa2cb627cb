//! One crash run, from the first job to the verdict.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use egret_core::{Backend, EnqueueRequest, Enqueued, JobData, JobFilter, JobId, NewJob, Origin, Page, Result, Timing};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::value::to_raw_value;

use super::blows::Blows;
use super::fleet::Fleet;
use super::ledger::Ledger;
use super::plan::Plan;
use super::verdict;
use super::worker::QUEUE;

/// Runs the crash suite on a fresh store.
///
/// `open` opens the one store of a folder; `entry` is the path of the test, its crate included, that calls
/// [`worker_main`](super::worker_main).
///
/// # Panics
/// When anything was lost, and when the run is void.
pub fn run<O>(plan: &Plan, open: O, entry: &str)
where
    O: AsyncFn(PathBuf, Timing) -> Result<Arc<dyn Backend>>,
{
    crate::seed::announce(plan.seed);
    let started = Instant::now();
    let folder = tempfile::tempdir().expect("a test can make a folder");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let runtime = runtime.expect("the system gives a test a thread");
    let mut random = StdRng::seed_from_u64(plan.seed);
    let store = runtime.block_on(open(folder.path().to_owned(), plan.timing)).expect("a fresh store opens");
    let mut ids = runtime.block_on(enqueue(&*store, plan.n_jobs, &mut random));
    let mut extra = StdRng::seed_from_u64(random.random());

    let mut ledger = Ledger::default();
    let mut fleet = Fleet::start(plan, folder.path(), entry);
    let mut blows = Blows::new(random);
    let mut progress = Progress { n_finished: 0, at: Instant::now() };
    loop {
        let n_left = runtime.block_on(n_left(&*store));
        if n_left < FEW_LEFT && !blows.are_enough(plan) && ids.len() < plan.n_jobs * 2 {
            // On a machine that stalls, blows miss: the run goes on for up to twice the jobs until enough have hit.
            ids.extend(runtime.block_on(enqueue(&*store, (plan.n_jobs / 20).max(1), &mut extra)));
        } else if n_left == 0 {
            break;
        }
        let look_again_at = Instant::now() + LOOK_INTERVAL;
        while Instant::now() < look_again_at {
            fleet.tend(&mut ledger);
            blows.strike(plan, &mut fleet, &mut ledger);
            std::thread::sleep(Duration::from_millis(1));
        }
        progress.look(plan, &ledger, || runtime.block_on(what_is_left(&*store)));
    }
    fleet.stop(&mut ledger);
    verdict::report(&blows, &ledger, started.elapsed());
    runtime.block_on(verdict::judge(&*store, &ids, &ledger));
    verdict::refuse_if_void(plan, &blows, &ledger);
}

/// So few jobs keep the workers busy for a moment only.
const FEW_LEFT: u64 = 30;

/// Between two looks at what the store has left.
const LOOK_INTERVAL: Duration = Duration::from_millis(100);

/// Jobs that have not ended; more than none while the store cannot be asked.
async fn n_left(store: &dyn Backend) -> u64 {
    match store.counts().await {
        Ok(counts) => counts.live(),
        Err(error) if error.is_temporary() => u64::MAX,
        Err(error) => panic!("the store failed: {error:?}"),
    }
}

/// Some of the jobs that have not ended, and who is there to run them.
async fn what_is_left(store: &dyn Backend) -> String {
    let jobs = store.inspect(&JobFilter::all(), &Page::first(10_000)).await.map(|jobs| jobs.items).unwrap_or_default();
    let left: Vec<_> = jobs.iter().filter(|job| !job.state.is_terminal()).take(5).collect();
    format!("left are {left:#?} beside {:#?}", store.services().await)
}

/// When a job last ended.
struct Progress {
    n_finished: usize,
    at: Instant,
}

impl Progress {
    fn look(&mut self, plan: &Plan, ledger: &Ledger, what_is_left: impl FnOnce() -> String) {
        if ledger.n_finished > self.n_finished {
            *self = Self { n_finished: ledger.n_finished, at: Instant::now() };
        }
        let silence = self.at.elapsed();
        assert!(
            silence < plan.patience,
            "jobs are left that nobody finishes: {} finishes of {} jobs, the last of them {silence:.1?} ago; {}",
            ledger.n_finished,
            plan.n_jobs,
            what_is_left()
        );
    }
}

async fn enqueue(store: &dyn Backend, n_jobs: usize, random: &mut StdRng) -> Vec<JobId> {
    let mut ids = Vec::with_capacity(n_jobs);
    while ids.len() < n_jobs {
        let n_next = (n_jobs - ids.len()).min(500);
        let jobs = (0..n_next).map(|_| NewJob::new(job_of(random.random_range(0..=20)), Origin::Application)).collect();
        let reply = store.enqueue(EnqueueRequest { jobs, start: None }).await.expect("an enqueue is answered");
        ids.extend(reply.outcomes.into_iter().map(|outcome| match outcome {
            Enqueued::Stored(id) => id,
            other => panic!("a fresh job is stored: {other:?}"),
        }));
    }
    ids
}

/// A job that takes so long.
fn job_of(milliseconds: u64) -> JobData {
    let mut data = JobData::new("CrashJob");
    data.queue_name = Some(QUEUE.to_owned());
    data.arguments = to_raw_value(&[milliseconds]).expect("a number is JSON");
    data
}
