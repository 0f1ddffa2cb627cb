//! `egret queues list`.

use clap::Args;
use egret_core::{JobState, Listing, Timestamp};

use super::super::arguments::Json;
use super::super::output::{Column, Field, Paint, Table, cut};
use super::super::{Exit, Failure, Session, moment};
use crate::language::Language;
use crate::queues::{self, QueueOverview};

#[derive(Args, Debug)]
pub(super) struct List {
    #[command(flatten)]
    pub(super) format: Json,
}

impl List {
    pub(super) async fn perform(self, session: &Session) -> Result<Exit, Failure> {
        let overviews = queues::overview(session.app_for_looking().await?).await?;
        let output = session.output();
        if output.is_json() {
            output.json(&Listing::whole(overviews))?;
            return Ok(Exit::Success);
        }
        let now = session.now().await?;
        output.table(table(session.language(), &overviews, now))?;
        Ok(Exit::Success)
    }
}

pub(super) fn table(language: Language, queues: &[QueueOverview], now: Timestamp) -> Table {
    let mut table = Table::new([
        Column::Text("QUEUE"),
        Column::Number("SCHEDULED"),
        Column::Number("AVAILABLE"),
        Column::Number("RUNNING"),
        Column::Number("RETRYABLE"),
        Column::Number("DISCARDED"),
        Column::Number("LIMIT"),
        Column::Text("OLDEST DUE"),
        Column::Text("PAUSED"),
        Column::Text("POLLED BY"),
    ]);
    for queue in queues {
        let count = |state| Field::new(queue.count(state));
        let since = |moment: Option<Timestamp>| moment.map(|moment| moment::distance(moment, now));
        table.row([
            Field::new(cut(&queue.name)),
            count(JobState::Scheduled),
            count(JobState::Available),
            count(JobState::Running),
            count(JobState::Retryable),
            count(JobState::Discarded),
            Field::new(queue.max_size.map_or_else(|| "-".to_owned(), |limit| limit.to_string())),
            Field::new(since(queue.oldest_due_at).unwrap_or_else(|| "-".to_owned())),
            match since(queue.paused_at) {
                Some(since) => Field::painted(since, Paint::Warning),
                None => Field::new("-"),
            },
            polled_by(language, queue),
        ]);
    }
    table
}

/// Live services, or that jobs of the queue wait for nobody.
fn polled_by(language: Language, queue: &QueueOverview) -> Field {
    let services: Vec<String> =
        queue.polled_by.iter().map(|service| format!("{}@{}:{}", service.name, service.host, service.pid)).collect();
    match (services.is_empty(), queue.sections.is_empty()) {
        (false, _) => Field::new(services.join(", ")),
        (true, true) => Field::painted(language.text("queues-no-section"), Paint::Warning),
        (true, false) => Field::new("-"),
    }
}
