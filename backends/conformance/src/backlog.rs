//! What is due and waits, by queue and class.

use std::time::Duration;

use egret_core::job_data::{from_microseconds, to_microseconds};
use egret_core::{Backlog, BacklogRow, Timestamp};

use crate::world::{Amend, World, due, in_queue, job, of_class};

pub(crate) async fn is_empty_when_nothing_is_due(world: World) {
    world.enqueue(due(world.in_future(Duration::from_secs(3600)).await)).await;
    assert_eq!(backlog(&world).await, Backlog { rows: Vec::new(), is_exact: true });
}

pub(crate) async fn tells_queues_with_their_oldest_job(world: World) {
    let now = world.now().await;
    let before = |seconds: i64| from_microseconds(to_microseconds(now) - seconds * 1_000_000);
    let (old, older) = (before(60), before(3600));
    // Whatever the order of claims: the oldest is behind, and is less urgent.
    world.enqueue_all(vec![job(), due(older).prioritised(7), due(old), due(old).queued_in("mail")]).await;
    assert_eq!(by_queue(&world).await, [("default".to_owned(), 3, older), ("mail".to_owned(), 1, old)]);
}

pub(crate) async fn tells_classes_apart(world: World) {
    world.enqueue_all(vec![of_class("B"), of_class("A"), of_class("B")]).await;
    let backlog = backlog(&world).await;
    let rows: Vec<_> = backlog.rows.iter().map(|row| (row.class.as_deref(), row.n_due)).collect();
    assert_eq!(rows, [(Some("A"), 1), (Some("B"), 2)]);
}

pub(crate) async fn leaves_out_what_is_claimed(world: World) {
    world.enqueue_many(3).await;
    let service = world.service().await;
    let claimed = world.claim(service, 2).await;
    assert_eq!(n_due(&world).await, 1, "a claimed job no longer waits");
    world.start(&claimed[0]).await;
    assert_eq!(n_due(&world).await, 1);
    world.bury(service).await;
    assert_eq!(n_due(&world).await, 3, "interrupted jobs wait as well");
}

pub(crate) async fn counts_reserved_jobs_whose_time_has_come(world: World) {
    let later = world.in_future(Duration::from_secs(3600)).await;
    world.enqueue_all(vec![due(later), due(later)]).await;
    assert_eq!(n_due(&world).await, 0);
    let at = world.in_future(Duration::from_millis(50)).await;
    world.enqueue_all(vec![due(at), due(at)]).await;
    world.reach(at).await;
    assert_eq!(by_queue(&world).await, [("default".to_owned(), 2, at)]);
}

pub(crate) async fn shows_paused_queues_like_others(world: World) {
    world.enqueue(in_queue("mail")).await;
    world.store.pause("mail").await.expect("a queue is paused");
    assert_eq!(n_due(&world).await, 1);
}

async fn backlog(world: &World) -> Backlog {
    world.store.backlog().await.expect("the backlog is answered")
}

async fn n_due(world: &World) -> u64 {
    backlog(world).await.rows.iter().map(|row| row.n_due).sum()
}

/// Queue, jobs and the oldest of each row.
async fn by_queue(world: &World) -> Vec<(String, u64, Timestamp)> {
    let rows = backlog(world).await.rows.into_iter();
    rows.map(|BacklogRow { queue, n_due, oldest_due_at, .. }| (queue, n_due, oldest_due_at)).collect()
}
