//! The table of all cases. A case that is not in it is unused code, which the compiler reports.

use crate::Case;

/// Calls a macro with the table: for each verb its cases, each with its needs.
#[doc(hidden)]
#[macro_export]
macro_rules! for_each_case {
    ([$($callback:tt)*] $context:tt) => {
        $($callback)*! { $context
            enqueue {
                stores_a_job_under_its_id []
                stores_a_batch_in_order []
                stores_nothing_of_an_empty_batch []
                answers_duplicate_for_an_id_that_waits [unique_ids]
                answers_duplicate_for_an_id_that_is_claimed [unique_ids]
                stores_an_id_again_that_is_only_in_history [unique_ids history]
                stores_equal_ids_of_one_batch_once [unique_ids]
                makes_a_job_with_a_past_time_available [scheduling]
                schedules_a_job_with_a_future_time [scheduling]
                is_seen_by_another_handle []
                keeps_the_origin [lookup_by_id]
                stores_every_job_of_many_enqueuers []
            }
            claim {
                gives_nothing_from_an_empty_store []
                takes_jobs_in_order_of_enqueue []
                takes_no_more_than_the_limit []
                gives_each_job_once []
                gives_each_claim_a_token_of_its_own []
                prefers_smaller_priorities [priorities]
                prefers_earlier_due_times_within_a_priority [priorities scheduling]
                counts_a_missing_priority_as_zero [priorities]
                empties_an_earlier_queue_first []
                prefers_the_queue_to_the_priority [priorities]
                fills_a_batch_from_several_queues []
                looks_only_at_selected_queues []
                expands_a_pattern_alphabetically []
                expands_a_pattern_to_queues_named_before_only_once []
                draws_queues_by_weight []
                leaves_a_job_until_it_is_due [scheduling]
                takes_scheduled_jobs_in_order_of_their_times [scheduling]
                leaves_unknown_classes_in_place [claims_by_class]
                takes_known_classes_behind_many_unknown_ones [claims_by_class]
                gives_every_class_to_a_service_of_all []
                takes_so_many_interrupted_jobs_and_no_more []
                refuses_a_service_that_is_not_registered []
                shows_a_claimed_job_as_available_until_it_starts []
                gives_no_job_to_two_of_many_claimers []
            }
            finish {
                completes_a_job []
                queues_a_handled_error_for_its_time [scheduling]
                queues_a_handled_error_at_once []
                queues_a_reenqueued_job_behind_the_others []
                takes_queue_and_priority_of_the_new_payload []
                schedules_a_job_reenqueued_without_an_error [scheduling]
                keeps_a_failed_job_discarded [keeps_failures]
                tries_a_failed_job_again_and_gives_up_in_the_end [retries_failures scheduling]
                discards_a_job_whatever_the_policy []
                counts_and_records_a_discard_before_the_run [history]
                cancels_a_job []
                snoozes_a_job_without_an_error [scheduling]
                acknowledges_a_job_before_it_runs []
                counts_attempts_that_ran []
                counts_no_attempt_that_never_ran []
                answers_each_finish_of_a_mixed_batch []
                stores_follow_ups_in_the_same_step [follow_ups]
                remembers_the_error_of_the_last_attempt [lookup_by_id]
            }
            release {
                puts_a_job_back_uncounted []
                puts_a_job_back_to_its_place []
                puts_a_batch_back_in_its_order []
                keeps_priority_and_due_time [priorities]
                makes_the_job_claimable_by_another_service []
                never_counts_a_run_that_began []
                records_a_run_that_began_as_released [history]
            }
            fencing {
                refuses_a_finish_under_a_replaced_token []
                refuses_a_release_under_a_replaced_token []
                refuses_a_note_under_a_replaced_token [notes]
                refuses_writes_when_the_same_service_claimed_again []
                refuses_writes_when_a_service_of_the_same_name_claimed_again []
                refuses_writes_of_a_service_that_was_buried []
                refuses_writes_of_a_service_that_left []
                refuses_a_second_finish []
                refuses_writes_after_an_acknowledgement []
                refuses_a_token_that_was_never_given []
                applies_no_follow_up_of_a_stale_finish [follow_ups]
                applies_the_good_part_of_a_batch_with_a_stale_one []
                ignores_marks_under_a_replaced_token []
            }
            rescue {
                leaves_a_service_alone_that_beats []
                gives_back_claims_of_a_dead_service []
                puts_jobs_back_to_their_places []
                counts_an_interruption_of_a_job_that_began []
                counts_no_interruption_of_a_job_that_only_was_claimed []
                counts_no_interruption_after_the_job_ended []
                quarantines_a_job_at_the_third_interruption []
                names_the_dead_in_the_quarantine [history]
                forgets_interruptions_after_a_success_of_the_run []
                counts_nothing_against_jobs_of_a_host_that_is_gone []
                reports_a_dead_service_once []
                records_interrupted_attempts [history]
                tells_a_buried_service_that_it_is_unknown []
                survives_a_step_of_the_clock [manual_clock]
            }
        }
    };
}

macro_rules! table {
    ([] $($verb:ident { $($name:ident [$($need:ident)*])* })*) => {
        /// Every case, in the order of the table.
        pub(crate) const ALL: &[Case] = &[$($(
            Case {
                verb: stringify!($verb),
                name: stringify!($name),
                needs: &[$(stringify!($need)),*],
                check: |world| Box::pin(crate::$verb::$name(world)),
            },
        )*)*];
    };
}

for_each_case! { [table] [] }
