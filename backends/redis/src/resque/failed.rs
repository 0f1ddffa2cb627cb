//! The lists of failures.

use egret_core::{Result, Timestamp};
use redis::from_redis_value;

use super::failure::FailureRecord;
use super::format::Resque;
use crate::driver::Driver;
use crate::store::Shelved;

/// The name of the shelf.
pub(super) const SHELF: &str = "failed";

/// The jobs that were given up, the latest first, at most so many of each list: of the common one and, where the other backend
/// of failures is or was in use, of one for each queue. Those that were tried again are left out, and the empty texts that Ruby
/// leaves for a moment.
pub(super) async fn given_up(driver: &Driver, resque: &Resque, limit: usize) -> Result<Vec<Shelved>> {
    let mut command = redis::cmd("SMEMBERS");
    command.arg(resque.names.failed_queues());
    let lists: Vec<String> = driver.ask("look for lists of failures", &command).await?;
    let keys = lists.iter().map(|list| resque.names.key(list)).chain([resque.names.failed()]);
    let mut pipeline = redis::pipe();
    let first = -isize::try_from(limit).unwrap_or(isize::MAX);
    for key in keys {
        pipeline.cmd("LRANGE").arg(key).arg(first).arg(-1);
    }
    let mut given_up = Vec::new();
    for records in driver.ask_all("read failures", &pipeline).await? {
        let records: Vec<Vec<u8>> = from_redis_value(records).unwrap_or_default();
        given_up.extend(records.into_iter().rev().filter_map(|bytes| shelved(resque, bytes)));
    }
    given_up.sort_by_key(|shelved| std::cmp::Reverse(shelved.at));
    Ok(given_up)
}

fn shelved(resque: &Resque, bytes: Vec<u8>) -> Option<Shelved> {
    if bytes.is_empty() {
        return None;
    }
    let record = FailureRecord::read(&bytes);
    if record.as_ref().is_some_and(FailureRecord::is_retried) {
        return None;
    }
    let at = record.and_then(|record| record.failed_at(&resque.options.zone)).unwrap_or(Timestamp::UNIX_EPOCH);
    Some(Shelved { bytes, at, shelf: SHELF })
}
