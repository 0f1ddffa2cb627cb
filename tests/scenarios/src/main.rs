//! The application of the scenarios: its jobs and the whole command line.

use std::io::Write as _;
use std::process::ExitCode;

use egret::cli::CommandLine;
use egret_scenarios::commands::{
    CRASH_VARIABLE, EnqueueAhead, EnqueueMany, EnqueueOnly, EnqueueWhenTold, HoldTask, LEASE_VARIABLE, ReadyTask,
    StoreAndDie,
};
use egret_scenarios::jobs;

fn main() -> ExitCode {
    if std::env::var_os(CRASH_VARIABLE).is_some() && std::env::args().nth(1).as_deref() == Some("run") {
        let _ = writeln!(std::io::stderr(), "the roof is on fire");
        std::process::abort();
    }
    CommandLine::new()
        .with(EnqueueAhead)
        .with(EnqueueMany)
        .with(EnqueueOnly)
        .with(EnqueueWhenTold)
        .with(StoreAndDie)
        .with(HoldTask)
        .with(ReadyTask)
        .run(|app| {
            let app = jobs::register(app);
            match std::env::var(LEASE_VARIABLE) {
                Ok(text) => app.timing(egret_scenarios::commands::timing(&text)),
                Err(_) => app,
            }
        })
}
