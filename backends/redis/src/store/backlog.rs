//! The verb *backlog*: the length of each queue and the age of its oldest job.

use std::collections::BTreeMap;

use egret_core::{Backlog, BacklogRow, JobOrder, Result, Timestamp};
use redis::from_redis_value;

use super::Store;
use super::format::Format;

/// So many jobs of a queue are read for the oldest of them, and so many reserved ones that are due.
const READ: usize = 1_000;

impl<F: Format> Store<F> {
    pub(super) async fn look_at_backlog(&self) -> Result<Backlog> {
        let now = self.server_time().await?;
        let queues = self.look_for_queues().await?;
        let mut pipeline = redis::pipe();
        for queue in queues.iter() {
            pipeline.cmd("LLEN").arg(self.layout().queue(queue));
        }
        let lengths = match pipeline.is_empty() {
            true => Vec::new(),
            false => self.driver.ask_all("count jobs", &pipeline).await?,
        };
        let mut waiting: BTreeMap<String, (u64, Timestamp)> = BTreeMap::new();
        let mut is_exact = true;
        for (queue, length) in queues.iter().zip(lengths) {
            let length: u64 = from_redis_value(length).unwrap_or(0);
            let jobs =
                if length == 0 { Vec::new() } else { self.read_queue(queue, JobOrder::DueFirst, 0, READ).await? };
            let due = jobs.iter().map(|bytes| self.format.read(bytes, Some(queue)).due_at);
            // What nobody dated waits since a moment that nobody knows.
            let oldest = due.filter(|at| *at > Timestamp::UNIX_EPOCH).min().unwrap_or(now);
            is_exact &= length <= READ as u64;
            if !jobs.is_empty() {
                waiting.insert(queue.clone(), (length.max(jobs.len() as u64), oldest));
            }
        }
        let reserved = self.format.reserved(&self.driver, READ).await?;
        let due: Vec<_> = reserved.iter().take_while(|shelved| shelved.at <= now).collect();
        is_exact &= due.len() < READ;
        for shelved in due {
            let queue = self.format.read(&shelved.bytes, None).queue;
            let queue = queue.unwrap_or_else(|| egret_core::job_data::DEFAULT_QUEUE.to_owned());
            let (n_due, oldest) = waiting.entry(queue).or_insert((0, shelved.at));
            *n_due += 1;
            *oldest = shelved.at.min(*oldest);
        }
        let rows = waiting.into_iter();
        let rows = rows.map(|(queue, (n_due, oldest_due_at))| BacklogRow { queue, class: None, n_due, oldest_due_at });
        Ok(Backlog { rows: rows.collect(), is_exact })
    }
}
