//! R and X: failures, as they are stored for Ruby.

use egret_core::{JobFilter, JobState, Page, Timestamp};

use crate::support::store::{Store, failed, json};

fn payload(fields: &str) -> String {
    format!(
        r#"{{"class":"BoomJob","args":[170141183460469231731687303715884105728,[],{{}}],"jid":"94a9e1d24547b9ae121c136b","queue":"default","created_at":1795458057.843105,"enqueued_at":1795458057.8439248{fields}}}"#
    )
}

/// Lets a job fail once, and answers what the sets of retries and of the dead hold then.
async fn fail(store: &mut Store, fields: &str) -> (Vec<(String, f64)>, Vec<(String, f64)>) {
    store.run::<u64>(&["LPUSH", "queue:default", &payload(fields)]);
    let service = store.service().await;
    let claimed = store.claim_one(service).await;
    store.finish(&claimed, failed()).await;
    (store.sorted("retry"), store.sorted("dead"))
}

#[tokio::test]
async fn r1_p5_the_first_failure_waits_in_the_set_of_retries_with_its_arguments_as_they_were() {
    let mut store = Store::open().await;
    let before = Timestamp::now().as_second();
    let (retry, dead) = fail(&mut store, r#","retry":true"#).await;
    let after = Timestamp::now().as_second();
    assert_eq!((retry.len(), dead.len()), (1, 0));
    let (member, score) = &retry[0];
    let start = payload(r#","retry":true"#);
    let start = start.trim_end_matches('}').to_owned()
        + r#","error_message":"boom","error_class":"ArgumentError","failed_at":"#;
    assert!(member.starts_with(&start), "{member}");
    assert!(member.ends_with(r#","retry_count":0}"#), "{member}");
    let [shortest, longest] = [(before, 15), (after, 26)].map(|(second, delay)| (second + delay) as f64);
    assert!((shortest..=longest).contains(score), "{score} between {shortest} and {longest}");
}

#[tokio::test]
async fn r2_r10_a_retry_that_crosses_sides_counts_on() {
    let mut store = Store::open().await;
    let fields = r#","retry":true,"retry_count":10,"failed_at":1795458000000,"error_class":"E","error_message":"m""#;
    let (retry, _) = fail(&mut store, fields).await;
    let value = json(&retry[0].0);
    assert_eq!((&value["retry_count"], &value["failed_at"]), (&json("11"), &json("1795458000000")));
    assert!(value["retried_at"].is_f64(), "{value}");
    let listed = store.backend.inspect(&JobFilter::all(), &Page::first(1)).await.unwrap().items.remove(0);
    assert_eq!((listed.state, listed.attempt), (JobState::Retryable, 12));
}

#[tokio::test]
async fn r3_r4_x3_a_job_without_another_attempt_dies_as_it_asked() {
    for (fields, n_dead) in [
        (r#","retry":false"#, 0),
        (r#","retry":0"#, 1),
        (r#","retry":0,"dead":false"#, 0),
        (r#","retry":true,"retry_count":24,"failed_at":1795458000.5"#, 1),
    ] {
        let mut store = Store::open().await;
        let (retry, dead) = fail(&mut store, fields).await;
        assert_eq!((retry.len(), dead.len()), (0, n_dead), "{fields}");
        assert!(dead.iter().all(|(member, _)| json(member)["error_class"] == "ArgumentError"), "{dead:?}");
        assert_eq!(store.list("queue:default").len(), 0, "{fields}");
    }
}

#[tokio::test]
async fn r5_r6_retry_queue_and_backtrace_are_obeyed() {
    let mut store = Store::open().await;
    let (retry, _) = fail(&mut store, r#","retry":true,"retry_queue":"low","backtrace":true"#).await;
    let value = json(&retry[0].0);
    assert_eq!(value["queue"], "low");
    assert!(
        value["error_backtrace"].as_str().is_some_and(|text| text.starts_with("eJ") && !text.contains('\n')),
        "{value}"
    );
    let listed = store.backend.inspect(&JobFilter::all(), &Page::first(1)).await.unwrap().items.remove(0);
    assert_eq!(listed.error.unwrap().backtrace, ["app/jobs/boom.rb:1", "app/jobs/boom.rb:2"]);
}

#[tokio::test]
async fn x5_the_dead_set_stays_within_its_bounds() {
    let mut store = Store::open_with(|options| {
        options.dead_max_jobs = 3;
        options.dead_timeout = std::time::Duration::from_secs(600);
    })
    .await;
    let long_ago = (Timestamp::now().as_second() - 601).to_string();
    store.run::<u64>(&["ZADD", "dead", &long_ago, "old"]);
    for number in 0..4 {
        fail(&mut store, &format!(r#","retry":0,"number":{number}"#)).await;
    }
    let numbers: Vec<String> =
        store.sorted("dead").iter().map(|(member, _)| json(member)["number"].to_string()).collect();
    assert_eq!(numbers, ["2", "3"], "at most `dead_max_jobs` less one");
}

#[tokio::test]
async fn a_handled_error_of_active_job_is_a_new_job_of_sidekiq() {
    let mut store = Store::open().await;
    store.enqueue(crate::support::store::job("ReportJob")).await;
    let first = json(&store.list("queue:default")[0]);
    let service = store.service().await;
    let claimed = store.claim_one(service).await;
    let mut data = claimed.payload.job().unwrap().clone();
    data.executions = 1;
    data.exception_executions = Some(serde_json::from_str(r#"{"[ArgumentError]":1}"#).unwrap());
    let at = Some(Timestamp::now() + std::time::Duration::from_secs(60));
    let error = Some(egret_core::ErrorReport::new("ArgumentError", "boom"));
    store.finish(&claimed, egret_core::Outcome::Reenqueue { data: Box::new(data), at, error }).await;
    let (member, _) = store.sorted("schedule").remove(0);
    let next = json(&member);
    assert_ne!(next["jid"], first["jid"], "as `retry_on` of Ruby does");
    assert_eq!(next["args"][0]["job_id"], first["args"][0]["job_id"]);
    assert_eq!((&next["args"][0]["executions"], next.get("retry_count")), (&json("1"), None));
    assert_eq!(store.run::<Option<u64>>(&["GET", "stat:failed"]), None, "for Sidekiq the run succeeded");
}

#[tokio::test]
async fn r8_a_delay_of_the_jobs_own_rules_is_the_time_in_the_schedule_and_a_discard_is_kept() {
    let mut store = Store::open().await;
    let service = store.service().await;
    for (number, seconds) in [(0, 4), (1, 3600)] {
        store.run::<u64>(&["LPUSH", "queue:default", &payload(&format!(r#","number":{number}"#))]);
        let claimed = store.claim_one(service).await;
        let at = Timestamp::now() + std::time::Duration::from_secs(seconds);
        let data = Box::new(claimed.payload.job().unwrap().clone());
        let error = Some(egret_core::ErrorReport::new("ArgumentError", "boom"));
        store.finish(&claimed, egret_core::Outcome::Reenqueue { data, at: Some(at), error }).await;
        let (member, score) = store.sorted("schedule").remove(number);
        assert!((score - at.as_microsecond() as f64 / 1e6).abs() < 1e-5, "no jitter is added: {member}");
        assert_eq!(json(&member)["jid"], "94a9e1d24547b9ae121c136b", "a native job keeps its id");
    }
    store.run::<u64>(&["LPUSH", "queue:default", &payload(r#","retry":true"#)]);
    let claimed = store.claim_one(service).await;
    let error = egret_core::ErrorReport::new("ArgumentError", "of no use");
    store.finish(&claimed, egret_core::Outcome::Discarded { error }).await;
    assert_eq!((store.sorted("retry").len(), store.sorted("dead").len()), (0, 1), "given up, and nothing is dropped");
}

#[tokio::test]
async fn r11_a_run_that_a_stop_cut_short_is_no_failure() {
    let mut store = Store::open().await;
    let service = store.service().await;
    let fields = r#","retry":true,"retry_count":3,"failed_at":1795458000.5"#;
    store.run::<u64>(&["LPUSH", "queue:default", &payload(fields)]);
    let claimed = store.claim_one(service).await;
    let release = egret_core::Release { token: claimed.token, started_at: Some(Timestamp::now()), log_lines: vec![] };
    assert_eq!(store.backend.release(vec![release]).await.unwrap(), [egret_core::Applied::Done]);
    assert_eq!(store.list("queue:default"), [payload(fields)], "unchanged");
    assert_eq!((store.sorted("retry").len(), store.sorted("dead").len()), (0, 0));
    assert_eq!(store.run::<Option<u64>>(&["GET", "stat:failed"]), None);
}

#[tokio::test]
async fn r12_a_job_of_a_class_that_nobody_here_knows_waits_in_the_set_of_retries() {
    for fields in [r#","retry":true"#, ""] {
        let mut store = Store::open().await;
        let service = store.service().await;
        store.run::<u64>(&["LPUSH", "queue:default", &payload(fields)]);
        let claimed = store.claim_one(service).await;
        let message = "the class `BoomJob` is not registered in this program";
        let error = egret_core::ErrorReport::new("ActiveJob::UnknownJobClassError", message);
        store.finish(&claimed, egret_core::Outcome::Failed { error }).await;
        let (member, _) = store.sorted("retry").remove(0);
        let kept = json(&member);
        assert_eq!(
            (kept["error_class"].as_str(), kept["retry_count"].as_u64()),
            (Some("ActiveJob::UnknownJobClassError"), Some(0))
        );
        assert_eq!(kept["class"], "BoomJob", "without `retry` Ruby would have dropped it");
    }
}

#[tokio::test]
async fn r14_a_wrapped_job_is_known_by_its_own_class_under_both_names_of_the_wrapper() {
    let mut store = Store::open().await;
    let service = store.service().await;
    for wrapper in ["ActiveJob::QueueAdapters::SidekiqAdapter::JobWrapper", "Sidekiq::ActiveJob::Wrapper"] {
        let payload = format!(
            r#"{{"retry":true,"class":"{wrapper}","wrapped":"ReportJob","queue":"default","jid":"x","args":[{{"job_class":"ReportJob","job_id":"1b2c","arguments":[7]}}],"created_at":1795458000.5}}"#
        );
        store.run::<u64>(&["LPUSH", "queue:default", &payload]);
        let claimed = store.claim_one(service).await;
        let data = claimed.payload.job().unwrap();
        assert_eq!((data.job_class.as_str(), data.job_id.as_str(), data.arguments.get()), ("ReportJob", "1b2c", "[7]"));
        store.finish(&claimed, failed()).await;
        let (member, _) = store.sorted("retry").remove(0);
        assert_eq!((&json(&member)["class"], &json(&member)["wrapped"]), (&wrapper.into(), &"ReportJob".into()));
        store.run::<u64>(&["DEL", "retry"]);
    }
    store.beat(service).await;
    let figures: Vec<String> = store.run(&["KEYS", "j|*"]);
    let fields: Vec<String> = store.run(&["HKEYS", &figures[0]]);
    assert!(fields.contains(&"ReportJob|f".to_owned()), "its figures too: {fields:?}");
}

#[tokio::test]
async fn x1_a_success_at_the_last_attempt_leaves_nothing() {
    let mut store = Store::open().await;
    let service = store.service().await;
    store.run::<u64>(&["LPUSH", "queue:default", &payload(r#","retry":2,"retry_count":1,"failed_at":1795458000.5"#)]);
    let claimed = store.claim_one(service).await;
    store.finish(&claimed, crate::support::store::completed()).await;
    assert_eq!((store.sorted("retry").len(), store.sorted("dead").len()), (0, 0));
    assert_eq!(store.list("queue:default").len(), 0);
}

#[tokio::test]
async fn x1_the_last_failure_is_kept_with_its_error() {
    let mut store = Store::open().await;
    let (retry, dead) = fail(&mut store, r#","retry":2,"retry_count":1,"failed_at":1795458000.5"#).await;
    assert_eq!((retry.len(), dead.len()), (0, 1));
    assert_eq!((&json(&dead[0].0)["error_message"], &json(&dead[0].0)["retry_count"]), (&"boom".into(), &2.into()));
}
