//! F and P: what a worker takes, and what becomes of odd jobs.

use egret_core::{
    Applied, ClaimRequest, ClaimedJob, ErrorReport, Finish, JobFilter, JobState, Outcome, Page, Payload, Release,
    Selection, ServiceId, Timestamp, UNREADABLE,
};

use crate::support::store::{Store, completed, eventually, json};

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

#[tokio::test]
async fn f4_jobs_of_several_queues_go_back_each_to_its_own() {
    let mut store = Store::open().await;
    for (queue, number) in [("queue:high", 1), ("queue:high", 2), ("queue:low", 3)] {
        store.run::<u64>(&["LPUSH", queue, &format!(r#"{{"class":"PlainJob","args":[{number}],"jid":"j{number}"}}"#)]);
    }
    let service = store.service().await;
    let ids = |claimed: &[ClaimedJob]| -> Vec<String> { claimed.iter().map(|job| job.id.to_string()).collect() };
    let claimed = store.claim(service, 3).await;
    let before = ids(&claimed);
    let releases = claimed.iter().map(|job| Release::unstarted(job.token)).collect();
    store.backend.release(releases).await.unwrap();
    assert_eq!((store.list("queue:high").len(), store.list("queue:low").len()), (2, 1));
    assert_eq!(ids(&store.claim(service, 3).await), before);
}

#[tokio::test]
async fn f5_who_asks_for_no_queue_gets_nothing() {
    let mut store = Store::open().await;
    store.run::<u64>(&["LPUSH", "queue:default", PLAIN]);
    let service = store.service().await;
    let selection = std::sync::Arc::new(Selection::strict([""; 0]));
    let request = ClaimRequest { service, selection, limit: 5, max_interrupted: 5 };
    assert_eq!(store.backend.claim(request).await.unwrap().len(), 0);
    assert_eq!(store.list("queue:default"), [PLAIN]);
}

#[tokio::test]
async fn f7_a_claim_that_nobody_waits_for_any_more_goes_back() {
    let mut store = Store::open().await;
    let service = store.service().await;
    let claims = format!("egret:sidekiq:claims:{service}");
    store.run::<u64>(&["LPUSH", "queue:default", PLAIN]);
    let mut n_given_up = 0;
    while n_given_up < 20 {
        // Asked for, and given up before there is an answer, unless that came at once.
        let mut claim = Box::pin(store.claim(service, 1));
        let polled = std::future::poll_fn(|context| std::task::Poll::Ready(claim.as_mut().poll(context))).await;
        drop(claim);
        match polled {
            std::task::Poll::Pending => n_given_up += 1,
            std::task::Poll::Ready(claimed) => {
                let releases = claimed.iter().map(|job| Release::unstarted(job.token)).collect();
                store.backend.release(releases).await.unwrap();
            }
        }
        eventually("the job is back", async || {
            (store.list("queue:default").len() == 1 && store.run::<u64>(&["HLEN", &claims]) == 0).then_some(())
        })
        .await;
    }
}

#[tokio::test]
async fn p2_a_failure_ends_the_claim_and_counts_as_processed_and_failed() {
    let mut store = Store::open().await;
    let service = store.service().await;
    store.run::<u64>(&["LPUSH", "queue:default", PLAIN]);
    let claimed = store.claim_one(service).await;
    store.finish(&claimed, crate::support::store::failed()).await;
    assert_eq!(store.run::<u64>(&["EXISTS", &format!("egret:sidekiq:claims:{service}")]), 0);
    assert_eq!(store.run::<(u64, u64)>(&["MGET", "stat:processed", "stat:failed"]), (1, 1));
    let again = Finish::new(claimed.token, completed(), Some(Timestamp::now()), Timestamp::now());
    assert_eq!(store.backend.finish(vec![again]).await.unwrap(), [Applied::Stale]);
}

#[tokio::test]
async fn p6_what_a_job_does_with_its_arguments_changes_nothing_that_is_stored() {
    let mut store = Store::open().await;
    let service = store.service().await;
    store.run::<u64>(&["LPUSH", "queue:default", PLAIN]);
    let mut claimed = store.claim_one(service).await;
    let Payload::Job(data) = &mut claimed.payload else { panic!("it is a job") };
    data.arguments = serde_json::value::RawValue::from_string("[\"changed\"]".to_owned()).unwrap();
    store.finish(&claimed, crate::support::store::failed()).await;
    let (member, _) = store.sorted("retry").remove(0);
    assert!(member.contains(r#""args":[1,"two",3.5,null,true,{"k":[1,2]}]"#), "{member}");
}

#[tokio::test]
async fn r7_bytes_that_are_no_text_are_parked_as_they_are() {
    let mut store = Store::open().await;
    let service = store.service().await;
    let payload: &[u8] = b"{\"class\":\"PlainJob\",\"args\":[\"\xff\xfe\"],\"jid\":\"x\"}";
    redis::cmd("LPUSH").arg("queue:default").arg(payload).exec(&mut store.redis).unwrap();
    park_next(&mut store, service, "").await;
    let parked: Vec<Vec<u8>> =
        redis::cmd("ZRANGE").arg("dead").arg(0).arg(-1).query(&mut store.redis).expect("the dead set is read");
    assert_eq!(parked, [payload]);
}

#[tokio::test]
async fn what_is_too_large_or_too_deep_for_any_worker_is_parked_where_the_page_shows_it() {
    let mut store = Store::open().await;
    let service = store.service().await;
    let deep = format!(r#"{{"class":"PlainJob","args":{}{}}}"#, "[".repeat(100), "]".repeat(100));
    let large = format!(r#"{{"class":"PlainJob","args":["{}"]}}"#, "x".repeat(16 << 20));
    for (payload, reason) in [(&deep, "nested more than 100 levels"), (&large, "more than 16777216")] {
        store.run::<u64>(&["LPUSH", "queue:default", payload]);
        park_next(&mut store, service, reason).await;
    }
    let mut parked: Vec<usize> = store.sorted("dead").iter().map(|(member, _)| member.len()).collect();
    parked.sort_unstable();
    assert_eq!(parked, [deep.len(), large.len()]);
    let listed = store.backend.inspect(&JobFilter::all().state(JobState::Discarded), &Page::first(10)).await.unwrap();
    assert_eq!(listed.items.len(), 2);
}

/// Claims what is no job for a reason, and gives it up as every service does.
async fn park_next(store: &mut Store, service: ServiceId, reason: &str) {
    let claimed = store.claim_one(service).await;
    let Payload::Unreadable(unreadable) = &claimed.payload else { panic!("{claimed:?} is a job") };
    assert!(unreadable.reason.contains(reason), "{}", unreadable.reason);
    let error = ErrorReport::new(UNREADABLE, unreadable.reason.clone());
    let finish = Finish::new(claimed.token, Outcome::Discarded { error }, None, Timestamp::now());
    assert_eq!(store.backend.finish(vec![finish]).await.expect("a finish is answered"), [Applied::Done]);
}

#[tokio::test]
async fn jobs_that_have_not_begun_in_time_are_let_go_and_those_behind_them_run() {
    let mut store = Store::open().await;
    let service = store.service().await;
    let pushed = |seconds_ago: i64, jid: &str| {
        let at = Timestamp::now().as_second() - seconds_ago;
        format!(r#"{{"class":"PlainJob","args":[],"jid":"{jid}","expires_in":60,"enqueued_at":{at}.5}}"#)
    };
    for number in 0..50 {
        store.run::<u64>(&["LPUSH", "queue:default", &pushed(100, &format!("late{number}"))]);
    }
    store.run::<u64>(&["LPUSH", "queue:default", &pushed(10, "early")]);
    let claimed = store.claim(service, 10).await;
    assert_eq!(claimed.iter().map(|job| job.id.as_str()).collect::<Vec<_>>(), ["early"]);
    assert_eq!(store.run::<u64>(&["HLEN", &format!("egret:sidekiq:claims:{service}")]), 1);
    assert_eq!(store.run::<(u64, Option<u64>)>(&["MGET", "stat:processed", "stat:failed"]), (50, None));
    assert_eq!((store.sorted("dead").len(), store.sorted("retry").len()), (0, 0));
}
