//! A random sequence of operations on a store and on a model that is too small to be wrong.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use egret_core::{Applied, Change, ClaimedJob, JobId, JobState, Outcome, ServiceId, Target, Timestamp};
use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;

use super::{assert_matches_listing, counts, tally};
use crate::seed;
use crate::world::{Amend, World, an_error, completed, due, everything, in_queue, reenqueued};

const STEPS: usize = 250;
const QUEUES: [&str; 3] = ["a", "b", "c"];

pub(crate) async fn agree_with_a_model_under_random_operations(world: World) {
    let mut random = seed::repeatable();
    let service = world.service().await;
    let later = world.in_future(Duration::from_secs(3600)).await;
    let mut run = Run { world, service, later, model: Model::default() };
    for step in 0..STEPS {
        let operation = *OPERATIONS.choose(&mut random).expect("there are operations");
        run.apply(operation, &mut random).await;
        run.compare(&format!("step {step}, {operation:?}")).await;
        if step % 25 == 0 {
            assert_matches_listing(&run.world).await;
        }
    }
    assert_matches_listing(&run.world).await;
}

#[derive(Clone, Copy, Debug)]
enum Operation {
    Enqueue,
    Schedule,
    Claim,
    Start,
    Complete,
    Discard,
    Reenqueue,
    Snooze,
    Release,
    StaleFinish,
    Cancel,
    Retry,
    RunNow,
    Delete,
}

/// Each operation as often as it shall come.
const OPERATIONS: &[Operation] = &[
    Operation::Enqueue,
    Operation::Enqueue,
    Operation::Enqueue,
    Operation::Schedule,
    Operation::Claim,
    Operation::Claim,
    Operation::Start,
    Operation::Start,
    Operation::Complete,
    Operation::Discard,
    Operation::Reenqueue,
    Operation::Snooze,
    Operation::Release,
    Operation::StaleFinish,
    Operation::Cancel,
    Operation::Retry,
    Operation::RunNow,
    Operation::Delete,
];

/// What must be in the store.
#[derive(Default)]
struct Model {
    jobs: HashMap<JobId, (String, JobState)>,
    held: Vec<ClaimedJob>,
    ended: Vec<ClaimedJob>,
}

struct Run {
    world: World,
    service: ServiceId,
    later: Timestamp,
    model: Model,
}

impl Run {
    async fn apply(&mut self, operation: Operation, random: &mut StdRng) {
        let changes = self.world.can().changes;
        match operation {
            Operation::Enqueue => self.enqueue(None, random).await,
            Operation::Schedule => self.enqueue(Some(self.later), random).await,
            Operation::Claim => self.claim(random.random_range(1..4)).await,
            Operation::Start => self.start(random).await,
            Operation::Complete => self.finish(random, |_, _| completed(), JobState::Completed).await,
            Operation::Discard => {
                self.finish(random, |_, _| Outcome::Discarded { error: an_error() }, JobState::Discarded).await;
            }
            Operation::Reenqueue => {
                self.finish(random, |job, later| reenqueued(job, Some(later)), JobState::Retryable).await;
            }
            Operation::Snooze => {
                self.finish(random, |_, later| Outcome::Snoozed { until: later }, JobState::Scheduled).await;
            }
            Operation::Release => self.release(random).await,
            Operation::StaleFinish => self.finish_again(random).await,
            Operation::Cancel if changes.cancel => self.change(Change::Cancel, JobState::Scheduled, random).await,
            Operation::Retry if changes.retry => self.change(Change::Retry, JobState::Discarded, random).await,
            Operation::RunNow if changes.run_now => self.change(Change::RunNow, JobState::Retryable, random).await,
            Operation::Delete if changes.delete && self.world.can().history => {
                self.change(Change::Delete, JobState::Completed, random).await
            }
            Operation::Cancel | Operation::Retry | Operation::RunNow | Operation::Delete => {}
        }
    }

    async fn enqueue(&mut self, at: Option<Timestamp>, random: &mut StdRng) {
        let queue = *QUEUES.choose(random).expect("there are queues");
        let (data, state) = match at {
            Some(at) => (due(at).queued_in(queue), JobState::Scheduled),
            None => (in_queue(queue), JobState::Available),
        };
        let id = self.world.enqueue(data).await;
        self.model.jobs.insert(id, (queue.to_owned(), state));
    }

    async fn claim(&mut self, limit: usize) {
        let n_available = self.model.jobs.values().filter(|(_, state)| *state == JobState::Available).count();
        let n_unclaimed = n_available - self.held_as(JobState::Available).len();
        let claimed = self.world.claim_from(self.service, &everything(), limit).await;
        assert_eq!(claimed.len(), limit.min(n_unclaimed), "a claim gives what is there");
        self.model.held.extend(claimed);
    }

    /// Held jobs that are in the state.
    fn held_as(&self, state: JobState) -> Vec<ClaimedJob> {
        let held = self.model.held.iter();
        held.filter(|job| self.model.jobs.get(&job.id).is_some_and(|(_, seen)| *seen == state)).cloned().collect()
    }

    async fn start(&mut self, random: &mut StdRng) {
        if let Some(job) = self.held_as(JobState::Available).choose(random) {
            self.world.start(job).await;
            self.set(&job.id, JobState::Running);
        }
    }

    async fn finish(&mut self, random: &mut StdRng, end: fn(&ClaimedJob, Timestamp) -> Outcome, state: JobState) {
        let Some(job) = self.take_held(random) else { return };
        assert_eq!(self.world.finish(job.token, end(&job, self.later)).await, Applied::Done);
        self.set(&job.id, state);
        self.model.ended.push(job);
    }

    async fn release(&mut self, random: &mut StdRng) {
        let Some(job) = self.take_held(random) else { return };
        self.world.release(&job).await;
        self.set(&job.id, JobState::Available);
        self.model.ended.push(job);
    }

    async fn finish_again(&mut self, random: &mut StdRng) {
        if let Some(job) = self.model.ended.choose(random) {
            assert_eq!(self.world.finish(job.token, completed()).await, Applied::Stale);
        }
    }

    /// Changes a job that is in a state in which the change is done.
    async fn change(&mut self, change: Change, state: JobState, random: &mut StdRng) {
        let mut ids: Vec<&JobId> =
            self.model.jobs.iter().filter(|(_, (_, seen))| *seen == state).map(|(id, _)| id).collect();
        ids.sort();
        let Some(id) = ids.choose(random).map(|id| (*id).clone()) else { return };
        let report = self.world.store.change(Target::Ids(vec![id.clone()]), change).await;
        assert_eq!(report.expect("a change is answered").changed, std::slice::from_ref(&id), "{change:?}");
        match change {
            Change::Delete => {
                self.model.jobs.remove(&id);
            }
            Change::Cancel => self.set(&id, JobState::Cancelled),
            _ => self.set(&id, JobState::Available),
        }
    }

    fn take_held(&mut self, random: &mut StdRng) -> Option<ClaimedJob> {
        let n_held = self.model.held.len();
        (n_held > 0).then(|| self.model.held.swap_remove(random.random_range(0..n_held)))
    }

    fn set(&mut self, id: &JobId, state: JobState) {
        self.model.jobs.get_mut(id).expect("the model knows the job").1 = state;
    }

    /// Compares the counts of the states that the store keeps.
    async fn compare(&self, when: &str) {
        let keeps = |state: JobState| !state.is_terminal() || self.world.can().history;
        let mut expected: BTreeMap<(String, JobState), u64> = BTreeMap::new();
        for (queue, state) in self.model.jobs.values().filter(|(_, state)| keeps(*state)) {
            *expected.entry((queue.clone(), *state)).or_default() += 1;
        }
        let mut counted = tally(&counts(&self.world).await);
        counted.retain(|(_, state), _| keeps(*state));
        assert_eq!(counted, expected, "counts, and the model, after {when}");
    }
}
