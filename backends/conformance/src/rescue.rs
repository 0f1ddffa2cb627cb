//! Services that die: their claims go back, interruptions are counted, and what kills too many is set aside.

use std::time::{Duration, Instant};

use egret_core::{
    Backend, Beat, ExecutionState, JobState, MAX_INTERRUPTIONS, ProcessIdentity, QUARANTINED, RescueReport, ServiceId,
    ServiceInfo,
};
use tokio::task::JoinSet;

use crate::world::{World, completed, job, service_info};

pub(crate) async fn leaves_a_service_alone_that_beats(world: World) {
    world.enqueue(job()).await;
    let living = world.service().await;
    let claimed = world.claim_one(living).await;
    let dead = world.service().await;
    let report = world.bury_beside(dead, &[living]).await;
    assert_eq!(report, RescueReport { dead_services: vec![dead], ..RescueReport::default() });
    world.complete(&claimed).await;
}

pub(crate) async fn gives_back_claims_of_a_dead_service(world: World) {
    let stored = world.enqueue_many(3).await;
    let dead = world.service().await;
    assert_eq!(world.claim_ids(dead, 3).await, stored);
    let report = world.bury(dead).await;
    assert_eq!((report.n_released, report.n_interrupted), (3, 0));
    let service = world.service().await;
    for expected in stored {
        assert_eq!(world.perform_one(service).await, expected);
    }
}

pub(crate) async fn puts_jobs_back_to_their_places(world: World) {
    let stored = world.enqueue_many(5).await;
    let dead = world.service().await;
    for claimed in world.claim(dead, 3).await {
        world.start(&claimed).await;
    }
    let report = world.bury(dead).await;
    assert_eq!((report.n_released, report.n_interrupted), (3, 3));
    let service = world.service().await;
    assert_eq!(world.claim_ids(service, 5).await, stored);
}

pub(crate) async fn counts_an_interruption_of_a_job_that_began(world: World) {
    let id = world.enqueue(job()).await;
    let (_, report) = world.interrupt_next().await;
    assert_eq!((report.n_released, report.n_interrupted), (1, 1));
    let record = world.known(&id).await;
    assert_eq!((record.state, record.interruptions), (JobState::Available, 1));
    let service = world.service().await;
    let claimed = world.claim_one(service).await;
    assert_eq!((claimed.id, claimed.interruptions, claimed.attempt), (id, 1, 2));
}

pub(crate) async fn counts_no_interruption_of_a_job_that_only_was_claimed(world: World) {
    let id = world.enqueue(job()).await;
    for _ in 0..MAX_INTERRUPTIONS + 1 {
        let service = world.service().await;
        let claimed = world.claim_one(service).await;
        assert_eq!((claimed.interruptions, claimed.attempt), (0, 1));
        let report = world.bury(service).await;
        assert_eq!((report.n_released, report.n_interrupted), (1, 0), "a claim is not a start");
    }
    assert_eq!(world.state(&id).await, JobState::Available);
}

pub(crate) async fn counts_no_interruption_after_the_job_ended(world: World) {
    let id = world.enqueue(job()).await;
    let service = world.service().await;
    let claimed = world.claim_one(service).await;
    world.start(&claimed).await;
    world.store.mark_ended(claimed.token);
    world.beat(service, &[]).await;
    let report = world.bury(service).await;
    assert_eq!((report.n_released, report.n_interrupted), (1, 0));
    assert_eq!(world.known(&id).await.interruptions, 0);
}

pub(crate) async fn quarantines_a_job_at_the_third_interruption(world: World) {
    let id = world.enqueue(job()).await;
    let bystander = world.enqueue(job()).await;
    for interruption in 1..MAX_INTERRUPTIONS {
        let (claimed, report) = world.interrupt_next().await;
        assert_eq!(claimed.id, id);
        assert_eq!((report.n_interrupted, report.quarantined.len()), (1, 0), "interruption {interruption}");
    }
    let (_, report) = world.interrupt_next().await;
    assert_eq!(report.quarantined, std::slice::from_ref(&id));
    let record = world.known(&id).await;
    assert_eq!(record.state, JobState::Discarded, "set aside, kept and visible");
    assert_eq!(record.error.map(|error| error.class).as_deref(), Some(QUARANTINED));
    let service = world.service().await;
    assert_eq!(world.claim_ids(service, 2).await, [bystander]);
}

pub(crate) async fn names_the_dead_in_the_quarantine(world: World) {
    let id = world.enqueue(job()).await;
    let mut hosts = Vec::new();
    for number in 1..=MAX_INTERRUPTIONS {
        let host = format!("host-{number}.example");
        let process = ProcessIdentity { host: host.clone(), ..ProcessIdentity::current() };
        interrupt_in(&world, ServiceInfo { process, ..service_info() }).await;
        hosts.push(host);
    }
    let error = world.known(&id).await.error.expect("a quarantine has a reason");
    for host in hosts {
        assert!(error.message.contains(&host), "`{}` names `{host}`", error.message);
    }
}

pub(crate) async fn forgets_interruptions_after_a_success_of_the_run(world: World) {
    let id = world.enqueue(job()).await;
    for _ in 0..2 {
        for _ in 1..MAX_INTERRUPTIONS {
            let (_, report) = world.interrupt_next().await;
            assert_eq!(report.quarantined, []);
        }
        let service = world.service().await;
        let claimed = world.claim_one(service).await;
        assert_eq!(claimed.interruptions, MAX_INTERRUPTIONS - 1);
        let applied = world.finish(claimed.token, crate::world::reenqueued(&claimed, None)).await;
        assert_eq!(applied, egret_core::Applied::Done);
        let record = world.known(&id).await;
        assert_eq!(record.interruptions, 0, "a run that ended clears the job");
    }
}

pub(crate) async fn counts_nothing_against_jobs_of_a_host_that_is_gone(world: World) {
    let id = world.enqueue(job()).await;
    let boot_id = "00000000-0000-4000-8000-000000000000".to_owned();
    let process = ProcessIdentity { boot_id, ..ProcessIdentity::current() };
    for _ in 0..MAX_INTERRUPTIONS {
        let report = interrupt_in(&world, ServiceInfo { process: process.clone(), ..service_info() }).await;
        assert_eq!((report.n_released, report.n_interrupted), (1, 0));
    }
    assert_eq!(world.known(&id).await.interruptions, 0);
}

pub(crate) async fn quarantines_what_kills_services_of_other_hosts(world: World) {
    let id = world.enqueue(job()).await;
    let boot_id = "00000000-0000-4000-8000-000000000000".to_owned();
    let process = ProcessIdentity { host: "elsewhere.example".to_owned(), boot_id, ..ProcessIdentity::current() };
    for number in 1..=MAX_INTERRUPTIONS {
        let report = interrupt_in(&world, ServiceInfo { process: process.clone(), ..service_info() }).await;
        let expected = if number < MAX_INTERRUPTIONS { vec![] } else { vec![id.clone()] };
        assert_eq!(report.quarantined, expected, "death {number}");
    }
    assert_eq!(world.known(&id).await.state, JobState::Discarded);
}

pub(crate) async fn reports_a_dead_service_once(world: World) {
    let dead = world.service().await;
    world.bury(dead).await;
    let again = world.observer().await.rescue().await.expect("a rescue is answered");
    assert!(!again.dead_services.contains(&dead), "{again:?}");
    let services = world.store.services().await.expect("services are listed");
    assert!(services.iter().all(|service| service.id != dead), "{services:?}");
}

pub(crate) async fn counts_once_when_many_rescue_at_once(world: World) {
    let id = world.enqueue(job()).await;
    let dead = world.service().await;
    let claimed = world.claim_one(dead).await;
    world.start(&claimed).await;
    let mut rescuers = JoinSet::new();
    for _ in 0..4 {
        let world = world.clone();
        let observer = world.observer().await;
        rescuers.spawn(async move { watch(&world, &*observer, dead).await });
    }
    let n_interrupted: u64 = rescuers.join_all().await.iter().sum();
    assert_eq!(n_interrupted, 1, "one of them gave the job back");
    let record = world.known(&id).await;
    assert_eq!((record.state, record.interruptions), (JobState::Available, 1));
}

/// Rescues until the service is gone, and tells how many jobs this rescuer has given back interrupted.
async fn watch(world: &World, observer: &dyn Backend, dead: ServiceId) -> u64 {
    let deadline = Instant::now() + Duration::from_secs(60);
    let mut n_interrupted = 0;
    if let Some(clock) = world.subject.clock() {
        clock.advance(Duration::from_secs(2));
    }
    loop {
        n_interrupted += observer.rescue().await.expect("a rescue is answered").n_interrupted;
        let services = observer.services().await.expect("services are listed");
        if services.iter().all(|service| service.id != dead) {
            return n_interrupted;
        }
        assert!(Instant::now() < deadline, "the dead service is never rescued");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

pub(crate) async fn records_interrupted_attempts(world: World) {
    let id = world.enqueue(job()).await;
    let (claimed, _) = world.interrupt_next().await;
    let executions = world.store.executions(&id).await.expect("the history is answered");
    assert_eq!(executions.len(), 1);
    let execution = &executions[0];
    assert_eq!((execution.state, execution.attempt), (ExecutionState::Interrupted, 1));
    assert_eq!(execution.runner.service, claimed.token.service);
    assert!(execution.started_at.is_some() && execution.closed_at.is_some(), "{execution:?}");
    let service = world.service().await;
    let claimed = world.claim_one(service).await;
    world.finish(claimed.token, completed()).await.into_result("finish").expect("the claim is held");
    let executions = world.store.executions(&id).await.expect("the history is answered");
    let shown: Vec<_> = executions.iter().map(|execution| (execution.attempt, execution.state)).collect();
    assert_eq!(shown, [(1, ExecutionState::Interrupted), (2, ExecutionState::Completed)]);
}

pub(crate) async fn tells_a_buried_service_that_it_is_unknown(world: World) {
    world.enqueue(job()).await;
    let (claimed, _) = world.interrupt_next().await;
    let beat = Beat { running: vec![claimed.token], ..Beat::default() };
    let orders = world.store.beat(claimed.token.service, beat).await.expect("a beat is answered");
    assert!(orders.unknown, "{orders:?}");
    let again = world.claim_from(world.service().await, &crate::world::everything(), 1).await;
    assert_eq!(again.len(), 1, "the beat of the dead has taken nothing");
}

pub(crate) async fn survives_a_step_of_the_clock(world: World) {
    let service = world.service().await;
    let clock = world.subject.clock().expect("the case needs the clock");
    clock.advance(Duration::from_secs(24 * 3600));
    let report = world.store.rescue().await.expect("a rescue is answered");
    assert_eq!(report, RescueReport::default(), "an observer believes the lease only after it has watched for itself");
    assert!(!world.beat(service, &[]).await.unknown);
}

/// Lets a service of the description claim and begin the next job, and die.
async fn interrupt_in(world: &World, info: ServiceInfo) -> RescueReport {
    let service = world.register(info).await;
    let claimed = world.claim_one(service).await;
    world.start(&claimed).await;
    world.bury(service).await
}
