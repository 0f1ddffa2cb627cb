//! Changing all tasks that match: shown first, asked about, with an account at the end.

use egret_core::{Listing, Page, TaskFilter};
use indicatif::ProgressBar;
use serde::Serialize;

use super::super::super::agreement::Agreement;
use super::super::super::{Exit, Failure, Session};
use super::super::list;
use super::Verb;
use super::report::Report;
use crate::App;
use crate::bulk::SAMPLES;
use crate::tasks::{self, TaskEntry};

/// Tasks read at once.
const PAGE: usize = 500;

/// What happened, for programs.
#[derive(Serialize)]
struct Account<'a> {
    action: &'static str,
    is_dry_run: bool,
    n_matching: usize,
    n_changed: usize,
    #[serde(flatten)]
    report: &'a Report,
    /// Some of the tasks, as they were before.
    samples: &'a [TaskEntry],
}

/// The tasks that a filter covered when it was asked.
#[derive(Default)]
struct Found {
    names: Vec<String>,
    samples: Vec<TaskEntry>,
}

pub(super) async fn perform(
    session: &Session,
    verb: Verb,
    filter: &TaskFilter,
    agreement: Agreement,
) -> Result<Exit, Failure> {
    agreement.check(session)?;
    let app = session.app_for_looking().await?;
    let found = find(app, filter).await?;
    let n_matching = found.names.len();
    if agreement.shows(session) {
        show(session, &found).await?;
    }
    let mut report = Report::default();
    if agreement.is_given(session, n_matching as u64, verb.question()).await? {
        // Hidden by itself where there is no terminal.
        let bar = ProgressBar::new(n_matching as u64);
        for name in found.names {
            verb.change(app, name, &mut report).await?;
            bar.inc(1);
        }
        bar.finish_and_clear();
    }
    let is_dry_run = agreement == Agreement::DryRun;
    let n_changed = report.changed.len();
    let (output, language) = (session.output(), session.language());
    if output.is_json() {
        let samples = &found.samples;
        output.json(&Account { action: verb.as_str(), is_dry_run, n_matching, n_changed, report: &report, samples })?;
    } else if n_changed > 0 {
        output.line(language.text_with(verb.changed(), &[("count", (n_changed as u64).into())]))?;
    }
    report.tell_refused(session, verb);
    Ok(report.exit())
}

/// Finds them all. Services, which are no tasks of the store, are never among them.
async fn find(app: &App, filter: &TaskFilter) -> Result<Found, Failure> {
    let mut found = Found::default();
    let mut page = Page::first(PAGE);
    loop {
        let Listing { items, next, .. } = tasks::list(app, filter, &page).await?;
        for entry in items.into_iter().filter(|entry| matches!(entry, TaskEntry::Task(_))) {
            found.names.push(entry.name().to_owned());
            if found.samples.len() < SAMPLES {
                found.samples.push(entry);
            }
        }
        match next {
            Some(next) => page.after = Some(next),
            None => return Ok(found),
        }
    }
}

/// How many match, and some of them. Beside the data: the account at the end is the data.
async fn show(session: &Session, found: &Found) -> Result<(), Failure> {
    let (output, language) = (session.output(), session.language());
    let n_found = found.names.len() as u64;
    output.note(match n_found {
        0 => language.text("tasks-none-match"),
        _ => language.text_with("tasks-found", &[("count", n_found.into())]),
    });
    output.note_table(list::table(session, &found.samples, session.now().await?));
    let n_more = n_found - found.samples.len() as u64;
    if n_more > 0 {
        output.note(language.text_with("bulk-more", &[("count", n_more.into())]));
    }
    Ok(())
}

impl Verb {
    /// The message that asks whether all of them are to be changed.
    fn question(self) -> &'static str {
        match self {
            Self::Interrupt => "tasks-ask-interrupt",
            Self::Reset(_) => "tasks-ask-reset",
            Self::Delete(_) => "tasks-ask-delete",
        }
    }

    /// The message that says how many were.
    fn changed(self) -> &'static str {
        match self {
            Self::Interrupt => "tasks-changed-interrupt",
            Self::Reset(_) => "tasks-changed-reset",
            Self::Delete(_) => "tasks-changed-delete",
        }
    }
}
