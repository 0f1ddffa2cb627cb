//! Queues that are paused, and the list of queues.

use egret_core::{JobState, QueueRecord};

use crate::world::{World, everything, from_queues, ids, in_queue, job};

pub(crate) async fn stops_claims_from_the_queue(world: World) {
    let paused = world.enqueue(in_queue("mail")).await;
    let open = world.enqueue(in_queue("report")).await;
    world.store.pause("mail").await.expect("a queue can be paused");
    let service = world.service().await;
    let other = world.another_handle().await;
    assert_eq!(ids(&other.claim_from(service, &everything(), 10).await), [open]);
    for queues in [&["mail"][..], &["m*"], &["mail", "report"]] {
        assert!(world.claim_from(service, &from_queues(queues), 10).await.is_empty(), "{queues:?}");
    }
    assert_eq!(world.state(&paused).await, JobState::Available, "it waits in its place");
}

pub(crate) async fn ends_with_a_resume(world: World) {
    let stored = world.enqueue_many(2).await;
    world.store.pause("default").await.expect("a queue can be paused");
    world.store.pause("default").await.expect("pausing twice is harmless");
    world.store.resume("default").await.expect("a pause can be ended");
    world.store.resume("default").await.expect("resuming twice is harmless");
    let service = world.service().await;
    assert_eq!(world.claim_ids(service, 2).await, stored);
}

pub(crate) async fn holds_for_a_queue_that_has_no_job_yet(world: World) {
    world.store.pause("later").await.expect("a queue can be paused");
    world.enqueue(in_queue("later")).await;
    let service = world.service().await;
    assert!(world.claim_from(service, &everything(), 1).await.is_empty());
    world.store.resume("later").await.expect("a pause can be ended");
    assert_eq!(world.claim_from(service, &everything(), 1).await.len(), 1);
}

pub(crate) async fn hides_its_jobs_from_the_due_time(world: World) {
    world.enqueue(job()).await;
    world.store.pause("default").await.expect("a queue can be paused");
    assert_eq!(world.store.due(&everything()).await.expect("the due time is answered"), None);
    world.store.resume("default").await.expect("a pause can be ended");
    assert!(world.store.due(&everything()).await.expect("the due time is answered").is_some());
}

pub(crate) async fn leaves_claimed_jobs_alone(world: World) {
    world.enqueue(job()).await;
    let service = world.service().await;
    let claimed = world.claim_one(service).await;
    world.store.pause("default").await.expect("a queue can be paused");
    world.complete(&claimed).await;
}

pub(crate) async fn takes_released_jobs_back(world: World) {
    world.enqueue(job()).await;
    let service = world.service().await;
    let claimed = world.claim_one(service).await;
    world.store.pause("default").await.expect("a queue can be paused");
    world.release(&claimed).await;
    assert!(world.claim(service, 1).await.is_empty());
}

pub(crate) async fn is_shown_in_the_list_of_queues(world: World) {
    world.enqueue(in_queue("mail")).await;
    let service = world.service().await;
    let claimed = world.claim_from(service, &everything(), 1).await.remove(0);
    world.complete(&claimed).await;
    world.store.pause("report").await.expect("a queue can be paused");
    let mail = listed(&world, "mail").await.expect("a queue that has held a job is listed");
    assert_eq!(mail.paused_at, None);
    let report = listed(&world, "report").await.expect("a paused queue is listed");
    let now = world.now().await;
    assert!(report.paused_at.is_some_and(|paused_at| paused_at <= now), "{report:?}");
    world.store.resume("report").await.expect("a pause can be ended");
    assert!(listed(&world, "report").await.is_none_or(|report| report.paused_at.is_none()));
}

async fn listed(world: &World, queue: &str) -> Option<QueueRecord> {
    let queues = world.store.queues().await.expect("queues are listed");
    queues.into_iter().find(|record| record.name == queue)
}
