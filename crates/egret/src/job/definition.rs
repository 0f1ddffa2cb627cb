//! What a class of jobs is, beside its code.

use std::borrow::Cow;
use std::time::Duration;

use egret_core::JobData;

use super::Rule;
use crate::arguments::Arguments;
use crate::config::LogLevel;
use crate::tasks::{TaskBinding, TaskBusy};

/// The jitter of rules that name none: Rails' default for applications since 6.1 (`config.active_job.retry_jitter`).
const RETRY_JITTER: f64 = 0.15;

/// Names, queue, priority, rules and limits of a class. The derive macro writes one from the attributes of the struct.
#[derive(Clone, Debug)]
pub struct Definition {
    class: Cow<'static, str>,
    aliases: Vec<Cow<'static, str>>,
    queue: Option<Cow<'static, str>>,
    priority: Option<i64>,
    rules: Vec<Rule>,
    retry_jitter: f64,
    time_limit: Option<Duration>,
    at_most_once: bool,
    log_arguments: bool,
    log_level: Option<LogLevel>,
    task: Option<TaskBinding>,
}

impl Definition {
    /// A class with the defaults: queue `default`, no priority, no rules, no time limit, at least once.
    pub fn new(class: impl Into<Cow<'static, str>>) -> Self {
        Self {
            class: class.into(),
            aliases: Vec::new(),
            queue: None,
            priority: None,
            rules: Vec::new(),
            retry_jitter: RETRY_JITTER,
            time_limit: None,
            at_most_once: false,
            log_arguments: true,
            log_level: None,
            task: None,
        }
    }

    /// Another name under which jobs of the class may wait, for example the one before a renaming.
    #[must_use]
    pub fn alias(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.aliases.push(name.into());
        self
    }

    /// The queue of its jobs. Default: `default`.
    #[must_use]
    pub fn queue(self, queue: impl Into<Cow<'static, str>>) -> Self {
        Self { queue: Some(queue.into()), ..self }
    }

    /// The priority of its jobs, smaller runs first. Default: none, which counts as 0.
    #[must_use]
    pub fn priority(self, priority: i64) -> Self {
        Self { priority: Some(priority), ..self }
    }

    /// Adds a rule. Of several that match an error, the last added decides, as in Active Job.
    #[must_use]
    pub fn rule(mut self, rule: Rule) -> Self {
        self.rules.push(rule);
        self
    }

    /// The jitter of the rules that name none. Default: 0.15.
    #[must_use]
    pub fn retry_jitter(self, retry_jitter: f64) -> Self {
        Self { retry_jitter, ..self }
    }

    /// How long a run may take. Then the job is cancelled, its future is dropped, and its rules judge a
    /// [`TimeLimitExceeded`](super::TimeLimitExceeded). Code that never awaits cannot be stopped. Default: no limit.
    #[must_use]
    pub fn time_limit(self, limit: Duration) -> Self {
        Self { time_limit: Some(limit), ..self }
    }

    /// The store forgets the job before it runs: it never runs twice, and is lost when the service dies meanwhile. Its
    /// rules do not apply.
    #[must_use]
    pub fn at_most_once(self) -> Self {
        Self { at_most_once: true, ..self }
    }

    /// Keeps the arguments out of logs and pages.
    #[must_use]
    pub fn hide_arguments(self) -> Self {
        Self { log_arguments: false, ..self }
    }

    /// The least severe lines that the logs of its jobs take, for example `debug` while a class is looked into. Default: what
    /// the section of the service says (`log_level`).
    #[must_use]
    pub fn log_level(self, level: LogLevel) -> Self {
        Self { log_level: Some(level), ..self }
    }

    /// The task inside of which its jobs run, one at a time over all services. A job that finds the task running waits, or
    /// is discarded: see [`TaskBusy`].
    #[must_use]
    pub fn task(self, name: impl Into<Cow<'static, str>>, busy: TaskBusy) -> Self {
        Self { task: Some(TaskBinding { name: name.into(), busy }), ..self }
    }

    /// The task inside of which its jobs run.
    pub fn task_binding(&self) -> Option<&TaskBinding> {
        self.task.as_ref()
    }

    /// The name under which jobs are enqueued.
    pub fn class(&self) -> &str {
        &self.class
    }

    /// The name and the aliases.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&*self.class).chain(self.aliases.iter().map(|alias| &**alias))
    }

    /// The queue of its jobs, if it names one.
    pub fn queue_name(&self) -> Option<&str> {
        self.queue.as_deref()
    }

    /// The rules, in the order in which they were added.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The jitter of the rules that name none.
    pub fn default_jitter(&self) -> f64 {
        self.retry_jitter
    }

    /// How long a run may take.
    pub fn limit(&self) -> Option<Duration> {
        self.time_limit
    }

    /// Whether the store forgets the job before it runs.
    pub fn is_at_most_once(&self) -> bool {
        self.at_most_once
    }

    /// Whether arguments may be shown in logs and pages.
    pub fn logs_arguments(&self) -> bool {
        self.log_arguments
    }

    /// The least severe lines that the logs of its jobs take, if the class says it.
    pub fn own_log_level(&self) -> Option<LogLevel> {
        self.log_level
    }

    /// A fresh payload of the class.
    pub fn to_job_data(&self, arguments: Arguments) -> JobData {
        let mut data = JobData::new(&*self.class);
        data.arguments = arguments.into_raw();
        data.priority = self.priority;
        if let Some(queue) = &self.queue {
            data.queue_name = Some(queue.clone().into_owned());
        }
        data
    }
}
