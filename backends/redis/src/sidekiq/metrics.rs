//! Figures of classes by the minute, as Sidekiq's page of metrics reads them.
//!
//! Keys of Sidekiq 8 (`lib/sidekiq/metrics/tracking.rb`, `lib/sidekiq/metrics/shared.rb`) and of 6.5.2 to 7.3 are written side by side; each version
//! sees its own.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};

use egret_core::Timestamp;
use jiff::ZonedDateTime;
use jiff::tz::TimeZone;

use crate::store::{Ended, Writes};

/// Upper bounds of the buckets in milliseconds; the last has none.
const BOUNDS: [u64; 25] = [
    20, 30, 45, 65, 100, 150, 225, 335, 500, 750, 1_100, 1_700, 2_500, 3_800, 5_750, 8_500, 13_000, 20_000, 30_000,
    45_000, 65_000, 100_000, 150_000, 225_000, 335_000,
];
/// Seconds that figures of a minute, and of ten minutes, are kept.
const MINUTE_KEPT: u32 = 8 * 3600;
const TEN_MINUTES_KEPT: u32 = 72 * 3600;

/// Figures that have not been written yet.
#[derive(Debug, Default)]
pub(super) struct Metrics(Mutex<Figures>);

/// Figures of each class.
#[derive(Debug, Default)]
pub(super) struct Figures(HashMap<String, OfClass>);

#[derive(Clone, Debug, Default)]
struct OfClass {
    n_processed: u64,
    n_failed: u64,
    milliseconds: u64,
    /// Runs that went well, by how long they took.
    buckets: HashMap<usize, u64>,
}

impl Metrics {
    pub(super) fn note(&self, ended: &Ended<'_>) {
        // The reader splits names of fields there.
        if ended.class.is_empty() || ended.class.contains('|') {
            return;
        }
        let mut figures = self.lock();
        if !figures.0.contains_key(ended.class) {
            figures.0.insert(ended.class.to_owned(), OfClass::default());
        }
        let of_class = figures.0.get_mut(ended.class).expect("it was just put there");
        of_class.n_processed += 1;
        if ended.has_failed {
            of_class.n_failed += 1;
            return;
        }
        let took = ended.closed_at.duration_since(ended.started_at).as_millis();
        let took = u64::try_from(took.max(0)).unwrap_or(u64::MAX);
        of_class.milliseconds = of_class.milliseconds.saturating_add(took);
        *of_class.buckets.entry(bucket(took)).or_default() += 1;
    }

    pub(super) fn take(&self) -> Figures {
        std::mem::take(&mut *self.lock())
    }

    /// What could not be written.
    pub(super) fn give_back(&self, figures: Figures) {
        let mut present = self.lock();
        for (class, back) in figures.0 {
            let of_class = present.0.entry(class).or_default();
            of_class.n_processed += back.n_processed;
            of_class.n_failed += back.n_failed;
            of_class.milliseconds += back.milliseconds;
            for (bucket, count) in back.buckets {
                *of_class.buckets.entry(bucket).or_default() += count;
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Figures> {
        self.0.lock().expect("nothing panics with the figures")
    }
}

fn bucket(milliseconds: u64) -> usize {
    BOUNDS.iter().position(|bound| milliseconds < *bound).unwrap_or(BOUNDS.len())
}

impl Figures {
    /// Adds the commands that write them, into the minute of now.
    pub(super) fn add_to(&self, writes: &mut Writes) {
        if self.0.is_empty() {
            return;
        }
        let minute = Minute::of(Timestamp::now());
        for (key, kept) in minute.rollups() {
            for (class, figures) in &self.0 {
                let fields = [("p", figures.n_processed), ("f", figures.n_failed), ("ms", figures.milliseconds)];
                for (field, by) in fields.into_iter().filter(|(_, by)| *by > 0) {
                    writes.add(["HINCRBY", &key, &format!("{class}|{field}"), &by.to_string()]);
                }
            }
            writes.add(["EXPIRE", &key, &kept.to_string()]);
        }
        for (class, figures) in self.0.iter().filter(|(_, figures)| !figures.buckets.is_empty()) {
            for key in minute.histograms(class) {
                let mut words = ["BITFIELD", &key, "OVERFLOW", "SAT"].map(str::to_owned).to_vec();
                for (bucket, count) in &figures.buckets {
                    words.extend(["INCRBY", "u16", &format!("#{bucket}"), &count.to_string()].map(str::to_owned));
                }
                writes.add(words);
                writes.add(["EXPIRE", &key, &MINUTE_KEPT.to_string()]);
            }
        }
    }
}

/// A minute of UTC.
struct Minute(ZonedDateTime);

impl Minute {
    fn of(instant: Timestamp) -> Self {
        Self(instant.to_zoned_datetime(TimeZone::UTC))
    }

    /// Keys of hashes, with how long they are kept: of the minute, of ten minutes, of the minute as versions before 8 call it.
    fn rollups(&self) -> [(String, u32); 3] {
        let (hour, minute) = (self.0.hour(), self.0.minute());
        let by_minute = format!("j|{}|{hour}:{minute:02}", self.0.strftime("%y%m%d"));
        let by_ten_minutes = by_minute[..by_minute.len() - 1].to_owned();
        let older = format!("j|{}|{hour}:{minute}", self.0.strftime("%Y%m%d"));
        [(by_minute, MINUTE_KEPT), (by_ten_minutes, TEN_MINUTES_KEPT), (older, MINUTE_KEPT)]
    }

    fn histograms(&self, class: &str) -> [String; 2] {
        let (day, hour, minute) = (self.0.day(), self.0.hour(), self.0.minute());
        [format!("h|{class}-{day}-{hour}:{minute}"), format!("{class}-{day:02}-{hour:02}:{minute}")]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m2_runs_fall_into_buckets_and_keys_of_their_minute() {
        for (milliseconds, expected) in [(10, 0), (46, 3), (48, 3), (300, 7), (302, 7), (300_000_000, 25), (20, 1)] {
            assert_eq!(bucket(milliseconds), expected, "{milliseconds}");
        }
        let minute = Minute::of("2026-07-22T22:03:59Z".parse().unwrap());
        assert_eq!(minute.histograms("App::FooJob"), ["h|App::FooJob-22-22:3", "App::FooJob-22-22:3"]);
        let keys = minute.rollups().map(|(key, _)| key);
        assert_eq!(keys, ["j|260722|22:03", "j|260722|22:0", "j|20260722|22:3"]);
    }

    /// Keys and times to live of 7.3.10 and 8.1.7, whose pages read them: ours are the same for the same minute.
    #[test]
    fn m6_keys_are_those_that_sidekiq_7_and_8_have_written() {
        let samples = [
            (include_str!("../../tests/samples/sidekiq/7.3.10/failures_and_metrics.json"), "2026-11-23T18:24:30Z"),
            (include_str!("../../tests/samples/sidekiq/8.1.7/failures_and_metrics.json"), "2026-11-23T18:26:30Z"),
        ];
        let mut n_compared = 0;
        for (sample, moment) in samples {
            let sample: serde_json::Value = serde_json::from_str(sample).unwrap();
            let minute = Minute::of(moment.parse().unwrap());
            let ours: HashMap<String, u32> = minute
                .rollups()
                .into_iter()
                .chain(minute.histograms("SleepJob").map(|key| (key, MINUTE_KEPT)))
                .chain(minute.histograms("PlainJob").map(|key| (key, MINUTE_KEPT)))
                .collect();
            let keys = sample["states"]["after_first_failures"].as_object().unwrap();
            for (key, value) in keys.iter().filter(|(key, _)| key.contains('|') || key.contains("Job-")) {
                let kept = ours.get(key).unwrap_or_else(|| panic!("`{key}` is not among {ours:?}"));
                let left = value["ttl"].as_u64().unwrap();
                assert!(left <= u64::from(*kept) && left + 60 > u64::from(*kept), "{key}: {left} of {kept}");
                n_compared += 1;
            }
        }
        assert_eq!(n_compared, 3 + 4);
    }

    #[test]
    fn m1_failures_count_and_take_no_time() {
        let metrics = Metrics::default();
        let at = |milliseconds: i64| Timestamp::from_millisecond(1_795_458_410_000 + milliseconds).unwrap();
        for (took, has_failed) in [(1, false), (1, false), (7, true)] {
            metrics.note(&Ended { class: "Foo", started_at: at(0), closed_at: at(took), has_failed });
        }
        let figures = metrics.take();
        let foo = &figures.0["Foo"];
        assert_eq!((foo.n_processed, foo.n_failed, foo.milliseconds), (3, 1, 2));
        metrics.give_back(figures);
        assert_eq!(metrics.take().0["Foo"].n_processed, 3);
        assert!(metrics.take().0.is_empty());
    }
}
