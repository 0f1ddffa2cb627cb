//! Waiting for work: hints that wake, and the time of the next job, which is the truth.

use std::sync::Arc;
use std::time::{Duration, Instant};

use egret_core::{Backend, ClaimRequest, JobId, Release, Selection, ServiceId};

use crate::wait_until::wait_until;
use crate::world::{
    Amend, QUEUE, World, due, everything, from_queues, ids, in_queue, job, of_class, only_classes, reenqueued,
};

const HOUR: Duration = Duration::from_secs(3600);

pub(crate) async fn returns_after_the_timeout(world: World) {
    let timeout = Duration::from_millis(20);
    let started = Instant::now();
    while started.elapsed() < timeout {
        // Hints may come for nothing.
        world.store.wait(timeout).await;
    }
    assert_eq!(world.live_ids().await, [], "waiting takes and makes nothing");
}

pub(crate) async fn takes_nothing(world: World) {
    let stored = world.enqueue_many(2).await;
    world.store.wait(Duration::from_millis(5)).await;
    let service = world.service().await;
    assert_eq!(world.claim_ids(service, 2).await, stored);
}

pub(crate) async fn wakes_by_a_hint_of_another_handle(world: World) {
    let other = world.another_handle().await;
    wakes(&world, async || other.store.wake().await).await;
}

pub(crate) async fn wakes_by_an_enqueue_of_another_handle(world: World) {
    let other = world.another_handle().await;
    wakes(&world, async || {
        other.enqueue(job()).await;
    })
    .await;
}

pub(crate) async fn wakes_by_a_release_of_another_handle(world: World) {
    let other = world.another_handle().await;
    other.enqueue(job()).await;
    let service = other.service().await;
    wakes(&world, async || {
        let claimed = other.claim_one(service).await;
        other.release_with(Release::unstarted(claimed.token)).await.into_result("release").expect("the claim is held");
    })
    .await;
}

pub(crate) async fn wakes_several_who_wait(world: World) {
    let waiters: Vec<_> = (0..3).map(|_| waiter(&world.store)).collect();
    let other = world.another_handle().await;
    wait_until("everybody wakes", async || {
        other.store.wake().await;
        let n_asleep = waiters.iter().filter(|waiter| !waiter.is_finished()).count();
        if n_asleep == 0 { Ok(()) } else { Err(n_asleep) }
    })
    .await;
}

pub(crate) async fn gives_a_job_that_comes_to_one_who_waits_to_claim(world: World) {
    let services = [world.service().await, world.service().await];
    let waiters = services.map(|service| {
        let (store, request) = (world.store.clone(), request(service, &from_queues(&[QUEUE])));
        tokio::spawn(async move { store.wait_to_claim(request, HOUR).await.expect("a wait is answered") })
    });
    let stored = world.enqueue_many(3).await;
    let mut claimed = Vec::new();
    for (service, waiter) in services.into_iter().zip(waiters) {
        wait_until("who waits to claim has a job, or a hint", async || {
            world.store.wake().await;
            if waiter.is_finished() { Ok(()) } else { Err("it sleeps") }
        })
        .await;
        claimed.extend(waiter.await.expect("a wait does not panic"));
        claimed.extend(world.claim(service, 3).await);
    }
    // What came for one who no longer waited goes back a moment later.
    wait_until("every job is given to somebody", async || {
        claimed.extend(world.claim(services[1], 3).await);
        if claimed.len() >= stored.len() { Ok(()) } else { Err(ids(&claimed)) }
    })
    .await;
    let mut given = ids(&claimed);
    given.sort();
    assert_eq!(given, sorted(stored), "each job once, to whoever");
    for claimed in &claimed {
        world.complete(claimed).await;
    }
}

pub(crate) async fn gives_nothing_that_is_not_selected_to_one_who_waits_to_claim(world: World) {
    let service = world.service().await;
    let mut waiting = world.store.wait_to_claim(request(service, &from_queues(&["mail"])), HOUR);
    let asleep = poll_once(&mut waiting).await;
    assert!(asleep.is_none_or(|claimed| claimed.expect("a wait is answered").is_empty()));
    let stored = world.enqueue(in_queue("report")).await;
    assert!(poll_once(&mut waiting).await.is_none_or(|claimed| claimed.expect("a wait is answered").is_empty()));
    assert_eq!(ids(&world.claim_from(service, &from_queues(&["report"]), 1).await), [stored]);
}

pub(crate) async fn gives_back_what_came_for_one_who_no_longer_waits(world: World) {
    let service = world.service().await;
    for _ in 0..10 {
        let mut waiting = world.store.wait_to_claim(request(service, &from_queues(&[QUEUE])), HOUR);
        assert!(poll_once(&mut waiting).await.is_none_or(|claimed| claimed.expect("a wait is answered").is_empty()));
        let stored = world.enqueue(job()).await;
        drop(waiting);
        let claimed = wait_until("the job can be claimed", async || {
            world.claim(service, 1).await.pop().ok_or("nobody has given it back")
        })
        .await;
        assert_eq!((&claimed.id, claimed.interruptions), (&stored, 0));
        world.complete(&claimed).await;
    }
}

pub(crate) async fn knows_no_due_time_of_an_empty_store(world: World) {
    assert_eq!(world.store.due(&everything()).await.expect("the due time is answered"), None);
    world.enqueue(job()).await;
    let service = world.service().await;
    let claimed = world.claim_one(service).await;
    assert_eq!(
        world.store.due(&everything()).await.expect("the due time is answered"),
        None,
        "a claimed job waits not"
    );
    world.complete(&claimed).await;
    assert_eq!(world.store.due(&everything()).await.expect("the due time is answered"), None);
}

pub(crate) async fn knows_a_past_due_time_when_a_job_is_due(world: World) {
    world.enqueue(due(world.in_future(HOUR).await)).await;
    world.enqueue(job()).await;
    let due_at = world.store.due(&everything()).await.expect("the due time is answered").expect("a job waits");
    assert!(due_at <= world.now().await, "{due_at}");
}

pub(crate) async fn knows_the_time_of_the_next_reserved_job(world: World) {
    let [sooner, later] = [world.in_future(HOUR).await, world.in_future(HOUR * 2).await];
    world.enqueue(due(later)).await;
    assert_eq!(next_due(&world).await, Some(later.as_microsecond()));
    world.enqueue(job()).await;
    let service = world.service().await;
    let claimed = world.claim_one(service).await;
    let outcome = reenqueued(&claimed, Some(sooner));
    world.finish(claimed.token, outcome).await.into_result("reenqueue").expect("the claim is held");
    assert_eq!(next_due(&world).await, Some(sooner.as_microsecond()));
}

pub(crate) async fn looks_for_the_due_time_only_at_selected_queues(world: World) {
    let at = world.in_future(HOUR).await;
    world.enqueue(due(at).queued_in("mail")).await;
    for (queues, expected) in [(&["mail"][..], true), (&["*"], true), (&["ma*"], true), (&["report", "mai"], false)] {
        let due_at = world.store.due(&from_queues(queues)).await.expect("the due time is answered");
        assert_eq!(due_at.is_some(), expected, "{queues:?}");
    }
}

pub(crate) async fn looks_for_the_due_time_only_at_known_classes(world: World) {
    world.enqueue(of_class("Unknown")).await;
    let due_at = world.store.due(&only_classes(&["Known"])).await.expect("the due time is answered");
    assert_eq!(due_at, None, "a service need not wake for what it cannot run");
    assert!(world.store.due(&only_classes(&["Unknown"])).await.expect("the due time is answered").is_some());
}

async fn next_due(world: &World) -> Option<i64> {
    let due_at = world.store.due(&everything()).await.expect("the due time is answered");
    due_at.map(|due_at| due_at.as_microsecond())
}

/// Checks that somebody who waits returns when something is done, long before his timeout. A hint may
/// be sent before he listens, so it is done again until he wakes.
async fn wakes(world: &World, mut hint: impl AsyncFnMut()) {
    let waiter = waiter(&world.store);
    wait_until("a waiting service wakes", async || {
        hint().await;
        tokio::time::sleep(Duration::from_millis(5)).await;
        if waiter.is_finished() { Ok(()) } else { Err("it sleeps") }
    })
    .await;
}

fn request(service: ServiceId, selection: &Arc<Selection>) -> ClaimRequest {
    ClaimRequest { service, selection: selection.clone(), limit: 1, max_interrupted: 1 }
}

/// What a future answers at the first look, if it does.
async fn poll_once<F: Future + Unpin>(future: &mut F) -> Option<F::Output> {
    tokio::select! {
        biased;
        output = future => Some(output),
        () = std::future::ready(()) => None,
    }
}

fn sorted(mut ids: Vec<JobId>) -> Vec<JobId> {
    ids.sort();
    ids
}

/// Somebody who would wait for longer than any case lasts.
fn waiter(store: &Arc<dyn Backend>) -> tokio::task::JoinHandle<()> {
    let store = store.clone();
    tokio::spawn(async move { store.wait(HOUR).await })
}
