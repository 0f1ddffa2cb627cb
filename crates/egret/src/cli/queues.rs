//! `egret queues`: what waits where, and pauses.

use clap::{Args, Subcommand};
use egret_core::{JobState, Listing, Timestamp};
use serde::Serialize;

use super::arguments::Json;
use super::failure::did_you_mean;
use super::output::{Column, Field, Paint, Table};
use super::{Exit, Failure, Session, moment};
use crate::queues::{self, QueueOverview};

/// Lists, pauses and resumes queues
#[derive(Args, Debug)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub(super) struct Queues {
    #[command(subcommand)]
    command: QueuesCommand,
}

#[derive(Debug, Subcommand)]
enum QueuesCommand {
    /// Lists every queue that holds or has held a job, is paused, or stands in config/job.yml
    List(List),
    /// Pauses queues: services take no more jobs from them; what runs goes on
    Pause(Named),
    /// Ends pauses: services take jobs from the queues again
    Resume(Named),
}

#[derive(Args, Debug)]
struct List {
    #[command(flatten)]
    format: Json,
}

#[derive(Args, Debug)]
struct Named {
    /// The queues
    #[arg(required = true, value_name = "QUEUE")]
    names: Vec<String>,
    #[command(flatten)]
    format: Json,
}

/// A queue whose pause began or ended.
#[derive(Serialize)]
struct Changed {
    name: String,
    paused_at: Option<Timestamp>,
}

impl Queues {
    pub(super) async fn perform(self, session: &Session) -> Result<Exit, Failure> {
        match self.command {
            QueuesCommand::List(_) => list(session).await,
            QueuesCommand::Pause(named) => pause(session, &named.names).await,
            QueuesCommand::Resume(named) => resume(session, &named.names).await,
        }
    }

    pub(super) fn wants_json(&self) -> bool {
        match &self.command {
            QueuesCommand::List(list) => list.format.json,
            QueuesCommand::Pause(named) | QueuesCommand::Resume(named) => named.format.json,
        }
    }
}

async fn list(session: &Session) -> Result<Exit, Failure> {
    let overviews = queues::overview(session.app_for_looking().await?).await?;
    let output = session.output();
    if output.is_json() {
        output.json(&Listing::whole(overviews))?;
        return Ok(Exit::Success);
    }
    let now = session.now().await?;
    output.table(table(&overviews, now))?;
    Ok(Exit::Success)
}

async fn pause(session: &Session, names: &[String]) -> Result<Exit, Failure> {
    let app = session.app().await?;
    let known = queues::overview(app).await?;
    for name in names {
        app.backend().pause(name).await?;
        if known.iter().all(|queue| queue.name != *name) {
            let meant = did_you_mean(name, known.iter().map(|queue| queue.name.as_str()));
            let meant = meant.map(|meant| format!("; {meant}")).unwrap_or_default();
            session.output().note(format_args!("no job has been in the queue `{name}` yet{meant}"));
        }
    }
    say(session, names, "paused").await
}

async fn resume(session: &Session, names: &[String]) -> Result<Exit, Failure> {
    let app = session.app().await?;
    for name in names {
        queues::resume(app, name).await?;
    }
    say(session, names, "resumed").await
}

async fn say(session: &Session, names: &[String], done: &str) -> Result<Exit, Failure> {
    let output = session.output();
    if output.is_json() {
        let known = session.app().await?.backend().queues().await?;
        let changed = names.iter().map(|name| Changed {
            name: name.clone(),
            paused_at: known.iter().find(|queue| queue.name == *name).and_then(|queue| queue.paused_at),
        });
        output.json(&Listing::whole(changed.collect()))?;
    } else {
        for name in names {
            output.line(format_args!("{name} {done}"))?;
        }
    }
    Ok(Exit::Success)
}

fn table(queues: &[QueueOverview], now: Timestamp) -> Table {
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
            Field::new(&queue.name),
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
            polled_by(queue),
        ]);
    }
    table
}

/// Live services, or that jobs of the queue wait for nobody.
fn polled_by(queue: &QueueOverview) -> Field {
    let services: Vec<String> =
        queue.polled_by.iter().map(|service| format!("{}@{}:{}", service.name, service.host, service.pid)).collect();
    match (services.is_empty(), queue.sections.is_empty()) {
        (false, _) => Field::new(services.join(", ")),
        (true, true) => Field::painted("no section", Paint::Warning),
        (true, false) => Field::new("-"),
    }
}
