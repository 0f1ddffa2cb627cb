//! The variables by which workers of Delayed Job are told what to do.
//!
//! Source: delayed_job 4.1.9, `lib/delayed/tasks.rb`.

use std::collections::BTreeMap;

use super::super::error::Problem;
use super::super::value::{Content, Origin};
use super::super::variables::Assignment;
use super::{invalid, list, means_nothing, value};

/// How the scheme of a store of Delayed Job's begins.
pub(super) const SCHEME: &str = "delayed-job";

/// The names of the variables.
pub(in super::super) const VARIABLES: [&str; 7] =
    ["QUEUES", "QUEUE", "MIN_PRIORITY", "MAX_PRIORITY", "SLEEP_DELAY", "READ_AHEAD", "QUIET"];

/// What the variables set. One that is empty counts as not set.
pub(super) fn read(
    variables: &BTreeMap<String, String>,
    problems: &mut Vec<Problem>,
    remarks: &mut Vec<Problem>,
) -> Vec<Assignment> {
    let set = |name: &str| variables.get(name).map(String::as_str).filter(|value| !value.is_empty());
    let mut assignments = Vec::new();
    for name in VARIABLES {
        let Some(text) = set(name) else { continue };
        let origin = Origin::Variable(name.to_owned());
        let mut number = |path: &'static str| match text.trim().parse::<i64>() {
            Ok(number) => Some(Assignment::beside(path, value(Content::Integer(number), &origin))),
            Err(_) => {
                problems.push(invalid(name, text, &origin, "config-expected-number"));
                None
            }
        };
        let assignment = match name {
            "QUEUE" if set("QUEUES").is_some() => None,
            "QUEUES" | "QUEUE" => {
                let names = text.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned);
                Some(Assignment::in_sections("polling.queues", list(names, &origin)))
            }
            "MIN_PRIORITY" => number("delayed_job.min_priority"),
            "MAX_PRIORITY" => number("delayed_job.max_priority"),
            "SLEEP_DELAY" => Some(Assignment::beside("delayed_job.sleep_delay", value(text, &origin))),
            "READ_AHEAD" => {
                remarks.push(means_nothing(name, "config-nothing-read-ahead", &origin));
                None
            }
            _ => None,
        };
        assignments.extend(assignment);
    }
    assignments
}
