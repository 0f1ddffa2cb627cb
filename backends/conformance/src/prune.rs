//! Finished jobs that are forgotten by age. Live ones never are.

use std::time::Duration;

use egret_core::{JobFilter, JobId, JobState, Outcome, PrunePolicy};

use crate::note::whole_log;
use crate::wait_until::wait_until;
use crate::world::{World, an_error, due, job, reenqueued};

const HOUR: Duration = Duration::from_secs(3600);

pub(crate) async fn forgets_finished_jobs_with_all_that_belongs_to_them(world: World) {
    let ids = [world.enqueue(job()).await, world.enqueue(job()).await];
    let service = world.service().await;
    let claimed = world.claim_one(service).await;
    world.complete(&claimed).await;
    let claimed = world.claim_one(service).await;
    let outcome = Outcome::Discarded { error: an_error() };
    world.finish(claimed.token, outcome).await.into_result("discard").expect("the claim is held");
    let mut removed = prune_until(&world, 2).await;
    removed.sort();
    assert_eq!(removed, sorted(&ids));
    for id in &ids {
        assert!(world.record(id).await.is_none(), "the record is gone");
        assert_eq!(world.store.executions(id).await.expect("the history is answered"), []);
        assert_eq!(world.store.log_lines(&whole_log(id, 1)).await.expect("the lines are answered").lines, []);
    }
    let counts = world.store.counts().await.expect("jobs are counted");
    assert_eq!(counts.rows.iter().map(|row| row.n_jobs).sum::<u64>(), 0, "{counts:?}");
}

pub(crate) async fn keeps_finished_jobs_that_are_young(world: World) {
    let id = world.enqueue(job()).await;
    let service = world.service().await;
    world.perform_one(service).await;
    let report = world.store.prune(PrunePolicy { keep: HOUR, limit: 100 }).await.expect("a prune is answered");
    assert_eq!(report.removed, []);
    assert_eq!(world.state(&id).await, JobState::Completed);
    assert_eq!(world.store.executions(&id).await.expect("the history is answered").len(), 1);
}

pub(crate) async fn never_forgets_a_live_job(world: World) {
    let ids = world.enqueue_many(3).await;
    let service = world.service().await;
    let claimed = world.claim(service, 2).await;
    let outcome = reenqueued(&claimed[0], Some(world.in_future(HOUR).await));
    world.finish(claimed[0].token, outcome).await.into_result("reenqueue").expect("the claim is held");
    world.start(&claimed[1]).await;
    world.enqueue(due(world.in_future(HOUR).await)).await;
    let finished = world.enqueue(job()).await;
    world.perform_one(service).await;
    world.perform_one(service).await;
    let removed = prune_until(&world, 2).await;
    assert_eq!(sorted(&removed), sorted(&[ids[2].clone(), finished]));
    let again = world.store.prune(PrunePolicy { keep: Duration::ZERO, limit: 100 }).await.expect("a prune is answered");
    assert_eq!(again.removed, []);
    assert_eq!(world.live_ids().await.len(), 3);
    assert_eq!(world.store.executions(&ids[0]).await.expect("the history is answered").len(), 1);
    world.complete(&claimed[1]).await;
}

pub(crate) async fn forgets_no_more_than_the_limit(world: World) {
    world.enqueue_many(5).await;
    let service = world.service().await;
    for _ in 0..5 {
        world.perform_one(service).await;
    }
    let mut n_removed = 0;
    while n_removed < 5 {
        let policy = PrunePolicy { keep: Duration::ZERO, limit: 2 };
        world.reach(world.in_future(Duration::from_millis(1)).await).await;
        let report = world.store.prune(policy).await.expect("a prune is answered");
        assert!(report.removed.len() <= 2, "{report:?}");
        n_removed += report.removed.len();
    }
    assert_eq!(world.listing(&JobFilter::all()).await.len(), 0);
}

/// Prunes all that is finished until so many jobs have gone, since no job is older than nothing at once.
async fn prune_until(world: &World, n_jobs: usize) -> Vec<JobId> {
    let mut removed = Vec::new();
    wait_until("finished jobs are forgotten", async || {
        world.reach(world.in_future(Duration::from_millis(1)).await).await;
        let policy = PrunePolicy { keep: Duration::ZERO, limit: 100 };
        removed.extend(world.store.prune(policy).await.expect("a prune is answered").removed);
        if removed.len() >= n_jobs { Ok(()) } else { Err(removed.clone()) }
    })
    .await;
    removed
}

fn sorted(ids: &[JobId]) -> Vec<JobId> {
    let mut ids = ids.to_vec();
    ids.sort();
    ids
}
