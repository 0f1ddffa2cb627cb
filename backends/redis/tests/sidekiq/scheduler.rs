//! S: jobs whose time has come.

use egret_core::Timestamp;

use crate::support::store::{Store, json};

fn member(number: usize, queue: &str) -> String {
    format!(
        r#"{{"class":"PlainJob","args":[{number},[],18446744073709551617],"jid":"j{number}","queue":"{queue}","created_at":1795458000.25,"retry":true}}"#
    )
}

fn seconds_from_now(seconds: i64) -> String {
    (Timestamp::now().as_second() + seconds).to_string()
}

#[tokio::test]
async fn s1_due_jobs_of_both_sets_go_to_their_queues() {
    let mut store = Store::open().await;
    for (number, (set, seconds)) in
        [("retry", -60), ("schedule", -50), ("retry", -40), ("schedule", -55), ("retry", 60), ("schedule", 60)]
            .into_iter()
            .enumerate()
    {
        let queue = if set == "retry" { "low" } else { "high" };
        store.run::<u64>(&["ZADD", set, &seconds_from_now(seconds), &member(number, queue)]);
    }
    store.backend.rescue().await.unwrap();
    assert_eq!((store.sorted("retry").len(), store.sorted("schedule").len()), (1, 1));
    let (high, low) = (store.list("queue:high"), store.list("queue:low"));
    assert_eq!((high.len(), low.len()), (2, 2));
    for payload in high.iter().chain(&low) {
        let value = json(payload);
        assert!(
            value["enqueued_at"].as_f64().is_some_and(|at| at > Timestamp::now().as_second() as f64 - 60.0),
            "{value}"
        );
        assert_eq!(value["created_at"].to_string(), "1795458000.25");
        assert!(payload.contains(",[],18446744073709551617]"), "nothing of the arguments is damaged: {payload}");
    }
    assert_eq!(json(&high[1])["jid"], "j3", "the earlier one is the next");
    let queues: Vec<String> = store.run(&["SMEMBERS", "queues"]);
    assert_eq!(queues.len(), 2);
}

#[tokio::test]
async fn s6_many_who_look_move_each_job_once() {
    let mut store = Store::open().await;
    let mut pipeline = redis::pipe();
    for number in 0..1_000 {
        pipeline.cmd("ZADD").arg("schedule").arg(number).arg(member(number, "default")).ignore();
    }
    pipeline.exec(&mut store.redis).unwrap();
    let mut lookers = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let backend = store.another(egret_core::Timing::default()).await;
        lookers.spawn(async move {
            for _ in 0..3 {
                backend.rescue().await.unwrap();
            }
        });
    }
    lookers.join_all().await;
    let mut jids: Vec<String> =
        store.list("queue:default").iter().map(|payload| json(payload)["jid"].as_str().unwrap().to_owned()).collect();
    assert_eq!((store.sorted("schedule").len(), jids.len()), (0, 1_000));
    jids.sort();
    jids.dedup();
    assert_eq!(jids.len(), 1_000);
}

#[tokio::test]
async fn s7_scripts_that_the_server_has_forgotten_are_sent_again() {
    let mut store = Store::open().await;
    let service = store.service().await;
    for number in 0..2 {
        store.run::<()>(&["SCRIPT", "FLUSH"]);
        store.run::<u64>(&["ZADD", "schedule", "1", &member(number, "default")]);
        assert_eq!(store.claim(service, 1).await.len(), 1);
    }
}

#[tokio::test]
async fn a_due_job_is_claimed_without_anybody_else_who_looks() {
    let mut store = Store::open().await;
    let service = store.service().await;
    store.run::<u64>(&["ZADD", "retry", "1", &member(1, "default")]);
    assert_eq!(store.claim_one(service).await.id.as_str(), "j1");
}

#[tokio::test]
async fn what_is_no_job_leaves_the_schedule_for_the_dead_set() {
    let mut store = Store::open().await;
    for odd in ["[1,2]", "{\"class\":", "null"] {
        store.run::<u64>(&["ZADD", "schedule", "1", odd]);
    }
    store.backend.rescue().await.unwrap();
    let mut dead: Vec<String> = store.sorted("dead").into_iter().map(|(member, _)| member).collect();
    dead.sort();
    assert_eq!(dead, ["[1,2]", "null", "{\"class\":"]);
    assert_eq!(store.sorted("schedule").len(), 0);
}
