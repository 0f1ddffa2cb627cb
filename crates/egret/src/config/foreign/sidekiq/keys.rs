//! The keys of Sidekiq's file, and what each is to us.

use super::super::super::error::{Problem, did_you_mean};
use super::super::super::value::Mapping;
use super::super::means_nothing;
use crate::language::Sentence;

/// What a key is to us. `…Beside` stands beside the sections, the others in each section.
#[derive(Clone, Copy)]
pub(super) enum Meaning {
    Count(&'static str),
    CountBeside(&'static str),
    NumberBeside(&'static str),
    Time(&'static str),
    TimeBeside(&'static str),
    TextBeside(&'static str),
    ListBeside(&'static str),
    Verbose,
    Queues,
    Capsules,
    /// Nothing, for the reason that this message says.
    Nothing(&'static str),
}

const OF_RUBY: &str = "config-nothing-ruby";
const SUPERVISED: &str = "config-nothing-supervised";
const OF_LOGS: &str = "config-nothing-log-lines";
const OF_ADD_ON: &str = "config-nothing-add-on";
const HAS_NO_EFFECT: &str = "config-nothing-there-either";

/// Every key that Sidekiq knows, and those of add-ons that many files have.
pub(super) const MEANINGS: [(&str, Meaning); 36] = [
    ("concurrency", Meaning::Count("concurrency")),
    ("timeout", Meaning::Time("shutdown_timeout")),
    ("queues", Meaning::Queues),
    ("capsules", Meaning::Capsules),
    ("verbose", Meaning::Verbose),
    ("tag", Meaning::TextBeside("sidekiq.tag")),
    ("labels", Meaning::ListBeside("sidekiq.labels")),
    ("max_retries", Meaning::NumberBeside("sidekiq.max_retries")),
    ("dead_max_jobs", Meaning::CountBeside("sidekiq.dead_max_jobs")),
    ("dead_timeout_in_seconds", Meaning::TimeBeside("sidekiq.dead_timeout")),
    ("average_scheduled_poll_interval", Meaning::TimeBeside("sidekiq.average_scheduled_poll_interval")),
    ("poll_interval_average", Meaning::TimeBeside("sidekiq.poll_interval_average")),
    ("environment", Meaning::Nothing("config-nothing-environment")),
    ("require", Meaning::Nothing(OF_RUBY)),
    ("fetch_class", Meaning::Nothing(OF_RUBY)),
    ("fetch", Meaning::Nothing(OF_RUBY)),
    ("backtrace_cleaner", Meaning::Nothing(OF_RUBY)),
    ("error_handlers", Meaning::Nothing(OF_RUBY)),
    ("death_handlers", Meaning::Nothing(OF_RUBY)),
    ("lifecycle_events", Meaning::Nothing(OF_RUBY)),
    ("reloader", Meaning::Nothing(OF_RUBY)),
    ("daemon", Meaning::Nothing(SUPERVISED)),
    ("pidfile", Meaning::Nothing(SUPERVISED)),
    ("logfile", Meaning::Nothing("config-nothing-log-file")),
    ("skip_default_job_logging", Meaning::Nothing(OF_LOGS)),
    ("logged_job_attributes", Meaning::Nothing(OF_LOGS)),
    ("strict", Meaning::Nothing(HAS_NO_EFFECT)),
    ("index", Meaning::Nothing(HAS_NO_EFFECT)),
    ("redis_idle_timeout", Meaning::Nothing("config-nothing-connections")),
    ("max_iteration_runtime", Meaning::Nothing("config-nothing-iteration")),
    ("health_check", Meaning::Nothing("config-nothing-health")),
    ("scheduler", Meaning::Nothing(OF_ADD_ON)),
    ("schedule", Meaning::Nothing(OF_ADD_ON)),
    ("dynamic", Meaning::Nothing(OF_ADD_ON)),
    ("limits", Meaning::Nothing(OF_ADD_ON)),
    ("process_limits", Meaning::Nothing(OF_ADD_ON)),
];

/// Reports keys that are unknown, and remarks on those that mean nothing here.
pub(super) fn report(settings: &Mapping, problems: &mut Vec<Problem>, remarks: &mut Vec<Problem>) {
    for (name, value) in settings.iter() {
        match MEANINGS.iter().find(|(known, _)| *known == name) {
            Some((_, Meaning::Nothing(reason))) => {
                remarks.push(means_nothing(name, reason, &value.origin));
            }
            Some(_) => {}
            // The keys of another environment.
            None if value.as_mapping().is_some() => {}
            None => {
                let meant = MEANINGS.iter().filter(|(_, meaning)| !matches!(meaning, Meaning::Nothing(_)));
                let hint = did_you_mean(name, meant.map(|(known, _)| *known));
                let message = Sentence::new("config-unknown-option").with("key", name);
                problems.push(Problem::new(&value.origin, message).with_hint(hint));
            }
        }
    }
}
