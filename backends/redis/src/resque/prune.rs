//! Workers of others that have long been silent: taken away as each Ruby worker does at its start (Resque 3.0,
//! `lib/resque/worker.rb`, `prune_dead_workers`).
//!
//! Only by their heartbeats. That a process is not there, by which Ruby judges workers of its own host, says nothing about workers
//! of another container or another program. Our own are not judged here: their jobs come back by a rescue.

use egret_core::{ErrorReport, Result, Timestamp};
use redis::from_redis_value;

use super::envelope::Envelope;
use super::failure::{FailedPayload, Failure};
use super::format::Resque;
use super::times;
use super::worker_id::WorkerId;
use super::working::Working;
use crate::driver::{Call, Driver, Script};
use crate::store::Writes;

static PRUNE: Script = Script::new(include_str!("scripts/prune.lua"));

/// Seconds of silence after which a worker is taken for dead (`Resque.prune_interval`).
pub(super) const SILENCE: i64 = 300;
/// Seconds that others leave the pruning to us (`acquire_pruning_dead_worker_lock`).
const LOCK_LASTS: u32 = 60;

/// Prunes, unless somebody else does or has just done.
pub(super) async fn prune(driver: &Driver, resque: &Resque, by: &str, now: Timestamp) -> Result<()> {
    let mut lock = redis::cmd("SET");
    lock.arg(resque.names.pruning()).arg(by).arg("EX").arg(LOCK_LASTS).arg("NX");
    if driver.tell::<Option<String>>("look for dead workers", &lock).await?.is_none() {
        return Ok(());
    }
    let mut heartbeats = redis::cmd("HGETALL");
    heartbeats.arg(resque.names.heartbeats());
    let heartbeats: Vec<(String, String)> = driver.ask("look for dead workers", &heartbeats).await?;
    for (id, heartbeat) in heartbeats {
        let is_silent =
            times::parse(&heartbeat, &resque.options.zone).is_some_and(|at| now.as_second() - at.as_second() > SILENCE);
        let is_ours = WorkerId::parse(&id).is_some_and(|id| id.is_ours());
        if is_silent && !is_ours {
            bury(driver, resque, &id, &heartbeat, now).await?;
        }
    }
    let mut unlock = redis::cmd("DEL");
    unlock.arg(resque.names.pruning());
    driver.tell::<u64>("look for dead workers", &unlock).await.map(drop)
}

async fn bury(driver: &Driver, resque: &Resque, id: &str, heartbeat: &str, now: Timestamp) -> Result<()> {
    let mut record = redis::cmd("GET");
    record.arg(format!("{}{id}", resque.names.worker_prefix()));
    let record: Option<Vec<u8>> = driver.ask("look at a dead worker", &record).await?;
    let record = record.unwrap_or_default();
    let mut writes = Writes::default();
    if let Some(working) = Working::read(&record, &resque.options.zone) {
        let payload = working.payload.get().as_bytes();
        let class = Envelope::read(payload).map_or_else(|_| "<Unknown Job>".to_owned(), |envelope| envelope.class());
        let message = format!("Worker {id} did not gracefully exit while processing {class}");
        let failure = Failure {
            failed_at: now,
            payload: FailedPayload::Bytes(payload),
            error: &ErrorReport::new("Resque::PruneDeadWorkerDirtyExit", message),
            worker: id,
            queue: &working.queue,
        };
        resque.bury(&failure, &mut writes);
    }
    let names = &resque.names;
    let stats = names.stat_prefix();
    let mut call = Call::new([names.heartbeats(), names.workers(), format!("{stats}failed")]);
    call.arg(id).arg(heartbeat).arg(names.worker_prefix()).arg(&stats).bytes(record);
    writes.add_words_to(&mut call);
    let buried: u64 = from_redis_value(driver.script("take a dead worker away", &PRUNE, &call).await?).unwrap_or(0);
    if buried == 1 {
        tracing::info!(worker = id, heartbeat, "took a worker away that has long been silent");
    }
    Ok(())
}
