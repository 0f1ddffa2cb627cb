//! With what status the program ends.

use std::process::ExitCode;

/// With what status the program ends. Scripts rely on these numbers; `--help` shows them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Exit {
    /// 0: done.
    Success,
    /// 1: it could not be done; the reason is on standard error.
    Failure,
    /// 2: the command line cannot be understood.
    Usage,
    /// 2, `status`: a due job is late. The same number as [`Usage`](Self::Usage), by which checks in the manner of Nagios
    /// mean *critical*; what cannot be understood writes nothing to standard output.
    Stuck,
    /// 3, `status` and `jobs why`: the store cannot be reached.
    Unreachable,
    /// 123, `exec --wait`: the job ended without a result of the program (cancelled, deleted, refused by policy).
    NoResult,
    /// 124, `exec --wait`: the program was ended because its time was up, as with `timeout`(1).
    TimedOut,
    /// 125, `exec --wait`: Egret itself failed, as with `timeout`(1) and `env`(1). The job may still run.
    WaitFailed,
    /// 126, `exec --wait`: the program cannot be executed, as in a shell.
    CannotExecute,
    /// 127, `exec --wait`: there is no such program, as in a shell.
    NoProgram,
    /// `exec --wait`: the program's own status, or 128 and the number of the signal that ended it.
    Program(u8),
    /// 130: ended by Ctrl-C.
    Interrupted,
    /// 141: whoever read the output went away, as if ended by the signal PIPE.
    ReaderGone,
}

impl Exit {
    /// The number.
    pub const fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Failure => 1,
            Self::Usage | Self::Stuck => 2,
            Self::Unreachable => 3,
            Self::NoResult => 123,
            Self::TimedOut => 124,
            Self::WaitFailed => 125,
            Self::CannotExecute => 126,
            Self::NoProgram => 127,
            Self::Program(code) => code,
            Self::Interrupted => 130,
            Self::ReaderGone => 141,
        }
    }

    /// The status of a program that was ended by a signal, as shells write it.
    pub const fn of_signal(signal: u8) -> Self {
        Self::Program(128_u8.saturating_add(signal))
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// What `egret --help` says at its end.
pub(super) const HELP: &str = "\
Exit status:
  0    done
  1    it could not be done; the reason is on standard error
  2    the command line cannot be understood
  130  ended by Ctrl-C
  141  whoever read the output went away
`exec --wait` ends with the program's own status (see `egret exec --help`).
`status` and `jobs why` have statuses of their own (see `egret status --help`).

Environment:
  EGRET_ROOT  the application's folder; relative paths start there
  EGRET_URL   the store, such as sqlite:var/egret.db
  EGRET_ENV   the environment of config/job.yml, else RAILS_ENV, else RACK_ENV, else production
  EGRET_LANG  the language, en or ja, else LC_ALL, LC_MESSAGES, LANG
  EGRET_LOG   what is logged to standard error, such as debug or egret=debug
  NO_COLOR    no colours";

/// What `egret status --help` says at its end.
pub(super) const STATUS_HELP: &str = "\
Exit status:
  0    ok
  1    ok, but there is a warning (--strict); or it could not be found out
  2    stuck: a due job is late (or the command line cannot be understood: then there is no data)
  3    the store cannot be reached, or the console; with --json the code `store_unreachable` and why

With --url http://HOST:PORT it asks a console, which needs a token:
  egret token create --user NAME --long-lived --scope status:read";

/// What `egret jobs why --help` says at its end.
pub(super) const WHY_HELP: &str = "\
Exit status:
  0    the answer is known
  1    there is no such job
  3    the store cannot be reached, which is the answer";

/// What `egret exec --help` says at its end.
pub(super) const EXEC_HELP: &str = "\
Exit status with --wait:
  the program's own status, or 128 and the number of the signal that ended it, and
  123  the job ended without a result of the program (cancelled, deleted, refused by policy)
  124  the program was ended because its time was up (--timeout)
  125  Egret itself failed; the job may still run
  126  the program cannot be executed
  127  there is no such program
  130  Ctrl-C: waiting ended, the job goes on";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signals_count_from_128() {
        assert_eq!(Exit::of_signal(15).code(), 143);
        assert_eq!(Exit::of_signal(200).code(), 255);
    }

    #[test]
    fn every_documented_status_is_the_one_given() {
        for (exit, help) in [
            (Exit::Failure, HELP),
            (Exit::Usage, HELP),
            (Exit::Interrupted, HELP),
            (Exit::ReaderGone, HELP),
            (Exit::Stuck, STATUS_HELP),
            (Exit::Unreachable, STATUS_HELP),
            (Exit::Unreachable, WHY_HELP),
            (Exit::NoResult, EXEC_HELP),
            (Exit::TimedOut, EXEC_HELP),
            (Exit::WaitFailed, EXEC_HELP),
            (Exit::CannotExecute, EXEC_HELP),
            (Exit::NoProgram, EXEC_HELP),
        ] {
            assert!(help.contains(&format!("\n  {:<3}  ", exit.code())), "{exit:?}");
        }
    }
}
