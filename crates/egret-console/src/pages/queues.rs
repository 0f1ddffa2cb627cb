//! `/.sys/job/queues`: what waits in each queue and for how long, who polls it, pause and resume.

use askama::Template;
use egret::queues::{self, QueueOverview};
use egret_core::JobState;
use serde_json::{Value, json};

use super::excerpt::one_line;
use super::portion::Portion;
use crate::access::Need;
use crate::fault::Fault;
use crate::routes::Routes;
use crate::shell::Shell;
use crate::visit::{Answer, Moment, Notice, Visit, segment};

const PATH: &str = "/.sys/job/queues";
/// Bytes of the longest name that people give, and of the services that a row has room for.
const LONGEST: usize = 200;
const POLLED_BY: usize = 300;
/// The states that have a column.
const STATES: [JobState; 5] =
    [JobState::Available, JobState::Running, JobState::Scheduled, JobState::Retryable, JobState::Discarded];

#[derive(Template)]
#[template(path = "queues.html", whitespace = "minimize")]
struct QueuesPage {
    shell: Shell,
    /// The words of the columns.
    states: Vec<String>,
    rows: Vec<ShownQueue>,
    first: Option<String>,
    next: Option<String>,
    /// Whether the store can pause queues.
    pauses: bool,
}

/// A queue as the page shows it.
struct ShownQueue {
    name: String,
    /// Whether the name is one that people gave: others are in no address.
    is_short: bool,
    counts: Vec<Count>,
    /// For how long the oldest due job has waited.
    latency: Option<String>,
    oldest: Option<Moment>,
    max_size: Option<u64>,
    is_paused: bool,
    /// Since when, where that was written down.
    paused: Option<Moment>,
    polled_by: String,
    /// Says that jobs wait and no living service is known to poll the queue.
    deserted: Option<String>,
    /// What resumes it when it is paused, else what pauses it.
    change: String,
}

/// Jobs of a state.
struct Count {
    label: String,
    n_jobs: u64,
    /// Where they are listed; none for names that are longer than the list takes.
    address: Option<String>,
}

/// Registers the routes.
pub(super) fn register(routes: &mut Routes) {
    routes.get(PATH, Need::View, page);
    routes.get("/.sys/job/queues.json", Need::View, page);
    routes.post("/.sys/job/queues/{name}/pause", Need::Operate, pause);
    routes.post("/.sys/job/queues/{name}/resume", Need::Operate, resume);
}

async fn page(visit: Visit) -> Answer {
    let overview = queues::overview(visit.app()).await?;
    if visit.wants_json() {
        return visit.json(&overview);
    }
    let language = visit.reader.language;
    let portion = Portion::of(&visit, PATH, &overview, |queue| queue.name.clone());
    visit.page(&QueuesPage {
        states: STATES.iter().map(|state| language.text(&format!("state-{state}"))).collect(),
        rows: portion.items.iter().map(|queue| ShownQueue::new(&visit, queue)).collect(),
        first: portion.first,
        next: portion.next,
        pauses: visit.backend().capabilities().pauses,
        shell: Shell::of(&visit).await?.live(),
    })
}

impl ShownQueue {
    fn new(visit: &Visit, queue: &QueueOverview) -> Self {
        let language = visit.reader.language;
        let is_short = queue.name.len() <= LONGEST;
        let count = |state: JobState| Count {
            label: language.text(&format!("state-{state}")),
            n_jobs: queue.count(state),
            address: is_short.then(|| jobs(visit, &queue.name, state)),
        };
        let polled_by: Vec<String> =
            queue.polled_by.iter().map(|service| format!("{} @ {}", service.pid, service.host)).collect();
        let waited = queue.oldest_due_at.map(|due_at| visit.now.duration_since(due_at).unsigned_abs());
        Self {
            name: one_line(&queue.name, LONGEST),
            is_short,
            counts: STATES.into_iter().map(count).collect(),
            latency: waited.map(|waited| language.length(waited)),
            oldest: queue.oldest_due_at.map(|due_at| visit.moment(due_at)),
            max_size: queue.max_size,
            is_paused: queue.paused_at.is_some(),
            paused: queue.paused_at.and_then(|at| visit.known_moment(at)),
            polled_by: one_line(&polled_by.join(", "), POLLED_BY),
            deserted: (queue.polled_by.is_empty() && queue.oldest_due_at.is_some()).then(|| nobody(visit)),
            change: visit.link(&path(&queue.name, if queue.paused_at.is_some() { "resume" } else { "pause" })),
        }
    }
}

/// Who polls a queue that no service is known to poll.
fn nobody(visit: &Visit) -> String {
    let word = match visit.backend().capabilities().unseen_workers {
        true => "queues-deserted-as-far-as-seen",
        false => "queues-deserted",
    };
    visit.t(word)
}

/// The address of the jobs of a queue in a state.
fn jobs(visit: &Visit, queue: &str, state: JobState) -> String {
    let fields = [("state", state.as_str()), ("queue", queue)];
    let query = serde_urlencoded::to_string(fields).expect("pairs of texts are a query");
    visit.link(&format!("/.sys/job/jobs?{query}"))
}

/// The path of a change of a queue.
pub(super) fn path(queue: &str, change: &str) -> String {
    format!("{PATH}/{}/{change}", segment(queue))
}

async fn pause(visit: Visit) -> Answer {
    let queue = find(&visit).await?;
    visit.backend().pause(&queue.name).await?;
    let before = json!({ "paused": queue.paused_at.is_some(), "paused_at": queue.paused_at });
    let after = json!({ "paused": true, "paused_at": queue.paused_at.unwrap_or(visit.now) });
    visit.trace("queues.pause", queue.name, before, after).await?;
    Ok(visit.back_saying(PATH, &Notice::new("notice-queue-paused")))
}

async fn resume(visit: Visit) -> Answer {
    let queue = find(&visit).await?;
    queues::resume(visit.app(), &queue.name).await?;
    let before = json!({ "paused": queue.paused_at.is_some(), "paused_at": queue.paused_at });
    let after = json!({ "paused": false, "paused_at": Value::Null });
    visit.trace("queues.resume", queue.name, before, after).await?;
    Ok(visit.back_saying(PATH, &Notice::new("notice-queue-resumed")))
}

/// The queue that the path names; only known ones can be paused here, so that a mistyped name pauses nothing.
async fn find(visit: &Visit) -> Result<QueueOverview, Fault> {
    if !visit.backend().capabilities().pauses {
        return Err(Fault::unsupported());
    }
    let name = visit.parameters.get("name").map_or("", String::as_str);
    let known = queues::overview(visit.app()).await?;
    known.into_iter().find(|queue| queue.name == name).ok_or_else(Fault::not_found)
}
