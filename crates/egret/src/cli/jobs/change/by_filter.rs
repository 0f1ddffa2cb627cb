//! Changing all jobs that match: shown first, asked about, done in portions, with an account at the end.

use std::io::{self, BufRead as _, IsTerminal as _};

use egret_core::{Change, JobFilter, JobRecord};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::super::super::{Exit, Failure, Session};
use super::super::list;
use super::Verb;
use crate::App;
use crate::bulk::{BulkChange, BulkReport, Found, is_supported};

/// Whether to ask before anything is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Confirmation {
    Ask,
    Given,
    /// Nothing is to be changed.
    DryRun,
}

/// What happened, for programs.
#[derive(Serialize)]
struct Account<'a> {
    action: &'static str,
    is_dry_run: bool,
    n_matching: u64,
    #[serde(flatten)]
    report: &'a BulkReport,
    /// Some of the jobs, as they were before.
    samples: &'a [JobRecord],
}

pub(super) async fn perform(
    session: &Session,
    verb: Verb,
    change: Change,
    filter: JobFilter,
    confirmation: Confirmation,
) -> Result<Exit, Failure> {
    if confirmation == Confirmation::Ask && !can_ask() {
        return Err(Failure::usage(
            "there is no terminal to ask at, and many jobs are changed only when a person agrees",
        )
        .with_hint("`--dry-run` shows which they are; `--yes` agrees".to_owned()));
    }
    let app = session.app().await?;
    if !is_supported(app, change) {
        let message = format!("the store {} cannot {} jobs", app.backend().location(), verb.as_str());
        return Err(Failure::new(message));
    }
    let found = Found::by_filter(app, filter).await?;
    let account = |report: &BulkReport, samples: &[JobRecord]| {
        let is_dry_run = confirmation == Confirmation::DryRun;
        let n_matching = report.n_done() + report.n_left;
        session.output().json(&Account { action: verb.as_str(), is_dry_run, n_matching, report, samples })
    };
    let samples = found.samples().to_vec();
    let untouched = BulkReport { n_left: found.n_jobs(), ..BulkReport::default() };
    if !session.output().is_json() || confirmation == Confirmation::Ask {
        show(session, app, &found).await?;
    }
    let is_agreed = found.n_jobs() > 0
        && match confirmation {
            Confirmation::Ask => ask(session, verb, found.n_jobs()).await?,
            Confirmation::Given => true,
            Confirmation::DryRun => false,
        };
    if !is_agreed {
        if found.n_jobs() > 0 {
            session.output().note(session.language().text("bulk-nothing-done"));
        }
        if session.output().is_json() {
            account(&untouched, &samples)?;
        }
        return Ok(Exit::Success);
    }
    // Before anything is changed, so that Ctrl-C never cuts a portion short.
    let interrupts = signal(SignalKind::interrupt())
        .map_err(|error| Failure::new(format!("failed to listen for Ctrl-C: {error}")))?;
    let (report, outcome) = work(BulkChange::new(app, found, change), interrupts).await;
    match session.output().is_json() {
        true => account(&report, &samples)?,
        false => tell(session, verb, &report)?,
    }
    outcome?;
    Ok(match (report.n_left, report.n_refused) {
        (0, 0) => Exit::Success,
        (0, _) => Exit::Failure,
        _ => Exit::Interrupted,
    })
}

fn can_ask() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// How many jobs match, in which states, and some of them. Beside the data: the account at the end is the data.
async fn show(session: &Session, app: &App, found: &Found) -> Result<(), Failure> {
    let (output, language) = (session.output(), session.language());
    if found.n_jobs() == 0 {
        output.note(language.text("bulk-none"));
        return Ok(());
    }
    let mut states = Vec::new();
    for state in &found.filter().states {
        let mut filter = found.filter().clone();
        filter.states = vec![*state];
        let n_jobs = app.backend().count(&filter).await?;
        if n_jobs > 0 {
            states.push(format!("{state} {n_jobs}"));
        }
    }
    let arguments = [("count", found.n_jobs().into()), ("states", states.join(", ").into())];
    output.note(language.text_with("bulk-found", &arguments));
    output.note_table(list::table(found.samples(), session.now().await?));
    if let Some(n_jobs) = found.among_newest() {
        output.note(language.text_with("bulk-among-newest", &[("count", n_jobs.into())]));
    }
    let n_more = found.n_jobs() - found.samples().len() as u64;
    if n_more > 0 {
        output.note(language.text_with("bulk-more", &[("count", n_more.into())]));
    }
    Ok(())
}

/// Asks on the terminal; anything but a yes is a no.
async fn ask(session: &Session, verb: Verb, n_jobs: u64) -> Result<bool, Failure> {
    let question = match verb {
        Verb::Retry => "bulk-ask-retry",
        Verb::RunNow => "bulk-ask-run-now",
        Verb::Reschedule => "bulk-ask-reschedule",
        Verb::Cancel => "bulk-ask-cancel",
        Verb::Delete => "bulk-ask-delete",
    };
    let question = session.language().text_with(question, &[("count", n_jobs.into())]);
    session.output().ask(format_args!("{question} [y/N] "));
    let read = tokio::task::spawn_blocking(|| {
        let mut line = String::new();
        io::stdin().lock().read_line(&mut line).map(|_| line)
    });
    let answer = read.await.map_err(|error| Failure::of(&error))?.map_err(|error| Failure::of(&error))?;
    Ok(["y", "yes", "はい"].contains(&answer.trim().to_lowercase().as_str()))
}

/// Changes them portion by portion. Ctrl-C ends it after the portion that is on its way.
async fn work(mut change: BulkChange, mut interrupts: Signal) -> (BulkReport, Result<(), Failure>) {
    // Hidden by itself where there is no terminal.
    let bar = ProgressBar::new(change.report().n_left).with_style(style());
    let outcome = loop {
        match change.step().await {
            Ok(true) => {}
            Ok(false) => break Ok(()),
            Err(error) => break Err(Failure::from(error)),
        }
        bar.set_position(change.report().n_done());
        let is_interrupted = tokio::select! {
            biased;
            _ = interrupts.recv() => true,
            () = tokio::task::yield_now() => false,
        };
        if is_interrupted {
            break Ok(());
        }
    };
    bar.finish_and_clear();
    let report = change.report().clone();
    let ended = change.end().await.map(drop).map_err(Failure::from);
    (report, outcome.and(ended))
}

fn style() -> ProgressStyle {
    ProgressStyle::with_template("{bar:40} {human_pos}/{human_len} {eta}").expect("the template is a constant")
}

/// What was done on standard output, the rest on standard error.
fn tell(session: &Session, verb: Verb, report: &BulkReport) -> Result<(), Failure> {
    let (output, language) = (session.output(), session.language());
    let changed = match verb {
        Verb::Retry => "bulk-changed-retry",
        Verb::RunNow => "bulk-changed-run-now",
        Verb::Reschedule => "bulk-changed-reschedule",
        Verb::Cancel => "bulk-changed-cancel",
        Verb::Delete => "bulk-changed-delete",
    };
    output.line(language.text_with(changed, &[("count", report.n_changed.into())]))?;
    if report.n_asked > 0 {
        output.line(language.text_with("bulk-asked", &[("count", report.n_asked.into())]))?;
    }
    let rest = [("bulk-refused", report.n_refused), ("bulk-moved-on", report.n_moved_on), ("bulk-left", report.n_left)];
    for (message, n_jobs) in rest.into_iter().filter(|(_, n_jobs)| *n_jobs > 0) {
        output.note(language.text_with(message, &[("count", n_jobs.into())]));
    }
    for (id, state) in &report.refused {
        output.note(format_args!("  {id} {state}"));
    }
    Ok(())
}
