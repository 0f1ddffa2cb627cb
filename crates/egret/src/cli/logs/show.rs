//! `egret logs show`.

use clap::Args;
use egret_core::{Execution, JobId};
use serde::Serialize;

use super::super::arguments::Json;
use super::super::{Exit, Failure, Paint, Session};
use super::{heading, line};
use crate::App;
use crate::history::{self, Lines};
use crate::language::Sentence;

/// Shows what a job wrote, attempt by attempt
#[derive(Args, Debug)]
pub(super) struct Show {
    /// The job
    #[arg(value_name = "ID")]
    id: String,
    /// Only this attempt, from 1
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    attempt: Option<u32>,
    #[command(flatten)]
    pub(super) format: Json,
}

/// One attempt and its lines.
#[derive(Serialize)]
struct Attempt {
    attempt: u32,
    /// Null while the store has not been told of the attempt.
    execution: Option<Execution>,
    lines: Lines,
}

#[derive(Serialize)]
struct Shown {
    items: Vec<Attempt>,
}

impl Show {
    pub(super) async fn perform(self, session: &Session) -> Result<Exit, Failure> {
        let app = session.app_for_looking().await?;
        let id = JobId::from(self.id.as_str());
        let attempts = self.attempts(app, &id).await?;
        if session.output().is_json() {
            session.output().json(&Shown { items: attempts })?;
            return Ok(Exit::Success);
        }
        if attempts.is_empty() {
            let arguments = [("id", id.to_string().into())];
            session.output().note(session.language().text_with("cli-job-not-run", &arguments));
        }
        attempts.iter().try_for_each(|attempt| write(session, attempt))?;
        Ok(Exit::Success)
    }

    async fn attempts(&self, app: &App, id: &JobId) -> Result<Vec<Attempt>, Failure> {
        if app.backend().find(id).await?.is_none() {
            return Err(Failure::new(Sentence::new("cli-no-job").with("id", id.to_string())));
        }
        let executions = match app.backend().capabilities().history {
            true => app.backend().executions(id).await?,
            false => Vec::new(),
        };
        let mut numbers = history::attempts(app, id)?;
        numbers.extend(executions.iter().map(|execution| execution.attempt));
        numbers.sort_unstable();
        numbers.dedup();
        if let Some(wanted) = self.attempt {
            if !numbers.contains(&wanted) {
                return Err(Failure::new(no_attempt(id, wanted)).with_hint(known(&numbers)));
            }
            numbers.retain(|number| *number == wanted);
        }
        let mut attempts = Vec::with_capacity(numbers.len());
        for attempt in numbers {
            // A run that was given back leaves a row of its own under the number of the next: the last one counts.
            let execution = executions.iter().rfind(|execution| execution.attempt == attempt).cloned();
            attempts.push(Attempt { attempt, execution, lines: Lines::of(app, id, attempt).await? });
        }
        Ok(attempts)
    }
}

fn no_attempt(id: &JobId, attempt: u32) -> Sentence {
    Sentence::new("cli-no-attempt").with("id", id.to_string()).with("attempt", attempt.to_string())
}

fn known(numbers: &[u32]) -> Option<Sentence> {
    let listed: Vec<String> = numbers.iter().map(u32::to_string).collect();
    (!numbers.is_empty()).then(|| Sentence::new("cli-attempts-known").with("numbers", listed.join(", ")))
}

fn write(session: &Session, attempt: &Attempt) -> Result<(), Failure> {
    let output = session.output();
    let heading = match &attempt.execution {
        Some(execution) => heading(session, execution),
        None => attempt.attempt.to_string(),
    };
    output.line(output.paint(Paint::Faint, format_args!("attempt {heading}")))?;
    attempt.lines.for_each(|entry| output.line(line(session, entry)))
}
