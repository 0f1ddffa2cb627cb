//! `egret jobs show`.

use std::fmt::Write as _;

use clap::Args;
use egret_core::{Execution, JobId, JobRecord, Payload};
use serde::Serialize;

use super::super::arguments::Json;
use super::super::logs::heading;
use super::super::output::one_line;
use super::super::{Exit, Failure, Session, moment};
use super::list::paint;
use crate::language::Sentence;
use crate::why::{Circumstances, Why};

/// Shows one job: what it is, why it waits, its attempts
#[derive(Args, Debug)]
pub(super) struct Show {
    /// The job
    #[arg(value_name = "ID")]
    id: String,
    #[command(flatten)]
    pub(super) format: Json,
}

/// A job as JSON: the store's record, and what is known beside it.
#[derive(Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    record: &'a JobRecord,
    /// Why it does not run: code, sentence, remedy and facts; null when it has ended and waits for nobody.
    why: Option<Why>,
    executions: &'a [Execution],
}

impl Show {
    pub(super) async fn perform(self, session: &Session) -> Result<Exit, Failure> {
        let app = session.app_for_looking().await?;
        let id = JobId::from(self.id);
        let Some(record) = app.backend().find(&id).await? else {
            return Err(Failure::new(Sentence::new("cli-no-job").with("id", id.to_string())));
        };
        let executions = match app.backend().capabilities().history {
            true => app.backend().executions(&id).await?,
            false => Vec::new(),
        };
        let why = Why::of(&Circumstances::of(app, record.clone()).await?, &session.reader());
        let output = session.output();
        if output.is_json() {
            output.json(&Shown { record: &record, why, executions: &executions })?;
        } else {
            let known = app.registry().get(&record.class);
            let hides_arguments = known.is_some_and(|job| !job.definition().logs_arguments());
            output.text(text(session, &record, hides_arguments, why.as_ref(), &executions))?;
        }
        Ok(Exit::Success)
    }
}

fn text(
    session: &Session,
    job: &JobRecord,
    hides_arguments: bool,
    why: Option<&Why>,
    executions: &[Execution],
) -> String {
    let time = |moment| moment::show(moment, session.zone());
    let mut text = Lines::default();
    text.line("id", &job.id);
    text.line("state", session.output().paint(paint(job.state), job.state));
    text.line("class", one_line(&job.class));
    text.line("queue", one_line(&job.queue));
    text.line("priority", job.priority);
    text.line("arguments", arguments(&job.payload, hides_arguments));
    text.line("origin", job.origin.as_str());
    // Some formats write it down nowhere.
    if let Some(enqueued_at) = job.known_enqueued_at() {
        text.line("enqueued", time(enqueued_at));
    }
    if !job.state.is_terminal() {
        text.line("due", time(job.due_at));
    }
    if let Some(finished_at) = job.finished_at {
        text.line("finished", time(finished_at));
    }
    if job.interruptions > 0 {
        let times = if job.interruptions == 1 { "once".to_owned() } else { format!("{} times", job.interruptions) };
        text.line("interrupted", format_args!("{times}, by the death of its service"));
    }
    if let Some(why) = why {
        text.line("why", format_args!("{}: {}", why.code, one_line(&why.sentence)));
        text.line("", format_args!("hint: {}", one_line(&why.remedy)));
    }
    if let Some(error) = &job.error {
        text.line("error", one_line(&format!("{}: {}", error.class, error.message)));
    }
    for execution in executions {
        text.line("attempt", heading(session, execution));
    }
    text.0
}

fn arguments(payload: &Payload, hides_arguments: bool) -> String {
    match payload {
        Payload::Job(_) if hides_arguments => "hidden".to_owned(),
        Payload::Job(data) => one_line(data.arguments.get()),
        Payload::Unreadable(unreadable) => format!("cannot be read: {}", one_line(&unreadable.reason)),
    }
}

/// Lines of names and values.
#[derive(Default)]
struct Lines(String);

impl Lines {
    fn line(&mut self, name: &str, value: impl std::fmt::Display) {
        writeln!(self.0, "{name:<12}{value}").expect("writing to memory does not fail");
    }
}
