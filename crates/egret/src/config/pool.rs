//! `pool`: how many jobs a queue may hold.

use std::collections::BTreeMap;

use super::reader::Reader;

/// Limits by queue. A queue that is not named has no limit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PoolLimits {
    limits: BTreeMap<String, u64>,
}

impl PoolLimits {
    /// How many jobs `queue` may hold, waiting, reserved and running together; `None`: as many as you like.
    pub fn max_size(&self, queue: &str) -> Option<u64> {
        self.limits.get(queue).copied()
    }

    /// The queues that have a limit, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, u64)> {
        self.limits.iter().map(|(queue, limit)| (queue.as_str(), *limit))
    }

    /// Sets or, with `None`, lifts the limit of a queue.
    pub fn set(&mut self, queue: impl Into<String>, max_size: Option<u64>) {
        match max_size {
            Some(limit) => self.limits.insert(queue.into(), limit),
            None => self.limits.remove(&queue.into()),
        };
    }

    /// Reads `pool`. A missing `max_size` or one of 0 or less means no limit (SHIRASAGI 1.21.0,
    /// `lib/active_job/queue_adapters/shirasagi_adapter.rb`).
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let mut limits = Self::default();
        for queue in reader.keys_of("pool") {
            let max_size = reader.whole_number_in(&["pool", &queue, "max_size"]);
            limits.set(queue, max_size.and_then(|size| u64::try_from(size).ok()).filter(|size| *size > 0));
        }
        limits
    }
}
