//! Moments at which a timer wakes its thread once.
//!
//! Tokio keeps timers in a wheel of levels with 64 slots each; a slot of the first level is a millisecond (tokio 1.54,
//! `src/runtime/time/wheel/mod.rs`). A timer further away than this level reaches wakes its thread when its slot of a higher
//! level begins, only to be moved down, and again when its time has come. One whose time comes when its slot begins needs no
//! second time: half as many wake-ups for a service that has nothing to do.

use std::time::{Duration, Instant};

/// What the first level of the wheel spans.
const STEP: Duration = Duration::from_millis(64);
/// Timers are rounded up to whole milliseconds, and are set a little later than they were calculated.
const MARGIN: Duration = Duration::from_micros(200);

/// The slots of a runtime's timers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grid {
    origin: Instant,
}

impl Grid {
    /// That of the runtime which is built next.
    pub(super) fn of_next_runtime() -> Self {
        Self { origin: Instant::now() }
    }

    /// When to wake in place of `at`: a moment of the grid up to one step earlier, or `at` itself if that is near.
    pub(super) fn at_most(&self, at: Instant, now: Instant) -> Instant {
        if at.saturating_duration_since(now) < 4 * STEP {
            return at;
        }
        let steps = at.saturating_duration_since(self.origin).as_millis() / STEP.as_millis();
        let steps = u32::try_from(steps).unwrap_or(u32::MAX);
        let moment = self.origin + (STEP * steps).saturating_sub(MARGIN);
        if moment > now { moment.min(at) } else { at }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_at_most_one_step_early_and_never_late() {
        let grid = Grid::of_next_runtime();
        let now = grid.origin + Duration::from_millis(12_345);
        for millis in [0, 1, 255, 256, 1000, 5000] {
            let at = now + Duration::from_millis(millis);
            let moment = grid.at_most(at, now);
            assert!(moment <= at && at - moment < STEP + 2 * MARGIN, "{millis}");
        }
    }

    #[test]
    fn is_rounded_up_to_the_begin_of_a_slot() {
        let grid = Grid::of_next_runtime();
        let moment = grid.at_most(grid.origin + Duration::from_secs(1), grid.origin);
        assert_eq!((moment + MARGIN - grid.origin).as_millis() % 64, 0);
        assert_eq!((moment - grid.origin).as_millis() + 1, 960);
    }

    #[test]
    fn what_is_near_is_left_alone() {
        let grid = Grid::of_next_runtime();
        let at = grid.origin + Duration::from_millis(100);
        assert_eq!(grid.at_most(at, grid.origin), at);
    }
}
