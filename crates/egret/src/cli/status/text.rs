//! The state of things for people.

use std::time::Duration;

use egret_core::JobState;

use super::super::output::{Column, Field, Table};
use super::super::{Failure, Paint, Session, moment};
use super::body::{Body, Health};

/// Writes the state.
pub(super) fn write(session: &Session, body: &Body) -> Result<(), Failure> {
    let output = session.output();
    let status = match body.status {
        Health::Ok => output.paint(Paint::Good, "ok"),
        Health::Stucked => output.paint(Paint::Bad, "stuck"),
    };
    output.line(format_args!("status    {status}"))?;
    if let Some(notice) = &body.notice {
        for notice in &notice.notices {
            output.line(format_args!("          {notice}"))?;
        }
    }
    output.line(format_args!("store     {} ({})", body.egret.store, body.active_job.queue_adapter))?;
    output.line(format_args!("mode      {}", body.job.mode))?;
    output.line(format_args!("queues    {}", body.job.polling_queues.join(", ")))?;
    output.line(format_args!("services  {}", services(session, body)))?;
    if let Some(seconds) = body.egret.latest_seconds {
        let late = moment::length(Duration::from_secs_f64(seconds));
        output.line(format_args!("late      the job that waits longest has been due for {late}"))?;
    }
    if !body.egret.queues.is_empty() {
        output.line("")?;
    }
    output.table(counts(body))
}

fn services(session: &Session, body: &Body) -> String {
    match &body.item {
        Some(item) => {
            let updated = moment::show(item.updated, session.zone());
            format!("{} of {} alive, last change {updated}", item.current_count, item.name)
        }
        None => "none yet".to_owned(),
    }
}

/// A row for each queue, a column for each state.
fn counts(body: &Body) -> Table {
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
    for (queue, counts) in &body.egret.queues {
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
