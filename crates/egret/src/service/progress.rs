//! Whether the loops of a service get on.
//!
//! A process can live and beat and yet do nothing, because one of its loops waits for something that never comes. Each
//! loop therefore says when it passes a certain point. A job that takes long, or blocks its thread, is none of that: it
//! has no loop of the service to itself.

use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

/// A loop of a service that must get on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ServiceLoop {
    /// The one that claims jobs, rescues and prunes.
    Claimer,
    /// The one that tells the store how jobs ended.
    Finisher,
    /// The one that shows that the service is alive.
    Heart,
}

/// A loop that has not got on for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stall {
    /// Which one.
    pub stalled: ServiceLoop,
    /// Since when.
    pub lasted: Duration,
}

/// When each loop got on last.
#[derive(Debug, Default)]
pub(super) struct Progress {
    pub(super) claimer: Pulse,
    pub(super) finisher: Pulse,
    pub(super) heart: Pulse,
}

impl Progress {
    /// The loop that has not got on for longest, if it is at work.
    pub(super) fn longest_stall(&self) -> Option<Stall> {
        [
            (ServiceLoop::Claimer, &self.claimer),
            (ServiceLoop::Finisher, &self.finisher),
            (ServiceLoop::Heart, &self.heart),
        ]
        .into_iter()
        .filter_map(|(stalled, pulse)| Some(Stall { stalled, lasted: pulse.lock().as_ref()?.elapsed() }))
        .max_by_key(|stall| stall.lasted)
    }
}

/// When one loop got on last; nothing while it is at rest, which may last as long as it likes.
#[derive(Debug, Default)]
pub(super) struct Pulse(Mutex<Option<Instant>>);

impl Pulse {
    /// The loop gets on.
    pub(super) fn beat(&self) {
        *self.lock() = Some(Instant::now());
    }

    /// The loop gets on with one of many steps, unless it is at rest and somebody else takes the step.
    pub(super) fn step(&self) {
        let mut at = self.lock();
        *at = at.is_some().then(Instant::now);
    }

    /// The loop has nothing to do, or has ended.
    pub(super) fn rest(&self) {
        *self.lock() = None;
    }

    /// Guarded for a few instructions.
    fn lock(&self) -> MutexGuard<'_, Option<Instant>> {
        self.0.lock().expect("nothing panics while a pulse is locked")
    }
}

impl ServiceLoop {
    /// What it is called in logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Claimer => "claimer",
            Self::Finisher => "finisher",
            Self::Heart => "heart",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loop_at_rest_does_not_stall() {
        let progress = Progress::default();
        assert_eq!(progress.longest_stall(), None);
        progress.heart.beat();
        std::thread::sleep(Duration::from_millis(2));
        progress.finisher.beat();
        assert_eq!(progress.longest_stall().map(|stall| stall.stalled), Some(ServiceLoop::Heart));
        progress.heart.rest();
        assert_eq!(progress.longest_stall().map(|stall| stall.stalled), Some(ServiceLoop::Finisher));
    }
}
