//! The conformance suite on Sidekiq's queues, on a real server.

use std::sync::Arc;

use async_trait::async_trait;
use egret_conformance::Subject;
use egret_core::{Backend, JobId, Result, Timing};
use egret_redis::Address;
use egret_redis::sidekiq::{self, SidekiqOptions};

#[path = "support/mod.rs"]
#[expect(dead_code, reason = "each test program uses its part")]
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
        Some(format!("{:?}", self.database.traces_of(id.as_str())).into_bytes())
    }
}

mod sidekiq_queues {
    egret_conformance::suite!(super::SidekiqSubject::new, lacks: [
        claims_by_class, conditions, control, history, keeps_failures, manual_clock, notes, on_demand, origins, priorities,
        retries_failures, sizes, tasks, unique_ids,
    ]);
}
