//! The seam: each verb on the store of one format.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use egret_core::{
    Applied, Backend, Backlog, Beat, Capabilities, Change, ChangeReport, ClaimRequest, ClaimToken, ClaimedJob, Counts,
    EnqueueReply, EnqueueRequest, Finish, Iteration, JobFilter, JobId, JobOrder, JobRecord, Leave, Left, Listing,
    Orders, Page, Presence, QueueRecord, Release, RescueReport, Result, Selection, ServiceId, ServiceInfo,
    ServiceOrder, ServiceRecord, Target, Timestamp,
};

use super::Store;
use super::format::Format;

/// A handle on a store.
#[derive(Debug)]
pub(crate) struct Handle<F: Format>(pub(crate) Arc<Store<F>>);

#[async_trait]
impl<F: Format> Backend for Handle<F> {
    fn capabilities(&self) -> &Capabilities {
        self.0.format.capabilities()
    }

    async fn now(&self) -> Result<Timestamp> {
        self.0.server_time().await
    }

    fn location(&self) -> String {
        format!("{}+{}", self.capabilities().adapter, self.0.driver.location())
    }

    async fn enqueue(&self, request: EnqueueRequest) -> Result<EnqueueReply> {
        self.0.enqueue_jobs(request).await
    }

    async fn claim(&self, request: ClaimRequest) -> Result<Vec<ClaimedJob>> {
        self.0.claim_jobs(request).await
    }

    async fn finish(&self, finishes: Vec<Finish>) -> Result<Vec<Applied>> {
        self.0.finish_claims(finishes).await
    }

    async fn release(&self, releases: Vec<Release>) -> Result<Vec<Applied>> {
        self.0.release_claims(releases).await
    }

    async fn iteration(&self, token: ClaimToken) -> Result<Option<Iteration>> {
        self.0.read_iteration(token).await
    }

    async fn note_iteration(&self, token: ClaimToken, iteration: Iteration) -> Result<Option<Iteration>> {
        self.0.write_iteration(token, iteration).await
    }

    async fn end_iteration(&self, token: ClaimToken) -> Result<Applied> {
        self.0.forget_iteration(token).await
    }

    fn mark_started(&self, token: ClaimToken) {
        self.0.mark_start(token);
    }

    fn mark_ended(&self, token: ClaimToken) {
        self.0.mark_end(token);
    }

    async fn register(&self, info: ServiceInfo) -> Result<ServiceId> {
        self.0.register_service(info).await
    }

    async fn present(&self, service: ServiceId, info: ServiceInfo) -> Result<()> {
        self.0.present_service(service, info).await
    }

    async fn beat(&self, service: ServiceId, beat: Beat) -> Result<Orders> {
        self.0.beat_service(service, beat).await
    }

    async fn leave(&self, service: ServiceId, leave: Leave) -> Result<Left> {
        self.0.leave_service(service, leave).await
    }

    async fn rescue(&self) -> Result<RescueReport> {
        self.0.rescue_jobs().await
    }

    async fn services(&self) -> Result<Vec<ServiceRecord>> {
        self.0.service_records().await
    }

    async fn presence(&self) -> Result<Presence> {
        self.0.presence_of_services().await
    }

    async fn order(&self, service: ServiceId, order: ServiceOrder) -> Result<()> {
        self.0.order_anybody(service, order).await
    }

    async fn due(&self, selection: &Selection) -> Result<Option<Timestamp>> {
        self.0.due_time(selection).await
    }

    async fn wait(&self, timeout: Duration) {
        self.0.wait_for_hint(timeout).await;
    }

    async fn wait_to_claim(&self, request: ClaimRequest, timeout: Duration) -> Result<Vec<ClaimedJob>> {
        self.0.wait_to_claim_jobs(request, timeout).await
    }

    async fn wake(&self) {
        self.0.send_hint().await;
    }

    async fn find(&self, id: &JobId) -> Result<Option<JobRecord>> {
        Ok(self.0.find_placed(id).await?.map(|placed| placed.record))
    }

    async fn inspect(&self, filter: &JobFilter, page: &Page) -> Result<Listing<JobRecord>> {
        self.0.list_jobs(filter, JobOrder::DueFirst, page).await
    }

    async fn inspect_latest(&self, filter: &JobFilter, page: &Page) -> Result<Listing<JobRecord>> {
        self.0.list_jobs(filter, JobOrder::LatestFirst, page).await
    }

    async fn counts(&self) -> Result<Counts> {
        self.0.count_jobs().await
    }

    async fn count(&self, filter: &JobFilter) -> Result<u64> {
        self.0.count_covered(filter).await
    }

    async fn change(&self, target: Target, change: Change) -> Result<ChangeReport> {
        self.0.change_jobs(target, change).await
    }

    async fn backlog(&self) -> Result<Backlog> {
        self.0.look_at_backlog().await
    }

    async fn pause(&self, queue: &str) -> Result<()> {
        self.0.pause_queue(queue).await
    }

    async fn resume(&self, queue: &str) -> Result<()> {
        self.0.resume_queue(queue).await
    }

    async fn queues(&self) -> Result<Vec<QueueRecord>> {
        self.0.queue_records().await
    }
}
