//! Servers of a test's own: TLS with a private authority, MySQL that cuts what is too long, and one that cannot pass over locked
//! rows.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "servers/authority.rs"]
mod authority;
mod claimers;
#[path = "servers/server.rs"]
mod server;

use std::sync::Arc;

use authority::Authority;
use claimers::take_every_row_once;
use egret_core::{
    Applied, Backend, ClaimRequest, ClaimedJob, EnqueueRequest, Error, ErrorKind, ErrorReport, Finish, JobData, NewJob,
    Origin, Outcome, ProcessIdentity, Selection, ServiceId, ServiceInfo, ServiceMode, Timestamp,
};
use egret_delayed_job::{DelayedJob, DelayedJobOptions};
use mysql_async::prelude::Queryable;
use serde_json::value::RawValue;
use server::{Mariadb, Postgres};

async fn open(url: &str) -> Result<Arc<dyn Backend>, Error> {
    let options = DelayedJobOptions::parse(url)?;
    DelayedJob::migrate(&options).await?;
    DelayedJob::open(options).await
}

fn chain(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

async fn enqueue(store: &Arc<dyn Backend>, data: JobData) -> Result<(), Error> {
    let jobs = vec![NewJob::new(data, Origin::Application)];
    store.enqueue(EnqueueRequest { jobs, start: None }).await.map(drop)
}

async fn register(store: &Arc<dyn Backend>) -> ServiceId {
    let info = ServiceInfo {
        name: "job:service".to_owned(),
        process: ProcessIdentity::current(),
        mode: ServiceMode::Service,
        selection: Arc::new(Selection::strict(["*"])),
        concurrency: 5,
        start_right: None,
        max_services: None,
    };
    store.register(info).await.unwrap()
}

async fn claim(store: &Arc<dyn Backend>, service: ServiceId, limit: usize) -> Vec<ClaimedJob> {
    let selection = Arc::new(Selection::strict(["*"]));
    store.claim(ClaimRequest { service, selection, limit, max_interrupted: limit }).await.unwrap()
}

async fn finish(store: &Arc<dyn Backend>, job: &ClaimedJob, outcome: Outcome) -> Applied {
    let now = Timestamp::now();
    store.finish(vec![Finish::new(job.token, outcome, Some(now), now)]).await.unwrap().pop().unwrap()
}

/// A job goes in and out again.
async fn works(store: &Arc<dyn Backend>) {
    enqueue(store, JobData::new("A")).await.unwrap();
    let service = register(store).await;
    let job = claim(store, service, 1).await.pop().expect("it is due");
    assert_eq!(finish(store, &job, Outcome::Completed { value: None }).await, Applied::Done);
}

#[tokio::test]
async fn postgresql_is_reached_by_tls_when_its_authority_is_named() {
    let (authority, other) = (Authority::new(), Authority::new());
    let certified = authority.certify("DNS:localhost,IP:127.0.0.1");
    let Some(server) = Postgres::start_with_tls(&certified).await else { return };
    let (ca, port) = (authority.path("ca.pem"), server.port());
    for host in ["127.0.0.1", "localhost"] {
        for mode in ["require", "verify-full", "prefer"] {
            let url = format!(
                "postgres://egret@{host}:{port}/postgres?sslmode={mode}&sslrootcert={}&table_prefix={}_",
                ca.display(),
                mode.replace('-', "_")
            );
            let store = open(&url).await.unwrap_or_else(|error| panic!("{url}: {}", chain(&error)));
            works(&store).await;
            assert!(server.n_encrypted().await > 0, "connections are encrypted: {url}");
        }
    }
    let of_nobody = format!("postgres://egret@127.0.0.1:{port}/postgres?sslmode=require");
    let of_other = format!("{of_nobody}&sslrootcert={}", other.path("ca.pem").display());
    for url in [of_nobody.clone(), of_other] {
        let error = open(&url).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unavailable, "{}", chain(&error));
        assert!(error.to_string().contains("`sslrootcert=FILE`"), "it names the remedy: {}", chain(&error));
        assert!(chain(&error).contains("invalid peer certificate"), "{}", chain(&error));
    }
    works(&open(&format!("postgres://egret@127.0.0.1:{port}/postgres?sslmode=disable")).await.unwrap()).await;
    refuses_files_without_certificates(&of_nobody).await;
    let error = open(&format!("postgres://egret@127.0.0.1:{port}/absent?sslmode=disable")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused, "{}", chain(&error));
}

#[tokio::test]
async fn mariadb_is_reached_by_tls_when_its_authority_is_named() {
    let (authority, other) = (Authority::new(), Authority::new());
    let (certificate, key) = authority.certify("DNS:localhost");
    let arguments = [
        format!("--ssl-cert={}", certificate.display()),
        format!("--ssl-key={}", key.display()),
        format!("--ssl-ca={}", authority.path("ca.pem").display()),
    ];
    let Some(server) = Mariadb::start(&arguments).await else { return };
    let ca = authority.path("ca.pem");
    let url = format!("mysql://egret@localhost:{}/app?sslrootcert={}", server.port(), ca.display());
    let store = open(&url).await.unwrap_or_else(|error| panic!("{}", chain(&error)));
    works(&store).await;
    let mut connection = server.connect().await;
    connection.query_drop("ALTER USER 'egret'@'127.0.0.1' REQUIRE SSL").await.unwrap();
    works(&open(&url).await.unwrap()).await;
    let plain = format!("mysql://egret@127.0.0.1:{}/app", server.port());
    let error = open(&plain).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused, "this account is let in by TLS alone: {}", chain(&error));
    let of_nobody = format!("mysql://egret@localhost:{}/app?require_ssl=true", server.port());
    let of_other = format!("{of_nobody}&sslrootcert={}", other.path("ca.pem").display());
    for url in [of_nobody.clone(), of_other] {
        let error = open(&url).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unavailable, "{}", chain(&error));
        assert!(error.to_string().contains("`sslrootcert=FILE`"), "it names the remedy: {}", chain(&error));
    }
    let by_address = format!("mysql://egret@127.0.0.1:{}/app?sslrootcert={}", server.port(), ca.display());
    let error = open(&by_address).await.unwrap_err();
    assert!(error.to_string().contains("another name"), "{}", chain(&error));
    refuses_files_without_certificates(&of_nobody).await;
}

async fn refuses_files_without_certificates(url: &str) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    for (content, cause) in [(None, "No such file"), (Some("no certificate"), "no certificate")] {
        if let Some(content) = content {
            std::fs::write(&file, content).unwrap();
        }
        let error = open(&format!("{url}&sslrootcert={}", file.display())).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused, "{}", chain(&error));
        let shown = chain(&error);
        assert!(shown.contains("ca.pem") && shown.contains(cause), "{shown}");
    }
}

/// As applications from the time of Rails 4 have it: `utf8` of three bytes, `text` of 64 KiB, names of 191 characters, whole
/// seconds; and a server that cuts what does not fit without a word.
#[tokio::test]
async fn an_old_table_on_a_server_that_cuts_loses_nothing() {
    let Some(server) = Mariadb::start(&["--sql-mode=".to_owned()]).await else { return };
    let mut connection = server.connect().await;
    let old = "CREATE TABLE app.delayed_jobs (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, priority int NOT NULL DEFAULT 0, \
               attempts int NOT NULL DEFAULT 0, handler text NOT NULL, last_error text, run_at datetime, \
               locked_at datetime, failed_at datetime, locked_by varchar(100), queue varchar(20), created_at datetime, \
               updated_at datetime) ENGINE=InnoDB DEFAULT CHARSET=utf8mb3";
    connection.query_drop(old).await.unwrap();
    let url = format!("mysql://egret@127.0.0.1:{}/app", server.port());
    let store = open(&url).await.unwrap();
    let argument = |text: &str| RawValue::from_string(serde_json::json!([text]).to_string()).unwrap();
    let mut long = JobData::new("A");
    long.arguments = argument(&"x".repeat(66_000));
    let error = enqueue(&store, long).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.to_string().contains("65535") && error.to_string().contains("longtext"), "{error}");
    for queue in ["a queue of more than twenty characters", "queue 😀"] {
        let mut named = JobData::new("A");
        named.queue_name = Some(queue.to_owned());
        let error = enqueue(&store, named).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    }
    let mut data = JobData::new("A");
    data.arguments = argument("😀 日本");
    let before = Timestamp::now();
    enqueue(&store, data).await.unwrap();
    let service = register(&store).await;
    let job = claim(&store, service, 5).await.pop().expect("whole seconds are cut, so that it is due");
    assert_eq!(job.payload.job().unwrap().arguments.get(), argument("😀 日本").get(), "emoji are escaped in YAML");
    let locked_by: String = connection.query_first("SELECT locked_by FROM app.delayed_jobs").await.unwrap().unwrap();
    assert!(locked_by.len() <= 100 && locked_by.contains(" claim:"), "{locked_by}");
    let error = ErrorReport::new("Oops", format!("😀 {}", "長".repeat(40_000)));
    assert_eq!(
        finish(&store, &job, Outcome::Failed { error }).await,
        Applied::Done,
        "the lock is known by its whole name"
    );
    let stored: String = connection.query_first("SELECT last_error FROM app.delayed_jobs").await.unwrap().unwrap();
    assert!(stored.starts_with("? 長") && stored.len() < 65_536, "{stored:.20}");
    let shown = store.find(&job.id).await.unwrap().unwrap();
    assert_eq!(shown.error.unwrap().class, "Oops", "its error is known all the same");
    assert!(shown.due_at >= before, "by the formula");
    // A native handler with a letter that the table would lose.
    let call = egret_delayed_job::handler::StructJob { class: "Straße".into(), members: argument("x") };
    assert!(call.to_yaml().is_err() || enqueue(&store, call.to_job().unwrap()).await.is_ok(), "three bytes are enough");
    connection.query_drop("ALTER TABLE app.delayed_jobs CONVERT TO CHARACTER SET latin1").await.unwrap();
    let store = open(&url).await.unwrap();
    let mut data = JobData::new("A");
    data.arguments = argument("日本");
    let error = enqueue(&store, data).await.unwrap_err();
    assert!(error.to_string().contains("`日`") && error.to_string().contains("utf8mb4"), "{error}");
}

/// MariaDB before 10.6 and MySQL before 8 cannot pass over rows that others are just taking: claims wait for each other.
#[tokio::test]
async fn a_server_without_skip_locked_gives_every_row_once() {
    let Some(server) = Mariadb::start(&["--version=10.5.9-MariaDB".to_owned()]).await else { return };
    let url = format!("mysql://egret@127.0.0.1:{}/app", server.port());
    let store = open(&url).await.unwrap();
    for number in 0..60 {
        let mut data = JobData::new("A");
        data.priority = Some(number % 3);
        enqueue(&store, data).await.unwrap();
    }
    let mut connection = server.connect().await;
    connection.query_drop("SET GLOBAL general_log_file = 'statements.log', GLOBAL general_log = 1").await.unwrap();
    let mut claimers = Vec::new();
    for _ in 0..4 {
        let store = open(&url).await.unwrap();
        let service = register(&store).await;
        claimers.push((store, service));
    }
    take_every_row_once(claimers, 60).await;
    let log = server.file("statements.log");
    assert!(log.contains("FOR UPDATE") && !log.contains("SKIP LOCKED"), "the server was taken for an old one");
}
