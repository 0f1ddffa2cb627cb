//! The traces, in the control store.

use std::sync::Arc;
use std::time::Duration;

use egret_core::job_data::{saturating_add, to_microseconds};
use egret_core::{
    ControlQuery, ControlRecord, ControlStore, Cursor, JobId, JobState, Listing, Page, PutControl, Result, Timestamp,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::access::generate;

const KIND: &str = "trace";
/// The jobs of a change, in pieces that belong to its trace.
const JOBS: &str = "trace_jobs";
/// How long traces are kept.
const KEPT: Duration = Duration::from_secs(400 * 86_400);

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Trace {
    /// What names it; empty as long as it is not in the trail.
    #[serde(default, skip_deserializing)]
    pub id: String,
    /// When, by the store's clock.
    pub at: Timestamp,
    /// Who.
    pub user: String,
    /// From where, as far as that is known; empty if not.
    pub address: String,
    /// The stable name of what was done, such as `jobs.retry`.
    pub action: String,
    /// What was changed.
    pub target: String,
    /// What it was before; null where nothing was.
    pub before: Value,
    /// What it is now; null where nothing is.
    pub after: Value,
    /// So many jobs are told one by one beside it, see [`Trail::jobs`].
    #[serde(default)]
    pub n_jobs: u64,
}

impl Trace {
    /// A change of something that was not there before, or whose former state does not matter.
    pub fn new(at: Timestamp, user: impl Into<String>, action: impl Into<String>, target: impl Into<String>) -> Self {
        Self {
            id: String::new(),
            at,
            user: user.into(),
            address: String::new(),
            action: action.into(),
            target: target.into(),
            before: Value::Null,
            after: Value::Null,
            n_jobs: 0,
        }
    }
}

/// A job that a change was made to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TracedJob {
    /// The job.
    pub id: JobId,
    /// Its state before, as the very step saw it that changed it.
    pub before: JobState,
    /// When it was due, where the change gave it another time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_at: Option<Timestamp>,
    /// The state to which it was changed, `None` if it is gone. A job that ran and was asked to stop still runs.
    pub after: Option<JobState>,
}

/// The traces, the latest first. They are kept for 400 days.
#[derive(Clone, Debug)]
pub struct Trail {
    control: Arc<dyn ControlStore>,
}

impl Trail {
    /// The traces that a store keeps.
    pub fn new(control: Arc<dyn ControlStore>) -> Self {
        Self { control }
    }

    /// Adds one, and answers what names it.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn add(&self, trace: &Trace) -> Result<String> {
        // They begin with the time, so that they are listed by it.
        let id = format!("{:020}-{}", to_microseconds(trace.at), generate());
        self.put(&id, trace).await?;
        Ok(id)
    }

    /// Tells more of a change that goes on: the trace of this id as it is now.
    pub(super) async fn put(&self, id: &str, trace: &Trace) -> Result<()> {
        let body = serde_json::to_string(trace).expect("a trace is plain data");
        let record = PutControl::new(KIND, id, body).owned_by(trace.user.as_str());
        self.control.put(record.expiring_at(expiry(trace))).await?;
        Ok(())
    }

    /// The trace of an id.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn find(&self, id: &str) -> Result<Option<Trace>> {
        Ok(self.control.get(KIND, id).await?.and_then(read))
    }

    /// Adds jobs of a change, as its piece of this number.
    pub(super) async fn add_jobs(&self, id: &str, number: u64, trace: &Trace, jobs: &[TracedJob]) -> Result<()> {
        let body = serde_json::to_string(jobs).expect("a traced job is plain data");
        let record = PutControl::new(JOBS, format!("{id}-{number:08}"), body).owned_by(id);
        self.control.put(record.expiring_at(expiry(trace))).await?;
        Ok(())
    }

    /// Jobs of a change, in the order in which they were changed: some hundred of them, and where the next ones begin.
    ///
    /// # Errors
    /// When the store fails, or the cursor is none of this listing.
    pub async fn jobs(&self, id: &str, after: Option<Cursor>) -> Result<Listing<TracedJob>> {
        let Listing { items, next, .. } =
            self.control.list(&ControlQuery::of_kind(JOBS).owned_by(id), &Page { limit: 1, after }).await?;
        let jobs = items.iter().filter_map(|record| serde_json::from_str::<Vec<TracedJob>>(&record.body).ok());
        Ok(Listing::page(jobs.flatten().collect(), next))
    }

    /// A page of them, of everybody or of one user.
    ///
    /// # Errors
    /// When the store fails, or the cursor is none of this listing.
    pub async fn list(&self, user: Option<&str>, page: &Page) -> Result<Listing<Trace>> {
        let mut query = ControlQuery::of_kind(KIND).descending();
        query.owner = user.map(str::to_owned);
        let Listing { items, next, .. } = self.control.list(&query, page).await?;
        Ok(Listing::page(items.into_iter().filter_map(read).collect(), next))
    }
}

/// When a trace and its jobs go.
fn expiry(trace: &Trace) -> Timestamp {
    saturating_add(trace.at, KEPT)
}

fn read(record: ControlRecord) -> Option<Trace> {
    let trace: Trace = serde_json::from_str(&record.body).ok()?;
    Some(Trace { id: record.key, ..trace })
}

#[cfg(test)]
mod tests {
    use egret_core::{Clock as _, ManualClock, MemoryControl, SystemClock};

    use super::*;

    #[tokio::test]
    async fn traces_are_listed_latest_first_and_by_user() {
        let trail = Trail::new(Arc::new(MemoryControl::new(Arc::new(SystemClock))));
        for (second, user) in [(0, "a"), (1, "b"), (2, "a")] {
            trail
                .add(&Trace::new(
                    Timestamp::now().saturating_add(Duration::from_secs(second)).unwrap(),
                    user,
                    "queue.pause",
                    format!("q{second}"),
                ))
                .await
                .unwrap();
        }
        let targets = async |user| {
            let listing = trail.list(user, &Page::first(10)).await.unwrap();
            listing.items.into_iter().map(|trace| trace.target).collect::<Vec<_>>()
        };
        assert_eq!(targets(None).await, ["q2", "q1", "q0"]);
        assert_eq!(targets(Some("a")).await, ["q2", "q0"]);
    }

    #[tokio::test]
    async fn the_jobs_of_a_change_are_told_in_pieces_and_go_with_its_trace() {
        let clock = Arc::new(ManualClock::at("2026-11-24T00:00:00Z".parse().unwrap()));
        let control = Arc::new(MemoryControl::new(clock.clone()));
        let trail = Trail::new(control.clone());
        let trace = Trace::new(clock.now(), "a", "jobs.retry", "");
        let (id, other) = (trail.add(&trace).await.unwrap(), trail.add(&trace).await.unwrap());
        let job = |name: &str| TracedJob {
            id: JobId::from(name),
            before: JobState::Discarded,
            due_at: None,
            after: Some(JobState::Available),
        };
        trail.add_jobs(&id, 0, &trace, &[job("1"), job("2")]).await.unwrap();
        trail.add_jobs(&id, 1, &trace, &[job("3")]).await.unwrap();
        trail.add_jobs(&other, 0, &trace, &[job("4")]).await.unwrap();
        let first = trail.jobs(&id, None).await.unwrap();
        assert_eq!(first.items, [job("1"), job("2")]);
        let second = trail.jobs(&id, first.next).await.unwrap();
        assert_eq!((second.items, second.next), (vec![job("3")], None));
        assert_eq!(trail.find(&id).await.unwrap().map(|trace| trace.id), Some(id));
        clock.advance(KEPT);
        assert_eq!(control.prune().await.unwrap(), 5, "two traces and three pieces");
    }
}
