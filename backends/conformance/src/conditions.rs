//! Conditions of an enqueue, judged in the step that stores the job.

use std::time::Duration;

use egret_core::{Conditions, Enqueued, JobData, JobId, LimitReached, NewJob, Origin, Outcome, UniqueKey, UserLimit};

use crate::wait_until::wait_until;
use crate::world::{World, bound_to, completed, due, in_queue, job, reenqueued};

const HOUR: Duration = Duration::from_secs(3600);

pub(crate) async fn refuses_a_job_for_a_full_queue(world: World) {
    world.enqueue(in_queue("mail")).await;
    let limit = || Conditions { max_queue_size: Some(2), ..Conditions::default() };
    assert!(matches!(offer(&world, in_queue("mail"), limit()).await, Enqueued::Stored(_)));
    let full = Enqueued::Refused(LimitReached::QueueSize { queue: "mail".to_owned(), limit: 2 });
    assert_eq!(offer(&world, in_queue("mail"), limit()).await, full);
    assert!(matches!(offer(&world, in_queue("report"), limit()).await, Enqueued::Stored(_)), "another queue has room");
    world.enqueue(in_queue("mail")).await;
}

pub(crate) async fn counts_scheduled_and_running_jobs_of_the_queue(world: World) {
    world.enqueue(due(world.in_future(HOUR).await)).await;
    world.enqueue(job()).await;
    let service = world.service().await;
    let claimed = world.claim_one(service).await;
    world.start(&claimed).await;
    let limit = || Conditions { max_queue_size: Some(2), ..Conditions::default() };
    assert!(matches!(offer(&world, job(), limit()).await, Enqueued::Refused(_)));
    world.complete(&claimed).await;
    assert!(matches!(offer(&world, job(), limit()).await, Enqueued::Stored(_)), "an ended job makes room");
}

pub(crate) async fn judges_the_jobs_of_a_batch_one_after_the_other(world: World) {
    let conditions = Conditions { max_queue_size: Some(2), ..Conditions::default() };
    let jobs = (0..4).map(|_| conditional(job(), conditions.clone())).collect();
    let reply = world.ask(egret_core::EnqueueRequest { jobs, start: None }).await;
    let n_stored = reply.outcomes.iter().take_while(|outcome| matches!(outcome, Enqueued::Stored(_))).count();
    let n_refused = reply.outcomes.iter().filter(|outcome| matches!(outcome, Enqueued::Refused(_))).count();
    assert_eq!((n_stored, n_refused), (2, 2), "{:?}", reply.outcomes);
    assert_eq!(world.live_ids().await.len(), 2);
}

pub(crate) async fn never_exceeds_the_limit_with_many_enqueuers(world: World) {
    let mut enqueuers = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let world = world.another_handle().await;
        enqueuers.spawn(async move {
            for _ in 0..5 {
                let limit = Conditions { max_queue_size: Some(7), ..Conditions::default() };
                offer(&world, job(), limit).await;
            }
        });
    }
    enqueuers.join_all().await;
    assert_eq!(world.live_ids().await.len(), 7);
}

pub(crate) async fn refuses_a_job_of_a_user_at_his_limit(world: World) {
    let limit = |user: &str| Conditions {
        user_limit: Some(UserLimit { user_id: user.to_owned(), limit: 1 }),
        ..Conditions::default()
    };
    world.enqueue(job()).await;
    assert!(matches!(offer(&world, bound_to("5"), limit("5")).await, Enqueued::Stored(_)));
    let busy = Enqueued::Refused(LimitReached::PerUser { user_id: "5".to_owned(), limit: 1 });
    assert_eq!(offer(&world, bound_to("5"), limit("5")).await, busy);
    assert!(matches!(offer(&world, bound_to("51"), limit("51")).await, Enqueued::Stored(_)));
    let service = world.service().await;
    let claimed = world.claim(service, 3).await;
    world.start(&claimed[1]).await;
    assert_eq!(offer(&world, bound_to("5"), limit("5")).await, busy, "a running job counts");
    world.complete(&claimed[1]).await;
    assert!(matches!(offer(&world, bound_to("5"), limit("5")).await, Enqueued::Stored(_)));
}

pub(crate) async fn counts_a_user_across_retries_of_his_job(world: World) {
    let limit =
        || Conditions { user_limit: Some(UserLimit { user_id: "7".to_owned(), limit: 1 }), ..Conditions::default() };
    offer(&world, bound_to("7"), limit()).await;
    let service = world.service().await;
    let claimed = world.claim_one(service).await;
    let outcome = reenqueued(&claimed, Some(world.in_future(HOUR).await));
    world.finish(claimed.token, outcome).await.into_result("reenqueue").expect("the claim is held");
    assert!(matches!(offer(&world, bound_to("7"), limit()).await, Enqueued::Refused(_)), "it waits for its retry");
}

pub(crate) async fn answers_duplicate_while_the_key_lives(world: World) {
    let first = stored(offer(&world, job(), unique("daily", None)).await);
    let duplicate = Enqueued::Duplicate(first.clone());
    assert_eq!(offer(&world, job(), unique("daily", None)).await, duplicate);
    stored(offer(&world, job(), unique("weekly", None)).await);
    let service = world.service().await;
    let claimed = world.claim_one(service).await;
    world.start(&claimed).await;
    assert_eq!(offer(&world, job(), unique("daily", None)).await, duplicate, "it runs");
    let outcome = reenqueued(&claimed, Some(world.in_future(HOUR).await));
    world.finish(claimed.token, outcome).await.into_result("reenqueue").expect("the claim is held");
    assert_eq!(offer(&world, job(), unique("daily", None)).await, duplicate, "it will be tried again");
}

pub(crate) async fn frees_the_key_with_the_end_of_the_job(world: World) {
    let service = world.service().await;
    for outcome in [completed(), Outcome::Cancelled { reason: "no".to_owned() }] {
        stored(offer(&world, job(), unique("daily", None)).await);
        let claimed = world.claim_one(service).await;
        world.finish(claimed.token, outcome).await.into_result("finish").expect("the claim is held");
    }
    stored(offer(&world, job(), unique("daily", None)).await);
}

pub(crate) async fn keeps_the_key_for_its_window_after_the_end(world: World) {
    let window = Duration::from_millis(200);
    let enqueued_at = world.now().await;
    let first = stored(offer(&world, job(), unique("daily", Some(window))).await);
    let service = world.service().await;
    world.perform_one(service).await;
    let again = offer(&world, job(), unique("daily", Some(window))).await;
    let is_over = world.now().await.duration_since(enqueued_at) >= window.try_into().expect("a short time");
    assert!(again == Enqueued::Duplicate(first) || is_over, "{again:?}");
    wait_until("the window ends", async || {
        world.reach(world.in_future(window).await).await;
        match offer(&world, job(), unique("daily", None)).await {
            Enqueued::Stored(id) => Ok(id),
            other => Err(other),
        }
    })
    .await;
}

pub(crate) async fn stores_one_of_many_with_the_same_key(world: World) {
    let mut enqueuers = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let world = world.another_handle().await;
        enqueuers.spawn(async move { offer(&world, job(), unique("once", None)).await });
    }
    let outcomes = enqueuers.join_all().await;
    let n_stored = outcomes.iter().filter(|outcome| matches!(outcome, Enqueued::Stored(_))).count();
    assert_eq!(n_stored, 1, "{outcomes:?}");
    let id = world.live_ids().await.remove(0);
    let duplicates = outcomes.iter().filter(|outcome| **outcome == Enqueued::Duplicate(id.clone()));
    assert_eq!(duplicates.count(), 15, "{outcomes:?}");
}

fn conditional(data: JobData, conditions: Conditions) -> NewJob {
    NewJob { conditions: Some(Box::new(conditions)), ..NewJob::new(data, Origin::Application) }
}

async fn offer(world: &World, data: JobData, conditions: Conditions) -> Enqueued {
    world.offer_new(conditional(data, conditions)).await
}

fn unique(key: &str, window: Option<Duration>) -> Conditions {
    Conditions { unique: Some(UniqueKey { key: key.to_owned(), window }), ..Conditions::default() }
}

fn stored(outcome: Enqueued) -> JobId {
    match outcome {
        Enqueued::Stored(id) => id,
        other => panic!("nothing speaks against the job: {other:?}"),
    }
}
