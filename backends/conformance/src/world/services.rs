//! Services for cases: how they come, run jobs and die.

use std::sync::Arc;
use std::time::Duration;

use egret_core::{
    Beat, ClaimedJob, ClassSelection, Orders, ProcessIdentity, QueueOrder, RescueReport, Selection, ServiceId,
    ServiceInfo, ServiceMode,
};

use super::{QUEUE, World};
use crate::wait_until::wait_until;

/// Every class from the queues, in strict order.
pub(crate) fn from_queues(queues: &[&str]) -> Arc<Selection> {
    Arc::new(Selection::strict(queues.iter().copied()))
}

/// Every class from every queue.
pub(crate) fn everything() -> Arc<Selection> {
    from_queues(&["*"])
}

/// The classes from the default queue.
pub(crate) fn only_classes(classes: &[&str]) -> Arc<Selection> {
    Arc::new(Selection {
        queues: QueueOrder::Strict(vec![QUEUE.to_owned()]),
        classes: ClassSelection::only(classes.iter().copied()),
    })
}

/// A service `job:service` of this process for the default queue.
pub(crate) fn service_info() -> ServiceInfo {
    ServiceInfo {
        name: "job:service".to_owned(),
        process: ProcessIdentity::current(),
        mode: ServiceMode::Service,
        selection: from_queues(&[QUEUE]),
        concurrency: 10,
        start_right: None,
        max_services: None,
    }
}

impl World {
    /// Registers a service as [`service_info`] describes it.
    pub(crate) async fn service(&self) -> ServiceId {
        self.register(service_info()).await
    }

    pub(crate) async fn register(&self, info: ServiceInfo) -> ServiceId {
        self.store.register(info).await.expect("a service registers")
    }

    pub(crate) async fn beat(&self, service: ServiceId, running: &[&ClaimedJob]) -> Orders {
        let running = running.iter().map(|job| job.token).collect();
        self.store.beat(service, Beat { running, ..Beat::default() }).await.expect("a beat is answered")
    }

    /// Lets the job of a claim begin, and the store know.
    pub(crate) async fn start(&self, claimed: &ClaimedJob) {
        self.store.mark_started(claimed.token);
        let orders = self.beat(claimed.token.service, &[claimed]).await;
        assert!(orders.lost.is_empty(), "a job that begins is held");
    }

    /// Waits until a service that beats no more is taken for dead, and tells what its rescue did.
    pub(crate) async fn bury(&self, service: ServiceId) -> RescueReport {
        self.bury_by(super::SHORT_LEASE, service, &[]).await
    }

    /// As [`bury`](Self::bury), while others go on beating.
    pub(crate) async fn bury_beside(&self, service: ServiceId, living: &[ServiceId]) -> RescueReport {
        self.bury_by(super::PATIENT_LEASE, service, living).await
    }

    async fn bury_by(&self, lease: Duration, service: ServiceId, living: &[ServiceId]) -> RescueReport {
        let observer = self.observer_with(lease).await;
        if let Some(clock) = self.subject.clock() {
            clock.advance(lease * 2);
        }
        wait_until("the service is taken for dead", async || {
            for id in living {
                let orders = self.beat(*id, &[]).await;
                assert!(!orders.unknown, "a service that beats is known");
            }
            let report = observer.rescue().await.expect("a rescue is answered");
            if report.dead_services.contains(&service) { Ok(report) } else { Err(report) }
        })
        .await
    }

    /// Registers a service, lets it claim and begin the next job, and die.
    pub(crate) async fn interrupt_next(&self) -> (ClaimedJob, RescueReport) {
        let service = self.service().await;
        let claimed = self.claim_one(service).await;
        self.start(&claimed).await;
        let report = self.bury(service).await;
        (claimed, report)
    }
}
