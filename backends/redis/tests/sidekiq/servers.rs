//! Servers that are full, closed, replaced: clear errors, and no job acknowledged that is not stored.

use egret_core::{Applied, EnqueueRequest, ErrorKind, Finish, NewJob, Origin, Timestamp};

use crate::support::server::PrivateServer;
use crate::support::store::{eventually, failed, info, job, open, try_open};

fn one_job() -> EnqueueRequest {
    EnqueueRequest { jobs: vec![NewJob::new(job("ReportJob"), Origin::Application)], start: None }
}

fn connect(server: &PrivateServer, login: &str) -> redis::Connection {
    let client = redis::Client::open(format!("redis://{login}{}", server.address())).expect("a URL of a server");
    client.get_connection().expect("the server answers")
}

fn chain(error: &egret_core::Error) -> String {
    format!("{error:?}")
}

#[tokio::test]
async fn a_wrong_password_is_refused_and_never_shown() {
    let Some(server) = PrivateServer::start(&["--requirepass", "s3cret"]) else { return };
    let address = server.address();
    let store = open(&format!("redis://:s3cret@{address}/2"), |_| {}).await;
    assert_eq!(store.location(), format!("sidekiq+redis://{address}/2"));
    for (login, cause) in [("", "password"), (":wr0ng@", "password")] {
        let error = try_open(&format!("redis://{login}{address}"), |_| {}).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused, "{error:?}");
        let shown = chain(&error);
        assert!(shown.contains(cause) && !shown.contains("wr0ng") && !shown.contains("s3cret"), "{shown}");
    }
}

#[tokio::test]
async fn nobody_there_is_said_with_the_place() {
    let error = try_open("redis://:s3cret@127.0.0.1:1/0", |_| {}).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    let shown = chain(&error);
    assert!(shown.contains("127.0.0.1:1") && !shown.contains("s3cret"), "{shown}");
}

#[tokio::test]
async fn a_full_server_takes_no_job_and_loses_none() {
    let Some(server) = PrivateServer::start(&[]) else { return };
    let store = open(&format!("redis://{}", server.address()), |_| {}).await;
    store.enqueue(one_job()).await.unwrap();
    let mut redis = connect(&server, "");
    let service = store.register(info(&["default"])).await.unwrap();
    redis::cmd("CONFIG").arg("SET").arg("maxmemory").arg("1").exec(&mut redis).unwrap();
    let error = store.enqueue(one_job()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(error.to_string().contains("full"), "{error}");
    let waiting: u64 = redis::cmd("LLEN").arg("queue:default").query(&mut redis).unwrap();
    assert_eq!(waiting, 1, "what was refused is not there");
    let selection = std::sync::Arc::new(egret_core::Selection::strict(["default"]));
    let request = egret_core::ClaimRequest { service, selection, limit: 1, max_interrupted: 1 };
    let claimed = store.claim(request).await.unwrap().pop().expect("what is stored can still be run");
    let now = Timestamp::now();
    let applied = store.finish(vec![Finish::new(claimed.token, failed(), Some(now), now)]).await.unwrap();
    assert_eq!(applied, [Applied::Done]);
    let retries: u64 = redis::cmd("ZCARD").arg("retry").query(&mut redis).unwrap();
    assert_eq!(retries, 1, "and its failure be kept");
}

#[tokio::test]
async fn c12_a_server_without_its_replicas_takes_no_job() {
    let Some(server) = PrivateServer::start(&["--min-replicas-to-write", "1"]) else { return };
    let store = open(&format!("redis://{}", server.address()), |_| {}).await;
    let error = store.enqueue(one_job()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(error.to_string().contains("replicas"), "{error}");
}

#[tokio::test]
async fn a_read_only_replica_says_what_to_do() {
    let Some(primary) = PrivateServer::start(&[]) else { return };
    let (host, port) =
        primary.address().split_once(':').map(|(host, port)| (host.to_owned(), port.to_owned())).unwrap();
    let replica = PrivateServer::start(&["--replicaof", &host, &port]).expect("redis-server is there");
    let store = open(&format!("redis://{}", replica.address()), |_| {}).await;
    let error = store.enqueue(one_job()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(error.to_string().contains("primary"), "{error}");
}

#[tokio::test]
async fn l12_a_restart_is_survived_and_a_service_that_was_forgotten_learns_of_it() {
    let Some(mut server) = PrivateServer::start(&[]) else { return };
    let store = open(&format!("redis://{}", server.address()), |_| {}).await;
    let service = store.register(info(&["default"])).await.unwrap();
    server.stop();
    let error = store.enqueue(one_job()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error:?}");
    server.start_again();
    eventually("the store is reached again", async || store.enqueue(one_job()).await.ok()).await;
    let orders = store.beat(service, egret_core::Beat::default()).await.unwrap();
    assert!(orders.unknown, "the server has lost everything, the service registers anew");
    let service = store.register(info(&["default"])).await.unwrap();
    let selection = std::sync::Arc::new(egret_core::Selection::strict(["default"]));
    let request = egret_core::ClaimRequest { service, selection, limit: 10, max_interrupted: 10 };
    assert_eq!(store.claim(request).await.unwrap().len(), 1);
}

#[tokio::test]
async fn c13_an_error_of_another_kind_is_told_and_not_tried_again() {
    let Some(server) = PrivateServer::start(&[]) else { return };
    let store = open(&format!("redis://{}", server.address()), |_| {}).await;
    let mut redis = connect(&server, "");
    redis::cmd("SET").arg("queue:default").arg("no list").exec(&mut redis).unwrap();
    let error = store.enqueue(one_job()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Corrupt, "{error:?}");
    let stats: String = redis::cmd("INFO").arg("commandstats").query(&mut redis).unwrap();
    let pushes = stats.lines().find(|line| line.starts_with("cmdstat_lpush:")).unwrap();
    assert!(pushes.starts_with("cmdstat_lpush:calls=1,"), "{pushes}");
}

#[tokio::test]
async fn f6_a_claim_says_once_that_the_server_is_gone_and_goes_on_when_it_is_back() {
    let Some(mut server) = PrivateServer::start(&[]) else { return };
    let store = open(&format!("redis://{}", server.address()), |_| {}).await;
    let selection = std::sync::Arc::new(egret_core::Selection::strict(["default"]));
    let service = store.register(info(&["default"])).await.unwrap();
    let claim =
        |service| egret_core::ClaimRequest { service, selection: selection.clone(), limit: 1, max_interrupted: 1 };
    server.stop();
    let error = store.claim(claim(service)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error:?}");
    server.start_again();
    let error = eventually("the server is reached", async || match store.claim(claim(service)).await {
        Err(error) if error.kind() == ErrorKind::Unavailable => None,
        answer => Some(answer.unwrap_err()),
    });
    assert_eq!(error.await.kind(), ErrorKind::NotFound, "it has lost everything");
    let service = store.register(info(&["default"])).await.unwrap();
    store.enqueue(one_job()).await.unwrap();
    assert_eq!(store.claim(claim(service)).await.unwrap().len(), 1);
}
