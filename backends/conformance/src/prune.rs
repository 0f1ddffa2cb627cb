//! Finished jobs that are forgotten by age and by the store's size. Live ones never are.

use std::time::Duration;

use egret_core::{JobData, JobFilter, JobId, JobState, Outcome, PrunePolicy, Retention};

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
    let report = world
        .store
        .prune(PrunePolicy { retention: Retention::of(HOUR), limit: 100 })
        .await
        .expect("a prune is answered");
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
    let again = world
        .store
        .prune(PrunePolicy { retention: Retention::of(Duration::ZERO), limit: 100 })
        .await
        .expect("a prune is answered");
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
        let policy = PrunePolicy { retention: Retention::of(Duration::ZERO), limit: 2 };
        world.reach(world.in_future(Duration::from_millis(1)).await).await;
        let report = world.store.prune(policy).await.expect("a prune is answered");
        assert!(report.removed.len() <= 2, "{report:?}");
        n_removed += report.removed.len();
    }
    assert_eq!(world.listing(&JobFilter::all()).await.len(), 0);
}

pub(crate) async fn forgets_each_state_by_its_own_age(world: World) {
    let service = world.service().await;
    let completed = world.enqueue(job()).await;
    world.perform_one(service).await;
    let discarded = world.enqueue(job()).await;
    let claimed = world.claim_one(service).await;
    let outcome = Outcome::Discarded { error: an_error() };
    world.finish(claimed.token, outcome).await.into_result("discard").expect("the claim is held");
    let cancelled = world.enqueue(job()).await;
    let claimed = world.claim_one(service).await;
    world
        .finish(claimed.token, Outcome::Cancelled { reason: "asked for".to_owned() })
        .await
        .into_result("cancel")
        .expect("the claim is held");
    let moment = Some(Duration::ZERO);
    for (retention, forgotten) in [
        (Retention { completed: Some(HOUR), discarded: Some(HOUR), ..Retention::default() }, None),
        (Retention { completed: moment, cancelled: Some(HOUR), ..Retention::default() }, Some(&completed)),
        (Retention { cancelled: moment, ..Retention::default() }, Some(&cancelled)),
        (Retention { discarded: moment, completed: Some(HOUR), ..Retention::default() }, Some(&discarded)),
    ] {
        world.reach(world.in_future(Duration::from_millis(2)).await).await;
        let report = world.store.prune(PrunePolicy { retention, limit: 100 }).await.expect("a prune is answered");
        assert_eq!(
            report.removed.iter().collect::<Vec<_>>(),
            forgotten.into_iter().collect::<Vec<_>>(),
            "{retention:?}"
        );
    }
}

/// SHIRASAGI's case L3 (1.21.0, `spec/models/job/purge_old_job_logs_spec.rb`). It needs a clock that can be moved to the
/// exact moment; another one proves the same with a moment's room.
pub(crate) async fn l3_forgets_what_is_exactly_so_old_and_keeps_what_is_younger(world: World) {
    forgets_to_the_moment(&world, || Outcome::Completed { value: None }).await;
}

/// Failures are found by another way than what completed, in some stores.
pub(crate) async fn forgets_failures_that_are_exactly_so_old_and_keeps_younger_ones(world: World) {
    forgets_to_the_moment(&world, || Outcome::Discarded { error: an_error() }).await;
}

pub(crate) async fn forgets_cancelled_jobs_that_are_exactly_so_old_and_keeps_younger_ones(world: World) {
    forgets_to_the_moment(&world, || Outcome::Cancelled { reason: "asked for".to_owned() }).await;
}

/// Three jobs that end a second apart in the same way: the first two are old enough, the second to the moment.
async fn forgets_to_the_moment(world: &World, outcome: impl Fn() -> Outcome) {
    const SECOND: Duration = Duration::from_secs(1);
    let service = world.service().await;
    let mut ids = Vec::new();
    for n in 0..3 {
        if n > 0 {
            world.reach(world.in_future(SECOND).await).await;
        }
        ids.push(world.enqueue(job()).await);
        let claimed = world.claim_one(service).await;
        world.finish(claimed.token, outcome()).await.into_result("finish").expect("the claim is held");
    }
    let ended_at = world.record(&ids[1]).await.and_then(|job| job.finished_at).expect("a job that has ended");
    let keep = match world.subject.clock() {
        // The three are keep + 1 s, keep, and keep - 1 s old.
        Some(_) => {
            world.reach(egret_core::job_data::saturating_add(ended_at, HOUR)).await;
            HOUR
        }
        None => Duration::try_from(world.now().await.duration_since(ended_at)).expect("it ended before now"),
    };
    let policy = PrunePolicy { retention: Retention::of(keep), limit: 100 };
    let report = world.store.prune(policy).await.expect("a prune is answered");
    assert_eq!(sorted(&report.removed), sorted(&ids[..2]));
    assert!(world.state(&ids[2]).await.is_terminal(), "the younger one is there");
}

pub(crate) async fn forgets_the_oldest_until_the_store_fits(world: World) {
    let service = world.service().await;
    let mut ids = Vec::new();
    for _ in 0..30 {
        ids.push(world.enqueue(bulky()).await);
        world.perform_one(service).await;
    }
    let waiting = world.enqueue(bulky()).await;
    let size = world.store.size().await.expect("the size is told").used_bytes;
    let most = size - 10 * BULK as u64;
    let fits = Retention::default().within(size);
    let report = world.store.prune(PrunePolicy { retention: fits, limit: 100 }).await.expect("a prune is answered");
    assert_eq!(report.removed, [], "nothing goes while the store fits");
    let mut removed = Vec::new();
    for limit in std::iter::once(3).chain(std::iter::repeat(100)) {
        let policy = PrunePolicy { retention: Retention::default().within(most), limit };
        let report = world.store.prune(policy).await.expect("a prune is answered");
        assert!(report.removed.len() <= limit, "{report:?}");
        if report.removed.is_empty() {
            break;
        }
        removed.extend(report.removed);
    }
    let size = world.store.size().await.expect("the size is told").used_bytes;
    assert!(size <= most, "{size} bytes are used, {most} are allowed");
    assert_eq!(removed, ids[..removed.len()], "the oldest go first");
    // Ten take as much as is too much. What lies beside them on their pages goes with them, and is not known before.
    assert!((5..=13).contains(&removed.len()), "no more go than must: {}", removed.len());
    assert_eq!(world.state(&waiting).await, JobState::Available);
}

pub(crate) async fn never_forgets_live_jobs_for_their_size(world: World) {
    let mut ids = world.enqueue_all(vec![bulky(), bulky()]).await;
    let service = world.service().await;
    let finished = world.claim_one(service).await;
    world.complete(&finished).await;
    let held = world.claim_one(service).await;
    ids.push(world.enqueue(due(world.in_future(HOUR).await)).await);
    let policy = PrunePolicy { retention: Retention::default().within(1), limit: 100 };
    let report = world.store.prune(policy).await.expect("a prune is answered");
    assert_eq!(report.removed, [ids.remove(0)], "only what is finished goes");
    assert_eq!(sorted(&world.live_ids().await), sorted(&ids));
    world.complete(&held).await;
}

/// About so many bytes has a bulky job.
const BULK: usize = 20_000;

fn bulky() -> JobData {
    let mut data = job();
    let filling = serde_json::value::to_raw_value(&"x".repeat(BULK)).expect("a text is JSON");
    data.set_extra("filling", filling);
    data
}

/// Prunes all that is finished until so many jobs have gone, since no job is older than nothing at once.
async fn prune_until(world: &World, n_jobs: usize) -> Vec<JobId> {
    let mut removed = Vec::new();
    wait_until("finished jobs are forgotten", async || {
        world.reach(world.in_future(Duration::from_millis(1)).await).await;
        let policy = PrunePolicy { retention: Retention::of(Duration::ZERO), limit: 100 };
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
