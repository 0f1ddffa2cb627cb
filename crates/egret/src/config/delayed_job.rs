//! `delayed_job`: what only stores on Delayed Job's table have.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::tz::TimeZone;

use super::reader::Reader;

/// What only stores on Delayed Job's table have, under the names that Ruby gives it (delayed_job 4.1,
/// `lib/delayed/worker.rb`). `None` is what that store does by itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct DelayedJobSettings {
    /// `delayed_job.max_attempts`: runs in all, the first included. Without it: 25.
    pub max_attempts: Option<u64>,
    /// `delayed_job.max_run_time`: after how long a lock no longer counts; not longer than what Ruby's workers on the same
    /// table have. Without it: 4 hours.
    pub max_run_time: Option<Duration>,
    /// `delayed_job.destroy_failed_jobs`: whether a job that is given up goes. Without it: yes.
    pub destroy_failed_jobs: Option<bool>,
    /// `delayed_job.default_priority`: the priority of jobs that name none. Without it: 0.
    pub default_priority: Option<i64>,
    /// `delayed_job.default_queue_name`: the queue of jobs of Delayed Job's own kinds that name none. Without it: none.
    pub default_queue_name: Option<String>,
    /// `delayed_job.queue_attributes.QUEUE.priority`: the priority of jobs in the queue that name none.
    pub queue_priorities: BTreeMap<String, i64>,
    /// `delayed_job.min_priority`: jobs of smaller priorities are left to others. Without it: of none.
    pub min_priority: Option<i64>,
    /// `delayed_job.max_priority`: jobs of larger priorities are left to others. Without it: of none.
    pub max_priority: Option<i64>,
    /// `delayed_job.sleep_delay`: between two looks for work of a service that waits. Without it: 0.1 s, where Ruby's workers
    /// have 5 s.
    pub sleep_delay: Option<Duration>,
    /// `delayed_job.job_attributes.CLASS`: what differs for jobs of the class.
    pub job_attributes: BTreeMap<String, JobAttributes>,
    /// `delayed_job.delay_jobs`: whether jobs wait in the table; else whoever enqueues one performs it at once, and no row is
    /// made. Without it: yes.
    pub delay_jobs: Option<bool>,
    /// `delayed_job.default_timezone`: the zone whose clocks the times in the table are, `utc`, `local` for that of the
    /// process, or the name of a zone: what Active Record is told under the same name. Without it: UTC.
    pub default_timezone: Option<TimeZone>,
    /// `delayed_job.max_handler_size`: a handler of more bytes is not read, nor written. Without it: 1 MiB.
    pub max_handler_size: Option<u64>,
}

/// What differs for jobs of one class: what methods of the class say in Ruby.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct JobAttributes {
    /// `max_attempts`: runs in all, the first included.
    pub max_attempts: Option<u64>,
    /// `reschedule_in`: how long a job that has failed waits for its next run, each time.
    pub reschedule_in: Option<Duration>,
    /// `destroy_failed_jobs`: whether a job that is given up goes.
    pub destroy_failed_jobs: Option<bool>,
}

impl JobAttributes {
    /// The names under which they are written.
    pub(super) const NAMES: [&str; 3] = ["max_attempts", "reschedule_in", "destroy_failed_jobs"];

    fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            max_attempts: reader.positive_number("max_attempts"),
            reschedule_in: reader.positive_duration("reschedule_in"),
            destroy_failed_jobs: reader.boolean("destroy_failed_jobs"),
        }
    }
}

impl DelayedJobSettings {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let mut queue_priorities = BTreeMap::new();
        for queue in reader.keys_of("delayed_job.queue_attributes") {
            if let Some(priority) = reader.whole_number_in(&["delayed_job", "queue_attributes", &queue, "priority"]) {
                queue_priorities.insert(queue, priority);
            }
        }
        Self {
            max_attempts: reader.positive_number("delayed_job.max_attempts"),
            max_run_time: reader.positive_duration("delayed_job.max_run_time"),
            destroy_failed_jobs: reader.boolean("delayed_job.destroy_failed_jobs"),
            default_priority: reader.whole_number("delayed_job.default_priority"),
            default_queue_name: reader.text("delayed_job.default_queue_name"),
            queue_priorities,
            min_priority: reader.whole_number("delayed_job.min_priority"),
            max_priority: reader.whole_number("delayed_job.max_priority"),
            sleep_delay: reader.positive_duration("delayed_job.sleep_delay"),
            job_attributes: reader.each_below("delayed_job.job_attributes", JobAttributes::read).into_iter().collect(),
            delay_jobs: reader.boolean("delayed_job.delay_jobs"),
            default_timezone: reader.clock_zone("delayed_job.default_timezone"),
            max_handler_size: reader.bytes("delayed_job.max_handler_size"),
        }
    }
}
