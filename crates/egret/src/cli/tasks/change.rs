//! `egret tasks interrupt`, `reset` and `delete`.

use clap::Args;
use egret_core::{ErrorKind as StoreErrorKind, LiveOwner};
use serde::Serialize;

use super::super::arguments::Json;
use super::super::{Exit, Failure, Session};
use super::show::no_task;
use crate::tasks;
use crate::{Error, ErrorKind};

/// Asks a task to stop; its code ends at its next look, within about a second
#[derive(Args, Debug)]
pub(super) struct Interrupt {
    /// The task
    #[arg(value_name = "NAME")]
    name: String,
    #[command(flatten)]
    pub(super) format: Json,
}

/// Puts a task back to the state stop
#[derive(Args, Debug)]
pub(super) struct Reset {
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    pub(super) format: Json,
}

/// Deletes a task with its log lines
#[derive(Args, Debug)]
pub(super) struct Delete {
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    pub(super) format: Json,
}

#[derive(Args, Debug)]
struct Target {
    /// The task
    #[arg(value_name = "NAME")]
    name: String,
    /// Also when its owner lives: he can write nothing more, and is told to stop
    #[arg(long)]
    force: bool,
}

/// What was done.
#[derive(Serialize)]
struct Done<'a> {
    name: &'a str,
    done: &'static str,
}

impl Interrupt {
    pub(super) async fn perform(self, session: &Session) -> Result<Exit, Failure> {
        let done = tasks::interrupt(session.app().await?, &self.name).await;
        say(session, &self.name, "interrupt asked", done, None)
    }
}

impl Reset {
    pub(super) async fn perform(self, session: &Session) -> Result<Exit, Failure> {
        let Target { name, force } = self.target;
        let done = tasks::reset(session.app().await?, &name, owner(force)).await;
        say(session, &name, "reset", done, Some(remedy(&name)))
    }
}

impl Delete {
    pub(super) async fn perform(self, session: &Session) -> Result<Exit, Failure> {
        let Target { name, force } = self.target;
        let done = tasks::delete(session.app().await?, &name, owner(force)).await;
        say(session, &name, "deleted", done, Some(remedy(&name)))
    }
}

fn owner(force: bool) -> LiveOwner {
    if force { LiveOwner::Replace } else { LiveOwner::Respect }
}

fn remedy(name: &str) -> String {
    format!("`egret tasks interrupt '{name}'` ends a task well; services are stopped instead")
}

fn say(
    session: &Session,
    name: &str,
    done: &'static str,
    result: Result<(), Error>,
    remedy: Option<String>,
) -> Result<Exit, Failure> {
    result.map_err(|error| match error.kind() {
        ErrorKind::Store(StoreErrorKind::NotFound) => no_task(name),
        ErrorKind::Store(StoreErrorKind::Conflict) => Failure::from(error).with_hint(remedy),
        _ => Failure::from(error),
    })?;
    let output = session.output();
    if output.is_json() {
        output.json(&Done { name, done })?;
    } else {
        output.line(format_args!("{name}: {done}"))?;
    }
    Ok(Exit::Success)
}
