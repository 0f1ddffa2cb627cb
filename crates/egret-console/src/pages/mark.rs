//! States as pages show them: a colour, a shape and a word, so that no meaning hangs on colour alone.

use egret::language::Language;
use egret_core::{ExecutionState, JobState, TaskState};

/// A state as pages show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    /// The stable word, which chooses the colour.
    pub(crate) name: &'static str,
    pub(crate) shape: &'static str,
    /// The word for people.
    pub(crate) word: String,
}

impl Mark {
    /// The mark of a job.
    pub(crate) fn of_job(state: JobState, language: Language) -> Self {
        Self::new(state.as_str(), language)
    }

    /// The mark of an attempt.
    pub(crate) fn of_attempt(state: ExecutionState, language: Language) -> Self {
        Self::new(state.as_str(), language)
    }

    /// The mark of a task.
    pub(crate) fn of_task(state: TaskState, language: Language) -> Self {
        Self::new(state.as_str(), language)
    }

    fn new(name: &'static str, language: Language) -> Self {
        let shape = match name {
            "running" => "▶",
            "completed" => "●",
            "retryable" | "blocked" | "interrupted" => "▲",
            "discarded" | "failed" => "■",
            _ => "·",
        };
        Self { name, shape, word: language.text(&format!("state-{name}")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_a_shape_and_a_word_in_every_language() {
        for language in Language::ALL {
            let jobs = JobState::ALL.map(|state| Mark::of_job(state, language));
            let attempts = ExecutionState::ALL.map(|state| Mark::of_attempt(state, language));
            let tasks = TaskState::ALL.map(|state| Mark::of_task(state, language));
            for mark in jobs.iter().chain(&attempts).chain(&tasks) {
                assert!(!mark.word.starts_with("state-"), "{mark:?}");
            }
        }
    }
}
