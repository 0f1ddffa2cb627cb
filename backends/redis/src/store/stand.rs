//! The verb *wait to claim*: what comes is claimed by the server in the moment in which it comes; see [`standing`](super::standing).

use std::sync::Arc;
use std::time::Duration;

use egret_core::{ClaimRequest, ClaimedJob, Release, Result, ServiceId};
use tokio::runtime::Handle;

use super::Store;
use super::claim::Bound;
use super::format::Format;
use super::standing::{Order, Sent, Standing, Task};
use super::wait::Hears;
use super::watch::Watcher;

/// So many queues of a service are watched at most, each by a connection. Of others it learns by hints and by its timer.
const WATCHED: usize = 8;
/// A claim stands for so long after a wait whose time was up: whoever waited mostly comes back at once. For so long a job that comes
/// meanwhile may be kept from others.
const GRACE: Duration = Duration::from_millis(100);
/// Nothing stands for less.
const SHORTEST_STAND: Duration = Duration::from_millis(100);
/// Between two tries to end a claim: the first may come to the server before the claim does.
const UNBLOCK_PAUSE: Duration = Duration::from_millis(10);
/// So often it is tried; then the connection is given up.
const UNBLOCK_TRIES: usize = 100;

impl<F: Format> Store<F> {
    /// Waits for jobs, for a hint or until the timeout. Answers what was claimed meanwhile, which may be nothing.
    pub(super) async fn wait_to_claim_jobs(
        self: &Arc<Self>,
        request: ClaimRequest,
        timeout: Duration,
    ) -> Result<Vec<ClaimedJob>> {
        let standing = self.waiting.standing(request.service);
        let mut waits = Waits::begin(self, &standing);
        // Registered before anything is looked at.
        let hinted = standing.hinted();
        self.listen(Hears::Common);
        let jobs = tokio::select! {
            biased;
            jobs = async {
                self.let_stand(&standing, &request).await;
                standing.answered(request.limit).await
            } => jobs,
            () = hinted => Vec::new(),
            () = tokio::time::sleep(timeout) => Vec::new(),
        };
        waits.has_ended = true;
        Ok(jobs)
    }

    /// Has claims stand as the request asks. Those that stand already and are as good are left.
    async fn let_stand(self: &Arc<Self>, standing: &Arc<Standing>, request: &ClaimRequest) {
        let Ok(meant) = self.queues_meant(&request.selection.queues).await else { return };
        let watched = standing.to_watch(&meant.names, WATCHED);
        if meant.n_known.is_some() || watched.len() < meant.names.len() {
            // Queues that are not watched, and those that there will be.
            self.listen(Hears::AnyQueue);
        }
        let mut sorted = meant.clone();
        sorted.names.sort_unstable();
        let most_held = self.most_held(request);
        self.unblock(standing, standing.let_outdated_fall(&sorted, most_held)).await;
        standing.keep(&watched);
        if standing.stands_at(&watched) {
            return;
        }
        let most = ClaimRequest {
            limit: most_held,
            // One that a service has died of is given alone: by a claim that knows what runs.
            max_interrupted: 0,
            ..request.clone()
        };
        // What is due is looked for when its time comes.
        let call = self.claim_call(&most, &meant, false, Bound::Held(most_held));
        let order = Arc::new(Order { meant: sorted, most_held, call });
        for queue in &watched {
            standing.arm(queue, &order, |arm| Task(tokio::spawn(Watcher::new(self, standing, queue, arm).run())));
        }
    }

    /// So long the server waits with a claim before it has to be sent again: a host that has gone without a word claims no longer.
    pub(super) fn longest_stand(&self) -> Duration {
        (self.timing.beat * 2).max(SHORTEST_STAND)
    }

    /// So many claims the service is to hold at most with those that stand: never more than it can run at once, so that those at several
    /// queues do not take more together than one would.
    fn most_held(&self, request: &ClaimRequest) -> usize {
        let most = request.limit + self.book.count_of(request.service);
        self.beats.concurrency(request.service).map_or(most, |concurrency| concurrency.min(most))
    }

    /// Ends claims that stand, and waits until they have ended. What they have claimed is given like anything that comes.
    async fn unblock(&self, standing: &Standing, mut endings: Vec<Sent>) {
        for _ in 0..UNBLOCK_TRIES {
            let fallen = standing.has_fallen();
            endings = standing.still_stand(&endings);
            if endings.is_empty() {
                return;
            }
            let mut pipeline = redis::pipe();
            for client in endings.iter().filter_map(|ending| ending.client) {
                pipeline.cmd("CLIENT").arg("UNBLOCK").arg(client);
            }
            if pipeline.is_empty() {
                break;
            }
            if let Err(error) = self.driver.ask_all("end standing claims", &pipeline).await {
                tracing::debug!(%error, "failed to end standing claims; their connections are closed");
                break;
            }
            let _ = tokio::time::timeout(UNBLOCK_PAUSE, fallen).await;
        }
        // What such a claim takes in this moment is known to nobody, and goes back with two beats.
        standing.abandon(&endings);
    }

    /// Ends all claims of a service that stand: so that none of them counts as on its way.
    pub(super) async fn end_standing(&self, service: ServiceId) {
        let Some(standing) = self.waiting.known_standing(service) else { return };
        self.unblock(&standing, standing.let_fall()).await;
        // Whoever waits lets them stand again.
        standing.hint();
    }

    /// Nobody waits any more: after the grace nothing stands, and what has come goes back.
    async fn put_down(&self, standing: &Standing, grace: Duration) {
        if !grace.is_zero() && tokio::time::timeout(grace, standing.waited_for_again()).await.is_ok() {
            return;
        }
        if standing.is_waited_for() {
            return;
        }
        self.unblock(standing, standing.let_fall()).await;
        let unwanted = standing.take_unwanted();
        if unwanted.is_empty() {
            return;
        }
        let releases = unwanted.iter().map(|job| Release::unstarted(job.token)).collect();
        if let Err(error) = self.release_claims(releases).await {
            tracing::warn!(%error, "failed to give back jobs that nobody waits for; they go back with the service");
        }
    }
}

/// Somebody who waits.
struct Waits<'a, F: Format> {
    store: &'a Arc<Store<F>>,
    standing: &'a Arc<Standing>,
    runtime: Handle,
    /// Whether he was answered. Else he has gone, and what stands is ended at once.
    has_ended: bool,
}

impl<'a, F: Format> Waits<'a, F> {
    fn begin(store: &'a Arc<Store<F>>, standing: &'a Arc<Standing>) -> Self {
        standing.begin_wait();
        Self { store, standing, runtime: Handle::current(), has_ended: false }
    }
}

impl<F: Format> Drop for Waits<'_, F> {
    fn drop(&mut self) {
        self.standing.end_wait();
        let grace = if self.has_ended { GRACE } else { Duration::ZERO };
        let (store, standing) = (Arc::clone(self.store), Arc::clone(self.standing));
        self.runtime.spawn(async move { store.put_down(&standing, grace).await });
    }
}
