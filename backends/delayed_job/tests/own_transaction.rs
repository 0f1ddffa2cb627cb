//! Jobs that are stored by statements in a transaction of the application's own, with drivers as it sets them up.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "each test program uses its part")]
mod support;

use std::sync::Arc;

use egret_core::{
    Backend, ClaimRequest, ClassSelection, Conditions, ErrorKind, JobData, JobFilter, NewJob, Origin, Page, Parameter,
    ProcessIdentity, Selection, ServiceInfo, ServiceMode, Statement, Timing, UniqueKey,
};
use egret_delayed_job::handler::MethodCall;
use mysql_async::prelude::Queryable as _;
use support::Database;

/// Whether the application's transaction is committed or taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Commit,
    Rollback,
}

#[tokio::test]
async fn jobs_in_postgres_are_there_when_the_transaction_commits() {
    let database = Database::postgres();
    let (server, schema) = database.url().split_once("?search_path=").unwrap();
    let (mut client, connection) = tokio_postgres::connect(server, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    client.batch_execute(&format!("SET search_path TO {schema}")).await.unwrap();
    let store = database.open(Timing::default()).await.unwrap();
    for end in [End::Rollback, End::Commit] {
        let transaction = client.transaction().await.unwrap();
        for Statement { text, parameters, database } in statements(&*store) {
            assert_eq!(database, "PostgreSQL");
            let parameters: Vec<&(dyn tokio_postgres::types::ToSql + Sync)> = parameters
                .iter()
                .map(|parameter| match parameter {
                    Parameter::Integer(number) => number as &(dyn tokio_postgres::types::ToSql + Sync),
                    Parameter::Text(text) => text,
                })
                .collect();
            transaction.execute(&text, &parameters).await.unwrap();
        }
        assert_eq!(n_jobs(&*store).await, 0, "nobody sees them yet");
        match end {
            End::Commit => transaction.commit().await.unwrap(),
            End::Rollback => transaction.rollback().await.unwrap(),
        }
        is_as_it_ended(&store, end).await;
    }
}

#[tokio::test]
async fn jobs_in_mysql_are_there_when_the_transaction_commits() {
    let database = Database::mysql();
    let options = mysql_async::Opts::from_url(database.url()).unwrap();
    let mut connection = mysql_async::Conn::new(options).await.unwrap();
    let store = database.open(Timing::default()).await.unwrap();
    for end in [End::Rollback, End::Commit] {
        let mut transaction = connection.start_transaction(mysql_async::TxOpts::default()).await.unwrap();
        for Statement { text, parameters, database } in statements(&*store) {
            assert_eq!(database, "MySQL");
            let parameters: Vec<mysql_async::Value> = parameters
                .into_iter()
                .map(|parameter| match parameter {
                    Parameter::Integer(number) => number.into(),
                    Parameter::Text(text) => text.into(),
                })
                .collect();
            transaction.exec_drop(text, mysql_async::Params::Positional(parameters)).await.unwrap();
        }
        assert_eq!(n_jobs(&*store).await, 0, "nobody sees them yet");
        match end {
            End::Commit => transaction.commit().await.unwrap(),
            End::Rollback => transaction.rollback().await.unwrap(),
        }
        is_as_it_ended(&store, end).await;
    }
    connection.disconnect().await.unwrap();
}

#[tokio::test]
async fn jobs_in_sqlite_are_there_when_the_transaction_commits() {
    let database = Database::sqlite();
    let path = database.url().strip_prefix("sqlite:").unwrap().to_owned();
    let store = database.open(Timing::default()).await.unwrap();
    for end in [End::Rollback, End::Commit] {
        let statements = statements(&*store);
        let path = path.clone();
        let execute = move || {
            let mut connection = rusqlite::Connection::open(path).unwrap();
            let transaction = connection.transaction().unwrap();
            for Statement { text, parameters, database } in statements {
                assert_eq!(database, "SQLite");
                let parameters = parameters.into_iter().map(|parameter| match parameter {
                    Parameter::Integer(number) => rusqlite::types::Value::from(number),
                    Parameter::Text(text) => text.into(),
                });
                transaction.execute(&text, rusqlite::params_from_iter(parameters)).unwrap();
            }
            match end {
                End::Commit => transaction.commit().unwrap(),
                End::Rollback => transaction.rollback().unwrap(),
            }
        };
        tokio::task::spawn_blocking(execute).await.unwrap();
        is_as_it_ended(&store, end).await;
    }
}

#[tokio::test]
async fn what_has_no_form_in_the_table_is_refused_before_anything_is_executed() {
    let database = Database::sqlite();
    let store = database.open(Timing::default()).await.unwrap();
    let unique = Conditions { unique: Some(UniqueKey { key: "k".to_owned(), window: None }), ..Conditions::default() };
    let mut job = NewJob::new(JobData::new("A"), Origin::Application);
    job.conditions = Some(Box::new(unique));
    assert_eq!(store.enqueue_statements(&[job]).unwrap_err().kind(), ErrorKind::Unsupported);
    let mut data = JobData::new("A");
    data.priority = Some(i64::MAX);
    let job = NewJob::new(data, Origin::Application);
    assert_eq!(store.enqueue_statements(&[job]).unwrap_err().kind(), ErrorKind::InvalidInput);
    assert_eq!(store.enqueue_statements(&[]).unwrap(), []);
}

/// More jobs than one statement holds, with texts that must not become part of one, and one of Delayed Job's own kind.
fn statements(store: &dyn Backend) -> Vec<Statement> {
    let mut jobs = Vec::new();
    for number in 0..600 {
        let mut data = JobData::new("Note::Job");
        data.queue_name = Some("'); DROP TABLE delayed_jobs; -- \"`$1?".to_owned());
        data.arguments = serde_json::value::to_raw_value(&(number, "'; ? $2 :a 日本 😀\\")).unwrap();
        jobs.push(NewJob::new(data, Origin::Application));
    }
    let arguments = serde_json::value::to_raw_value(&["x"]).unwrap();
    let call = MethodCall { class: "User".into(), method: "sweep".into(), arguments }.to_job().unwrap();
    jobs.push(NewJob::new(call, Origin::Application));
    let statements = store.enqueue_statements(&jobs).unwrap();
    assert_eq!(statements.len(), 2);
    assert!(statements.iter().all(|statement| !statement.text.contains("DROP")), "{statements:?}");
    statements
}

async fn n_jobs(store: &dyn Backend) -> u64 {
    store.count(&JobFilter::all()).await.unwrap()
}

async fn is_as_it_ended(store: &Arc<dyn Backend>, end: End) {
    if end == End::Rollback {
        assert_eq!(n_jobs(&**store).await, 0, "what was taken back never was");
        return;
    }
    let selection = Arc::new(Selection {
        queues: egret_core::QueueOrder::Strict(vec!["*".to_owned()]),
        classes: ClassSelection::All,
    });
    let info = ServiceInfo {
        name: "job:service".to_owned(),
        process: ProcessIdentity::current(),
        mode: ServiceMode::Service,
        selection: Arc::clone(&selection),
        concurrency: 1,
        start_right: None,
        max_services: None,
    };
    let service = store.register(info).await.unwrap();
    let request = ClaimRequest { service, selection, limit: 1_000, max_interrupted: 1 };
    let claimed = store.claim(request).await.unwrap();
    let mut numbers: Vec<u64> = Vec::new();
    for job in &claimed {
        let data = job.payload.job().unwrap();
        match data.job_class.as_str() {
            "User.sweep" => assert!(data.native.is_some()),
            _ => numbers.push(serde_json::from_str::<(u64, String)>(data.arguments.get()).unwrap().0),
        }
    }
    numbers.sort_unstable();
    assert_eq!(numbers, (0..600).collect::<Vec<u64>>());
    assert_eq!(claimed.len(), 601);
    let listing = store.inspect(&JobFilter::all(), &Page::first(1)).await.unwrap();
    assert!(listing.items[0].enqueued_at <= egret_core::Timestamp::now());
}
