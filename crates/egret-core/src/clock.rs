//! Where "now" comes from.

use std::fmt::Debug;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::Timestamp;

use crate::job_data::from_microseconds;

/// A source of wall-clock time. Stores on a server answer with the server's clock instead (`Backend::now`).
pub trait Clock: Debug + Send + Sync {
    /// The present moment.
    fn now(&self) -> Timestamp;
}

/// The clock of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// A clock that stands still until it is moved, for tests. Clones show the same time.
#[derive(Clone, Debug)]
pub struct ManualClock {
    microseconds: Arc<AtomicI64>,
}

impl ManualClock {
    /// A clock that shows the given moment, cut to microseconds.
    pub fn at(now: Timestamp) -> Self {
        Self { microseconds: Arc::new(AtomicI64::new(now.as_microsecond())) }
    }

    /// Moves the clock forward.
    pub fn advance(&self, duration: Duration) {
        let microseconds = i64::try_from(duration.as_micros()).unwrap_or(i64::MAX);
        self.microseconds.fetch_add(microseconds, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        from_microseconds(self.microseconds.load(Ordering::SeqCst))
    }
}
