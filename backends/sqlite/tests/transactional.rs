//! Enqueueing in an application's own transaction.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::sync::Arc;
use std::time::Duration;

use egret_core::{
    Backend, Enqueued, ErrorKind, JobState, ProcessIdentity, Selection, ServiceInfo, ServiceMode, StartRequest,
};
use egret_sqlite::rusqlite::{Connection, TransactionBehavior};
use support::{Store, enqueue, job, register, request, wait_until};

/// The application's own connection to its own file.
fn application(store: &Store) -> Connection {
    let connection = Connection::open(store.folder.path().join("egret.db")).unwrap();
    connection.execute_batch("CREATE TABLE IF NOT EXISTS invoices (id INTEGER PRIMARY KEY, total INTEGER)").unwrap();
    connection
}

async fn n_available(store: &Store) -> u64 {
    store.backend.counts().await.unwrap().of_state(JobState::Available)
}

#[tokio::test]
async fn jobs_and_rows_of_the_application_are_committed_together() {
    let store = Store::new();
    let mut connection = application(&store);
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
    transaction.execute("INSERT INTO invoices (total) VALUES (100)", []).unwrap();
    let jobs = vec![job("SendInvoice", "mail"), job("SendInvoice", "mail")];
    let pending = store.backend.enqueue_in(&transaction, jobs, None).unwrap();
    assert!(matches!(pending.outcomes(), [Enqueued::Stored(_), Enqueued::Stored(_)]));
    assert_eq!(n_available(&store).await, 0, "nothing is there before the commit");
    transaction.commit().unwrap();
    assert!(pending.wake().is_none(), "nobody asked to start a service");
    assert_eq!(n_available(&store).await, 2);
    let n_invoices: i64 = connection.query_row("SELECT count(*) FROM invoices", [], |row| row.get(0)).unwrap();
    assert_eq!(n_invoices, 1);
}

#[tokio::test]
async fn a_rollback_takes_the_jobs_with_it_and_numbers_are_not_mixed_up() {
    let store = Store::new();
    let mut connection = application(&store);
    enqueue(&*store.backend, vec![job("Before", "mail")]).await;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
    drop(store.backend.enqueue_in(&transaction, vec![job("Undone", "undone")], None).unwrap());
    transaction.rollback().unwrap();
    enqueue(&*store.backend, vec![job("After", "mail")]).await;
    let selection = Arc::new(Selection::strict(["*"]));
    let service = register(&*store.backend, &selection).await;
    let claimed = store.backend.claim(request(service, &selection, 10)).await.unwrap();
    let classes: Vec<&str> = claimed.iter().map(|job| job.payload.job().unwrap().job_class.as_str()).collect();
    assert_eq!(classes, ["Before", "After"]);
}

#[tokio::test]
async fn jobs_come_out_in_the_order_in_which_both_ways_stored_them() {
    let store = Store::new();
    let mut connection = application(&store);
    let selection = Arc::new(Selection::strict(["mail"]));
    let service = register(&*store.backend, &selection).await;
    for round in 0..3 {
        enqueue(&*store.backend, vec![job(&format!("Plain{round}"), "mail")]).await;
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
        let pending = store.backend.enqueue_in(&transaction, vec![job(&format!("Inside{round}"), "mail")], None);
        transaction.commit().unwrap();
        assert!(pending.unwrap().wake().is_none());
    }
    let claimed = store.backend.claim(request(service, &selection, 10)).await.unwrap();
    let classes: Vec<&str> = claimed.iter().map(|job| job.payload.job().unwrap().job_class.as_str()).collect();
    assert_eq!(classes, ["Plain0", "Inside0", "Plain1", "Inside1", "Plain2", "Inside2"]);
}

#[tokio::test]
async fn waking_ends_the_wait_of_a_service() {
    let store = Store::new();
    let mut connection = application(&store);
    let waiter = Arc::clone(&store.backend);
    let waiting = tokio::spawn(async move { waiter.wait(Duration::from_secs(600)).await });
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
    let pending = store.backend.enqueue_in(&transaction, vec![job("Greet", "default")], None).unwrap();
    transaction.commit().unwrap();
    assert!(pending.wake().is_none());
    wait_until(
        "the waiter has got the hint",
        async || {
            if waiting.is_finished() { Ok(()) } else { Err("still waiting") }
        },
    )
    .await;
}

#[tokio::test]
async fn a_forgotten_wake_loses_nothing() {
    let store = Store::new();
    let mut connection = application(&store);
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
    drop(store.backend.enqueue_in(&transaction, vec![job("Greet", "default")], None).unwrap());
    transaction.commit().unwrap();
    let selection = Arc::new(Selection::strict(["default"]));
    let service = register(&*store.backend, &selection).await;
    assert_eq!(store.backend.claim(request(service, &selection, 10)).await.unwrap().len(), 1);
}

#[tokio::test]
async fn the_right_to_start_a_service_is_given_with_the_commit() {
    let store = Store::new();
    let mut connection = application(&store);
    let start = StartRequest::new("job:service", 1);
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
    drop(store.backend.enqueue_in(&transaction, vec![job("Greet", "default")], Some(&start)).unwrap());
    transaction.rollback().unwrap();
    assert_eq!(store.backend.start_status("job:service").await.unwrap().pending, None);

    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
    let pending = store.backend.enqueue_in(&transaction, vec![job("Greet", "default")], Some(&start)).unwrap();
    transaction.commit().unwrap();
    let right = pending.wake().expect("no service lives");
    assert!(store.backend.claim_start(start.clone()).await.unwrap().is_none(), "one is being started");
    let info = ServiceInfo {
        name: "job:service".into(),
        process: ProcessIdentity::current(),
        mode: ServiceMode::OnDemand,
        selection: Arc::new(Selection::strict(["default"])),
        concurrency: 1,
        start_right: Some(right.nonce),
        max_services: Some(1),
    };
    store.backend.register(info.clone()).await.unwrap();
    assert_eq!(store.backend.start_status("job:service").await.unwrap().pending, None);
    assert_eq!(store.backend.register(info).await.unwrap_err().kind(), ErrorKind::Conflict);
}

#[tokio::test]
async fn a_transaction_on_another_database_is_refused() {
    let (store, other) = (Store::new(), Store::new());
    for mut connection in [application(&other), Connection::open_in_memory().unwrap()] {
        let transaction = connection.transaction().unwrap();
        let error = store.backend.enqueue_in(&transaction, vec![job("Greet", "default")], None).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
    }
}
