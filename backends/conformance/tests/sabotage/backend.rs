//! A store in memory with one fault.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use egret_core::memory::MemoryRows;
use egret_core::{
    Applied, Backend, Backlog, Beat, BeginTask, Capabilities, Change, ChangeReport, ClaimRequest, ClaimToken,
    ClaimedJob, ClassSelection, CloseTask, ControlStore, CountRow, Counts, EnqueueReply, EnqueueRequest, Enqueued,
    Execution, ExecutionFilter, ExecutionOrder, ExecutionRecord, Finish, JobFilter, JobId, JobRecord, JobState, Leave,
    Left, Listing, LiveOwner, LogExcerpt, LogQuery, Note, Orders, Outcome, Page, Presence, PrunePolicy, PruneReport,
    PruneTasks, PrunedTasks, QueueRecord, Release, RescueReport, Result, Selection, ServiceId, ServiceInfo,
    ServiceOrder, ServiceRecord, StartFailure, StartRequest, StartRight, StartStatus, StoreSize, Target, TaskBegun,
    TaskFilter, TaskLogQuery, TaskNote, TaskNoted, TaskRecord, TaskRefusal, TaskRun, TaskToken, Timestamp, Timing,
};

use crate::control::Reusable;
use crate::fault::Fault;

/// The fault of a store, with what its handles must remember for it.
#[derive(Debug)]
pub(crate) struct Scheme {
    fault: Option<Fault>,
    last_claimed: Mutex<Vec<ClaimedJob>>,
    /// The latest token of each record.
    tokens: Mutex<HashMap<u64, ClaimToken>>,
    /// The latest hold of each task.
    holds: Mutex<HashMap<u64, TaskToken>>,
    n_calls: AtomicU64,
    n_releases: AtomicU64,
}

impl Scheme {
    pub(crate) fn new(fault: Option<Fault>) -> Self {
        Self {
            fault,
            last_claimed: Mutex::default(),
            tokens: Mutex::default(),
            holds: Mutex::default(),
            n_calls: AtomicU64::new(0),
            n_releases: AtomicU64::new(0),
        }
    }

    fn latest_hold(&self, token: TaskToken) -> TaskToken {
        self.holds.lock().expect("no handle panics here").get(&token.task).copied().unwrap_or(token)
    }

    fn latest(&self, token: ClaimToken) -> ClaimToken {
        self.tokens.lock().expect("no handle panics here").get(&token.record).copied().unwrap_or(token)
    }
}

/// A handle on a store in memory that breaks one promise, or none.
#[derive(Debug)]
pub(crate) struct Sabotaged {
    inner: MemoryRows,
    scheme: Arc<Scheme>,
    capabilities: Capabilities,
}

impl Sabotaged {
    pub(crate) fn new(inner: MemoryRows, scheme: Arc<Scheme>) -> Self {
        let mut capabilities = inner.capabilities().clone();
        if scheme.fault == Some(Fault::CapabilityLies) {
            capabilities.notes = false;
        }
        Self { inner, scheme, capabilities }
    }

    fn has(&self, fault: Fault) -> bool {
        self.scheme.fault == Some(fault)
    }

    fn spoil_jobs(&self, request: &mut EnqueueRequest) {
        for job in &mut request.jobs {
            match self.scheme.fault {
                Some(Fault::TimeIgnored) => job.data.scheduled_at = None,
                Some(Fault::UnknownKeysLost) => job.data.extra.clear(),
                _ => {}
            }
        }
    }

    fn made_up_right(&self, request: &StartRequest) -> StartRight {
        let nonce = self.scheme.n_calls.fetch_add(1, Ordering::SeqCst);
        StartRight { name: request.name.clone(), nonce, granted_at: Timestamp::now() }
    }
}

#[async_trait]
impl Backend for Sabotaged {
    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    async fn now(&self) -> Result<Timestamp> {
        self.inner.now().await
    }

    fn location(&self) -> String {
        self.inner.location()
    }

    async fn enqueue(&self, mut request: EnqueueRequest) -> Result<EnqueueReply> {
        self.spoil_jobs(&mut request);
        let (jobs, start) = (request.jobs.clone(), request.start.clone());
        let mut reply = self.inner.enqueue(request).await?;
        if let Some(start) = start.filter(|_| self.has(Fault::StartRightLeaked)) {
            reply.start.get_or_insert(self.made_up_right(&start));
        }
        if self.has(Fault::DuplicateStored) {
            for (outcome, mut job) in reply.outcomes.iter_mut().zip(jobs) {
                if let Enqueued::Duplicate(id) = outcome {
                    let stored = Enqueued::Stored(id.clone());
                    job.data.job_id = JobId::generate();
                    self.inner.enqueue(EnqueueRequest { jobs: vec![job], start: None }).await?;
                    *outcome = stored;
                }
            }
        }
        Ok(reply)
    }

    async fn claim(&self, mut request: ClaimRequest) -> Result<Vec<ClaimedJob>> {
        if self.has(Fault::ClassesIgnored) {
            let queues = request.selection.queues.clone();
            request.selection = Arc::new(Selection { queues, classes: ClassSelection::All });
        }
        if self.has(Fault::DoubleClaim) && request.limit > 0 {
            let mut last = self.scheme.last_claimed.lock().expect("no handle panics here");
            if !last.is_empty() {
                return Ok(std::mem::take(&mut *last));
            }
        }
        let mut claimed = self.inner.claim(request).await?;
        for job in &claimed {
            self.scheme.tokens.lock().expect("no handle panics here").insert(job.token.record, job.token);
            if self.has(Fault::ClaimsInterrupted) {
                self.inner.mark_started(job.token);
            }
        }
        if self.has(Fault::OrderLost) {
            claimed.reverse();
        }
        self.scheme.last_claimed.lock().expect("no handle panics here").clone_from(&claimed);
        Ok(claimed)
    }

    async fn finish(&self, mut finishes: Vec<Finish>) -> Result<Vec<Applied>> {
        match self.scheme.fault {
            Some(Fault::FinishLost) => return Ok(vec![Applied::Done; finishes.len()]),
            Some(Fault::TokenIgnored) => {
                for finish in &mut finishes {
                    finish.token = self.scheme.latest(finish.token);
                }
            }
            Some(Fault::StaleFollowUps) => {
                for finish in &mut finishes {
                    let jobs = std::mem::take(&mut finish.follow_ups);
                    self.inner.enqueue(EnqueueRequest { jobs, start: None }).await?;
                }
            }
            _ => {}
        }
        self.inner.finish(finishes).await
    }

    async fn release(&self, releases: Vec<Release>) -> Result<Vec<Applied>> {
        self.scheme.n_releases.fetch_add(releases.len() as u64, Ordering::SeqCst);
        if !self.has(Fault::ReleaseCounted) {
            return self.inner.release(releases).await;
        }
        let now = self.inner.now().await?;
        let snooze = |release: Release| Finish::new(release.token, Outcome::Snoozed { until: now }, Some(now), now);
        self.inner.finish(releases.into_iter().map(snooze).collect()).await
    }

    async fn note(&self, mut notes: Vec<Note>) -> Result<Vec<Applied>> {
        if !self.has(Fault::StaleNoteApplied) {
            return self.inner.note(notes).await;
        }
        let n_notes = notes.len();
        for note in &mut notes {
            note.token = self.scheme.latest(note.token);
        }
        let _ = self.inner.note(notes).await?;
        Ok(vec![Applied::Done; n_notes])
    }

    fn mark_started(&self, token: ClaimToken) {
        if !self.has(Fault::InterruptionsUncounted) {
            self.inner.mark_started(token);
        }
    }

    fn mark_ended(&self, token: ClaimToken) {
        self.inner.mark_ended(token);
    }

    async fn register(&self, mut info: ServiceInfo) -> Result<ServiceId> {
        if self.has(Fault::StartRightKept) {
            info.start_right = None;
        }
        self.inner.register(info).await
    }

    async fn present(&self, service: ServiceId, info: ServiceInfo) -> Result<()> {
        self.inner.present(service, info).await
    }

    async fn beat(&self, service: ServiceId, beat: Beat) -> Result<Orders> {
        let mut orders = self.inner.beat(service, beat).await?;
        if self.has(Fault::CancelIgnored) {
            orders.cancel.clear();
        }
        Ok(orders)
    }

    async fn leave(&self, service: ServiceId, leave: Leave) -> Result<Left> {
        if let (Leave::WhenIdle(selection), Some(Fault::LeaveRacy)) = (&leave, self.scheme.fault) {
            if let Some(next_due) = self.inner.due(selection).await? {
                return Ok(Left::Stays { next_due: Some(next_due) });
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
            return self.inner.leave(service, Leave::Always).await;
        }
        let leave = if self.has(Fault::LeaveBlind) { Leave::Always } else { leave };
        self.inner.leave(service, leave).await
    }

    async fn rescue(&self) -> Result<RescueReport> {
        if self.has(Fault::LeaseBelieved) {
            let timing = Timing { observation: Duration::ZERO, ..Timing::default() };
            return self.inner.with_timing(timing).rescue().await;
        }
        self.inner.rescue().await
    }

    async fn services(&self) -> Result<Vec<ServiceRecord>> {
        self.inner.services().await
    }

    async fn presence(&self) -> Result<Presence> {
        self.inner.presence().await
    }

    async fn order(&self, service: ServiceId, order: ServiceOrder) -> Result<()> {
        self.inner.order(service, order).await
    }

    async fn due(&self, selection: &Selection) -> Result<Option<Timestamp>> {
        self.inner.due(selection).await
    }

    async fn wait(&self, timeout: Duration) {
        self.inner.wait(timeout).await;
    }

    async fn wake(&self) {
        self.inner.wake().await;
    }

    async fn claim_start(&self, request: StartRequest) -> Result<Option<StartRight>> {
        let made_up = self.has(Fault::StartRightLeaked).then(|| self.made_up_right(&request));
        Ok(self.inner.claim_start(request).await?.or(made_up))
    }

    async fn start_failed(&self, failure: StartFailure) -> Result<()> {
        match self.has(Fault::StartRightKept) {
            true => Ok(()),
            false => self.inner.start_failed(failure).await,
        }
    }

    async fn start_status(&self, name: &str) -> Result<StartStatus> {
        self.inner.start_status(name).await
    }

    async fn find(&self, id: &JobId) -> Result<Option<JobRecord>> {
        self.inner.find(id).await
    }

    async fn inspect(&self, filter: &JobFilter, page: &Page) -> Result<Listing<JobRecord>> {
        self.inner.inspect(filter, page).await
    }

    async fn inspect_latest(&self, filter: &JobFilter, page: &Page) -> Result<Listing<JobRecord>> {
        self.inner.inspect_latest(filter, page).await
    }

    async fn counts(&self) -> Result<Counts> {
        let mut counts = self.inner.counts().await?;
        let n_jobs = self.scheme.n_releases.load(Ordering::SeqCst);
        if self.has(Fault::CountsDrift) && n_jobs > 0 {
            match counts.rows.iter_mut().find(|row| row.state == JobState::Available) {
                Some(row) => row.n_jobs += n_jobs,
                None => counts.rows.push(CountRow { queue: "a".to_owned(), state: JobState::Available, n_jobs }),
            }
        }
        Ok(counts)
    }

    async fn backlog(&self) -> Result<Backlog> {
        self.inner.backlog().await
    }

    async fn executions(&self, job: &JobId) -> Result<Vec<Execution>> {
        self.inner.executions(job).await
    }

    async fn inspect_executions(
        &self,
        filter: &ExecutionFilter,
        order: ExecutionOrder,
        page: &Page,
    ) -> Result<Listing<ExecutionRecord>> {
        self.inner.inspect_executions(filter, order, page).await
    }

    async fn log_lines(&self, query: &LogQuery) -> Result<LogExcerpt> {
        self.inner.log_lines(query).await
    }

    async fn change(&self, mut target: Target, change: Change) -> Result<ChangeReport> {
        if let (Target::Among { filter, .. }, true) = (&mut target, self.has(Fault::OwnerForgotten)) {
            filter.user = None;
        }
        self.inner.change(target, change).await
    }

    async fn pause(&self, queue: &str) -> Result<()> {
        match self.has(Fault::PauseIgnored) {
            true => Ok(()),
            false => self.inner.pause(queue).await,
        }
    }

    async fn resume(&self, queue: &str) -> Result<()> {
        self.inner.resume(queue).await
    }

    async fn queues(&self) -> Result<Vec<QueueRecord>> {
        self.inner.queues().await
    }

    async fn prune(&self, policy: PrunePolicy) -> Result<PruneReport> {
        self.inner.prune(policy).await
    }

    async fn size(&self) -> Result<StoreSize> {
        self.inner.size().await
    }

    async fn begin_task(&self, begin: BeginTask) -> Result<TaskBegun> {
        let mut begun = self.inner.begin_task(begin.clone()).await?;
        if self.has(Fault::TaskShared) && matches!(begun, TaskBegun::Refused(TaskRefusal::AlreadyRunning { .. })) {
            self.inner.reset_task(&begin.name, LiveOwner::Replace).await?;
            begun = self.inner.begin_task(begin).await?;
        }
        if let TaskBegun::Held(hold) = &begun {
            self.scheme.holds.lock().expect("no handle panics here").insert(hold.token.task, hold.token);
        }
        Ok(begun)
    }

    async fn note_task(&self, mut note: TaskNote) -> Result<TaskNoted> {
        if self.has(Fault::TaskTokenIgnored) {
            note.token = self.scheme.latest_hold(note.token);
        }
        match self.inner.note_task(note).await? {
            TaskNoted::InterruptAsked if self.has(Fault::TaskInterruptLost) => Ok(TaskNoted::GoOn),
            noted => Ok(noted),
        }
    }

    async fn close_task(&self, mut close: CloseTask) -> Result<Applied> {
        if self.has(Fault::TaskTokenIgnored) {
            close.note.token = self.scheme.latest_hold(close.note.token);
        }
        self.inner.close_task(close).await
    }

    fn control(self: Arc<Self>) -> Option<Arc<dyn ControlStore>> {
        let inner = Arc::new(self.inner.clone()).control()?;
        Some(if self.has(Fault::TokensReusable) { Arc::new(Reusable(inner)) } else { inner })
    }

    fn abandon_task(&self, token: TaskToken) {
        if !self.has(Fault::TaskOwnerImmortal) {
            self.inner.abandon_task(token);
        }
    }

    async fn interrupt_task(&self, name: &str) -> Result<()> {
        self.inner.interrupt_task(name).await
    }

    async fn reset_task(&self, name: &str, owner: LiveOwner) -> Result<()> {
        self.inner.reset_task(name, owner).await
    }

    async fn delete_task(&self, name: &str, owner: LiveOwner) -> Result<()> {
        self.inner.delete_task(name, owner).await
    }

    async fn find_task(&self, name: &str) -> Result<Option<TaskRecord>> {
        self.inner.find_task(name).await
    }

    async fn tasks(&self, filter: &TaskFilter, page: &Page) -> Result<Listing<TaskRecord>> {
        self.inner.tasks(filter, page).await
    }

    async fn task_runs(&self, name: &str) -> Result<Vec<TaskRun>> {
        self.inner.task_runs(name).await
    }

    async fn task_log(&self, query: &TaskLogQuery) -> Result<LogExcerpt> {
        self.inner.task_log(query).await
    }

    async fn prune_tasks(&self, prune: PruneTasks) -> Result<PrunedTasks> {
        self.inner.prune_tasks(prune).await
    }
}
