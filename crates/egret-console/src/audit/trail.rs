//! The traces, in the control store.

use std::sync::Arc;
use std::time::Duration;

use egret_core::job_data::{saturating_add, to_microseconds};
use egret_core::{ControlQuery, ControlStore, Listing, Page, PutControl, Result, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::access::generate;

const KIND: &str = "trace";
/// How long traces are kept.
const KEPT: Duration = Duration::from_secs(400 * 86_400);

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Trace {
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
}

impl Trace {
    /// A change of something that was not there before, or whose former state does not matter.
    pub fn new(at: Timestamp, user: impl Into<String>, action: impl Into<String>, target: impl Into<String>) -> Self {
        Self {
            at,
            user: user.into(),
            address: String::new(),
            action: action.into(),
            target: target.into(),
            before: Value::Null,
            after: Value::Null,
        }
    }
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

    /// Adds one.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn add(&self, trace: &Trace) -> Result<()> {
        // Keys begin with the time, so that they are listed by it.
        let key = format!("{:020}-{}", to_microseconds(trace.at), generate());
        let body = serde_json::to_string(trace).expect("a trace is plain data");
        let record = PutControl::new(KIND, key, body).owned_by(trace.user.as_str());
        self.control.put(record.expiring_at(saturating_add(trace.at, KEPT))).await?;
        Ok(())
    }

    /// A page of them, of everybody or of one user.
    ///
    /// # Errors
    /// When the store fails, or the cursor is none of this listing.
    pub async fn list(&self, user: Option<&str>, page: &Page) -> Result<Listing<Trace>> {
        let mut query = ControlQuery::of_kind(KIND).descending();
        query.owner = user.map(str::to_owned);
        let Listing { items, next, .. } = self.control.list(&query, page).await?;
        let traces = items.iter().filter_map(|record| serde_json::from_str(&record.body).ok());
        Ok(Listing::page(traces.collect(), next))
    }
}

#[cfg(test)]
mod tests {
    use egret_core::{MemoryControl, SystemClock};
    use serde_json::json;

    use super::*;

    #[tokio::test]
    async fn traces_are_listed_latest_first_and_by_user() {
        let trail = Trail::new(Arc::new(MemoryControl::new(Arc::new(SystemClock))));
        for (second, user) in [(0, "a"), (1, "b"), (2, "a")] {
            trail
                .add(&Trace {
                    at: Timestamp::now().saturating_add(Duration::from_secs(second)).unwrap(),
                    user: user.to_owned(),
                    address: String::new(),
                    action: "queue.pause".to_owned(),
                    target: format!("q{second}"),
                    before: Value::Null,
                    after: json!({ "paused": true }),
                })
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
}
