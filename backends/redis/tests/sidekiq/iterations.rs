//! I: how far jobs have come that go through elements, in Sidekiq's keys.

use std::time::Duration;

use egret_core::{Applied, Change, Iteration, JobId, JobState, Release, Target};
use serde_json::value::RawValue;

use crate::support::store::{Store, completed};

const PAYLOAD: &str =
    r#"{"class":"IterJob","args":[40],"jid":"f9f90bd4e36f20d55ca3e47c","queue":"default","retry":true}"#;
const KEY: &str = "it-f9f90bd4e36f20d55ca3e47c";

fn at(executions: u32, cursor: &str) -> Iteration {
    let cursor = RawValue::from_string(cursor.to_owned()).expect("a cursor is JSON");
    Iteration { executions, cursor: Some(cursor), runtime: Duration::from_millis(12_500), cancelled_at: None }
}

fn fields(store: &mut Store) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = store.run(&["HGETALL", KEY]);
    fields.sort();
    fields
}

#[tokio::test]
async fn i1_what_a_run_notes_is_where_the_next_goes_on_and_what_ruby_reads() {
    let mut store = Store::open().await;
    let service = store.service().await;
    store.run::<u64>(&["LPUSH", "queue:default", PAYLOAD]);
    let claimed = store.claim_one(service).await;
    let fresh = store.backend.iteration(claimed.token).await.unwrap().unwrap();
    assert!(fresh.executions == 0 && fresh.cursor.is_none() && fresh.cancelled_at.is_none());
    store.backend.note_iteration(claimed.token, at(1, r#"[2,"b"]"#)).await.unwrap().unwrap();
    let expected = [("c", r#"[2,"b"]"#), ("ex", "1"), ("rt", "12.5")];
    assert_eq!(fields(&mut store), expected.map(|(field, value)| (field.to_owned(), value.to_owned())));
    let kept: i64 = store.run(&["TTL", KEY]);
    assert!((2_591_000..=2_592_000).contains(&kept), "{kept}");
    store.backend.release(vec![Release::unstarted(claimed.token)]).await.unwrap();
    let again = store.claim_one(service).await;
    let found = store.backend.iteration(again.token).await.unwrap().unwrap();
    assert_eq!((found.executions, found.cursor.unwrap().get()), (1, r#"[2,"b"]"#));
    assert_eq!(found.runtime, Duration::from_millis(12_500));
    assert_eq!(store.backend.end_iteration(again.token).await.unwrap(), Applied::Done);
    assert_eq!(store.run::<u64>(&["EXISTS", KEY]), 0);
}

#[tokio::test]
async fn i1_a_claim_that_was_replaced_reads_and_writes_nothing() {
    let mut store = Store::open().await;
    let service = store.service().await;
    store.run::<u64>(&["LPUSH", "queue:default", PAYLOAD]);
    let stale = store.claim_one(service).await;
    store.backend.release(vec![Release::unstarted(stale.token)]).await.unwrap();
    let claimed = store.claim_one(service).await;
    store.backend.note_iteration(claimed.token, at(1, "7")).await.unwrap().unwrap();
    assert!(store.backend.iteration(stale.token).await.unwrap().is_none());
    assert!(store.backend.note_iteration(stale.token, at(9, "9")).await.unwrap().is_none());
    assert_eq!(store.backend.end_iteration(stale.token).await.unwrap(), Applied::Stale);
    assert_eq!(fields(&mut store)[0].1, "7");
    store.finish(&claimed, completed()).await;
    assert!(store.backend.iteration(claimed.token).await.unwrap().is_none());
}

#[tokio::test]
async fn i6_a_run_learns_that_ruby_has_cancelled_its_job() {
    let mut store = Store::open().await;
    let service = store.service().await;
    store.run::<u64>(&["LPUSH", "queue:default", PAYLOAD]);
    let claimed = store.claim_one(service).await;
    store.run::<u64>(&["HSETNX", KEY, "cancelled", "1795458400"]);
    let noted = store.backend.note_iteration(claimed.token, at(1, "3")).await.unwrap().unwrap();
    assert_eq!(noted.cancelled_at.unwrap().as_second(), 1_795_458_400);
    assert_eq!(store.run::<String>(&["HGET", KEY, "cancelled"]), "1795458400", "a note takes it back from nobody");
}

#[tokio::test]
async fn c18_a_cancel_of_what_ruby_runs_is_asked_for_once_and_reaches_only_jobs_that_listen() {
    let mut store = Store::open().await;
    let identity = "app-2:7:0123456789ab";
    store.run::<u64>(&["SADD", "processes", identity]);
    store.run::<u64>(&["HSET", identity, "info", r#"{"hostname":"app-2","pid":7,"started_at":1795458343.5}"#]);
    let work = serde_json::json!({"queue": "default", "payload": PAYLOAD, "run_at": 1_795_458_349});
    store.run::<u64>(&["HSET", &format!("{identity}:work"), "t1", &work.to_string()]);
    let id = JobId::from("f9f90bd4e36f20d55ca3e47c");
    let cancel = async |store: &Store| {
        store.backend.change(Target::Ids(vec![id.clone()]), Change::Cancel).await.expect("a change is answered")
    };
    assert_eq!(cancel(&store).await.refused, [(id.clone(), JobState::Running)], "it goes through no elements");
    store.run::<u64>(&["HSET", KEY, "ex", "1", "c", "10", "rt", "0"]);
    assert_eq!(cancel(&store).await.asked, std::slice::from_ref(&id));
    let first: String = store.run(&["HGET", KEY, "cancelled"]);
    store.run::<u64>(&["HSET", KEY, "cancelled", "1795458400"]);
    assert_eq!(cancel(&store).await.asked, std::slice::from_ref(&id));
    assert_eq!(store.run::<String>(&["HGET", KEY, "cancelled"]), "1795458400", "the first time stays");
    assert!(first.parse::<i64>().is_ok_and(|first| first > 1_700_000_000), "whole seconds: {first}");
    assert_eq!(store.run::<String>(&["HGET", KEY, "c"]), "10");
}

#[tokio::test]
async fn i6_the_state_of_a_waiting_job_goes_with_it() {
    let mut store = Store::open().await;
    store.run::<u64>(&["SADD", "queues", "default"]);
    for change in [Change::Cancel, Change::Delete] {
        store.run::<u64>(&["LPUSH", "queue:default", PAYLOAD]);
        store.run::<u64>(&["HSET", KEY, "ex", "1", "c", "10", "rt", "0"]);
        let ids = vec![JobId::from("f9f90bd4e36f20d55ca3e47c")];
        assert_eq!(store.backend.change(Target::Ids(ids), change).await.unwrap().changed.len(), 1);
        assert_eq!(store.run::<u64>(&["EXISTS", KEY, "queue:default"]), 0, "{change:?}");
    }
}
