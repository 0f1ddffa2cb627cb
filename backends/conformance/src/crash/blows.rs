//! When which worker is hit, by chance but for one rule.

use std::time::Duration;

use egret_core::MAX_INTERRUPTIONS;
use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;

use super::fleet::Fleet;
use super::ledger::Ledger;
use super::plan::Plan;

/// The blows of a run, spread over its jobs.
#[derive(Debug)]
pub(super) struct Blows {
    random: StdRng,
    pub(super) n_kills: usize,
    pub(super) n_freezes: usize,
    /// Of these, those that hit a job which had begun.
    pub(super) n_kill_hits: usize,
    pub(super) n_freeze_hits: usize,
}

impl Blows {
    pub(super) fn new(random: StdRng) -> Self {
        Self { random, n_kills: 0, n_freezes: 0, n_kill_hits: 0, n_freeze_hits: 0 }
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
        // All blows are to have hit after 75 of 100 jobs.
        let progress = (ledger.n_finished as f64 / (plan.n_jobs as f64 * 0.75)).min(1.0);
        let arrears = |n_wanted: usize, n_hits: usize| progress - n_hits as f64 / n_wanted as f64;
        let of_kills = arrears(plan.n_kills, self.n_kill_hits);
        let of_freezes = arrears(plan.n_freezes, self.n_freeze_hits);
        let place = *healthy.choose(&mut self.random).expect("two workers are healthy");
        if of_freezes > 0.0 && of_freezes >= of_kills {
            self.freeze(place, plan, fleet, ledger);
        } else if of_kills > 0.0 {
            self.kill(place, fleet, ledger);
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
    }

    fn freeze(&mut self, place: usize, plan: &Plan, fleet: &mut Fleet, ledger: &mut Ledger) {
        self.pause();
        if self.would_be_unjust(place, fleet, ledger) {
            return;
        }
        // Half of the freezes that hit end well after the lease, the others before it does.
        let leases = if self.n_freeze_hits.is_multiple_of(2) { 2.0..3.0 } else { 0.1..0.9 };
        let duration = plan.timing.lease.mul_f64(self.random.random_range(leases));
        let hit = fleet.freeze(place, duration, ledger);
        self.n_freezes += 1;
        self.n_freeze_hits += usize::from(hit.is_some());
    }

    /// Waits for less than a job takes, so that blows fall at any point of the work.
    fn pause(&mut self) {
        std::thread::sleep(Duration::from_micros(self.random.random_range(0..20_000)));
    }

    /// Three services that die during one job have it quarantined, by chance as well as by the job's own fault. The harness
    /// knows that the fault is its own and spares a job that runs for the third time.
    fn would_be_unjust(&self, place: usize, fleet: &mut Fleet, ledger: &mut Ledger) -> bool {
        let running = fleet.running(place, ledger);
        running.is_some_and(|id| ledger.entry(&id).n_started >= MAX_INTERRUPTIONS)
    }
}
