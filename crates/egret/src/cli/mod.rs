//! The command line: everything that the program `egret` does, for any program that knows jobs of its own.
//!
//! ```no_run
//! # use egret::AppBuilder;
//! fn main() -> std::process::ExitCode {
//!     egret::cli::run(|app| app /* .register::<SendInvoice>() */)
//! }
//! ```
//!
//! Such a program has all of Egret's commands, and on demand it starts itself as the service that runs its jobs.
//! Parsing ([`clap`] definitions) lies apart from meaning, a file for each command. Data goes to standard output and
//! everything else to standard error; [`Exit`] lists the exit statuses.

mod agreement;
mod arguments;
#[cfg(feature = "sqlite")]
mod bench;
mod bindings;
mod check;
mod command_line;
mod config;
mod enqueue;
mod exec;
mod exit;
mod failure;
mod help;
mod inner;
mod jobs;
mod logging;
mod logs;
mod moment;
mod output;
mod placement;
mod queues;
mod rake_tasks;
mod rescue;
mod run;
mod section;
mod services;
mod session;
mod status;
mod store;
mod submit;
mod systemd;
mod tasks;
mod why;

use std::process::ExitCode;

pub use clap;

pub use self::command_line::{Addition, CommandLine};
pub use self::exit::Exit;
pub use self::failure::Failure;
pub use self::output::{Column, Field, Format, Output, Paint, Table};
pub use self::session::Session;
use crate::AppBuilder;

/// Does what the process was started for, and answers with what status it ends. To be called first thing in `main`:
/// on demand this program starts itself again, as a service and as a guard of programs, and both begin here.
///
/// `configure` registers jobs. Configuration, store and the way in which services start are those of the command line:
/// what it sets of these does not count.
pub fn run(configure: impl FnOnce(AppBuilder) -> AppBuilder) -> ExitCode {
    CommandLine::new().run(configure)
}
