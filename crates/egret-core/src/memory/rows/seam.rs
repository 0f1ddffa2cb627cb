//! The seam: each verb under the lock, and a hint where somebody may have waited for it.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;

use super::MemoryRows;
use crate::{
    Applied, Backend, Backlog, Beat, BeginTask, Capabilities, Change, ChangeReport, ClaimRequest, ClaimToken,
    ClaimedJob, CloseTask, ControlStore, Counts, EnqueueReply, EnqueueRequest, Execution, ExecutionFilter,
    ExecutionOrder, ExecutionRecord, Finish, JobFilter, JobId, JobOrder, JobRecord, Leave, Left, Listing, LiveOwner,
    LogExcerpt, LogQuery, Note, Orders, Page, Presence, PrunePolicy, PruneReport, PruneTasks, PrunedTasks, QueueRecord,
    Release, RescueReport, Result, Selection, ServiceId, ServiceInfo, ServiceOrder, ServiceRecord, StartFailure,
    StartRequest, StartRight, StartStatus, StoreSize, Target, TaskBegun, TaskFilter, TaskLogQuery, TaskNote, TaskNoted,
    TaskRecord, TaskRun, TaskToken,
};

#[async_trait]
impl Backend for MemoryRows {
    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    async fn now(&self) -> Result<Timestamp> {
        Ok(self.store().tick())
    }

    fn location(&self) -> String {
        "memory:".to_owned()
    }

    async fn enqueue(&self, request: EnqueueRequest) -> Result<EnqueueReply> {
        let reply = self.store().enqueue(request, &self.timing);
        self.shared.hint.send();
        Ok(reply)
    }

    async fn claim(&self, request: ClaimRequest) -> Result<Vec<ClaimedJob>> {
        self.store().claim(&request)
    }

    async fn finish(&self, finishes: Vec<Finish>) -> Result<Vec<Applied>> {
        if finishes.iter().any(|finish| !finish.ledger.is_empty()) {
            return Err(self.cannot("move counters of a ledger"));
        }
        let applied = {
            let mut store = self.store();
            finishes.into_iter().map(|finish| store.finish(finish)).collect()
        };
        self.shared.hint.send();
        Ok(applied)
    }

    async fn release(&self, releases: Vec<Release>) -> Result<Vec<Applied>> {
        let applied = {
            let mut store = self.store();
            releases.into_iter().map(|release| store.release(release)).collect()
        };
        self.shared.hint.send();
        Ok(applied)
    }

    async fn note(&self, notes: Vec<Note>) -> Result<Vec<Applied>> {
        let mut store = self.store();
        Ok(notes.into_iter().map(|note| store.note(note)).collect())
    }

    fn mark_started(&self, token: ClaimToken) {
        self.store().mark_started(token);
    }

    fn mark_ended(&self, token: ClaimToken) {
        self.store().mark_ended(token);
    }

    async fn register(&self, info: ServiceInfo) -> Result<ServiceId> {
        self.store().register(info, &self.timing)
    }

    async fn present(&self, service: ServiceId, info: ServiceInfo) -> Result<()> {
        let mut store = self.store();
        let now = store.tick();
        store.services.present(service, info, now)
    }

    async fn beat(&self, service: ServiceId, beat: Beat) -> Result<Orders> {
        Ok(self.store().beat(service, beat))
    }

    async fn leave(&self, service: ServiceId, leave: Leave) -> Result<Left> {
        let left = self.store().leave(service, &leave);
        self.shared.hint.send();
        Ok(left)
    }

    async fn rescue(&self) -> Result<RescueReport> {
        let report = self.store().rescue(&self.timing);
        if report.n_released > 0 {
            self.shared.hint.send();
        }
        Ok(report)
    }

    async fn services(&self) -> Result<Vec<ServiceRecord>> {
        Ok(self.store().service_records(&self.timing))
    }

    async fn presence(&self) -> Result<Presence> {
        Ok(self.store().services.presence())
    }

    async fn order(&self, service: ServiceId, order: ServiceOrder) -> Result<()> {
        self.store().services.order(service, order)
    }

    async fn due(&self, selection: &Selection) -> Result<Option<Timestamp>> {
        Ok(self.store().due(selection))
    }

    async fn wait(&self, timeout: Duration) {
        self.shared.hint.wait(timeout).await;
    }

    async fn wake(&self) {
        self.shared.hint.send();
    }

    async fn claim_start(&self, request: StartRequest) -> Result<Option<StartRight>> {
        Ok(self.store().claim_start(&request, &self.timing))
    }

    async fn start_failed(&self, failure: StartFailure) -> Result<()> {
        self.store().start_failed(failure);
        Ok(())
    }

    async fn start_status(&self, name: &str) -> Result<StartStatus> {
        Ok(self.store().start_status(name))
    }

    async fn find(&self, id: &JobId) -> Result<Option<JobRecord>> {
        Ok(self.store().find(id))
    }

    async fn inspect(&self, filter: &JobFilter, page: &Page) -> Result<Listing<JobRecord>> {
        self.store().inspect(filter, JobOrder::DueFirst, page)
    }

    async fn inspect_latest(&self, filter: &JobFilter, page: &Page) -> Result<Listing<JobRecord>> {
        self.store().inspect(filter, JobOrder::LatestFirst, page)
    }

    async fn counts(&self) -> Result<Counts> {
        Ok(self.store().counts())
    }

    async fn backlog(&self) -> Result<Backlog> {
        Ok(self.store().backlog())
    }

    async fn count(&self, filter: &JobFilter) -> Result<u64> {
        Ok(self.store().count(filter))
    }

    async fn executions(&self, job: &JobId) -> Result<Vec<Execution>> {
        Ok(self.store().executions(job))
    }

    async fn inspect_executions(
        &self,
        filter: &ExecutionFilter,
        order: ExecutionOrder,
        page: &Page,
    ) -> Result<Listing<ExecutionRecord>> {
        self.store().inspect_executions(filter, order, page)
    }

    async fn log_lines(&self, query: &LogQuery) -> Result<LogExcerpt> {
        Ok(self.store().log_excerpt(query))
    }

    async fn change(&self, target: Target, change: Change) -> Result<ChangeReport> {
        let report = self.store().change(&target, change);
        self.shared.hint.send();
        Ok(report)
    }

    async fn pause(&self, queue: &str) -> Result<()> {
        self.store().pause(queue);
        Ok(())
    }

    async fn resume(&self, queue: &str) -> Result<()> {
        self.store().resume(queue);
        self.shared.hint.send();
        Ok(())
    }

    async fn queues(&self) -> Result<Vec<QueueRecord>> {
        Ok(self.store().queue_records())
    }

    async fn prune(&self, policy: PrunePolicy) -> Result<PruneReport> {
        Ok(self.store().prune(&policy))
    }

    async fn size(&self) -> Result<StoreSize> {
        Ok(self.store().size())
    }

    fn control(self: Arc<Self>) -> Option<Arc<dyn ControlStore>> {
        Some(Arc::new(self.shared.control.clone()))
    }

    async fn begin_task(&self, begin: BeginTask) -> Result<TaskBegun> {
        self.store().begin_task(begin, &self.timing)
    }

    async fn note_task(&self, note: TaskNote) -> Result<TaskNoted> {
        Ok(self.store().note_task(note))
    }

    async fn close_task(&self, close: CloseTask) -> Result<Applied> {
        Ok(self.store().close_task(close))
    }

    fn abandon_task(&self, token: TaskToken) {
        self.store().abandon_task(token);
    }

    async fn interrupt_task(&self, name: &str) -> Result<()> {
        self.store().interrupt_task(name, &self.timing)
    }

    async fn reset_task(&self, name: &str, owner: LiveOwner) -> Result<()> {
        self.store().reset_task(name, owner, &self.timing)
    }

    async fn delete_task(&self, name: &str, owner: LiveOwner) -> Result<()> {
        self.store().delete_task(name, owner, &self.timing)
    }

    async fn find_task(&self, name: &str) -> Result<Option<TaskRecord>> {
        Ok(self.store().find_task(name, &self.timing))
    }

    async fn tasks(&self, filter: &TaskFilter, page: &Page) -> Result<Listing<TaskRecord>> {
        self.store().list_tasks(filter, page, &self.timing)
    }

    async fn task_runs(&self, name: &str) -> Result<Vec<TaskRun>> {
        Ok(self.store().task_runs(name))
    }

    async fn task_log(&self, query: &TaskLogQuery) -> Result<LogExcerpt> {
        Ok(self.store().task_log(query))
    }

    async fn prune_tasks(&self, prune: PruneTasks) -> Result<PrunedTasks> {
        Ok(self.store().prune_tasks(&prune))
    }
}
