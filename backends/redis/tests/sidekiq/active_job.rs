//! J and K: jobs of Active Job of any age, and what travels with a job.

use egret_core::{ErrorReport, JobFilter, Outcome, Page, Timestamp};

use crate::support::store::{Store, failed, json};

const WRAPPERS: [&str; 2] = ["ActiveJob::QueueAdapters::SidekiqAdapter::JobWrapper", "Sidekiq::ActiveJob::Wrapper"];

fn wrapped(wrapper: &str, class: &str, data: &str) -> String {
    format!(
        r#"{{"retry":true,"queue":"default","class":"{wrapper}","wrapped":"{class}","args":[{data}],"jid":"x","created_at":1795458000.5,"enqueued_at":1795458000.5}}"#
    )
}

#[tokio::test]
async fn j4_jobs_of_active_job_5_6_and_8_are_shown_by_their_class_and_arguments() {
    let mut store = Store::open().await;
    store.run::<u64>(&["SADD", "queues", "default"]);
    let data = [
        r#"{"job_class":"ReportJob","job_id":"5","queue_name":"default","priority":null,"arguments":[1],"locale":"en"}"#,
        r#"{"job_class":"ReportJob","job_id":"6","provider_job_id":null,"queue_name":"default","priority":null,"arguments":[1],"executions":0,"exception_executions":{},"locale":"en","timezone":"UTC","enqueued_at":"2026-11-23T18:13:59Z"}"#,
        r#"{"job_class":"ReportJob","job_id":"8","provider_job_id":null,"queue_name":"default","priority":null,"arguments":[1],"executions":0,"exception_executions":{},"locale":"en","timezone":"UTC","enqueued_at":"2026-11-23T18:13:59.123456789Z","scheduled_at":null}"#,
    ];
    for (data, wrapper) in data.iter().zip([WRAPPERS[0], WRAPPERS[0], WRAPPERS[1]]) {
        store.run::<u64>(&["LPUSH", "queue:default", &wrapped(wrapper, "ReportJob", data)]);
    }
    let mailer = r#"{"job_class":"ActionMailer::MailDeliveryJob","job_id":"m","queue_name":"mailers","arguments":["UserMailer","welcome","deliver_now",{"args":[7],"_aj_ruby2_keywords":["args"]}]}"#;
    store.run::<u64>(&["LPUSH", "queue:default", &wrapped(WRAPPERS[0], "ActionMailer::MailDeliveryJob", mailer)]);
    let listed = store.backend.inspect(&JobFilter::all(), &Page::first(10)).await.unwrap().items;
    let shown: Vec<(&str, &str, &str)> = listed
        .iter()
        .map(|job| (job.id.as_str(), job.class.as_str(), job.payload.job().unwrap().arguments.get()))
        .collect();
    assert_eq!(shown[..3], [("5", "ReportJob", "[1]"), ("6", "ReportJob", "[1]"), ("8", "ReportJob", "[1]")]);
    assert_eq!((shown[3].0, shown[3].1), ("m", "ActionMailer::MailDeliveryJob"));
    assert!(shown[3].2.starts_with(r#"["UserMailer","welcome","#), "{shown:?}");
}

#[tokio::test]
async fn k2_current_attributes_and_locale_stay_with_a_job_through_its_attempts() {
    let mut store = Store::open().await;
    let service = store.service().await;
    let pairs = r#""cattr":[[{"_aj_serialized":"ActiveJob::Serializers::SymbolSerializer","value":"user_id"},123]]"#;
    for travels in [r#""cattr":{"user_id":123},"cattr_1":{"site":"a"},"locale":"ja""#, pairs] {
        let payload = format!(r#"{{"retry":true,"class":"PlainJob","args":[],"jid":"x","queue":"default",{travels}}}"#);
        store.run::<u64>(&["LPUSH", "queue:default", &payload]);
        let claimed = store.claim_one(service).await;
        assert_eq!(claimed.payload.job().unwrap().locale.as_deref(), travels.contains("ja").then_some("ja"));
        store.finish(&claimed, failed()).await;
        let (member, _) = store.sorted("retry").remove(0);
        assert!(member.contains(travels), "{member}");
        store.run::<u64>(&["ZADD", "retry", "1", &member]);
        let claimed = store.claim_one(service).await;
        let data = Box::new(claimed.payload.job().unwrap().clone());
        let error = Some(ErrorReport::new("E", "m"));
        store.finish(&claimed, Outcome::Reenqueue { data, at: None, error }).await;
        let again = store.list("queue:default").remove(0);
        assert!(again.contains(travels), "{again}");
        store.run::<u64>(&["DEL", "queue:default"]);
    }
}

#[tokio::test]
async fn j2_a_job_of_active_job_without_anything_but_class_and_arguments_runs() {
    let mut store = Store::open().await;
    let service = store.service().await;
    store.run::<u64>(&["LPUSH", "queue:default", &wrapped(WRAPPERS[1], "A", r#"{"job_class":"A","arguments":[[]]}"#)]);
    let claimed = store.claim_one(service).await;
    let data = claimed.payload.job().unwrap();
    assert_eq!((data.job_class.as_str(), data.arguments.get(), claimed.id.as_str()), ("A", "[[]]", "x"));
    assert!(claimed.due_at < Timestamp::now());
    assert_eq!(json(&wrapped(WRAPPERS[1], "A", "{}"))["jid"], "x");
}
