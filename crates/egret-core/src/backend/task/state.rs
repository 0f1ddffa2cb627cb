//! The states of a task.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The state of a task, in the words of SHIRASAGI 1.21.0 (`app/models/concerns/ss/model/task.rb`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskState {
    /// Nobody has it, and nothing is said of its last run.
    #[default]
    Stop,
    /// Somebody has announced a run.
    Ready,
    /// It runs.
    Running,
    /// Its last run came to its end.
    Completed,
    /// Its last run ended with an error.
    Failed,
    /// Its last run was interrupted, by a person or by the death of its owner.
    Interrupted,
}

impl TaskState {
    /// Every state.
    pub const ALL: [Self; 6] =
        [Self::Stop, Self::Ready, Self::Running, Self::Completed, Self::Failed, Self::Interrupted];

    /// The word used in stores, listings and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stop => "stop",
            Self::Ready => "ready",
            Self::Running => "running",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Interrupted => "interrupted",
        }
    }

    /// Whether somebody has the task: ready or running.
    pub const fn is_held(self) -> bool {
        matches!(self, Self::Ready | Self::Running)
    }

    /// What remains of a task whose owner has gone without closing it: a run was interrupted, an announced one never came.
    pub const fn without_owner(self) -> Self {
        match self {
            Self::Running => Self::Interrupted,
            Self::Ready => Self::Stop,
            closed => closed,
        }
    }
}

impl fmt::Display for TaskState {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// A text that is no state of a task.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown task state `{0}`, expected stop, ready, running, completed, failed or interrupted")]
pub struct UnknownTaskState(String);

impl FromStr for TaskState {
    type Err = UnknownTaskState;

    fn from_str(text: &str) -> Result<Self, UnknownTaskState> {
        Self::ALL.into_iter().find(|state| state.as_str() == text).ok_or_else(|| UnknownTaskState(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_a_word_of_its_own() {
        for state in TaskState::ALL {
            assert_eq!(state.as_str().parse(), Ok(state));
        }
        assert!("Running".parse::<TaskState>().is_err());
    }
}
