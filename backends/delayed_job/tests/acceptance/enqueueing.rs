//! Cases 1, 2, 7 and 29: how jobs become rows.

use std::collections::BTreeMap;

use egret_core::{EnqueueRequest, JobData, NewJob, Origin, Timestamp};
use egret_delayed_job::handler::{MethodCall, StructJob};
use serde_json::value::RawValue;

use super::world::{World, claim, moment, seconds, shown};
use crate::support::Database;

fn raw_json(text: &str) -> Box<RawValue> {
    RawValue::from_string(text.to_owned()).unwrap()
}

fn newsletter() -> JobData {
    StructJob { class: "NewsletterJob".to_owned(), members: raw_json(r#"{"text":"lorem"}"#) }.to_job().unwrap()
}

pub(crate) async fn a01_a_row_is_due_now_with_the_defaults_unless_options_say_otherwise(database: Database) {
    let mut world = World::new(database).await;
    let before = Timestamp::now() - seconds(1);
    world.enqueue(newsletter()).await;
    let [handler, priority, queue, attempts, run_at, created_at] =
        world.columns(["handler", "priority", "queue", "attempts", "run_at", "created_at"]).await;
    assert_eq!(handler.as_deref(), Some("--- !ruby/struct:NewsletterJob\ntext: lorem\n"));
    assert_eq!((priority.as_deref(), queue, attempts.as_deref()), (Some("0"), None, Some("0")));
    for moment in [run_at, created_at] {
        let moment = shown(moment.as_deref());
        assert!(before <= moment && moment <= Timestamp::now(), "{moment}");
    }
    world.raw.run("DELETE FROM delayed_jobs").await;
    let at: Timestamp = "2031-02-03T04:05:06.789Z".parse().unwrap();
    let mut data = newsletter();
    (data.priority, data.queue_name, data.scheduled_at) = (Some(-7), Some("日本".to_owned()), Some(at));
    world.enqueue(data).await;
    let [priority, queue, run_at] = world.columns(["priority", "queue", "run_at"]).await;
    assert_eq!((priority.as_deref(), queue.as_deref()), (Some("-7"), Some("日本")));
    assert_eq!(shown(run_at.as_deref()), at);
}

pub(crate) async fn a02_queue_and_priority_come_from_the_job_then_its_queue_then_the_settings(database: Database) {
    let mut world = World::with(database, |options| {
        options.settings.default_queue_name = Some("dq".to_owned());
        options.settings.default_priority = 4;
        options.settings.queue_priorities = BTreeMap::from([("high".to_owned(), -10)]);
    })
    .await;
    let call = MethodCall { class: "User".into(), method: "sweep".into(), arguments: raw_json("[1]") };
    for (queue, priority) in [(None, None), (Some("high"), None), (Some("high"), Some(9)), (Some("other"), None)] {
        let mut data = call.to_job().unwrap();
        (data.queue_name, data.priority) = (queue.map(str::to_owned), priority);
        world.enqueue(data).await;
    }
    let rows = world.raw.rows("SELECT queue, priority FROM delayed_jobs ORDER BY id").await;
    let rows: Vec<(&str, &str)> =
        rows.iter().map(|row| (row[0].as_deref().unwrap(), row[1].as_deref().unwrap())).collect();
    assert_eq!(rows, [("dq", "4"), ("high", "-10"), ("high", "9"), ("other", "4")]);
    let mut data = newsletter();
    data.priority = Some(i64::from(i32::MAX) + 1);
    let request = EnqueueRequest { jobs: vec![NewJob::new(data, Origin::Application)], start: None };
    let error = world.store.enqueue(request).await.unwrap_err();
    assert!(error.to_string().contains("2147483648"), "{error}");
}

pub(crate) async fn a07_a_long_argument_is_stored_and_loads_back(database: Database) {
    let world = World::new(database).await;
    let text = "日本, 'yes' # ".repeat(2_000);
    let mut data = JobData::new("LongJob");
    data.arguments = raw_json(&serde_json::json!([text]).to_string());
    world.enqueue(data).await;
    let service = world.service().await;
    let claimed = world.claim_one(service).await;
    let arguments: Vec<String> = serde_json::from_str(claimed.payload.job().unwrap().arguments.get()).unwrap();
    assert_eq!(arguments, [text]);
}

pub(crate) async fn a29_active_jobs_are_rows_with_the_wrapper_on_their_queues(database: Database) {
    let mut world = World::new(database).await;
    let later = Timestamp::now() + seconds(3600);
    let mut jobs = Vec::new();
    for (queue, priority, at) in [
        ("default", Some(20), None),
        ("default", Some(10), None),
        ("mailers", None, None),
        ("default", None, Some(later)),
    ] {
        let mut data = JobData::new("GreetJob");
        (data.queue_name, data.priority, data.scheduled_at) = (Some(queue.to_owned()), priority, at);
        jobs.push(NewJob::new(data, Origin::Application));
    }
    world.store.enqueue(EnqueueRequest { jobs, start: None }).await.unwrap();
    let rows = world.raw.rows("SELECT handler, queue, priority, run_at FROM delayed_jobs ORDER BY id").await;
    let wrapper =
        "--- !ruby/object:ActiveJob::QueueAdapters::DelayedJobAdapter::JobWrapper\njob_data:\n  job_class: GreetJob\n";
    for row in &rows {
        assert!(row[0].as_deref().unwrap().starts_with(wrapper), "{row:?}");
    }
    let queues: Vec<_> = rows.iter().map(|row| (row[1].as_deref().unwrap(), row[2].as_deref().unwrap())).collect();
    assert_eq!(queues, [("default", "20"), ("default", "10"), ("mailers", "0"), ("default", "0")]);
    let run_at = shown(rows[3][3].as_deref());
    assert!((run_at.duration_since(later)).abs() < seconds(1), "{run_at} is {later} to the second");
    let service = world.service().await;
    let claimed = claim(&world.store, service, &["*"], 10).await;
    let priorities: Vec<Option<i64>> = claimed.iter().map(|job| job.payload.job().unwrap().priority).collect();
    assert_eq!(
        priorities,
        [Some(10), Some(20), None],
        "queues by their names, then priorities; none that is for later"
    );
}

pub(crate) async fn a29_rows_of_one_time_come_by_priority_and_as_they_were_stored(database: Database) {
    let mut world = World::new(database).await;
    let run_at = moment(Timestamp::now() - seconds(60));
    let mut expected = Vec::new();
    for (number, priority) in [20, 10, 10, 20, 10, 20, 20, 10].into_iter().enumerate() {
        let row = world.insert(&[("priority", &format!("{priority}")), ("run_at", &run_at)]).await;
        // One of them runs at Ruby's.
        if number == 2 {
            let now = moment(Timestamp::now());
            let lock = format!("locked_at = {now}, locked_by = 'host:elsewhere pid:1'");
            world.raw.run(&format!("UPDATE delayed_jobs SET {lock} WHERE id = {row}")).await;
        } else {
            expected.push((priority, u64::try_from(row).unwrap()));
        }
    }
    expected.sort_unstable();
    let expected: Vec<u64> = expected.into_iter().map(|(_, row)| row).collect();
    assert_eq!(world.reserved(&["*"]).await, expected);
}
