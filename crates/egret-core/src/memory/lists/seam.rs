//! The seam: each verb under the lock, and a hint where somebody may have waited for it.

use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;

use super::MemoryLists;
use crate::{
    Applied, Backend, Backlog, Beat, Capabilities, ClaimRequest, ClaimToken, ClaimedJob, Counts, EnqueueReply,
    EnqueueRequest, Finish, JobFilter, JobId, JobOrder, JobRecord, Leave, Left, Listing, NewJob, Orders, Page,
    Presence, Release, RescueReport, Result, Selection, ServiceId, ServiceInfo, ServiceOrder, ServiceRecord,
};

#[async_trait]
impl Backend for MemoryLists {
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
        if request.start.is_some() {
            return Err(self.cannot("start services on demand"));
        }
        self.check_conditions(&request.jobs)?;
        let reply = self.store().enqueue(request.jobs);
        self.shared.hint.send();
        Ok(reply)
    }

    async fn claim(&self, request: ClaimRequest) -> Result<Vec<ClaimedJob>> {
        self.store().claim(&request)
    }

    async fn finish(&self, finishes: Vec<Finish>) -> Result<Vec<Applied>> {
        for finish in &finishes {
            if !finish.ledger.is_empty() {
                return Err(self.cannot("move counters of a ledger"));
            }
            self.check_conditions(&finish.follow_ups)?;
        }
        let applied = {
            let mut store = self.store();
            finishes.into_iter().map(|finish| store.finish(finish)).collect()
        };
        self.shared.hint.send();
        Ok(applied)
    }

    async fn release(&self, releases: Vec<Release>) -> Result<Vec<Applied>> {
        let applied = self.store().release(&releases);
        self.shared.hint.send();
        Ok(applied)
    }

    fn mark_started(&self, token: ClaimToken) {
        self.store().mark(token, true);
    }

    fn mark_ended(&self, token: ClaimToken) {
        self.store().mark(token, false);
    }

    async fn register(&self, info: ServiceInfo) -> Result<ServiceId> {
        let mut store = self.store();
        let now = store.tick();
        store.services.register(info, now, &self.timing)
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

    async fn find(&self, _id: &JobId) -> Result<Option<JobRecord>> {
        Err(self.cannot("find a job by its id"))
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
}

impl MemoryLists {
    fn check_conditions(&self, jobs: &[NewJob]) -> Result<()> {
        match jobs.iter().any(|job| job.conditions.is_some()) {
            true => Err(self.cannot("judge conditions of an enqueue")),
            false => Ok(()),
        }
    }
}
