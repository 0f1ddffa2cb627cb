//! What a producer of ours writes, and what it can take back.

use egret_core::{Change, JobData, JobFilter, Target};

use crate::world::{World, native};

#[tokio::test]
async fn a01_a_pushed_job_lies_in_its_queue_as_ruby_writes_it() {
    let mut world = World::open().await;
    world.enqueue(native("jobs", "SomeJob", r#"[20,"/tmp",{"a":100000000000000000000}]"#)).await;
    assert_eq!(world.run::<Vec<String>>(&["SMEMBERS", "resque:queues"]), ["jobs"]);
    assert_eq!(
        world.list("resque:queue:jobs"),
        [r#"{"class":"SomeJob","args":[20,"/tmp",{"a":100000000000000000000}]}"#]
    );
    let service = world.service().await;
    let claimed = world.claim(service).await.unwrap();
    let data = claimed.payload.job().unwrap();
    assert_eq!((data.job_class.as_str(), data.queue()), ("SomeJob", "jobs"));
    assert_eq!(data.arguments.get(), r#"[20,"/tmp",{"a":100000000000000000000}]"#);
}

#[tokio::test]
async fn a01_a_job_of_active_job_lies_behind_its_wrapper() {
    let mut world = World::open().await;
    let mut data = JobData::new("GreetJob");
    data.queue_name = Some("mailers".to_owned());
    data.enqueued_at = Some("2026-11-23T19:04:28Z".parse().unwrap());
    let expected = format!(
        r#"{{"class":"ActiveJob::QueueAdapters::ResqueAdapter::JobWrapper","args":[{}]}}"#,
        serde_json::to_string(&data).unwrap()
    );
    world.enqueue(data).await;
    assert_eq!(world.list("resque:queue:mailers"), [expected]);
}

#[tokio::test]
async fn a02_jobs_are_removed_by_their_class() {
    let mut world = World::open().await;
    for (class, args) in [("SomeJob", "[20]"), ("SomeJob", "[30]"), ("Other", "[20]"), ("SomeJob", "[20]")] {
        world.enqueue(native("jobs", class, args)).await;
    }
    let of_class = Target::Filter(JobFilter::all().class("SomeJob"));
    let report = world.backend.change(of_class, Change::Delete).await.unwrap();
    assert_eq!(report.changed.len(), 3);
    assert_eq!(world.list("resque:queue:jobs"), [r#"{"class":"Other","args":[20]}"#]);
}

#[tokio::test]
async fn a04_first_in_is_first_out() {
    let world = World::open().await;
    for args in ["[1]", "[2]", "[3]"] {
        world.enqueue(native("people", "SomeJob", args)).await;
    }
    let service = world.service().await;
    for expected in ["[1]", "[2]", "[3]"] {
        let claimed = world.claim(service).await.unwrap();
        assert_eq!(claimed.payload.job().unwrap().arguments.get(), expected);
    }
    assert!(world.claim(service).await.is_none());
}

#[tokio::test]
async fn every_key_is_under_the_namespace() {
    let mut world = World::open_with("?namespace=resque:GitHub").await;
    let service = world.service().await;
    world.enqueue(native("jobs", "SomeJob", "[]")).await;
    let later = egret_core::Timestamp::now().checked_add(std::time::Duration::from_secs(3600)).unwrap();
    let mut delayed = native("jobs", "SomeJob", "[1]");
    delayed.scheduled_at = Some(later);
    world.enqueue(delayed).await;
    world.fail_next(service, "boom").await;
    world.backend.rescue().await.unwrap();
    let keys: Vec<String> = world.run(&["KEYS", "*"]);
    assert!(keys.len() > 10 && keys.iter().all(|key| key.starts_with("resque:GitHub:")), "{keys:?}");
}
