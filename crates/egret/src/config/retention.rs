//! `retention`: for how long, and in how much room, finished jobs are kept.

use std::time::Duration;

use egret_core::Retention;

use super::reader::Reader;

/// The keys of the long form; a single duration stands for all three states.
pub(super) const KEYS: [&str; 4] = ["completed", "discarded", "cancelled", "max_size"];

/// Reads `retention`: a duration for every state, or a mapping `{completed: 1d, discarded: 30d, max_size: 2G}`. A state that
/// is not written is kept as long as logs are. As for `keep_logs`, 0, a negative number and nothing mean for ever.
pub(super) fn read(reader: &mut Reader<'_>, keep_logs: Option<Duration>) -> Retention {
    let for_all = |age| Retention { completed: age, discarded: age, cancelled: age, max_bytes: None };
    if !reader.is_written("retention") {
        return for_all(keep_logs);
    }
    if !reader.is_mapping("retention") {
        return for_all(reader.keeping_time("retention"));
    }
    let mut age_of = |state: &str| {
        let path = format!("retention.{state}");
        if reader.has(&path) { reader.keeping_time(&path) } else { keep_logs }
    };
    Retention {
        completed: age_of("completed"),
        discarded: age_of("discarded"),
        cancelled: age_of("cancelled"),
        max_bytes: reader.keeping_size("retention.max_size"),
    }
}
