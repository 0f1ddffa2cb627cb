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
async fn a13_a_retry_by_hand_starts_counting_anew() {
    let mut store = Store::open().await;
    let fields = r#","retry_count":25,"failed_at":1.5,"retried_at":2.5,"error_class":"E","error_message":"m""#;
    store.run::<u64>(&["ZADD", "dead", "1795458000.5", &member("x", fields)]);
    assert_eq!(change(&store, "x", Change::Retry).await.changed.len(), 1);
    let value = json(&store.list("queue:default")[0]);
    assert_eq!((value.get("retry_count"), value.get("failed_at"), value.get("error_class")), (None, None, None));
    assert_eq!(store.sorted("dead").len(), 0);
    let service = store.service().await;
    assert_eq!(store.claim_one(service).await.attempt, 27, "attempts are counted on");
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
