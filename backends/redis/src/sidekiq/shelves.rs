//! The sorted sets: `schedule` and `retry` for later, `dead` for what was given up.

use std::time::Duration;

use egret_core::{Result, Timestamp};
use redis::from_redis_value;

use super::envelope::Envelope;
use super::options::SidekiqOptions;
use super::{payload, times};
use crate::driver::{Call, Driver, Script};
use crate::store::{Layout, ShelfSizes, Shelved, Writes};

pub(super) const SCHEDULE: &str = "schedule";
pub(super) const RETRY: &str = "retry";
pub(super) const DEAD: &str = "dead";

static DUE: Script = Script::new(include_str!("scripts/due.lua"));
static PROMOTE: Script = Script::new(include_str!("scripts/promote.lua"));

/// Moves due jobs into their queues. The payloads are changed here and not by a script, which would damage large numbers and
/// empty arrays; a script then moves those that are still there, so that each is moved once.
pub(super) async fn promote(driver: &Driver, layout: &Layout, options: &SidekiqOptions, limit: usize) -> Result<usize> {
    let mut call = Call::new(&layout.reserved);
    call.arg(limit);
    let due: Vec<(String, f64, Vec<u8>)> = from_answer(driver.script("look for due jobs", &DUE, &call).await?);
    if due.is_empty() {
        return Ok(0);
    }
    let n_due = due.len();
    let now = Timestamp::now();
    let mut call = Call::new([DEAD, &layout.queues]);
    call.arg(&layout.queue_prefix).arg(times::float(times::seconds(now))).arg(format!("{}hints", layout.own));
    for (shelf, _, bytes) in due {
        call.arg(shelf);
        match promoted(&bytes, options, now) {
            Some((queue, promoted)) => call.bytes(bytes).arg(queue).bytes(promoted),
            // No job; Sidekiq would fail at it again and again.
            None => call.bytes(bytes).arg("").arg(""),
        };
    }
    driver.script("move due jobs", &PROMOTE, &call).await?;
    Ok(n_due)
}

/// The queue of a payload and the payload as it is pushed.
fn promoted(bytes: &[u8], options: &SidekiqOptions, now: Timestamp) -> Option<(String, Vec<u8>)> {
    let mut envelope = Envelope::parse(bytes).ok()?;
    let queue = payload::queue_of(&envelope);
    envelope.set_raw("enqueued_at", options.times.json(now));
    Some((queue, envelope.to_bytes()))
}

/// Reserved jobs, those due first first.
pub(super) async fn reserved(driver: &Driver, limit: usize) -> Result<Vec<Shelved>> {
    let mut pipeline = redis::pipe();
    for shelf in [RETRY, SCHEDULE] {
        pipeline.cmd("ZRANGE").arg(shelf).arg(0).arg(last(limit)).arg("WITHSCORES");
    }
    let answers = driver.ask_all("read reserved jobs", &pipeline).await?;
    let mut shelved = Vec::new();
    for (shelf, answer) in [RETRY, SCHEDULE].into_iter().zip(answers) {
        shelved.extend(on_shelf(shelf, answer));
    }
    shelved.sort_by_key(|shelved| shelved.at);
    shelved.truncate(limit);
    Ok(shelved)
}

/// Jobs that were given up, the latest first.
pub(super) async fn given_up(driver: &Driver, limit: usize) -> Result<Vec<Shelved>> {
    let mut pipeline = redis::pipe();
    pipeline.cmd("ZRANGE").arg(DEAD).arg(0).arg(last(limit)).arg("REV").arg("WITHSCORES");
    let answers = driver.ask_all("read dead jobs", &pipeline).await?;
    Ok(answers.into_iter().flat_map(|answer| on_shelf(DEAD, answer)).collect())
}

pub(super) async fn sizes(driver: &Driver) -> Result<ShelfSizes> {
    let mut pipeline = redis::pipe();
    for shelf in [RETRY, SCHEDULE, DEAD] {
        pipeline.cmd("ZCARD").arg(shelf);
    }
    let sizes = driver.ask_all("count reserved and dead jobs", &pipeline).await?;
    let sizes: Vec<u64> = sizes.into_iter().map(|size| from_redis_value(size).unwrap_or(0)).collect();
    let size = |place: usize| sizes.get(place).copied().unwrap_or(0);
    Ok(ShelfSizes { reserved: size(0) + size(1), given_up: size(2) })
}

fn last(limit: usize) -> isize {
    isize::try_from(limit).unwrap_or(isize::MAX) - 1
}

fn on_shelf(shelf: &'static str, answer: redis::Value) -> Vec<Shelved> {
    let members: Vec<(Vec<u8>, f64)> = from_redis_value(answer).unwrap_or_default();
    members.into_iter().map(|(bytes, score)| Shelved { bytes, at: times::from_seconds(score), shelf }).collect()
}

/// Adds what puts bytes into the dead set, and takes away what is too old or too much there (Sidekiq 6.4 to 8.1,
/// `lib/sidekiq/api.rb`, `DeadSet#kill` and `#trim`).
pub(super) fn bury(bytes: Vec<u8>, at: Timestamp, max_jobs: u32, timeout: Duration, writes: &mut Writes) {
    let now = times::seconds(at);
    writes.add([b"ZADD".to_vec(), DEAD.into(), times::float(now).into_bytes(), bytes]);
    let oldest = times::float(now - timeout.as_secs_f64());
    writes.add(["ZREMRANGEBYSCORE", DEAD, "-inf", &oldest]);
    writes.add(["ZREMRANGEBYRANK", DEAD, "0", &format!("-{max_jobs}")]);
}

fn from_answer(answer: redis::Value) -> Vec<(String, f64, Vec<u8>)> {
    let flat: Vec<Vec<u8>> = from_redis_value(answer).unwrap_or_default();
    let parts = flat.chunks_exact(3).filter_map(|part| {
        let [shelf, score, bytes] = part else { return None };
        let score = std::str::from_utf8(score).ok()?.parse().ok()?;
        Some((String::from_utf8(shelf.clone()).ok()?, score, bytes.clone()))
    });
    parts.collect()
}
