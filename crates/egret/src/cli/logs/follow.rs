//! `egret logs follow`.

use std::time::Duration;

use clap::Args;
use egret_core::{ExecutionState, JobId, JobRecord, LogLine};
use tokio_util::sync::CancellationToken;

use super::super::arguments::Json;
use super::super::{Exit, Failure, Session};
use super::{heading, line};
use crate::App;
use crate::execution_log::FollowLines;
use crate::history::{self, Lines};
use crate::language::Sentence;

/// Between two looks at the job.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Shows what a job writes until it ends
#[derive(Args, Debug)]
#[command(after_help = "With --json each line is a JSON value of its own.")]
pub(super) struct Follow {
    /// The job
    #[arg(value_name = "ID")]
    id: String,
    /// Only this attempt, from 1, until it ends; else from the latest on, until the job ends
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    attempt: Option<u32>,
    #[command(flatten)]
    pub(super) format: Json,
}

impl Follow {
    pub(super) async fn perform(self, session: &Session) -> Result<Exit, Failure> {
        let app = session.app_for_looking().await?;
        let follower = Follower { session, app, id: JobId::from(self.id.as_str()), only: self.attempt };
        follower.follow().await?;
        Ok(Exit::Success)
    }
}

struct Follower<'a> {
    session: &'a Session,
    app: &'a App,
    id: JobId,
    only: Option<u32>,
}

impl Follower<'_> {
    async fn follow(&self) -> Result<(), Failure> {
        let mut shown = self.only.map_or(0, |only| only - 1);
        loop {
            let record = self.find().await?;
            // Looked for after the record: what an ended job left is all there.
            match self.next_attempt(shown).await? {
                Some(attempt) => {
                    self.follow_attempt(attempt).await?;
                    shown = attempt;
                    if self.only.is_some() {
                        return Ok(());
                    }
                }
                None if record.state.is_terminal() => return self.say_end(&record).await,
                None => tokio::time::sleep(LOOK_EVERY).await,
            }
        }
    }

    async fn find(&self) -> Result<JobRecord, Failure> {
        let found = self.app.backend().find(&self.id).await?;
        found.ok_or_else(|| Failure::new(Sentence::new("cli-no-job").with("id", self.id.to_string())))
    }

    /// The attempt to be shown next: at first the latest, then the one after.
    async fn next_attempt(&self, shown: u32) -> Result<Option<u32>, Failure> {
        let mut attempts = history::attempts(self.app, &self.id)?;
        if self.app.backend().capabilities().history {
            attempts.extend(self.app.backend().executions(&self.id).await?.iter().map(|execution| execution.attempt));
        }
        Ok(match (self.only, shown) {
            (Some(only), _) => attempts.contains(&only).then_some(only),
            (None, 0) => attempts.into_iter().max(),
            (None, _) => attempts.into_iter().filter(|attempt| *attempt > shown).min(),
        })
    }

    /// Shows one attempt until it has ended.
    async fn follow_attempt(&self, attempt: u32) -> Result<(), Failure> {
        let ended = CancellationToken::new();
        let lines = async {
            match history::file(self.app, &self.id, attempt) {
                Some(path) => self.follow_file(path, &ended).await,
                None => Ok(0),
            }
        };
        let (n_lines, watched) = tokio::join!(lines, async {
            let watched = self.until_ended(attempt).await;
            ended.cancel();
            watched
        });
        watched?;
        if n_lines? == 0 {
            // The attempt ran on another machine: the store has its first lines.
            Lines::of(self.app, &self.id, attempt).await?.for_each(|line| self.write(line))?;
        }
        Ok(())
    }

    async fn follow_file(&self, path: std::path::PathBuf, ended: &CancellationToken) -> Result<u64, Failure> {
        let mut file = FollowLines::new(path);
        let mut n_lines = 0;
        let failed =
            |error: std::io::Error| Failure::new(Sentence::new("cli-log-unreadable").with("error", error.to_string()));
        while let Some(lines) = file.next(ended).await.map_err(failed)? {
            n_lines += lines.len() as u64;
            lines.iter().try_for_each(|line| self.write(line))?;
        }
        Ok(n_lines)
    }

    /// Returns when the attempt, or the job, has ended.
    async fn until_ended(&self, attempt: u32) -> Result<(), Failure> {
        loop {
            let record = self.find().await?;
            let has_ended = record.state.is_terminal()
                || self.next_attempt(attempt).await?.is_some_and(|next| next > attempt)
                || self.is_closed(attempt).await?;
            if has_ended {
                return Ok(());
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    async fn is_closed(&self, attempt: u32) -> Result<bool, Failure> {
        if !self.app.backend().capabilities().history {
            return Ok(false);
        }
        let executions = self.app.backend().executions(&self.id).await?;
        let last = executions.iter().rfind(|execution| execution.attempt == attempt);
        // A run that was given back goes on in the same attempt.
        Ok(last.is_some_and(|execution| execution.closed_at.is_some() && execution.state != ExecutionState::Released))
    }

    fn write(&self, entry: &LogLine) -> Result<(), Failure> {
        let output = self.session.output();
        match output.is_json() {
            true => {
                let text = serde_json::to_string(entry).map_err(|error| Failure::of(&error))?;
                output.line(text)
            }
            false => output.line(line(self.session, entry)),
        }
    }

    async fn say_end(&self, record: &JobRecord) -> Result<(), Failure> {
        let executions = match self.app.backend().capabilities().history {
            true => self.app.backend().executions(&self.id).await?,
            false => Vec::new(),
        };
        let (output, language) = (self.session.output(), self.session.language());
        let state = ("state", record.state.as_str().into());
        output.note(match executions.last() {
            Some(execution) => {
                let attempt = ("attempt", heading(self.session, execution).into());
                language.text_with("cli-job-is-after", &[state, attempt])
            }
            None => language.text_with("cli-job-is", &[state]),
        });
        Ok(())
    }
}
