//! What a producer of ours writes, and what it can take back.

use egret_core::{Change, EnqueueRequest, ErrorKind, JobData, JobFilter, JobState, NewJob, Origin, Page, Target};

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

#[tokio::test]
async fn a03_a_job_without_a_class_or_a_queue_is_refused_and_nothing_is_stored() {
    let mut world = World::open().await;
    let mut unnamed = native("jobs", "SomeJob", "[]");
    unnamed.queue_name = Some(String::new());
    for (data, cause) in
        [(native("jobs", "", "[]"), "no class"), (unnamed, "queue"), (native("jobs", "SomeJob", r#"{"a":1}"#), "array")]
    {
        let jobs = vec![NewJob::new(data, Origin::Application)];
        let error = world.backend.enqueue(EnqueueRequest { jobs, start: None }).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().contains(cause), "{error}");
    }
    assert_eq!(world.run::<Vec<String>>(&["KEYS", "*"]), Vec::<String>::new());
}

#[tokio::test]
async fn a05_a_queue_that_ruby_has_removed_is_shown_no_more_and_gives_nothing() {
    let mut world = World::open().await;
    for queue in ["jobs", "others"] {
        world.enqueue(native(queue, "SomeJob", "[]")).await;
    }
    let service = world.service().await;
    // As `Resque.remove_queue` does it.
    let _: u64 = world.run(&["SREM", "resque:queues", "jobs"]);
    let _: u64 = world.run(&["DEL", "resque:queue:jobs"]);
    let queues = world.backend.queues().await.unwrap();
    assert_eq!(queues.iter().map(|queue| queue.name.as_str()).collect::<Vec<_>>(), ["others"]);
    assert_eq!(world.claim_from(service, &["jobs", "*"], 5).await.len(), 1);
    assert!(world.claim(service).await.is_none());
}

#[tokio::test]
async fn a08_of_eleven_jobs_ten_are_looked_at_and_eleven_counted() {
    let world = World::open().await;
    for number in 0..11 {
        world.enqueue(native("people", "SomeJob", &format!("[{number}]"))).await;
    }
    assert_eq!(world.backend.counts().await.unwrap().of("people", JobState::Available), 11);
    let page = world.backend.inspect(&JobFilter::all().queue("people"), &Page::first(10)).await.unwrap();
    let numbers: Vec<&str> = page.items.iter().map(|job| job.payload.job().unwrap().arguments.get()).collect();
    assert_eq!(numbers, ["[0]", "[1]", "[2]", "[3]", "[4]", "[5]", "[6]", "[7]", "[8]", "[9]"]);
    let rest = Page { limit: 10, after: page.next };
    assert_eq!(world.backend.inspect(&JobFilter::all(), &rest).await.unwrap().items.len(), 1);
}

#[tokio::test]
async fn equal_jobs_of_a_queue_have_one_id_by_which_one_of_them_is_changed() {
    let mut world = World::open().await;
    for _ in 0..3 {
        world.enqueue(native("jobs", "SomeJob", "[7]")).await;
    }
    world.enqueue(native("jobs", "SomeJob", "[8]")).await;
    let jobs = world.jobs(JobFilter::all()).await;
    assert!(jobs[0].id == jobs[1].id && jobs[1].id == jobs[2].id && jobs[2].id != jobs[3].id);
    let one = Target::Ids(vec![jobs[0].id.clone()]);
    assert_eq!(world.backend.change(one, Change::Cancel).await.unwrap().changed.len(), 1);
    assert_eq!(world.list("resque:queue:jobs").len(), 3, "one of the three has gone");
    let service = world.service().await;
    let claimed = world.claim_from(service, &["jobs"], 3).await;
    assert_eq!(claimed.iter().filter(|job| job.id == jobs[0].id).count(), 2, "each is run, under a claim of its own");
}
