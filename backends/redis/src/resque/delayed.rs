//! Jobs for later: lists by the second, and the set of those seconds (resque-scheduler 5.0,
//! `lib/resque/scheduler/delaying_extensions.rb`).

use egret_core::job_data::from_microseconds;
use egret_core::{Result, Timestamp};
use redis::{Value, from_redis_value};

use super::job::Job;
use super::names::{Names, second};
use crate::driver::{Call, Driver, Script};
use crate::store::{Shelved, Writes};

static RESERVED: Script = Script::new(include_str!("scripts/reserved.lua"));
static COUNT: Script = Script::new(include_str!("scripts/count.lua"));
static DUE: Script = Script::new(include_str!("scripts/due.lua"));
static PROMOTE: Script = Script::new(include_str!("scripts/promote.lua"));

/// What stands in the locks of schedulers while one of ours moves jobs. All of ours write the same: they need no protection
/// from each other, since a job that one has moved is no longer there for the next.
const LOCK: &str = "egret";
/// Seconds after which a lock goes of a process that died while it moved jobs.
const LOCK_LASTS: u32 = 10;

/// The name of the shelf.
pub(super) const SHELF: &str = "delayed";

/// A delayed job as it lies in a list.
#[derive(Debug)]
struct Item {
    second: i64,
    bytes: Vec<u8>,
}

impl Item {
    /// When it is due: at its second, or, where the job says so itself, at a moment within it.
    fn due_at(&self) -> Timestamp {
        let begin = Timestamp::from_second(self.second).unwrap_or(Timestamp::MAX);
        let asked = Job::read(&self.bytes, None).ok().and_then(|job| job.due_at());
        asked.filter(|at| second(*at) == self.second).unwrap_or(begin)
    }
}

/// Adds what keeps a job until its time, as resque-scheduler does but in one step.
pub(super) fn keep(names: &Names, job: &Job, at: Timestamp, writes: &mut Writes) {
    let second = second(at).to_string();
    let item = job.envelope.delayed(job.queue());
    writes.add(["RPUSH", &format!("{}{second}", names.bucket_prefix()), &item]);
    writes.add(["SADD", &format!("{}{item}", names.timestamps_prefix()), &format!("delayed:{second}")]);
    writes.add(["ZADD", &names.schedule(), &second, &second]);
}

/// The delayed jobs, those due first first, at most so many.
pub(super) async fn reserved(driver: &Driver, names: &Names, limit: usize) -> Result<Vec<Shelved>> {
    let mut call = Call::new([names.schedule()]);
    call.arg(names.bucket_prefix()).arg("+inf").arg(limit);
    let answer = driver.script("look at delayed jobs", &RESERVED, &call).await?;
    let items = items(from_redis_value(answer).unwrap_or_default());
    let mut shelved: Vec<Shelved> =
        items.into_iter().map(|item| Shelved { at: item.due_at(), bytes: item.bytes, shelf: SHELF }).collect();
    // Within a second in the order of their moments; those of the same moment as they came.
    shelved.sort_by_key(|shelved| shelved.at);
    Ok(shelved)
}

/// How many jobs are delayed.
pub(super) async fn size(driver: &Driver, names: &Names) -> Result<u64> {
    let mut call = Call::new([names.schedule()]);
    call.arg(names.bucket_prefix());
    Ok(from_redis_value(driver.script("count delayed jobs", &COUNT, &call).await?).unwrap_or(0))
}

/// Moves what is due into the queues. While another scheduler has one of the locks it is the one that moves.
pub(super) async fn promote(driver: &Driver, names: &Names, hints: &str, limit: usize) -> Result<usize> {
    let locks = names.scheduler_locks();
    let mut call = Call::new([names.schedule()].into_iter().chain(locks.clone()));
    call.arg(names.bucket_prefix()).arg(limit).arg(LOCK).arg(LOCK_LASTS);
    let answer = driver.script("look for due jobs", &DUE, &call).await?;
    let Value::Array(mut parts) = answer else { return Ok(0) };
    if parts.is_empty() {
        return Ok(0);
    }
    let now: String = from_redis_value(parts.remove(0)).unwrap_or_default();
    let now = from_microseconds(now.parse().unwrap_or(0));
    let mut due: Vec<(Timestamp, Item)> = items(parts).into_iter().map(|item| (item.due_at(), item)).collect();
    due.retain(|(at, _)| *at <= now);
    due.sort_by_key(|(at, _)| *at);
    let mut call = Call::new([names.schedule(), names.queues()].into_iter().chain(locks));
    call.arg(names.bucket_prefix()).arg(names.queue_prefix()).arg(names.timestamps_prefix()).arg(LOCK).arg(hints);
    for (_, item) in due {
        let (queue, element) = moved(&item.bytes);
        call.arg(item.second).bytes(item.bytes).arg(queue).bytes(element);
    }
    let n_moved: i64 = from_redis_value(driver.script("move due jobs", &PROMOTE, &call).await?).unwrap_or(0);
    Ok(usize::try_from(n_moved).unwrap_or(0))
}

/// The queue of a delayed job, and the element that goes there. What cannot be read goes where a service will find it and set it
/// aside.
pub(super) fn moved(item: &[u8]) -> (String, Vec<u8>) {
    match Job::read(item, None) {
        Ok(job) => (job.queue_of_delayed(), job.moved().into_bytes()),
        Err(_) => (egret_core::job_data::DEFAULT_QUEUE.to_owned(), item.to_vec()),
    }
}

fn items(parts: Vec<Value>) -> Vec<Item> {
    let mut parts = parts.into_iter();
    let mut items = Vec::new();
    while let (Some(second), Some(item)) = (parts.next(), parts.next()) {
        let second: Option<String> = from_redis_value(second).ok();
        let bytes: Option<Vec<u8>> = from_redis_value(item).ok();
        if let (Some(second), Some(bytes)) = (second.and_then(|second| second.parse().ok()), bytes) {
            items.push(Item { second, bytes });
        }
    }
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(second: i64, text: &str) -> Item {
        Item { second, bytes: text.as_bytes().to_vec() }
    }

    /// The sample `scheduler_run_monitor.txt`.
    #[test]
    fn jobs_move_as_resque_scheduler_moves_them() {
        for (text, queue, element) in [
            (r#"{"class":"NotHere","args":[1],"queue":"ext"}"#, "ext", r#"{"class":"NotHere","args":[1]}"#),
            (r#"{"class":"EchoJob","args":{"h":1}}"#, "default", r#"{"class":"EchoJob","args":[{"h":1}]}"#),
            (r#"{"class":"EchoJob","queue":"low","args":["x"]}"#, "low", r#"{"class":"EchoJob","args":["x"]}"#),
            ("{bad", "default", "{bad"),
        ] {
            let (to, moved) = moved(text.as_bytes());
            assert_eq!((to.as_str(), String::from_utf8(moved).unwrap().as_str()), (queue, element));
        }
    }

    #[test]
    fn a_job_is_due_at_its_second_or_at_the_moment_within_that_it_names() {
        let of = |text: &str| item(1_795_457_979, text).due_at().as_millisecond();
        assert_eq!(of(r#"{"class":"EchoJob","args":[],"queue":"a"}"#), 1_795_457_979_000);
        let wrapped = |at: &str| {
            format!(
                r#"{{"class":"{}","args":[{{"job_class":"A","job_id":"1","scheduled_at":"{at}"}}],"queue":"a"}}"#,
                super::super::job::WRAPPER
            )
        };
        let moment: Timestamp = "2026-11-23T18:19:39.25Z".parse().unwrap();
        assert_eq!(moment.as_second(), 1_795_457_979);
        assert_eq!(of(&wrapped("2026-11-23T18:19:39.250000000Z")), 1_795_457_979_250);
        assert_eq!(
            of(&wrapped("2026-11-24T18:19:39.250000000Z")),
            1_795_457_979_000,
            "moved by hand to another second"
        );
    }
}
