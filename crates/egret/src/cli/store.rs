//! `egret store` and `egret migrate`: looking after the store.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use egret_core::{CareProgress, StoreSize, StoreVersion};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use super::arguments::Json;
use super::{Exit, Failure, Session};
use crate::app::{migrate, stored_version};
use crate::language::Sentence;

/// Looks after the store: checks it, copies it, gives room back
#[derive(Args, Debug)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub(super) struct Store {
    #[command(subcommand)]
    command: StoreCommand,
}

#[derive(Debug, Subcommand)]
enum StoreCommand {
    /// Reads everything and tells what is broken or does not fit together; exit status 1 when something is
    Check(Check),
    /// Copies everything as of one moment into a new file, checked and safe on the disk; services go on
    Backup(Backup),
    /// Gives free room inside the store back to the system
    Vacuum(Vacuum),
}

#[derive(Args, Debug)]
struct Check {
    #[command(flatten)]
    format: Json,
}

#[derive(Args, Debug)]
struct Backup {
    /// The file to make; one that exists is never overwritten
    path: PathBuf,
    #[command(flatten)]
    format: Json,
}

/// Gives free room inside the store back to the system.
///
/// Everything is written once into a temporary file (in SQLITE_TMPDIR, else TMPDIR, else /var/tmp) and once beside the
/// store, so as much room as the store uses must be free in both places. Nobody can write meanwhile: a large store is
/// refused while services live.
#[derive(Args, Debug)]
struct Vacuum {
    #[command(flatten)]
    format: Json,
}

impl Store {
    pub(super) async fn perform(self, session: &Session) -> Result<Exit, Failure> {
        match self.command {
            StoreCommand::Check(_) => check(session).await,
            StoreCommand::Backup(backup) => back_up(session, backup.path).await,
            StoreCommand::Vacuum(_) => vacuum(session).await,
        }
    }

    pub(super) fn wants_json(&self) -> bool {
        match &self.command {
            StoreCommand::Check(check) => check.format.json,
            StoreCommand::Backup(backup) => backup.format.json,
            StoreCommand::Vacuum(vacuum) => vacuum.format.json,
        }
    }
}

async fn check(session: &Session) -> Result<Exit, Failure> {
    let backend = session.app_for_changing().await?.backend();
    let bar = bar();
    let report = backend.check(shown_by(&bar)).await;
    bar.finish_and_clear();
    let report = report?;
    let (output, language) = (session.output(), session.language());
    if output.is_json() {
        output.json(&report)?;
    } else {
        for finding in &report.findings {
            output.line(format_args!("{}: {}", finding.subject, finding.message))?;
        }
        match report.is_whole {
            true => output.line(language.text_with("store-whole", &[("count", report.n_jobs.into())]))?,
            false => {
                output.note(language.text_with("store-broken", &[("count", (report.findings.len() as u64).into())]))
            }
        }
    }
    Ok(if report.is_whole { Exit::Success } else { Exit::Failure })
}

async fn back_up(session: &Session, path: PathBuf) -> Result<Exit, Failure> {
    let backend = session.app_for_changing().await?.backend();
    let bar = bar();
    let report = backend.back_up(&path, shown_by(&bar)).await;
    bar.finish_and_clear();
    let report = report?;
    let output = session.output();
    if output.is_json() {
        output.json(&report)?;
    } else {
        let arguments = [
            ("path", report.path.display().to_string().into()),
            ("size", mebibytes(report.bytes).into()),
            ("live", report.n_live.into()),
            ("finished", report.n_finished.into()),
        ];
        output.line(session.language().text_with("store-backed-up", &arguments))?;
    }
    Ok(Exit::Success)
}

async fn vacuum(session: &Session) -> Result<Exit, Failure> {
    let report = session.app_for_changing().await?.backend().vacuum().await?;
    let output = session.output();
    if output.is_json() {
        output.json(&report)?;
    } else {
        let whole = |size: StoreSize| mebibytes(size.used_bytes + size.free_bytes);
        let arguments = [("before", whole(report.before).into()), ("after", whole(report.after).into())];
        output.line(session.language().text_with("store-vacuumed", &arguments))?;
    }
    Ok(Exit::Success)
}

/// Brings the store to this program's version of its tables.
///
/// Opening a store does so by itself; this does nothing else, so that it can be done before services start. A store that is
/// not there is made.
#[derive(Args, Debug)]
pub(super) struct Migrate {
    /// Only tells what is there, and changes nothing; exit status 1 when the store has another version
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    pub(super) format: Json,
}

/// What `egret migrate` answers.
#[derive(Debug, Serialize)]
struct Migrated {
    /// The version that was found; 0 for no store.
    from: u32,
    /// The version of this program.
    to: u32,
    /// Whether the store has it now.
    is_current: bool,
}

impl Migrate {
    pub(super) async fn perform(self, session: &Session) -> Result<Exit, Failure> {
        let version = match self.check {
            true => stored_version(session.config()).await?,
            false => match migrate(session.config()).await? {
                None => session.app().await?.backend().version(),
                found => found,
            },
        };
        let Some(StoreVersion { found, current }) = version else {
            return Err(Failure::new(Sentence::new("cli-no-version")));
        };
        let migrated = Migrated { from: found, to: current, is_current: !self.check || found == current };
        let (output, language) = (session.output(), session.language());
        if output.is_json() {
            output.json(&migrated)?;
        } else {
            let message = match (self.check, found == current) {
                (_, true) => "store-version-current",
                (true, false) if found > current => "store-version-newer",
                (true, false) => "store-version-other",
                (false, false) => "store-migrated",
            };
            let arguments = [("from", u64::from(found).into()), ("to", u64::from(current).into())];
            output.line(language.text_with(message, &arguments))?;
        }
        Ok(if migrated.is_current { Exit::Success } else { Exit::Failure })
    }
}

/// Hidden by itself where there is no terminal.
fn bar() -> ProgressBar {
    let style = ProgressStyle::with_template("{msg} {bar:40} {percent}% {eta}").expect("the template is a constant");
    ProgressBar::new(1).with_style(style)
}

fn shown_by(bar: &ProgressBar) -> CareProgress {
    let bar = bar.clone();
    CareProgress::new(move |step| {
        bar.set_message(step.what);
        bar.set_length(step.total);
        bar.set_position(step.done);
    })
}

/// Rounded up, as people write it.
fn mebibytes(bytes: u64) -> String {
    format!("{} MiB", bytes.div_ceil(1 << 20))
}
