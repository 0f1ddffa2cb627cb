//! The conformance suite on a table in SQLite.

use std::sync::Arc;

use async_trait::async_trait;
use egret_conformance::Subject;
use egret_core::{Backend, Result, Timing};

#[expect(dead_code, reason = "each test program uses its part")]
mod support;

use support::Database;

/// A file of its own.
pub(crate) struct SqliteSubject(Database);

#[async_trait]
impl Subject for SqliteSubject {
    async fn open(&self, timing: Timing) -> Result<Arc<dyn Backend>> {
        self.0.open(timing).await
    }

    fn keeps_json_text(&self) -> bool {
        false
    }
}

mod delayed_jobs {
    egret_conformance::suite!(|| super::SqliteSubject(super::Database::sqlite()), lacks: [
        conditions, control, hints, history, keeps_failures, manual_clock, notes, on_demand, origins,
        overwrites_payloads, retries_failures, several_hosts, sizes, tasks, unique_ids,
    ]);
}
