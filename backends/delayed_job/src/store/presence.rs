//! The verb *presence*.

use egret_core::{NamePresence, PolledQueue, Presence, Result, Timestamp};

use super::Store;
use super::names::Kind;
use super::roster::Known;
use super::transaction::Step;

impl Store {
    pub(super) async fn presence_of_services(&self) -> Result<Presence> {
        let mut step = self.look().await?;
        let names = self.names(&mut step, Kind::Service).await?.into_iter();
        let names = names.map(|(name, changed_at)| NamePresence { name, changed_at }).collect();
        let queues = self.names(&mut step, Kind::Polled).await?.into_iter();
        let queues = queues.map(|(pattern, polled_at)| PolledQueue { pattern, polled_at }).collect();
        Ok(Presence { names, queues })
    }

    /// A service is gone since a moment.
    pub(super) async fn remember_gone(&self, step: &mut Step<'_>, service: &Known, at: Timestamp) -> Result<()> {
        self.set_name(step, Kind::Service, &service.told.name, at).await?;
        for pattern in service.told.patterns() {
            self.set_name(step, Kind::Polled, &pattern, at).await?;
        }
        Ok(())
    }
}
