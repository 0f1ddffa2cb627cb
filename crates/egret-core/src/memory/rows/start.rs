//! The right to start a service on demand.

use std::time::Duration;

use jiff::Timestamp;

use super::store::Store;
use crate::job_data::saturating_add;
use crate::memory::backoff::doubled;
use crate::{Liveness, ProcessIdentity, StartFailure, StartRequest, StartRight, StartStatus, Timing};

/// How starting services of one name stands.
#[derive(Debug, Default)]
pub(super) struct Starting {
    pending: Vec<Pending>,
    failures: u32,
    last_error: Option<String>,
    not_before: Option<Timestamp>,
}

/// A right that is given and not yet taken over.
#[derive(Debug)]
struct Pending {
    right: StartRight,
    holder: ProcessIdentity,
    lapses_at: Timestamp,
}

/// Pause after the first failed start; it doubles with each further one.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

impl Pending {
    fn is_lapsed(&self, now: Timestamp) -> bool {
        now >= self.lapses_at || self.holder.liveness(&ProcessIdentity::current()) == Liveness::Dead
    }
}

impl Store {
    pub(super) fn claim_start(&mut self, request: &StartRequest, timing: &Timing) -> Option<StartRight> {
        let now = self.tick();
        self.grant_start(request, now, timing)
    }

    /// Gives the right if something waits that neither the living services nor one that is being started can take.
    pub(super) fn grant_start(
        &mut self,
        request: &StartRequest,
        now: Timestamp,
        timing: &Timing,
    ) -> Option<StartRight> {
        let (n_available, n_reserved) = self.waiting.n_waiting(&request.selection, |queue| self.is_paused(queue));
        let living = self.services.living(&request.name, now, timing);
        let concurrency: Vec<u32> = living.map(|service| service.info.concurrency).collect();
        let is_needed = match concurrency.as_slice() {
            [] => n_available + n_reserved > 0,
            living => n_available as u64 > living.iter().map(|jobs| u64::from(*jobs)).sum(),
        };
        let nonce = rand::random::<u64>() >> 1;
        let starting = self.starting.entry(request.name.clone()).or_default();
        starting.pending.retain(|pending| !pending.is_lapsed(now));
        let is_full = concurrency.len() + starting.pending.len() >= request.max_services as usize;
        if !is_needed || is_full || starting.not_before.is_some_and(|not_before| now < not_before) {
            return None;
        }
        let right = StartRight { name: request.name.clone(), nonce, granted_at: now };
        let lapses_at = saturating_add(now, request.lapse);
        starting.pending.push(Pending { right: right.clone(), holder: request.holder.clone(), lapses_at });
        Some(right)
    }

    /// A service has come up by the right: nothing is pending, and former failures are forgotten.
    pub(super) fn take_over_start(&mut self, name: &str, nonce: u64) {
        let Some(starting) = self.starting.get_mut(name) else { return };
        starting.pending.retain(|pending| pending.right.nonce != nonce);
        starting.failures = 0;
        starting.last_error = None;
        starting.not_before = None;
    }

    /// Counts a failed start, unless the right has been replaced meanwhile.
    pub(super) fn start_failed(&mut self, failure: StartFailure) {
        let now = self.tick();
        let Some(starting) = self.starting.get_mut(&failure.right.name) else { return };
        let n_pending = starting.pending.len();
        starting.pending.retain(|pending| pending.right.nonce != failure.right.nonce);
        if starting.pending.len() == n_pending {
            return;
        }
        let pause = doubled(FIRST_PAUSE, starting.failures + 1).min(LONGEST_PAUSE);
        starting.failures += 1;
        starting.last_error = Some(failure.error);
        starting.not_before = Some(saturating_add(now, pause));
    }

    pub(super) fn start_status(&mut self, name: &str) -> StartStatus {
        let now = self.tick();
        let starting = self.starting.get(name);
        let pending = starting.and_then(|starting| starting.pending.iter().find(|pending| !pending.is_lapsed(now)));
        StartStatus {
            name: name.to_owned(),
            pending: pending.map(|pending| pending.right.clone()),
            failures: starting.map_or(0, |starting| starting.failures),
            last_error: starting.and_then(|starting| starting.last_error.clone()),
            not_before: starting.and_then(|starting| starting.not_before),
        }
    }
}
