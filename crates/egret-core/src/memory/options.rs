//! What a store in memory can be told at its making.

use std::sync::Arc;
use std::time::Duration;

use crate::{Clock, FailurePolicy, SystemClock, Timing};

/// How a store in memory behaves.
#[derive(Clone, Debug)]
pub struct MemoryOptions {
    /// Where its time comes from. Default: the machine's clock.
    pub clock: Arc<dyn Clock>,
    /// When this handle takes services for dead. Default: [`Timing::default`].
    pub timing: Timing,
    /// What happens to a job whose error nothing handled. `None`, the default: what is usual for the shape, to keep it in
    /// rows and to try it again in lists.
    pub failure_policy: Option<FailurePolicy>,
}

impl MemoryOptions {
    /// What lists do with a job whose error nothing handled, unless told otherwise: 25 further attempts, the first after
    /// 15 s (the count and the first delay of Sidekiq 8, `lib/sidekiq/job_retry.rb`).
    pub const RETRY: FailurePolicy = FailurePolicy::Retry { max_attempts: 26, first_delay: Duration::from_secs(15) };
}

impl Default for MemoryOptions {
    fn default() -> Self {
        Self { clock: Arc::new(SystemClock), timing: Timing::default(), failure_policy: None }
    }
}
