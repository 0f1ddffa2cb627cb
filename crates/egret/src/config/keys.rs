//! The keys that a configuration may have.

/// A key by its dotted path, below a section or beside the sections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) path: &'static str,
    pub(super) shape: Shape,
}

/// What a key holds, as far as telling a list from a single value goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// One value.
    Single,
    /// A list; a variable or a flag writes it with commas.
    List,
    /// A mapping with keys of its own, which only a file can write.
    Tree,
}

/// The keys of a section.
///
/// The first seven but `polling.weights` are SHIRASAGI's (1.21.0, `config/defaults/job.yml`).
pub(super) const SECTION: [Key; 15] = [
    single("name"),
    single("mode"),
    single("log_level"),
    list("polling.queues"),
    tree("polling.weights"),
    single("polling.interval"),
    single("size_limit_per_user"),
    single("concurrency"),
    single("shutdown_timeout"),
    single("max_services"),
    single("linger"),
    single("stuck_after"),
    single("max_memory"),
    single("max_jobs"),
    single("until_empty"),
];

/// The keys beside the sections. Their first parts are reserved: no section can have such a name.
///
/// `pool`, `keep_logs`, `head_logs` and `reload_interval` are SHIRASAGI's.
pub(super) const BESIDE: [Key; 42] = [
    single("queue_adapter"),
    single("url"),
    single("durability"),
    single("retention"),
    single("console.listen"),
    single("console.read_only"),
    list("console.trusted_proxies"),
    single("console.label"),
    single("console.session_lifetime"),
    single("console.connections_per_address"),
    tree("executor"),
    list("exec.allow"),
    list("exec.env"),
    list("exec.dirs"),
    tree("pool"),
    single("keep_logs"),
    single("keep_tasks"),
    single("head_logs"),
    single("reload_interval"),
    single("locale"),
    single("time_zone"),
    single("sidekiq.tag"),
    list("sidekiq.labels"),
    single("sidekiq.max_retries"),
    single("sidekiq.dead_max_jobs"),
    single("sidekiq.dead_timeout"),
    single("sidekiq.average_scheduled_poll_interval"),
    single("sidekiq.poll_interval_average"),
    single("resque.scheduler_lock_prefix"),
    single("delayed_job.max_attempts"),
    single("delayed_job.max_run_time"),
    single("delayed_job.destroy_failed_jobs"),
    single("delayed_job.default_priority"),
    single("delayed_job.default_queue_name"),
    tree("delayed_job.queue_attributes"),
    single("delayed_job.min_priority"),
    single("delayed_job.max_priority"),
    single("delayed_job.sleep_delay"),
    tree("delayed_job.job_attributes"),
    single("delayed_job.delay_jobs"),
    single("delayed_job.default_timezone"),
    single("delayed_job.max_handler_size"),
];

const fn single(path: &'static str) -> Key {
    Key { path, shape: Shape::Single }
}

const fn list(path: &'static str) -> Key {
    Key { path, shape: Shape::List }
}

const fn tree(path: &'static str) -> Key {
    Key { path, shape: Shape::Tree }
}

impl Key {
    /// The first part of the path: `polling` of `polling.queues`.
    pub(super) fn head(&self) -> &'static str {
        self.path.split_once('.').map_or(self.path, |(head, _)| head)
    }

    /// The environment variable that sets the key: `EGRET_POLLING_QUEUES`.
    pub(super) fn variable(&self) -> String {
        format!("EGRET_{}", self.path.to_uppercase().replace('.', "_"))
    }
}

/// Whether `name` is taken by a key beside the sections.
pub(super) fn is_reserved(name: &str) -> bool {
    BESIDE.iter().any(|key| key.head() == name)
}

/// What may stand directly under the path `above` (empty for the top) among `keys`.
pub(super) fn children(keys: &[Key], above: &str) -> Vec<&'static str> {
    let mut names = Vec::new();
    for key in keys {
        let below = match above {
            "" => Some(key.path),
            _ => key.path.strip_prefix(above).and_then(|rest| rest.strip_prefix('.')),
        };
        let name = below.map(|below| below.split_once('.').map_or(below, |(head, _)| head));
        names.extend(name.filter(|name| !names.contains(name)));
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_what_stands_under_a_path() {
        assert_eq!(children(&SECTION, "polling"), ["queues", "weights", "interval"]);
        assert_eq!(children(&BESIDE, "exec"), ["allow", "env", "dirs"]);
        assert_eq!(children(&SECTION, "")[..4], ["name", "mode", "log_level", "polling"]);
        assert!(children(&SECTION, "name").is_empty());
    }

    #[test]
    fn a_variable_is_the_path_in_capitals() {
        assert_eq!(list("polling.queues").variable(), "EGRET_POLLING_QUEUES");
    }
}
