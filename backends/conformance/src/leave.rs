//! Leaving, above all when idle: no job can slip in between.

use std::sync::Arc;
use std::time::Duration;

use egret_core::{Backend, JobId, JobState, Leave, Left, Selection, ServiceId, Timestamp};

use crate::world::{World, due, everything, from_queues, in_queue, job, of_class, only_classes};

const HOUR: Duration = Duration::from_secs(3600);

pub(crate) async fn gives_claims_back_uncounted_and_unjudged(world: World) {
    let stored = world.enqueue_many(3).await;
    let service = world.service().await;
    let claimed = world.claim(service, 3).await;
    world.start(&claimed[0]).await;
    assert_eq!(leave(&*world.store, service, Leave::Always).await, Left::Gone);
    for id in &stored {
        let record = world.known(id).await;
        assert_eq!((record.state, record.attempt, record.interruptions), (JobState::Available, 0, 0));
    }
    let successor = world.service().await;
    assert_eq!(world.claim_ids(successor, 3).await, stored, "back at their places");
}

pub(crate) async fn goes_when_nothing_waits(world: World) {
    let service = world.service().await;
    world.enqueue(job()).await;
    world.perform_one(service).await;
    assert_eq!(leave_idle(&world, service, &everything()).await, Left::Gone);
    assert!(world.beat(service, &[]).await.unknown);
}

pub(crate) async fn stays_when_a_job_is_due(world: World) {
    let service = world.service().await;
    world.enqueue(job()).await;
    let Left::Stays { next_due: Some(next_due) } = leave_idle(&world, service, &everything()).await else {
        panic!("a job is due")
    };
    assert!(next_due <= world.now().await, "a job that is due was due in the past");
    assert!(!world.beat(service, &[]).await.unknown);
    world.perform_one(service).await;
    assert_eq!(leave_idle(&world, service, &everything()).await, Left::Gone);
}

pub(crate) async fn stays_for_reserved_jobs_and_says_when(world: World) {
    let service = world.service().await;
    let (later, sooner) = (world.in_future(HOUR * 2).await, world.in_future(HOUR).await);
    world.enqueue(due(later)).await;
    assert_eq!(stays_until(&world, service, &everything()).await, Some(later.as_microsecond()));
    world.enqueue(job()).await;
    let claimed = world.claim_one(service).await;
    let outcome = crate::world::reenqueued(&claimed, Some(sooner));
    world.finish(claimed.token, outcome).await.into_result("reenqueue").expect("the claim is held");
    assert_eq!(stays_until(&world, service, &everything()).await, Some(sooner.as_microsecond()));
}

pub(crate) async fn stays_with_claims_of_its_own(world: World) {
    world.enqueue(job()).await;
    let service = world.service().await;
    let claimed = world.claim_one(service).await;
    assert_eq!(leave_idle(&world, service, &everything()).await, Left::Stays { next_due: None });
    world.complete(&claimed).await;
    assert_eq!(leave_idle(&world, service, &everything()).await, Left::Gone);
}

pub(crate) async fn does_not_wait_for_claims_of_others(world: World) {
    world.enqueue(job()).await;
    let (busy, idle) = (world.service().await, world.service().await);
    let claimed = world.claim_one(busy).await;
    assert_eq!(leave_idle(&world, idle, &everything()).await, Left::Gone);
    world.complete(&claimed).await;
}

pub(crate) async fn does_not_wait_for_queues_that_are_not_selected(world: World) {
    world.enqueue(in_queue("mail")).await;
    let service = world.service().await;
    assert!(matches!(leave_idle(&world, service, &from_queues(&["ma*"])).await, Left::Stays { .. }));
    assert_eq!(leave_idle(&world, service, &from_queues(&["report", "m"])).await, Left::Gone);
}

pub(crate) async fn does_not_wait_for_unknown_classes(world: World) {
    world.enqueue(of_class("Unknown")).await;
    let service = world.service().await;
    assert!(matches!(leave_idle(&world, service, &only_classes(&["Unknown"])).await, Left::Stays { .. }));
    assert_eq!(leave_idle(&world, service, &only_classes(&["Known"])).await, Left::Gone);
}

pub(crate) async fn does_not_wait_for_paused_queues(world: World) {
    world.enqueue(job()).await;
    world.store.pause("default").await.expect("a queue can be paused");
    let service = world.service().await;
    assert_eq!(leave_idle(&world, service, &everything()).await, Left::Gone);
}

pub(crate) async fn misses_no_job_that_comes_meanwhile(world: World) {
    let enqueuer = world.another_handle().await;
    for round in 0..100 {
        let service = world.service().await;
        let enqueue = tokio::spawn(enqueue_and_look(enqueuer.clone(), round % 5));
        // Leaves at once, or when it has done what it was held up by.
        while leave_idle(&world, service, &everything()).await != Left::Gone {
            for claimed in world.claim(service, 10).await {
                world.complete(&claimed).await;
            }
        }
        let (id, was_service_known) = enqueue.await.expect("the enqueuer does not fail");
        let waits = world.live_ids().await.contains(&id);
        // Whoever enqueues while no service is known starts another one; who sees one relies on it.
        assert!(
            !(waits && was_service_known),
            "round {round}: the service saw no job that was enqueued before it left"
        );
        if waits {
            let successor = world.service().await;
            assert_eq!(world.perform_one(successor).await, id);
            assert_eq!(leave_idle(&world, successor, &everything()).await, Left::Gone);
        }
    }
}

/// Enqueues a job and tells whether a service was known after that.
async fn enqueue_and_look(world: World, n_yields: usize) -> (JobId, bool) {
    for _ in 0..n_yields {
        tokio::task::yield_now().await;
    }
    (world.enqueue(job()).await, is_any_service_known(&world).await)
}

async fn is_any_service_known(world: &World) -> bool {
    !world.store.services().await.expect("services are listed").is_empty()
}

async fn leave(store: &dyn Backend, service: ServiceId, leave: Leave) -> Left {
    store.leave(service, leave).await.expect("a leave is answered")
}

async fn leave_idle(world: &World, service: ServiceId, selection: &Arc<Selection>) -> Left {
    leave(&*world.store, service, Leave::WhenIdle(selection.clone())).await
}

/// When the next job is due of a service that must stay, in microseconds.
async fn stays_until(world: &World, service: ServiceId, selection: &Arc<Selection>) -> Option<i64> {
    match leave_idle(world, service, selection).await {
        Left::Stays { next_due } => next_due.map(Timestamp::as_microsecond),
        Left::Gone => panic!("a job is reserved"),
    }
}

pub(crate) async fn ends_cancelled_claims_as_cancelled(world: World) {
    let id = world.enqueue(job()).await;
    let service = world.service().await;
    world.claim_one(service).await;
    let target = egret_core::Target::Ids(vec![id.clone()]);
    world.store.change(target, egret_core::Change::Cancel).await.expect("a change is answered");
    assert_eq!(leave(&*world.store, service, Leave::Always).await, Left::Gone);
    world.assert_ended(&id, JobState::Cancelled).await;
}
