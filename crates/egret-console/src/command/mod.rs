//! The commands that the console adds to the command line.
//!
//! ```no_run
//! fn main() -> std::process::ExitCode {
//!     egret_console::command::add_to(egret::cli::CommandLine::new()).run(|app| app)
//! }
//! ```

mod console;

use egret::cli::CommandLine;

pub use self::console::ConsoleCommand;

/// Adds all of them.
#[must_use]
pub fn add_to(command_line: CommandLine) -> CommandLine {
    command_line.with(ConsoleCommand)
}
