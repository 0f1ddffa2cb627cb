//! Looking at tasks, and forgetting old ones.

use jiff::Timestamp;
use serde::Serialize;

use super::TaskState;
use crate::{JobId, ServiceId};

/// The number of lines that a store keeps of one run of a task; further ones are counted only. A run that writes more
/// belongs into a job, whose whole log is in a file.
pub const MAX_TASK_LINES: u64 = 10_000;

/// A task as a store holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TaskRecord {
    /// The store's number of it, never used again.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// Its state. A task whose owner has gone shows as what it is without him, whether that has been written or not.
    pub state: TaskState,
    /// A person wants it interrupted.
    pub is_interrupt_asked: bool,
    /// Its last owner went without closing it.
    pub has_lost_owner: bool,
    /// Steps done.
    pub current_count: u64,
    /// Steps expected; 0 if unknown.
    pub total_count: u64,
    /// The number of its last run; 0 before the first.
    pub log_sequence: u64,
    /// The user for whom it was made ready.
    pub user_id: Option<String>,
    /// Who has it.
    pub owner: Option<TaskOwnerRecord>,
    /// When the store first heard of it.
    pub created_at: Timestamp,
    /// When anything of it was last written.
    pub updated_at: Timestamp,
    /// When its present or last run began; empty while it is ready.
    pub started_at: Option<Timestamp>,
    /// When its last run ended; empty while somebody has it.
    pub closed_at: Option<Timestamp>,
}

/// Who has a task, for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TaskOwnerRecord {
    /// The host.
    pub host: String,
    /// The process.
    pub pid: u32,
    /// The service, if a job has it.
    pub service: Option<ServiceId>,
    /// The job, if one has it.
    pub job_id: Option<JobId>,
}

/// One run of a task that has written log lines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TaskRun {
    /// Its number among the runs of the task, from 1.
    pub sequence: u64,
    /// Where it ran.
    #[serde(flatten)]
    pub owner: TaskOwnerRecord,
    /// When its first line came.
    pub began_at: Timestamp,
    /// When its last line came.
    pub written_at: Timestamp,
    /// Lines written; of them the first [`MAX_TASK_LINES`] are kept.
    pub n_lines: u64,
}

/// Lines of one run of a task from a place on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskLogQuery {
    /// The task.
    pub name: String,
    /// The number of the run.
    pub sequence: u64,
    /// Only lines after the first `after` ones.
    pub after: u64,
    /// At most this many.
    pub limit: usize,
}

/// Which tasks. Empty parts ask for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaskFilter {
    /// Only these states; empty for all.
    pub states: Vec<TaskState>,
    /// Only names that contain all of these, which are in lower case.
    words: Vec<String>,
}

impl TaskFilter {
    /// How many words of a search count; SHIRASAGI's search forms take five (1.21.0, `app/models/concerns/ss/model/task.rb`,
    /// `search`).
    pub const MAX_WORDS: usize = 5;

    /// Any task.
    pub fn all() -> Self {
        Self::default()
    }

    /// Only tasks of the state, beside those already asked for.
    #[must_use]
    pub fn state(mut self, state: TaskState) -> Self {
        self.states.push(state);
        self
    }

    /// Only tasks whose name contains every word of the text, in any case of letters. Words are separated by blanks, also
    /// full-width ones; after the fifth they are ignored.
    #[must_use]
    pub fn words(mut self, text: &str) -> Self {
        self.words = text.split_whitespace().take(Self::MAX_WORDS).map(str::to_lowercase).collect();
        self
    }

    /// Whether a task of the name and state is meant.
    pub fn covers(&self, name: &str, state: TaskState) -> bool {
        let name = name.to_lowercase();
        (self.states.is_empty() || self.states.contains(&state))
            && self.words.iter().all(|word| name.contains(word.as_str()))
    }
}

/// What may be forgotten of tasks. A task that a living owner has never is, nor is its present run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PruneTasks {
    /// Closed tasks last written before this moment go; `None` keeps all.
    pub tasks_before: Option<Timestamp>,
    /// Log lines of runs that wrote last at this moment or before go; `None` keeps all.
    pub logs_until: Option<Timestamp>,
    /// At most this many tasks, and at most this many runs, in one call, so that nobody waits long.
    pub limit: usize,
}

/// What a prune of tasks removed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PrunedTasks {
    /// The tasks that went.
    pub tasks: Vec<String>,
    /// Runs of other tasks whose log lines went.
    pub n_logs: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_takes_up_to_five_words_in_any_case_and_width_of_blanks() {
        let filter = TaskFilter::all().words(" Pages　cms ");
        assert!(filter.covers("CMS:generate_pages", TaskState::Stop));
        assert!(!filter.covers("cms:generate_nodes", TaskState::Stop));
        let sixth = TaskFilter::all().words("a b c d e nothing-like-it");
        assert!(sixth.covers("abcde", TaskState::Stop));
        let running = TaskFilter::all().state(TaskState::Running).words("a");
        assert!(running.covers("a", TaskState::Running) && !running.covers("a", TaskState::Stop));
    }
}
