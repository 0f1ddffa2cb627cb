//! What applications and services do as whole processes, when they are killed, frozen and stopped by real signals.
//!
//! `make soak` runs the whole counts; otherwise a twentieth is run. What is random prints its seed.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bulk;
mod destroyed;
mod endings;
mod enqueuers;
mod facts;
mod kills;
mod lease;
mod leaving;
mod on_demand;
mod programs;
mod quarantine;
mod replacement;
mod rescue;
mod resources;
mod retention;
mod shirasagi;
mod starting;
mod stopping;
mod stuck;
mod tasks;
mod unit_of_shirasagi;
mod watchdog;
mod why;

use egret_scenarios::application::Application;

/// The application under test with this `config/job.yml`.
fn application(configuration: &str) -> Application {
    Application::new(PROGRAM, configuration)
}

/// The program under test.
const PROGRAM: &str = env!("CARGO_BIN_EXE_scenario-app");
/// Nothing starts by itself.
const SERVICE_MODE: &str = "default:\n  mode: service\n";
