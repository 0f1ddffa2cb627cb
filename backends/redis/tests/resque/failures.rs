//! The lists of failures.

use egret_core::{Change, JobFilter, JobState, Target};
use serde_json::Value;

use crate::world::{World, native};

async fn three_failures(world: &World) -> Vec<egret_core::JobId> {
    let service = world.service().await;
    for (queue, args) in [("default", "[1]"), ("mail", "[2]"), ("default", "[3]")] {
        world.enqueue(native(queue, "BoomJob", args)).await;
        world.fail_next(service, "日本語の\nエラー").await;
    }
    let args = |args: &str| {
        let args = args.to_owned();
        async move {
            let jobs = world.jobs(JobFilter::all().state(JobState::Discarded)).await;
            let is_meant =
                |job: &egret_core::JobRecord| job.payload.job().is_some_and(|data| data.arguments.get() == args);
            jobs.into_iter().find(is_meant).expect("the failure is listed").id
        }
    };
    vec![args("[1]").await, args("[2]").await, args("[3]").await]
}

#[tokio::test]
async fn a14_a_failure_is_recorded_as_ruby_records_it() {
    let mut world = World::open().await;
    three_failures(&world).await;
    let worker = world.workers()[0].clone();
    let records = world.list("resque:failed");
    assert_eq!(records.len(), 3);
    let failed_at = serde_json::from_str::<Value>(&records[1]).unwrap()["failed_at"].as_str().unwrap().to_owned();
    let record: Value = serde_json::from_str(&records[1]).unwrap();
    let worker = record["worker"].as_str().filter(|id| id.len() == worker.len()).unwrap();
    assert_eq!(
        records[1],
        format!(
            r#"{{"failed_at":"{failed_at}","payload":{{"class":"BoomJob","args":[2]}},"exception":"BoomJob::Oops","error":"日本語の\nエラー","backtrace":[],"worker":"{worker}","queue":"mail"}}"#
        )
    );
    assert_eq!(failed_at.split(' ').count(), 3, "with the abbreviation of the zone: {failed_at}");
}

#[tokio::test]
async fn a35_a_retry_marks_the_record_and_pushes_the_job_as_it_was() {
    let mut world = World::open().await;
    let ids = three_failures(&world).await;
    let before = world.list("resque:failed");
    let report = world.backend.change(Target::Ids(vec![ids[1].clone()]), Change::Retry).await.unwrap();
    assert_eq!(report.changed, [ids[1].clone()]);
    assert_eq!(world.list("resque:queue:mail"), [r#"{"class":"BoomJob","args":[2]}"#]);
    let after = world.list("resque:failed");
    assert_eq!((&after[0], &after[2]), (&before[0], &before[2]), "others stay as they are, in their places");
    let begin = before[1].strip_suffix('}').unwrap();
    assert!(after[1].starts_with(begin) && after[1][begin.len()..].starts_with(",\"retried_at\":\""), "{}", after[1]);
    assert_eq!(
        world.jobs(JobFilter::all().state(JobState::Discarded)).await.len(),
        2,
        "a retried one is none that was given up"
    );
    let mail = Target::Filter(JobFilter::all().queue("default").state(JobState::Discarded));
    assert_eq!(world.backend.change(mail, Change::Delete).await.unwrap().changed.len(), 2);
    assert_eq!(world.list("resque:failed"), [after[1].clone()]);
}

#[tokio::test]
async fn a35_a_retry_removes_the_record_where_the_url_says_so() {
    let mut world = World::open_with("?retried=remove").await;
    let ids = three_failures(&world).await;
    world.backend.change(Target::Ids(vec![ids[1].clone()]), Change::Retry).await.unwrap();
    assert_eq!(world.list("resque:failed").len(), 2);
    assert_eq!(world.list("resque:queue:mail"), [r#"{"class":"BoomJob","args":[2]}"#]);
}

#[tokio::test]
async fn a36_each_queue_has_failures_of_its_own_where_the_url_says_so() {
    let mut world = World::open_with("?failure_backend=redis_multi_queue").await;
    three_failures(&world).await;
    assert_eq!(world.list("resque:default_failed").len(), 2);
    assert_eq!(world.list("resque:mail_failed").len(), 1);
    assert_eq!(world.list("resque:failed").len(), 0);
    let mut lists: Vec<String> = world.run(&["SMEMBERS", "resque:failed_queues"]);
    lists.sort();
    assert_eq!(lists, ["default_failed", "mail_failed"]);
    let counts = world.backend.counts().await.unwrap();
    assert_eq!(counts.of_state(JobState::Discarded), 3);
    let all = Target::Filter(JobFilter::all().state(JobState::Discarded));
    assert_eq!(world.backend.change(all, Change::Retry).await.unwrap().changed.len(), 3);
    assert_eq!(world.list("resque:queue:default").len(), 2);
}

#[tokio::test]
async fn failures_of_ruby_and_node_are_read_and_an_empty_text_is_passed_over() {
    let mut world = World::open().await;
    let records = include_str!("../samples/resque/failed_records.jsonl");
    for record in records.lines().chain([""]) {
        let _: u64 = world.run(&["RPUSH", "resque:failed", record]);
    }
    let node = r#"{"worker":"vm:23919","queue":"default","payload":{"class":"BoomJob","queue":"default","args":["失敗"]},"exception":"TypeError","error":"失敗","backtrace":[],"failed_at":"Tue Nov 24 2026 03:20:46 GMT+0900 (Japan Standard Time)"}"#;
    let _: u64 = world.run(&["RPUSH", "resque:failed", node]);
    let jobs = world.jobs(JobFilter::all()).await;
    assert_eq!(jobs.len(), records.lines().count() + 1);
    assert!(jobs.iter().any(|job| job.error.as_ref().is_some_and(|error| error.class == "TypeError")));
    let n_retried = jobs.iter().filter(|job| job.state == JobState::Cancelled).count();
    assert_eq!(n_retried, 1, "one of Ruby's has been tried again");
    assert!(jobs.iter().all(|job| job.state.is_terminal() && job.finished_at.is_some()));
}

#[tokio::test]
async fn a35_the_record_of_a_retried_failure_is_shown_as_ended_by_a_person_and_can_go() {
    let mut world = World::open().await;
    let ids = three_failures(&world).await;
    world.backend.change(Target::Ids(vec![ids[1].clone()]), Change::Retry).await.unwrap();
    let service = world.service().await;
    let again = world.claim_from(service, &["mail"], 1).await.remove(0);
    assert_eq!(world.backend.find(&ids[1]).await.unwrap().unwrap().state, JobState::Available, "the job lives");
    world.end(&again, crate::world::completed()).await;
    let record = world.backend.find(&ids[1]).await.unwrap().unwrap();
    assert_eq!((record.state, record.error.unwrap().class.as_str()), (JobState::Cancelled, "BoomJob::Oops"));
    // As Ruby's `clear_retried` does it.
    let retried = Target::Filter(JobFilter::all().state(JobState::Cancelled));
    assert_eq!(world.backend.change(retried, Change::Delete).await.unwrap().changed, [ids[1].clone()]);
    assert_eq!(world.list("resque:failed").len(), 2);
}

#[tokio::test]
async fn a34_failures_are_paged_from_either_end_and_by_class() {
    let mut world = World::open().await;
    for number in 0..50 {
        let class = if number % 2 == 0 { "Even" } else { "Odd" };
        let at = format!("2026/11/24 03:{number:02}:00 UTC");
        let record = format!(
            r#"{{"failed_at":"{at}","payload":{{"class":"{class}","args":[{number}]}},"exception":"E","error":"e","backtrace":[],"worker":"vm:1:*","queue":"jobs"}}"#
        );
        let _: u64 = world.run(&["RPUSH", "resque:failed", &record]);
    }
    let numbers = |listing: &egret_core::Listing<egret_core::JobRecord>| -> Vec<usize> {
        let arguments = listing.items.iter().map(|job| job.payload.job().unwrap().arguments.get().to_owned());
        arguments.map(|text| text.trim_matches(['[', ']']).parse().unwrap()).collect()
    };
    let all = JobFilter::all().state(JobState::Discarded);
    let first = world.backend.inspect(&all, &egret_core::Page::first(10)).await.unwrap();
    assert_eq!(numbers(&first), (40..50).rev().collect::<Vec<_>>(), "the latest first");
    let second = egret_core::Page { limit: 20, after: first.next };
    let second = world.backend.inspect(&all, &second).await.unwrap();
    assert_eq!(numbers(&second), (20..40).rev().collect::<Vec<_>>());
    let odd = world.backend.inspect(&all.class("Odd"), &egret_core::Page::first(20)).await.unwrap();
    assert_eq!(numbers(&odd), (10..50).rev().filter(|number| number % 2 == 1).collect::<Vec<_>>());
}
