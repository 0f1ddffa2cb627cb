//! The verbs *claim*, *finish* and *release* in one line.

use std::sync::Arc;

use egret_core::{
    Applied, ClaimRequest, ClaimToken, ClaimedJob, ErrorReport, Finish, JobData, JobId, Outcome, Release, Selection,
    ServiceId, Timestamp,
};

use super::{QUEUE, World, from_queues};

impl World {
    /// Claims from the default queue.
    pub(crate) async fn claim(&self, service: ServiceId, limit: usize) -> Vec<ClaimedJob> {
        self.claim_from(service, &from_queues(&[QUEUE]), limit).await
    }

    pub(crate) async fn claim_from(
        &self,
        service: ServiceId,
        selection: &Arc<Selection>,
        limit: usize,
    ) -> Vec<ClaimedJob> {
        let request = ClaimRequest { service, selection: selection.clone(), limit, max_interrupted: limit };
        self.claim_with(request).await
    }

    pub(crate) async fn claim_with(&self, request: ClaimRequest) -> Vec<ClaimedJob> {
        let limit = request.limit;
        let claimed = self.store.claim(request).await.expect("a claim is answered");
        assert!(claimed.len() <= limit, "a claim of {limit} gave {} jobs", claimed.len());
        claimed
    }

    /// Claims one job from the default queue, which must have one that is due.
    pub(crate) async fn claim_one(&self, service: ServiceId) -> ClaimedJob {
        self.claim(service, 1).await.pop().expect("a job is due")
    }

    pub(crate) async fn claim_ids(&self, service: ServiceId, limit: usize) -> Vec<JobId> {
        ids(&self.claim(service, limit).await)
    }

    /// Claims one job after the other until there is none.
    pub(crate) async fn claim_singly(&self, service: ServiceId, selection: &Arc<Selection>) -> Vec<JobId> {
        let mut claimed = Vec::new();
        while let Some(job) = self.claim_from(service, selection, 1).await.pop() {
            claimed.push(job.id);
        }
        claimed
    }

    /// Ends a claim with an outcome, as of a job that began and ends now.
    pub(crate) async fn finish(&self, token: ClaimToken, outcome: Outcome) -> Applied {
        let now = self.now().await;
        self.finish_with(Finish::new(token, outcome, Some(now), now)).await
    }

    pub(crate) async fn finish_with(&self, finish: Finish) -> Applied {
        let mut applied = self.store.finish(vec![finish]).await.expect("a finish is answered");
        assert_eq!(applied.len(), 1, "one answer a finish");
        applied.remove(0)
    }

    pub(crate) async fn complete(&self, claimed: &ClaimedJob) {
        let applied = self.finish(claimed.token, completed()).await;
        assert_eq!(applied, Applied::Done, "the finish of a held claim is applied");
    }

    /// Claims the next job, lets it run and complete.
    pub(crate) async fn perform_one(&self, service: ServiceId) -> JobId {
        let claimed = self.claim_one(service).await;
        self.complete(&claimed).await;
        claimed.id
    }

    /// Gives a claim back that must be held.
    pub(crate) async fn release(&self, claimed: &ClaimedJob) {
        assert_eq!(self.release_with(Release::unstarted(claimed.token)).await, Applied::Done);
    }

    pub(crate) async fn release_with(&self, release: Release) -> Applied {
        let mut applied = self.store.release(vec![release]).await.expect("a release is answered");
        assert_eq!(applied.len(), 1, "one answer a release");
        applied.remove(0)
    }
}

pub(crate) fn ids(claimed: &[ClaimedJob]) -> Vec<JobId> {
    claimed.iter().map(|job| job.id.clone()).collect()
}

pub(crate) fn completed() -> Outcome {
    Outcome::Completed { value: None }
}

pub(crate) fn an_error() -> ErrorReport {
    ErrorReport::new("RuntimeError", "the printer is on fire")
}

/// The outcome of a job whose own rules handled the error.
pub(crate) fn reenqueued(claimed: &ClaimedJob, at: Option<Timestamp>) -> Outcome {
    let mut data = payload(claimed).clone();
    data.executions += 1;
    Outcome::Reenqueue { data: Box::new(data), at, error: Some(an_error()) }
}

pub(crate) fn payload(claimed: &ClaimedJob) -> &JobData {
    claimed.payload.job().expect("the payload can be read")
}
