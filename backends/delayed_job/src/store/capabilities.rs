//! What this store can do.

use egret_core::{Capabilities, ChangeCapabilities, FailurePolicy, SignalMap, WakeKind};

use super::ADAPTER;
use crate::database::Dialect;
use crate::options::DelayedJobOptions;

pub(super) fn capabilities(options: &DelayedJobOptions, dialect: Dialect, has_ours: bool) -> Capabilities {
    Capabilities {
        adapter: ADAPTER,
        persistent: true,
        several_processes: true,
        several_hosts: dialect != Dialect::Sqlite,
        // Rows are read before they are taken; the column with their YAML cannot be searched for classes.
        claims_by_class: true,
        priorities: true,
        scheduling: true,
        lookup_by_id: true,
        // Ruby writes rows as well.
        origins: false,
        unique_ids: false,
        conditions: false,
        statements: true,
        follow_ups: true,
        ledger: false,
        notes: false,
        iterations: false,
        history: false,
        exact_counts: true,
        // Other processes must learn of a pause.
        pauses: has_ours,
        on_demand: false,
        tasks: false,
        sizes: false,
        care: false,
        control: false,
        changes: ChangeCapabilities { retry: true, run_now: true, reschedule: true, cancel: true, delete: true },
        wake: WakeKind::Polled(options.poll),
        failure_policy: FailurePolicy::Growing { max_attempts: options.settings.max_attempts },
        // Ruby's worker stops a job there as well (delayed_job 4.1, `lib/delayed/worker.rb`, `run`).
        longest_run: Some(options.settings.max_run_time),
        delays_jobs: options.settings.delay_jobs,
        // Ruby's workers leave nothing but their names on the rows that they hold.
        unseen_workers: true,
        signals: SignalMap::default(),
    }
}
