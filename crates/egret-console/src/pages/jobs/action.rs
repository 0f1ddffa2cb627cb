//! What people do to jobs: the names, and when each makes sense.

use egret::App;
use egret::bulk::{is_supported, usual_states};
use egret_core::{Change, JobState, Timestamp};

/// What a person does to jobs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    Retry,
    RunNow,
    Reschedule,
    Cancel,
    Delete,
}

impl Action {
    /// Every action, what takes most away at the end.
    pub(crate) const ALL: [Self; 5] = [Self::Retry, Self::RunNow, Self::Reschedule, Self::Cancel, Self::Delete];

    /// The word of addresses and forms.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Retry => "retry",
            Self::RunNow => "run-now",
            Self::Reschedule => "reschedule",
            Self::Cancel => "cancel",
            Self::Delete => "delete",
        }
    }

    pub(crate) fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.as_str() == name)
    }

    /// The name in the trail of changes.
    pub(crate) const fn trace(self) -> &'static str {
        match self {
            Self::Retry => "jobs.retry",
            Self::RunNow => "jobs.run_now",
            Self::Reschedule => "jobs.reschedule",
            Self::Cancel => "jobs.cancel",
            Self::Delete => "jobs.delete",
        }
    }

    /// The messages of it: `do` on buttons, `ask` with a number `n`, `notice` with the numbers `n`, `asked`, `rest`.
    pub(crate) const fn message(self, part: Part) -> &'static str {
        match (self, part) {
            (Self::Retry, Part::Do) => "jobs-do-retry",
            (Self::RunNow, Part::Do) => "jobs-do-run-now",
            (Self::Reschedule, Part::Do) => "jobs-do-reschedule",
            (Self::Cancel, Part::Do) => "jobs-do-cancel",
            (Self::Delete, Part::Do) => "jobs-do-delete",
            (Self::Retry, Part::Ask) => "jobs-ask-retry",
            (Self::RunNow, Part::Ask) => "jobs-ask-run-now",
            (Self::Reschedule, Part::Ask) => "jobs-ask-reschedule",
            (Self::Cancel, Part::Ask) => "jobs-ask-cancel",
            (Self::Delete, Part::Ask) => "jobs-ask-delete",
            (Self::Retry, Part::Notice) => "notice-jobs-retry",
            (Self::RunNow, Part::Notice) => "notice-jobs-run-now",
            (Self::Reschedule, Part::Notice) => "notice-jobs-reschedule",
            (Self::Cancel, Part::Notice) => "notice-jobs-cancel",
            (Self::Delete, Part::Notice) => "notice-jobs-delete",
        }
    }

    /// The change. Where a time is needed and none is given, it is a placeholder: only whether it can be made is asked.
    pub(crate) fn change(self, at: Option<Timestamp>) -> Change {
        match self {
            Self::Retry => Change::Retry,
            Self::RunNow => Change::RunNow,
            Self::Reschedule => Change::Reschedule(at.unwrap_or(Timestamp::UNIX_EPOCH)),
            Self::Cancel => Change::Cancel,
            Self::Delete => Change::Delete,
        }
    }

    /// Whether it takes away what nobody can bring back.
    pub(crate) const fn is_final(self) -> bool {
        matches!(self, Self::Delete | Self::Cancel)
    }

    /// The states in which it makes sense.
    pub(crate) fn states(self) -> &'static [JobState] {
        usual_states(self.change(None))
    }

    /// Whether the store can do it, and it makes sense in one of the states (any, if none is named).
    pub(crate) fn suits(self, app: &App, states: &[JobState]) -> bool {
        is_supported(app, self.change(None))
            && (states.is_empty() || states.iter().any(|state| self.states().contains(state)))
    }
}

/// Where an action is spoken of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Do,
    Ask,
    Notice,
}

/// An action as a button or link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Button {
    pub(crate) name: &'static str,
    pub(crate) label: String,
    pub(crate) address: String,
    pub(crate) is_final: bool,
}
