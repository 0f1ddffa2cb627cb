//! Jobs in: what is stored, what is a duplicate, and when it is due.

use std::time::Duration;

use egret_core::{Enqueued, JobData, JobFilter, JobId, JobState, Leave, NewJob, Origin, Timing};

use crate::world::{World, at_once, due, everything, job};

const HOUR: Duration = Duration::from_secs(3600);

pub(crate) async fn stores_a_job_under_its_id(world: World) {
    let id = world.enqueue(job()).await;
    let record = world.known(&id).await;
    assert_eq!(
        (record.state, record.queue.as_str(), record.class.as_str()),
        (JobState::Available, "default", "ReportJob")
    );
    assert_eq!((record.attempt, record.interruptions, record.claimed_by), (0, 0, None));
}

pub(crate) async fn stores_a_batch_in_order(world: World) {
    let ids = world.enqueue_many(20).await;
    let service = world.service().await;
    assert_eq!(world.claim_ids(service, 20).await, ids);
}

pub(crate) async fn stores_nothing_of_an_empty_batch(world: World) {
    let reply = world.ask(at_once(Vec::new())).await;
    assert!(reply.start.is_none(), "nobody asked to start a service");
    assert_eq!(world.live_ids().await, []);
}

pub(crate) async fn answers_duplicate_for_an_id_that_waits(world: World) {
    let data = job();
    let id = world.enqueue(data.clone()).await;
    assert_eq!(world.offer(data).await, Enqueued::Duplicate(id.clone()));
    assert_eq!(world.live_ids().await, [id]);
}

pub(crate) async fn answers_duplicate_for_an_id_that_is_claimed(world: World) {
    let data = job();
    let id = world.enqueue(data.clone()).await;
    let service = world.service().await;
    let claimed = world.claim_one(service).await;
    assert_eq!(world.offer(data.clone()).await, Enqueued::Duplicate(id.clone()));
    world.start(&claimed).await;
    assert_eq!(world.offer(data).await, Enqueued::Duplicate(id));
    assert_eq!(world.claim_ids(service, 1).await, []);
}

pub(crate) async fn stores_an_id_again_that_is_only_in_history(world: World) {
    let data = job();
    let id = world.enqueue(data.clone()).await;
    let service = world.service().await;
    world.perform_one(service).await;
    assert_eq!(world.state(&id).await, JobState::Completed);
    world.enqueue(data).await;
    assert_eq!(world.state(&id).await, JobState::Available, "the live job is the one that is found");
    assert_eq!(world.perform_one(service).await, id);
    let records = world.listing(&JobFilter::all()).await;
    assert_eq!(records.len(), 1, "the later end replaces the earlier one");
}

pub(crate) async fn stores_equal_ids_of_one_batch_once(world: World) {
    let data = job();
    let id = data.job_id.clone();
    let reply = world.ask(at_once(vec![data.clone(), job(), data])).await;
    assert!(matches!(reply.outcomes[1], Enqueued::Stored(_)), "{:?}", reply.outcomes);
    assert_eq!((&reply.outcomes[0], &reply.outcomes[2]), (&Enqueued::Stored(id.clone()), &Enqueued::Duplicate(id)));
    assert_eq!(world.live_ids().await.len(), 2);
}

pub(crate) async fn makes_a_job_with_a_past_time_available(world: World) {
    let hour_ago = world.now().await.checked_sub(HOUR).expect("an hour ago can be written");
    let id = world.enqueue(due(hour_ago)).await;
    assert_eq!(world.state(&id).await, JobState::Available);
    let service = world.service().await;
    assert_eq!(world.claim_ids(service, 1).await, [id]);
}

pub(crate) async fn schedules_a_job_with_a_future_time(world: World) {
    let at = world.in_future(HOUR).await;
    let id = world.enqueue(due(at)).await;
    let record = world.known(&id).await;
    assert_eq!((record.state, record.due_at.as_microsecond()), (JobState::Scheduled, at.as_microsecond()));
}

pub(crate) async fn is_seen_by_another_handle(world: World) {
    let other = world.another_handle().await;
    let id = world.enqueue(job()).await;
    assert_eq!(other.known(&id).await.state, JobState::Available);
    let service = other.service().await;
    assert_eq!(other.perform_one(service).await, id);
    world.assert_ended(&id, JobState::Completed).await;
}

pub(crate) async fn keeps_the_origin(world: World) {
    for origin in [Origin::Application, Origin::CommandLine, Origin::Console] {
        let data = job();
        let id = data.job_id.clone();
        world.offer_new(NewJob::new(data, origin)).await;
        assert_eq!(world.known(&id).await.origin, origin);
        let service = world.service().await;
        assert_eq!(world.claim_one(service).await.origin, origin);
    }
}

pub(crate) async fn stores_every_job_of_many_enqueuers(world: World) {
    let mut enqueuers = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let world = world.another_handle().await;
        enqueuers.spawn(async move {
            let mut ids = Vec::new();
            for _ in 0..10 {
                ids.push(world.enqueue(job()).await);
            }
            ids.extend(world.enqueue_many(10).await);
            ids
        });
    }
    let mut expected = enqueuers.join_all().await.concat();
    let service = world.service().await;
    let mut claimed = world.claim_singly(service, &everything()).await;
    expected.sort();
    claimed.sort();
    assert_eq!(claimed, expected, "each job that was stored is claimed once");
}

pub(crate) async fn stores_a_batch_whole_or_not_at_all_when_it_is_given_up(world: World) {
    let mut batches = Vec::new();
    for round in 0..20_u32 {
        let jobs: Vec<JobData> = (0..5).map(|_| job()).collect();
        batches.push(jobs.iter().map(|data| data.job_id.clone()).collect::<Vec<JobId>>());
        let enqueue = world.store.enqueue(at_once(jobs));
        // Whether the enqueue comes to its end is left to chance.
        let _ = tokio::time::timeout(Duration::from_micros(u64::from(round) * 250), enqueue).await;
    }
    // What was given up may still be on its way; an enqueue that is answered comes behind it.
    world.enqueue(job()).await;
    let live = world.live_ids().await;
    for batch in batches {
        let n_stored = batch.iter().filter(|id| live.contains(id)).count();
        assert!(n_stored == 0 || n_stored == 5, "{n_stored} of 5 jobs of a batch are stored");
    }
}

pub(crate) async fn outlives_every_handle(world: World) {
    let at = world.in_future(HOUR).await;
    let stored = world.enqueue_all(vec![job(), due(at), job()]).await;
    let service = world.service().await;
    world.perform_one(service).await;
    world.store.leave(service, Leave::Always).await.expect("a service can always leave");
    let World { store, subject } = world;
    drop(store);
    let store = subject.open(Timing::default()).await.expect("the store opens again");
    let world = World::new(subject, store);
    world.assert_ended(&stored[0], JobState::Completed).await;
    assert_eq!(world.state(&stored[1]).await, JobState::Scheduled);
    let service = world.service().await;
    assert_eq!(world.claim_ids(service, 3).await, [stored[2].clone()]);
}
