//! What this store can do.

use egret_core::{Capabilities, ChangeCapabilities, FailurePolicy, SignalMap, WakeKind};

/// The adapter's name in `status.json`: the embedded store belongs to the service that is modelled on Shirasagi Job.
pub const ADAPTER: &str = "shirasagi";

pub(crate) fn capabilities(failure_policy: FailurePolicy) -> Capabilities {
    Capabilities {
        adapter: ADAPTER,
        persistent: true,
        several_processes: true,
        several_hosts: false,
        claims_by_class: true,
        priorities: true,
        scheduling: true,
        lookup_by_id: true,
        origins: true,
        unique_ids: true,
        conditions: true,
        statements: false,
        follow_ups: true,
        ledger: false,
        notes: true,
        iterations: false,
        history: true,
        exact_counts: true,
        pauses: true,
        on_demand: true,
        tasks: true,
        sizes: true,
        care: true,
        control: true,
        changes: ChangeCapabilities { retry: true, run_now: true, reschedule: true, cancel: true, delete: true },
        wake: WakeKind::Pushed,
        failure_policy,
        longest_run: None,
        delays_jobs: true,
        unseen_workers: false,
        signals: SignalMap::default(),
    }
}
