//! Processes that this program starts for itself: they are no commands, and nobody types them.

use std::ffi::OsString;
use std::io::Write as _;
use std::process::ExitCode;

use super::Exit;
use crate::error::chain;
use crate::program::{self, Reexec};
use crate::start::{self, DETACH_ARGUMENT};

/// Does what an inner process was started for. `None` in every other process.
///
/// First of all, before anything is read or opened: both kinds must be quick and must not depend on a configuration.
pub(super) fn run(arguments: &[OsString]) -> Option<ExitCode> {
    let [_, first, rest @ ..] = arguments else { return None };
    if first == program::GUARD_ARGUMENT {
        return Some(program::guard_main(rest));
    }
    (first == DETACH_ARGUMENT).then(|| detach(rest).into())
}

fn detach(arguments: &[OsString]) -> Exit {
    match Reexec::current().and_then(|reexec| start::detach(&reexec, arguments)) {
        Ok(()) => Exit::Success,
        Err(error) => {
            // Standard error is the log of the service; where it cannot be written nobody can be told.
            let _ = writeln!(std::io::stderr(), "failed to start the service: {}", chain(&error));
            Exit::Failure
        }
    }
}
