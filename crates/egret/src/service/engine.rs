//! What the loops of a service share.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};
use std::time::Instant;

use egret_core::{
    Backend, Beat, ClaimToken, ClassSelection, GivenOrder, JobId, Orders, Selection, ServiceId, ServiceInfo,
    ServiceOrder, ServicePhase,
};
use jiff::Timestamp;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::hand::Hand;
use super::heart::HeartNudge;
use super::options::ServiceOptions;
use super::outbox::Outbox;
use super::progress::Progress;
use super::retirement::EndCause;
use super::settings::Settings;
use super::stop::{StopControl, StopRequest};
use crate::execution_log::LogOutbox;
use crate::executor::Executor;

/// What the loops of a service share.
pub(super) struct Engine {
    pub(super) backend: Arc<dyn Backend>,
    pub(super) executor: Arc<dyn Executor>,
    settings: Settings,
    pub(super) hand: Hand,
    pub(super) outbox: Outbox,
    pub(super) logs: Arc<LogOutbox>,
    pub(super) stop: StopControl,
    pub(super) progress: Progress,
    /// Set when the service is to leave for another process to take its place.
    pub(super) retirement: OnceLock<EndCause>,
    /// Fires when the service begins to stop.
    pub(super) stopping: CancellationToken,
    /// A hint that orders or work may wait, from the beat thread.
    pub(super) nudge: Notify,
    /// Wakes the heart for a full beat.
    heart: HeartNudge,
    /// The present nonce; another one after the service was taken for dead.
    service: AtomicU64,
    /// Number of the last order that was followed.
    followed: AtomicU64,
    /// Runs by claim. Guarded for a few instructions at a time.
    running: Mutex<HashMap<ClaimToken, RunControl>>,
}

/// The handles by which a run is ended from outside.
#[derive(Clone, Debug)]
pub(super) struct RunControl {
    pub(super) job_id: JobId,
    /// Its class; empty where the payload could not be read.
    pub(super) class: Arc<str>,
    /// When the job's code began, by the store's clock.
    pub(super) started_at: Timestamp,
    pub(super) began: Instant,
    /// Asks the job to stop.
    pub(super) cancellation: CancellationToken,
    /// Ends the run whether or not the job stops: its future is dropped.
    pub(super) abandon: CancellationToken,
    /// Why it is being cancelled, if a person asked.
    pub(super) cause: Arc<Mutex<Option<CancelCause>>>,
}

/// Why a run is being cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CancelCause {
    /// A person cancelled the job: it ends as cancelled.
    Person,
    /// The deadline of a stop passed: it is released.
    Deadline,
    /// The claim belongs to somebody else: nothing is written.
    Lost,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Engine").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl Engine {
    pub(super) fn new(
        backend: Arc<dyn Backend>,
        executor: Arc<dyn Executor>,
        options: ServiceOptions,
        stop: StopControl,
        logs: Arc<LogOutbox>,
    ) -> Self {
        let classes = match backend.capabilities().claims_by_class {
            true => executor.classes(),
            false => ClassSelection::All,
        };
        let selection = Selection { queues: options.queues.clone(), classes };
        Self {
            backend,
            executor,
            hand: Hand::new(),
            settings: Settings::new(options, selection),
            outbox: Outbox::default(),
            logs,
            stop,
            progress: Progress::default(),
            retirement: OnceLock::new(),
            stopping: CancellationToken::new(),
            nudge: Notify::new(),
            heart: HeartNudge::default(),
            service: AtomicU64::new(0),
            followed: AtomicU64::new(0),
            running: Mutex::new(HashMap::new()),
        }
    }

    pub(super) fn service(&self) -> ServiceId {
        ServiceId::from_number(self.service.load(Ordering::Acquire))
    }

    pub(super) fn set_service(&self, service: ServiceId) {
        // Orders are counted anew for each nonce.
        self.followed.store(0, Ordering::Release);
        self.service.store(service.number(), Ordering::Release);
    }

    /// What the service is asked to be, as it stands now.
    pub(super) fn options(&self) -> Arc<ServiceOptions> {
        self.settings.options()
    }

    /// What the service claims, as it stands now.
    pub(super) fn selection(&self) -> Arc<Selection> {
        self.settings.selection()
    }

    /// Goes on by other options, as far as a running service can.
    pub(super) fn adopt(&self, options: ServiceOptions) {
        self.settings.adopt(options);
        self.nudge.notify_one();
    }

    /// Whether other options were adopted since the last call.
    pub(super) fn has_new_options(&self) -> bool {
        self.settings.take_new()
    }

    pub(super) fn heart_nudge(&self) -> &HeartNudge {
        &self.heart
    }

    /// How this service presents itself to the store.
    pub(super) fn info(&self, start_right: Option<u64>) -> ServiceInfo {
        let options = self.options();
        ServiceInfo {
            name: options.name.clone(),
            process: egret_core::ProcessIdentity::current(),
            mode: options.mode,
            selection: self.selection(),
            concurrency: u32::try_from(options.concurrency).unwrap_or(u32::MAX),
            start_right,
            max_services: None,
        }
    }

    /// What the next beat tells.
    pub(super) fn present_beat(&self) -> Beat {
        Beat {
            running: self.lock().keys().copied().collect(),
            resident_bytes: super::memory::resident_bytes(),
            n_finished: self.outbox.n_finished(),
            phase: self.phase(),
        }
    }

    /// What the service does.
    pub(super) fn phase(&self) -> ServicePhase {
        match self.stop.request() {
            StopRequest::Stop | StopRequest::StopNow => ServicePhase::Stopping,
            _ if self.retirement.get().is_some() => ServicePhase::Stopping,
            StopRequest::Quiet => ServicePhase::Quiet,
            StopRequest::None => ServicePhase::Running,
        }
    }

    /// Does what the answer to a beat asks.
    pub(super) fn follow(&self, orders: &Orders) {
        if let Some(given) = orders.order {
            self.obey(given);
        }
        for job in &orders.cancel {
            self.cancel_where(CancelCause::Person, |_, run| run.job_id == *job);
        }
        for lost in &orders.lost {
            self.cancel_where(CancelCause::Lost, |token, _| token == lost);
        }
    }

    /// Follows an order of an operator, once. Two threads may learn of it at the same time.
    fn obey(&self, given: GivenOrder) {
        if self.followed.fetch_max(given.number, Ordering::AcqRel) >= given.number {
            return;
        }
        tracing::info!(order = given.order.as_str(), "ordered by an operator");
        match given.order {
            ServiceOrder::Quiet => self.stop.quiet(),
            ServiceOrder::Resume => self.stop.resume(),
            ServiceOrder::Stop => self.stop.stop(),
        }
        // Whoever gave the order waits to see it followed.
        self.heart.nudge();
    }

    pub(super) fn run_began(&self, token: ClaimToken, run: RunControl) {
        self.lock().insert(token, run);
    }

    /// Forgets a run; answers false when it had already been given up.
    pub(super) fn run_ended(&self, token: &ClaimToken) -> bool {
        self.lock().remove(token).is_some()
    }

    /// Asks the runs that are meant to stop. A lost one is abandoned at once: its code goes no further than its next
    /// await.
    pub(super) fn cancel_where(&self, cause: CancelCause, is_meant: impl Fn(&ClaimToken, &RunControl) -> bool) {
        for (token, run) in self.lock().iter() {
            if !is_meant(token, run) {
                continue;
            }
            run.cause.lock().expect("nothing panics while a cause is locked").get_or_insert(cause);
            run.cancellation.cancel();
            if cause == CancelCause::Lost {
                run.abandon.cancel();
            }
        }
    }

    /// Drops the futures of all runs.
    pub(super) fn abandon_all(&self) {
        self.lock().values().for_each(|run| run.abandon.cancel());
    }

    pub(super) fn n_running(&self) -> usize {
        self.lock().len()
    }

    /// Runs that are still there.
    pub(super) fn runs(&self) -> Vec<(ClaimToken, RunControl)> {
        self.lock().iter().map(|(token, run)| (*token, run.clone())).collect()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ClaimToken, RunControl>> {
        self.running.lock().expect("nothing panics while the runs are locked")
    }
}
