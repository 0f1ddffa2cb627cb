//! Workers of Ruby and node: shown as services, with the jobs that they run. Resque has no way to give them orders.

use std::collections::HashMap;

use egret_core::{
    ClassSelection, ProcessIdentity, Result, ServiceId, ServiceMode, ServicePhase, ServiceRecord, Timestamp,
};
use redis::{Value, from_redis_value};

use super::fingerprint::number;
use super::format::Resque;
use super::prune::SILENCE;
use super::times;
use super::worker_id::WorkerId;
use super::working::Working;
use crate::driver::Driver;
use crate::store::{Held, Stranger};

/// The name under which they are shown.
const NAME: &str = "resque";

/// All workers but those of ours. Ids of less than three parts are nobody's.
pub(super) async fn list(driver: &Driver, resque: &Resque) -> Result<Vec<Stranger>> {
    let names = &resque.names;
    let mut pipeline = redis::pipe();
    pipeline.cmd("SMEMBERS").arg(names.workers()).cmd("HGETALL").arg(names.heartbeats());
    let mut answers = driver.ask_all("look at Resque's workers", &pipeline).await?.into_iter();
    let ids: Vec<String> = answers.next().and_then(|ids| from_redis_value(ids).ok()).unwrap_or_default();
    let heartbeats: HashMap<String, String> =
        answers.next().and_then(|fields| from_redis_value(fields).ok()).unwrap_or_default();
    let mut workers: Vec<(String, WorkerId)> =
        ids.into_iter().filter_map(|id| Some((id.clone(), WorkerId::parse(&id)?))).collect();
    workers.retain(|(_, worker)| !worker.is_ours());
    if workers.is_empty() {
        return Ok(Vec::new());
    }
    workers.sort_by(|one, other| one.0.cmp(&other.0));
    let mut pipeline = redis::pipe();
    for (id, _) in &workers {
        let key = format!("{}{id}", names.worker_prefix());
        pipeline.cmd("GET").arg(&key).cmd("GET").arg(format!("{key}:started"));
    }
    let mut answers = driver.ask_all("look at Resque's workers", &pipeline).await?.into_iter();
    let mut next = || text(answers.next());
    let strangers = workers.into_iter().map(|(id, worker)| {
        let (doing, started) = (next(), next());
        stranger(resque, &id, &worker, heartbeats.get(&id), &doing, &started)
    });
    Ok(strangers.collect())
}

fn stranger(
    resque: &Resque,
    id: &str,
    worker: &WorkerId,
    heartbeat: Option<&String>,
    doing: &str,
    started: &str,
) -> Stranger {
    let zone = &resque.options.zone;
    let now = Timestamp::now();
    // Node writes no heartbeat; then nobody can tell, and it counts as heard.
    let beat_at = heartbeat.and_then(|text| times::parse(text, zone)).unwrap_or(now);
    let is_alive = now.as_second() - beat_at.as_second() <= SILENCE;
    let started_at = times::parse(started, zone).unwrap_or(Timestamp::UNIX_EPOCH);
    let working = Working::read(doing.as_bytes(), zone);
    let running = working.map(|working| {
        let bytes = working.payload.get().as_bytes().to_vec();
        (Held { queue: working.queue, bytes, worker: Some(id.to_owned()) }, working.run_at)
    });
    let n_running = u32::from(running.is_some());
    let record = ServiceRecord {
        follows: &[],
        id: ServiceId::from_number(number(id) >> 1),
        name: NAME.to_owned(),
        process: ProcessIdentity {
            host: worker.host.clone(),
            pid: worker.pid().unwrap_or(0),
            boot_id: String::new(),
            pid_namespace: 0,
            started_ticks: 0,
        },
        mode: ServiceMode::Service,
        queues: worker.queues.clone(),
        classes: ClassSelection::All,
        concurrency: 1,
        started_at,
        beat_at,
        phase: ServicePhase::Running,
        n_claimed: n_running,
        n_running,
        resident_bytes: 0,
        n_finished: 0,
        is_alive,
    };
    Stranger { record, running: running.into_iter().collect() }
}

fn text(value: Option<Value>) -> String {
    value.and_then(|value| from_redis_value(value).ok()).flatten().unwrap_or_default()
}
