//! A clock that can be put back, so that a store gets a past.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use egret_core::job_data::{from_microseconds, to_microseconds};
use egret_core::{Clock, Timestamp};

/// The machine's clock, put back by some time.
#[derive(Clone, Debug, Default)]
pub(crate) struct PutBack {
    microseconds: Arc<AtomicI64>,
}

impl PutBack {
    /// Puts it back by so much from the machine's time.
    pub(crate) fn by(&self, time: Duration) {
        self.microseconds.store(i64::try_from(time.as_micros()).unwrap(), Ordering::SeqCst);
    }
}

impl Clock for PutBack {
    fn now(&self) -> Timestamp {
        from_microseconds(to_microseconds(Timestamp::now()) - self.microseconds.load(Ordering::SeqCst))
    }
}
