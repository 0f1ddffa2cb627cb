//! The seam: each verb, run to its end on the thread of the connections.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use egret_core::{
    Applied, Backend, Backlog, Beat, Capabilities, Change, ChangeReport, ClaimRequest, ClaimToken, ClaimedJob, Counts,
    EnqueueReply, EnqueueRequest, Finish, JobFilter, JobId, JobOrder, JobRecord, Leave, Left, Listing, NewJob, Orders,
    Page, Presence, QueueRecord, Release, RescueReport, Result, Selection, ServiceId, ServiceInfo, ServiceOrder,
    ServiceRecord, Statement, StoreVersion, Target, Timestamp,
};

use super::open::TablesFound;
use super::{ADAPTER, Store};

/// Delayed Job's table as a store.
#[derive(Debug)]
pub struct DelayedJob(pub(super) Arc<Store>);

impl DelayedJob {
    /// Runs an operation on the thread of the connections.
    async fn run<T, F>(&self, operation: impl FnOnce(Arc<Store>) -> F) -> Result<T>
    where
        T: Send + 'static,
        F: Future<Output = Result<T>> + Send + 'static,
    {
        self.0.io.perform(operation(Arc::clone(&self.0)), async |_| {}).await
    }
}

#[async_trait]
impl Backend for DelayedJob {
    fn capabilities(&self) -> &Capabilities {
        &self.0.capabilities
    }

    async fn now(&self) -> Result<Timestamp> {
        Ok(self.0.clock())
    }

    fn location(&self) -> String {
        format!("delayed-job+{}", self.0.database.location())
    }

    async fn enqueue(&self, request: EnqueueRequest) -> Result<EnqueueReply> {
        self.run(async move |store: Arc<Store>| store.persist(|| store.enqueue_jobs(&request)).await).await
    }

    fn enqueue_statements(&self, jobs: &[NewJob]) -> Result<Vec<Statement>> {
        self.0.statements_for(jobs)
    }

    async fn claim(&self, request: ClaimRequest) -> Result<Vec<ClaimedJob>> {
        let (store, finder) = (Arc::clone(&self.0), Arc::clone(&self.0));
        let claim = async move { store.persist(|| store.claim_jobs(&request)).await };
        self.0.io.perform(claim, async move |claimed| finder.return_claimed(claimed).await).await
    }

    async fn finish(&self, finishes: Vec<Finish>) -> Result<Vec<Applied>> {
        self.run(async move |store: Arc<Store>| store.persist(|| store.finish_claims(&finishes)).await).await
    }

    async fn release(&self, releases: Vec<Release>) -> Result<Vec<Applied>> {
        self.run(async move |store: Arc<Store>| store.persist(|| store.release_claims(&releases)).await).await
    }

    fn mark_started(&self, token: ClaimToken) {
        self.0.mark_start(token);
    }

    fn mark_ended(&self, token: ClaimToken) {
        self.0.mark_end(token);
    }

    async fn register(&self, info: ServiceInfo) -> Result<ServiceId> {
        self.run(async move |store: Arc<Store>| store.register_service(info).await).await
    }

    async fn present(&self, service: ServiceId, info: ServiceInfo) -> Result<()> {
        self.run(async move |store: Arc<Store>| store.present_service(service, info).await).await
    }

    async fn beat(&self, service: ServiceId, beat: Beat) -> Result<Orders> {
        self.run(async move |store: Arc<Store>| store.persist(|| store.beat_service(service, &beat)).await).await
    }

    async fn leave(&self, service: ServiceId, leave: Leave) -> Result<Left> {
        self.run(async move |store: Arc<Store>| store.persist(|| store.leave_service(service, &leave)).await).await
    }

    async fn rescue(&self) -> Result<RescueReport> {
        self.run(async move |store: Arc<Store>| store.rescue_jobs().await).await
    }

    async fn services(&self) -> Result<Vec<ServiceRecord>> {
        self.run(async move |store: Arc<Store>| store.service_records().await).await
    }

    async fn presence(&self) -> Result<Presence> {
        self.run(async move |store: Arc<Store>| store.presence_of_services().await).await
    }

    async fn order(&self, service: ServiceId, order: ServiceOrder) -> Result<()> {
        self.run(async move |store: Arc<Store>| store.order_service(service, order).await).await
    }

    async fn due(&self, selection: &Selection) -> Result<Option<Timestamp>> {
        let selection = selection.clone();
        self.run(async move |store: Arc<Store>| store.due_time(&selection).await).await
    }

    async fn wait(&self, timeout: Duration) {
        self.0.wait_for_hint(timeout).await;
    }

    async fn wake(&self) {
        self.0.waiting.hint();
    }

    async fn find(&self, id: &JobId) -> Result<Option<JobRecord>> {
        let id = id.clone();
        self.run(async move |store: Arc<Store>| store.find_job(&id).await).await
    }

    async fn inspect(&self, filter: &JobFilter, page: &Page) -> Result<Listing<JobRecord>> {
        let (filter, page) = (filter.clone(), page.clone());
        self.run(async move |store: Arc<Store>| store.list_jobs(&filter, JobOrder::DueFirst, &page).await).await
    }

    async fn inspect_latest(&self, filter: &JobFilter, page: &Page) -> Result<Listing<JobRecord>> {
        let (filter, page) = (filter.clone(), page.clone());
        self.run(async move |store: Arc<Store>| store.list_jobs(&filter, JobOrder::LatestFirst, &page).await).await
    }

    async fn counts(&self) -> Result<Counts> {
        self.run(async move |store: Arc<Store>| store.count_jobs().await).await
    }

    async fn count(&self, filter: &JobFilter) -> Result<u64> {
        let filter = filter.clone();
        self.run(async move |store: Arc<Store>| store.count_covered(&filter).await).await
    }

    async fn count_never_run(&self, before: Timestamp) -> Result<u64> {
        self.run(async move |store: Arc<Store>| store.count_never_run(before).await).await
    }

    async fn backlog(&self) -> Result<Backlog> {
        self.run(async move |store: Arc<Store>| store.look_at_backlog().await).await
    }

    async fn change(&self, target: Target, change: Change) -> Result<ChangeReport> {
        self.run(async move |store: Arc<Store>| store.change_jobs(target, change).await).await
    }

    async fn pause(&self, queue: &str) -> Result<()> {
        let queue = queue.to_owned();
        self.run(async move |store: Arc<Store>| store.pause_queue(&queue).await).await
    }

    async fn resume(&self, queue: &str) -> Result<()> {
        let queue = queue.to_owned();
        self.run(async move |store: Arc<Store>| store.resume_queue(&queue).await).await
    }

    async fn queues(&self) -> Result<Vec<QueueRecord>> {
        self.run(async move |store: Arc<Store>| store.queue_records().await).await
    }

    fn version(&self) -> Option<StoreVersion> {
        Some(TablesFound { jobs: true, ours: self.0.apart.is_none() }.version())
    }

    fn cannot(&self, verb: &str) -> egret_core::Error {
        egret_core::Error::unsupported(ADAPTER, verb)
    }
}
