//! What cases need of a store, by name.

use std::collections::BTreeSet;

use egret_core::{Capabilities, FailurePolicy, WakeKind};

use crate::Subject;

/// Whether a need is met.
///
/// Needs are the fields of [`Capabilities`] that say yes or no, the fields of its `changes`, and:
///
/// - `keeps_failures`, `retries_failures`: the failure policy;
/// - `hints`: a hint reaches services that wait;
/// - `overwrites_payloads`, `manual_clock`: what the [`Subject`] offers.
///
/// # Panics
/// When no need has the name.
pub fn is_met(need: &str, capabilities: &Capabilities, subject: &dyn Subject) -> bool {
    let changes = &capabilities.changes;
    match need {
        "persistent" => capabilities.persistent,
        "several_hosts" => capabilities.several_hosts,
        "claims_by_class" => capabilities.claims_by_class,
        "priorities" => capabilities.priorities,
        "scheduling" => capabilities.scheduling,
        "lookup_by_id" => capabilities.lookup_by_id,
        "origins" => capabilities.origins,
        "unique_ids" => capabilities.unique_ids,
        "conditions" => capabilities.conditions,
        "follow_ups" => capabilities.follow_ups,
        "ledger" => capabilities.ledger,
        "notes" => capabilities.notes,
        "history" => capabilities.history,
        "exact_counts" => capabilities.exact_counts,
        "pauses" => capabilities.pauses,
        "on_demand" => capabilities.on_demand,
        "sizes" => capabilities.sizes,
        "care" => capabilities.care,
        "tasks" => capabilities.tasks,
        "control" => capabilities.control,
        "retry" => changes.retry,
        "run_now" => changes.run_now,
        "reschedule" => changes.reschedule,
        "cancel" => changes.cancel,
        "delete" => changes.delete,
        "keeps_failures" => matches!(capabilities.failure_policy, FailurePolicy::Keep),
        "retries_failures" => matches!(capabilities.failure_policy, FailurePolicy::Retry { .. }),
        "hints" => matches!(capabilities.wake, WakeKind::Pushed),
        "overwrites_payloads" => subject.overwrites_payloads(),
        "manual_clock" => subject.clock().is_some(),
        unknown => panic!("`{unknown}` is no need of a case"),
    }
}

/// Needs of any case that the store does not meet, in alphabetical order.
pub fn unmet(capabilities: &Capabilities, subject: &dyn Subject) -> Vec<&'static str> {
    let needs: BTreeSet<&'static str> = crate::all_cases().iter().flat_map(|case| case.needs).copied().collect();
    needs.into_iter().filter(|need| !is_met(need, capabilities, subject)).collect()
}
