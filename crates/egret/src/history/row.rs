//! One attempt as a list shows it.

use egret_core::{ErrorReport, ExecutionRecord, ExecutionState, JobId, Runner, Timestamp};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::App;
use crate::arguments::inspect_arguments;
use crate::facts::shown_arguments;
use crate::language::Language;

/// One attempt as a list shows it (SHIRASAGI 1.21.0, `app/views/job/cms/logs/index.html.erb`: class and arguments, id,
/// start, end, state).
#[derive(Clone, Debug, Serialize)]
pub struct HistoryRow {
    /// The job.
    pub job_id: JobId,
    /// Number of the attempt, from 1.
    pub attempt: u32,
    /// The class.
    pub class: String,
    /// The arguments as JSON; none when the class hides them or there are none.
    pub arguments: Option<Box<RawValue>>,
    /// The queue.
    pub queue: String,
    /// How it stands or ended.
    pub state: ExecutionState,
    /// The state in the reader's language.
    pub label: String,
    /// When the job's code began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub closed_at: Option<Timestamp>,
    /// Where it ran.
    pub runner: Runner,
    /// Why it failed, when it did.
    pub error: Option<ErrorReport>,
}

impl HistoryRow {
    /// The row of an attempt, in a language.
    pub fn new(app: &App, record: ExecutionRecord, language: Language) -> Self {
        let shown = record.payload.job().and_then(|data| shown_arguments(app.registry(), data));
        let arguments = shown.and_then(|text| RawValue::from_string(text.into_owned()).ok());
        let execution = record.execution;
        Self {
            job_id: execution.job_id,
            attempt: execution.attempt,
            class: execution.class,
            arguments,
            queue: execution.queue,
            state: execution.state,
            label: label(execution.state, language),
            started_at: execution.started_at,
            closed_at: execution.closed_at,
            runner: execution.runner,
            error: execution.error,
        }
    }

    /// The class with its arguments: `SendInvoice({invoice_id: 7})`.
    pub fn title(&self) -> String {
        match &self.arguments {
            Some(arguments) => format!("{}({})", self.class, inspect_arguments(arguments.get()).join(", ")),
            None => self.class.clone(),
        }
    }
}

/// The state in a language.
fn label(state: ExecutionState, language: Language) -> String {
    match state {
        ExecutionState::Running => language.text("state-running"),
        ExecutionState::Completed => language.text("state-completed"),
        ExecutionState::Failed => language.text("state-failed"),
        ExecutionState::Cancelled => language.text("state-cancelled"),
        ExecutionState::Snoozed => language.text("state-snoozed"),
        ExecutionState::Released => language.text("state-released"),
        ExecutionState::Interrupted => language.text("state-interrupted"),
        other => other.as_str().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_a_label_in_every_language() {
        for state in ExecutionState::ALL {
            assert_ne!(label(state, Language::Japanese), state.as_str());
            assert!(!label(state, Language::English).contains('-'));
        }
        assert_eq!(label(ExecutionState::Running, Language::Japanese), "実行中");
    }
}
