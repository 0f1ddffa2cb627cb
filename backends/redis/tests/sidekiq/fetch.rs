//! F and P: what a worker takes, and what becomes of odd jobs.

use egret_core::{
    Applied, ErrorReport, Finish, JobFilter, JobState, Outcome, Page, Payload, Release, Timestamp, UNREADABLE,
};

use crate::support::store::{Store, completed, json};

/// Written by Ruby: Sidekiq 6.4.1, without what is not needed.
const PLAIN: &str = r#"{"retry":true,"queue":"default","class":"PlainJob","args":[1,"two",3.5,null,true,{"k":[1,2]}],"jid":"4e2970d43ed4924599bac0d0","created_at":1795458038.4640229,"enqueued_at":1795458038.464297}"#;

#[tokio::test]
async fn f1_a_job_that_goes_back_is_the_next_with_its_bytes_as_they_were() {
    let mut store = Store::open().await;
    for payload in [PLAIN, r#"{ "class" : "Odd", "args":[1.50] , "x":1e3 }"#] {
        store.run::<u64>(&["LPUSH", "queue:default", payload]);
    }
    let before = store.list("queue:default");
    let service = store.service().await;
    let claimed = store.claim(service, 2).await;
    assert_eq!(claimed[0].queue, "default");
    assert_eq!(store.list("queue:default").len(), 0);
    let releases = claimed.iter().map(|job| Release::unstarted(job.token)).collect();
    assert_eq!(store.backend.release(releases).await.unwrap(), [Applied::Done; 2]);
    assert_eq!(store.list("queue:default"), before);
}

#[tokio::test]
async fn p1_the_figures_of_sidekiq_move_with_the_end() {
    let mut store = Store::open().await;
    let service = store.service().await;
    store.run::<u64>(&["LPUSH", "queue:default", PLAIN]);
    let claimed = store.claim_one(service).await;
    store.finish(&claimed, completed()).await;
    let today = Timestamp::now().strftime("%Y-%m-%d").to_string();
    for (key, expected) in [
        ("stat:processed".to_owned(), Some(1)),
        (format!("stat:processed:{today}"), Some(1)),
        ("stat:failed".to_owned(), None),
    ] {
        assert_eq!(store.run::<Option<u64>>(&["GET", &key]), expected, "{key}");
    }
    let kept = store.run::<i64>(&["TTL", &format!("stat:processed:{today}")]);
    assert!((157_670_000..=157_680_000).contains(&kept), "{kept}");
    store.run::<u64>(&["LPUSH", "queue:default", PLAIN]);
    let claimed = store.claim_one(service).await;
    store.finish(&claimed, crate::support::store::failed()).await;
    assert_eq!(store.run::<(u64, u64)>(&["MGET", "stat:processed", "stat:failed"]), (2, 1), "a failure counts twice");
}

#[tokio::test]
async fn p3_what_is_no_job_is_parked_as_it_is() {
    let mut store = Store::open().await;
    let service = store.service().await;
    let odd = [
        r#"{"class":"PlainJob","args":[1],"#,
        "[1,2]",
        "null",
        r#"{"args":[]}"#,
        r#"{"class":"A","args":{"a":1}}"#,
        "\"text\"",
    ];
    for payload in odd {
        store.run::<u64>(&["LPUSH", "queue:default", payload]);
    }
    for claimed in store.claim(service, 10).await {
        let Payload::Unreadable(unreadable) = &claimed.payload else { panic!("{claimed:?} is a job") };
        let error = ErrorReport::new(UNREADABLE, unreadable.reason.clone());
        let finish = Finish::new(claimed.token, Outcome::Discarded { error }, None, Timestamp::now());
        assert_eq!(store.backend.finish(vec![finish]).await.unwrap(), [Applied::Done]);
    }
    let mut parked: Vec<String> = store.sorted("dead").into_iter().map(|(member, _)| member).collect();
    parked.sort();
    let mut expected = odd.map(str::to_owned).to_vec();
    expected.sort();
    assert_eq!(parked, expected, "byte for byte");
    let listed = store.backend.inspect(&JobFilter::all().state(JobState::Discarded), &Page::first(10)).await.unwrap();
    assert_eq!(listed.items.len(), odd.len(), "and shown");
}

#[tokio::test]
async fn p7_a_running_job_is_shown_and_gone_afterwards() {
    let mut store = Store::open().await;
    let service = store.service().await;
    store.run::<u64>(&["LPUSH", "queue:default", PLAIN]);
    let claimed = store.claim_one(service).await;
    store.beat(service).await;
    let identity = store.identity();
    for suffix in ["work", "workers"] {
        let work: Vec<(String, String)> = store.run(&["HGETALL", &format!("{identity}:{suffix}")]);
        let shown = json(&work[0].1);
        assert_eq!((shown["queue"].as_str(), shown["payload"].as_str()), (Some("default"), Some(PLAIN)));
        assert!(shown["run_at"].is_u64(), "{shown}");
    }
    assert_eq!(store.run::<String>(&["HGET", &identity, "busy"]), "1");
    store.finish(&claimed, completed()).await;
    store.beat(service).await;
    assert_eq!(store.run::<u64>(&["EXISTS", &format!("{identity}:work")]), 0);
    assert_eq!(store.run::<String>(&["HGET", &identity, "busy"]), "0");
}

#[tokio::test]
async fn p8_arguments_arrive_as_they_are() {
    let mut store = Store::open().await;
    let service = store.service().await;
    let args = r#"[{"a":[null,{"b":170141183460469231731687303715884105728}]},[],{},-0.5,"\u0000é"]"#;
    store.run::<u64>(&["LPUSH", "queue:default", &format!(r#"{{"class":"PlainJob","args":{args}}}"#)]);
    let claimed = store.claim_one(service).await;
    assert_eq!(claimed.payload.job().unwrap().arguments.get(), args);
    assert_eq!(claimed.attempt, 1);
}

#[tokio::test]
async fn a_queue_that_is_no_list_hurts_nobody_else() {
    let mut store = Store::open().await;
    store.run::<()>(&["SET", "queue:high", "not a list"]);
    store.run::<u64>(&["LPUSH", "queue:default", PLAIN]);
    let service = store.service().await;
    let claimed = store.claim_one(service).await;
    store.run::<u64>(&["DEL", "queue:default"]);
    store.run::<()>(&["SET", "queue:default", "not a list either"]);
    let error = store.backend.release(vec![Release::unstarted(claimed.token)]).await.unwrap_err();
    assert_eq!(error.kind(), egret_core::ErrorKind::Corrupt, "{error:?}");
    store.run::<u64>(&["DEL", "queue:default"]);
    let released = store.backend.release(vec![Release::unstarted(claimed.token)]).await.unwrap();
    assert_eq!(released, [Applied::Done], "the claim was still held");
    assert_eq!(store.list("queue:default"), [PLAIN]);
}
