//! Counts per queue and state, against listings and against a small model.

mod model;

use std::collections::BTreeMap;
use std::time::Duration;

use egret_core::{Applied, Counts, JobFilter, JobState, Outcome};
use tokio::task::JoinSet;

use crate::world::{Amend, World, an_error, due, in_queue, job, of_class, reenqueued};

pub(crate) use model::agree_with_a_model_under_random_operations;

pub(crate) async fn are_zero_in_an_empty_store(world: World) {
    let counts = counts(&world).await;
    assert_eq!(counts.live(), 0);
    assert!(counts.rows.iter().all(|row| row.n_jobs == 0), "{counts:?}");
}

pub(crate) async fn tell_jobs_by_queue_and_state(world: World) {
    let later = world.in_future(Duration::from_secs(3600)).await;
    world.enqueue_all(vec![job(), job(), in_queue("mail"), due(later), due(later), due(later)]).await;
    let counted = counts(&world).await;
    assert_eq!((counted.of("default", JobState::Available), counted.of("mail", JobState::Available)), (2, 1));
    assert_eq!((counted.of_state(JobState::Available), counted.of_state(JobState::Scheduled)), (3, 3));
    assert_eq!((counted.of("mail", JobState::Scheduled), counted.live()), (0, 6));
    let service = world.service().await;
    let claimed = world.claim(service, 2).await;
    world.start(&claimed[0]).await;
    let counted = counts(&world).await;
    assert_eq!((counted.of_state(JobState::Running), counted.of("default", JobState::Available)), (1, 1));
    assert_eq!(world.finish(claimed[0].token, reenqueued(&claimed[0], Some(later))).await, Applied::Done);
    world.release(&claimed[1]).await;
    let counted = counts(&world).await;
    assert_eq!((counted.of_state(JobState::Retryable), counted.of_state(JobState::Running)), (1, 0));
    assert_eq!((counted.of("default", JobState::Available), counted.live()), (1, 6));
}

pub(crate) async fn tell_ended_jobs(world: World) {
    world.enqueue_many(6).await;
    let service = world.service().await;
    let claimed = world.claim(service, 6).await;
    for job in &claimed[..3] {
        world.complete(job).await;
    }
    for job in &claimed[3..5] {
        let outcome = Outcome::Discarded { error: an_error() };
        assert_eq!(world.finish(job.token, outcome).await, Applied::Done);
    }
    let outcome = Outcome::Cancelled { reason: "no".to_owned() };
    assert_eq!(world.finish(claimed[5].token, outcome).await, Applied::Done);
    let counted = counts(&world).await;
    let states = [JobState::Completed, JobState::Discarded, JobState::Cancelled];
    assert_eq!(states.map(|state| counted.of("default", state)), [3, 2, 1]);
    assert_eq!(counted.live(), 0);
}

pub(crate) async fn stay_exact_when_many_work_at_once(world: World) {
    let mut workers = JoinSet::new();
    for _ in 0..6 {
        let world = world.another_handle().await;
        workers.spawn(async move { work(&world).await });
    }
    workers.join_all().await;
    assert_matches_listing(&world).await;
}

pub(crate) async fn follow_rescues_and_quarantine(world: World) {
    world.enqueue_many(3).await;
    for _ in 0..egret_core::MAX_INTERRUPTIONS {
        world.interrupt_next().await;
        assert_matches_listing(&world).await;
    }
    let counted = counts(&world).await;
    assert_eq!((counted.of_state(JobState::Discarded), counted.of_state(JobState::Available)), (1, 2));
}

/// Enqueues, claims and ends jobs of all kinds of ends.
async fn work(world: &World) {
    let service = world.service().await;
    for round in 0..8 {
        world.enqueue_many(3).await;
        for (number, claimed) in world.claim(service, 2).await.iter().enumerate() {
            match (round + number) % 4 {
                0 => world.release(claimed).await,
                1 => assert_eq!(world.finish(claimed.token, reenqueued(claimed, None)).await, Applied::Done),
                2 => {
                    let outcome = Outcome::Discarded { error: an_error() };
                    assert_eq!(world.finish(claimed.token, outcome).await, Applied::Done);
                }
                _ => world.complete(claimed).await,
            }
        }
    }
}

pub(crate) async fn counts(world: &World) -> Counts {
    let counts = world.store.counts().await.expect("jobs are counted");
    assert!(counts.is_exact, "the capabilities say that counts are exact");
    counts
}

/// Checks that counts are those of the listing.
pub(crate) async fn assert_matches_listing(world: &World) {
    let mut listed: BTreeMap<(String, JobState), u64> = BTreeMap::new();
    for record in world.listing(&JobFilter::all()).await {
        *listed.entry((record.queue, record.state)).or_default() += 1;
    }
    assert_eq!(tally(&counts(world).await), listed, "counts, and the jobs that are listed");
}

/// The rows of counts that are not zero; a kind of jobs has one row.
pub(crate) fn tally(counts: &Counts) -> BTreeMap<(String, JobState), u64> {
    let mut tally = BTreeMap::new();
    for row in counts.rows.iter().filter(|row| row.n_jobs > 0) {
        let former = tally.insert((row.queue.clone(), row.state), row.n_jobs);
        assert_eq!(former, None, "two rows for one kind of jobs: {counts:?}");
    }
    tally
}

pub(crate) async fn count_what_a_filter_covers(world: World) {
    let later = world.in_future(Duration::from_secs(3600)).await;
    let jobs =
        vec![job(), job(), in_queue("mail"), due(later), of_class("MailJob"), of_class("MailJob").queued_in("mail")];
    world.enqueue_all(jobs).await;
    let service = world.service().await;
    let claimed = world.claim_one(service).await;
    world.start(&claimed).await;
    let filters = [
        JobFilter::all(),
        JobFilter::all().queue("mail"),
        JobFilter::all().class("MailJob"),
        JobFilter::all().class("MailJob").queue("mail"),
        JobFilter::all().state(JobState::Available),
        JobFilter::all().state(JobState::Running).state(JobState::Scheduled),
        JobFilter::all().class("MailJob").state(JobState::Scheduled),
        JobFilter::all().queue("nobody's"),
    ];
    for filter in filters {
        let expected = world.listing(&filter).await.len() as u64;
        assert_eq!(world.store.count(&filter).await.expect("a count is answered"), expected, "{filter:?}");
    }
    assert_eq!(world.store.count(&JobFilter::all().class("MailJob")).await.expect("a count is answered"), 2);
}
