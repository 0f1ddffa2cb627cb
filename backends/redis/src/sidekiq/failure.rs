//! What becomes of a job whose error nothing handled: another attempt later, the dead set, or nothing at all.
//!
//! As Sidekiq 8.1 does it (`lib/sidekiq/job_retry.rb`): the payload gets its error and counts, `retry`, `retry_for`,
//! `retry_queue`, `backtrace` and `dead` of the payload are obeyed, and n⁴ + 15 s and a random part lie between attempts.

use std::time::Duration;

use egret_core::job_data::saturating_add;
use egret_core::{ErrorReport, Timestamp};
use rand::RngExt;

use super::backtrace;
use super::envelope::Envelope;
use super::options::SidekiqOptions;
use super::times;

/// Longer messages are cut (Sidekiq: `ERROR_MESSAGE_LENGTH`… 10,000 characters).
const LONGEST_MESSAGE: usize = 10_000;

/// Where a failed job goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Way {
    /// It is tried again at this time.
    Again(Timestamp),
    /// No attempt is left.
    Dead,
    /// It asked neither to be tried again nor to be kept.
    Nowhere,
}

/// Notes the error in the payload, and says where the job goes. `queue` is the one that it was taken from.
pub(super) fn judge(
    envelope: &mut Envelope<'_>,
    queue: &str,
    error: &ErrorReport,
    now: Timestamp,
    options: &SidekiqOptions,
) -> Way {
    let Some(max_retries) = max_retries(envelope, options) else { return Way::Nowhere };
    let lines = match envelope.raw("backtrace") {
        Some("true") => error.backtrace.len(),
        Some(number) => number.parse().unwrap_or(0),
        None => 0,
    };
    let count = note(envelope, queue, error, lines, now, options);
    if is_exhausted(envelope, count, max_retries, now) {
        return if envelope.raw("dead") == Some("false") { Way::Nowhere } else { Way::Dead };
    }
    Way::Again(saturating_add(now, delay(count, &mut rand::rng())))
}

/// Writes the error into the payload as Sidekiq does, and answers how many attempts had failed before.
pub(super) fn note(
    envelope: &mut Envelope<'_>,
    queue: &str,
    error: &ErrorReport,
    n_lines: usize,
    now: Timestamp,
    options: &SidekiqOptions,
) -> u32 {
    let queue = envelope.get("retry_queue").unwrap_or_else(|| queue.to_owned());
    envelope.set("queue", &queue);
    let message: String = error.message.chars().take(LONGEST_MESSAGE).collect();
    envelope.set("error_message", &message);
    envelope.set("error_class", &error.class);
    let time = options.times.json(now);
    let count = match envelope.get::<i64>("retry_count") {
        None => {
            envelope.set_raw("failed_at", time);
            0
        }
        // A retry by hand leaves -1 of 0.
        Some(count) => {
            envelope.set_raw("retried_at", time);
            u32::try_from(count.saturating_add(1).max(0)).unwrap_or(u32::MAX)
        }
    };
    envelope.set("retry_count", &count);
    if n_lines > 0 && !error.backtrace.is_empty() {
        let lines = &error.backtrace[..n_lines.min(error.backtrace.len())];
        envelope.set("error_backtrace", &backtrace::encode(lines));
    }
    count
}

/// Attempts after the first, by the payload's word; `None` when it wants none and no memory either. Where it says nothing, the
/// job is not let go: Sidekiq loses such a job when it does not know the class.
fn max_retries(envelope: &Envelope<'_>, options: &SidekiqOptions) -> Option<u32> {
    match envelope.raw("retry") {
        Some("false" | "null") => None,
        Some(number) if number.starts_with(|sign: char| sign.is_ascii_digit() || sign == '-') => {
            Some(number.parse().unwrap_or(if number.starts_with('-') { 0 } else { u32::MAX }))
        }
        _ => Some(options.max_retries),
    }
}

/// With `retry_for` the time since the first failure counts, else the number of attempts.
fn is_exhausted(envelope: &Envelope<'_>, count: u32, max_retries: u32, now: Timestamp) -> bool {
    let failed_at = envelope.raw("failed_at").and_then(times::parse);
    match envelope.get::<f64>("retry_for").zip(failed_at) {
        Some((seconds, failed_at)) => {
            let window = Duration::try_from_secs_f64(seconds.max(0.0)).unwrap_or(Duration::MAX);
            saturating_add(failed_at, window) < now
        }
        None => count >= max_retries,
    }
}

/// n⁴ + 15 s, and up to ten times n + 1 s at random, so that jobs that failed together do not come back together.
fn delay(count: u32, random: &mut impl RngExt) -> Duration {
    let fixed = u64::from(count).saturating_pow(4).saturating_add(15);
    let jitter = random.random_range(0..10 * (u64::from(count) + 1));
    Duration::from_secs(fixed.saturating_add(jitter))
}

#[cfg(test)]
mod tests;
