//! A worker process: the smallest loop over the seam that keeps all of its rules.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use egret_core::{
    Applied, Backend, ClaimRequest, ClaimedJob, ErrorKind, Finish, JobData, Leave, Outcome, ProcessIdentity, Result,
    Selection, ServiceInfo, ServiceMode, Timestamp, Timing,
};
use rustix::process::{Signal, set_parent_process_death_signal};

use super::claims::Life;
use super::heart::{self, PresentLife, present};
use super::journal::{Event, Journal};

/// The folder of the store; set, it makes the test binary a worker.
pub(super) const FOLDER_VARIABLE: &str = "EGRET_CRASH_FOLDER";
/// The file of the worker's journal.
pub(super) const JOURNAL_VARIABLE: &str = "EGRET_CRASH_JOURNAL";
/// The lease in milliseconds.
pub(super) const LEASE_VARIABLE: &str = "EGRET_CRASH_LEASE";
/// A file in the folder whose being there stops the workers.
pub(super) const STOP_FILE: &str = "stop";
/// Name of the workers as services.
pub(super) const SERVICE: &str = "crash:service";
/// The queue of the jobs.
pub(super) const QUEUE: &str = "crash";

/// Jobs taken at once: the later ones are claimed and have not begun while the first runs.
const N_CLAIMED: usize = 4;

/// Works until told to stop, if this process was started as a worker; else returns at once.
///
/// # Panics
/// When the store fails in a way that it must not.
pub fn worker_main<O>(open: O)
where
    O: AsyncFn(PathBuf, Timing) -> Result<Arc<dyn Backend>>,
{
    let Some(folder) = std::env::var_os(FOLDER_VARIABLE).map(PathBuf::from) else { return };
    // No worker outlives its harness, however that ends.
    set_parent_process_death_signal(Some(Signal::KILL)).expect("a process can ask to end with its parent");
    let timing = Timing::with_lease(lease());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a worker needs a timer");
    runtime.block_on(async {
        let store = open(folder.clone(), timing).await.expect("the store opens beside other processes");
        Worker::new(store, timing, folder).await.work().await;
    });
}

fn lease() -> Duration {
    let text = std::env::var(LEASE_VARIABLE).expect("the harness tells the lease");
    Duration::from_millis(text.parse().expect("the lease is a number"))
}

struct Worker {
    store: Arc<dyn Backend>,
    timing: Timing,
    folder: PathBuf,
    journal: Journal,
    selection: Arc<Selection>,
    life: PresentLife,
    rescued_at: Instant,
}

impl Worker {
    async fn new(store: Arc<dyn Backend>, timing: Timing, folder: PathBuf) -> Self {
        let journal = PathBuf::from(std::env::var_os(JOURNAL_VARIABLE).expect("the harness names the journal"));
        let journal = Journal::open(&journal);
        let selection = Arc::new(Selection::strict([QUEUE]));
        let life = Arc::new(Mutex::new(Arc::new(register(&*store, &selection).await)));
        journal.write(Event::Registered);
        heart::start(store.clone(), timing, life.clone());
        Self { store, timing, folder, journal, selection, life, rescued_at: Instant::now() }
    }

    async fn work(mut self) {
        while !self.folder.join(STOP_FILE).exists() {
            let life = present(&self.life);
            if life.is_over() {
                self.begin_anew(&life).await;
                continue;
            }
            self.rescue_now_and_then().await;
            let claimed = self.claim(&life).await;
            if claimed.is_empty() {
                self.store.wait(self.timing.beat).await;
            }
            for job in claimed {
                self.perform(&life, &job).await;
            }
        }
        let life = present(&self.life);
        self.store.leave(life.service, Leave::Always).await.expect("a worker can leave");
    }

    /// Looks after the others twice a lease.
    async fn rescue_now_and_then(&mut self) {
        if self.rescued_at.elapsed() >= self.timing.lease / 2 {
            self.rescued_at = Instant::now();
            tolerate(self.store.rescue().await);
        }
    }

    async fn claim(&self, life: &Life) -> Vec<ClaimedJob> {
        let (service, selection) = (life.service, self.selection.clone());
        let request = ClaimRequest { service, selection, limit: N_CLAIMED, max_interrupted: 1 };
        match self.store.claim(request).await {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                life.end();
                Vec::new()
            }
            answer => tolerate(answer).unwrap_or_default(),
        }
    }

    /// Runs one job and ends it, unless it was lost before it began.
    async fn perform(&self, life: &Life, job: &ClaimedJob) {
        if life.is_lost(job.token) {
            return;
        }
        self.store.mark_started(job.token);
        life.set_running(Some(job.token));
        let started_at = Timestamp::now();
        self.journal.started(job);
        self.do_the_work(life, job).await;
        self.journal.write(Event::Ended(job.id.clone()));
        self.store.mark_ended(job.token);
        life.set_running(None);
        self.finish(life, job, started_at).await;
    }

    async fn do_the_work(&self, life: &Life, job: &ClaimedJob) {
        let until = Instant::now() + duration_of(job.payload.job().expect("payloads of this run can be read"));
        while Instant::now() < until && !life.is_lost(job.token) {
            let left = until.saturating_duration_since(Instant::now());
            tokio::time::sleep(left.min(Duration::from_millis(1))).await;
        }
    }

    /// Ends the claim, also one that is lost: a careless owner, whose write must be refused.
    async fn finish(&self, life: &Life, job: &ClaimedJob, started_at: Timestamp) {
        loop {
            let outcome = Outcome::Completed { value: None };
            let finish = Finish::new(job.token, outcome, Some(started_at), Timestamp::now());
            if let Some(applied) = tolerate(self.store.finish(vec![finish]).await) {
                let is_applied = applied == [Applied::Done];
                let event = if is_applied { Event::Finished } else { Event::Stale };
                self.journal.write(event(job.id.clone()));
                if !is_applied {
                    // Somebody took this worker for dead: the next look at the store tells.
                    life.end();
                }
                return;
            }
        }
    }

    /// Gives up all that the old life held and goes on under a new name.
    async fn begin_anew(&self, old: &Life) {
        tolerate(self.store.leave(old.service, Leave::Always).await);
        let life = Arc::new(register(&*self.store, &self.selection).await);
        *self.life.lock().expect("nobody panics while holding the present life") = life;
        self.journal.write(Event::Registered);
    }
}

async fn register(store: &dyn Backend, selection: &Arc<Selection>) -> Life {
    loop {
        let info = ServiceInfo {
            name: SERVICE.to_owned(),
            process: ProcessIdentity::current(),
            mode: ServiceMode::Service,
            selection: selection.clone(),
            concurrency: 1,
            start_right: None,
            max_services: None,
        };
        if let Some(service) = tolerate(store.register(info).await) {
            return Life::new(service);
        }
    }
}

/// A store may be out of reach for a while, for example when a frozen process holds it; anything else is a fault.
fn tolerate<T>(answer: Result<T>) -> Option<T> {
    match answer {
        Ok(answer) => Some(answer),
        Err(error) if error.is_temporary() => None,
        Err(error) => panic!("the store failed: {error:?}"),
    }
}

/// How long a job of this run takes: its only argument, in milliseconds.
fn duration_of(data: &JobData) -> Duration {
    let [milliseconds]: [u64; 1] = serde_json::from_str(data.arguments.get()).expect("the argument is a number");
    Duration::from_millis(milliseconds)
}
