//! `GET` and `POST /.sys/job/logs/batch_destroy`: removal of what ended long ago.

use askama::Template;
use egret::bulk::{BulkChange, Found, SAMPLES};
use egret_core::{Change, JobFilter, Page, Retention};

use super::terms::{FIELD, REMOVED, Term};
use crate::audit::Ledger;
use crate::fault::Fault;
use crate::pages::excerpt::one_line;
use crate::pages::jobs::step::{step_in, told};
use crate::pages::mark::Mark;
use crate::shell::Shell;
use crate::visit::{Answer, Moment, Notice, Visit};

/// What of a name is shown, in bytes of a page.
const NAME: usize = 200;

#[derive(Template)]
#[template(path = "logs/removal.html", whitespace = "minimize")]
struct RemovalPage {
    shell: Shell,
    field: &'static str,
    terms: [Term; 7],
    chosen: Option<Confirmation>,
}

/// What would be removed.
struct Confirmation {
    term: Term,
    n_jobs: u64,
    samples: Vec<Sample>,
}

struct Sample {
    id: String,
    class: String,
    state: Mark,
    ended: Moment,
}

/// `GET /.sys/job/logs/batch_destroy`: the choice of a span; with one in the query, what it would remove.
pub(super) async fn form(visit: Visit) -> Answer {
    if !visit.backend().capabilities().history {
        return Err(Fault::unsupported());
    }
    let chosen = match visit.query.all(FIELD).next() {
        Some(value) => Some(confirmation(&visit, Term::of(&REMOVED, Some(value))?).await?),
        None => None,
    };
    visit.page(&RemovalPage { shell: Shell::of(&visit).await?, field: FIELD, terms: REMOVED, chosen })
}

/// `POST /.sys/job/logs/batch_destroy`: removes finished jobs with their attempts, lines and files. Live jobs stay.
pub(super) async fn remove(visit: Visit) -> Answer {
    if !visit.backend().capabilities().history {
        return Err(Fault::unsupported());
    }
    let term = Term::of(&REMOVED, visit.form.all(FIELD).next())?;
    let n_removed = delete(&visit, term).await?;
    Ok(visit.redirect_saying("/.sys/job/logs", &Notice::new("notice-logs-deleted").with("n", n_removed)))
}

/// Removes them and answers how many went. What went before a failure is traced, too.
async fn delete(visit: &Visit, term: Term) -> Result<u64, Fault> {
    let found = Found::by_filter(visit.app(), filter(visit, term)).await?;
    let mut ledger = Ledger::open(visit, "logs.delete", "job_logs", Change::Delete, found.n_jobs()).await?;
    let mut removal = BulkChange::new(visit.app(), found, Change::Delete);
    let end = loop {
        match step_in(visit, &mut removal, &mut ledger).await {
            Ok(true) => {}
            Ok(false) => break Ok(()),
            Err(fault) => break Err(fault),
        }
    };
    let mut after = told(&removal);
    after["save_term"] = if term.word.is_empty() { "all" } else { term.word }.into();
    ledger.say(visit, after).await?;
    end?;
    Ok(removal.report().n_changed)
}

/// What ended before the term.
fn filter(visit: &Visit, term: Term) -> JobFilter {
    let mut filter = JobFilter::all();
    filter.states = Retention::STATES.to_vec();
    filter.before = term.before(visit);
    filter
}

async fn confirmation(visit: &Visit, term: Term) -> Result<Confirmation, Fault> {
    let filter = filter(visit, term);
    let listing = visit.backend().inspect_latest(&filter, &Page::first(SAMPLES)).await?;
    let samples = listing.items.into_iter().map(|job| Sample {
        ended: visit.moment(job.moment()),
        id: one_line(job.id.as_str(), NAME),
        state: Mark::of_job(job.state, visit.reader.language),
        class: one_line(&job.class, NAME),
    });
    Ok(Confirmation { term, n_jobs: visit.backend().count(&filter).await?, samples: samples.collect() })
}
