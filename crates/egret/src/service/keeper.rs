//! The keeper: what a service does once a second beside its jobs: rescue, orders, retention.

use std::sync::Arc;
use std::time::{Duration, Instant};

use egret_core::ErrorKind;

use super::engine::Engine;
use super::forget::forget_old_jobs;
use super::grid::Grid;
use super::stop::StopRequest;

/// Between two rounds. Dead services of this host are found within it.
const ROUND: Duration = Duration::from_secs(1);
/// A service without jobs asks for orders in one of so many rounds.
const ORDERS_WHILE_IDLE: u32 = 5;
/// Between two prunes.
const PRUNE_EVERY: Duration = Duration::from_secs(600);

/// Does the service's housekeeping when its time has come.
#[derive(Debug)]
pub(super) struct Keeper {
    next_tick: Instant,
    next_prune: Instant,
    has_pruned: bool,
    n_rounds: u32,
    is_hinted: bool,
    round: Duration,
    grid: Grid,
}

impl Keeper {
    pub(super) fn new(engine: &Engine, grid: Grid) -> Self {
        let now = Instant::now();
        // A lease shorter than the usual round wants a shorter round.
        let round = ROUND.min(engine.options().timing.lease / 4);
        Self {
            next_tick: now,
            next_prune: now + PRUNE_EVERY / 10,
            has_pruned: false,
            n_rounds: 0,
            is_hinted: false,
            round,
            grid,
        }
    }

    pub(super) fn next_tick(&self) -> Instant {
        self.next_tick
    }

    /// Something happened in the store that may be an order.
    pub(super) fn hint(&mut self) {
        self.is_hinted = true;
    }

    pub(super) async fn tick_if_due(&mut self, engine: &Arc<Engine>) {
        let now = Instant::now();
        if now < self.next_tick {
            return;
        }
        self.next_tick = self.grid.at_most(now + self.round, now);
        super::retirement::weigh(engine);
        rescue(engine).await;
        // Most orders are for running jobs; a service without any learns of its own after a hint, which comes with an
        // order, or else with every fifth round.
        self.n_rounds += 1;
        let is_hinted = std::mem::take(&mut self.is_hinted);
        let is_quiet = engine.stop.request() == StopRequest::Quiet;
        if is_hinted || is_quiet || !engine.hand.is_idle() || self.n_rounds.is_multiple_of(ORDERS_WHILE_IDLE) {
            take_orders(engine).await;
        }
        if now >= self.next_prune {
            self.next_prune = now + PRUNE_EVERY;
            self.has_pruned = true;
            forget_old_jobs(engine).await;
            sweep_tasks(engine).await;
            forget_expired_records(engine).await;
        }
    }

    /// Forgets what is old before a service leaves by itself: one on demand may never live until its first prune.
    pub(super) async fn prune_before_leaving(&self, engine: &Engine) {
        if !self.has_pruned && engine.stop.request() < StopRequest::Stop {
            forget_old_jobs(engine).await;
            sweep_tasks(engine).await;
            forget_expired_records(engine).await;
        }
    }
}

/// Sessions, tokens and what else is kept beside jobs for a time.
async fn forget_expired_records(engine: &Engine) {
    let Some(control) = Arc::clone(&engine.backend).control() else { return };
    if let Err(error) = control.prune().await {
        tracing::warn!(error = %crate::error::chain(&error), "failed to forget expired sessions and tokens");
    }
}

async fn sweep_tasks(engine: &Engine) {
    let zone = crate::zone::of_process();
    if let Err(error) = crate::tasks::sweep(&*engine.backend, &engine.options().task_retention, &zone).await {
        tracing::warn!(error = %crate::error::chain(&error), "failed to forget old tasks");
    }
}

async fn rescue(engine: &Engine) {
    match engine.backend.rescue().await {
        Ok(report) => {
            for service in &report.dead_services {
                tracing::warn!(%service, "a service died; its jobs are back in their places");
            }
            for task in &report.closed_tasks {
                tracing::warn!(task, "the owner of a task has gone; it is free again");
            }
            for job in &report.quarantined {
                tracing::error!(job_id = %job, "quarantined: services died while it ran");
            }
        }
        // The claimer says so, and not once a second.
        Err(error) if error.kind() == ErrorKind::Corrupt => {}
        Err(error) => tracing::warn!(error = %crate::error::chain(&error), "failed to rescue jobs of dead services"),
    }
}

/// Full beats come from the thread of the heart; where beats are local and cheap, orders are asked for more often.
async fn take_orders(engine: &Arc<Engine>) {
    if !engine.backend.beat_locally(engine.service()) {
        return;
    }
    match engine.backend.beat(engine.service(), engine.present_beat()).await {
        Ok(orders) if orders.unknown => engine.heart_nudge().nudge(),
        Ok(orders) => engine.follow(&orders),
        Err(error) if error.kind() == ErrorKind::Corrupt => {}
        Err(error) => tracing::warn!(error = %crate::error::chain(&error), "failed to ask for orders"),
    }
}
