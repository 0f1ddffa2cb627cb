//! What a crash run must show in the end.

use std::time::Duration;

use egret_core::{Backend, ExecutionState, JobFilter, JobId, JobState, Page};

use super::blows::Blows;
use super::ledger::Ledger;
use super::plan::Plan;

/// Checks that no job was lost, none is left over and none was completed twice.
pub(super) async fn judge(store: &dyn Backend, ids: &[JobId], ledger: &Ledger) {
    let left_over = ended_otherwise(store).await;
    assert!(left_over.is_empty(), "jobs that are not completed: {left_over:?}");
    let can = store.capabilities();
    if can.history {
        let counts = store.counts().await.expect("jobs are counted");
        assert_eq!(counts.of_state(JobState::Completed), ids.len() as u64, "completed jobs: {counts:?}");
    }
    for id in ids {
        let entry = ledger.entry(id);
        assert!(entry.n_ended >= 1, "`{id}` is gone and was never run to its end: {entry:?}");
        assert!(entry.n_finished <= 1, "`{id}` was completed more than once: {entry:?}");
        if can.history {
            judge_history(store, id).await;
        }
    }
}

/// Each attempt was recorded, and one of them is the completion.
async fn judge_history(store: &dyn Backend, id: &JobId) {
    let executions = store.executions(id).await.expect("the history is answered");
    let (completions, others): (Vec<_>, Vec<_>) =
        executions.iter().partition(|execution| execution.state == ExecutionState::Completed);
    assert_eq!(completions.len(), 1, "completions of `{id}`: {executions:?}");
    for execution in others {
        let state = execution.state;
        assert!(matches!(state, ExecutionState::Interrupted | ExecutionState::Released), "`{id}`: {executions:?}");
    }
}

/// Jobs in any state but completed. A quarantined one is discarded, and so counts as lost.
async fn ended_otherwise(store: &dyn Backend) -> Vec<(JobId, JobState)> {
    let mut found = Vec::new();
    let filter = JobState::ALL
        .into_iter()
        .filter(|state| *state != JobState::Completed)
        .fold(JobFilter::all(), JobFilter::state);
    let mut page = Page::first(100);
    loop {
        let listing = store.inspect(&filter, &page).await.expect("a listing is answered");
        found.extend(listing.items.into_iter().map(|record| (record.id, record.state)));
        match listing.next {
            Some(next) => page.after = Some(next),
            None => return found,
        }
    }
}

/// A run in which too little happened proves nothing.
pub(super) fn refuse_if_void(plan: &Plan, blows: &Blows, ledger: &Ledger) {
    assert!(
        blows.are_enough(plan),
        "the run is void: {} of {} kills and {} of {} freezes hit a job that had begun",
        blows.n_kill_hits,
        plan.n_kills,
        blows.n_freeze_hits,
        plan.n_freezes
    );
    assert!(ledger.n_stale > 0, "the run is void: no owner that was replaced has written");
}

/// Says what happened.
#[expect(clippy::print_stderr, reason = "the figures of a run are its result")]
pub(super) fn report(blows: &Blows, ledger: &Ledger, took: Duration) {
    eprintln!(
        "crash run: {} finishes in {took:.1?}; {} kills, {} of them during a job; {} freezes, {} of them during a job; \
         {} lives of workers; {} stale writes refused",
        ledger.n_finished,
        blows.n_kills,
        blows.n_kill_hits,
        blows.n_freezes,
        blows.n_freeze_hits,
        ledger.n_lives,
        ledger.n_stale,
    );
}
