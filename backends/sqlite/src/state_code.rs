//! States as the numbers of the tables.

use egret_core::{ExecutionState, JobState};

/// The state column of a job. Jobs that are available and have been interrupted before have a number of their own, so that
/// claims find the others without reading past them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StateCode {
    Scheduled,
    Retryable,
    Available,
    Suspect,
    Claimed,
    Blocked,
    Completed,
    Cancelled,
    Discarded,
}

impl StateCode {
    /// Every code; the place in the list is the number in the tables.
    pub(crate) const ALL: [Self; 9] = [
        Self::Scheduled,
        Self::Retryable,
        Self::Available,
        Self::Suspect,
        Self::Claimed,
        Self::Blocked,
        Self::Completed,
        Self::Cancelled,
        Self::Discarded,
    ];
    pub(crate) const COUNT: usize = Self::ALL.len();

    pub(crate) const fn number(self) -> i64 {
        self as i64
    }

    /// The code of a stored number; an unknown number is that of a job nobody touches.
    pub(crate) fn from_number(number: i64) -> Self {
        usize::try_from(number).ok().and_then(|place| Self::ALL.get(place).copied()).unwrap_or(Self::Blocked)
    }

    /// Available, apart by whether the job has been interrupted.
    pub(crate) const fn available(interruptions: i64) -> Self {
        if interruptions > 0 { Self::Suspect } else { Self::Available }
    }

    /// The state that people see. A claimed job shows as available: whether it runs is not in the table.
    pub(crate) const fn shown(self) -> JobState {
        match self {
            Self::Scheduled => JobState::Scheduled,
            Self::Retryable => JobState::Retryable,
            Self::Available | Self::Suspect | Self::Claimed => JobState::Available,
            Self::Blocked => JobState::Blocked,
            Self::Completed => JobState::Completed,
            Self::Cancelled => JobState::Cancelled,
            Self::Discarded => JobState::Discarded,
        }
    }

    pub(crate) const fn is_terminal(self) -> bool {
        matches!(self, Self::Completed | Self::Cancelled | Self::Discarded)
    }

    /// Waits for its time.
    pub(crate) const fn is_reserved(self) -> bool {
        matches!(self, Self::Scheduled | Self::Retryable)
    }
}

/// The number of an execution's state: its place in [`ExecutionState::ALL`], which only grows at its end.
pub(crate) fn execution_number(state: ExecutionState) -> i64 {
    let place = ExecutionState::ALL.iter().position(|known| *known == state);
    place.and_then(|place| i64::try_from(place).ok()).unwrap_or(0)
}

pub(crate) fn execution_state(number: i64) -> ExecutionState {
    usize::try_from(number)
        .ok()
        .and_then(|place| ExecutionState::ALL.get(place).copied())
        .unwrap_or(ExecutionState::Running)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_go_both_ways() {
        for code in StateCode::ALL {
            assert_eq!(StateCode::from_number(code.number()), code);
        }
        for state in ExecutionState::ALL {
            assert_eq!(execution_state(execution_number(state)), state);
        }
    }

    #[test]
    fn numbers_are_those_of_the_migrations() {
        assert_eq!(StateCode::Available.number(), 2);
        assert_eq!(StateCode::Suspect.number(), 3);
        assert_eq!(StateCode::Claimed.number(), 4);
        assert_eq!(StateCode::Completed.number(), 6);
        assert_eq!(execution_number(ExecutionState::Interrupted), 6);
    }
}
