//! How a run ends in its row.

use egret_core::ErrorReport;
use egret_core::job_data::saturating_add;
use jiff::Timestamp;

use super::{FailureRules, error_text, retry_at};

/// What becomes of a row when a run of it has failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// It goes: it is given up and not kept.
    Remove,
    /// It failed and waits for its next run.
    Retry {
        /// When.
        run_at: Timestamp,
        /// The text of the error.
        last_error: String,
    },
    /// It is given up and kept. The lock goes, which Ruby leaves until its worker ends.
    Keep {
        /// The text of the error.
        last_error: String,
    },
}

impl End {
    /// The end of a run that failed, which is the row's `attempts + 1`st.
    pub fn of_failure(rules: FailureRules, attempts: u32, error: &ErrorReport, now: Timestamp) -> Self {
        let attempts = attempts.saturating_add(1);
        let last_error = error_text(error);
        match () {
            () if attempts < rules.max_attempts => {
                let run_at =
                    rules.reschedule_in.map_or_else(|| retry_at(now, attempts), |wait| saturating_add(now, wait));
                Self::Retry { run_at, last_error }
            }
            () if rules.destroy_failed_jobs => Self::Remove,
            () => Self::Keep { last_error },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::Settings;
    use super::*;

    #[test]
    fn the_last_attempt_ends_in_what_the_application_wants() {
        let error = ErrorReport::new("E", "no");
        let now = Timestamp::UNIX_EPOCH;
        let settings = Settings { max_attempts: 3, ..Settings::default() };
        let end = |settings: &Settings, attempts| End::of_failure(settings.rules_of("A"), attempts, &error, now);
        let retry = End::Retry { run_at: retry_at(now, 2), last_error: "no".to_owned() };
        assert_eq!(end(&settings, 1), retry);
        assert_eq!(end(&settings, 2), End::Remove);
        let waiting = FailureRules { reschedule_in: Some(Duration::from_secs(60)), ..settings.rules_of("A") };
        let retry = End::Retry { run_at: now + Duration::from_secs(60), last_error: "no".to_owned() };
        assert_eq!(End::of_failure(waiting, 1, &error, now), retry, "its own time instead of the formula's");
        let keeping = Settings { destroy_failed_jobs: false, ..settings };
        assert_eq!(end(&keeping, 2), End::Keep { last_error: "no".to_owned() });
        assert_eq!(end(&keeping, 7), End::Keep { last_error: "no".to_owned() }, "others may allow fewer");
    }
}
