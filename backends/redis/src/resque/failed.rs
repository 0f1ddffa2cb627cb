//! The lists of failures.

use egret_core::{Result, Timestamp};
use redis::from_redis_value;

use super::failure::FailureRecord;
use super::format::Resque;
use super::options::FailureLists;
use crate::driver::Driver;
use crate::store::Shelved;

/// The name of the shelf.
pub(super) const SHELF: &str = "failed";

/// So many failures of a list may be looked at to be counted.
const COUNTED: u64 = 20_000;

/// The jobs that were given up, the latest first, at most so many of each list, those that were tried again among them. The empty
/// texts that Ruby leaves for a moment are passed over.
pub(super) async fn given_up(driver: &Driver, resque: &Resque, limit: usize) -> Result<Vec<Shelved>> {
    let mut pipeline = redis::pipe();
    let first = -isize::try_from(limit).unwrap_or(isize::MAX);
    for key in lists(driver, resque).await? {
        pipeline.cmd("LRANGE").arg(key).arg(first).arg(-1);
    }
    if pipeline.is_empty() {
        return Ok(Vec::new());
    }
    let mut given_up = Vec::new();
    for records in driver.ask_all("read failures", &pipeline).await? {
        let records: Vec<Vec<u8>> = from_redis_value(records).unwrap_or_default();
        given_up.extend(records.into_iter().rev().filter_map(|bytes| shelved(resque, bytes)));
    }
    given_up.sort_by_key(|shelved| std::cmp::Reverse(shelved.at));
    Ok(given_up)
}

/// How many failures there are, where that is more than can be looked at; else 0: then those that are looked at count.
pub(super) async fn size(driver: &Driver, resque: &Resque) -> Result<u64> {
    let mut pipeline = redis::pipe();
    for key in lists(driver, resque).await? {
        pipeline.cmd("LLEN").arg(key);
    }
    if pipeline.is_empty() {
        return Ok(0);
    }
    let lengths = driver.ask_all("count failures", &pipeline).await?;
    let lengths: Vec<u64> = lengths.into_iter().map(|length| from_redis_value(length).unwrap_or(0)).collect();
    Ok(if lengths.iter().any(|length| *length > COUNTED) { lengths.iter().sum() } else { 0 })
}

/// The keys of the lists of the backend of failures that is in use.
async fn lists(driver: &Driver, resque: &Resque) -> Result<Vec<String>> {
    if resque.options.failures == FailureLists::One {
        return Ok(vec![resque.names.failed()]);
    }
    let mut command = redis::cmd("SMEMBERS");
    command.arg(resque.names.failed_queues());
    let lists: Vec<String> = driver.ask("look for lists of failures", &command).await?;
    Ok(lists.iter().map(|list| resque.names.key(list)).collect())
}

fn shelved(resque: &Resque, bytes: Vec<u8>) -> Option<Shelved> {
    if bytes.is_empty() {
        return None;
    }
    let record = FailureRecord::read(&bytes);
    let at = record.and_then(|record| record.failed_at(&resque.options.zone)).unwrap_or(Timestamp::UNIX_EPOCH);
    Some(Shelved { bytes, at, shelf: SHELF })
}
