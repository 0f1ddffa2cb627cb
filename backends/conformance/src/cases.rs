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
                keeps_the_origin [lookup_by_id origins]
                stores_every_job_of_many_enqueuers []
                stores_a_batch_whole_or_not_at_all_when_it_is_given_up []
                outlives_every_handle [persistent scheduling]
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
                takes_a_pattern_literally_but_for_its_star []
                expands_a_pattern_to_queues_named_before_only_once []
                draws_queues_by_weight []
                goes_by_globs_and_exclusions []
                leaves_a_job_until_it_is_due [scheduling]
                takes_scheduled_jobs_in_order_of_their_times [scheduling]
                leaves_unknown_classes_in_place [claims_by_class]
                takes_known_classes_behind_many_unknown_ones [claims_by_class]
                gives_every_class_to_a_service_of_all []
                takes_so_many_interrupted_jobs_and_no_more []
                refuses_a_service_that_is_not_registered []
                shows_a_claimed_job_as_available_until_it_starts []
                gives_no_job_to_two_of_many_claimers []
                loses_nothing_when_a_claim_is_given_up []
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
                applies_one_of_many_finishes_at_once []
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
                counts_once_when_many_rescue_at_once []
                records_interrupted_attempts [history]
                tells_a_buried_service_that_it_is_unknown []
                survives_a_step_of_the_clock [manual_clock]
            }
            note {
                shows_the_job_as_running [notes]
                shows_the_attempt_as_running [notes history]
                keeps_a_checkpoint_for_the_next_run [notes]
                keeps_a_checkpoint_when_the_service_dies [notes]
                accepts_progress_with_and_without_an_end [notes]
                keeps_lines_of_notes_and_of_the_finish_in_order [notes]
                keeps_lines_of_a_release [notes]
                answers_each_note_of_a_batch [notes]
            }
            service {
                is_listed_as_it_registered []
                presents_itself_anew []
                must_be_registered_to_present_itself []
                has_a_name_of_its_own_for_each_life []
                is_seen_by_another_handle []
                shows_what_it_told_with_its_beat []
                shows_the_classes_that_it_told []
                learns_of_orders_with_its_next_beat []
                numbers_the_same_order_anew []
                is_stopped_whatever_is_ordered_afterwards []
                refuses_an_order_to_an_unknown_service []
                is_told_that_it_is_unknown []
                is_told_which_claims_it_lost []
                is_no_longer_listed_once_it_left []
                is_refused_above_the_cap_of_its_name []
                is_capped_also_when_many_register_at_once []
                makes_room_under_the_cap_when_one_dies []
                is_shown_dead_before_its_rescue []
            }
            leave {
                gives_claims_back_uncounted_and_unjudged []
                goes_when_nothing_waits []
                stays_when_a_job_is_due []
                stays_for_reserved_jobs_and_says_when [scheduling]
                stays_with_claims_of_its_own []
                does_not_wait_for_claims_of_others []
                does_not_wait_for_queues_that_are_not_selected []
                does_not_wait_for_unknown_classes [claims_by_class]
                does_not_wait_for_paused_queues [pauses]
                misses_no_job_that_comes_meanwhile []
                ends_cancelled_claims_as_cancelled [cancel]
            }
            wait {
                returns_after_the_timeout []
                takes_nothing []
                wakes_by_a_hint_of_another_handle [hints]
                wakes_by_an_enqueue_of_another_handle [hints]
                wakes_by_a_release_of_another_handle [hints]
                wakes_several_who_wait [hints]
                gives_a_job_that_comes_to_one_who_waits_to_claim []
                gives_nothing_that_is_not_selected_to_one_who_waits_to_claim []
                gives_back_what_came_for_one_who_no_longer_waits []
                knows_no_due_time_of_an_empty_store []
                knows_a_past_due_time_when_a_job_is_due [scheduling]
                knows_the_time_of_the_next_reserved_job [scheduling]
                looks_for_the_due_time_only_at_selected_queues [scheduling]
                looks_for_the_due_time_only_at_known_classes [claims_by_class]
            }
            start {
                is_given_with_the_enqueue_that_needs_it [on_demand]
                is_given_for_a_reserved_job [on_demand scheduling]
                is_given_to_one_at_a_time [on_demand]
                is_given_to_one_of_many_who_ask_at_once [on_demand]
                is_not_given_while_a_service_lives [on_demand]
                is_not_given_while_nothing_waits [on_demand]
                is_given_again_when_more_wait_than_the_living_can_run [on_demand]
                is_independent_for_each_name [on_demand]
                is_not_given_for_jobs_that_the_service_would_not_claim [on_demand claims_by_class]
                is_taken_over_by_the_service_that_was_started [on_demand]
                is_not_taken_over_by_another_nonce [on_demand]
                lapses_after_its_time [on_demand]
                lapses_with_its_holder [on_demand]
                registers_a_service_whose_right_has_lapsed [on_demand]
                backs_off_after_a_failed_start [on_demand]
                backs_off_longer_after_each_failure [on_demand]
                ignores_the_failure_of_a_right_that_was_replaced [on_demand]
                knows_nothing_of_a_name_that_nobody_asked_for [on_demand]
            }
            conditions {
                refuses_a_job_for_a_full_queue [conditions]
                counts_scheduled_and_running_jobs_of_the_queue [conditions]
                judges_the_jobs_of_a_batch_one_after_the_other [conditions]
                never_exceeds_the_limit_with_many_enqueuers [conditions]
                refuses_a_job_of_a_user_at_his_limit [conditions]
                counts_a_user_across_retries_of_his_job [conditions]
                answers_duplicate_while_the_key_lives [conditions]
                frees_the_key_with_the_end_of_the_job [conditions]
                keeps_the_key_for_its_window_after_the_end [conditions]
                stores_one_of_many_with_the_same_key [conditions]
            }
            inspect {
                lists_nothing_of_an_empty_store []
                finds_nothing_under_an_unknown_id [lookup_by_id]
                finds_jobs_by_any_text [unique_ids]
                shows_all_that_is_known_of_a_job []
                shows_who_holds_a_job_and_how_far_it_is [notes]
                lists_live_jobs_in_the_order_of_due_times [scheduling]
                lists_live_jobs_before_finished_ones [scheduling]
                filters_by_queue_and_class_and_state [scheduling]
                lists_running_and_retryable_jobs_by_their_states [scheduling]
                pages_through_everything_once [scheduling]
                pages_from_live_jobs_into_finished_ones [history]
                pages_stay_right_while_jobs_are_added []
                refuses_a_cursor_of_something_else []
                lists_ids_as_it_lists_jobs [scheduling]
            }
            filter {
                finds_jobs_of_a_user_and_of_a_site [scheduling]
                finds_ended_jobs_of_a_user_and_of_a_site [history]
                keeps_the_owner_of_a_job_that_is_tried_again [history retry]
                counts_the_beginning_of_a_span_of_jobs_and_not_its_end [history scheduling]
                lists_the_latest_jobs_first [history scheduling]
                finds_a_text_in_class_arguments_and_error [keeps_failures]
                searches_the_newest_jobs_only_and_says_so []
            }
            inspect_executions {
                lists_nothing_of_jobs_that_never_ran [history]
                shows_each_attempt_as_the_history_of_its_job [history]
                lists_running_attempts_before_closed_ones [history]
                lists_closed_attempts_in_both_orders_of_their_ends [history]
                filters_attempts_by_state_queue_and_class [history]
                filters_attempts_by_user_and_site [history]
                counts_the_beginning_of_a_span_and_not_its_end [history]
                pages_through_all_attempts_once [history]
                refuses_a_cursor_of_another_listing [history]
            }
            counts {
                are_zero_in_an_empty_store [exact_counts]
                tell_jobs_by_queue_and_state [exact_counts scheduling]
                tell_ended_jobs [exact_counts history]
                stay_exact_when_many_work_at_once [exact_counts]
                follow_rescues_and_quarantine [exact_counts]
                agree_with_a_model_under_random_operations [exact_counts scheduling]
                count_what_a_filter_covers [scheduling]
            }
            backlog {
                is_empty_when_nothing_is_due [scheduling]
                tells_queues_with_their_oldest_job [scheduling]
                tells_classes_apart [claims_by_class]
                leaves_out_what_is_claimed []
                counts_reserved_jobs_whose_time_has_come [scheduling]
                shows_paused_queues_like_others [pauses]
            }
            presence {
                knows_nobody_in_an_empty_store []
                remembers_when_the_first_service_came []
                moves_with_each_coming_and_going []
                does_not_move_with_beats []
                keeps_names_apart []
                remembers_the_queues_of_who_left []
                counts_the_dead_until_their_last_sign []
            }
            change {
                retries_jobs_by_their_states [retry history]
                runs_jobs_now_by_their_states [run_now history]
                reschedules_jobs_by_their_states [reschedule history]
                cancels_jobs_by_their_states [cancel history]
                deletes_jobs_by_their_states [delete history]
                names_ids_of_no_job [cancel]
                retry_resets_the_counters_and_goes_on_counting_attempts [retry history]
                retry_clears_a_quarantined_job [retry]
                retry_does_not_double_a_job_whose_id_lives_again [retry history unique_ids]
                run_now_makes_a_job_claimable [run_now]
                reschedule_moves_a_job_to_its_new_time [reschedule]
                cancel_tells_the_service_that_runs_the_job [cancel]
                cancel_yields_to_a_job_that_ended_otherwise [cancel]
                cancel_ends_a_released_job [cancel]
                cancel_ends_the_job_of_a_dead_service [cancel]
                delete_removes_the_attempts_as_well [delete history]
                changes_all_that_a_filter_covers [cancel]
                changes_of_some_only_what_the_filter_still_covers [cancel scheduling]
                changes_nothing_of_another_user_and_names_nothing [cancel delete retry history]
                changes_all_of_a_user_and_nothing_of_others [delete history]
                changes_what_a_text_stands_in [cancel]
            }
            pause {
                stops_claims_from_the_queue [pauses]
                ends_with_a_resume [pauses]
                holds_for_a_queue_that_has_no_job_yet [pauses]
                hides_its_jobs_from_the_due_time [pauses]
                leaves_claimed_jobs_alone [pauses]
                takes_released_jobs_back [pauses]
                is_shown_in_the_list_of_queues [pauses]
            }
            history {
                keeps_one_execution_for_each_attempt [history]
                tells_where_and_when_an_attempt_ran [history]
                keeps_the_outcome_of_each_kind_of_end [history]
                keeps_the_lines_of_each_attempt_apart [history]
                gives_lines_from_a_place_on [history]
                knows_no_attempts_of_an_unknown_job [history]
                lists_finished_jobs_latest_first [history]
            }
            prune {
                forgets_finished_jobs_with_all_that_belongs_to_them [history]
                keeps_finished_jobs_that_are_young [history]
                never_forgets_a_live_job [history]
                forgets_no_more_than_the_limit [history]
                forgets_each_state_by_its_own_age [history]
                l3_forgets_what_is_exactly_so_old_and_keeps_what_is_younger [history]
                forgets_the_oldest_until_the_store_fits [history sizes]
                never_forgets_live_jobs_for_their_size [history sizes scheduling]
            }
            payload {
                survives_whole_with_unknown_keys_and_big_integers []
                survives_a_failed_attempt_whole []
                adds_no_keys_that_were_absent []
                puts_a_job_without_a_queue_into_the_default_one []
                carries_long_arguments_and_names []
                gives_an_unreadable_payload_as_it_is [overwrites_payloads]
                goes_on_behind_an_unreadable_payload [overwrites_payloads]
            }
            task {
                k1_runs_until_the_claim_of_its_owner_ends [tasks]
                k1_runs_until_the_service_of_its_owner_dies [tasks]
                k1_runs_until_its_process_abandons_it [tasks]
                k2_is_made_ready_from_every_closed_state [tasks]
                k2_is_not_made_ready_while_it_is_ready_or_running [tasks]
                k2_is_made_ready_again_when_its_owner_is_gone [tasks]
                k2_is_not_made_ready_for_a_user_at_his_limit [tasks conditions]
                k3_starts_from_every_state_but_running [tasks]
                k3_does_not_start_while_it_runs_and_its_owner_lives [tasks]
                k3_starts_again_when_its_owner_is_gone [tasks]
                k5_a_refused_start_changes_nothing [tasks]
                k9_each_logged_run_has_a_number_and_lines_of_its_own [tasks]
                k9_an_announced_run_keeps_its_number [tasks]
                k10_forgets_logs_up_to_a_moment_and_keeps_later_ones [tasks]
                k10_never_forgets_the_log_of_a_present_run [tasks]
                m1_forgets_closed_tasks_written_before_a_moment_only [tasks]
                m1_never_forgets_a_task_that_somebody_has [tasks]
                is_given_to_one_of_many_who_start_it_at_once [tasks]
                takes_counts_and_closes_with_the_last_ones [tasks]
                refuses_writes_of_an_owner_who_was_replaced [tasks]
                refuses_writes_under_a_claim_that_ended [tasks]
                refuses_a_claim_that_is_not_held [tasks]
                refuses_a_second_close [tasks]
                tells_its_owner_of_an_interrupt_with_his_next_note [tasks]
                interrupts_an_announced_run_when_it_begins [tasks]
                refuses_to_interrupt_what_nobody_has [tasks]
                is_reset_and_deleted_when_nobody_has_it [tasks]
                is_taken_from_a_living_owner_only_on_demand [tasks]
                is_closed_by_a_rescue_when_its_owner_is_gone [tasks]
                is_listed_by_start_and_found_by_state_and_words [tasks]
                pages_through_every_task_once [tasks]
                gives_lines_from_a_place_on_and_counts_the_rest [tasks]
            }
            control {
                keeps_a_record_for_every_handle [control]
                stores_only_on_its_condition [control]
                gives_a_taken_record_to_one_of_many [control]
                forgets_a_record_when_its_time_has_come [control]
                lists_records_by_key_and_owner_in_pages [control]
                refuses_a_cursor_of_another_listing [control]
            }
            refusals {
                verbs_are_supported_exactly_as_the_capabilities_say []
                changes_are_supported_exactly_as_the_capabilities_say []
                conditions_are_judged_or_refused_whole []
                a_wish_to_start_is_judged_or_refused_whole []
                follow_ups_are_stored_or_refused_whole []
                a_ledger_is_moved_or_refused_whole []
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
