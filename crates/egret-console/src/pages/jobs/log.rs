//! The lines of an attempt: what there is, and what comes while it runs.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::HeaderName;
use egret::language::TimeZone;
use egret_core::{Backend, ExecutionState, JobId, LogExcerpt, LogLine, LogQuery};
use futures_util::stream;

use crate::access::{Need, is_still_in};
use crate::fault::Fault;
use crate::pages::area::Area;
use crate::pages::excerpt::{one_line, weight};
use crate::pages::live::event_stream;
use crate::serve::Ending;
use crate::visit::{Answer, Visit};

/// Lines that a page shows, the last ones, and the bytes that all of them and each may take: pages stay small.
const SHOWN: usize = 200;
const SHOWN_BYTES: usize = 28_000;
const LINE_BYTES: usize = 1_000;
/// Lines asked of the store at once.
const BATCH: usize = 500;
/// Between two looks at a log that grows.
const LOOK: Duration = Duration::from_millis(700);
/// After so long the browser connects anew, and shows again who it is.
const LIFE: Duration = Duration::from_secs(600);

/// The end of what the store holds of a log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tail {
    /// Each with its time, and a line end.
    pub(super) lines: Vec<String>,
    /// Lines before them that the store holds, too.
    pub(super) n_before: u64,
    /// How many lines the store holds.
    pub(super) position: u64,
}

/// Reads the end of what the store holds of an attempt's log.
pub(super) async fn tail(visit: &Visit, job: &JobId, attempt: u32) -> Result<Tail, Fault> {
    let mut tail = Tail::default();
    if !visit.backend().capabilities().notes {
        return Ok(tail);
    }
    let mut kept: Vec<LogLine> = Vec::new();
    loop {
        let excerpt = read(visit.backend(), job, attempt, tail.position).await?;
        let is_last = excerpt.lines.len() < BATCH;
        tail.position = excerpt.position;
        kept.extend(excerpt.lines);
        kept.drain(..kept.len().saturating_sub(SHOWN));
        if is_last {
            break;
        }
    }
    let mut n_bytes = 0;
    for line in kept.iter().rev() {
        let line = written(line, &visit.reader.zone);
        n_bytes += weight(&line);
        if n_bytes > SHOWN_BYTES {
            break;
        }
        tail.lines.push(line);
    }
    tail.lines.reverse();
    tail.n_before = tail.position.saturating_sub(tail.lines.len() as u64);
    Ok(tail)
}

/// `GET /.sys/job/jobs/{id}/live?attempt=N&after=K`: the lines of an attempt after the first K, as they come, as
/// server-sent events (WHATWG HTML, section 9.2): `lines` with a JSON array of texts, whose id is where to go on, and
/// `end` when the attempt is over. They end with the session.
pub(crate) async fn live(area: Area, visit: Visit) -> Answer {
    let job = area.find(&visit, &JobId::from(visit.parameter("id"))).await?.id;
    if !visit.backend().capabilities().notes {
        return Err(Fault::unsupported());
    }
    let number = |name: &'static str, text: &str| text.parse::<u64>().map_err(|_| Fault::bad_value(name, text));
    let attempt = number("attempt", visit.query.get("attempt").unwrap_or("1"))?;
    let attempt = u32::try_from(attempt).map_err(|_| Fault::bad_value("attempt", &attempt.to_string()))?;
    // A browser that connects again says where it was.
    let again = visit.header(HeaderName::from_static("last-event-id")).parse::<u64>().ok();
    let position = match again {
        Some(position) => position,
        None => number("after", visit.query.get("after").unwrap_or("0"))?,
    };
    let follower = Follower {
        backend: Arc::clone(visit.backend()),
        need: area.look(),
        until: Instant::now() + LIFE,
        job,
        attempt,
        position,
        is_over: false,
        visit,
    };
    let events = stream::unfold(follower, |mut follower| async move {
        let event = follower.next().await?;
        Some((Ok::<_, Infallible>(event), follower))
    });
    Ok(event_stream(Body::from_stream(events)))
}

/// Follows the log of one attempt.
struct Follower {
    visit: Visit,
    /// What is asked of who follows, as long as he does.
    need: Need,
    backend: Arc<dyn Backend>,
    until: Instant,
    job: JobId,
    attempt: u32,
    position: u64,
    is_over: bool,
}

impl Follower {
    /// The next event; `None` when nothing more is to be said.
    async fn next(&mut self) -> Option<String> {
        while !self.is_over && Instant::now() < self.until && is_still_in(&self.visit, self.need).await {
            // Asked before the lines are read, so that none is missed that came before the end.
            let is_running = self.is_running().await?;
            let excerpt = read(&self.backend, &self.job, self.attempt, self.position).await.ok()?;
            if !excerpt.lines.is_empty() {
                self.position = excerpt.position;
                return Some(self.event(&excerpt));
            }
            if !is_running {
                self.is_over = true;
                return Some("event: end\ndata:\n\n".to_owned());
            }
            tokio::select! {
                () = tokio::time::sleep(LOOK) => {}
                () = Ending::come(&mut self.visit.ending) => return None,
            }
        }
        None
    }

    async fn is_running(&self) -> Option<bool> {
        if !self.backend.capabilities().history {
            let job = self.backend.find(&self.job).await.ok()?;
            return Some(job.is_some_and(|job| !job.state.is_terminal()));
        }
        let executions = self.backend.executions(&self.job).await.ok()?;
        let ours = executions.iter().rev().find(|execution| execution.attempt == self.attempt);
        Some(ours.is_some_and(|execution| execution.state == ExecutionState::Running))
    }

    fn event(&self, excerpt: &LogExcerpt) -> String {
        let lines: Vec<String> = excerpt.lines.iter().map(|line| written(line, &self.visit.reader.zone)).collect();
        // JSON has no line ends of its own, which would end the field.
        let data = serde_json::to_string(&lines).expect("texts are JSON");
        format!("event: lines\nid: {}\ndata: {data}\n\n", self.position)
    }
}

async fn read(
    backend: &Arc<dyn Backend>,
    job: &JobId,
    attempt: u32,
    after: u64,
) -> Result<LogExcerpt, egret_core::Error> {
    backend.log_lines(&LogQuery { job_id: job.clone(), attempt, after, limit: BATCH }).await
}

/// A line as pages show it, in the reader's zone. The level stands only where it is worth a look.
pub(super) fn written(line: &LogLine, zone: &TimeZone) -> String {
    let time = line.at.to_zoned_datetime(zone.clone()).strftime("%H:%M:%S%.3f").to_string();
    let source = match line.source.as_str() {
        "info" | "stdout" => String::new(),
        source => format!("{} ", source.to_uppercase()),
    };
    format!("{time}  {source}{}\n", one_line(&line.text, LINE_BYTES))
}
