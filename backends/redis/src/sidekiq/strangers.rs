//! Ruby's processes: shown as services, with the jobs that they run, and ordered as Sidekiq's own page does it.

use std::collections::HashMap;

use egret_core::{
    ClassSelection, Error, ErrorKind, ProcessIdentity, Result, ServiceId, ServiceMode, ServiceOrder, ServicePhase,
    ServiceRecord, Timestamp, words,
};
use redis::from_redis_value;
use serde_json::Value;

use super::times;
use crate::driver::Driver;
use crate::store::{Held, Stranger};

/// The name under which they are shown.
const NAME: &str = "sidekiq";
/// A process that has not beaten for so many seconds is shown as dead; its record goes at the same age.
const SILENT: i64 = 60;
/// Seconds that a signal waits for its process (Sidekiq 6.4 to 8.1, `lib/sidekiq/api.rb`).
const SIGNAL_KEPT: u32 = 60;

/// All processes but those of ours.
pub(super) async fn list(driver: &Driver, is_ours: &(dyn Fn(&str) -> bool + Send + Sync)) -> Result<Vec<Stranger>> {
    let identities = identities(driver, is_ours).await?;
    if identities.is_empty() {
        return Ok(Vec::new());
    }
    let mut pipeline = redis::pipe();
    for identity in &identities {
        pipeline.cmd("HGETALL").arg(identity);
        for suffix in ["work", "workers"] {
            pipeline.cmd("HGETALL").arg(format!("{identity}:{suffix}"));
        }
    }
    let mut answers = driver.ask_all("look at Sidekiq's processes", &pipeline).await?.into_iter();
    let mut next = || -> HashMap<String, String> {
        answers.next().and_then(|fields| from_redis_value(fields).ok()).unwrap_or_default()
    };
    let mut strangers = Vec::new();
    for identity in &identities {
        let (fields, mut work) = (next(), next());
        work.extend(next());
        if let Some(record) = record(identity, &fields, work.len()) {
            strangers.push(Stranger { record, running: work.values().filter_map(|work| running(work)).collect() });
        }
    }
    Ok(strangers)
}

/// Sends a signal to the process of the id, if there is one.
pub(super) async fn order(
    driver: &Driver,
    is_ours: &(dyn Fn(&str) -> bool + Send + Sync),
    id: ServiceId,
    order: ServiceOrder,
) -> Result<bool> {
    let identities = identities(driver, is_ours).await?;
    let Some(identity) = identities.iter().find(|identity| id_of(identity) == id) else { return Ok(false) };
    let signal = match order {
        ServiceOrder::Quiet => "TSTP",
        ServiceOrder::Stop => "TERM",
        ServiceOrder::Resume => {
            let words = words!(
                "redis-sidekiq-stays-quiet",
                "a process of Sidekiq that is quiet stays so: start another instead of `{process}`",
                process = identity
            );
            return Err(Error::new(ErrorKind::Conflict, words));
        }
    };
    let key = format!("{identity}-signals");
    let mut pipeline = redis::pipe();
    pipeline.atomic();
    pipeline.cmd("LPUSH").arg(&key).arg(signal).cmd("EXPIRE").arg(&key).arg(SIGNAL_KEPT);
    driver.tell_atomically("send a signal to a process of Sidekiq", &pipeline).await?;
    Ok(true)
}

async fn identities(driver: &Driver, is_ours: &(dyn Fn(&str) -> bool + Send + Sync)) -> Result<Vec<String>> {
    let mut command = redis::cmd("SMEMBERS");
    command.arg("processes");
    let mut identities: Vec<String> = driver.ask("list Sidekiq's processes", &command).await?;
    identities.retain(|identity| !is_ours(identity));
    identities.sort();
    Ok(identities)
}

/// Of `HOST:PID:NONCE` the nonce, a number of six bytes.
fn id_of(identity: &str) -> ServiceId {
    let nonce = identity.rsplit(':').next().unwrap_or_default();
    ServiceId::from_number(u64::from_str_radix(nonce, 16).unwrap_or_default() & (u64::MAX >> 1))
}

/// A process as a service; `None` when its record has ended.
fn record(identity: &str, fields: &HashMap<String, String>, n_running: usize) -> Option<ServiceRecord> {
    let info: Value = serde_json::from_str(fields.get("info")?).ok()?;
    let number = |name: &str| fields.get(name).and_then(|text| text.parse::<u64>().ok());
    let count = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    let beat_at =
        fields.get("beat").and_then(|beat| beat.parse().ok()).map_or(Timestamp::UNIX_EPOCH, times::from_seconds);
    let started_at = info["started_at"].as_f64().map_or(Timestamp::UNIX_EPOCH, times::from_seconds);
    let queues = info["queues"].as_array().map(Vec::as_slice).unwrap_or_default();
    let process = ProcessIdentity {
        host: info["hostname"].as_str().unwrap_or_else(|| identity.split(':').next().unwrap_or_default()).to_owned(),
        pid: count(info["pid"].as_u64().unwrap_or_default()),
        boot_id: String::new(),
        pid_namespace: 0,
        started_ticks: 0,
    };
    Some(ServiceRecord {
        follows: &[ServiceOrder::Quiet, ServiceOrder::Stop],
        id: id_of(identity),
        name: NAME.to_owned(),
        process,
        mode: ServiceMode::Service,
        queues: queues.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        classes: ClassSelection::All,
        concurrency: count(number("concurrency").or(info["concurrency"].as_u64()).unwrap_or_default()),
        started_at,
        beat_at,
        phase: if fields.get("quiet").is_some_and(|quiet| quiet == "true") {
            ServicePhase::Quiet
        } else {
            ServicePhase::Running
        },
        n_claimed: count(number("busy").unwrap_or_default().max(n_running as u64)),
        n_running: count(number("busy").unwrap_or_default().max(n_running as u64)),
        resident_bytes: number("rss").unwrap_or_default().saturating_mul(1024),
        n_finished: 0,
        is_alive: Timestamp::now().as_second().saturating_sub(beat_at.as_second()) < SILENT,
    })
}

/// A job that a process runs, and since when.
fn running(work: &str) -> Option<(Held, Option<Timestamp>)> {
    let work: Value = serde_json::from_str(work).ok()?;
    let bytes = match &work["payload"] {
        Value::String(payload) => payload.as_bytes().to_vec(),
        payload => serde_json::to_vec(payload).ok()?,
    };
    let queue = work["queue"].as_str()?.to_owned();
    let at = work["run_at"].as_i64().and_then(|seconds| Timestamp::from_second(seconds).ok());
    Some((Held { queue, bytes, worker: None }, at))
}
