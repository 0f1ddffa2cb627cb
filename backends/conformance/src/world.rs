//! A store under test with everything that cases do with it, each in one line.

mod claims;
mod jobs;
mod records;
mod services;

use std::sync::Arc;
use std::time::Duration;

use egret_core::{Backend, Capabilities, Timestamp, Timing};

use crate::Subject;
use crate::wait_until::wait_until;

pub(crate) use claims::{an_error, completed, ids, payload, reenqueued};
pub(crate) use jobs::{Amend, QUEUE, at_once, bound_to, due, in_queue, job, of_class, of_site, with_priority};
pub(crate) use services::{everything, from_queues, only_classes, service_info};

/// A store under test. Clones are the same world.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) store: Arc<dyn Backend>,
    pub(crate) subject: Arc<dyn Subject>,
}

/// The lease of observers.
const SHORT_LEASE: Duration = Duration::from_millis(400);
/// The lease of observers beside whom others go on beating. Long enough that a service which beats just before a rescue is not
/// taken for dead, on a machine that is busy as well.
const PATIENT_LEASE: Duration = Duration::from_secs(3);

impl World {
    pub(crate) fn new(subject: Arc<dyn Subject>, store: Arc<dyn Backend>) -> Self {
        Self { store, subject }
    }

    pub(crate) fn can(&self) -> &Capabilities {
        self.store.capabilities()
    }

    /// The same store by another handle, as another process would see it.
    pub(crate) async fn another_handle(&self) -> World {
        let store = self.subject.open(Timing::default()).await.expect("a second handle opens");
        World { store, subject: self.subject.clone() }
    }

    /// A handle that soon takes services for dead.
    pub(crate) async fn observer(&self) -> Arc<dyn Backend> {
        self.observer_with(SHORT_LEASE).await
    }

    /// A handle that takes services for dead after the lease.
    async fn observer_with(&self, lease: Duration) -> Arc<dyn Backend> {
        self.subject.open(Timing::with_lease(lease)).await.expect("a second handle opens")
    }

    /// The store's now.
    pub(crate) async fn now(&self) -> Timestamp {
        self.store.now().await.expect("the store tells the time")
    }

    /// The instant that the store's clock shows after so long.
    pub(crate) async fn in_future(&self, duration: Duration) -> Timestamp {
        egret_core::job_data::saturating_add(self.now().await, duration)
    }

    /// Returns when the store's clock shows the instant.
    pub(crate) async fn reach(&self, instant: Timestamp) {
        if let Some(clock) = self.subject.clock() {
            let missing = instant.duration_since(self.now().await);
            clock.advance(Duration::try_from(missing).unwrap_or_default());
        }
        wait_until("the store's clock goes on", async || {
            let now = self.now().await;
            if now >= instant { Ok(()) } else { Err(now) }
        })
        .await;
    }
}
