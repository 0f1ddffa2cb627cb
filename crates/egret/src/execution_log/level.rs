//! The level that bounds what goes into the logs of attempts, shared by everybody who has to know it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use egret_core::LogSource;

use crate::config::LogLevel;

/// The least severe lines that the logs of a service's attempts take, unless the class of a job says otherwise. Clones are
/// one and the same bound, which can be moved while the service runs.
#[derive(Clone, Debug)]
pub struct LevelBound(Arc<AtomicU8>);

impl LevelBound {
    /// A bound at the level.
    pub fn new(level: LogLevel) -> Self {
        Self(Arc::new(AtomicU8::new(level as u8)))
    }

    /// The level now.
    pub fn get(&self) -> LogLevel {
        let number = self.0.load(Ordering::Relaxed);
        LogLevel::ALL.into_iter().find(|level| *level as u8 == number).unwrap_or_default()
    }

    /// Moves the bound; lines that are written from now on are judged by it.
    pub fn set(&self, level: LogLevel) {
        self.0.store(level as u8, Ordering::Relaxed);
    }
}

impl Default for LevelBound {
    /// Every line is taken.
    fn default() -> Self {
        Self::new(LogLevel::Trace)
    }
}

/// Whether a log of the level takes lines from the source. Output of programs has no level and is always taken.
pub(super) fn takes(bound: LogLevel, source: LogSource) -> bool {
    let level = match source {
        LogSource::Trace => LogLevel::Trace,
        LogSource::Debug => LogLevel::Debug,
        LogSource::Info => LogLevel::Info,
        LogSource::Warn => LogLevel::Warn,
        LogSource::Error => LogLevel::Error,
        _ => return true,
    };
    // `tracing` has nothing more severe than an error.
    level >= bound.min(LogLevel::Error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_is_moved_for_all_who_share_it() {
        let bound = LevelBound::default();
        let other = bound.clone();
        assert_eq!(bound.get(), LogLevel::Trace);
        for level in LogLevel::ALL {
            other.set(level);
            assert_eq!(bound.get(), level);
        }
    }

    #[test]
    fn lines_below_the_bound_are_not_taken() {
        assert!(takes(LogLevel::Info, LogSource::Info) && takes(LogLevel::Info, LogSource::Error));
        assert!(!takes(LogLevel::Info, LogSource::Debug) && !takes(LogLevel::Fatal, LogSource::Warn));
        assert!(takes(LogLevel::Fatal, LogSource::Error) && takes(LogLevel::Unknown, LogSource::Stdout));
    }
}
