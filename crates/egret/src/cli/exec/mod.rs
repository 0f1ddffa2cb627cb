//! `egret exec`: a program in the background.

mod ending;
mod output_files;
mod payload;
mod wait;

use std::ffi::OsString;
use std::time::Duration;

use clap::Args;

use super::bindings::Bound;
use super::exit;
use super::placement::Placement;
use super::submit::submit;
use super::{Exit, Failure, Session, moment};

/// Runs a program in the background and prints the job's id
///
/// The program runs in the current folder, with the environment of the service. A program that fails is not run again.
#[derive(Args, Debug)]
#[command(after_help = exit::EXEC_HELP)]
pub(super) struct Exec {
    #[command(flatten)]
    placement: Placement,
    #[command(flatten)]
    bound: Bound,
    /// Ends the program after this long, such as `90s` or `2h`
    #[arg(long, value_name = "DURATION", value_parser = moment::parse_time_limit)]
    timeout: Option<Duration>,
    /// Waits for the program: shows its output, ends with its status, and says why while it cannot run
    #[arg(long)]
    pub(super) wait: bool,
    /// The program and its arguments, after `--`
    #[arg(last = true, required = true, value_name = "PROGRAM")]
    pub(super) program: Vec<OsString>,
}

impl Exec {
    pub(super) async fn perform(self, session: &Session) -> Result<Exit, Failure> {
        // What Egret fails at must not look like a status of the program.
        let own = if self.wait { Exit::WaitFailed } else { Exit::Failure };
        let kept = |failure: Failure| match failure.exit() {
            Exit::Failure => failure.with_exit(own),
            _ => failure,
        };
        self.try_perform(session).await.map_err(kept)
    }

    async fn try_perform(self, session: &Session) -> Result<Exit, Failure> {
        let order =
            payload::Order { program: self.program, folder: std::env::current_dir().ok(), timeout: self.timeout };
        let mut job = order.into_job(&session.config().exec)?;
        self.placement.place(&mut job, session.now().await?)?;
        self.bound.bind(&mut job);
        let id = submit(session, job).await?;
        if !self.wait {
            session.output().line(&id)?;
            return Ok(Exit::Success);
        }
        session.output().note(format_args!("job {id}"));
        wait::wait(session, &id).await
    }
}
