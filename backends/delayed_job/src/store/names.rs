//! Names and the moments that are kept with them: of services, of queues.

use std::collections::BTreeMap;

use egret_core::job_data::from_microseconds;
use egret_core::{Result, Timestamp};

use super::Store;
use super::transaction::Step;

const NAMES: &str = include_str!("../../queries/ours/names.sql");
const INSERT: &str = include_str!("../../queries/ours/name_insert.sql");
const UPDATE: &str = include_str!("../../queries/ours/name_update.sql");
const DELETE: &str = include_str!("../../queries/ours/name_delete.sql");

/// What a name is of, and what its moment means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name of services: when their number last changed.
    Service,
    /// A queue or pattern: until when services that are gone polled it.
    Polled,
    /// A queue from which nothing is claimed: since when.
    Paused,
    /// A queue that has held a job: since when.
    Queue,
}

impl Kind {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Polled => "polled",
            Self::Paused => "paused",
            Self::Queue => "queue",
        }
    }
}

impl Store {
    pub(super) async fn names(&self, step: &mut Step<'_>, kind: Kind) -> Result<BTreeMap<String, Timestamp>> {
        let found = step.ask_ours(NAMES, vec![kind.as_str().into()]).await?;
        let names = found.iter().filter_map(|columns| Some((columns.text(1)?, from_microseconds(columns.integer(2)))));
        Ok(names.collect())
    }

    /// Sets the moment of a name. Whoever sets it at the same time waits for the end of the step.
    pub(super) async fn set_name(&self, step: &mut Step<'_>, kind: Kind, name: &str, at: Timestamp) -> Result<()> {
        let at = at.as_microsecond();
        let update = vec![at.into(), kind.as_str().into(), name.into()];
        if step.tell_ours(UPDATE, update.clone()).await? == 0 {
            self.add_name(step, kind, name, from_microseconds(at)).await?;
            step.tell_ours(UPDATE, update).await?;
        }
        Ok(())
    }

    /// Adds a name that may be there, with its moment.
    pub(super) async fn add_name(&self, step: &mut Step<'_>, kind: Kind, name: &str, at: Timestamp) -> Result<()> {
        step.tell_ours(INSERT, vec![kind.as_str().into(), name.into(), at.as_microsecond().into()]).await?;
        Ok(())
    }

    pub(super) async fn remove_name(&self, step: &mut Step<'_>, kind: Kind, name: &str) -> Result<()> {
        step.tell_ours(DELETE, vec![kind.as_str().into(), name.into()]).await?;
        Ok(())
    }
}
