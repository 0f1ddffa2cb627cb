//! The options that say in which queue, how urgently and when a job waits.

use std::time::Duration;

use clap::Args;
use egret_core::job_data::saturating_add;
use egret_core::{JobData, Timestamp};

use super::{Failure, moment};
use crate::language::Sentence;

/// Where and when a job waits.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct Placement {
    /// The queue
    #[arg(long, short, value_name = "QUEUE", value_parser = queue)]
    pub(super) queue: Option<String>,
    /// Smaller runs first
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    priority: Option<i64>,
    #[command(flatten)]
    when: When,
}

/// Not before when a job runs.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct When {
    /// Runs not before this long from now, such as `10s`, `5m`, `2h`
    #[arg(long = "in", value_name = "DURATION", value_parser = moment::parse_span, conflicts_with = "at")]
    delay: Option<Duration>,
    /// Runs not before this time: `2030-01-31T09:00:00+09:00`, or `2030-01-31 09:00` or `09:00` in the zone of this
    /// machine
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
}

impl Placement {
    /// Places the job, by the store's clock.
    ///
    /// # Errors
    /// The time is none.
    pub(super) fn place(&self, job: &mut JobData, now: Timestamp) -> Result<(), Failure> {
        job.enqueued_at = Some(now);
        if let Some(queue) = &self.queue {
            job.queue_name = Some(queue.clone());
        }
        if self.priority.is_some() {
            job.priority = self.priority;
        }
        job.scheduled_at = self.when.time(now)?;
        Ok(())
    }
}

impl When {
    /// The moment, if one was said.
    ///
    /// # Errors
    /// The time is none.
    pub(super) fn time(&self, now: Timestamp) -> Result<Option<Timestamp>, Failure> {
        if let Some(delay) = self.delay {
            return Ok(Some(saturating_add(now, delay)));
        }
        let Some(text) = &self.at else { return Ok(None) };
        moment::parse(text, now, &crate::zone::of_process())
            .map(Some)
            .map_err(|error| Failure::usage(Sentence::new("cli-bad-time").with_part("error", error)))
    }
}

/// The name of one queue.
pub(super) fn queue(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Err("a queue has a name".to_owned()),
        _ if text.ends_with('*') => Err("a pattern names no queue; `*` is for services".to_owned()),
        _ => Ok(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-11-23T03:00:00Z".parse().unwrap()
    }

    #[test]
    fn an_unplaced_job_runs_at_once_in_its_queue() {
        let mut job = JobData::new("A");
        Placement::default().place(&mut job, now()).unwrap();
        assert_eq!((job.queue(), job.priority, job.scheduled_at), ("default", None, None));
        assert_eq!(job.enqueued_at, Some(now()));
    }

    #[test]
    fn places_a_job() {
        let when = When { delay: Some(Duration::from_secs(60)), at: None };
        let placement = Placement { queue: Some("low".into()), priority: Some(-5), when };
        let mut job = JobData::new("A");
        placement.place(&mut job, now()).unwrap();
        assert_eq!((job.queue(), job.priority), ("low", Some(-5)));
        assert_eq!(job.scheduled_at, Some("2026-11-23T03:01:00Z".parse().unwrap()));
    }

    #[test]
    fn a_time_that_is_none_is_a_mistake_of_the_command_line() {
        let when = When { at: Some("soon".into()), ..When::default() };
        let placement = Placement { when, ..Placement::default() };
        let failure = placement.place(&mut JobData::new("A"), now()).unwrap_err();
        assert_eq!(failure.exit(), super::super::Exit::Usage);
        assert!(failure.to_string().contains("`soon`"), "{failure}");
    }
}
