//! The conformance suite on a table in PostgreSQL.

use std::sync::Arc;

use async_trait::async_trait;
use egret_conformance::Subject;
use egret_core::{Backend, Result, Timing};

#[expect(dead_code, reason = "each test program uses its part")]
mod support;

use support::Database;

/// A schema of its own.
pub(crate) struct PostgresSubject(Database);

#[async_trait]
impl Subject for PostgresSubject {
    async fn open(&self, timing: Timing) -> Result<Arc<dyn Backend>> {
        self.0.open(timing).await
    }

    fn keeps_json_text(&self) -> bool {
        false
    }
}

mod delayed_jobs {
    egret_conformance::suite!(|| super::PostgresSubject(super::Database::postgres()), lacks: [
        conditions, control, hints, history, keeps_failures, manual_clock, notes, on_demand, origins,
        overwrites_payloads, retries_failures, sizes, tasks, unique_ids,
    ]);
}
