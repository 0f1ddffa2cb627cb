//! Changing all jobs that match: shown first, asked about, done in portions, with an account at the end.

use egret_core::{Change, JobFilter, JobRecord};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::super::super::agreement::Agreement;
use super::super::super::{Exit, Failure, Session};
use super::super::list;
use super::Verb;
use crate::App;
use crate::bulk::{BulkChange, BulkReport, Found, is_supported};
use crate::language::Sentence;

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

/// Changes all jobs that the filter covers, once a person has seen which they are and agrees.
pub(in crate::cli) async fn change_all(
    session: &Session,
    verb: Verb,
    change: Change,
    filter: JobFilter,
    agreement: Agreement,
) -> Result<Exit, Failure> {
    agreement.check(session)?;
    let app = session.app_for_looking().await?;
    if !is_supported(app, change) {
        let message = Sentence::new("cli-change-unsupported").with("store", app.backend().location());
        return Err(Failure::new(message.with("verb", verb.as_str())));
    }
    let found = Found::by_filter(app, filter).await?;
    let account = |report: &BulkReport, samples: &[JobRecord]| {
        let is_dry_run = agreement == Agreement::DryRun;
        let n_matching = report.n_done() + report.n_left;
        session.output().json(&Account { action: verb.as_str(), is_dry_run, n_matching, report, samples })
    };
    let samples = found.samples().to_vec();
    let untouched = BulkReport { n_left: found.n_jobs(), ..BulkReport::default() };
    if agreement.shows(session) {
        show(session, app, &found).await?;
    }
    if !agreement.is_given(session, found.n_jobs(), verb.question()).await? {
        if session.output().is_json() {
            account(&untouched, &samples)?;
        }
        return Ok(Exit::Success);
    }
    // Before anything is changed, so that Ctrl-C never cuts a portion short.
    let interrupts = signal(SignalKind::interrupt()).map_err(|error| {
        Failure::new(Sentence::new("cli-no-signal").with("signal", "INT").with("error", error.to_string()))
    })?;
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

/// Changes them portion by portion. Ctrl-C ends it after the portion that is on its way.
async fn work(mut change: BulkChange, mut interrupts: Signal) -> (BulkReport, Result<(), Failure>) {
    // Hidden by itself where there is no terminal.
    let bar = ProgressBar::new(change.report().n_left).with_style(style());
    // Already now: the first portion may have to wait for whoever writes.
    bar.tick();
    let outcome = loop {
        let step = change.step().await;
        bar.set_position(change.report().n_done());
        match step {
            Ok(true) => {}
            Ok(false) => break Ok(()),
            Err(error) => break Err(Failure::from(error)),
        }
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
