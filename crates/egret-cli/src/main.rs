//! The program `egret`: Egret's command line without jobs of an application's own.

use std::process::ExitCode;

use egret::cli::CommandLine;

/// Many small allocations at once are what a service lives on.
#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let command_line = CommandLine::new();
    #[cfg(feature = "console")]
    let command_line = egret_console::command::add_to(command_line);
    command_line.run(|app| app)
}
