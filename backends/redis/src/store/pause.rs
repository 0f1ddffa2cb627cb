//! The verbs *pause*, *resume* and *queues*.

use std::collections::BTreeMap;

use egret_core::job_data::to_microseconds;
use egret_core::{QueueRecord, Result, Timestamp};
use redis::from_redis_value;

use super::Store;
use super::format::Format;
use super::script_reply::moment;
use super::writes::Writes;

impl<F: Format> Store<F> {
    pub(super) async fn pause_queue(&self, queue: &str) -> Result<()> {
        let now = to_microseconds(self.server_time().await?).to_string();
        let mut writes = Writes::one(["HSETNX", &self.keys.pauses, queue, &now]);
        if let Some(others) = &self.layout().other_pauses {
            writes.add(["SADD", others, queue]);
        }
        self.driver.tell_atomically("pause a queue", &writes.to_transaction()).await.map(drop)
    }

    pub(super) async fn resume_queue(&self, queue: &str) -> Result<()> {
        let mut writes = Writes::one(["HDEL", &self.keys.pauses, queue]);
        if let Some(others) = &self.layout().other_pauses {
            writes.add(["SREM", others, queue]);
        }
        writes.add(["PUBLISH", &self.keys.hints, ""]);
        self.driver.tell_atomically("resume a queue", &writes.to_transaction()).await.map(drop)
    }

    pub(super) async fn queue_records(&self) -> Result<Vec<QueueRecord>> {
        let paused = self.paused_queues().await?;
        let known = self.look_for_queues().await?;
        let mut queues: BTreeMap<String, Option<Timestamp>> = known.iter().map(|name| (name.clone(), None)).collect();
        queues.extend(paused.into_iter().map(|(name, at)| (name, Some(at))));
        Ok(queues.into_iter().map(|(name, paused_at)| QueueRecord { name, paused_at }).collect())
    }

    /// Whether the one text that pauses every worker says so, where a format has one (Resque 3.0, `lib/resque/worker.rb`,
    /// `paused?`: the word `true`, in any case and with blanks around).
    async fn is_all_paused(&self) -> Result<bool> {
        let Some(key) = &self.layout().pause_all else { return Ok(false) };
        let mut command = redis::cmd("GET");
        command.arg(key);
        let word: Option<String> = self.driver.ask("look for paused queues", &command).await?;
        Ok(word.is_some_and(|word| word.trim().eq_ignore_ascii_case("true")))
    }

    /// Queues that are paused, by us or by others, who say not since when.
    pub(super) async fn paused_queues(&self) -> Result<BTreeMap<String, Timestamp>> {
        let mut pipeline = redis::pipe();
        pipeline.cmd("HGETALL").arg(&self.keys.pauses);
        if let Some(others) = &self.layout().other_pauses {
            pipeline.cmd("SMEMBERS").arg(others);
        }
        let mut answers = self.driver.ask_all("look for paused queues", &pipeline).await?.into_iter();
        let ours: Vec<(String, String)> =
            answers.next().and_then(|pairs| from_redis_value(pairs).ok()).unwrap_or_default();
        let theirs: Vec<String> = answers.next().and_then(|names| from_redis_value(names).ok()).unwrap_or_default();
        let theirs = if self.is_all_paused().await? { self.look_for_queues().await?.to_vec() } else { theirs };
        let mut paused: BTreeMap<String, Timestamp> =
            theirs.into_iter().map(|name| (name, Timestamp::UNIX_EPOCH)).collect();
        paused.extend(ours.into_iter().map(|(name, at)| (name, moment(&at))));
        Ok(paused)
    }
}
