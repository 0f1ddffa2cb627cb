//! How it stands: SHIRASAGI's page and body (1.21.0, `app/views/job/sys/statuses/show.html.erb`), and each cause with its
//! remedy.

mod remedy;

use askama::Template;
use egret::status::{Cause, CauseCode, Severity, Status, Verdict};
use egret_core::Timestamp;

use self::remedy::{Button, button, command};
use crate::pages::excerpt::one_line;
use crate::shell::Shell;
use crate::visit::{Answer, Moment, Visit};

/// Causes that the page shows, what to mend first at the front; the JSON has all.
const SHOWN: usize = 25;
/// Bytes of each part that the page has room for.
const SENTENCE: usize = 500;
const QUEUES: usize = 2_000;

#[derive(Template)]
#[template(path = "status.html", whitespace = "minimize")]
struct StatusPage {
    shell: Shell,
    status: Status,
    is_stuck: bool,
    /// Since when the job that waits longest has been due.
    since: Option<Moment>,
    /// Why jobs are late.
    late: Vec<ShownCause>,
    /// What else should be known.
    others: Vec<ShownCause>,
    /// Causes that the page has no room for.
    n_more: u64,
    queues: String,
    updated: Option<Moment>,
}

/// A cause as the page shows it.
struct ShownCause {
    sentence: String,
    /// The command that mends it.
    remedy: String,
    button: Option<Button>,
    /// The jobs that it is about.
    jobs: Option<String>,
}

/// `GET /.sys/job`: what has run (SHIRASAGI 1.21.0, `config/routes/job/routes.rb`), or how it stands where that is not kept.
pub(crate) async fn home(visit: Visit) -> Answer {
    let keeps_history = visit.backend().capabilities().history;
    Ok(visit.moved(if keeps_history { "/.sys/job/logs" } else { "/.sys/job/status" }))
}

/// `GET /.sys/job/status.json`.
pub(crate) async fn json(visit: Visit) -> Answer {
    let beat = visit.desk.pulse.read(visit.app()).await?;
    visit.json(&Status::of(&beat.facts, &visit.reader))
}

/// `GET /.sys/job/status`.
pub(crate) async fn page(visit: Visit) -> Answer {
    if visit.wants_json() {
        return json(visit).await;
    }
    let beat = visit.desk.pulse.read(visit.app()).await?;
    let status = Status::of(&beat.facts, &visit.reader);
    let n_more = status.egret.causes.len().saturating_sub(SHOWN) as u64;
    let shown = |text: &str| text.parse::<Timestamp>().ok().map(|moment| visit.moment(moment));
    let (late, others): (Vec<&Cause>, Vec<&Cause>) =
        status.egret.causes.iter().take(SHOWN).partition(|cause| cause.severity == Severity::Stuck);
    let first = late.iter().filter_map(|cause| cause.since.as_deref()?.parse::<Timestamp>().ok()).min();
    visit.page(&StatusPage {
        is_stuck: status.status == Verdict::Stucked,
        since: first.map(|moment| visit.moment(moment)),
        late: late.into_iter().map(|cause| ShownCause::new(&visit, cause)).collect(),
        others: others.into_iter().map(|cause| ShownCause::new(&visit, cause)).collect(),
        n_more,
        queues: one_line(&status.job.polling_queues.join(", "), QUEUES),
        updated: status.item.as_ref().and_then(|item| shown(&item.updated)),
        shell: Shell::of(&visit).await?.live(),
        status,
    })
}

impl ShownCause {
    fn new(visit: &Visit, cause: &Cause) -> Self {
        Self {
            sentence: one_line(&cause.sentence, SENTENCE),
            remedy: command(visit, cause),
            button: button(visit, cause),
            jobs: jobs_of(visit, cause.code, cause.queue.as_deref()),
        }
    }
}

fn jobs_of(visit: &Visit, code: CauseCode, queue: Option<&str>) -> Option<String> {
    let state = if code == CauseCode::HeldByDead { "running" } else { "available" };
    let mut fields = vec![("state", state)];
    fields.extend(queue.map(|queue| ("queue", queue)));
    let query = serde_urlencoded::to_string(fields).expect("pairs of texts are a query");
    (code != CauseCode::NoService).then(|| visit.link(&format!("/.sys/job/jobs?{query}")))
}
