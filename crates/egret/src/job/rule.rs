//! The rules of a class for its errors: `retry_on` and `discard_on`.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use super::{ErrorClass, JobError};

/// What to do about some classes of errors.
#[derive(Clone, Debug)]
pub struct Rule {
    errors: Vec<ErrorClass>,
    key: String,
    reaction: Reaction,
}

/// What a rule does.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Reaction {
    /// The job is enqueued again, up to a number of attempts.
    Retry(RetryPolicy),
    /// The job is given up.
    Discard,
}

impl Rule {
    /// Retries on any of the errors, which share one counter.
    pub fn retry(errors: Vec<ErrorClass>, policy: RetryPolicy) -> Self {
        Self { key: counter_key(&errors), errors, reaction: Reaction::Retry(policy) }
    }

    /// Gives the job up on any of the errors.
    pub fn discard(errors: Vec<ErrorClass>) -> Self {
        Self { key: counter_key(&errors), errors, reaction: Reaction::Discard }
    }

    /// What it does.
    pub fn reaction(&self) -> &Reaction {
        &self.reaction
    }

    /// The key of its counter in `exception_executions`: the list of its classes as Ruby shows it, for example
    /// `[FirstError, SecondError]` (Active Job 8.1, `activejob/lib/active_job/exceptions.rb`, `executions_for`).
    pub fn key(&self) -> &str {
        &self.key
    }

    pub(super) fn matches(&self, error: &(dyn StdError + 'static), class: Option<&str>) -> bool {
        self.errors.iter().any(|listed| listed.matches(error, class))
    }
}

fn counter_key(errors: &[ErrorClass]) -> String {
    let names: Vec<_> = errors.iter().map(ErrorClass::inspect).collect();
    format!("[{}]", names.join(", "))
}

/// When, how often and where a job is retried. The defaults are Active Job's: five attempts, three seconds apart.
#[derive(Clone, Debug)]
pub struct RetryPolicy {
    pub(super) wait: Wait,
    pub(super) attempts: Attempts,
    pub(super) queue: Option<Cow<'static, str>>,
    pub(super) priority: Option<i64>,
    pub(super) jitter: Option<f64>,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            wait: Wait::Fixed(Duration::from_secs(3)),
            attempts: Attempts::Limited(5),
            queue: None,
            priority: None,
            jitter: None,
        }
    }
}

impl RetryPolicy {
    /// How long to wait. Default: 3 s.
    #[must_use]
    pub fn wait(self, wait: Wait) -> Self {
        Self { wait, ..self }
    }

    /// How often the job may run in all, the first time included. Default: 5.
    #[must_use]
    pub fn attempts(self, attempts: Attempts) -> Self {
        Self { attempts, ..self }
    }

    /// Moves the job to another queue, for all later attempts.
    #[must_use]
    pub fn queue(self, queue: impl Into<Cow<'static, str>>) -> Self {
        Self { queue: Some(queue.into()), ..self }
    }

    /// Gives the job another priority, for all later attempts.
    #[must_use]
    pub fn priority(self, priority: i64) -> Self {
        Self { priority: Some(priority), ..self }
    }

    /// Up to which part of the wait a random time is added, so that jobs that failed together are not retried together:
    /// 0.15 adds up to 15 %, 0 nothing. Default: what the class says.
    #[must_use]
    pub fn jitter(self, jitter: f64) -> Self {
        Self { jitter: Some(jitter), ..self }
    }
}

/// How long to wait for a retry; `n` is the number of times that the rule has matched, from 1.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum Wait {
    /// Always the same time, and jitter.
    Fixed(Duration),
    /// `n⁴ + 2` seconds, and jitter on `n⁴`: 3 s, 18 s, 83 s, 258 s, 627 s (Active Job 8.1,
    /// `activejob/lib/active_job/exceptions.rb`, `determine_delay`).
    PolynomiallyLonger,
    /// What the function says of `n` and the error, without jitter.
    Function(fn(u32, &JobError) -> Duration),
}

impl fmt::Debug for Wait {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(duration) => write!(formatter, "Fixed({duration:?})"),
            Self::PolynomiallyLonger => formatter.write_str("PolynomiallyLonger"),
            Self::Function(_) => formatter.write_str("Function"),
        }
    }
}

impl Wait {
    /// The delay before the retry. `random` gives numbers from 0 up to 1, and is asked only if there is jitter.
    pub(super) fn delay(self, n: u32, jitter: f64, error: &JobError, random: &mut dyn FnMut() -> f64) -> Duration {
        let mut spread = |seconds: f64| if jitter == 0.0 { 0.0 } else { random() * seconds * jitter };
        let seconds = match self {
            Self::Function(delay) => return delay(n, error),
            Self::Fixed(wait) => wait.as_secs_f64() + spread(wait.as_secs_f64()),
            Self::PolynomiallyLonger => {
                let longer = f64::from(n).powi(4);
                longer + spread(longer) + 2.0
            }
        };
        // A negative jitter can reach below zero, an absurd one beyond the end of time.
        Duration::try_from_secs_f64(seconds.max(0.0)).unwrap_or(Duration::MAX)
    }
}

/// How often a job may run before a rule gives up, the first time included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempts {
    /// This often; 1 never retries.
    Limited(u32),
    /// Without end.
    Unlimited,
}

impl Attempts {
    /// Whether another attempt follows the `n`th.
    pub(super) fn allow_after(self, n: u32) -> bool {
        match self {
            Self::Limited(attempts) => n < attempts,
            Self::Unlimited => true,
        }
    }
}
