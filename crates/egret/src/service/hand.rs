//! Claimed jobs that have not started: what workers take from and the claimer fills.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

use egret_core::{ClaimedJob, Release};
use tokio::sync::Notify;

use super::rate::Rate;

/// The service claims ahead only what its measured rate will start within this time.
const AHEAD: Duration = Duration::from_millis(50);
/// What has not started this long after its claim goes back to its place.
const RECALL_AFTER: Duration = Duration::from_millis(100);
/// Jobs in one claim at most.
const LARGEST_CLAIM: usize = 1_000;

/// Claimed jobs that have not started.
#[derive(Debug)]
pub(super) struct Hand {
    state: Mutex<HandState>,
    /// Workers wait here for jobs.
    filled: Notify,
    /// The claimer waits here for room.
    room: Notify,
    /// Noticed when the last job has ended.
    idle: Notify,
}

/// Guarded for a few instructions at a time, never across an await.
#[derive(Debug)]
struct HandState {
    jobs: VecDeque<HeldJob>,
    /// Jobs at once.
    concurrency: usize,
    /// Workers there are; more than the concurrency while some have still to end.
    n_workers: usize,
    /// Workers that perform a job.
    n_busy: usize,
    n_started: u64,
    rate: Rate,
    /// Below this many jobs in hand the claimer is woken.
    low_water: usize,
    is_closed: bool,
    /// Jobs in hand or running during which a service has died before.
    n_interrupted: usize,
}

#[derive(Debug)]
struct HeldJob {
    job: ClaimedJob,
    claimed_at: Instant,
}

impl Hand {
    /// Empty, with no workers.
    pub(super) fn new() -> Self {
        Self {
            state: Mutex::new(HandState {
                jobs: VecDeque::new(),
                concurrency: 0,
                n_workers: 0,
                n_busy: 0,
                n_started: 0,
                rate: Rate::new(Instant::now()),
                low_water: 0,
                is_closed: false,
                n_interrupted: 0,
            }),
            filled: Notify::new(),
            room: Notify::new(),
            idle: Notify::new(),
        }
    }

    /// Sets how many jobs run at once. Answers how many workers must be added for that; if there are too many, some are
    /// told to end by [`take`](Self::take).
    pub(super) fn hire(&self, concurrency: usize) -> usize {
        let mut state = self.lock();
        state.concurrency = concurrency;
        let n_missing = concurrency.saturating_sub(state.n_workers);
        state.n_workers += n_missing;
        let has_surplus = state.n_workers > concurrency;
        drop(state);
        if has_surplus {
            self.filled.notify_waiters();
        }
        self.room.notify_one();
        n_missing
    }

    /// The next job to start; `None` once the hand is closed, and for a worker too many. The caller must report its end with
    /// [`job_ended`](Self::job_ended).
    pub(super) async fn take(&self) -> Option<ClaimedJob> {
        loop {
            if let Some(taken) = self.try_take() {
                return taken;
            }
            let filled = self.filled.notified();
            tokio::pin!(filled);
            // Registered before the second look: each notice then reaches a worker of its own.
            filled.as_mut().enable();
            if let Some(taken) = self.try_take() {
                return taken;
            }
            filled.await;
        }
    }

    /// A job, or `Some(None)` for a worker that is to end, or `None` while there is nothing.
    fn try_take(&self) -> Option<Option<ClaimedJob>> {
        let mut state = self.lock();
        if state.is_closed || state.n_workers > state.concurrency {
            state.n_workers -= 1;
            if !state.jobs.is_empty() {
                // The notice that woke this worker was for a job.
                self.filled.notify_one();
            }
            return Some(None);
        }
        let held = state.jobs.pop_front()?;
        state.n_busy += 1;
        state.n_started += 1;
        let wants_more = state.jobs.len() == state.low_water;
        drop(state);
        if wants_more {
            self.room.notify_one();
        }
        Some(Some(held.job))
    }

    /// A job that was taken no longer runs here.
    pub(super) fn job_ended(&self, interruptions: u32) {
        let mut state = self.lock();
        state.n_busy -= 1;
        state.n_interrupted -= usize::from(interruptions > 0);
        let wants_more = state.jobs.len() <= state.low_water;
        let is_idle = state.n_busy == 0 && state.jobs.is_empty();
        drop(state);
        if wants_more {
            self.room.notify_one();
        }
        if is_idle {
            self.idle.notify_waiters();
        }
    }

    /// What to claim now: how many jobs, and how many of them may be jobs during which a service has died. Never more
    /// than would make `max_jobs` started in all.
    pub(super) fn wanted(&self, max_jobs: Option<u64>) -> (usize, usize) {
        let mut state = self.lock();
        let total = state.n_started;
        state.rate.measure(Instant::now(), total);
        let idle = state.concurrency.saturating_sub(state.n_busy);
        let left = max_jobs.map_or(usize::MAX, |max| usize::try_from(max.saturating_sub(total)).unwrap_or(usize::MAX));
        let target = (idle + state.rate.within(AHEAD)).min(LARGEST_CLAIM).min(left);
        state.low_water = target / 2;
        let wanted = if state.jobs.len() > state.low_water { 0 } else { target.saturating_sub(state.jobs.len()) };
        (wanted, usize::from(state.n_interrupted == 0))
    }

    /// Waits until a worker has taken or ended a job.
    pub(super) async fn room(&self) {
        self.room.notified().await;
    }

    /// Adds claimed jobs behind those in hand. Once closed, gives them back instead.
    #[must_use = "jobs that were not taken must be released"]
    pub(super) fn fill(&self, jobs: Vec<ClaimedJob>) -> Vec<ClaimedJob> {
        let n_jobs = jobs.len();
        let claimed_at = Instant::now();
        let mut state = self.lock();
        if state.is_closed {
            return jobs;
        }
        state.n_interrupted += jobs.iter().filter(|job| job.interruptions > 0).count();
        state.jobs.extend(jobs.into_iter().map(|job| HeldJob { job, claimed_at }));
        let n_notices = n_jobs.min(state.concurrency);
        drop(state);
        for _ in 0..n_notices {
            self.filled.notify_one();
        }
        Vec::new()
    }

    /// Takes out what was claimed too long ago to be kept from others.
    pub(super) fn recall_overdue(&self) -> Vec<Release> {
        let now = Instant::now();
        let mut state = self.lock();
        let n_overdue =
            state.jobs.iter().take_while(|held| now.duration_since(held.claimed_at) >= RECALL_AFTER).count();
        take_out(&mut state, n_overdue)
    }

    /// When the oldest job in hand must go back; `None` while the hand is empty.
    pub(super) fn next_recall(&self) -> Option<Instant> {
        self.lock().jobs.front().map(|held| held.claimed_at + RECALL_AFTER)
    }

    /// Takes out everything.
    pub(super) fn recall_all(&self) -> Vec<Release> {
        let mut state = self.lock();
        let n_jobs = state.jobs.len();
        take_out(&mut state, n_jobs)
    }

    /// Lets workers end as soon as they have ended their jobs.
    pub(super) fn close(&self) {
        self.lock().is_closed = true;
        self.filled.notify_waiters();
    }

    /// Waits until no job is in hand or running.
    pub(super) async fn idled(&self) {
        loop {
            let idle = self.idle.notified();
            tokio::pin!(idle);
            // Registered before the look, so that no notice falls in between.
            idle.as_mut().enable();
            if self.is_idle() {
                return;
            }
            idle.await;
        }
    }

    /// Jobs that have started since the service began.
    pub(super) fn n_started(&self) -> u64 {
        self.lock().n_started
    }

    /// Whether no job is in hand or running.
    pub(super) fn is_idle(&self) -> bool {
        let state = self.lock();
        state.jobs.is_empty() && state.n_busy == 0
    }

    fn lock(&self) -> MutexGuard<'_, HandState> {
        self.state.lock().expect("nothing panics while the hand is locked")
    }
}

fn take_out(state: &mut HandState, n_jobs: usize) -> Vec<Release> {
    let releases: Vec<_> =
        state.jobs.drain(..n_jobs).map(|held| (held.job.interruptions, Release::unstarted(held.job.token))).collect();
    state.n_interrupted -= releases.iter().filter(|(interruptions, _)| *interruptions > 0).count();
    releases.into_iter().map(|(_, release)| release).collect()
}
