//! What services do under a real systemd: the units of `egret systemd` and the one of SHIRASAGI, started, stopped, killed
//! and reloaded by `systemctl`, on a machine of its own for each test that is shut down and started again.
//!
//! Only root can start one, in namespaces of its own; anybody else has these tests listed as ignored.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]
#![allow(clippy::print_stdout, reason = "the harness talks to whoever runs it")]

mod capability;
#[path = "../../../../crates/egret/tests/program/harness.rs"]
mod harness;
mod kept_running;
mod machine;
mod on_demand;
mod unit_of_shirasagi;

use std::process::ExitCode;

macro_rules! cases {
    ($($module:ident: $($name:ident),+;)+) => {
        &[$($((concat!(stringify!($module), "::", stringify!($name)), $module::$name as fn())),+),+]
    };
}

const CASES: &[harness::Case] = cases! {
    kept_running:
        an_installed_service_is_ready_and_tells_its_status,
        the_watchdog_is_fed_and_ends_a_frozen_service_which_is_started_again,
        a_stop_and_a_restart_let_running_jobs_finish,
        a_killed_service_is_started_again_and_runs_its_job_again,
        a_reload_takes_the_new_configuration_over,
        a_service_that_leaves_by_max_jobs_is_started_again,
        instances_are_counted_and_stopped_one_by_one,
        hardening_leaves_programs_and_the_store_alone;
    on_demand:
        a_job_that_nobody_starts_a_service_for_is_found_by_the_path,
        systemd_does_not_start_services_in_vain_all_the_time,
        a_reserved_job_survives_a_reboot_and_a_power_cut;
    unit_of_shirasagi:
        copies_of_the_unit_lose_and_double_nothing;
};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    harness::run(CASES, capability::lacking().as_deref(), &arguments)
}
