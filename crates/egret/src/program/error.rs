//! Why a program did not do its work.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use egret_core::ErrorReport;

use super::Refusal;
use crate::config::format_duration;
use crate::process::{ProcessEnd, signal_name};

/// Why a program did not do its work. Each has a class of its own, under which attempts show it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProgramError {
    /// The job's arguments cannot be understood: the job is given up.
    #[error("{0}")]
    Arguments(String),
    /// The program may not run: the job is given up, until somebody changes that and retries it.
    #[error("{0}")]
    NotAllowed(Refusal),
    /// There is no such program.
    #[error("there is no program `{0}`")]
    NotFound(String),
    /// The system refused to execute it.
    #[error("the program `{program}` cannot be executed: {error}")]
    NotExecutable {
        /// `argv[0]`.
        program: String,
        /// What the system said.
        error: io::Error,
    },
    /// Its working folder is none.
    #[error("the working folder `{0}` is not a folder")]
    NoFolder(PathBuf),
    /// It exited with another status than 0.
    #[error("exit status {status} of `{program}`{}", suffix(.last_line))]
    ExitStatus {
        /// `argv[0]`.
        program: String,
        /// 1 to 255.
        status: i32,
        /// The last line that it wrote to standard error.
        last_line: Option<String>,
    },
    /// A signal ended it that did not come from here.
    #[error("signal {signal}{} ended `{program}`{}", name(*.signal), suffix(.last_line))]
    Signal {
        /// `argv[0]`.
        program: String,
        /// The signal's number.
        signal: i32,
        /// The last line that it wrote to standard error.
        last_line: Option<String>,
    },
    /// Its time was up.
    #[error("`{program}` was ended after its timeout of {}{}", format_duration(*.timeout), suffix(.last_line))]
    TimedOut {
        /// `argv[0]`.
        program: String,
        /// How long it might run.
        timeout: Duration,
        /// The last line that it wrote to standard error.
        last_line: Option<String>,
    },
    /// It was ended because its job was cancelled.
    #[error("`{program}` was ended because its job was cancelled")]
    Cancelled {
        /// `argv[0]`.
        program: String,
    },
    /// It was ended together with the service, by somebody else: the run does not count.
    #[error("`{program}` was ended together with the service")]
    EndedWithService {
        /// `argv[0]`.
        program: String,
    },
    /// The process that guards it failed.
    #[error("the guard of `{program}` failed: {reason}")]
    Guard {
        /// `argv[0]`.
        program: String,
        /// What happened.
        reason: String,
    },
}

impl ProgramError {
    /// The class under which attempts show it.
    pub fn class(&self) -> &'static str {
        match self {
            Self::Arguments(_) => ARGUMENTS,
            Self::NotAllowed(_) => NOT_ALLOWED,
            Self::NotFound(_) => NOT_FOUND,
            Self::NotExecutable { .. } | Self::NoFolder(_) => NOT_EXECUTABLE,
            Self::ExitStatus { .. } => EXIT_STATUS,
            Self::Signal { .. } => SIGNAL,
            Self::TimedOut { .. } => TIMED_OUT,
            Self::Cancelled { .. } => CANCELLED,
            Self::EndedWithService { .. } => ENDED_WITH_SERVICE,
            Self::Guard { .. } => GUARD,
        }
    }

    /// As attempts keep it.
    pub fn report(&self) -> ErrorReport {
        ErrorReport::new(self.class(), self.to_string())
    }

    /// Whether trying again can only help once a person has changed something.
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Arguments(_) | Self::NotAllowed(_))
    }
}

const ARGUMENTS: &str = "Egret::Command::Arguments";
const NOT_ALLOWED: &str = "Egret::Command::NotAllowed";
const NOT_FOUND: &str = "Egret::Command::NotFound";
const NOT_EXECUTABLE: &str = "Egret::Command::NotExecutable";
const EXIT_STATUS: &str = "Egret::Command::ExitStatus";
const SIGNAL: &str = "Egret::Command::Signal";
const TIMED_OUT: &str = "Egret::Command::TimedOut";
const CANCELLED: &str = "Egret::Command::Cancelled";
const ENDED_WITH_SERVICE: &str = "Egret::Command::EndedWithService";
const GUARD: &str = "Egret::Command::Guard";

/// What the error of an attempt tells of its program, for whoever passes the program's status on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProgramResult {
    /// It ran and ended like this.
    Ended(ProcessEnd),
    /// Its time was up.
    TimedOut,
    /// There is no such program.
    NotFound,
    /// It cannot be executed, or its working folder is none.
    NotExecutable,
}

impl ProgramResult {
    /// Reads the error of an attempt. `None` when it tells of no program: refused, cancelled, or another class.
    pub fn of_report(report: &ErrorReport) -> Option<Self> {
        match report.class.as_str() {
            EXIT_STATUS => number_after("exit status ", &report.message).map(ProcessEnd::Exited).map(Self::Ended),
            SIGNAL => number_after("signal ", &report.message).map(ProcessEnd::Signaled).map(Self::Ended),
            TIMED_OUT => Some(Self::TimedOut),
            NOT_FOUND => Some(Self::NotFound),
            NOT_EXECUTABLE => Some(Self::NotExecutable),
            _ => None,
        }
    }
}

/// The messages of ends begin with the number, so that nothing a program writes can be taken for it.
fn number_after(words: &str, message: &str) -> Option<i32> {
    message.strip_prefix(words)?.split(' ').next()?.parse().ok()
}

fn suffix(last_line: &Option<String>) -> String {
    last_line.as_ref().map(|line| format!(": {line}")).unwrap_or_default()
}

fn name(signal: i32) -> String {
    signal_name(signal).map(|name| format!(" ({name})")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_program_can_be_read_from_the_error_of_its_attempt() {
        let program = || "exit status 9 of".to_owned();
        let last_line = Some("signal 7 exit status 8".to_owned());
        let errors = [
            (
                ProgramError::ExitStatus { program: program(), status: 3, last_line: last_line.clone() },
                Some(ProgramResult::Ended(ProcessEnd::Exited(3))),
            ),
            (
                ProgramError::Signal { program: program(), signal: 9, last_line: last_line.clone() },
                Some(ProgramResult::Ended(ProcessEnd::Signaled(9))),
            ),
            (
                ProgramError::Signal { program: program(), signal: 34, last_line: None },
                Some(ProgramResult::Ended(ProcessEnd::Signaled(34))),
            ),
            (
                ProgramError::TimedOut { program: program(), timeout: Duration::from_secs(5), last_line },
                Some(ProgramResult::TimedOut),
            ),
            (ProgramError::NotFound(program()), Some(ProgramResult::NotFound)),
            (ProgramError::NoFolder("/x".into()), Some(ProgramResult::NotExecutable)),
            (ProgramError::Cancelled { program: program() }, None),
            (ProgramError::Arguments("exit status 9 of".into()), None),
        ];
        for (error, result) in errors {
            assert_eq!(ProgramResult::of_report(&error.report()), result, "{error}");
        }
    }

    #[test]
    fn messages_name_the_program_and_its_last_words() {
        let error = ProgramError::ExitStatus {
            program: "tar".into(),
            status: 2,
            last_line: Some("tar: none: Cannot open".into()),
        };
        assert_eq!(error.to_string(), "exit status 2 of `tar`: tar: none: Cannot open");
        let error = ProgramError::Signal { program: "tar".into(), signal: 11, last_line: None };
        assert_eq!(error.to_string(), "signal 11 (SEGV) ended `tar`");
        let error = ProgramError::TimedOut { program: "tar".into(), timeout: Duration::from_secs(90), last_line: None };
        assert!(error.to_string().starts_with("`tar` was ended after its timeout of "), "{error}");
    }
}
