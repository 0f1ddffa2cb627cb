//! What differs between two readings of a configuration, for the service that runs one section of it.

use super::Config;
use super::keys::{BESIDE, Key, SECTION, Shape};
use super::store_url::StoreUrl;
use super::value::Value;

/// Keys of a section that a running service takes over.
const TAKEN_OVER: [&str; 8] = [
    "log_level",
    "polling.queues",
    "polling.weights",
    "concurrency",
    "shutdown_timeout",
    "linger",
    "max_memory",
    "max_jobs",
];
/// The same beside the sections; the first part of a path counts for all below it.
const TAKEN_OVER_BESIDE: [&str; 2] = ["retention", "keep_logs"];
/// Keys that other programs read: pages and commands, each time anew.
const READ_BY_OTHERS: [&str; 6] = ["stuck_after", "console", "reload_interval", "queue_adapter", "locale", "time_zone"];

/// A key whose value differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Changed {
    /// Its path below the section, or beside the sections.
    pub(crate) key: &'static str,
    /// What held before; `-` for nothing, `…` for what is too long or too secret for a log.
    pub(crate) before: String,
    /// What the files say now.
    pub(crate) after: String,
    /// When it takes effect.
    pub(crate) effect: Effect,
}

/// When a changed value takes effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// At once.
    Now,
    /// With the next start of the process.
    Restart,
}

/// The keys of the section, and beside the sections, whose effective values differ and mean something to a service.
pub(crate) fn changes(before: &Config, after: &Config, section: &str) -> Vec<Changed> {
    let of_section = SECTION.iter().filter_map(|key| {
        let path = format!("{section}.{}", key.path);
        changed(key, &path, [before, after], &TAKEN_OVER)
    });
    let beside = BESIDE.iter().filter_map(|key| changed(key, key.path, [before, after], &TAKEN_OVER_BESIDE));
    of_section.chain(beside).collect()
}

fn changed(key: &Key, path: &str, configs: [&Config; 2], taken_over: &[&str]) -> Option<Changed> {
    let is_among = |paths: &[&str]| paths.iter().any(|path| *path == key.path || *path == key.head());
    if is_among(&READ_BY_OTHERS) {
        return None;
    }
    let [before, after] = configs.map(|config| config.values().as_mapping().and_then(|values| values.at(path)));
    let [written_before, written_after] = [before, after].map(written);
    if written_before == written_after {
        return None;
    }
    Some(Changed {
        key: key.path,
        before: shown(key, written_before),
        after: shown(key, written_after),
        effect: if is_among(taken_over) { Effect::Now } else { Effect::Restart },
    })
}

fn written(value: Option<&Value>) -> Option<String> {
    value.filter(|value| !value.is_null()).map(|value| value.content.to_string())
}

/// The value for a log, without passwords.
fn shown(key: &Key, written: Option<String>) -> String {
    match written {
        None => "-".to_owned(),
        Some(_) if key.shape == Shape::Tree => "…".to_owned(),
        Some(text) if key.path == "url" => StoreUrl::new(text).map_or_else(|| "…".to_owned(), |url| url.to_string()),
        Some(text) => text,
    }
}

#[cfg(test)]
mod tests {
    use super::super::LoadOptions;
    use super::*;

    fn config(text: &str) -> Config {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("config")).unwrap();
        std::fs::write(folder.path().join("config/job.yml"), text).unwrap();
        Config::load(&LoadOptions::in_folder(folder.path())).unwrap()
    }

    fn between(before: &str, after: &str) -> Vec<(&'static str, String, String, Effect)> {
        let changes = changes(&config(before), &config(after), "default");
        changes.into_iter().map(|change| (change.key, change.before, change.after, change.effect)).collect()
    }

    #[test]
    fn the_same_values_are_no_change_wherever_they_stand() {
        assert_eq!(between("default:\n  linger: 1s\n", "default:\n\n  # later\n  linger: 1s\n"), []);
        assert_eq!(between("default:\n  stuck_after: 1h\n", "default:\n  stuck_after: 2h\n"), []);
        assert_eq!(between("other:\n  name: a\n", "other:\n  name: b\n"), []);
    }

    #[test]
    fn tells_what_takes_effect_now_and_what_with_the_next_start() {
        let changes = between(
            "default:\n  concurrency: 2\n  mode: service\n",
            "default:\n  concurrency: 3\n  mode: on_demand\n  max_jobs: 5\n  polling:\n    queues: [a, b]\nkeep_logs: 1d\n",
        );
        let of =
            |key: &str| changes.iter().find(|change| change.0 == key).unwrap_or_else(|| panic!("{key}: {changes:?}"));
        assert_eq!(of("concurrency").clone(), ("concurrency", "2".into(), "3".into(), Effect::Now));
        assert_eq!(of("mode").clone(), ("mode", "service".into(), "on_demand".into(), Effect::Restart));
        assert_eq!(of("max_jobs").clone(), ("max_jobs", "-".into(), "5".into(), Effect::Now));
        assert_eq!((of("polling.queues").2.as_str(), of("polling.queues").3), ("[a, b]", Effect::Now));
        assert_eq!(of("keep_logs").3, Effect::Now);
    }

    #[test]
    fn shows_no_secrets() {
        let changes = between("url: postgres://a:s3cr@db/x\n", "url: postgres://a:s3cr2@db/y\n");
        assert_eq!(changes[0].2, "postgres://a:***@db/y");
        let changes = between("console:\n  label: a\nexecutor:\n  a: 1\n", "console:\n  label: b\nexecutor:\n  a: 2\n");
        assert_eq!(changes, [("executor", "…".into(), "…".into(), Effect::Restart)]);
    }
}
