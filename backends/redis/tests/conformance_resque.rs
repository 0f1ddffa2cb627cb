//! The conformance suite on Resque's queues, on a real server.

use std::sync::Arc;

use async_trait::async_trait;
use egret_conformance::Subject;
use egret_core::{Backend, JobId, Result, Timing};
use egret_redis::resque::{self, ResqueOptions};

#[expect(dead_code, reason = "each test program uses its part")]
mod support;

use support::Database;

/// A database of its own, in which Resque's keys have a namespace of two parts.
pub(crate) struct ResqueSubject {
    database: Database,
}

const NAMESPACE: &str = "resque:test";

impl ResqueSubject {
    fn new() -> Self {
        Self { database: Database::lease() }
    }
}

#[async_trait]
impl Subject for ResqueSubject {
    async fn open(&self, timing: Timing) -> Result<Arc<dyn Backend>> {
        let url = format!("{}?namespace={NAMESPACE}", self.database.url());
        let mut options = ResqueOptions::parse(&url).expect("a URL of a server");
        options.timing = timing;
        resque::open(options).await
    }

    fn overwrites_payloads(&self) -> bool {
        true
    }

    async fn overwrite_payload(&self, id: &JobId, bytes: &[u8]) {
        let mut connection = self.database.connect();
        let queues: Vec<String> = redis::cmd("SMEMBERS")
            .arg(format!("{NAMESPACE}:queues"))
            .query(&mut connection)
            .expect("queues are listed");
        for queue in queues {
            let key = format!("{NAMESPACE}:queue:{queue}");
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

mod resque_queues {
    egret_conformance::suite!(super::ResqueSubject::new, lacks: [
        claims_by_class, conditions, control, history, manual_clock, notes, on_demand, origins, priorities,
        retries_failures, sizes, tasks, unique_ids,
    ]);
}
