//! The conformance suite on Sidekiq's queues, on a real server.

use std::sync::Arc;

use async_trait::async_trait;
use egret_conformance::Subject;
use egret_core::{Backend, JobId, Result, Timing};
use egret_redis::Address;
use egret_redis::sidekiq::{self, SidekiqOptions};

mod support;

use support::Database;

/// A database of its own.
pub(crate) struct SidekiqSubject {
    database: Database,
}

impl SidekiqSubject {
    fn new() -> Self {
        Self { database: Database::lease() }
    }
}

#[async_trait]
impl Subject for SidekiqSubject {
    async fn open(&self, timing: Timing) -> Result<Arc<dyn Backend>> {
        let mut options = SidekiqOptions::new(Address::parse(&self.database.url()).expect("a URL of a server"));
        options.timing = timing;
        sidekiq::open(options).await
    }

    fn overwrites_payloads(&self) -> bool {
        true
    }

    async fn overwrite_payload(&self, id: &JobId, bytes: &[u8]) {
        let mut connection = self.database.connect();
        let queues: Vec<String> =
            redis::cmd("SMEMBERS").arg("queues").query(&mut connection).expect("queues are listed");
        for queue in queues {
            let key = format!("queue:{queue}");
            let jobs: Vec<Vec<u8>> =
                redis::cmd("LRANGE").arg(&key).arg(0).arg(-1).query(&mut connection).expect("a queue is read");
            let is_meant = |job: &Vec<u8>| String::from_utf8_lossy(job).contains(id.as_str());
            if let Some(place) = jobs.iter().position(is_meant) {
                redis::cmd("LSET").arg(&key).arg(place).arg(bytes).exec(&mut connection).expect("a job is overwritten");
                return;
            }
        }
        panic!("no live job `{id}`");
    }

    async fn snapshot(&self, id: &JobId) -> Option<Vec<u8>> {
        let mut connection = self.database.connect();
        let keys: Vec<String> = redis::cmd("KEYS").arg("*").query(&mut connection).expect("keys are listed");
        let mut found = Vec::new();
        for key in keys {
            let kind: String = redis::cmd("TYPE").arg(&key).query(&mut connection).expect("a key has a type");
            let command = match kind.as_str() {
                "list" => redis::cmd("LRANGE").arg(&key).arg(0).arg(-1).to_owned(),
                "zset" => redis::cmd("ZRANGE").arg(&key).arg(0).arg(-1).arg("WITHSCORES").to_owned(),
                "hash" => redis::cmd("HGETALL").arg(&key).to_owned(),
                _ => continue,
            };
            let values: Vec<Vec<u8>> = command.query(&mut connection).expect("a key is read");
            let of_job = |value: &Vec<u8>| String::from_utf8_lossy(value).contains(id.as_str());
            for place in (0..values.len()).filter(|place| of_job(&values[*place])) {
                let beside = if kind == "hash" { place.wrapping_sub(1) } else { place + 1 };
                found.push((key.clone(), values[place].clone(), values.get(beside).cloned()));
            }
        }
        found.sort();
        Some(format!("{found:?}").into_bytes())
    }
}

mod sidekiq_queues {
    egret_conformance::suite!(super::SidekiqSubject::new, lacks: [
        cancel, claims_by_class, conditions, control, delete, history, keeps_failures, lookup_by_id, manual_clock, notes,
        on_demand, priorities, reschedule, retries_failures, retry, run_now, sizes, tasks, unique_ids,
    ]);
}
