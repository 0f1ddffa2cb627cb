//! The application of the scenarios: its jobs and the whole command line.

use std::process::ExitCode;

use egret_scenarios::jobs::{Append, Block, Flaky, Panic, Sleep, TooLong};

fn main() -> ExitCode {
    egret::cli::run(|app| {
        app.register::<Append>()
            .register::<Sleep>()
            .register::<Block>()
            .register::<Panic>()
            .register::<TooLong>()
            .register::<Flaky>()
    })
}
