//! The conformance suite on the embedded store.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use egret_conformance::Subject;
use egret_core::{Backend, FailurePolicy, JobId, ManualClock, Result, Timestamp, Timing};
use egret_sqlite::rusqlite::types::Value;
use egret_sqlite::rusqlite::{Connection, params};
use egret_sqlite::{SqliteBackend, SqliteOptions};
use tempfile::TempDir;

/// A store in a folder that goes with it.
pub(crate) struct SqliteSubject {
    folder: TempDir,
    clock: Option<ManualClock>,
    failure_policy: FailurePolicy,
}

impl SqliteSubject {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self { folder, clock: None, failure_policy: FailurePolicy::Keep }
    }

    fn that_retries() -> Self {
        let failure_policy = FailurePolicy::Retry { max_attempts: 3, first_delay: Duration::from_millis(50) };
        Self { failure_policy, ..Self::new() }
    }

    fn with_manual_clock() -> Self {
        Self { clock: Some(ManualClock::at(Timestamp::now())), ..Self::new() }
    }

    /// A connection of our own, around the backend.
    fn connection(&self) -> Connection {
        let connection = Connection::open(self.folder.path().join("egret.db")).expect("the store is there");
        connection.busy_timeout(Duration::from_secs(10)).expect("a timeout can be set");
        connection
    }
}

#[async_trait]
impl Subject for SqliteSubject {
    async fn open(&self, timing: Timing) -> Result<Arc<dyn Backend>> {
        let mut options = SqliteOptions::new(self.folder.path().join("egret.db"));
        options.timing = timing;
        options.failure_policy = self.failure_policy;
        if let Some(clock) = &self.clock {
            options.clock = Arc::new(clock.clone());
        }
        Ok(SqliteBackend::open(options)?)
    }

    fn clock(&self) -> Option<ManualClock> {
        self.clock.clone()
    }

    fn overwrites_payloads(&self) -> bool {
        true
    }

    async fn overwrite_payload(&self, id: &JobId, bytes: &[u8]) {
        let connection = self.connection();
        let changed =
            connection.execute("UPDATE egret_jobs SET payload = ?2 WHERE job_id = ?1", params![key(id), bytes]);
        assert_eq!(changed.expect("the payload can be overwritten"), 1, "no live job `{id}`");
    }

    async fn snapshot(&self, id: &JobId) -> Option<Vec<u8>> {
        let connection = self.connection();
        let mut snapshot = Vec::new();
        for query in [
            "SELECT * FROM egret_jobs WHERE job_id = ?1",
            "SELECT * FROM egret_ready WHERE record = (SELECT id FROM egret_jobs WHERE job_id = ?1)",
            "SELECT * FROM egret_reserved WHERE record = (SELECT id FROM egret_jobs WHERE job_id = ?1)",
            "SELECT * FROM egret_claims WHERE record = (SELECT id FROM egret_jobs WHERE job_id = ?1)",
            "SELECT * FROM egret_history WHERE record = (SELECT id FROM egret_jobs WHERE job_id = ?1)",
            "SELECT * FROM egret_executions WHERE record = (SELECT id FROM egret_jobs WHERE job_id = ?1)",
            "SELECT * FROM egret_log_lines WHERE claim IN (
                 SELECT claim FROM egret_executions WHERE record = (SELECT id FROM egret_jobs WHERE job_id = ?1)
                 UNION SELECT claim FROM egret_claims WHERE record = (SELECT id FROM egret_jobs WHERE job_id = ?1)
                 UNION SELECT claim FROM egret_history WHERE record = (SELECT id FROM egret_jobs WHERE job_id = ?1))",
        ] {
            let mut statement = connection.prepare(query).expect("the tables are there");
            let n_columns = statement.column_count();
            let mut rows = statement.query([key(id)]).expect("the tables can be read");
            while let Some(row) = rows.next().expect("the tables can be read") {
                let values: Vec<Value> = (0..n_columns).map(|column| row.get(column).expect("a value")).collect();
                snapshot.extend(format!("{query}: {values:?}\n").into_bytes());
            }
        }
        Some(snapshot)
    }
}

/// The id as the tables hold it.
fn key(id: &JobId) -> Value {
    match uuid::Uuid::try_parse(id.as_str()) {
        Ok(uuid) if uuid.hyphenated().to_string() == id.as_str() => Value::Blob(uuid.into_bytes().to_vec()),
        _ => Value::Text(id.as_str().to_owned()),
    }
}

mod as_it_is {
    egret_conformance::suite!(super::SqliteSubject::new, lacks: [manual_clock, retries_failures, several_hosts]);
}

mod that_retries {
    egret_conformance::suite!(super::SqliteSubject::that_retries, lacks: [manual_clock, keeps_failures, several_hosts]);
}

mod with_manual_clock {
    egret_conformance::suite!(super::SqliteSubject::with_manual_clock, lacks: [retries_failures, several_hosts]);
}
