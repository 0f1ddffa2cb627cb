//! The application on our side: its jobs and the whole command line.

use std::process::ExitCode;

use egret::cli::CommandLine;
use egret_peers::commands::EnqueueFor;
use egret_peers::jobs;
use egret_scenarios::commands::{LEASE_VARIABLE, timing};

fn main() -> ExitCode {
    CommandLine::new().with(EnqueueFor).run(|app| {
        let app = jobs::register(app);
        match std::env::var(LEASE_VARIABLE) {
            Ok(text) => app.timing(timing(&text)),
            Err(_) => app,
        }
    })
}
