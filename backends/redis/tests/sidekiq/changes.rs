//! A: jobs looked at and moved by hand.

use std::time::Duration;

use egret_core::{Change, ChangeReport, JobFilter, JobId, JobState, Page, Target, Timestamp};

use crate::support::store::{Store, json};

fn member(jid: &str, fields: &str) -> String {
    format!(
        r#"{{"class":"PlainJob","args":["{jid}"],"jid":"{jid}","queue":"default","retry":true,"created_at":1795458000.25{fields}}}"#
    )
}

async fn change(store: &Store, id: &str, change: Change) -> ChangeReport {
    store.backend.change(Target::Ids(vec![JobId::from(id)]), change).await.expect("a change is answered")
}

#[tokio::test]
async fn a10_a_job_is_moved_beside_one_of_the_same_time() {
    let mut store = Store::open().await;
    let at = (Timestamp::now().as_second() + 600).to_string();
    for jid in ["one", "two"] {
        store.run::<u64>(&["ZADD", "schedule", &at, &member(jid, "")]);
    }
    assert_eq!(change(&store, "one", Change::RunNow).await.changed, [JobId::from("one")]);
    assert_eq!(store.sorted("schedule"), [(member("two", ""), at.parse().unwrap())]);
    assert_eq!(json(&store.list("queue:default")[0])["jid"], "one");
}

#[tokio::test]
async fn a12_a_job_is_found_by_its_id_and_not_by_its_arguments() {
    let mut store = Store::open().await;
    store.run::<u64>(&["SADD", "queues", "default"]);
    store.run::<u64>(&["LPUSH", "queue:default", &member("other", "").replace(r#"["other"]"#, r#"["wanted"]"#)]);
    assert!(store.backend.find(&JobId::from("wanted")).await.unwrap().is_none());
    store.run::<u64>(&["ZADD", "dead", "1795458000.5", &member("wanted", r#","error_class":"E","error_message":"m""#)]);
    let found = store.backend.find(&JobId::from("wanted")).await.unwrap().unwrap();
    assert_eq!((found.state, found.error.unwrap().class.as_str()), (JobState::Discarded, "E"));
    assert_eq!(found.finished_at.unwrap().as_microsecond(), 1_795_458_000_500_000);
}

#[tokio::test]
async fn a16_rescheduling_leaves_one_member_also_of_odd_json() {
    let mut store = Store::open().await;
    let odd = r#"{ "class": "PlainJob", "args": [1e5], "jid": "x", "queue": "default" }"#;
    store.run::<u64>(&["ZADD", "schedule", &(Timestamp::now().as_second() + 600).to_string(), odd]);
    for hours in [2, 3] {
        let at = Timestamp::now() + Duration::from_secs(3600 * hours);
        assert_eq!(change(&store, "x", Change::Reschedule(at)).await.changed.len(), 1);
        let members = store.sorted("schedule");
        assert_eq!(members.len(), 1);
        assert_eq!(members[0].0, odd);
        assert!((members[0].1 - at.as_microsecond() as f64 / 1e6).abs() < 1e-5);
    }
}

#[tokio::test]
async fn a17_what_a_filter_covers_is_cancelled_and_deleted() {
    let mut store = Store::open().await;
    store.run::<u64>(&["SADD", "queues", "default"]);
    for number in 0..51 {
        store.run::<u64>(&["LPUSH", "queue:default", &member(&format!("j{number}"), "")]);
        store.run::<u64>(&["ZADD", "dead", "1795458000.5", &member(&format!("d{number}"), "")]);
    }
    let waiting = Target::Filter(JobFilter::all().state(JobState::Available).text("j4"));
    let report = store.backend.change(waiting, Change::Cancel).await.unwrap();
    assert_eq!(report.changed.len(), 11, "j4 and j40 to j49");
    let dead = Target::Filter(JobFilter::all().state(JobState::Discarded));
    assert_eq!(store.backend.change(dead, Change::Delete).await.unwrap().changed.len(), 51);
    assert_eq!((store.list("queue:default").len(), store.sorted("dead").len()), (40, 0));
}

#[tokio::test]
async fn a8_a_malformed_member_of_the_dead_set_is_shown_and_can_go() {
    let mut store = Store::open().await;
    store.run::<u64>(&["ZADD", "dead", "1795458000.5", "{\"class\":\"Plain"]);
    let listed = store.backend.inspect(&JobFilter::all(), &Page::first(5)).await.unwrap().items.remove(0);
    assert_eq!((listed.state, listed.class.as_str()), (JobState::Discarded, ""));
    let id = listed.id.as_str().to_owned();
    assert_eq!(change(&store, &id, Change::Delete).await.changed.len(), 1);
    assert_eq!(store.sorted("dead").len(), 0);
}

async fn latest(store: &Store, state: JobState, limit: usize) -> Vec<egret_core::JobRecord> {
    store
        .backend
        .inspect_latest(&JobFilter::all().state(state), &Page::first(limit))
        .await
        .expect("jobs are listed")
        .items
}

#[tokio::test]
async fn a1_an_empty_database_has_nothing_of_anything() {
    let store = Store::open().await;
    let counts = store.backend.counts().await.unwrap();
    assert!(counts.rows.is_empty() && counts.is_exact, "{counts:?}");
    assert!(store.backend.backlog().await.unwrap().rows.is_empty());
    assert!(store.backend.services().await.unwrap().is_empty());
    assert!(store.backend.queues().await.unwrap().is_empty());
}

#[tokio::test]
async fn a2_a3_queues_are_counted_and_pauses_of_anybody_shown() {
    let mut store = Store::open().await;
    for (queue, count) in [("one", 1), ("three", 3)] {
        store.run::<u64>(&["SADD", "queues", queue]);
        for number in 0..count {
            store.run::<u64>(&["LPUSH", &format!("queue:{queue}"), &member(&format!("{queue}{number}"), "")]);
        }
    }
    store.run::<u64>(&["SADD", "paused", "three"]);
    let counts = store.backend.counts().await.unwrap();
    assert_eq!((counts.of("one", JobState::Available), counts.of("three", JobState::Available)), (1, 3));
    assert_eq!(counts.of_state(JobState::Available), 4);
    let queues = store.backend.queues().await.unwrap();
    let shown: Vec<(&str, bool)> =
        queues.iter().map(|queue| (queue.name.as_str(), queue.paused_at.is_some())).collect();
    assert_eq!(shown, [("one", false), ("three", true)]);
}

#[tokio::test]
async fn a4_the_oldest_job_of_a_queue_is_as_old_as_its_push_in_either_form() {
    let mut store = Store::open().await;
    for (queue, times, expected) in [
        ("float", r#","enqueued_at":1795458300.25"#, 1_795_458_300_250),
        ("whole", r#","enqueued_at":1795458300250"#, 1_795_458_300_250),
        ("missing", "", 1_795_458_000_250),
    ] {
        store.run::<u64>(&["SADD", "queues", queue]);
        store.run::<u64>(&["LPUSH", &format!("queue:{queue}"), &member(queue, times)]);
        let backlog = store.backend.backlog().await.unwrap();
        let row = backlog.rows.iter().find(|row| row.queue == queue).unwrap();
        assert_eq!(row.oldest_due_at.as_millisecond(), expected, "{queue}");
    }
}

#[tokio::test]
async fn a4_what_nobody_dated_makes_no_queue_old() {
    let mut store = Store::open().await;
    for queue in ["undated", "mixed"] {
        store.run::<u64>(&["SADD", "queues", queue]);
        store.run::<u64>(&["LPUSH", &format!("queue:{queue}"), "no job at all"]);
    }
    store.run::<u64>(&["LPUSH", "queue:mixed", &member("dated", "")]);
    let before = Timestamp::now();
    let backlog = store.backend.backlog().await.unwrap();
    let row = |queue: &str| backlog.rows.iter().find(|row| row.queue == queue).unwrap();
    assert_eq!((row("undated").n_due, row("mixed").n_due), (1, 2));
    let age = before.duration_since(row("undated").oldest_due_at);
    assert!(age.as_secs() < 60, "{age:?}");
    assert_eq!(row("mixed").oldest_due_at.as_millisecond(), 1_795_458_000_250);
}

#[tokio::test]
async fn a6_jobs_are_deleted_one_by_one_while_they_are_listed() {
    let mut store = Store::open().await;
    store.run::<u64>(&["SADD", "queues", "default"]);
    for number in 0..51 {
        store.run::<u64>(&["LPUSH", "queue:default", &member(&format!("j{number}"), "")]);
    }
    let mut n_deleted = 0;
    loop {
        let listed = store.backend.inspect(&JobFilter::all(), &Page::first(10)).await.unwrap().items;
        if listed.is_empty() {
            break;
        }
        for record in listed {
            n_deleted += change(&store, record.id.as_str(), Change::Delete).await.changed.len();
        }
    }
    assert_eq!((n_deleted, store.run::<u64>(&["EXISTS", "queue:default"])), (51, 0));
}

#[tokio::test]
async fn a7_a_job_for_later_came_in_when_it_was_made() {
    let mut store = Store::open().await;
    let at = Timestamp::now().as_second() + 600;
    store.run::<u64>(&["ZADD", "schedule", &format!("{at}.5"), &member("x", "")]);
    let record = store.backend.find(&JobId::from("x")).await.unwrap().unwrap();
    assert_eq!(record.enqueued_at.as_millisecond(), 1_795_458_000_250, "nothing says when it was pushed");
    assert_eq!(record.due_at.as_millisecond(), at * 1_000 + 500);
}

#[tokio::test]
async fn a9_sets_are_listed_from_the_latest_down() {
    let mut store = Store::open().await;
    let start = Timestamp::now().as_second() + 600;
    for number in 0..51 {
        let score = (start + (number * 37) % 51).to_string();
        store.run::<u64>(&["ZADD", "schedule", &score, &member(&format!("s{number}"), "")]);
        let score = (1_795_458_000 + (number * 37) % 51).to_string();
        store.run::<u64>(&["ZADD", "dead", &score, &member(&format!("d{number}"), "")]);
    }
    for state in [JobState::Scheduled, JobState::Discarded] {
        let listed = latest(&store, state, 100).await;
        let moments: Vec<Timestamp> = listed.iter().map(egret_core::JobRecord::moment).collect();
        assert!(moments.len() == 51 && moments.windows(2).all(|pair| pair[0] > pair[1]), "{state}: {moments:?}");
    }
}

#[tokio::test]
async fn a11_many_jobs_of_one_time_are_all_moved() {
    let mut store = Store::open().await;
    let at = (Timestamp::now().as_second() + 600).to_string();
    for number in 0..200 {
        store.run::<u64>(&["ZADD", "schedule", &at, &member(&format!("j{number}"), "")]);
    }
    let scheduled = Target::Filter(JobFilter::all().state(JobState::Scheduled));
    assert_eq!(store.backend.change(scheduled, Change::RunNow).await.unwrap().changed.len(), 200);
    assert_eq!((store.sorted("schedule").len(), store.list("queue:default").len()), (0, 200));
}

#[tokio::test]
async fn a13_a_retry_by_hand_takes_the_last_failure_back_as_sidekiqs_page_does() {
    let mut store = Store::open().await;
    for (count, expected, attempt) in [(25, 24, 27), (1, 0, 3), (0, -1, 2)] {
        let fields =
            format!(r#","retry_count":{count},"failed_at":1.5,"retried_at":2.5,"error_class":"E","error_message":"m""#);
        store.run::<u64>(&["ZADD", "dead", "1795458000.5", &member("x", &fields)]);
        assert_eq!(change(&store, "x", Change::Retry).await.changed.len(), 1);
        let value = json(&store.list("queue:default")[0]);
        assert_eq!((&value["retry_count"], &value["error_class"]), (&json(&expected.to_string()), &"E".into()));
        assert_eq!(store.sorted("dead").len(), 0);
        let service = store.service().await;
        let claimed = store.claim_one(service).await;
        assert_eq!(claimed.attempt, attempt, "attempts are counted on");
        store.finish(&claimed, crate::support::store::failed()).await;
        let kept = store.sorted("retry").into_iter().chain(store.sorted("dead")).next().unwrap().0;
        assert_eq!(json(&kept)["retry_count"], count, "the next failure counts as the last one did: {kept}");
        store.run::<u64>(&["DEL", "retry", "dead"]);
    }
}

#[tokio::test]
async fn a13_to_run_a_retry_now_takes_nothing_back() {
    let mut store = Store::open().await;
    let at = (Timestamp::now().as_second() + 600).to_string();
    store.run::<u64>(&["ZADD", "retry", &at, &member("x", r#","retry_count":3,"failed_at":1.5"#)]);
    assert_eq!(change(&store, "x", Change::RunNow).await.changed.len(), 1);
    assert_eq!(json(&store.list("queue:default")[0])["retry_count"], 3);
}

#[tokio::test]
async fn a15_a_thousand_dead_jobs_are_retried_by_one_change() {
    let mut store = Store::open().await;
    let mut pipeline = redis::pipe();
    for number in 0..1_000 {
        let fields = r#","retry_count":25,"failed_at":1.5,"error_class":"E","error_message":"m""#;
        pipeline.cmd("ZADD").arg("dead").arg(number).arg(member(&format!("d{number}"), fields)).ignore();
    }
    pipeline.exec(&mut store.redis).unwrap();
    let dead = Target::Filter(JobFilter::all().state(JobState::Discarded));
    assert_eq!(store.backend.change(dead, Change::Retry).await.unwrap().changed.len(), 1_000);
    assert_eq!((store.sorted("dead").len(), store.list("queue:default").len()), (0, 1_000));
}
