//! When which worker is hit, by chance but for one rule.

use std::time::Duration;

use egret_core::JobId;
use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;

use super::fleet::{Fleet, Hits};
use super::ledger::Ledger;
use super::plan::Plan;

/// The blows of a run, spread over its jobs.
#[derive(Debug)]
pub(super) struct Blows {
    random: StdRng,
    hits: Hits,
    pub(super) n_kills: usize,
    pub(super) n_freezes: usize,
    /// Of these, those that hit a job which had begun.
    pub(super) n_kill_hits: usize,
    pub(super) n_freeze_hits: usize,
}

impl Blows {
    pub(super) fn new(random: StdRng) -> Self {
        Self { random, hits: Hits::new(), n_kills: 0, n_freezes: 0, n_kill_hits: 0, n_freeze_hits: 0 }
    }

    /// Whether enough have hit for the run to prove something.
    pub(super) fn are_enough(&self, plan: &Plan) -> bool {
        self.n_kill_hits >= plan.n_kills && self.n_freeze_hits >= plan.n_freezes
    }

    /// Deals the next blow if the run has come far enough for it.
    pub(super) fn strike(&mut self, plan: &Plan, fleet: &mut Fleet, ledger: &mut Ledger) {
        // One worker at least is left alone, so that the run goes on.
        let healthy = fleet.healthy();
        if healthy.len() < 2 {
            return;
        }
        // All blows are to have hit after 85 of 100 jobs.
        let progress = ledger.n_finished as f64 / (plan.n_jobs as f64 * 0.85);
        let due = |n_wanted: usize| (n_wanted as f64 * progress).ceil() as usize;
        let place = *healthy.choose(&mut self.random).expect("two workers are healthy");
        if self.n_kill_hits < due(plan.n_kills).min(plan.n_kills) {
            self.kill(place, fleet, ledger);
        } else if self.n_freeze_hits < due(plan.n_freezes).min(plan.n_freezes) {
            self.freeze(place, plan, fleet, ledger);
        }
    }

    fn kill(&mut self, place: usize, fleet: &mut Fleet, ledger: &mut Ledger) {
        self.pause();
        if self.would_be_unjust(place, fleet, ledger) {
            return;
        }
        let absence = Duration::from_millis(self.random.random_range(0..200));
        let hit = fleet.kill(place, absence, ledger);
        self.n_kills += 1;
        self.n_kill_hits += usize::from(hit.is_some());
        self.remember(hit);
    }

    fn freeze(&mut self, place: usize, plan: &Plan, fleet: &mut Fleet, ledger: &mut Ledger) {
        self.pause();
        if self.would_be_unjust(place, fleet, ledger) {
            return;
        }
        // Half of the freezes end before the lease does, the others well after.
        let leases = if self.random.random_bool(0.5) { 0.1..0.9 } else { 1.5..2.5 };
        let duration = plan.timing.lease.mul_f64(self.random.random_range(leases));
        let hit = fleet.freeze(place, duration, ledger);
        self.n_freezes += 1;
        self.n_freeze_hits += usize::from(hit.is_some());
        self.remember(hit);
    }

    /// Waits for less than a job takes, so that blows fall at any point of the work.
    fn pause(&mut self) {
        std::thread::sleep(Duration::from_micros(self.random.random_range(0..20_000)));
    }

    /// Three services that die during one job have it quarantined, by chance as well as by the job's own fault. The harness
    /// knows that the fault is its own and spares a job that it has hit twice.
    fn would_be_unjust(&self, place: usize, fleet: &mut Fleet, ledger: &mut Ledger) -> bool {
        let running = fleet.running(place, ledger);
        running.is_some_and(|id| self.hits.get(&id).is_some_and(|n_hits| *n_hits >= 2))
    }

    fn remember(&mut self, hit: Option<JobId>) {
        if let Some(id) = hit {
            *self.hits.entry(id).or_default() += 1;
        }
    }
}
