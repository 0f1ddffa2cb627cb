//! Looks for the time at which the next job is due: how often a waiting service may ask a store that it polls.

use std::time::{Duration, Instant};

use egret_core::WakeKind;

use super::engine::Engine;

/// Looks take no more than this part of a waiting service's time: on a large table, one can take long.
const SHARE: u32 = 20;
/// That makes the pause no longer than this.
const LONGEST_FOR_SHARE: Duration = Duration::from_secs(1);

/// The last look.
#[derive(Debug, Default)]
pub(super) struct Look {
    at: Option<Instant>,
    took: Duration,
    /// When it found the next job to be due.
    due_at: Option<Instant>,
}

impl Look {
    /// Looks, and answers how long until the next waiting job is due; `None` when none waits. A store that does not answer
    /// counts as one with something due, so that the claim reports its error.
    pub(super) async fn until_due(&mut self, engine: &Engine) -> Option<Duration> {
        let began = Instant::now();
        let due = match (engine.backend.due(&engine.selection()).await, engine.backend.now().await) {
            (Ok(due), Ok(now)) => due.map(|due| Duration::try_from(due.duration_since(now)).unwrap_or(Duration::ZERO)),
            _ => Some(Duration::ZERO),
        };
        let ended = Instant::now();
        // What is due beyond the end of the clock is not due.
        *self = Self { at: Some(ended), took: ended - began, due_at: due.and_then(|due| ended.checked_add(due)) };
        due
    }

    /// The same; what the last look has found, if it is too early for another.
    pub(super) async fn until_due_in_time(&mut self, engine: &Engine) -> Option<Duration> {
        match self.until_next(engine.backend.capabilities().wake).is_zero() {
            true => self.until_due(engine).await,
            false => self.due_at.map(|due| due.saturating_duration_since(Instant::now())),
        }
    }

    /// How long until it is time for another look.
    pub(super) fn until_next(&self, wake: WakeKind) -> Duration {
        let WakeKind::Polled(interval) = wake else { return Duration::ZERO };
        let pause = interval.max((self.took * SHARE).min(LONGEST_FOR_SHARE));
        self.at.map_or(Duration::ZERO, |at| pause.saturating_sub(at.elapsed()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_is_polled_as_often_as_it_says_and_more_rarely_if_it_takes_long() {
        let look = |took| Look { at: Some(Instant::now()), took, due_at: None };
        let seconds = Duration::from_secs;
        let pause = |look: Look, interval| look.until_next(WakeKind::Polled(interval)).as_secs_f64().ceil();
        assert_eq!(pause(look(Duration::ZERO), seconds(5)), 5.0, "an interval of the operator's is kept");
        assert_eq!(pause(look(seconds(3)), Duration::from_millis(100)), 1.0);
        assert!(
            look(Duration::from_millis(1)).until_next(WakeKind::Polled(Duration::ZERO)) <= Duration::from_millis(20)
        );
        assert_eq!(look(seconds(3)).until_next(WakeKind::Pushed), Duration::ZERO);
        assert_eq!(Look::default().until_next(WakeKind::Polled(seconds(5))), Duration::ZERO);
    }
}
