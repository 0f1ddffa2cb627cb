//! C and B: what a producer writes.

use std::time::Duration;

use egret_core::{EnqueueRequest, ErrorKind, JobData, JobId, Native, NewJob, Origin, Timestamp};
use serde_json::value::RawValue;

use crate::support::store::{Store, completed, job, json};

fn raw(json: &str) -> Box<RawValue> {
    RawValue::from_string(json.to_owned()).expect("the sample is JSON")
}

/// A job of a class that includes Sidekiq's own module.
fn native(class: &str, envelope: &str) -> JobData {
    let mut data = job(class);
    data.native = Some(Box::new(Native { format: "sidekiq".to_owned(), envelope: raw(envelope) }));
    data
}

#[tokio::test]
async fn c3_j1_a_job_goes_to_the_default_queue_with_all_that_a_worker_needs() {
    let mut store = Store::open().await;
    let before = Timestamp::now();
    let mut data = job("ReportJob");
    data.arguments = raw(r#"[1,"two"]"#);
    let id = store.enqueue(data).await;
    assert_eq!(store.run::<Vec<String>>(&["SMEMBERS", "queues"]), ["default"]);
    let list = store.list("queue:default");
    assert_eq!(list.len(), 1);
    let payload = json(&list[0]);
    let keys: Vec<&String> = payload.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["retry", "queue", "class", "wrapped", "args", "jid", "created_at", "enqueued_at"]);
    assert_eq!((&payload["retry"], &payload["queue"]), (&json("true"), &json("\"default\"")));
    assert_eq!(payload["class"], "ActiveJob::QueueAdapters::SidekiqAdapter::JobWrapper");
    assert_eq!(
        (&payload["wrapped"], payload["args"][0]["job_id"].as_str()),
        (&json("\"ReportJob\""), Some(id.as_str()))
    );
    let jid = payload["jid"].as_str().unwrap();
    assert!(jid.len() == 24 && jid.bytes().all(|byte| byte.is_ascii_hexdigit() && !byte.is_ascii_uppercase()), "{jid}");
    for key in ["created_at", "enqueued_at"] {
        let seconds = payload[key].as_f64().unwrap();
        assert!(
            seconds >= before.as_second() as f64 && payload[key].is_f64(),
            "{key} is seconds with a point: {list:?}"
        );
    }
    assert!(list[0].contains(r#""arguments":[1,"two"]"#), "{list:?}");
}

#[tokio::test]
async fn c4_c15_options_and_the_queue_of_a_job_are_those_of_sidekiq() {
    let mut store = Store::open().await;
    let mut data = job("ReportJob");
    data.queue_name = Some("low".to_owned());
    data.set_extra(
        "sidekiq_options",
        raw(r#"{"retry":5,"tags":["a"],"dead":false,"foo":{"b":1},"class":"Evil","queue":"x"}"#),
    );
    store.enqueue(data).await;
    let payload = json(&store.list("queue:low")[0]);
    assert_eq!(
        (&payload["retry"], &payload["dead"], &payload["tags"]),
        (&json("5"), &json("false"), &json(r#"["a"]"#))
    );
    assert_eq!((&payload["foo"], &payload["queue"]), (&json(r#"{"b":1}"#), &json("\"low\"")));
    assert_eq!(payload["wrapped"], "ReportJob", "what names the job is no option");
}

#[tokio::test]
async fn c5_a_native_job_keeps_its_envelope() {
    let mut store = Store::open().await;
    let mut data =
        native("PlainJob", r#"{"retry":3,"jid":"4e2970d43ed4924599bac0d0","created_at":1795458038.4640229,"bid":"b"}"#);
    data.arguments = raw(r#"[1,"two",3.5,null,true,{"k":[1,2]}]"#);
    store.enqueue(data).await;
    let list = store.list("queue:default");
    let expected = r#"{"retry":3,"jid":"4e2970d43ed4924599bac0d0","created_at":1795458038.4640229,"bid":"b","queue":"default","class":"PlainJob","args":[1,"two",3.5,null,true,{"k":[1,2]}],"enqueued_at":"#;
    assert!(list[0].starts_with(expected), "{list:?}");
    let service = store.service().await;
    let claimed = store.claim_one(service).await;
    let data = claimed.payload.job().unwrap();
    assert_eq!((claimed.id.as_str(), data.job_class.as_str()), ("4e2970d43ed4924599bac0d0", "PlainJob"));
    assert_eq!(data.arguments.get(), r#"[1,"two",3.5,null,true,{"k":[1,2]}]"#);
    assert!(data.native.is_some(), "it is marked as none of Active Job's");
}

#[tokio::test]
async fn c7_c16_a_job_for_later_is_scheduled_and_one_of_the_past_runs_at_once() {
    let mut store = Store::open().await;
    let at = Timestamp::now() + Duration::from_secs(600);
    for at in [at, Timestamp::now() - Duration::from_secs(300)] {
        let mut data = job("ReportJob");
        data.scheduled_at = Some(at);
        store.enqueue(data).await;
    }
    assert_eq!(store.list("queue:default").len(), 1);
    let scheduled = store.sorted("schedule");
    assert_eq!(scheduled.len(), 1);
    let (member, score) = &scheduled[0];
    assert!((score - at.as_microsecond() as f64 / 1e6).abs() < 1e-5, "{score}");
    let payload = json(member);
    assert!(payload.get("created_at").is_some() && payload.get("enqueued_at").is_none() && payload.get("at").is_none());
}

#[tokio::test]
async fn a16_members_of_sorted_sets_are_written_as_ruby_writes_them() {
    let mut store = Store::open().await;
    let mut data = job("ReportJob");
    data.arguments = raw(r#"[1e16, 1e-5, "\/\u00e9", 2.50]"#);
    data.scheduled_at = Some(Timestamp::now() + Duration::from_secs(600));
    store.enqueue(data).await;
    let (member, _) = store.sorted("schedule").remove(0);
    assert!(member.contains(r#""arguments":[1.0e+16,1.0e-05,"/é",2.5]"#), "{member}");
}

#[tokio::test]
async fn b1_many_jobs_are_stored_at_once_each_with_an_id_of_its_own() {
    let mut store = Store::open().await;
    let jobs = (0..2_001).map(|_| NewJob::new(job("ReportJob"), Origin::Application)).collect();
    store.backend.enqueue(EnqueueRequest { jobs, start: None }).await.unwrap();
    let mut jids: Vec<String> =
        store.list("queue:default").iter().map(|payload| json(payload)["jid"].as_str().unwrap().to_owned()).collect();
    jids.sort();
    jids.dedup();
    assert_eq!(jids.len(), 2_001);
}

#[tokio::test]
async fn b8_many_jobs_come_in_the_order_in_which_they_were_given() {
    let store = Store::open().await;
    let jobs: Vec<NewJob> = (0..300).map(|_| NewJob::new(job("ReportJob"), Origin::Application)).collect();
    let ids: Vec<JobId> = jobs.iter().map(|job| job.data.job_id.clone()).collect();
    store.backend.enqueue(EnqueueRequest { jobs, start: None }).await.unwrap();
    let service = store.service().await;
    let mut come = Vec::new();
    while let Some(claimed) = store.claim(service, 1).await.pop() {
        come.push(claimed.id.clone());
        store.finish(&claimed, completed()).await;
    }
    assert_eq!(come, ids);
}

#[tokio::test]
async fn milliseconds_are_written_where_all_of_the_cluster_is_of_version_8() {
    let mut store = Store::open_with(|options| options.times = egret_redis::sidekiq::PayloadTimes::Milliseconds).await;
    store.enqueue(job("ReportJob")).await;
    let payload = json(&store.list("queue:default")[0]);
    assert!(payload["enqueued_at"].as_u64().is_some_and(|at| at > 1_700_000_000_000), "{payload}");
}

/// What a producer gives is refused, and the server has nothing of it.
async fn refused(store: &mut Store, data: JobData, cause: &str) {
    let jobs = vec![NewJob::new(job("GoodJob"), Origin::Application), NewJob::new(data, Origin::Application)];
    let answer = store.backend.enqueue(EnqueueRequest { jobs, start: None }).await;
    let error = answer.expect_err("it cannot be run");
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error:?}");
    assert!(error.to_string().contains(cause), "{error}");
    assert_eq!(store.run::<Vec<String>>(&["KEYS", "*"]), Vec::<String>::new(), "not even the good one is stored");
}

fn with_options(options: &str) -> JobData {
    let mut data = job("ReportJob");
    data.set_extra("sidekiq_options", raw(options));
    data
}

#[tokio::test]
async fn c1_what_no_worker_could_run_is_refused_and_nothing_is_stored() {
    let mut store = Store::open().await;
    refused(&mut store, job(""), "no class").await;
    let mut data = job("ReportJob");
    data.arguments = raw(r#"{"id":1}"#);
    refused(&mut store, data, "not a JSON array").await;
    refused(&mut store, with_options(r#"{"tags":"one"}"#), "`tags`").await;
    refused(&mut store, native("PlainJob", r#"{"tags":{"a":1}}"#), "`tags`").await;
}

#[tokio::test]
async fn c2_a_queue_without_a_name_is_refused() {
    let mut store = Store::open().await;
    let mut data = job("ReportJob");
    data.queue_name = Some(String::new());
    refused(&mut store, data, "queue is empty").await;
}

#[tokio::test]
async fn c6_retry_for_is_cut_to_whole_seconds_and_has_a_bound() {
    let mut store = Store::open().await;
    refused(&mut store, with_options(r#"{"retry_for":2000000000}"#), "`2000000000`").await;
    refused(&mut store, native("PlainJob", r#"{"retry_for":"1h"}"#), "`retry_for`").await;
    store.enqueue(with_options(r#"{"retry_for":100.9}"#)).await;
    store.enqueue(native("PlainJob", r#"{"retry_for":100.9}"#)).await;
    for payload in store.list("queue:default") {
        assert!(payload.contains(r#""retry_for":100,"#), "{payload}");
    }
}

#[tokio::test]
async fn c8_a_job_of_the_past_goes_straight_to_the_queue_that_it_names() {
    let mut store = Store::open().await;
    let mut data = native("PlainJob", "{}");
    data.queue_name = Some("low".to_owned());
    data.scheduled_at = Some(Timestamp::now() - Duration::from_secs(3));
    store.enqueue(data).await;
    assert_eq!((store.list("queue:low").len(), store.sorted("schedule").len()), (1, 0));
}

#[tokio::test]
async fn c14_arguments_of_any_json_pass_as_they_are() {
    let mut store = Store::open().await;
    let args = r#"[null,true,-1,1.5,"鷺",[[]],{"a":{"b":[170141183460469231731687303715884105728]}}]"#;
    let mut data = native("PlainJob", "{}");
    data.arguments = raw(args);
    store.enqueue(data).await;
    assert!(store.list("queue:default")[0].contains(&format!(r#""args":{args}"#)));
}

#[tokio::test]
async fn c14_arguments_that_ruby_could_not_read_are_refused() {
    let mut store = Store::open().await;
    let mut data = native("PlainJob", "{}");
    data.arguments = raw(&format!("{}{}", "[".repeat(98), "]".repeat(98)));
    refused(&mut store, data, "nested").await;
    let mut data = native("PlainJob", "{}");
    data.arguments = raw(&format!(r#"["{}"]"#, "x".repeat(16 << 20)));
    refused(&mut store, data, "bytes").await;
}

#[tokio::test]
async fn b2_no_jobs_are_stored_as_none() {
    let mut store = Store::open().await;
    let reply = store.backend.enqueue(EnqueueRequest { jobs: Vec::new(), start: None }).await.unwrap();
    assert!(reply.outcomes.is_empty());
    assert_eq!(store.run::<Vec<String>>(&["KEYS", "*"]), Vec::<String>::new());
}

#[tokio::test]
async fn b3_each_of_many_has_its_own_time() {
    let mut store = Store::open().await;
    let start = Timestamp::now();
    let times: Vec<Timestamp> = (1..=5).map(|number| start + Duration::from_secs(100 * number)).collect();
    let mut expected = Vec::new();
    let jobs = times.iter().enumerate().map(|(number, at)| {
        let mut data = native("PlainJob", &format!(r#"{{"jid":"j{number}"}}"#));
        data.scheduled_at = Some(*at);
        expected.push((format!("j{number}"), at.as_microsecond()));
        NewJob::new(data, Origin::Application)
    });
    let jobs = jobs.collect();
    store.backend.enqueue(EnqueueRequest { jobs, start: None }).await.unwrap();
    let found: Vec<(String, i64)> = store
        .sorted("schedule")
        .iter()
        .map(|(member, score)| (json(member)["jid"].as_str().unwrap().to_owned(), (score * 1e6).round() as i64))
        .collect();
    assert_eq!(found, expected);
}

#[tokio::test]
async fn j5_many_jobs_are_grouped_by_queue_scheduled_ones_among_them() {
    let mut store = Store::open().await;
    let jobs = (0..12).map(|number| {
        let mut data = job(if number % 2 == 0 { "ReportJob" } else { "MailJob" });
        data.queue_name = Some(["default", "low", "high"][number % 3].to_owned());
        data.scheduled_at = (number >= 9).then(|| Timestamp::now() + Duration::from_secs(60));
        NewJob::new(data, Origin::Application)
    });
    let jobs: Vec<NewJob> = jobs.collect();
    let reply = store.backend.enqueue(EnqueueRequest { jobs, start: None }).await.unwrap();
    assert_eq!(reply.outcomes.len(), 12);
    let mut queues: Vec<String> = store.run(&["SMEMBERS", "queues"]);
    queues.sort();
    assert_eq!(queues, ["default", "high", "low"]);
    for queue in ["queue:default", "queue:low", "queue:high"] {
        assert_eq!(store.list(queue).len(), 3, "{queue}");
    }
    assert_eq!(store.sorted("schedule").len(), 3);
}

#[tokio::test]
async fn c3_the_id_of_a_native_job_that_its_producer_is_told_is_its_jid() {
    let mut store = Store::open().await;
    let id = store.enqueue(native("PlainJob", "{}")).await;
    assert_eq!(json(&store.list("queue:default")[0])["jid"], id.as_str());
    assert!(store.backend.find(&id).await.unwrap().is_some());
}
