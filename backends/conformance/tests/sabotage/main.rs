//! The suite itself under test: stores that break one promise each must turn it red.
//!
//! Each fault names the cases that must find it. The same cases pass on the same store without the fault, so that it is
//! the fault which they find.

mod backend;
mod control;
mod fault;

use std::sync::Arc;

use async_trait::async_trait;
use egret_conformance::{Subject, Verdict, find_case, run_case};
use egret_core::memory::{MemoryOptions, MemoryRows};
use egret_core::{Backend, JobId, ManualClock, Result, Timestamp, Timing};

use crate::backend::{Sabotaged, Scheme};
use crate::fault::Fault;

/// A store in memory on which every handle has the same fault.
struct SabotagedSubject {
    store: MemoryRows,
    clock: ManualClock,
    scheme: Arc<Scheme>,
}

impl SabotagedSubject {
    fn new(fault: Option<Fault>) -> Self {
        let clock = ManualClock::at(Timestamp::now());
        let options = MemoryOptions { clock: Arc::new(clock.clone()), ..MemoryOptions::default() };
        Self { store: MemoryRows::new(options), clock, scheme: Arc::new(Scheme::new(fault)) }
    }
}

#[async_trait]
impl Subject for SabotagedSubject {
    async fn open(&self, timing: Timing) -> Result<Arc<dyn Backend>> {
        Ok(Arc::new(Sabotaged::new(self.store.with_timing(timing), self.scheme.clone())))
    }

    fn clock(&self) -> Option<ManualClock> {
        Some(self.clock.clone())
    }

    async fn snapshot(&self, id: &JobId) -> Option<Vec<u8>> {
        Some(self.store.snapshot(id).unwrap_or_default().into_bytes())
    }
}

/// Checks that the cases fail with the fault and pass without it.
fn turns_red(fault: Fault, cases: &[&str]) {
    for name in cases {
        let (verb, name) = name.split_once("::").expect("a case is named by its verb and its promise");
        let case = find_case(verb, name);
        assert_eq!(run_case(case, SabotagedSubject::new(None)), Verdict::Passed, "`{verb}::{name}` without a fault");
        let verdict = run_case(case, SabotagedSubject::new(Some(fault)));
        assert!(matches!(verdict, Verdict::Failed(_)), "`{verb}::{name}` does not find {fault:?}: {verdict:?}");
    }
}

macro_rules! each_turns_red {
    ($($test:ident: $fault:ident => [$($case:literal),* $(,)?];)*) => {
        $(
            #[test]
            fn $test() {
                turns_red(Fault::$fault, &[$($case),*]);
            }
        )*
    };
}

each_turns_red! {
    a_record_that_can_be_taken_twice: TokensReusable => ["control::gives_a_taken_record_to_one_of_many"];
    a_token_that_is_ignored: TokenIgnored => [
        "fencing::refuses_a_finish_under_a_replaced_token",
        "fencing::refuses_writes_when_the_same_service_claimed_again",
        "fencing::refuses_writes_when_a_service_of_the_same_name_claimed_again",
        "fencing::applies_the_good_part_of_a_batch_with_a_stale_one",
    ];
    a_finish_that_is_lost: FinishLost => [
        "finish::completes_a_job",
        "finish::answers_each_finish_of_a_mixed_batch",
        "counts::agree_with_a_model_under_random_operations",
    ];
    a_job_that_is_claimed_twice: DoubleClaim => [
        "claim::gives_each_job_once",
        "claim::gives_no_job_to_two_of_many_claimers",
    ];
    an_order_that_is_lost: OrderLost => [
        "claim::takes_jobs_in_order_of_enqueue",
        "claim::prefers_smaller_priorities",
        "claim::fills_a_batch_from_several_queues",
        "release::puts_a_batch_back_in_its_order",
    ];
    a_release_that_is_counted: ReleaseCounted => [
        "release::puts_a_job_back_uncounted",
        "release::never_counts_a_run_that_began",
    ];
    a_start_right_that_is_leaked: StartRightLeaked => [
        "start::is_given_to_one_at_a_time",
        "start::is_given_to_one_of_many_who_ask_at_once",
        "start::is_not_given_while_a_service_lives",
    ];
    a_start_right_that_is_never_given_back: StartRightKept => [
        "start::backs_off_after_a_failed_start",
        "start::is_taken_over_by_the_service_that_was_started",
    ];
    counts_that_drift: CountsDrift => [
        "counts::agree_with_a_model_under_random_operations",
        "counts::stay_exact_when_many_work_at_once",
    ];
    a_stale_note_that_is_applied: StaleNoteApplied => [
        "fencing::refuses_a_note_under_a_replaced_token",
        "note::answers_each_note_of_a_batch",
    ];
    a_leave_that_does_not_look: LeaveBlind => [
        "leave::stays_when_a_job_is_due",
        "leave::stays_for_reserved_jobs_and_says_when",
    ];
    a_leave_that_looks_too_early: LeaveRacy => [
        "leave::misses_no_job_that_comes_meanwhile",
    ];
    interruptions_that_are_never_counted: InterruptionsUncounted => [
        "rescue::counts_an_interruption_of_a_job_that_began",
        "rescue::quarantines_a_job_at_the_third_interruption",
    ];
    interruptions_that_count_against_claims: ClaimsInterrupted => [
        "rescue::counts_no_interruption_of_a_job_that_only_was_claimed",
    ];
    a_lease_that_is_believed_at_once: LeaseBelieved => [
        "rescue::survives_a_step_of_the_clock",
    ];
    a_cancel_that_nobody_hears_of: CancelIgnored => [
        "change::cancel_tells_the_service_that_runs_the_job",
    ];
    a_pause_that_does_not_hold: PauseIgnored => [
        "pause::stops_claims_from_the_queue",
        "pause::hides_its_jobs_from_the_due_time",
    ];
    follow_ups_of_a_stale_finish: StaleFollowUps => [
        "fencing::applies_no_follow_up_of_a_stale_finish",
    ];
    an_id_that_is_stored_twice: DuplicateStored => [
        "enqueue::answers_duplicate_for_an_id_that_waits",
        "enqueue::stores_equal_ids_of_one_batch_once",
    ];
    classes_that_nobody_asked_for: ClassesIgnored => [
        "claim::leaves_unknown_classes_in_place",
    ];
    a_job_that_comes_before_its_time: TimeIgnored => [
        "claim::leaves_a_job_until_it_is_due",
        "enqueue::schedules_a_job_with_a_future_time",
    ];
    keys_that_do_not_survive: UnknownKeysLost => [
        "payload::survives_whole_with_unknown_keys_and_big_integers",
    ];
    a_hold_on_a_task_that_is_ignored: TaskTokenIgnored => [
        "task::refuses_writes_of_an_owner_who_was_replaced",
    ];
    a_task_that_two_have: TaskShared => [
        "task::k3_does_not_start_while_it_runs_and_its_owner_lives",
        "task::k5_a_refused_start_changes_nothing",
        "task::is_given_to_one_of_many_who_start_it_at_once",
    ];
    an_interrupt_that_nobody_hears_of: TaskInterruptLost => [
        "task::tells_its_owner_of_an_interrupt_with_his_next_note",
        "task::interrupts_an_announced_run_when_it_begins",
    ];
    a_task_that_outlives_its_owner: TaskOwnerImmortal => [
        "task::k1_runs_until_its_process_abandons_it",
        "task::k2_is_made_ready_again_when_its_owner_is_gone",
        "task::k3_starts_again_when_its_owner_is_gone",
    ];
    an_owner_that_nobody_asks_for: OwnerForgotten => [
        "change::changes_nothing_of_another_user_and_names_nothing",
        "change::changes_all_of_a_user_and_nothing_of_others",
    ];
    a_capability_that_lies: CapabilityLies => [
        "refusals::verbs_are_supported_exactly_as_the_capabilities_say",
    ];
}
