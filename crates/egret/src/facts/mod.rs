//! The facts that Active Job logs about jobs, as events of `tracing`: enqueued, performing, performed, failed, retrying,
//! given up.
//!
//! Sentences are those of Active Job 8.1 (`activejob/lib/active_job/log_subscriber.rb`), names and fields those of its
//! structured events (`structured_event_subscriber.rb`). Every fact has the target [`TARGET`] and its name as the name of
//! the event; its fields are `job_class`, `job_id`, `queue`, `adapter`, `arguments` (JSON, unless the class hides them),
//! `enqueued_at`, `scheduled_at`, `duration` (milliseconds), `executions`, `wait_seconds`, `exception_class`,
//! `exception_message` and, of a batch, `job_count` and `enqueued_count`. Nothing is formatted that nobody listens to.

mod enqueue;
mod run;
mod shown;

use egret_core::JobData;

pub(crate) use enqueue::EnqueueFacts;
pub(crate) use run::RunFacts;
pub use shown::shown_arguments;

/// The target of every fact.
pub const TARGET: &str = "egret::active_job";
/// What Active Job tags its lines with.
pub const TAG: &str = "ActiveJob";
/// The class of the job of a fact, or in which a line is written.
pub const JOB_CLASS: &str = "job_class";
/// The id of that job.
pub const JOB_ID: &str = "job_id";
/// The arguments of the job of a fact, as JSON text.
pub const ARGUMENTS: &str = "arguments";

/// The span of a run: lines that are written in it are the job's.
pub(crate) fn span(data: &JobData) -> tracing::Span {
    // Of the highest level, so that its tags are there whatever lines are wanted.
    tracing::error_span!(target: TARGET, "perform", job_class = data.job_class, job_id = data.job_id.as_str())
}

/// Whether an event is a fact about a run. Such facts are no lines of the job itself: its log has them in its heading.
pub(crate) fn is_about_a_run(metadata: &tracing::Metadata<'_>) -> bool {
    metadata.target() == TARGET && run::NAMES.contains(&metadata.name())
}

/// `Adapter(queue)`, as lines name where a job goes or comes from.
struct Place<'a> {
    adapter: &'a str,
    queue: &'a str,
}

impl std::fmt::Display for Place<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}({})", adapter_name(self.adapter), self.queue)
    }
}

/// The name of an adapter as lines show it: `DelayedJob` for `delayed_job`.
fn adapter_name(adapter: &str) -> String {
    adapter
        .split('_')
        .map(|word| {
            let mut letters = word.chars();
            letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adapters_are_named_as_in_ruby() {
        assert_eq!(adapter_name("shirasagi"), "Shirasagi");
        assert_eq!(adapter_name("delayed_job"), "DelayedJob");
        assert_eq!(Place { adapter: "async", queue: "low" }.to_string(), "Async(low)");
    }
}
