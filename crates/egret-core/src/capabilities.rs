//! What a backend can do, as data: asked before, not found out by failing.

use std::time::Duration;

use serde::Serialize;

/// What a backend can do. Code above the seam asks this and never which backend it has.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Capabilities {
    /// The adapter's name as `status.json` shows it: `shirasagi`, `sidekiq`, `resque`, `delayed_job`, `async`.
    pub adapter: &'static str,
    /// Whether acknowledged jobs survive the end of the process that enqueued them.
    pub persistent: bool,
    /// Whether several processes can work on one store.
    pub several_processes: bool,
    /// Whether several hosts can.
    pub several_hosts: bool,
    /// Whether claims choose by class, so that a job of a class that no service knows waits in its place.
    pub claims_by_class: bool,
    /// Whether smaller priorities run first.
    pub priorities: bool,
    /// Whether jobs can be scheduled for later.
    pub scheduling: bool,
    /// Whether a job can be found by its id.
    pub lookup_by_id: bool,
    /// Whether it tells beyond doubt where an enqueue came from; else that is always
    /// [`Unknown`](crate::Origin::Unknown), since other programs can write jobs too.
    pub origins: bool,
    /// Whether the store refuses a second live job with an id that it holds.
    pub unique_ids: bool,
    /// Whether an enqueue judges limits in its own atomic step.
    pub conditions: bool,
    /// Whether it gives statements by which an application stores jobs in a transaction of its own.
    pub statements: bool,
    /// Whether a finish stores further jobs in its own atomic step.
    pub follow_ups: bool,
    /// Whether a finish moves counters in its own atomic step.
    pub ledger: bool,
    /// Whether progress and log lines can be noted while a job runs.
    pub notes: bool,
    /// Whether it keeps how far jobs have come that go through many elements, so that another run goes on there.
    pub iterations: bool,
    /// Whether finished jobs and their attempts stay visible.
    pub history: bool,
    /// Whether counts are exact rather than estimates.
    pub exact_counts: bool,
    /// Whether queues can be paused.
    pub pauses: bool,
    /// Whether the store keeps the right to start a service on demand.
    pub on_demand: bool,
    /// Whether named tasks are kept.
    pub tasks: bool,
    /// Whether the store tells its size, so that retention can be bounded by it.
    pub sizes: bool,
    /// Whether the store can be checked, copied and compacted while services use it.
    pub care: bool,
    /// Whether it keeps what is not the jobs' business: users, sessions, the trail of changes.
    pub control: bool,
    /// Which changes of jobs it can make.
    pub changes: ChangeCapabilities,
    /// How a waiting service learns of new work.
    pub wake: WakeKind,
    /// What happens to a job whose error nothing handled.
    pub failure_policy: FailurePolicy,
    /// How long the store lets a job run, whatever its class says; `None` for any time. Who takes longer fails.
    pub longest_run: Option<Duration>,
    /// Whether jobs wait in the store; else whoever enqueues one performs it at once, in place, and nothing is stored.
    pub delays_jobs: bool,
    /// Whether somebody who gives no sign may take jobs: workers of another program that are seen only while they hold one. That
    /// no service polls a queue is no proof then that nobody does.
    pub unseen_workers: bool,
    /// What signals ask of a service on it, as those who come from its system expect.
    pub signals: SignalMap,
}

/// What signals ask of a service, beside TERM, INT and QUIT, which stop it gracefully on every store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct SignalMap {
    /// TSTP.
    pub tstp: SignalMeaning,
    /// TTIN.
    pub ttin: SignalMeaning,
    /// USR1.
    pub usr1: SignalMeaning,
    /// USR2.
    pub usr2: SignalMeaning,
    /// CONT.
    pub cont: SignalMeaning,
}

/// What a signal asks of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SignalMeaning {
    /// Claim nothing more, finish what runs, stay.
    Quiet,
    /// Claim again.
    Resume,
    /// Tell in the log what runs.
    Report,
    /// Cancel what runs, and go on.
    CancelRunning,
    /// Nothing.
    Nothing,
}

impl Default for SignalMap {
    /// Egret's own: USR1 and TSTP make quiet, CONT ends that, TTIN tells what runs, USR2 means nothing.
    fn default() -> Self {
        Self {
            tstp: SignalMeaning::Quiet,
            ttin: SignalMeaning::Report,
            usr1: SignalMeaning::Quiet,
            usr2: SignalMeaning::Nothing,
            cont: SignalMeaning::Resume,
        }
    }
}

/// Which changes of waiting and finished jobs a backend can make.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ChangeCapabilities {
    /// Discarded, cancelled and completed jobs run again.
    pub retry: bool,
    /// Scheduled jobs run at once.
    pub run_now: bool,
    /// Waiting jobs get another time.
    pub reschedule: bool,
    /// Waiting and running jobs are cancelled.
    pub cancel: bool,
    /// Jobs are removed.
    pub delete: bool,
}

/// How a waiting service learns of new work. A timer is the truth in every case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum WakeKind {
    /// A hint reaches it.
    Pushed,
    /// It looks at this interval.
    Polled(Duration),
}

/// What a store does with a job whose error nothing handled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FailurePolicy {
    /// Keeps it, discarded, visible and revivable.
    Keep,
    /// Runs it again after a delay that grows, up to a number of attempts in all; then keeps it discarded.
    Retry {
        /// Attempts in all, the first included.
        max_attempts: u32,
        /// Delay before the attempt after the first; it doubles with each further one.
        first_delay: Duration,
    },
    /// Runs it again after n⁴ + 15 s and a random part of up to 10 (n + 1) s, where n attempts have failed before the last; then
    /// keeps it discarded. A job may carry rules of its own. (Sidekiq 8, `lib/sidekiq/job_retry.rb`.)
    Growing {
        /// Attempts in all, the first included.
        max_attempts: u32,
    },
}
