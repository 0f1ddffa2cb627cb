//! The application of the scenarios: its jobs and the whole command line.

use std::process::ExitCode;

use egret::cli::CommandLine;
use egret_scenarios::commands::{EnqueueMany, EnqueueOnly, EnqueueWhenTold, LEASE_VARIABLE, StoreAndDie};
use egret_scenarios::jobs;

fn main() -> ExitCode {
    CommandLine::new().with(EnqueueMany).with(EnqueueOnly).with(EnqueueWhenTold).with(StoreAndDie).run(|app| {
        let app = jobs::register(app);
        match std::env::var(LEASE_VARIABLE) {
            Ok(text) => app.timing(egret_scenarios::commands::timing(&text)),
            Err(_) => app,
        }
    })
}
