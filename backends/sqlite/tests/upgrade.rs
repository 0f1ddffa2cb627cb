//! Stores of earlier releases are brought up to date with what is in them.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use egret_core::{Backend, ExecutionFilter, ExecutionOrder, JobFilter, JobState, Page};
use egret_sqlite::SqliteBackend;
use egret_sqlite::rusqlite::Connection;
use support::options;

/// The tables before jobs were known by their owners.
const BEFORE_OWNERS: [&str; 4] = [
    include_str!("../migrations/0001_initial.sql"),
    include_str!("../migrations/0002_tasks.sql"),
    include_str!("../migrations/0003_presence.sql"),
    include_str!("../migrations/0004_executions_by_end.sql"),
];
/// A live job and an ended one of the user 5, with an earlier attempt; one of nobody; and one that cannot be read.
const JOBS: &str = r#"
CREATE TABLE egret_schema (id INTEGER PRIMARY KEY CHECK (id = 1), version INTEGER NOT NULL, store_id TEXT NOT NULL) STRICT;
INSERT INTO egret_schema VALUES (1, 4, 'store');
INSERT INTO egret_lanes (id, queue, class, n_available, n_completed) VALUES (1, 'default', 'A', 3, 1);
INSERT INTO egret_jobs (id, lane, state, priority, due_at, position, enqueued_at, origin, job_id, user_id, payload) VALUES
    (1, 1, 2, 0, 1, 1, 1, 0, 'live', '5',
        '{"job_class":"A","job_id":"live","serialized_bindings":[{"site_id":"1","user_id":5}]}'),
    (2, 1, 2, 0, 2, 2, 2, 0, 'ended', NULL,
        CAST('{"job_class":"A","job_id":"ended","serialized_bindings":[{"site_id":1,"user_id":"5"}]}' AS BLOB)),
    (3, 1, 2, 0, 3, 3, 3, 0, 'nobodys', NULL,
        '{"job_class":"A","job_id":"nobodys","arguments":["serialized_bindings"],"serialized_bindings":[{"user_id":null}]}'),
    (4, 1, 2, 0, 4, 4, 4, 0, 'unreadable', NULL, '{"serialized_bindings":[{"user_id":"5"}');
INSERT INTO egret_ready (lane, is_suspect, priority, due_at, position, record) VALUES
    (1, 0, 0, 1, 1, 1), (1, 0, 0, 3, 3, 3), (1, 0, 0, 4, 4, 4);
INSERT INTO egret_executions (claim, record, lane, attempt, state, service, started_at, closed_at)
VALUES (10, 2, 1, 1, 2, 7, 5, 6);
INSERT INTO egret_history (record, lane, state, attempt, interruptions, finished_at, claim, service, started_at)
VALUES (2, 1, 6, 2, 0, 9, 11, 7, 8);
UPDATE egret_sequence SET next = 100;
"#;

#[tokio::test]
async fn jobs_and_attempts_that_were_there_belong_to_their_owners() {
    let folder = tempfile::tempdir().unwrap();
    let connection = Connection::open(folder.path().join("egret.db")).unwrap();
    connection.execute_batch(&[&BEFORE_OWNERS.concat(), JOBS].concat()).unwrap();
    drop(connection);
    let store = SqliteBackend::open(options(&folder)).unwrap();
    for filter in [JobFilter::all().user("5"), JobFilter::all().site("1")] {
        let listing = store.inspect(&filter, &Page::first(10)).await.unwrap();
        let found: Vec<_> = listing.items.iter().map(|job| (job.id.as_str(), job.state)).collect();
        assert_eq!(found, [("live", JobState::Available), ("ended", JobState::Completed)], "{filter:?}");
    }
    for filter in [ExecutionFilter::all().user("5"), ExecutionFilter::all().site("1")] {
        let order = ExecutionOrder::EarliestFirst;
        let listing = store.inspect_executions(&filter, order, &Page::first(10)).await.unwrap();
        let found: Vec<_> = listing.items.iter().map(|record| record.execution.attempt).collect();
        assert_eq!(found, [1, 2], "{filter:?}");
    }
    assert_eq!(store.count(&JobFilter::all()).await.unwrap(), 4);
    assert!(store.check(egret_core::CareProgress::silent()).await.unwrap().is_whole);
}
