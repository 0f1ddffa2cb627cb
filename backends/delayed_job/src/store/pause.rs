//! The verbs *pause*, *resume* and *queues*.

use egret_core::{Error, ErrorKind, QueueRecord, Result, words};

use super::names::Kind;
use super::{ADAPTER, Store};

impl Store {
    pub(super) async fn pause_queue(&self, queue: &str) -> Result<()> {
        self.check_pauses()?;
        let mut step = self.begin().await?;
        let now = self.clock();
        self.add_name(&mut step, Kind::Paused, queue, now).await?;
        step.commit().await
    }

    pub(super) async fn resume_queue(&self, queue: &str) -> Result<()> {
        self.check_pauses()?;
        let mut step = self.begin().await?;
        self.remove_name(&mut step, Kind::Paused, queue).await?;
        step.commit().await?;
        self.waiting.hint();
        Ok(())
    }

    pub(super) async fn queue_records(&self) -> Result<Vec<QueueRecord>> {
        self.check_pauses()?;
        let mut step = self.look().await?;
        let mut names: Vec<String> = self.names(&mut step, Kind::Queue).await?.into_keys().collect();
        let paused = self.names(&mut step, Kind::Paused).await?;
        names.extend(paused.keys().cloned());
        names.extend(self.look_for_queues(&mut step).await?.iter().cloned());
        names.sort_unstable();
        names.dedup();
        let records = names.into_iter().map(|name| QueueRecord { paused_at: paused.get(&name).copied(), name });
        Ok(records.collect())
    }

    fn check_pauses(&self) -> Result<()> {
        match self.capabilities.pauses {
            true => Ok(()),
            false => Err(Error::new(
                ErrorKind::Unsupported,
                words!(
                    "database-no-pauses",
                    "the backend `{backend}` cannot pause queues without tables of its own, which `egret migrate` makes",
                    backend = ADAPTER
                ),
            )),
        }
    }
}
