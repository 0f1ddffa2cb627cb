//! What an application sets for all of its jobs.

use std::collections::BTreeMap;
use std::time::Duration;

use egret_core::Timing;
use jiff::tz::TimeZone;

use crate::yaml::Limits;

/// A lock is made young again after this part of the time for which it counts.
pub(crate) const RENEWED_AFTER: u32 = 4;

/// How a worker treats rows, with upstream's names and defaults (delayed_job 4.1, `lib/delayed/worker.rb`).
///
/// `max_run_time` must not exceed that of Ruby's workers on the same table: they take a row whose lock is older than
/// theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Runs in all, the first included. Default 25.
    pub max_attempts: u32,
    /// After how long a lock no longer counts. Default 4 hours.
    pub max_run_time: Duration,
    /// Whether a row that is given up goes. Default true; else it stays with `failed_at`.
    pub destroy_failed_jobs: bool,
    /// The priority of jobs that name none. Default 0.
    pub default_priority: i32,
    /// The queue of jobs that name none. Default the unnamed one.
    pub default_queue_name: Option<String>,
    /// The priority of jobs that name none, by their queue. Default none.
    pub queue_priorities: BTreeMap<String, i32>,
    /// Rows of smaller priorities are left to others. Default: of none.
    pub min_priority: Option<i32>,
    /// Rows of larger priorities are left to others. Default: of none.
    pub max_priority: Option<i32>,
    /// What differs for jobs of some classes. Default: nothing.
    pub classes: BTreeMap<String, ClassSettings>,
    /// Whether jobs wait in the table; else whoever enqueues one performs it at once, and no row is made. Default true.
    pub delay_jobs: bool,
    /// The zone whose clocks the times of the columns are: UTC, unless the application sets Active Record's
    /// `default_timezone` to `:local`. Default UTC.
    pub time_zone: TimeZone,
    /// Handlers beyond this are not read, nor written. Default 1 MiB, 100 levels, 100,000 values.
    pub limits: Limits,
}

/// What differs for jobs of one class: what methods of the class say in Ruby (delayed_job 4.1, `README.md`, "Custom Jobs").
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClassSettings {
    /// Runs in all, the first included.
    pub max_attempts: Option<u32>,
    /// How long a job that has failed waits for its next run, each time.
    pub reschedule_in: Option<Duration>,
    /// Whether a row that is given up goes.
    pub destroy_failed_jobs: Option<bool>,
}

/// What becomes of a job of a class that fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FailureRules {
    /// Runs in all, the first included.
    pub max_attempts: u32,
    /// How long it waits for its next run; `None` for the formula.
    pub reschedule_in: Option<Duration>,
    /// Whether its row goes when it is given up.
    pub destroy_failed_jobs: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            max_attempts: 25,
            max_run_time: Duration::from_secs(4 * 3600),
            destroy_failed_jobs: true,
            default_priority: 0,
            default_queue_name: None,
            queue_priorities: BTreeMap::new(),
            min_priority: None,
            max_priority: None,
            classes: BTreeMap::new(),
            delay_jobs: true,
            time_zone: TimeZone::UTC,
            limits: Limits::default(),
        }
    }
}

impl Settings {
    /// The shortest `max_run_time` with which locks outlast a service that the database no longer hears. With a shorter one a lock
    /// may be over before the service gives its jobs up by itself, so that another worker runs them beside it.
    pub fn shortest_run_time(timing: &Timing) -> Duration {
        // The last beat that the database heard may have found a lock that was just too young to be renewed.
        (timing.beat + timing.self_fence) * RENEWED_AFTER / (RENEWED_AFTER - 1)
    }

    /// What becomes of a job of the class that fails.
    pub fn rules_of(&self, class: &str) -> FailureRules {
        let own = self.classes.get(class).cloned().unwrap_or_default();
        FailureRules {
            max_attempts: own.max_attempts.unwrap_or(self.max_attempts),
            reschedule_in: own.reschedule_in,
            destroy_failed_jobs: own.destroy_failed_jobs.unwrap_or(self.destroy_failed_jobs),
        }
    }

    /// The queue of a job that names this one.
    pub fn queue_of(&self, named: Option<&str>) -> Option<String> {
        named.map(str::to_owned).or_else(|| self.default_queue_name.clone())
    }

    /// The priority of a job in the queue that names this one.
    pub fn priority_of(&self, named: Option<i32>, queue: Option<&str>) -> i32 {
        let of_queue = || queue.and_then(|queue| self.queue_priorities.get(queue).copied());
        named.or_else(of_queue).unwrap_or(self.default_priority)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_may_have_rules_of_its_own() {
        let own = ClassSettings { max_attempts: Some(3), ..ClassSettings::default() };
        let settings = Settings { classes: BTreeMap::from([("A".to_owned(), own)]), ..Settings::default() };
        let rules = settings.rules_of("A");
        assert_eq!((rules.max_attempts, rules.reschedule_in, rules.destroy_failed_jobs), (3, None, true));
        assert_eq!(settings.rules_of("B").max_attempts, 25);
    }

    #[test]
    fn locks_outlast_a_service_that_is_cut_off() {
        let timing = Timing::default();
        let shortest = Settings::shortest_run_time(&timing);
        // As old as it can be at a beat that does not renew it, then no further beat until the service gives up.
        assert_eq!(shortest / RENEWED_AFTER + timing.beat + timing.self_fence, shortest);
        assert!(Settings::default().max_run_time > shortest);
    }

    #[test]
    fn queue_and_priority_come_from_the_job_then_the_queue_then_the_default() {
        let settings = Settings {
            default_priority: 4,
            default_queue_name: Some("dq".to_owned()),
            queue_priorities: BTreeMap::from([("hi".to_owned(), -3)]),
            ..Settings::default()
        };
        assert_eq!(settings.queue_of(None).as_deref(), Some("dq"));
        assert_eq!(settings.queue_of(Some("hi")).as_deref(), Some("hi"));
        assert_eq!(settings.priority_of(None, Some("dq")), 4);
        assert_eq!(settings.priority_of(None, Some("hi")), -3);
        assert_eq!(settings.priority_of(Some(0), Some("hi")), 0, "a priority that is given wins");
        assert_eq!((Settings::default().queue_of(None), Settings::default().priority_of(None, None)), (None, 0));
    }
}
