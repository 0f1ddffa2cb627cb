//! How it stands: SHIRASAGI's page and body (1.21.0, `app/views/job/sys/statuses/show.html.erb`), and each cause with its
//! remedy.

mod remedy;

use askama::Template;
use egret::status::{CauseCode, Severity, Status, Verdict};
use egret_core::Timestamp;

use self::remedy::{Button, button, command};
use crate::shell::Shell;
use crate::visit::{Answer, Moment, Visit};

#[derive(Template)]
#[template(path = "status.html", whitespace = "minimize")]
struct StatusPage {
    shell: Shell,
    status: Status,
    is_stuck: bool,
    /// Since when the job that waits longest has been due.
    since: Option<Moment>,
    causes: Vec<ShownCause>,
    queues: String,
    updated: Option<Moment>,
}

/// A cause as the page shows it.
struct ShownCause {
    sentence: String,
    is_late: bool,
    since: Option<Moment>,
    /// The command that mends it.
    remedy: String,
    button: Option<Button>,
    /// The jobs that it is about.
    jobs: Option<String>,
}

/// `GET /.sys/job`.
pub(crate) async fn home(visit: Visit) -> Answer {
    Ok(visit.redirect("/.sys/job/status"))
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
    let shown = |text: &str| text.parse::<Timestamp>().ok().map(|moment| visit.moment(moment));
    let causes: Vec<ShownCause> = status
        .egret
        .causes
        .iter()
        .map(|cause| ShownCause {
            sentence: cause.sentence.clone(),
            is_late: cause.severity == Severity::Stuck,
            since: cause.since.as_deref().and_then(shown),
            remedy: command(&visit, cause),
            button: button(&visit, cause),
            jobs: jobs_of(&visit, cause.code, cause.queue.as_deref()),
        })
        .collect();
    let late = status.egret.causes.iter().filter(|cause| cause.severity == Severity::Stuck);
    let first = late.filter_map(|cause| cause.since.as_deref()?.parse::<Timestamp>().ok()).min();
    visit.page(&StatusPage {
        is_stuck: status.status == Verdict::Stucked,
        since: first.map(|moment| visit.moment(moment)),
        causes,
        queues: status.job.polling_queues.join(", "),
        updated: status.item.as_ref().and_then(|item| shown(&item.updated)),
        shell: Shell::of(&visit).await?.live(),
        status,
    })
}

fn jobs_of(visit: &Visit, code: CauseCode, queue: Option<&str>) -> Option<String> {
    let state = if code == CauseCode::HeldByDead { "running" } else { "available" };
    let mut fields = vec![("state", state)];
    fields.extend(queue.map(|queue| ("queue", queue)));
    let query = serde_urlencoded::to_string(fields).expect("pairs of texts are a query");
    (code != CauseCode::NoService).then(|| visit.link(&format!("/.sys/job/jobs?{query}")))
}
