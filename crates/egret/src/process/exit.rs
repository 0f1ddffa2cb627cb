//! How a process ended.

use std::os::unix::process::ExitStatusExt as _;
use std::process::ExitStatus;

use serde::{Deserialize, Serialize};

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProcessEnd {
    /// It exited with this status, 0 to 255.
    Exited(i32),
    /// This signal ended it.
    Signaled(i32),
}

/// Signals that people, service managers and terminals send to end a process.
const STOP_SIGNALS: [i32; 5] = [1, 2, 3, 9, 15];

impl ProcessEnd {
    /// Whether it exited with status 0.
    pub fn is_success(self) -> bool {
        self == Self::Exited(0)
    }

    /// Whether somebody ended it, rather than its own fault: a signal such as TERM or KILL, or the status by which
    /// shells and many programs tell of one (128 and its number).
    pub fn is_by_stop_signal(self) -> bool {
        match self {
            Self::Exited(status) => STOP_SIGNALS.contains(&(status - 128)),
            Self::Signaled(signal) => STOP_SIGNALS.contains(&signal),
        }
    }
}

impl From<ExitStatus> for ProcessEnd {
    fn from(status: ExitStatus) -> Self {
        match (status.code(), status.signal()) {
            (Some(code), _) => Self::Exited(code),
            (None, Some(signal)) => Self::Signaled(signal),
            (None, None) => unreachable!("a process that was waited for exited or was ended by a signal"),
        }
    }
}

/// The name of a signal without `SIG`, such as `TERM`; `None` for those without a common one.
pub(crate) fn signal_name(signal: i32) -> Option<&'static str> {
    let name = match signal {
        1 => "HUP",
        2 => "INT",
        3 => "QUIT",
        4 => "ILL",
        5 => "TRAP",
        6 => "ABRT",
        8 => "FPE",
        9 => "KILL",
        11 => "SEGV",
        13 => "PIPE",
        14 => "ALRM",
        15 => "TERM",
        _ => return None,
    };
    Some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_the_end_of_real_processes() {
        let end = |script: &str| {
            let status = std::process::Command::new("sh").args(["-c", script]).status().unwrap();
            ProcessEnd::from(status)
        };
        assert_eq!(end("exit 0"), ProcessEnd::Exited(0));
        assert_eq!(end("exit 200"), ProcessEnd::Exited(200));
        assert_eq!(end("kill -TERM $$"), ProcessEnd::Signaled(15));
    }

    #[test]
    fn knows_who_was_stopped_by_others() {
        assert!(ProcessEnd::Signaled(15).is_by_stop_signal());
        assert!(ProcessEnd::Exited(143).is_by_stop_signal());
        assert!(!ProcessEnd::Signaled(11).is_by_stop_signal());
        assert!(!ProcessEnd::Exited(1).is_by_stop_signal());
        assert!(!ProcessEnd::Exited(15).is_by_stop_signal());
    }
}
