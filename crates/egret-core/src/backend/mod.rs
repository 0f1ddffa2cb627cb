//! The seam: what a store plus a wire format must be able to do.
//!
//! The required surface is what no backend can do without; the rest has defaults that refuse with
//! [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported), and [`Capabilities`] says beforehand which do.

mod care;
mod claim;
mod enqueue;
mod executions;
mod filter;
mod finish;
mod inspect;
mod iteration;
mod queues;
mod search;
mod service;
mod standing;
mod statement;
mod task;

use std::fmt::Debug;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;

pub use care::*;
pub use claim::*;
pub use enqueue::*;
pub use executions::*;
pub use filter::*;
pub use finish::*;
pub use inspect::*;
pub use iteration::*;
pub use queues::*;
pub use service::*;
pub use standing::*;
pub use statement::*;
pub use task::*;

use crate::{Capabilities, ClaimToken, ControlStore, Error, Execution, JobId, JobRecord, JobState, Result, ServiceId};

/// A store plus a wire format.
///
/// Every method may be called from several tasks and threads at once. Futures can be dropped at any point: a write
/// whose future is dropped either happens whole or not at all, and a claim whose future is dropped is still owned by the
/// service (it comes back with the service's orders as running nowhere, or with its rescue).
#[async_trait]
pub trait Backend: Debug + Send + Sync {
    /// What it can do. The same for the life of the value.
    fn capabilities(&self) -> &Capabilities;

    /// The store's clock: the one by which jobs become due and leases end.
    async fn now(&self) -> Result<Timestamp>;

    /// Where the store is, for people; never a password.
    fn location(&self) -> String;

    /// The file that is the store, if it is one on this machine.
    fn local_file(&self) -> Option<PathBuf> {
        None
    }

    /// Where processes on this machine keep whole logs of attempts; `None`: the application's own folder.
    fn log_folder(&self) -> Option<PathBuf> {
        None
    }

    /// A file that a process guarding programs of the service locks (shared `flock`) for as long as a program may live.
    /// `None` where the store has no place on this machine. The store's rescue waits until nobody holds that lock, so
    /// that no program of a dead service still runs when its job runs again.
    fn guard_file(&self, _service: ServiceId) -> Option<PathBuf> {
        None
    }

    // --- jobs in

    /// Stores jobs in one atomic step and says what became of each.
    ///
    /// Jobs whose `scheduled_at` is at most the store's now are available at once.
    async fn enqueue(&self, request: EnqueueRequest) -> Result<EnqueueReply>;

    /// Statements that store jobs, in their order, once the application has executed them in a transaction of its own on the
    /// store's database: the jobs are there when it commits, and only then. Services see them at the latest when they next
    /// look, and at once when [`wake`](Self::wake) is called after the commit in a process that has one.
    ///
    /// Nothing is written by this call; it may be called from anywhere.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) where the store has no database that applications share;
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) when a job has no form in it.
    fn enqueue_statements(&self, _jobs: &[NewJob]) -> Result<Vec<Statement>> {
        Err(self.cannot("enqueue by statements of the application's own"))
    }

    // --- jobs out

    /// Takes up to `limit` due jobs in order: queues by the selection, then priority, then due time, then order of
    /// enqueue. Empty when there are none.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) when the service is not registered, or no longer.
    async fn claim(&self, request: ClaimRequest) -> Result<Vec<ClaimedJob>>;

    /// Ends claims. One answer a finish, in order; a stale one changes nothing, its follow-ups and ledger included.
    async fn finish(&self, finishes: Vec<Finish>) -> Result<Vec<Applied>>;

    /// Gives claims back, uncounted, to where they were. One answer each, in order.
    async fn release(&self, releases: Vec<Release>) -> Result<Vec<Applied>>;

    /// Writes progress, checkpoints and log lines under claims. One answer each, in order.
    async fn note(&self, _notes: Vec<Note>) -> Result<Vec<Applied>> {
        Err(self.cannot("note progress and log lines"))
    }

    /// How far the job of a claim had come, if it goes through elements; the default for one that has noted nothing. `None` when
    /// the claim is stale.
    async fn iteration(&self, _token: ClaimToken) -> Result<Option<Iteration>> {
        Err(self.cannot("keep how far jobs have come"))
    }

    /// Notes how far the job of a claim has come, and answers what is known then: somebody may have cancelled it. `None` when the
    /// claim is stale; then nothing is changed. What `iteration` says of a cancellation is not written.
    async fn note_iteration(&self, _token: ClaimToken, _iteration: Iteration) -> Result<Option<Iteration>> {
        Err(self.cannot("keep how far jobs have come"))
    }

    /// Forgets how far the job of a claim had come: it is done, or was cancelled.
    async fn end_iteration(&self, _token: ClaimToken) -> Result<Applied> {
        Err(self.cannot("keep how far jobs have come"))
    }

    /// Says that the job of a claim begins now, so that a death of the process counts against it. Must be cheap (about a
    /// microsecond), must survive `kill -9`, need not survive a power loss. Where the store has no such place, the next
    /// beat tells it.
    fn mark_started(&self, _token: ClaimToken) {}

    /// Says that the job of a claim no longer runs.
    fn mark_ended(&self, _token: ClaimToken) {}

    // --- services

    /// Makes a service known and alive, and takes over its right to start.
    async fn register(&self, info: ServiceInfo) -> Result<ServiceId>;

    /// Tells anew what a registered service claims (its `selection`) and how many jobs it runs at once. What else the
    /// information says stays as it was registered. A store that shows neither need not do anything.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound): the service is not registered.
    async fn present(&self, _service: ServiceId, _info: ServiceInfo) -> Result<()> {
        Ok(())
    }

    /// Shows that the service is alive, and answers what it has to do.
    async fn beat(&self, service: ServiceId, beat: Beat) -> Result<Orders>;

    /// Shows that the service is alive without waiting for the store, where that is possible (a file beside an embedded
    /// store); called between full beats. Answers false where only [`beat`](Self::beat) can.
    fn beat_locally(&self, _service: ServiceId) -> bool {
        false
    }

    /// Leaves. What the service still has claimed goes back, uncounted.
    async fn leave(&self, service: ServiceId, leave: Leave) -> Result<Left>;

    /// Gives back what dead services held. Safe to call from every process at any time.
    async fn rescue(&self) -> Result<RescueReport>;

    /// Every service that is known, the dead but unrescued included.
    async fn services(&self) -> Result<Vec<ServiceRecord>>;

    /// When services of each name came and went, and when each queue was last polled by one that is gone.
    async fn presence(&self) -> Result<Presence>;

    /// Orders a service of any host to be quiet, to claim again or to stop; it learns with its next beat. The latest order
    /// counts, except that nothing takes a stop back.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) when the service is not registered, or no longer.
    async fn order(&self, _service: ServiceId, _order: ServiceOrder) -> Result<()> {
        Err(self.cannot("give orders to services"))
    }

    // --- waiting

    /// When the next waiting job that is selected becomes due; a time that is past if one is due now.
    async fn due(&self, selection: &Selection) -> Result<Option<Timestamp>>;

    /// Returns at a hint that there may be work, or after `timeout`. Takes nothing; hints may come for nothing and may be
    /// lost.
    async fn wait(&self, timeout: Duration);

    /// Waits as [`wait`](Self::wait) does. A store that can claims what comes meanwhile in the step that brings it, and answers
    /// it; an empty answer says nothing: whoever waits has to look. What was claimed for a future that is dropped goes back.
    ///
    /// # Errors
    /// As [`claim`](Self::claim).
    async fn wait_to_claim(&self, _request: ClaimRequest, timeout: Duration) -> Result<Vec<ClaimedJob>> {
        self.wait(timeout).await;
        Ok(Vec::new())
    }

    /// Sends the hint to every waiting service that this process can reach.
    async fn wake(&self) {}

    // --- starting on demand

    /// Asks for the right to start a service: given only while fewer than `max_services` of the name live or are being
    /// started **and** something waits.
    async fn claim_start(&self, _request: StartRequest) -> Result<Option<StartRight>> {
        Err(self.cannot("start services on demand"))
    }

    /// Gives back a right after a failed start; the next one is given after a pause that grows.
    async fn start_failed(&self, _failure: StartFailure) -> Result<()> {
        Err(self.cannot("start services on demand"))
    }

    /// How starting a service of the name stands.
    async fn start_status(&self, _name: &str) -> Result<StartStatus> {
        Err(self.cannot("start services on demand"))
    }

    // --- looking

    /// One job by its id, finished ones included where history is kept.
    async fn find(&self, id: &JobId) -> Result<Option<JobRecord>>;

    /// Jobs in the order [`DueFirst`](JobOrder::DueFirst): live ones before finished ones; live ones in the order of due
    /// time, finished ones latest first.
    async fn inspect(&self, filter: &JobFilter, page: &Page) -> Result<Listing<JobRecord>>;

    /// The same jobs in the order [`LatestFirst`](JobOrder::LatestFirst).
    async fn inspect_latest(&self, filter: &JobFilter, page: &Page) -> Result<Listing<JobRecord>>;

    /// The ids of what [`inspect`](Self::inspect) lists, in the same order and with cursors of the same kind. Cheaper
    /// where a store need not read payloads for it.
    async fn job_ids(&self, filter: &JobFilter, page: &Page) -> Result<Listing<JobId>> {
        Ok(self.inspect(filter, page).await?.map(|record| record.id))
    }

    /// How many jobs there are of each state in each queue.
    async fn counts(&self) -> Result<Counts>;

    /// How many jobs that have not ended have never run and were enqueued before a moment: what Delayed Job's task `jobs:check`
    /// asks. Where a store has no better way, it walks through the listing.
    async fn count_never_run(&self, before: Timestamp) -> Result<u64> {
        let mut waiting = JobFilter::all();
        waiting.states = JobState::ALL.into_iter().filter(|state| !state.is_terminal()).collect();
        let mut page = Page::first(1_000);
        let mut n_jobs: u64 = 0;
        loop {
            let listing = self.inspect(&waiting, &page).await?;
            let untried = listing.items.iter().filter(|job| job.attempt == 0 && job.enqueued_at < before);
            n_jobs += untried.count() as u64;
            match listing.next {
                Some(next) => page.after = Some(next),
                None => return Ok(n_jobs),
            }
        }
    }

    /// How many jobs the filter covers; exact. Where a store has no better way, it walks through the listing.
    async fn count(&self, filter: &JobFilter) -> Result<u64> {
        let mut page = Page::first(1_000);
        let mut n_jobs: u64 = 0;
        loop {
            let listing = self.job_ids(filter, &page).await?;
            n_jobs += listing.items.len() as u64;
            match listing.next {
                Some(next) => page.after = Some(next),
                None => return Ok(n_jobs),
            }
        }
    }

    /// Jobs that are due and that nobody has claimed, by queue and class. Must stay cheap with a million of them.
    async fn backlog(&self) -> Result<Backlog>;

    /// Attempts of a job, first to last.
    async fn executions(&self, _job: &JobId) -> Result<Vec<Execution>> {
        Err(self.cannot("keep the history of attempts"))
    }

    /// Attempts of all jobs: those that run first, then the closed ones, in the order of time that is asked for. An attempt
    /// that closes between two pages may be on both or on none of them; bound the listing by
    /// [`before`](ExecutionFilter::before) to see each closed one exactly once.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) for a cursor of another listing.
    async fn inspect_executions(
        &self,
        _filter: &ExecutionFilter,
        _order: ExecutionOrder,
        _page: &Page,
    ) -> Result<Listing<ExecutionRecord>> {
        Err(self.cannot("keep the history of attempts"))
    }

    /// Lines of one attempt.
    async fn log_lines(&self, _query: &LogQuery) -> Result<LogExcerpt> {
        Err(self.cannot("keep log lines"))
    }

    // --- changing by hand

    /// Changes jobs.
    async fn change(&self, _target: Target, _change: Change) -> Result<ChangeReport> {
        Err(self.cannot("change jobs"))
    }

    /// Stops claims from a queue, by every service of ours.
    async fn pause(&self, _queue: &str) -> Result<()> {
        Err(self.cannot("pause queues"))
    }

    /// Ends a pause.
    async fn resume(&self, _queue: &str) -> Result<()> {
        Err(self.cannot("pause queues"))
    }

    /// Every queue that has held a job or is paused.
    async fn queues(&self) -> Result<Vec<QueueRecord>> {
        Err(self.cannot("list queues"))
    }

    // --- care

    /// Forgets finished jobs by age and by the store's size. Live ones never.
    async fn prune(&self, _policy: PrunePolicy) -> Result<PruneReport> {
        Err(self.cannot("keep finished jobs"))
    }

    /// How much room the store takes.
    async fn size(&self) -> Result<StoreSize> {
        Err(self.cannot("tell its size"))
    }

    /// The versions of the tables; `None` where there are none.
    fn version(&self) -> Option<StoreVersion> {
        None
    }

    /// Looks whether everything in the store can be read and fits together. Reads all of it; services go on meanwhile.
    async fn check(&self, _progress: CareProgress) -> Result<CheckReport> {
        Err(self.cannot("check itself"))
    }

    /// Writes everything as of one moment into a file that is not there yet; services go on meanwhile. The file is on the
    /// disk and has been opened and checked when this returns.
    ///
    /// # Errors
    /// [`ErrorKind::Conflict`](crate::ErrorKind::Conflict) when the file exists; it is not touched.
    async fn back_up(&self, _target: &Path, _progress: CareProgress) -> Result<BackupReport> {
        Err(self.cannot("copy itself"))
    }

    /// Gives room that is free inside the store back to the system. Nobody can write meanwhile.
    ///
    /// # Errors
    /// [`ErrorKind::Conflict`](crate::ErrorKind::Conflict) with the remedy when it would take too long for the services that
    /// live, or when there is not room enough for the work; nothing has happened then.
    async fn vacuum(&self) -> Result<VacuumReport> {
        Err(self.cannot("give room back"))
    }

    /// Why the store takes nothing more, if that is so; see [`Damage`].
    async fn damage(&self) -> Result<Option<Damage>> {
        Ok(None)
    }

    // --- beside jobs

    /// What it keeps that is not the jobs' business; `None` where it does not, and a store of its own must be found for it.
    fn control(self: Arc<Self>) -> Option<Arc<dyn ControlStore>> {
        None
    }

    // --- tasks

    /// Makes a task ready or starts it, in one atomic step; see [`BeginTask`]. A task whose owner has gone is free.
    async fn begin_task(&self, _begin: BeginTask) -> Result<TaskBegun> {
        Err(self.cannot("keep tasks"))
    }

    /// Writes counts and log lines of a task, and asks whether a person wants it interrupted.
    async fn note_task(&self, _note: TaskNote) -> Result<TaskNoted> {
        Err(self.cannot("keep tasks"))
    }

    /// Gives a task up, with its last counts and log lines.
    async fn close_task(&self, _close: CloseTask) -> Result<Applied> {
        Err(self.cannot("keep tasks"))
    }

    /// Says that nobody in this process has the task any more, without waiting for the store: its code was dropped. It is
    /// free at once, and shows as having lost its owner.
    fn abandon_task(&self, _token: TaskToken) {}

    /// Asks the owner of a task to stop; he learns with his next note.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) when there is no such task,
    /// [`ErrorKind::Conflict`](crate::ErrorKind::Conflict) when nobody has it.
    async fn interrupt_task(&self, _name: &str) -> Result<()> {
        Err(self.cannot("keep tasks"))
    }

    /// Puts a task back to the state stop, whatever became of its last run.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) when there is no such task,
    /// [`ErrorKind::Conflict`](crate::ErrorKind::Conflict) when a living owner has it and is to be respected.
    async fn reset_task(&self, _name: &str, _owner: LiveOwner) -> Result<()> {
        Err(self.cannot("keep tasks"))
    }

    /// Removes a task with its runs and their log lines.
    ///
    /// # Errors
    /// As of [`reset_task`](Self::reset_task).
    async fn delete_task(&self, _name: &str, _owner: LiveOwner) -> Result<()> {
        Err(self.cannot("keep tasks"))
    }

    /// The task of the name.
    async fn find_task(&self, _name: &str) -> Result<Option<TaskRecord>> {
        Err(self.cannot("keep tasks"))
    }

    /// Tasks, those started last first, then those that never started, the youngest first (the order of SHIRASAGI's
    /// task list).
    async fn tasks(&self, _filter: &TaskFilter, _page: &Page) -> Result<Listing<TaskRecord>> {
        Err(self.cannot("keep tasks"))
    }

    /// Runs of a task that have log lines, the last first. Empty when there is no such task.
    async fn task_runs(&self, _name: &str) -> Result<Vec<TaskRun>> {
        Err(self.cannot("keep tasks"))
    }

    /// Lines of one run of a task.
    async fn task_log(&self, _query: &TaskLogQuery) -> Result<LogExcerpt> {
        Err(self.cannot("keep tasks"))
    }

    /// Forgets closed tasks and log lines of their runs by age. What a living owner has, never.
    async fn prune_tasks(&self, _prune: PruneTasks) -> Result<PrunedTasks> {
        Err(self.cannot("keep tasks"))
    }

    /// The refusal of a verb that this backend does not have.
    fn cannot(&self, verb: &str) -> Error {
        Error::unsupported(self.capabilities().adapter, verb)
    }
}
