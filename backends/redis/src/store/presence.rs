//! The verbs *presence* and *now*.

use egret_core::{NamePresence, PolledQueue, Presence, Result, Timestamp};
use redis::from_redis_value;

use super::Store;
use super::format::Format;
use super::script_reply::moment;

impl<F: Format> Store<F> {
    pub(super) async fn presence_of_services(&self) -> Result<Presence> {
        let mut pipeline = redis::pipe();
        pipeline.cmd("HGETALL").arg(&self.keys.names).cmd("HGETALL").arg(&self.keys.polled);
        let mut answers = self.driver.ask_all("look when services were there", &pipeline).await?.into_iter();
        let mut next = || -> Vec<(String, String)> {
            let mut pairs: Vec<_> = answers.next().and_then(|pairs| from_redis_value(pairs).ok()).unwrap_or_default();
            pairs.sort();
            pairs
        };
        let names = next().into_iter().map(|(name, at)| NamePresence { name, changed_at: moment(&at) }).collect();
        let queues = next().into_iter().map(|(pattern, at)| PolledQueue { pattern, polled_at: moment(&at) }).collect();
        Ok(Presence { names, queues })
    }

    /// The clock of the server.
    pub(super) async fn server_time(&self) -> Result<Timestamp> {
        self.driver.server_time().await
    }
}
