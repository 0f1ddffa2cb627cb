//! Claims that stand on the server while a service waits: who gets what they claim, and that nothing of it is lost.

use std::sync::Arc;
use std::time::Duration;

use egret_core::{
    Backend, Beat, ClaimRequest, ClaimedJob, EnqueueRequest, JobData, NewJob, Origin, Selection, ServiceId, Timing,
};
use redis::Connection;
use tokio::task::JoinHandle;

use crate::support::Database;
use crate::support::gate::Gate;
use crate::support::server::PrivateServer;
use crate::support::store::{Store, completed, eventually, info, job, open};

const HOUR: Duration = Duration::from_secs(3600);
const QUEUES: [&str; 3] = ["high", "default", "low"];

fn payload(number: usize) -> String {
    format!(r#"{{"class":"PlainJob","args":[{number}],"jid":"standing{number}"}}"#)
}

fn request(service: ServiceId, limit: usize) -> ClaimRequest {
    ClaimRequest { service, selection: Arc::new(Selection::strict(QUEUES)), limit, max_interrupted: 1 }
}

/// Somebody who waits to claim, once claims stand at all of his queues.
async fn waiter(
    backend: &Arc<dyn Backend>,
    service: ServiceId,
    limit: usize,
    redis: &mut Connection,
) -> JoinHandle<Vec<ClaimedJob>> {
    // With it the server knows the script.
    assert!(backend.claim(request(service, limit)).await.expect("a claim is answered").is_empty());
    let backend = Arc::clone(backend);
    let waiter =
        tokio::spawn(
            async move { backend.wait_to_claim(request(service, limit), HOUR).await.expect("a wait is answered") },
        );
    stand(redis, QUEUES.len()).await;
    waiter
}

/// Waits until so many lists of this database are watched.
async fn stand(redis: &mut Connection, n_lists: usize) {
    let database: String = redis::cmd("CLIENT").arg("INFO").query(redis).expect("a connection tells of itself");
    let database = database.split(' ').find(|field| field.starts_with("db=")).expect("a database").to_owned();
    eventually("claims stand", async || {
        let clients: String = redis::cmd("CLIENT").arg("LIST").query(redis).expect("connections are listed");
        // Flag `b`: the connection waits in an operation that blocks.
        let waits = |client: &&str| {
            client.contains(&format!(" {database} ")) && client.contains(" cmd=blmove ") && client.contains(" flags=b ")
        };
        (clients.lines().filter(waits).count() == n_lists).then_some(())
    })
    .await;
}

/// Waits until jobs come. A wait may end without: when another claim has taken the job and is about to tell.
async fn next(store: &Store, service: ServiceId) -> Vec<ClaimedJob> {
    eventually("jobs come", async || {
        let claimed = store.backend.wait_to_claim(request(service, 7), HOUR).await.expect("a wait is answered");
        Some(claimed).filter(|jobs| !jobs.is_empty())
    })
    .await
}

fn claims_of(service: ServiceId) -> String {
    format!("egret:sidekiq:claims:{service}")
}

fn numbers(jobs: &[ClaimedJob]) -> Vec<String> {
    jobs.iter().map(|job| job.id.to_string()).collect()
}

#[tokio::test]
async fn a_job_of_ruby_is_claimed_before_the_push_is_answered() {
    let Some(server) = PrivateServer::start(&[]) else { return };
    let mut store = Store::open_on(&server).await;
    let service = store.service().await;
    let waiter = waiter(&store.backend, service, 1, &mut store.redis).await;
    store.run::<u64>(&["LPUSH", "queue:default", &payload(1)]);
    assert_eq!(store.list("queue:default").len(), 0, "the server has claimed it by itself");
    assert_eq!(store.run::<u64>(&["HLEN", &claims_of(service)]), 1);
    let claimed = waiter.await.unwrap();
    assert_eq!(numbers(&claimed), ["standing1"]);
    store.backend.mark_started(claimed[0].token);
    store.finish(&claimed[0], completed()).await;
}

#[tokio::test]
async fn a_job_of_ours_is_claimed_once_and_no_hint_comes_before_it() {
    let Some(server) = PrivateServer::start(&[]) else { return };
    let url = format!("redis://{}", server.address());
    let (backend, producer) = (open(&url, |_| {}).await, open(&url, |_| {}).await);
    let mut redis = redis::Client::open(url).unwrap().get_connection().unwrap();
    let service = backend.register(info(&QUEUES)).await.unwrap();
    let waiter = waiter(&backend, service, 1, &mut redis).await;
    eventually("the service listens for hints", async || {
        let (_, n_listeners): (String, u64) =
            redis::cmd("PUBSUB").arg("NUMSUB").arg("egret:sidekiq:hints").query(&mut redis).unwrap();
        (n_listeners == 1).then_some(())
    })
    .await;
    let before = n_scripts(&mut redis);
    let jobs = vec![NewJob::new(job_for("low"), Origin::Application)];
    producer.enqueue(EnqueueRequest { jobs, start: None }).await.unwrap();
    assert_eq!(waiter.await.unwrap().len(), 1, "it was not woken for nothing first");
    assert_eq!(n_scripts(&mut redis) - before, 1, "one script has claimed it");
}

fn job_for(queue: &str) -> JobData {
    let mut data = job("PlainJob");
    data.queue_name = Some(queue.to_owned());
    data
}

fn n_scripts(redis: &mut Connection) -> u64 {
    let stats: String = redis::cmd("INFO").arg("commandstats").query(redis).expect("the server counts");
    let calls = |line: &str| line.split("calls=").nth(1)?.split(',').next()?.parse::<u64>().ok();
    stats.lines().filter(|line| line.starts_with("cmdstat_eval")).filter_map(calls).sum()
}

#[tokio::test]
async fn claims_at_several_queues_do_not_take_more_than_the_service_runs_at_once() {
    let Some(server) = PrivateServer::start(&[]) else { return };
    let mut store = Store::open_on(&server).await;
    let service = store.service().await;
    let waiting = waiter(&store.backend, service, 7, &mut store.redis).await;
    let mut pushes = redis::pipe();
    pushes.atomic();
    for (number, queue) in ["low", "high", "default"].iter().cycle().take(15).enumerate() {
        pushes.cmd("LPUSH").arg(format!("queue:{queue}")).arg(payload(number));
    }
    pushes.exec(&mut store.redis).unwrap();
    assert_eq!(store.run::<u64>(&["HLEN", &claims_of(service)]), 7, "as many as run at once, by whichever claim");
    let mut given = waiting.await.unwrap();
    assert_eq!(given.len(), 7);
    assert!(given[..5].iter().all(|job| job.queue == "high"), "in the order of the queues: {given:?}");
    // What runs counts: with two that have ended two more are taken.
    for claimed in given.drain(..2) {
        store.finish(&claimed, completed()).await;
    }
    let more = store.backend.wait_to_claim(request(service, 2), HOUR).await.unwrap();
    assert!(more.len() <= 2, "{more:?}");
    assert!(store.run::<u64>(&["HLEN", &claims_of(service)]) <= 7);
}

#[tokio::test]
async fn one_job_at_each_queue_at_a_time_is_given_to_whoever_waits_next() {
    let Some(server) = PrivateServer::start(&[]) else { return };
    let mut store = Store::open_on(&server).await;
    let service = store.service().await;
    let mut given = Vec::new();
    for number in 0..30 {
        let waiting = waiter(&store.backend, service, 7, &mut store.redis).await;
        store.run::<u64>(&["LPUSH", &format!("queue:{}", QUEUES[number % 3]), &payload(number)]);
        let mut claimed = waiting.await.unwrap();
        if claimed.is_empty() {
            claimed = next(&store, service).await;
        }
        assert_eq!(numbers(&claimed), [format!("standing{number}")]);
        store.finish(&claimed[0], completed()).await;
        given.extend(claimed);
    }
    assert_eq!(given.len(), 30);
}

#[tokio::test]
async fn of_two_services_that_wait_one_is_woken() {
    let Some(server) = PrivateServer::start(&[]) else { return };
    let mut store = Store::open_on(&server).await;
    let handles = [store.backend.clone(), store.another(Timing::default()).await];
    let services = [store.service().await, handles[1].register(info(&QUEUES)).await.unwrap()];
    let mut waiters = Vec::new();
    for (handle, service) in handles.iter().zip(services) {
        assert!(handle.claim(request(service, 7)).await.unwrap().is_empty());
        let handle = Arc::clone(handle);
        waiters.push(tokio::spawn(async move { handle.wait_to_claim(request(service, 7), HOUR).await.unwrap() }));
    }
    stand(&mut store.redis, 6).await;
    store.run::<u64>(&["LPUSH", "queue:default", &payload(1)]);
    let winner = eventually("one has the job", async || waiters.iter().position(JoinHandle::is_finished)).await;
    let claimed = (&mut waiters[winner]).await.unwrap();
    assert_eq!(numbers(&claimed), ["standing1"]);
    store.finish(&claimed[0], completed()).await;
    // With him go his connections.
    handles[winner].leave(services[winner], egret_core::Leave::Always).await.unwrap();
    stand(&mut store.redis, 3).await;
    store.run::<u64>(&["LPUSH", "queue:low", &payload(2)]);
    let claimed = waiters.swap_remove(1 - winner).await.unwrap();
    assert_eq!(numbers(&claimed), ["standing2"], "the other has slept until there was a job for him");
}

#[tokio::test]
async fn who_goes_leaves_nothing_standing() {
    let Some(server) = PrivateServer::start(&[]) else { return };
    let mut store = Store::open_on(&server).await;
    let service = store.service().await;
    for number in 0..10 {
        let waiter = waiter(&store.backend, service, 7, &mut store.redis).await;
        waiter.abort();
        stand(&mut store.redis, 0).await;
        store.run::<u64>(&["LPUSH", "queue:low", &payload(number)]);
        assert_eq!(store.list("queue:low"), [payload(number)], "it waits for somebody else");
        assert_eq!(store.run::<u64>(&["HLEN", &claims_of(service)]), 0);
        store.run::<u64>(&["DEL", "queue:low"]);
    }
}

#[tokio::test]
async fn what_comes_as_somebody_goes_goes_back_unchanged() {
    let Some(server) = PrivateServer::start(&[]) else { return };
    let mut store = Store::open_on(&server).await;
    let service = store.service().await;
    for number in 0..30 {
        let waiter = waiter(&store.backend, service, 7, &mut store.redis).await;
        if number % 2 == 0 {
            waiter.abort();
        }
        store.run::<u64>(&["LPUSH", "queue:low", &payload(number)]);
        waiter.abort();
        match waiter.await {
            // It came first.
            Ok(claimed) if !claimed.is_empty() => store.finish(&claimed[0], completed()).await,
            // He was gone, or woken by the hint of what went back before.
            _ => {
                eventually("the job is back", async || {
                    let is_free = store.run::<u64>(&["HLEN", &claims_of(service)]) == 0;
                    (is_free && store.list("queue:low") == [payload(number)]).then_some(())
                })
                .await;
            }
        }
        stand(&mut store.redis, 0).await;
        store.run::<u64>(&["DEL", "queue:low"]);
    }
}

#[tokio::test]
async fn what_comes_between_two_waits_is_given_to_the_second_or_to_the_claim_between() {
    let Some(server) = PrivateServer::start(&[]) else { return };
    let mut store = Store::open_on(&server).await;
    let service = store.service().await;
    for number in 0..10 {
        // The time is up while claims stand.
        let nothing = store.backend.wait_to_claim(request(service, 7), Duration::from_millis(20)).await.unwrap();
        assert!(nothing.is_empty());
        store.run::<u64>(&["LPUSH", "queue:low", &payload(number)]);
        let claimed = match number % 2 {
            0 => next(&store, service).await,
            _ => {
                eventually("the job is claimed", async || {
                    Some(store.claim(service, 7).await).filter(|jobs| !jobs.is_empty())
                })
                .await
            }
        };
        assert_eq!(numbers(&claimed), [format!("standing{number}")]);
        store.finish(&claimed[0], completed()).await;
    }
}

#[tokio::test]
async fn nobody_who_waits_no_longer_keeps_what_has_come() {
    let Some(server) = PrivateServer::start(&[]) else { return };
    let mut store = Store::open_on(&server).await;
    let service = store.service().await;
    let nothing = store.backend.wait_to_claim(request(service, 7), Duration::from_millis(20)).await.unwrap();
    assert!(nothing.is_empty());
    store.run::<u64>(&["LPUSH", "queue:low", &payload(1)]);
    eventually("the job is back, or was never taken", async || {
        stand(&mut store.redis, 0).await;
        (store.list("queue:low") == [payload(1)]).then_some(())
    })
    .await;
    assert_eq!(store.run::<u64>(&["HLEN", &claims_of(service)]), 0);
}

#[tokio::test]
async fn a_server_that_has_forgotten_its_scripts_is_told_them_again() {
    let Some(server) = PrivateServer::start(&[]) else { return };
    let url = format!("redis://{}", server.address());
    let backend = open(&url, |_| {}).await;
    let mut redis = redis::Client::open(url).unwrap().get_connection().unwrap();
    let service = backend.register(info(&QUEUES)).await.unwrap();
    let waiter = waiter(&backend, service, 7, &mut redis).await;
    redis::cmd("SCRIPT").arg("FLUSH").exec(&mut redis).unwrap();
    redis::cmd("LPUSH").arg("queue:default").arg(payload(1)).exec(&mut redis).unwrap();
    assert_eq!(waiter.await.unwrap().len(), 0, "whoever waits is to look");
    assert_eq!(numbers(&backend.claim(request(service, 7)).await.unwrap()), ["standing1"]);
}

#[tokio::test]
async fn a_paused_queue_gives_nothing_until_it_goes_on() {
    let Some(server) = PrivateServer::start(&[]) else { return };
    let mut store = Store::open_on(&server).await;
    let service = store.service().await;
    store.backend.pause("default").await.unwrap();
    let waiter = waiter(&store.backend, service, 7, &mut store.redis).await;
    store.run::<u64>(&["LPUSH", "queue:default", &payload(1)]);
    assert_eq!(waiter.await.unwrap().len(), 0);
    assert_eq!(store.list("queue:default").len(), 1);
    store.backend.resume("default").await.unwrap();
    let claimed = next(&store, service).await;
    assert_eq!(numbers(&claimed), ["standing1"]);
}

#[tokio::test]
async fn a_service_that_has_left_claims_nothing() {
    let Some(server) = PrivateServer::start(&[]) else { return };
    let mut store = Store::open_on(&server).await;
    let service = store.service().await;
    let waiter = waiter(&store.backend, service, 7, &mut store.redis).await;
    // Another handle says that it has left, so that this one does not know.
    let other = store.another(Timing::default()).await;
    other.leave(service, egret_core::Leave::Always).await.unwrap();
    store.run::<u64>(&["LPUSH", "queue:default", &payload(1)]);
    assert_eq!(waiter.await.unwrap().len(), 0);
    assert_eq!(store.list("queue:default").len(), 1);
    assert_eq!(store.run::<u64>(&["EXISTS", &claims_of(service)]), 0);
}

#[tokio::test]
async fn a_claim_whose_answer_is_lost_with_the_connection_goes_back() {
    let Some(server) = PrivateServer::start(&[]) else { return };
    let database = Database::of_private(&server);
    let gate = Gate::before(database.address());
    let backend = open(&database.url_at(gate.address()), |_| {}).await;
    let mut redis = database.connect();
    let service = backend.register(info(&QUEUES)).await.unwrap();
    let waiting = waiter(&backend, service, 7, &mut redis).await;
    gate.break_at("standing1");
    redis::cmd("LPUSH").arg("queue:default").arg(payload(1)).exec(&mut redis).unwrap();
    eventually("the connection is broken", async || (gate.n_broken() == 1).then_some(())).await;
    let held: u64 = redis::cmd("HLEN").arg(claims_of(service)).query(&mut redis).unwrap();
    assert_eq!(held, 1, "the server has claimed the job");
    // Others still stand meanwhile, for longer than any beat.
    eventually("the job is back", async || {
        backend.beat(service, Beat::default()).await.unwrap();
        let queued: Vec<String> = redis::cmd("LRANGE").arg("queue:default").arg(0).arg(-1).query(&mut redis).unwrap();
        (queued == [payload(1)]).then_some(())
    })
    .await;
    assert!(waiting.await.unwrap().is_empty());
}

#[tokio::test]
async fn a_user_who_may_not_direct_connections_ends_claims_with_them() {
    let Some(server) = PrivateServer::start(&[]) else { return };
    let mut redis = redis::Client::open(format!("redis://{}", server.address())).unwrap().get_connection().unwrap();
    let rules = ["on", ">secret", "~*", "&*", "+@all", "-client"];
    redis::cmd("ACL").arg("SETUSER").arg("app").arg(&rules).exec(&mut redis).unwrap();
    let backend = open(&format!("redis://app:secret@{}", server.address()), |_| {}).await;
    let service = backend.register(info(&QUEUES)).await.unwrap();
    for number in 0..3 {
        let waiter = waiter(&backend, service, 7, &mut redis).await;
        if number == 1 {
            waiter.abort();
            stand(&mut redis, 0).await;
            continue;
        }
        redis::cmd("LPUSH").arg("queue:low").arg(payload(number)).exec(&mut redis).unwrap();
        assert_eq!(numbers(&waiter.await.unwrap()), [format!("standing{number}")]);
    }
}

#[tokio::test]
async fn claims_by_a_pattern_follow_the_names_of_the_queues() {
    let Some(server) = PrivateServer::start(&[]) else { return };
    let mut store = Store::open_on(&server).await;
    let service = store.service().await;
    let selection = Arc::new(Selection::strict(["lo*"]));
    let request = ClaimRequest { service, selection, limit: 7, max_interrupted: 1 };
    store.run::<u64>(&["SADD", "queues", "low"]);
    for (n_lists, others) in [(1, "else"), (1, "lowest"), (2, "other")] {
        assert!(store.backend.claim(request.clone()).await.unwrap().is_empty());
        let (backend, asked) = (store.backend.clone(), request.clone());
        let waiter = tokio::spawn(async move { backend.wait_to_claim(asked, HOUR).await.unwrap() });
        stand(&mut store.redis, n_lists).await;
        // A queue more, whether or not the pattern means it: what stands does not know what it would have to.
        store.run::<u64>(&["SADD", "queues", others]);
        store.run::<u64>(&["LPUSH", "queue:low", &payload(n_lists)]);
        assert!(waiter.await.unwrap().is_empty(), "whoever waits is to look");
        let claimed = store.backend.claim(request.clone()).await.unwrap();
        assert_eq!(numbers(&claimed), [format!("standing{n_lists}")]);
        store.finish(&claimed[0], completed()).await;
    }
    // With nothing new it is given to who waits, once what stood before has ended.
    store.run::<u64>(&["LPUSH", "queue:lowest", &payload(9)]);
    let claimed = eventually("the job comes", async || {
        let claimed = store.backend.wait_to_claim(request.clone(), HOUR).await.unwrap();
        Some(claimed).filter(|jobs| !jobs.is_empty())
    })
    .await;
    assert_eq!(numbers(&claimed), ["standing9"]);
}
