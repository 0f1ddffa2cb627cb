//! Delayed jobs, beside resque-scheduler.

use std::time::Duration;

use egret_core::{Change, JobData, JobFilter, JobState, Target, Timestamp};

use crate::world::{World, eventually, native};

fn later(args: &str, milliseconds: u64) -> JobData {
    let at = Timestamp::now().checked_add(Duration::from_millis(milliseconds)).expect("the time can be written");
    let mut data = native("low", "EchoJob", args);
    data.scheduled_at = Some(at);
    data
}

#[tokio::test]
async fn a38_a_delayed_job_has_its_traces_until_it_is_due_and_none_then() {
    let mut world = World::open().await;
    let mut data = later("[1]", 2_500);
    // Without a fraction, as Ruby counts.
    data.scheduled_at = Timestamp::from_second(data.scheduled_at.unwrap().as_second()).ok();
    let second = data.scheduled_at.unwrap().as_second().to_string();
    world.enqueue(data.clone()).await;
    world.enqueue(data).await;
    let item = r#"{"class":"EchoJob","args":[1],"queue":"low"}"#;
    assert_eq!(world.list(&format!("resque:delayed:{second}")), [item, item]);
    let timestamps: Vec<String> = world.run(&["SMEMBERS", &format!("resque:timestamps:{item}")]);
    assert_eq!(timestamps, [format!("delayed:{second}")]);
    let schedule: Vec<String> = world.run(&["ZRANGE", "resque:delayed_queue_schedule", "0", "-1", "WITHSCORES"]);
    assert_eq!(schedule, [second.clone(), second.clone()]);
    eventually("both are in their queue", async || {
        world.backend.rescue().await.unwrap();
        (world.list("resque:queue:low").len() == 2).then_some(())
    })
    .await;
    assert!(Timestamp::now().as_second() >= second.parse().unwrap(), "not before its time");
    world.backend.rescue().await.unwrap();
    let element = r#"{"class":"EchoJob","args":[1]}"#;
    assert_eq!(world.list("resque:queue:low"), [element, element], "exactly two, as Ruby pushes them");
    let keys: Vec<String> = world.run(&["KEYS", "resque:*elayed*"]);
    assert_eq!(keys, Vec::<String>::new());
    let keys: Vec<String> = world.run(&["KEYS", "resque:timestamps:*"]);
    assert_eq!(keys, Vec::<String>::new());
    let locks: Vec<String> = world.run(&["KEYS", "*lock"]);
    assert_eq!(locks, Vec::<String>::new(), "locks are held only while jobs are moved");
}

#[tokio::test]
async fn a39_nothing_is_moved_while_another_scheduler_is_at_work() {
    let mut world = World::open().await;
    let _: u64 = world.run(&["RPUSH", "resque:delayed:1000", r#"{"class":"EchoJob","queue":"low","args":["node"]}"#]);
    let _: u64 = world.run(&["ZADD", "resque:delayed_queue_schedule", "1000", "1000"]);
    for lock in ["resque:resque:resque_scheduler_master_lock", "resque:resque_scheduler_leader_lock"] {
        let _: () = world.run(&["SET", lock, "vm:4711"]);
        world.backend.rescue().await.unwrap();
        assert_eq!(world.list("resque:queue:low").len(), 0, "{lock}");
        assert_eq!(world.run::<String>(&["GET", lock]), "vm:4711");
        let _: u64 = world.run(&["DEL", lock]);
    }
    world.backend.rescue().await.unwrap();
    assert_eq!(world.list("resque:queue:low"), [r#"{"class":"EchoJob","args":["node"]}"#], "an item of node's");
}

#[tokio::test]
async fn a39_many_of_ours_move_each_job_once() {
    let mut world = World::open().await;
    for number in 0..200 {
        let item = format!(r#"{{"class":"EchoJob","args":[{number}],"queue":"low"}}"#);
        let second = (1000 + number % 7).to_string();
        let _: u64 = world.run(&["RPUSH", &format!("resque:delayed:{second}"), &item]);
        let _: u64 = world.run(&["ZADD", "resque:delayed_queue_schedule", &second, &second]);
    }
    let moving = (0..8).map(|_| {
        let backend = world.backend.clone();
        tokio::spawn(async move { backend.rescue().await.unwrap() })
    });
    for moved in moving.collect::<Vec<_>>() {
        moved.await.unwrap();
    }
    world.backend.rescue().await.unwrap();
    let mut moved = world.list("resque:queue:low");
    assert_eq!(moved.len(), 200);
    moved.sort();
    moved.dedup();
    assert_eq!(moved.len(), 200);
}

#[tokio::test]
async fn delayed_jobs_are_changed_by_hand_with_their_traces() {
    let mut world = World::open().await;
    for args in ["[1]", "[2]", "[3]"] {
        world.enqueue(later(args, 3_600_000)).await;
    }
    let scheduled = world.jobs(JobFilter::all().state(JobState::Scheduled)).await;
    let id = |args: &str| {
        scheduled.iter().find(|job| job.payload.job().unwrap().arguments.get() == args).unwrap().id.clone()
    };
    let change = async |args: &str, change| world.backend.change(Target::Ids(vec![id(args)]), change).await.unwrap();
    assert_eq!(change("[1]", Change::RunNow).await.changed.len(), 1);
    assert_eq!(change("[2]", Change::Cancel).await.changed.len(), 1);
    let at = Timestamp::from_second(4_000_000_000).unwrap();
    assert_eq!(change("[3]", Change::Reschedule(at)).await.changed.len(), 1);
    assert!(world.list("resque:queue:low")[0].starts_with(r#"{"class":"EchoJob","args":[1]"#));
    assert!(world.list("resque:delayed:4000000000")[0].starts_with(r#"{"class":"EchoJob","args":[3],"queue":"low""#));
    let traces: Vec<String> = world.run(&["KEYS", "resque:timestamps:*"]);
    assert_eq!(traces.len(), 1, "{traces:?}");
}
