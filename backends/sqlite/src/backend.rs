//! The backend itself: each verb is in a module of its own.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use egret_core::job_data::{from_microseconds, to_microseconds};
use egret_core::*;

use crate::damage::Watch;
use crate::folder::Folder;
use crate::reader::Reader;
use crate::service::{next_due, presence, records};
use crate::wake::Hints;
use crate::writer::{Session, Settings, StandingClaims, Writer};

/// An opened store. Opened with [`SqliteBackend::open`]; every process of a machine can open the same one, each as often as
/// it likes.
#[derive(Debug)]
pub struct SqliteBackend {
    pub(crate) writer: Writer,
    pub(crate) n_commits: Arc<AtomicU64>,
    /// Reads that a service waits for: orders, due times, who lives.
    pub(crate) lookups: Reader,
    /// Reads that people wait for: listings, which may take long.
    pub(crate) listings: Reader,
    /// Reads that go through everything.
    pub(crate) care: Reader,
    pub(crate) watch: Arc<Watch>,
    pub(crate) version: StoreVersion,
    pub(crate) capabilities: Capabilities,
    pub(crate) settings: Arc<Settings>,
    pub(crate) hints: Arc<Hints>,
    pub(crate) claims: StandingClaims,
    pub(crate) folder: Folder,
    pub(crate) store_id: String,
}

impl SqliteBackend {
    /// Transactions that this handle has committed: with the number of operations, how many of them shared a commit.
    pub fn n_commits(&self) -> u64 {
        self.n_commits.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl Backend for SqliteBackend {
    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    async fn now(&self) -> Result<Timestamp> {
        Ok(from_microseconds(to_microseconds(self.settings.clock.now())))
    }

    fn location(&self) -> String {
        format!("sqlite:{}", self.folder.database().display())
    }

    fn local_file(&self) -> Option<PathBuf> {
        Some(self.folder.database().to_owned())
    }

    fn log_folder(&self) -> Option<PathBuf> {
        Some(self.folder.logs())
    }

    fn guard_file(&self, service: ServiceId) -> Option<PathBuf> {
        Some(self.settings.fleet.guard_path(service))
    }

    async fn enqueue(&self, request: EnqueueRequest) -> Result<EnqueueReply> {
        self.enqueue_jobs(request).await
    }

    async fn claim(&self, request: ClaimRequest) -> Result<Vec<ClaimedJob>> {
        self.claim_jobs(request).await
    }

    async fn finish(&self, finishes: Vec<Finish>) -> Result<Vec<Applied>> {
        self.finish_claims(finishes).await
    }

    async fn release(&self, releases: Vec<Release>) -> Result<Vec<Applied>> {
        self.release_claims(releases).await
    }

    async fn note(&self, notes: Vec<Note>) -> Result<Vec<Applied>> {
        self.note_claims(notes).await
    }

    fn mark_started(&self, token: ClaimToken) {
        self.settings.fleet.mark_started(token, self.settings.now());
    }

    fn mark_ended(&self, token: ClaimToken) {
        self.settings.fleet.mark_ended(token);
    }

    async fn register(&self, info: ServiceInfo) -> Result<ServiceId> {
        self.register_service(info).await
    }

    async fn present(&self, service: ServiceId, info: ServiceInfo) -> Result<()> {
        self.present_service(service, info).await
    }

    async fn beat(&self, service: ServiceId, beat: Beat) -> Result<Orders> {
        self.beat_service(service, beat).await
    }

    fn beat_locally(&self, service: ServiceId) -> bool {
        self.beat_file(service)
    }

    async fn leave(&self, service: ServiceId, leave: Leave) -> Result<Left> {
        self.leave_service(service, leave).await
    }

    async fn rescue(&self) -> Result<RescueReport> {
        self.rescue_services().await
    }

    async fn services(&self) -> Result<Vec<ServiceRecord>> {
        self.lookups.call("list services", records).await
    }

    async fn presence(&self) -> Result<Presence> {
        self.lookups.call("read when services were there", presence).await
    }

    async fn order(&self, service: ServiceId, order: ServiceOrder) -> Result<()> {
        self.order_service(service, order).await
    }

    async fn due(&self, selection: &Selection) -> Result<Option<Timestamp>> {
        let selection = selection.clone();
        let next = move |session: &mut Session<'_>| next_due(session, &selection);
        let due_at = self.lookups.call_at_once("look for the next job", next).await?;
        Ok(due_at.map(from_microseconds))
    }

    async fn wait(&self, timeout: Duration) {
        self.hints.wait(timeout).await;
    }

    async fn wait_to_claim(&self, request: ClaimRequest, timeout: Duration) -> Result<Vec<ClaimedJob>> {
        self.claim_what_comes(request, timeout).await
    }

    async fn wake(&self) {
        self.hints.send();
    }

    async fn claim_start(&self, request: StartRequest) -> Result<Option<StartRight>> {
        self.claim_start_right(request).await
    }

    async fn start_failed(&self, failure: StartFailure) -> Result<()> {
        self.note_start_failure(failure).await
    }

    async fn start_status(&self, name: &str) -> Result<StartStatus> {
        self.read_start_status(name).await
    }

    async fn find(&self, id: &JobId) -> Result<Option<JobRecord>> {
        self.find_job(id).await
    }

    async fn inspect(&self, filter: &JobFilter, page: &Page) -> Result<Listing<JobRecord>> {
        self.list_jobs(filter, JobOrder::DueFirst, page).await
    }

    async fn inspect_latest(&self, filter: &JobFilter, page: &Page) -> Result<Listing<JobRecord>> {
        self.list_jobs(filter, JobOrder::LatestFirst, page).await
    }

    async fn job_ids(&self, filter: &JobFilter, page: &Page) -> Result<Listing<JobId>> {
        self.list_ids(filter, page).await
    }

    async fn counts(&self) -> Result<Counts> {
        self.count_jobs().await
    }

    async fn count(&self, filter: &JobFilter) -> Result<u64> {
        self.count_covered(filter).await
    }

    async fn backlog(&self) -> Result<Backlog> {
        self.read_backlog().await
    }

    async fn executions(&self, job: &JobId) -> Result<Vec<Execution>> {
        self.list_executions(job).await
    }

    async fn inspect_executions(
        &self,
        filter: &ExecutionFilter,
        order: ExecutionOrder,
        page: &Page,
    ) -> Result<Listing<ExecutionRecord>> {
        self.list_all_executions(filter, order, page).await
    }

    async fn log_lines(&self, query: &LogQuery) -> Result<LogExcerpt> {
        self.read_log(query).await
    }

    async fn change(&self, target: Target, change: Change) -> Result<ChangeReport> {
        self.change_jobs(target, change).await
    }

    async fn pause(&self, queue: &str) -> Result<()> {
        self.pause_queue(queue).await
    }

    async fn resume(&self, queue: &str) -> Result<()> {
        self.resume_queue(queue).await
    }

    async fn queues(&self) -> Result<Vec<QueueRecord>> {
        self.list_queues().await
    }

    async fn prune(&self, policy: PrunePolicy) -> Result<PruneReport> {
        self.prune_history(policy).await
    }

    async fn size(&self) -> Result<StoreSize> {
        self.tell_size().await
    }

    fn control(self: Arc<Self>) -> Option<Arc<dyn ControlStore>> {
        Some(self)
    }

    async fn begin_task(&self, begin: BeginTask) -> Result<TaskBegun> {
        self.take_task(begin).await
    }

    async fn note_task(&self, note: TaskNote) -> Result<TaskNoted> {
        self.write_task(note).await
    }

    async fn close_task(&self, close: CloseTask) -> Result<Applied> {
        self.end_task(close).await
    }

    fn abandon_task(&self, token: TaskToken) {
        self.settings.task_locks.abandon(token.hold);
    }

    async fn interrupt_task(&self, name: &str) -> Result<()> {
        self.ask_interrupt(name).await
    }

    async fn reset_task(&self, name: &str, owner: LiveOwner) -> Result<()> {
        self.stop_task(name, owner).await
    }

    async fn delete_task(&self, name: &str, owner: LiveOwner) -> Result<()> {
        self.remove_task(name, owner).await
    }

    async fn find_task(&self, name: &str) -> Result<Option<TaskRecord>> {
        self.read_task(name).await
    }

    async fn tasks(&self, filter: &TaskFilter, page: &Page) -> Result<Listing<TaskRecord>> {
        self.list_tasks(filter, page).await
    }

    async fn task_runs(&self, name: &str) -> Result<Vec<TaskRun>> {
        self.list_task_runs(name).await
    }

    async fn task_log(&self, query: &TaskLogQuery) -> Result<LogExcerpt> {
        self.read_task_log(query).await
    }

    async fn prune_tasks(&self, prune: PruneTasks) -> Result<PrunedTasks> {
        self.forget_tasks(prune).await
    }

    fn version(&self) -> Option<StoreVersion> {
        Some(self.version)
    }

    async fn check(&self, progress: CareProgress) -> Result<CheckReport> {
        self.check_store(progress).await
    }

    async fn back_up(&self, target: &Path, progress: CareProgress) -> Result<BackupReport> {
        self.back_up_store(target, progress).await
    }

    async fn vacuum(&self) -> Result<VacuumReport> {
        self.vacuum_store().await
    }

    async fn damage(&self) -> Result<Option<Damage>> {
        Ok(self.watch.damage())
    }
}
