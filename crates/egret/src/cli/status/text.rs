//! The state of things for people.

use std::time::Duration;

use egret_core::JobState;

use super::super::output::{Column, Field, Table, one_line, padded};
use super::super::{Failure, Paint, Session};
use crate::status::{Severity, Status, Verdict};

/// Width of the names of fields, in columns of a terminal.
const NAME_COLUMNS: usize = 10;

/// Writes the state.
pub(super) fn write(session: &Session, status: &Status) -> Result<(), Failure> {
    let (output, language) = (session.output(), session.language());
    let verdict = match status.status {
        Verdict::Ok => output.paint(Paint::Good, language.text("status-ok")),
        Verdict::Stucked => output.paint(Paint::Bad, language.text("status-stuck")),
    };
    field(session, &language.text("status-field-status"), &verdict)?;
    for cause in &status.egret.causes {
        let paint = if cause.severity == Severity::Stuck { Paint::Bad } else { Paint::Warning };
        let since =
            cause.since.as_ref().map(|since| language.text_with("status-since", &[("since", since.as_str().into())]));
        let code = output.paint(paint, cause.code.as_str());
        field(session, "", &format!("{code}: {} {}", one_line(&cause.sentence), since.unwrap_or_default()))?;
        field(session, "", &output.paint(Paint::Faint, format_args!("  {}", one_line(&cause.remedy))))?;
    }
    let store = format!("{} ({})", status.egret.store, status.active_job.queue_adapter);
    field(session, &language.text("status-field-store"), &store)?;
    field(session, &language.text("status-field-mode"), &status.job.mode)?;
    field(session, &language.text("status-field-queues"), &status.job.polling_queues.join(", "))?;
    field(session, &language.text("status-field-services"), &services(session, status))?;
    if let Some(seconds) = status.egret.oldest_due_seconds {
        let age = language.length(Duration::from_secs_f64(seconds));
        let text = language.text_with("status-late", &[("n", status.egret.n_due.into()), ("age", age.into())]);
        field(session, &language.text("status-field-late"), &text)?;
    }
    if !status.egret.queues.is_empty() {
        output.line("")?;
    }
    output.table(counts(status))
}

fn field(session: &Session, name: &str, value: &str) -> Result<(), Failure> {
    session.output().line(format_args!("{}{}", padded(name, NAME_COLUMNS), value.trim_end()))
}

fn services(session: &Session, status: &Status) -> String {
    let language = session.language();
    match &status.item {
        Some(item) => {
            let arguments = [
                ("n", item.current_count.into()),
                ("name", item.name.as_str().into()),
                ("updated", item.updated.as_str().into()),
            ];
            language.text_with("status-services", &arguments)
        }
        None => language.text("status-services-none"),
    }
}

/// A row for each queue, a column for each state.
fn counts(status: &Status) -> Table {
    let mut table = Table::new([
        Column::Text("QUEUE"),
        Column::Number("SCHEDULED"),
        Column::Number("AVAILABLE"),
        Column::Number("RUNNING"),
        Column::Number("RETRYABLE"),
        Column::Number("BLOCKED"),
        Column::Number("COMPLETED"),
        Column::Number("CANCELLED"),
        Column::Number("DISCARDED"),
    ]);
    for (queue, counts) in &status.egret.queues {
        let of = |state: JobState| Field::new(counts.get(state.as_str()).copied().unwrap_or(0));
        let [scheduled, available, running, retryable, blocked, completed, cancelled, discarded] =
            JobState::ALL.map(of);
        table.row([
            Field::new(queue),
            scheduled,
            available,
            running,
            retryable,
            blocked,
            completed,
            cancelled,
            discarded,
        ]);
    }
    table
}
