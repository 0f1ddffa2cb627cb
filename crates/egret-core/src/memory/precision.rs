//! Times in the precision in which stores keep them.

use jiff::Timestamp;

use crate::Clock;
use crate::job_data::{from_microseconds, to_microseconds};

/// The instant cut to whole microseconds.
pub(super) fn whole_microseconds(instant: Timestamp) -> Timestamp {
    from_microseconds(to_microseconds(instant))
}

/// What the clock shows, cut to whole microseconds.
pub(super) fn now(clock: &dyn Clock) -> Timestamp {
    whole_microseconds(clock.now())
}
