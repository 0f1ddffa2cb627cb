//! Our service and client beside Ruby's Delayed Job 4.1 with Active Job 6.1, on one table: in PostgreSQL, MariaDB and SQLite.
//!
//! Numbers in names are those of the acceptance list of the format that we follow.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod crash;
mod directions;
mod failures;
mod locks;
mod order;
mod rows;
mod sharing;

use egret_peers::delayed_job::place::{Marsh, Wish};
use egret_peers::delayed_job::table::Kind;
use egret_scenarios::foreground::Foreground;
use rustix::process::Signal;

/// Expands to a test for each case on each database.
macro_rules! on_every_database {
    ($($module:ident::$case:ident)*) => {
        on_every_database! { @on postgres Postgres $($module::$case)* }
        on_every_database! { @on mysql Mysql $($module::$case)* }
        on_every_database! { @on sqlite Sqlite $($module::$case)* }
    };
    (@on $database:ident $kind:ident $($module:ident::$case:ident)*) => {
        mod $database {
            $(
                #[test]
                fn $case() {
                    crate::$module::$case(egret_peers::delayed_job::table::Kind::$kind);
                }
            )*
        }
    };
}

on_every_database! {
    directions::a31_ruby_runs_what_we_enqueue
    directions::a32_we_run_what_ruby_enqueues
    directions::each_works_on_the_table_that_the_other_has_made
    directions::each_checks_the_age_of_what_waits_as_the_other_does
    failures::a35_either_side_goes_on_counting_the_others_failures
    failures::a_handled_error_of_active_job_goes_on_on_either_side
    failures::either_side_sees_what_the_other_gave_up
    locks::a34_each_respects_the_locks_of_the_other
    locks::a34_each_takes_over_when_the_other_was_killed
    locks::a_lock_of_ours_is_made_young_again_while_the_job_runs
    sharing::a33_each_job_of_a_table_that_both_empty_runs_once
    crash::nothing_is_lost_when_either_side_is_killed_again_and_again
    order::a29_several_run_beside_a_worker_of_the_other
    rows::a36_rows_of_which_rubys_workers_die_do_not_stop_ours
    rows::a36_an_error_of_rubys_that_is_no_text_does_not_stop_ours
    rows::a_class_that_we_do_not_know_is_left_to_ruby
}

/// A table, our application, and Ruby beside it.
fn marsh(kind: Kind) -> Marsh {
    Marsh::new(PROGRAM, kind)
}

/// The same as it is wished.
fn marsh_with(kind: Kind, wish: Wish<'_>) -> Marsh {
    Marsh::with(PROGRAM, kind, wish)
}

/// Ends a process in order, so that nothing is left half done.
fn stop(mut process: Foreground) {
    process.signal(Signal::TERM);
    process.wait_for_success();
}

const PROGRAM: &str = env!("CARGO_BIN_EXE_peer-app");
