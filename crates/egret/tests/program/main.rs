//! Programs as jobs, with real processes.
//!
//! This test program is its own guard, and its own service where a service has to be killed.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]
#![allow(clippy::print_stdout, reason = "the harness talks to whoever runs it")]

mod bench;
mod ends;
mod guard;
mod harness;
mod output;
mod starts;
#[cfg(feature = "sqlite")]
mod store;

use std::ffi::OsString;
use std::process::ExitCode;

use egret::program::{GUARD_ARGUMENT, guard_main};

macro_rules! cases {
    ($($module:ident: $($name:ident),+;)+) => {
        &[$($((concat!(stringify!($module), "::", stringify!($name)), $module::$name as fn())),+),+]
    };
}

const CASES: &[harness::Case] = cases! {
    output:
        bytes_and_lines_are_kept_as_they_are,
        a_flood_is_capped_and_the_program_goes_on,
        output_can_be_followed_while_the_program_runs,
        what_a_daemon_writes_later_is_not_waited_for;
    starts:
        variables_and_folder_reach_the_program,
        there_is_nothing_to_read,
        what_cannot_be_started_is_named,
        wrong_arguments_are_named_and_nothing_runs,
        what_may_not_run_does_not,
        a_listed_path_is_executed_and_never_searched;
    ends:
        the_status_and_the_last_words_are_told,
        a_signal_from_outside_is_told,
        a_timeout_ends_the_whole_group,
        members_that_do_not_listen_are_killed,
        a_cancelled_job_ends_the_whole_group_whatever_its_status,
        members_that_outlive_the_leader_are_ended,
        a_dropped_run_leaves_nothing,
        a_signal_to_all_while_the_service_stops_is_no_failure,
        a_service_may_learn_of_its_stop_after_the_program_died;
    guard:
        a_killed_service_takes_its_program_along_before_the_lock_is_free,
        a_killed_guard_takes_its_program_along,
        a_guard_is_deaf_to_signals_and_the_program_is_not,
        nothing_starts_while_the_store_takes_the_service_for_dead,
        a_guard_without_a_service_ends,
        orphans_leave_no_zombies;
};

#[cfg(not(feature = "sqlite"))]
const STORE_CASES: &[harness::Case] = &[];
#[cfg(feature = "sqlite")]
const STORE_CASES: &[harness::Case] = cases! {
    store:
        a_program_of_a_killed_service_is_dead_before_its_job_runs_again;
};

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    match arguments.first() {
        Some(first) if first == GUARD_ARGUMENT => guard_main(&arguments[1..]),
        Some(first) if first == guard::SERVICE_ARGUMENT => guard::service_main(&arguments[1..]),
        #[cfg(feature = "sqlite")]
        Some(first) if first == store::SERVICE_ARGUMENT => store::service_main(&arguments[1..]),
        _ => {
            let arguments: Vec<String> = arguments.into_iter().map(|word| word.into_string().unwrap()).collect();
            harness::run(&[CASES, STORE_CASES].concat(), None, &arguments)
        }
    }
}
