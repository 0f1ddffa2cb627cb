//! Facts about an enqueue.

use std::collections::BTreeMap;

use egret_core::job_data::format_instant;
use egret_core::{Enqueued, JobData, JobId, NewJob};

use super::{Place, TARGET, adapter_name, shown};
use crate::{App, Error};

/// Name of the error of an enqueue (Active Job 8.1, `activejob/lib/active_job/enqueuing.rb`).
const ENQUEUE_ERROR: &str = "ActiveJob::EnqueueError";

/// One job, as far as sentences name it.
#[derive(Debug)]
struct Subject {
    class: String,
    id: JobId,
    queue: String,
    /// All of it, where its enqueue is told: arguments may be long.
    data: Option<Box<JobData>>,
}

/// What is to be told of an enqueue, taken from its jobs before the store has them.
#[derive(Debug)]
pub(crate) struct EnqueueFacts {
    adapter: &'static str,
    of: Of,
}

#[derive(Debug)]
enum Of {
    One(Subject),
    /// The class of each job.
    Many(Vec<String>),
}

impl EnqueueFacts {
    /// `None` when nobody listens.
    pub(crate) fn of(app: &App, jobs: &[NewJob]) -> Option<Self> {
        if !tracing::enabled!(target: TARGET, tracing::Level::ERROR) {
            return None;
        }
        let of = match jobs {
            [] => return None,
            [job] => Of::One(Subject::of(&job.data)),
            jobs => Of::Many(jobs.iter().map(|job| job.data.job_class.clone()).collect()),
        };
        Some(Self { adapter: app.backend().capabilities().adapter, of })
    }

    /// What became of the jobs.
    pub(crate) fn tell(&self, app: &App, outcomes: &[Enqueued]) {
        match (&self.of, outcomes) {
            (Of::One(job), [Enqueued::Stored(_)]) => self.enqueued(app, job),
            (Of::One(job), [Enqueued::Duplicate(_)]) => {
                self.not_enqueued(job, "the store has such a job already");
            }
            (Of::One(job), [Enqueued::Refused(limit)]) => self.failed(job, &limit.to_string()),
            (Of::One(_), _) => {}
            (Of::Many(classes), outcomes) => self.enqueued_all(classes, outcomes),
        }
    }

    /// The store failed.
    pub(crate) fn tell_error(&self, error: &Error) {
        match &self.of {
            Of::One(job) => self.failed(job, &crate::error::chain(error)),
            Of::Many(classes) => tracing::error!(
                name: "active_job.bulk_enqueued",
                target: TARGET,
                adapter = self.adapter,
                job_count = classes.len(),
                enqueued_count = 0,
                exception_message = crate::error::chain(error),
                "Failed enqueuing {} to {}: {}",
                jobs(classes.len()),
                adapter_name(self.adapter),
                crate::error::chain(error),
            ),
        }
    }

    fn enqueued(&self, app: &App, job: &Subject) {
        let Some(data) = &job.data else { return };
        let place = Place { adapter: self.adapter, queue: data.queue() };
        let shows_arguments = shown::shows_arguments(app.registry(), &data.job_class);
        let Some(at) = data.scheduled_at else {
            tracing::info!(
                name: "active_job.enqueued",
                target: TARGET,
                job_class = data.job_class,
                job_id = data.job_id.as_str(),
                queue = data.queue(),
                adapter = self.adapter,
                arguments = shown::raw(data, shows_arguments).as_deref(),
                "Enqueued {} (Job ID: {}) to {place}{}",
                data.job_class,
                data.job_id,
                shown::sentence(data, shows_arguments),
            );
            return;
        };
        tracing::info!(
            name: "active_job.enqueued_at",
            target: TARGET,
            job_class = data.job_class,
            job_id = data.job_id.as_str(),
            queue = data.queue(),
            adapter = self.adapter,
            scheduled_at = format_instant(at),
            arguments = shown::raw(data, shows_arguments).as_deref(),
            "Enqueued {} (Job ID: {}) to {place} at {}{}",
            data.job_class,
            data.job_id,
            at.strftime("%Y-%m-%d %H:%M:%S UTC"),
            shown::sentence(data, shows_arguments),
        );
    }

    fn not_enqueued(&self, job: &Subject, reason: &str) {
        tracing::info!(
            name: "active_job.enqueued",
            target: TARGET,
            job_class = job.class,
            job_id = job.id.as_str(),
            queue = job.queue,
            adapter = self.adapter,
            aborted = true,
            "Failed enqueuing {} to {}, {reason}.",
            job.class,
            Place { adapter: self.adapter, queue: &job.queue },
        );
    }

    fn failed(&self, job: &Subject, message: &str) {
        tracing::error!(
            name: "active_job.enqueued",
            target: TARGET,
            job_class = job.class,
            job_id = job.id.as_str(),
            queue = job.queue,
            adapter = self.adapter,
            exception_class = ENQUEUE_ERROR,
            exception_message = message,
            "Failed enqueuing {} to {}: {ENQUEUE_ERROR} ({message})",
            job.class,
            Place { adapter: self.adapter, queue: &job.queue },
        );
    }

    fn enqueued_all(&self, classes: &[String], outcomes: &[Enqueued]) {
        if !tracing::enabled!(target: TARGET, tracing::Level::INFO) {
            return;
        }
        let stored = classes.iter().zip(outcomes).filter(|(_, outcome)| matches!(outcome, Enqueued::Stored(_)));
        let mut by_class: BTreeMap<&str, usize> = BTreeMap::new();
        stored.for_each(|(class, _)| *by_class.entry(class).or_default() += 1);
        let n_stored: usize = by_class.values().sum();
        tracing::info!(
            name: "active_job.bulk_enqueued",
            target: TARGET,
            adapter = self.adapter,
            job_count = classes.len(),
            enqueued_count = n_stored,
            failed_enqueue_count = classes.len() - n_stored,
            "{}",
            bulk_sentence(&adapter_name(self.adapter), &by_class, classes.len()),
        );
    }
}

impl Subject {
    fn of(data: &JobData) -> Self {
        let is_told = tracing::enabled!(target: TARGET, tracing::Level::INFO);
        Self {
            class: data.job_class.clone(),
            id: data.job_id.clone(),
            queue: data.queue().to_owned(),
            data: is_told.then(|| Box::new(data.clone())),
        }
    }
}

/// The sentence about a batch of `n_jobs`, of which these were stored.
fn bulk_sentence(adapter: &str, stored: &BTreeMap<&str, usize>, n_jobs: usize) -> String {
    let n_stored: usize = stored.values().sum();
    if n_stored == 0 {
        return format!("Failed enqueuing {} to {adapter}", jobs(n_jobs));
    }
    let mut classes: Vec<_> = stored.iter().collect();
    classes.sort_by_key(|(_, n)| std::cmp::Reverse(**n));
    let classes: Vec<_> = classes.into_iter().map(|(class, n)| format!("{n} {class}")).collect();
    let mut text = format!("Enqueued {} to {adapter} ({})", jobs(n_stored), classes.join(", "));
    if n_stored < n_jobs {
        text += &format!(". Failed enqueuing {}", jobs(n_jobs - n_stored));
    }
    text
}

fn jobs(n: usize) -> String {
    if n == 1 { "1 job".to_owned() } else { format!("{n} jobs") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_told_by_class() {
        let stored = BTreeMap::from([("SecretJob", 1), ("HelloJob", 2)]);
        assert_eq!(bulk_sentence("Async", &stored, 3), "Enqueued 3 jobs to Async (2 HelloJob, 1 SecretJob)");
        assert_eq!(
            bulk_sentence("Async", &BTreeMap::from([("HelloJob", 2)]), 3),
            "Enqueued 2 jobs to Async (2 HelloJob). Failed enqueuing 1 job"
        );
        assert_eq!(bulk_sentence("Async", &BTreeMap::new(), 2), "Failed enqueuing 2 jobs to Async");
    }
}
