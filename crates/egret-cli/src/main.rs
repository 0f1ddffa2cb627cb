//! The program `egret`: Egret's command line without jobs of an application's own.

use std::process::ExitCode;

/// Many small allocations at once are what a service lives on.
#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    egret::cli::run(|app| app)
}
