//! How a job that ran a program ended, as a status to end with.

use egret_core::{ErrorReport, JobRecord, JobState};

use super::super::output::one_line;
use super::super::{Exit, Failure, Output};
use crate::language::{Said, Sentence};
use crate::process::ProcessEnd;
use crate::program::ProgramResult;

/// The status for a job that has ended; says on standard error what the status alone does not tell.
///
/// # Errors
/// The job ended without a result of the program.
pub(super) fn of(output: &Output, record: &JobRecord) -> Result<Exit, Failure> {
    match (record.state, &record.error) {
        (JobState::Completed, _) => Ok(Exit::Success),
        (JobState::Cancelled, _) => {
            Err(without_result(Sentence::new("cli-job-cancelled").with("id", record.id.to_string())))
        }
        (_, Some(report)) => of_failure(output, report),
        (state, None) => {
            let ended = Sentence::new("cli-job-unexplained").with("id", record.id.to_string());
            Err(without_result(ended.with("state", state.as_str())))
        }
    }
}

fn of_failure(output: &Output, report: &ErrorReport) -> Result<Exit, Failure> {
    match ProgramResult::of_report(report) {
        Some(ProgramResult::Ended(end)) => Ok(status(end)),
        Some(ProgramResult::TimedOut) => {
            output.note(one_line(&report.message));
            Ok(Exit::TimedOut)
        }
        Some(ProgramResult::NotFound) => Err(Failure::new(one_line(&report.message)).with_exit(Exit::NoProgram)),
        Some(ProgramResult::NotExecutable) => {
            Err(Failure::new(one_line(&report.message)).with_exit(Exit::CannotExecute))
        }
        None => Err(without_result(one_line(&format!("{}: {}", report.class, report.message)))),
    }
}

fn status(end: ProcessEnd) -> Exit {
    match end {
        ProcessEnd::Exited(status) => Exit::Program(u8::try_from(status).unwrap_or(u8::MAX)),
        ProcessEnd::Signaled(signal) => Exit::of_signal(u8::try_from(signal).unwrap_or(u8::MAX)),
    }
}

fn without_result(message: impl Into<Said>) -> Failure {
    Failure::new(message).with_exit(Exit::NoResult)
}
