//! Jobs that are of no use any more when they have not begun in time: the key `expires_in`, seconds, of a class or a job.
//!
//! The free editions of Sidekiq carry it and do nothing; the commercial ones let such a job go, and so does Egret. Counted from
//! the moment at which the job was last put into its queue, so that a job for later and a retry have the whole span too.

use std::time::Duration;

use egret_core::Timestamp;
use egret_core::job_data::saturating_add;

use super::envelope::Envelope;

const KEY: &str = "expires_in";

/// When a job that was put into its queue then is of no use any more. What is no number of seconds means nothing.
pub(super) fn expires_at(envelope: &Envelope<'_>, pushed_at: Timestamp) -> Option<Timestamp> {
    let seconds: f64 = envelope.raw(KEY)?.parse().ok()?;
    let span = Duration::try_from_secs_f64(seconds).ok()?;
    (pushed_at != Timestamp::UNIX_EPOCH).then(|| saturating_add(pushed_at, span))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_counts_from_the_push_and_odd_ones_mean_nothing() {
        let pushed_at: Timestamp = "2026-11-28T12:00:00Z".parse().unwrap();
        let of = |payload: &str| expires_at(&Envelope::parse(payload.as_bytes()).unwrap(), pushed_at);
        assert_eq!(of(r#"{"expires_in":90}"#), Some("2026-11-28T12:01:30Z".parse().unwrap()));
        assert_eq!(of(r#"{"expires_in":0.5}"#), Some("2026-11-28T12:00:00.5Z".parse().unwrap()));
        for odd in ["{}", r#"{"expires_in":null}"#, r#"{"expires_in":-1}"#, r#"{"expires_in":"1h"}"#] {
            assert_eq!(of(odd), None, "{odd}");
        }
        let nobody_knows = Envelope::parse(br#"{"expires_in":90}"#).unwrap();
        assert_eq!(expires_at(&nobody_knows, Timestamp::UNIX_EPOCH), None);
    }
}
