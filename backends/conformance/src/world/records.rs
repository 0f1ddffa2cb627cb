//! What the store shows of a job.

use egret_core::{JobFilter, JobId, JobRecord, JobState, Page};

use super::World;

impl World {
    /// The record of a job; by its id where the store can, else from the listing of all jobs.
    pub(crate) async fn record(&self, id: &JobId) -> Option<JobRecord> {
        if self.can().lookup_by_id {
            return self.store.find(id).await.expect("a look-up is answered");
        }
        self.listing(&JobFilter::all()).await.into_iter().find(|record| record.id == *id)
    }

    /// The record of a job that must be there.
    pub(crate) async fn known(&self, id: &JobId) -> JobRecord {
        self.record(id).await.unwrap_or_else(|| panic!("the job `{id}` is in the store"))
    }

    pub(crate) async fn state(&self, id: &JobId) -> JobState {
        self.known(id).await.state
    }

    /// Checks that a job is in a terminal state: visible where history is kept, else gone.
    pub(crate) async fn assert_ended(&self, id: &JobId, state: JobState) {
        match self.record(id).await {
            Some(record) => assert_eq!(record.state, state, "state of `{id}`"),
            None => assert!(!self.can().history, "the ended job `{id}` stays visible"),
        }
    }

    /// All jobs that the filter covers, by several pages.
    pub(crate) async fn listing(&self, filter: &JobFilter) -> Vec<JobRecord> {
        let mut records = Vec::new();
        let mut page = Page::first(50);
        loop {
            let listing = self.store.inspect(filter, &page).await.expect("a listing is answered");
            records.extend(listing.items);
            match listing.next {
                Some(next) => page.after = Some(next),
                None => return records,
            }
        }
    }

    /// Ids of waiting and running jobs, in the order of the listing.
    pub(crate) async fn live_ids(&self) -> Vec<JobId> {
        let records = self.listing(&JobFilter::all()).await;
        records.into_iter().filter(|record| !record.state.is_terminal()).map(|record| record.id).collect()
    }

    /// All that can be known of a job: equal before and after what must change nothing.
    pub(crate) async fn fingerprint(&self, id: &JobId) -> String {
        if let Some(bytes) = self.subject.snapshot(id).await {
            return String::from_utf8_lossy(&bytes).into_owned();
        }
        let record = self.record(id).await;
        let executions = match self.can().history {
            true => self.store.executions(id).await.expect("the history is answered"),
            false => Vec::new(),
        };
        format!("{record:?} {executions:?}")
    }
}
