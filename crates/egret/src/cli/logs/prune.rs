//! `egret logs prune`.

use std::time::Duration;

use clap::Args;
use indicatif::ProgressBar;
use serde::Serialize;

use super::super::arguments::Json;
use super::super::{Exit, Failure, Session, moment};
use crate::history;

/// Deletes finished jobs that ended longer ago, with their attempts and logs
#[derive(Args, Debug)]
pub(super) struct Prune {
    /// How long ago they ended, such as `30d`; `0s` for all that have ended
    #[arg(long, value_name = "TIME", value_parser = moment::parse_span)]
    older_than: Duration,
    /// Agrees: what is deleted cannot be brought back
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    pub(super) format: Json,
}

/// What happened, for programs.
#[derive(Serialize)]
struct Account {
    n_deleted: u64,
}

impl Prune {
    pub(super) async fn perform(self, session: &Session) -> Result<Exit, Failure> {
        let age = moment::length(self.older_than);
        if !self.yes {
            let text =
                format!("finished jobs that ended more than {age} ago would be deleted with their logs for good");
            return Err(Failure::usage(text).with_hint("`--yes` agrees".to_owned()));
        }
        let app = session.app().await?;
        // Shown on a terminal only.
        let progress = ProgressBar::new_spinner();
        let n_deleted = history::forget(app, self.older_than, |n| progress.set_position(n)).await?;
        progress.finish_and_clear();
        let output = session.output();
        match output.is_json() {
            true => output.json(&Account { n_deleted })?,
            false => output.line(session.language().text_with("logs-deleted", &[("count", n_deleted.into())]))?,
        }
        Ok(Exit::Success)
    }
}
