//! Claims that go back to where they were, uncounted.

use egret_core::{Applied, ExecutionState, JobState, Release};

use crate::world::{World, ids, job, with_priority};

pub(crate) async fn puts_a_job_back_uncounted(world: World) {
    let id = world.enqueue(job()).await;
    let service = world.service().await;
    for _ in 0..3 {
        let claimed = world.claim_one(service).await;
        assert_eq!((claimed.attempt, claimed.interruptions), (1, 0));
        world.release(&claimed).await;
        let record = world.known(&id).await;
        assert_eq!((record.state, record.attempt, record.claimed_by), (JobState::Available, 0, None));
    }
}

pub(crate) async fn puts_a_job_back_to_its_place(world: World) {
    let ids = world.enqueue_many(4).await;
    let service = world.service().await;
    let claimed = world.claim_one(service).await;
    world.release(&claimed).await;
    assert_eq!(world.claim_ids(service, 4).await, ids);
}

pub(crate) async fn puts_a_batch_back_in_its_order(world: World) {
    let stored = world.enqueue_many(6).await;
    let service = world.service().await;
    let claimed = world.claim(service, 4).await;
    // Whatever the order of the releases: places are those of the jobs.
    let releases = [2, 0, 3, 1].map(|place: usize| Release::unstarted(claimed[place].token)).to_vec();
    let applied = world.store.release(releases).await.expect("a batch is answered");
    assert_eq!(applied, [Applied::Done; 4]);
    assert_eq!(ids(&world.claim(service, 6).await), stored);
}

pub(crate) async fn keeps_priority_and_due_time(world: World) {
    let ids = world.enqueue_all([2, 1, 3].map(with_priority).to_vec()).await;
    let service = world.service().await;
    let claimed = world.claim(service, 3).await;
    let due_at = world.known(&ids[0]).await.due_at;
    for job in claimed.iter().rev() {
        world.release(job).await;
    }
    assert_eq!(world.claim_ids(service, 3).await, [1, 0, 2].map(|place: usize| ids[place].clone()));
    assert_eq!(world.known(&ids[0]).await.due_at, due_at);
}

pub(crate) async fn makes_the_job_claimable_by_another_service(world: World) {
    let id = world.enqueue(job()).await;
    let service = world.service().await;
    let claimed = world.claim_one(service).await;
    let other = world.another_handle().await;
    let other_service = other.service().await;
    assert_eq!(other.claim_ids(other_service, 1).await, []);
    world.release(&claimed).await;
    assert_eq!(other.perform_one(other_service).await, id);
}

pub(crate) async fn never_counts_a_run_that_began(world: World) {
    let id = world.enqueue(job()).await;
    let service = world.service().await;
    let claimed = world.claim_one(service).await;
    world.start(&claimed).await;
    let release = Release { started_at: Some(world.now().await), ..Release::unstarted(claimed.token) };
    assert_eq!(world.release_with(release).await, Applied::Done);
    assert_eq!(world.state(&id).await, JobState::Available);
    let again = world.claim_one(service).await;
    assert_eq!((again.id, again.attempt, again.interruptions), (id, 1, 0));
}

pub(crate) async fn records_a_run_that_began_as_released(world: World) {
    let id = world.enqueue(job()).await;
    let service = world.service().await;
    let claimed = world.claim_one(service).await;
    world.start(&claimed).await;
    let release = Release { started_at: Some(world.now().await), ..Release::unstarted(claimed.token) };
    assert_eq!(world.release_with(release).await, Applied::Done);
    let executions = world.store.executions(&id).await.expect("the history is answered");
    assert_eq!(executions.last().map(|execution| execution.state), Some(ExecutionState::Released));
    world.perform_one(service).await;
    let executions = world.store.executions(&id).await.expect("the history is answered");
    let last = executions.last().expect("an attempt was made");
    assert_eq!((last.state, last.attempt), (ExecutionState::Completed, 1));
}
