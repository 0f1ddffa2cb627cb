//! The variables by which workers of Resque are told what to do.
//!
//! Source: Resque 3.0.0, `lib/resque/tasks.rb` and `lib/resque/worker.rb`; of the scheduler and of the add-on for several
//! jobs a fork, their manuals.

use std::collections::BTreeMap;

use super::super::error::Problem;
use super::super::value::{Content, Origin, Value};
use super::super::variables::Assignment;
use super::{invalid, list, means_nothing, value};

/// How the scheme of a store of Resque's begins.
pub(super) const SCHEME: &str = "resque";

/// What a variable is to us.
#[derive(Clone, Copy)]
enum Meaning {
    /// The queues, of which the other variable's win.
    Queues,
    /// The longest pause between two looks; 0 for none at all: who finds nothing leaves.
    Interval,
    /// Jobs at once.
    Concurrency,
    /// How long jobs may go on after a stop.
    ShutdownTimeout,
    /// The word before the name of the lock of schedulers.
    LockPrefix,
    /// The logs of jobs take debug lines.
    Debug,
    /// It already is so here.
    AsHere,
    /// Nothing, for the reason that this message says.
    Nothing(&'static str),
}

const NO_FORK: &str = "config-nothing-fork";
const ENDS_GRACEFULLY: &str = "config-nothing-graceful";
const IS_WOKEN: &str = "config-nothing-woken";
const SUPERVISED: &str = "config-nothing-supervised";
const SCHEDULED: &str = "config-nothing-scheduled";

/// Each variable with its meaning.
const MEANINGS: [(&str, Meaning); 28] = [
    ("QUEUES", Meaning::Queues),
    ("QUEUE", Meaning::Queues),
    ("MAX_INTERVAL", Meaning::Interval),
    ("INTERVAL", Meaning::Interval),
    ("COUNT", Meaning::Concurrency),
    ("RESQUE_PRE_SHUTDOWN_TIMEOUT", Meaning::ShutdownTimeout),
    ("VVERBOSE", Meaning::Debug),
    ("VERBOSE", Meaning::AsHere),
    ("LOGGING", Meaning::AsHere),
    ("GRACEFUL_TERM", Meaning::AsHere),
    ("MIN_INTERVAL", Meaning::Nothing(IS_WOKEN)),
    ("BACKOFF_INTERVAL", Meaning::Nothing(IS_WOKEN)),
    ("TERM_CHILD", Meaning::Nothing(ENDS_GRACEFULLY)),
    ("RESQUE_TERM_TIMEOUT", Meaning::Nothing(ENDS_GRACEFULLY)),
    ("FORK_PER_JOB", Meaning::Nothing(NO_FORK)),
    ("RUN_AT_EXIT_HOOKS", Meaning::Nothing(NO_FORK)),
    ("JOBS_PER_FORK", Meaning::Nothing(NO_FORK)),
    ("MINUTES_PER_FORK", Meaning::Nothing(NO_FORK)),
    ("BACKGROUND", Meaning::Nothing(SUPERVISED)),
    ("PIDFILE", Meaning::Nothing(SUPERVISED)),
    ("RESQUE_PROCLINE_PREFIX", Meaning::Nothing("config-nothing-procline")),
    ("FAILURE_BACKEND", Meaning::Nothing("config-nothing-failure-backend")),
    ("RESQUE_SCHEDULER_INTERVAL", Meaning::Nothing(SCHEDULED)),
    ("RESQUE_SCHEDULER_MASTER_LOCK_PREFIX", Meaning::LockPrefix),
    ("DELAYED_REQUEUE_BATCH_SIZE", Meaning::Nothing(SCHEDULED)),
    ("DYNAMIC_SCHEDULE", Meaning::Nothing("config-nothing-recurring")),
    ("APP_NAME", Meaning::Nothing(SUPERVISED)),
    ("LOGFILE", Meaning::Nothing("config-nothing-log-file")),
];

/// The names of the variables.
pub(in super::super) const VARIABLES: [&str; MEANINGS.len()] = {
    let mut names = [""; MEANINGS.len()];
    let mut index = 0;
    while index < names.len() {
        names[index] = MEANINGS[index].0;
        index += 1;
    }
    names
};

/// What the variables set. One that is empty counts as not set.
pub(super) fn read(
    variables: &BTreeMap<String, String>,
    problems: &mut Vec<Problem>,
    remarks: &mut Vec<Problem>,
) -> Vec<Assignment> {
    let set = |name: &str| variables.get(name).map(String::as_str).filter(|value| !value.is_empty());
    let mut assignments: Vec<Assignment> = Vec::new();
    for (name, meaning) in MEANINGS {
        let Some(text) = set(name) else { continue };
        let origin = Origin::Variable(name.to_owned());
        let assignment =
            match meaning {
                Meaning::Queues if name == "QUEUE" && set("QUEUES").is_some() => None,
                Meaning::Interval if name == "INTERVAL" && set("MAX_INTERVAL").is_some() && !is_zero(text) => None,
                Meaning::Queues => queues(name, text, &origin, problems),
                // Whatever `MAX_INTERVAL` says: the shortest pause is what ends a worker of Ruby's (`lib/resque/worker.rb`, `work`).
                Meaning::Interval if is_zero(text) && name == "INTERVAL" => {
                    Some(Assignment::in_sections("until_empty", value(Content::Boolean(true), &origin)))
                }
                Meaning::LockPrefix => Some(Assignment::beside("resque.scheduler_lock_prefix", value(text, &origin))),
                Meaning::Interval => seconds(name, text, &origin, problems)
                    .map(|value| Assignment::in_sections("polling.interval", value)),
                Meaning::ShutdownTimeout => seconds(name, text, &origin, problems)
                    .map(|value| Assignment::in_sections("shutdown_timeout", value)),
                Meaning::Concurrency => {
                    count(name, text, &origin, problems).map(|value| Assignment::in_sections("concurrency", value))
                }
                Meaning::Debug => Some(Assignment::in_sections("log_level", value("debug", &origin))),
                Meaning::AsHere => None,
                Meaning::Nothing(reason) => {
                    remarks.push(means_nothing(name, reason, &origin));
                    None
                }
            };
        assignments.extend(assignment);
    }
    if !assignments.is_empty() || VARIABLES.iter().any(|name| set(name).is_some()) {
        // Nothing else starts workers of Resque but an operator.
        let origin = Origin::Variable("QUEUE".to_owned());
        assignments.push(Assignment::in_sections("mode", value("service", &origin)));
    }
    assignments
}

/// Split at commas, without the blanks around.
fn queues(name: &str, text: &str, origin: &Origin, problems: &mut Vec<Problem>) -> Option<Assignment> {
    let names: Vec<String> =
        text.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect();
    // Exclusions alone name none.
    if names.iter().all(|name| name.starts_with('!')) {
        problems.push(invalid(name, text, origin, "config-expected-resque-queues"));
        return None;
    }
    Some(Assignment::in_sections("polling.queues", list(names, origin)))
}

fn is_zero(text: &str) -> bool {
    text.trim().parse::<f64>().is_ok_and(|number| number == 0.0)
}

fn seconds(name: &str, text: &str, origin: &Origin, problems: &mut Vec<Problem>) -> Option<Value> {
    let number = text.trim().parse::<f64>().ok().filter(|number| number.is_finite() && *number >= 0.0);
    if number.is_none() {
        problems.push(invalid(name, text, origin, "config-expected-resque-seconds"));
    }
    number.map(|number| value(Content::Float(number), origin))
}

fn count(name: &str, text: &str, origin: &Origin, problems: &mut Vec<Problem>) -> Option<Value> {
    let number = text.trim().parse::<i64>().ok().filter(|number| *number > 0);
    if number.is_none() {
        problems.push(invalid(name, text, origin, "config-expected-positive"));
    }
    number.map(|number| value(Content::Integer(number), origin))
}
