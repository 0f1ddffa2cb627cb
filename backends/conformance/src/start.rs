//! The right to start a service on demand: given once, taken over, given back, lapsing.

use std::process::{Command, Stdio};
use std::time::Duration;

use egret_core::{Leave, ProcessIdentity, ServiceId, ServiceInfo, StartFailure, StartRequest, StartRight, StartStatus};

use crate::wait_until::wait_until;
use crate::world::{Amend, World, due, job, of_class, only_classes, service_info};

const NAME: &str = "job:service";
const HOUR: Duration = Duration::from_secs(3600);

pub(crate) async fn is_given_with_the_enqueue_that_needs_it(world: World) {
    let reply = world.enqueue_starting(job(), request(1)).await;
    let right = reply.start.expect("no service lives and a job waits");
    assert_eq!(right.name, NAME);
    assert_eq!(status(&world).await.pending, Some(right));
}

pub(crate) async fn is_given_for_a_reserved_job(world: World) {
    let at = world.in_future(HOUR).await;
    let reply = world.enqueue_starting(due(at), request(1)).await;
    assert!(reply.start.is_some(), "somebody must be there when its time comes");
}

pub(crate) async fn is_given_to_one_at_a_time(world: World) {
    assert!(world.enqueue_starting(job(), request(1)).await.start.is_some());
    let other = world.another_handle().await;
    for _ in 0..3 {
        assert_eq!(other.enqueue_starting(job(), request(1)).await.start, None);
        assert_eq!(claim_start(&other, request(1)).await, None);
    }
}

pub(crate) async fn is_given_to_one_of_many_who_ask_at_once(world: World) {
    let mut enqueuers = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let world = world.another_handle().await;
        enqueuers.spawn(async move { world.enqueue_starting(job(), request(1)).await.start });
    }
    let rights = enqueuers.join_all().await;
    assert_eq!(rights.iter().flatten().count(), 1, "{rights:?}");
}

pub(crate) async fn is_not_given_while_a_service_lives(world: World) {
    let service = world.service().await;
    assert_eq!(world.enqueue_starting(job(), request(1)).await.start, None);
    assert_eq!(claim_start(&world, request(1)).await, None);
    leave(&world, service).await;
    assert!(claim_start(&world, request(1)).await.is_some(), "the job that waits needs a service");
}

pub(crate) async fn is_not_given_while_nothing_waits(world: World) {
    assert_eq!(claim_start(&world, request(1)).await, None);
    world.enqueue(job()).await;
    let service = world.register(ServiceInfo { name: "another".to_owned(), ..service_info() }).await;
    let claimed = world.claim_one(service).await;
    assert_eq!(claim_start(&world, request(1)).await, None, "a claimed job waits not");
    world.release(&claimed).await;
    assert!(claim_start(&world, request(1)).await.is_some());
}

pub(crate) async fn is_given_again_when_more_wait_than_the_living_can_run(world: World) {
    world.register(ServiceInfo { concurrency: 2, ..service_info() }).await;
    world.enqueue_many(2).await;
    assert_eq!(claim_start(&world, request(3)).await, None, "the living one can run them all");
    world.enqueue(job()).await;
    assert!(claim_start(&world, request(3)).await.is_some());
    assert!(claim_start(&world, request(3)).await.is_some(), "one lives, one comes, three may");
    assert_eq!(claim_start(&world, request(3)).await, None, "one lives, two come");
}

pub(crate) async fn is_independent_for_each_name(world: World) {
    assert!(world.enqueue_starting(job(), request(1)).await.start.is_some());
    let other = StartRequest { name: "mail:service".to_owned(), ..request(1) };
    let right = world.enqueue_starting(job(), other.clone()).await.start.expect("no service of that name is started");
    assert_eq!(right.name, other.name);
    assert_eq!(claim_start(&world, other).await, None);
}

pub(crate) async fn is_not_given_for_jobs_that_the_service_would_not_claim(world: World) {
    let picky = || StartRequest { selection: only_classes(&["Known"]), ..request(1) };
    assert_eq!(world.enqueue_starting(of_class("Unknown"), picky()).await.start, None);
    assert_eq!(world.enqueue_starting(of_class("Known").queued_in("elsewhere"), picky()).await.start, None);
    assert_eq!(claim_start(&world, picky()).await, None, "it would leave at once");
    assert!(world.enqueue_starting(of_class("Known"), picky()).await.start.is_some());
}

pub(crate) async fn is_taken_over_by_the_service_that_was_started(world: World) {
    let right = world.enqueue_starting(job(), request(1)).await.start.expect("no service lives");
    let service = take_over(&world, &right).await;
    assert_eq!(status(&world).await.pending, None);
    assert_eq!(claim_start(&world, request(1)).await, None, "it lives");
    leave(&world, service).await;
    assert!(claim_start(&world, request(1)).await.is_some(), "nothing is leaked");
}

pub(crate) async fn is_not_taken_over_by_another_nonce(world: World) {
    let right = world.enqueue_starting(job(), request(2)).await.start.expect("no service lives");
    world.enqueue(job()).await;
    let stranger = StartRight { nonce: right.nonce ^ 1, ..right.clone() };
    world.register(ServiceInfo { concurrency: 1, start_right: Some(stranger.nonce), ..service_info() }).await;
    assert_eq!(status(&world).await.pending, Some(right), "the right is still on its way");
    assert_eq!(claim_start(&world, request(2)).await, None, "one lives, one comes");
}

pub(crate) async fn lapses_after_its_time(world: World) {
    let lapse = Duration::from_millis(50);
    let first = world.enqueue_starting(job(), StartRequest { lapse, ..request(1) }).await.start.expect("nobody lives");
    let second = wait_until("the right lapses", async || {
        world.reach(world.in_future(lapse).await).await;
        claim_start(&world, request(1)).await.ok_or("it is held")
    })
    .await;
    assert_ne!(second.nonce, first.nonce);
    assert_eq!(status(&world).await.pending, Some(second));
}

pub(crate) async fn lapses_with_its_holder(world: World) {
    let holder = a_process_that_ended();
    let request_of_the_dead = StartRequest { holder, lapse: HOUR, ..request(1) };
    assert!(world.enqueue_starting(job(), request_of_the_dead).await.start.is_some());
    assert!(world.enqueue_starting(job(), request(1)).await.start.is_some(), "its holder will start nobody");
}

pub(crate) async fn registers_a_service_whose_right_has_lapsed(world: World) {
    let holder = a_process_that_ended();
    let dead = StartRequest { holder, ..request(1) };
    let lapsed = world.enqueue_starting(job(), dead).await.start.expect("no service lives");
    let pending = claim_start(&world, request(1)).await.expect("the holder is dead");
    let service = take_over(&world, &lapsed).await;
    assert_eq!(world.claim(service, 1).await.len(), 1, "a late service is a service");
    assert_eq!(status(&world).await.pending, Some(pending));
}

pub(crate) async fn backs_off_after_a_failed_start(world: World) {
    let right = world.enqueue_starting(job(), request(1)).await.start.expect("no service lives");
    fail(&world, &right, "the executable is gone").await;
    let failed = status(&world).await;
    assert_eq!((failed.failures, failed.pending), (1, None));
    assert_eq!(failed.last_error.as_deref(), Some("the executable is gone"));
    let not_before = failed.not_before.expect("a failed start has a pause");
    assert!(not_before > right.granted_at, "{not_before}");
    if world.now().await < not_before {
        let again = world.enqueue_starting(job(), request(1)).await.start;
        assert!(again.is_none() || world.now().await >= not_before, "no right is given within the pause");
        if again.is_none() {
            world.reach(not_before).await;
            assert!(claim_start(&world, request(1)).await.is_some(), "the pause ends");
        }
    }
}

pub(crate) async fn backs_off_longer_after_each_failure(world: World) {
    world.enqueue(job()).await;
    let mut pauses = Vec::new();
    for failures in 1..=2 {
        let right = claim_start(&world, request(1)).await.expect("the pause is over");
        let failed_at = world.now().await;
        fail(&world, &right, "no memory").await;
        let status = status(&world).await;
        assert_eq!(status.failures, failures);
        let not_before = status.not_before.expect("a failed start has a pause");
        pauses.push(not_before.duration_since(failed_at));
        world.reach(not_before).await;
    }
    assert!(pauses[1] > pauses[0], "{pauses:?}");
    let right = claim_start(&world, request(1)).await.expect("the pause is over");
    let service = take_over(&world, &right).await;
    let succeeded = status(&world).await;
    assert_eq!(
        (succeeded.failures, succeeded.last_error),
        (0, None),
        "a start that succeeds forgets those that failed"
    );
    leave(&world, service).await;
    assert!(claim_start(&world, request(1)).await.is_some());
}

pub(crate) async fn ignores_the_failure_of_a_right_that_was_replaced(world: World) {
    let holder = a_process_that_ended();
    let dead = StartRequest { holder, ..request(1) };
    let replaced = world.enqueue_starting(job(), dead).await.start.expect("no service lives");
    let pending = claim_start(&world, request(1)).await.expect("the holder is dead");
    fail(&world, &replaced, "late").await;
    let status = status(&world).await;
    assert_eq!((status.pending, status.failures), (Some(pending), 0));
}

pub(crate) async fn knows_nothing_of_a_name_that_nobody_asked_for(world: World) {
    let nothing = StartStatus { name: NAME.to_owned(), pending: None, failures: 0, last_error: None, not_before: None };
    assert_eq!(status(&world).await, nothing);
}

/// A request of this process that nothing but its lapse of an hour ends.
fn request(max_services: u32) -> StartRequest {
    StartRequest { lapse: HOUR, ..StartRequest::new(NAME, max_services) }
}

async fn claim_start(world: &World, request: StartRequest) -> Option<StartRight> {
    world.store.claim_start(request).await.expect("the wish to start is answered")
}

async fn status(world: &World) -> StartStatus {
    world.store.start_status(NAME).await.expect("the status is answered")
}

async fn fail(world: &World, right: &StartRight, error: &str) {
    let failure = StartFailure { right: right.clone(), error: error.to_owned() };
    world.store.start_failed(failure).await.expect("a failed start is taken");
}

async fn take_over(world: &World, right: &StartRight) -> ServiceId {
    world.register(ServiceInfo { start_right: Some(right.nonce), ..service_info() }).await
}

async fn leave(world: &World, service: ServiceId) {
    world.store.leave(service, Leave::Always).await.expect("a service can always leave");
}

/// The identity of a process of this machine that has ended and been reaped.
fn a_process_that_ended() -> ProcessIdentity {
    let mut child = Command::new("true").stdin(Stdio::null()).spawn().expect("`true` can be run");
    let identity = ProcessIdentity { pid: child.id(), ..ProcessIdentity::current() };
    child.wait().expect("a child can be waited for");
    identity
}
