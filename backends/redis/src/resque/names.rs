//! Names of Resque's keys, each under the namespace.

use egret_core::Timestamp;

/// Names of keys.
#[derive(Clone, Debug)]
pub(super) struct Names {
    /// `NS:`.
    prefix: String,
    namespace: String,
    /// What stands before the name of the lock of resque-scheduler.
    lock_prefix: Option<String>,
}

impl Names {
    pub(super) fn new(namespace: &str, lock_prefix: Option<String>) -> Self {
        Self { prefix: format!("{namespace}:"), namespace: namespace.to_owned(), lock_prefix }
    }

    pub(super) fn key(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    /// Begin of every key that is ours alone.
    pub(super) fn own(&self) -> String {
        self.key("egret:")
    }

    pub(super) fn queues(&self) -> String {
        self.key("queues")
    }

    pub(super) fn queue_prefix(&self) -> String {
        self.key("queue:")
    }

    pub(super) fn workers(&self) -> String {
        self.key("workers")
    }

    /// Begin of the records of what workers do.
    pub(super) fn worker_prefix(&self) -> String {
        self.key("worker:")
    }

    pub(super) fn heartbeats(&self) -> String {
        self.key("workers:heartbeat")
    }

    pub(super) fn pruning(&self) -> String {
        self.key("pruning_dead_workers_in_progress")
    }

    pub(super) fn pause_all(&self) -> String {
        self.key("pause-all-workers")
    }

    /// Begin of the counters; `processed` or `failed` follows, for one worker then its id.
    pub(super) fn stat_prefix(&self) -> String {
        self.key("stat:")
    }

    pub(super) fn failed(&self) -> String {
        self.key("failed")
    }

    /// The set of the lists of failures of the backend that has one for each queue.
    pub(super) fn failed_queues(&self) -> String {
        self.key("failed_queues")
    }

    pub(super) fn schedule(&self) -> String {
        self.key("delayed_queue_schedule")
    }

    /// Begin of the lists of what is due at one second.
    pub(super) fn bucket_prefix(&self) -> String {
        self.key("delayed:")
    }

    /// Begin of the sets that say in which lists an item lies.
    pub(super) fn timestamps_prefix(&self) -> String {
        self.key("timestamps:")
    }

    /// The locks of schedulers. resque-scheduler 5.0 prefixes its own twice (`lib/resque/scheduler/locking.rb`, within a
    /// client that prefixes again); node-resque 9.7 has another (`core/scheduler.ts`). They do not exclude each other.
    /// The former may have a word before its name (`RESQUE_SCHEDULER_MASTER_LOCK_PREFIX`).
    pub(super) fn scheduler_locks(&self) -> [String; 2] {
        let word = self.lock_prefix.as_ref().map_or_else(String::new, |word| format!("{word}:"));
        [
            self.key(&format!("{}:{word}resque_scheduler_master_lock", self.namespace)),
            self.key("resque_scheduler_leader_lock"),
        ]
    }
}

/// The second of a delayed job: its fraction is cut, as by resque-scheduler.
pub(super) fn second(at: Timestamp) -> i64 {
    at.as_second() - i64::from(at.subsec_nanosecond() < 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_under_the_namespace() {
        let names = Names::new("resque:GitHub", None);
        assert_eq!(names.queue_prefix(), "resque:GitHub:queue:");
        assert_eq!(
            names.scheduler_locks(),
            ["resque:GitHub:resque:GitHub:resque_scheduler_master_lock", "resque:GitHub:resque_scheduler_leader_lock"]
        );
    }

    #[test]
    fn a39_the_lock_of_schedulers_may_have_a_word_before_it() {
        let [ruby, node] = Names::new("resque", Some("blue".to_owned())).scheduler_locks();
        assert_eq!(ruby, "resque:resque:blue:resque_scheduler_master_lock");
        assert_eq!(node, "resque:resque_scheduler_leader_lock");
    }

    #[test]
    fn seconds_are_cut() {
        for (text, expected) in
            [("1970-01-01T00:00:01.999Z", 1), ("1969-12-31T23:59:58.5Z", -2), ("1970-01-01T00:00:01Z", 1)]
        {
            assert_eq!(second(text.parse().unwrap()), expected, "{text}");
        }
    }
}
