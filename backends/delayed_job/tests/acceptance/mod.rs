//! Delayed Job's list of acceptance, and the traps of its table, on every database. Each case bears its number in the list.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

pub(crate) mod enqueueing;
pub(crate) mod raw;
pub(crate) mod reserving;
pub(crate) mod running;
pub(crate) mod services;
pub(crate) mod traps;
pub(crate) mod world;

/// Expands to a test for each case, on a database that a function without parameters makes.
macro_rules! acceptance {
    ($make:expr) => {
        $crate::acceptance::acceptance! { $make,
            enqueueing {
                a01_a_row_is_due_now_with_the_defaults_unless_options_say_otherwise
                a02_queue_and_priority_come_from_the_job_then_its_queue_then_the_settings
                a07_a_long_argument_is_stored_and_loads_back
                a29_active_jobs_are_rows_with_the_wrapper_on_their_queues
                a29_rows_of_one_time_come_by_priority_and_as_they_were_stored
            }
            reserving {
                a08_only_what_is_due_and_free_is_reserved
                a09_priorities_come_in_order_and_within_both_bounds
                a10_only_rows_of_the_queues_are_reserved_and_without_a_list_all
                a11_who_leaves_frees_the_own_locks_and_no_others
                a12_a_claim_locks_no_row_that_it_does_not_take
                a13_a_claim_that_fails_ten_times_works_again_when_the_table_is_back
                a14_the_applications_prefix_is_before_every_table
                a14_times_are_what_clocks_in_the_applications_zone_show
            }
            running {
                a16_a_failed_row_has_its_error_and_waits_by_the_formula
                a16_a_class_may_have_a_time_of_its_own
                a18_the_last_failure_removes_or_keeps_the_row_as_set
                a18_a_class_may_have_limits_of_its_own
                a19_what_nobody_can_load_is_neither_deleted_nor_failed
                a23_an_error_without_a_message_is_stored
                a24_jobs_are_shown_by_the_names_of_upstream
            }
            services {
                a03_jobs_that_do_not_wait_run_at_once_and_make_no_row
                a15_an_error_before_the_work_is_an_error_of_the_job
                a17_a_job_that_runs_too_long_fails_with_what_upstream_says
                a22_a_service_that_works_off_ends_when_nothing_is_due
            }
            traps {
                a36_no_error_text_stops_a_worker
                a36_no_handler_stops_a_worker
                no_row_without_a_time_is_taken_and_a_person_can_run_it
                names_of_locks_are_never_equal
                a_lock_under_the_name_that_rubys_worker_here_would_have_is_respected
                kept_failures_hold_no_lock_and_those_of_ruby_do_not_count
                a_class_that_vanished_waits_until_it_is_known_again
                rows_of_rubys_classes_are_not_moved_while_its_workers_work
                who_lost_the_lock_while_running_changes_nothing_and_is_told
                a_running_row_keeps_a_young_lock
                clocks_that_differ_lose_no_row_and_take_none_twice
                a_deadlock_is_waited_out
                a_table_without_queues_works
                times_that_are_none_stop_no_other_row
                a_handler_that_somebody_mended_is_taken
                bytes_that_are_no_text_are_left_as_they_are
                every_claim_of_many_claimers_is_of_another_row
                a_row_is_changed_by_hand_only_as_it_was_seen
                many_ids_of_every_kind_are_found
                an_error_of_rubys_that_is_no_text_stops_nobody
            }
        }
    };
    ($make:expr, $($group:ident { $($case:ident)* })*) => {
        $(
            mod $group {
                $(
                    #[tokio::test]
                    async fn $case() {
                        $crate::acceptance::$group::$case($make).await;
                    }
                )*
            }
        )*
    };
}
pub(crate) use acceptance;
