//! Claims that stand: they lie on the server behind a list that is watched, and are carried out there when a job comes.
//!
//! A list is watched by `BLMOVE` from its end to the same end, which takes nothing, on a connection of its own. The claim is sent
//! right behind it, and the server runs it as soon as the list has an element. What it claims belongs to the service, as after
//! any claim, and is given to the service's claimer, or goes back if he does not come.
//!
//! This file knows who waits and what stands; [`watch`](super::watch) sends it, [`stand`](super::stand) is the verb.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};

use egret_core::{ClaimedJob, ServiceId};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use super::queue_names::Meant;
use crate::driver::Call;

/// The standing claims of one service, at most one for each list that is watched.
#[derive(Debug)]
pub(super) struct Standing {
    pub(super) service: ServiceId,
    state: Mutex<State>,
    /// Jobs have come.
    answered: Notify,
    /// There may be work: whoever waits has to look.
    hint: Notify,
    /// Somebody waits again.
    came_back: Notify,
    /// A claim stands no more.
    fell: Notify,
}

#[derive(Debug, Default)]
struct State {
    n_waiting: usize,
    /// The number of the last claim that was sent.
    last_number: u64,
    watches: HashMap<String, Watch>,
    /// What was claimed and given to nobody yet.
    jobs: VecDeque<ClaimedJob>,
}

/// A list that is watched.
#[derive(Debug)]
struct Watch {
    arm: Arc<Notify>,
    claim: Option<StandingClaim>,
    task: Task,
}

#[derive(Debug)]
struct StandingClaim {
    order: Arc<Order>,
    sent: Option<Sent>,
    /// It is not to be sent again.
    ends: bool,
}

/// A claim as it was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sent {
    number: u64,
    /// The number of its connection, where the server tells it.
    pub(super) client: Option<i64>,
}

/// What is to be claimed.
#[derive(Debug)]
pub(super) struct Order {
    /// All queues of the claim, their names sorted.
    pub(super) meant: Meant,
    /// So many claims the service holds at most with what is claimed.
    pub(super) most_held: usize,
    pub(super) call: Call,
}

/// A task that ends with the value.
#[derive(Debug)]
pub(super) struct Task(pub(super) JoinHandle<()>);

impl Task {
    pub(super) fn has_ended(&self) -> bool {
        self.0.is_finished()
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Watch {
    fn sent(&self) -> Option<Sent> {
        self.claim.as_ref()?.sent
    }

    /// Whether a claim stands and is to go on.
    fn is_to_stand(&self) -> bool {
        self.claim.as_ref().is_some_and(|claim| !claim.ends)
    }
}

impl Standing {
    pub(super) fn new(service: ServiceId) -> Self {
        let state = Mutex::default();
        let [answered, hint, came_back, fell] = [(); 4].map(|()| Notify::new());
        Self { service, state, answered, hint, came_back, fell }
    }

    // --- those who wait

    pub(super) fn begin_wait(&self) {
        self.lock().n_waiting += 1;
        self.came_back.notify_waiters();
    }

    pub(super) fn end_wait(&self) {
        self.lock().n_waiting -= 1;
    }

    pub(super) fn is_waited_for(&self) -> bool {
        self.lock().n_waiting > 0
    }

    /// Waits until somebody waits.
    pub(super) async fn waited_for_again(&self) {
        let came_back = self.came_back.notified();
        if !self.is_waited_for() {
            came_back.await;
        }
    }

    /// Tells whoever waits that he has to look.
    pub(super) fn hint(&self) {
        self.hint.notify_waiters();
    }

    /// Passes a hint on, unless it tells of a queue whose watch tells more.
    pub(super) fn hint_of(&self, queue: &str) {
        let is_watched = self.lock().watches.get(queue).is_some_and(|watch| watch.sent().is_some());
        if !is_watched {
            self.hint();
        }
    }

    /// Waits for a hint that is given from now on.
    pub(super) fn hinted(&self) -> impl Future<Output = ()> {
        self.hint.notified()
    }

    // --- jobs

    /// Keeps jobs for whoever waits.
    pub(super) fn give(&self, jobs: Vec<ClaimedJob>) {
        self.lock().jobs.extend(jobs);
        self.answered.notify_waiters();
    }

    /// What has come, so many at most.
    pub(super) fn take(&self, limit: usize) -> Vec<ClaimedJob> {
        let mut state = self.lock();
        let n_taken = state.jobs.len().min(limit);
        state.jobs.drain(..n_taken).collect()
    }

    /// What has come, unless somebody waits who takes it.
    pub(super) fn take_unwanted(&self) -> Vec<ClaimedJob> {
        let mut state = self.lock();
        if state.n_waiting > 0 { Vec::new() } else { state.jobs.drain(..).collect() }
    }

    /// Waits until jobs have come, and takes so many at most.
    pub(super) async fn answered(&self, limit: usize) -> Vec<ClaimedJob> {
        loop {
            let answered = self.answered.notified();
            let jobs = self.take(limit);
            if !jobs.is_empty() {
                return jobs;
            }
            answered.await;
        }
    }

    // --- what stands

    /// Whether a claim stands that could take jobs at any moment.
    pub(super) fn is_armed(&self) -> bool {
        self.lock().watches.values().any(|watch| watch.claim.is_some())
    }

    /// The first so many of the queues, or as many that are watched already.
    pub(super) fn to_watch(&self, queues: &[String], most: usize) -> Vec<String> {
        let mut state = self.lock();
        state.watches.retain(|_, watch| !watch.task.has_ended());
        let wanted = queues.len().min(most);
        let mut chosen: Vec<String> =
            state.watches.keys().filter(|queue| queues.contains(queue)).take(wanted).cloned().collect();
        for queue in queues {
            if chosen.len() < wanted && !chosen.contains(queue) {
                chosen.push(queue.clone());
            }
        }
        chosen
    }

    /// Lets fall what stands and claims from other queues, or would let the service hold too many. Answers what is to be unblocked.
    pub(super) fn let_outdated_fall(&self, meant: &Meant, most_held: usize) -> Vec<Sent> {
        self.let_fall_where(|order| order.meant != *meant || order.most_held > most_held)
    }

    /// Lets fall everything that stands.
    pub(super) fn let_fall(&self) -> Vec<Sent> {
        self.let_fall_where(|_| true)
    }

    fn let_fall_where(&self, is_meant: impl Fn(&Order) -> bool) -> Vec<Sent> {
        let mut endings = Vec::new();
        for watch in self.lock().watches.values_mut() {
            let Some(claim) = watch.claim.as_mut().filter(|claim| is_meant(&claim.order)) else { continue };
            claim.ends = true;
            match claim.sent {
                Some(sent) => endings.push(sent),
                // It was not sent, and will not be.
                None => watch.claim = None,
            }
        }
        endings
    }

    /// Those that still stand as they were sent.
    pub(super) fn still_stand(&self, sent: &[Sent]) -> Vec<Sent> {
        self.lock().watches.values().filter_map(Watch::sent).filter(|standing| sent.contains(standing)).collect()
    }

    /// Waits until a claim falls from now on.
    pub(super) fn has_fallen(&self) -> impl Future<Output = ()> {
        self.fell.notified()
    }

    /// Watches no more where a claim stands that cannot be ended: with the connection it ends.
    pub(super) fn abandon(&self, sent: &[Sent]) {
        self.lock().watches.retain(|_, watch| !watch.sent().is_some_and(|standing| sent.contains(&standing)));
    }

    /// Watches no more than these queues.
    pub(super) fn keep(&self, queues: &[String]) {
        self.lock().watches.retain(|queue, _| queues.contains(queue));
    }

    /// Has the queue watched, and the claim stand behind it if none does. The watch is begun if there is none.
    pub(super) fn arm(&self, queue: &str, order: &Arc<Order>, begin: impl FnOnce(Arc<Notify>) -> Task) {
        let mut state = self.lock();
        let watch = state.watches.entry(queue.to_owned()).or_insert_with(|| {
            let arm = Arc::new(Notify::new());
            Watch { arm: Arc::clone(&arm), claim: None, task: begin(arm) }
        });
        match &mut watch.claim {
            // One that was to end, and is as good, is sent again when it has.
            Some(claim) => claim.ends = false,
            None => {
                watch.claim = Some(StandingClaim { order: Arc::clone(order), sent: None, ends: false });
                watch.arm.notify_one();
            }
        }
    }

    /// Whether all of these queues are watched and have their claims.
    pub(super) fn stands_at(&self, queues: &[String]) -> bool {
        let state = self.lock();
        queues.iter().all(|queue| state.watches.get(queue).is_some_and(Watch::is_to_stand))
    }

    // --- for who watches a queue

    /// Whether a claim is to be sent.
    pub(super) fn is_to_send(&self, queue: &str) -> bool {
        self.lock().watches.get(queue).is_some_and(|watch| watch.claim.is_some())
    }

    /// The claim that is to be sent now by a connection. From then on it counts as sent.
    pub(super) fn send(&self, queue: &str, client: Option<i64>) -> Option<Arc<Order>> {
        let mut state = self.lock();
        let number = state.last_number + 1;
        let claim = state.watches.get_mut(queue)?.claim.as_mut()?;
        claim.sent = Some(Sent { number, client });
        let order = Arc::clone(&claim.order);
        state.last_number = number;
        Some(order)
    }

    /// The claim has been carried out, or it is not known whether. It stands no more.
    pub(super) fn fall(&self, queue: &str) {
        if let Some(watch) = self.lock().watches.get_mut(queue) {
            watch.claim = None;
        }
        self.fell.notify_waiters();
    }

    /// The claim has found nothing, and nothing is to be found: it is sent again, if somebody still waits for it.
    pub(super) fn stand_on_or_fall(&self, queue: &str) {
        let mut state = self.lock();
        let is_wanted = state.n_waiting > 0;
        if let Some(watch) = state.watches.get_mut(queue) {
            match watch.claim.as_mut().filter(|claim| is_wanted && !claim.ends) {
                Some(claim) => claim.sent = None,
                None => watch.claim = None,
            }
        }
        drop(state);
        self.fell.notify_waiters();
    }

    /// The service is gone: nothing stands any more.
    pub(super) fn close(&self) {
        self.lock().watches.clear();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nothing panics with the standing claims")
    }
}
