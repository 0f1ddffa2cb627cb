//! Whether a service lives, by its beats and by what this process can tell.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

use crate::{Liveness, ProcessIdentity, ServiceId, Timing};

/// How many beats each service had made when this process last looked, and since when that has not changed by its own clock.
#[derive(Debug, Default)]
pub struct Observations(Mutex<HashMap<ServiceId, (u64, Instant)>>);

impl Observations {
    /// For how long the number of beats has not changed, as far as this process has seen.
    fn stillness(&self, service: ServiceId, n_beats: u64) -> Duration {
        let mut seen = self.0.lock().expect("nothing panics with the observations");
        let (known, since) = seen.entry(service).or_insert_with(|| (n_beats, Instant::now()));
        if *known != n_beats {
            (*known, *since) = (n_beats, Instant::now());
        }
        since.elapsed()
    }

    /// Forgets services that are gone.
    pub fn keep(&self, is_known: impl Fn(ServiceId) -> bool) {
        self.0.lock().expect("nothing panics with the observations").retain(|service, _| is_known(*service));
    }

    /// Whether the service is dead: its process has ended, or its last beat is older than the lease by the store's clock *and*
    /// this process has seen it still for long enough by its own.
    pub fn is_dead(&self, seen: &Pulse<'_>, now: Timestamp, timing: &Timing) -> bool {
        let stillness = self.stillness(seen.service, seen.n_beats);
        let has_lapsed = is_older(now, seen.beat_at, timing.lease) && stillness > timing.observation;
        has_lapsed || seen.process.liveness(&ProcessIdentity::current()) == Liveness::Dead
    }
}

/// The signs of life of a service.
#[derive(Debug)]
pub struct Pulse<'a> {
    /// Its nonce.
    pub service: ServiceId,
    /// Where it runs.
    pub process: &'a ProcessIdentity,
    /// Beats so far.
    pub n_beats: u64,
    /// The last of them, by the store's clock.
    pub beat_at: Timestamp,
}

fn is_older(now: Timestamp, then: Timestamp, age: Duration) -> bool {
    SignedDuration::try_from(age).is_ok_and(|age| now.duration_since(then) > age)
}
