//! The verb *due*, and whether anything waits.

use egret_core::{Result, Selection, Timestamp};
use redis::from_redis_value;

use super::Store;
use super::format::Format;
use super::queue_names::Meant;

/// So many reserved jobs are looked at for one of a selected queue. Behind them the last one's time is answered: it is early,
/// never late.
const LOOKED_AT: usize = 1_000;

impl<F: Format> Store<F> {
    pub(super) async fn due_time(&self, selection: &Selection) -> Result<Option<Timestamp>> {
        let meant = self.queues_meant(&selection.queues).await?;
        let paused = self.paused_queues().await?;
        if self.is_any_filled(&meant, |queue| !paused.contains_key(queue)).await? {
            return self.server_time().await.map(Some);
        }
        self.next_reserved(selection, |queue| !paused.contains_key(queue)).await
    }

    /// Whether a queue that is meant has a job.
    async fn is_any_filled(&self, meant: &Meant, is_open: impl Fn(&str) -> bool) -> Result<bool> {
        let mut pipeline = redis::pipe();
        for queue in meant.names.iter().filter(|queue| is_open(queue)) {
            pipeline.cmd("LLEN").arg(self.layout().queue(queue));
        }
        if pipeline.is_empty() {
            return Ok(false);
        }
        let lengths = self.driver.ask_all("look for jobs", &pipeline).await?;
        Ok(lengths.into_iter().any(|length| from_redis_value::<u64>(length).unwrap_or(0) > 0))
    }

    /// When the next reserved job of a selected queue is due.
    pub(super) async fn next_reserved(
        &self,
        selection: &Selection,
        is_open: impl Fn(&str) -> bool,
    ) -> Result<Option<Timestamp>> {
        let shelved = self.format.reserved(&self.driver, LOOKED_AT).await?;
        let is_whole = shelved.len() < LOOKED_AT;
        let last = shelved.last().map(|shelved| shelved.at);
        let is_selected = |queue: &str| is_open(queue) && selection.queues.covers(queue);
        let mut selected = shelved.iter().filter(|shelved| {
            let element = self.format.read(&shelved.bytes, None);
            is_selected(element.queue.as_deref().unwrap_or(egret_core::job_data::DEFAULT_QUEUE))
        });
        let next = selected.next().map(|shelved| shelved.at).or(last.filter(|_| !is_whole));
        // Before that nobody here moves it.
        Ok(next.map(|next| self.format.next_look().map_or(next, |look| look.max(next))))
    }
}
