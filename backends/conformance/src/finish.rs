//! How claims end: where each outcome leads, what is counted, and what belongs to the same step.

use std::time::Duration;

use egret_core::{Applied, ErrorReport, ExecutionState, FailurePolicy, Finish, JobState, NewJob, Origin, Outcome};

use crate::wait_until::wait_until;
use crate::world::{Amend, World, an_error, completed, everything, in_queue, job, payload, reenqueued, with_priority};

const HOUR: Duration = Duration::from_secs(3600);

pub(crate) async fn completes_a_job(world: World) {
    let id = world.enqueue(job()).await;
    let service = world.service().await;
    let claimed = world.claim_one(service).await;
    let value = serde_json::value::to_raw_value(&[1, 2]).expect("numbers are JSON");
    assert_eq!(world.finish(claimed.token, Outcome::Completed { value: Some(value) }).await, Applied::Done);
    world.assert_ended(&id, JobState::Completed).await;
    assert_eq!(world.claim_ids(service, 1).await, []);
    if let Some(record) = world.record(&id).await {
        assert!(record.finished_at.is_some() && record.started_at.is_some(), "{record:?}");
        assert_eq!(record.claimed_by, None);
    }
}

pub(crate) async fn queues_a_handled_error_for_its_time(world: World) {
    let id = world.enqueue(job()).await;
    let service = world.service().await;
    let claimed = world.claim_one(service).await;
    let at = world.in_future(HOUR).await;
    assert_eq!(world.finish(claimed.token, reenqueued(&claimed, Some(at))).await, Applied::Done);
    let record = world.known(&id).await;
    assert_eq!((record.state, record.due_at.as_microsecond()), (JobState::Retryable, at.as_microsecond()));
    assert_eq!(
        record.payload.job().expect("the payload can be read").executions,
        1,
        "the new payload is the one stored"
    );
    assert_eq!(world.claim_ids(service, 1).await, []);
}

pub(crate) async fn queues_a_handled_error_at_once(world: World) {
    let id = world.enqueue(job()).await;
    let service = world.service().await;
    let claimed = world.claim_one(service).await;
    assert_eq!(world.finish(claimed.token, reenqueued(&claimed, None)).await, Applied::Done);
    assert_eq!(world.state(&id).await, JobState::Available);
    let again = world.claim_one(service).await;
    assert_eq!((&again.id, again.attempt, payload(&again).executions), (&id, 2, 1));
}

pub(crate) async fn queues_a_reenqueued_job_behind_the_others(world: World) {
    let first = world.enqueue(job()).await;
    let second = world.enqueue(job()).await;
    let service = world.service().await;
    let claimed = world.claim_one(service).await;
    assert_eq!(world.finish(claimed.token, reenqueued(&claimed, None)).await, Applied::Done);
    let third = world.enqueue(job()).await;
    assert_eq!(world.claim_ids(service, 3).await, [second, first, third]);
}

pub(crate) async fn takes_queue_and_priority_of_the_new_payload(world: World) {
    let id = world.enqueue(job()).await;
    let service = world.service().await;
    let claimed = world.claim_one(service).await;
    let data = payload(&claimed).clone().queued_in("slow").prioritised(7);
    let outcome = Outcome::Reenqueue { data: Box::new(data), at: None, error: Some(an_error()) };
    assert_eq!(world.finish(claimed.token, outcome).await, Applied::Done);
    let record = world.known(&id).await;
    assert_eq!((record.queue.as_str(), record.priority), ("slow", 7));
    assert_eq!(world.claim_ids(service, 1).await, [], "the job has left its old queue");
    assert_eq!(world.claim_singly(service, &everything()).await, [id]);
}

pub(crate) async fn schedules_a_job_reenqueued_without_an_error(world: World) {
    let id = world.enqueue(job()).await;
    let service = world.service().await;
    let claimed = world.claim_one(service).await;
    let at = Some(world.in_future(HOUR).await);
    let outcome = Outcome::Reenqueue { data: Box::new(payload(&claimed).clone()), at, error: None };
    assert_eq!(world.finish(claimed.token, outcome).await, Applied::Done);
    assert_eq!(world.state(&id).await, JobState::Scheduled);
}

pub(crate) async fn keeps_a_failed_job_discarded(world: World) {
    let id = world.enqueue(job()).await;
    let service = world.service().await;
    let claimed = world.claim_one(service).await;
    assert_eq!(world.finish(claimed.token, Outcome::Failed { error: an_error() }).await, Applied::Done);
    let record = world.known(&id).await;
    assert_eq!((record.state, record.error), (JobState::Discarded, Some(an_error())));
    assert_eq!(world.claim_ids(service, 1).await, []);
}

pub(crate) async fn tries_a_failed_job_again_and_gives_up_in_the_end(world: World) {
    let FailurePolicy::Retry { max_attempts, first_delay } = world.can().failure_policy else {
        unreachable!("the case needs the policy")
    };
    let id = world.enqueue(job()).await;
    let service = world.service().await;
    let mut delay = first_delay;
    for attempt in 1..max_attempts {
        let claimed = world.claim_one(service).await;
        assert_eq!(claimed.attempt, attempt);
        let before = world.now().await;
        assert_eq!(world.finish(claimed.token, Outcome::Failed { error: an_error() }).await, Applied::Done);
        let record = world.known(&id).await;
        assert_eq!(record.state, JobState::Retryable, "after attempt {attempt}");
        let earliest = before.checked_add(delay).expect("a delay can be written");
        assert!(record.due_at.as_microsecond() >= earliest.as_microsecond(), "attempt {attempt} waits {delay:?}");
        world.reach(record.due_at).await;
        delay *= 2;
    }
    let claimed = world.claim_one(service).await;
    assert_eq!(claimed.attempt, max_attempts);
    assert_eq!(world.finish(claimed.token, Outcome::Failed { error: an_error() }).await, Applied::Done);
    assert_eq!(world.state(&id).await, JobState::Discarded, "given up, kept and visible");
}

pub(crate) async fn discards_a_job_whatever_the_policy(world: World) {
    let id = world.enqueue(job()).await;
    let service = world.service().await;
    let claimed = world.claim_one(service).await;
    let error = ErrorReport { backtrace: vec!["app/jobs/report_job.rb:3".to_owned()], ..an_error() };
    assert_eq!(world.finish(claimed.token, Outcome::Discarded { error: error.clone() }).await, Applied::Done);
    let record = world.known(&id).await;
    assert_eq!((record.state, record.error), (JobState::Discarded, Some(error)), "kept, visible, with the reason");
    assert_eq!(world.claim_ids(service, 1).await, []);
}

pub(crate) async fn counts_and_records_a_discard_before_the_run(world: World) {
    let id = world.enqueue(job()).await;
    let service = world.service().await;
    let claimed = world.claim_one(service).await;
    let finish = Finish::new(claimed.token, Outcome::Discarded { error: an_error() }, None, world.now().await);
    assert_eq!(world.finish_with(finish).await, Applied::Done);
    assert_eq!(world.known(&id).await.attempt, 1);
    let executions = world.store.executions(&id).await.expect("the history is answered");
    assert_eq!(executions.len(), 1);
    assert_eq!((executions[0].attempt, executions[0].state), (1, ExecutionState::Failed));
    assert_eq!((executions[0].started_at, executions[0].error.clone()), (None, Some(an_error())));
}

pub(crate) async fn cancels_a_job(world: World) {
    let id = world.enqueue(job()).await;
    let service = world.service().await;
    let claimed = world.claim_one(service).await;
    world.start(&claimed).await;
    let outcome = Outcome::Cancelled { reason: "nobody wants the report".to_owned() };
    assert_eq!(world.finish(claimed.token, outcome).await, Applied::Done);
    world.assert_ended(&id, JobState::Cancelled).await;
    assert_eq!(world.claim_ids(service, 1).await, []);
}

pub(crate) async fn snoozes_a_job_without_an_error(world: World) {
    let id = world.enqueue(job()).await;
    let service = world.service().await;
    let claimed = world.claim_one(service).await;
    let until = world.in_future(Duration::from_millis(50)).await;
    assert_eq!(world.finish(claimed.token, Outcome::Snoozed { until }).await, Applied::Done);
    let record = world.known(&id).await;
    assert_eq!((record.due_at.as_microsecond(), record.error), (until.as_microsecond(), None));
    let again = wait_until("a snoozed job is due again", async || {
        world.reach(until).await;
        world.claim(service, 1).await.pop().ok_or("nothing")
    })
    .await;
    assert_eq!((again.id, again.attempt), (id.clone(), 2));
    let until = world.in_future(HOUR).await;
    assert_eq!(world.finish(again.token, Outcome::Snoozed { until }).await, Applied::Done);
    assert_eq!(world.state(&id).await, JobState::Scheduled);
}

pub(crate) async fn acknowledges_a_job_before_it_runs(world: World) {
    let id = world.enqueue(job()).await;
    let service = world.service().await;
    let claimed = world.claim_one(service).await;
    let finish = Finish::new(claimed.token, Outcome::AcknowledgedBeforeRun, None, world.now().await);
    assert_eq!(world.finish_with(finish).await, Applied::Done);
    world.assert_ended(&id, JobState::Completed).await;
    let report = world.bury(service).await;
    assert_eq!((report.n_released, report.quarantined.len()), (0, 0), "it will not be run again, whatever happens");
    let other = world.service().await;
    assert_eq!(world.claim_ids(other, 1).await, []);
}

pub(crate) async fn counts_attempts_that_ran(world: World) {
    let id = world.enqueue(job()).await;
    let service = world.service().await;
    for attempt in 1..=3 {
        let claimed = world.claim_one(service).await;
        assert_eq!(claimed.attempt, attempt);
        assert_eq!(world.finish(claimed.token, reenqueued(&claimed, None)).await, Applied::Done);
        assert_eq!(world.known(&id).await.attempt, attempt);
    }
    let claimed = world.claim_one(service).await;
    assert_eq!(world.finish(claimed.token, Outcome::Snoozed { until: world.now().await }).await, Applied::Done);
    assert_eq!(world.claim_one(service).await.attempt, 5, "a snooze counts as an attempt, though not as a failure");
}

pub(crate) async fn counts_no_attempt_that_never_ran(world: World) {
    let id = world.enqueue(job()).await;
    let service = world.service().await;
    for _ in 0..3 {
        let claimed = world.claim_one(service).await;
        assert_eq!(claimed.attempt, 1);
        let outcome = Outcome::Snoozed { until: world.now().await };
        let finish = Finish::new(claimed.token, outcome, None, world.now().await);
        assert_eq!(world.finish_with(finish).await, Applied::Done);
    }
    assert_eq!(world.known(&id).await.attempt, 0);
}

pub(crate) async fn answers_each_finish_of_a_mixed_batch(world: World) {
    let ids = world.enqueue_many(5).await;
    let service = world.service().await;
    let claimed = world.claim(service, 5).await;
    let now = world.now().await;
    let outcomes = [
        completed(),
        reenqueued(&claimed[1], None),
        Outcome::Discarded { error: an_error() },
        Outcome::Cancelled { reason: "no more".to_owned() },
        completed(),
    ];
    let mut finishes: Vec<Finish> =
        claimed.iter().zip(outcomes).map(|(job, outcome)| Finish::new(job.token, outcome, Some(now), now)).collect();
    // The same claim twice in one batch: the second time it has ended.
    finishes.push(Finish::new(claimed[0].token, completed(), Some(now), now));
    let applied = world.store.finish(finishes).await.expect("a batch is answered");
    assert_eq!(applied, [[Applied::Done; 5].as_slice(), &[Applied::Stale]].concat());
    world.assert_ended(&ids[0], JobState::Completed).await;
    assert_eq!(world.state(&ids[1]).await, JobState::Available);
    world.assert_ended(&ids[2], JobState::Discarded).await;
    world.assert_ended(&ids[3], JobState::Cancelled).await;
    world.assert_ended(&ids[4], JobState::Completed).await;
    assert!(world.store.finish(Vec::new()).await.expect("an empty batch is answered").is_empty());
}

pub(crate) async fn stores_follow_ups_in_the_same_step(world: World) {
    world.enqueue(job()).await;
    let service = world.service().await;
    let claimed = world.claim_one(service).await;
    let now = world.now().await;
    let (first, second) = (job(), in_queue("mail"));
    let ids = [first.job_id.clone(), second.job_id.clone()];
    let follow_ups = [first, second].map(|data| NewJob::new(data, Origin::Application)).to_vec();
    let finish = Finish { follow_ups, ..Finish::new(claimed.token, completed(), Some(now), now) };
    assert_eq!(world.finish_with(finish).await, Applied::Done);
    world.assert_ended(&claimed.id, JobState::Completed).await;
    assert_eq!(world.claim_singly(service, &crate::world::from_queues(&["default", "mail"])).await, ids);
}

pub(crate) async fn remembers_the_error_of_the_last_attempt(world: World) {
    let id = world.enqueue(with_priority(1)).await;
    let service = world.service().await;
    let claimed = world.claim_one(service).await;
    assert_eq!(world.finish(claimed.token, reenqueued(&claimed, None)).await, Applied::Done);
    assert_eq!(world.known(&id).await.error, Some(an_error()));
    world.perform_one(service).await;
    if let Some(record) = world.record(&id).await {
        assert_eq!(record.error, None, "the last attempt had none");
    }
}
