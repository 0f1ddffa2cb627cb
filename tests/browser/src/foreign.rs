//! Stores of other systems, queues on Redis and a table in PostgreSQL: jobs of their own and of Active Job in every state, our
//! service beside one of theirs.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use egret::App;
use egret::config::{Config, LoadOptions, StoreUrl};
use egret_core::job_data::saturating_add;
use egret_core::{
    Beat, ClaimRequest, ClaimedJob, ErrorReport, Finish, JobData, NewJob, Origin, Outcome, ProcessIdentity, Selection,
    ServiceId, ServiceInfo, ServiceMode, ServicePhase, Timestamp,
};
use egret_peers::database::Database;
use egret_peers::delayed_job::place::Marsh;
use egret_peers::delayed_job::table::Kind;
use egret_scenarios::foreground::Foreground;
use serde_json::{Value, json};

use crate::classes;
use crate::pond::job;

const HOUR: Duration = Duration::from_secs(3_600);
const MAIL: &str = "ActionMailer::MailDeliveryJob";

/// Whose queues.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum System {
    Sidekiq,
    Resque,
}

/// What a store lives in; it goes with the value.
#[derive(Debug)]
enum Bed {
    Redis(#[expect(dead_code, reason = "held until the end")] Database),
    Table(#[expect(dead_code, reason = "held until the end")] Box<(Marsh, Foreground)>),
}

/// A store of others, filled.
#[derive(Debug)]
pub(crate) struct Lake {
    pub(crate) app: App,
    /// Jobs by what they show.
    pub(crate) ids: BTreeMap<&'static str, String>,
    _bed: Bed,
}

impl Lake {
    /// Fills the queues of a system, in a database of its own.
    pub(crate) async fn fill(system: System, root: &Path) -> Self {
        let database = Database::lease();
        let scheme = if system == System::Sidekiq { "sidekiq" } else { "resque" };
        let app = application(&format!("{scheme}+{}", database.url()), root).await;
        let (service, running) = ours(&app).await;
        match system {
            System::Sidekiq => sidekiq(&database),
            System::Resque => resque(&database),
        }
        Self::shown(app, service, running, Bed::Redis(database)).await
    }

    /// Fills Delayed Job's table, in which a worker of Ruby's works.
    pub(crate) async fn fill_table(root: &Path) -> Self {
        let program = std::env::current_exe().unwrap().with_file_name("peer-app");
        let marsh = Marsh::new(program.to_str().unwrap(), Kind::Postgres);
        let app = application(&marsh.url(), root).await;
        let (service, running) = ours(&app).await;
        let worker = delayed_job(&marsh);
        Self::shown(app, service, running, Bed::Table(Box::new((marsh, worker)))).await
    }

    async fn shown(app: App, service: ServiceId, running: ClaimedJob, bed: Bed) -> Self {
        app.backend().pause("mailers").await.unwrap();
        beat(&app, service, vec![running]);
        let mut ids = BTreeMap::new();
        find(&app, &mut ids).await;
        Self { app, ids, _bed: bed }
    }
}

/// Jobs of ours in every state, one of which a service runs.
async fn ours(app: &App) -> (ServiceId, ClaimedJob) {
    let service = register(app).await;
    failed(app, service).await;
    let running = run(app, service, "external").await;
    retried(app, service).await;
    waiting(app).await;
    (service, running)
}

async fn application(url: &str, root: &Path) -> App {
    std::fs::create_dir_all(root).unwrap();
    let mut config = Config::load(&LoadOptions::in_folder(root)).unwrap();
    config.url = StoreUrl::new(url.to_owned()).unwrap();
    config.delayed_job.destroy_failed_jobs = Some(false);
    classes::register(App::builder().config(config).start_nothing()).build().await.unwrap()
}

async fn register(app: &App) -> ServiceId {
    let info = ServiceInfo {
        name: "job:service".to_owned(),
        process: ProcessIdentity { host: "rust1.example.jp".to_owned(), ..ProcessIdentity::current() },
        mode: ServiceMode::Service,
        selection: Arc::new(Selection::strict(["default", "mailers", "external"])),
        concurrency: 4,
        start_right: None,
        max_services: None,
    };
    app.backend().register(info).await.unwrap()
}

fn mail(number: u32) -> JobData {
    let arguments =
        json!(["NoticeMailer", "daily", "deliver_now", { "args": [number, "山田 花子 <hanako@example.jp>"] }]);
    job(MAIL, "mailers", "own", &arguments)
}

async fn enqueue(app: &App, data: JobData) {
    app.enqueue(vec![NewJob::new(data, Origin::Application)]).await.unwrap();
}

/// Stores a job in a queue in which nothing else waits, and has it begin.
async fn claim(app: &App, service: ServiceId, data: JobData) -> ClaimedJob {
    let selection = Arc::new(Selection::strict([data.queue()]));
    enqueue(app, data).await;
    let request = ClaimRequest { service, selection, limit: 1, max_interrupted: 1 };
    let claimed = app.backend().claim(request).await.unwrap().remove(0);
    app.backend().mark_started(claimed.token);
    claimed
}

async fn end(app: &App, claimed: &ClaimedJob, outcome: Outcome) {
    app.backend().mark_ended(claimed.token);
    let now = app.backend().now().await.unwrap();
    app.backend().finish(vec![Finish::new(claimed.token, outcome, Some(now), now)]).await.unwrap();
}

fn error(class: &str, message: &str) -> ErrorReport {
    let mut error = ErrorReport::new(class, message);
    error.backtrace = vec!["net/protocol.rb:219:in `rbuf_fill'".to_owned()];
    error
}

async fn failed(app: &App, service: ServiceId) {
    for number in 0..2 {
        let claimed = claim(app, service, mail(number)).await;
        end(app, &claimed, Outcome::Discarded { error: error("Net::ReadTimeout", "no answer within 60 s") }).await;
    }
}

async fn retried(app: &App, service: ServiceId) {
    let mut data = mail(7);
    let claimed = claim(app, service, data.clone()).await;
    data.executions = 1;
    let at = Some(saturating_add(app.backend().now().await.unwrap(), HOUR));
    let error = Some(error("Net::SMTPServerBusy", "451 try again later"));
    end(app, &claimed, Outcome::Reenqueue { data: Box::new(data), at, error }).await;
}

async fn run(app: &App, service: ServiceId, queue: &str) -> ClaimedJob {
    claim(app, service, job("Event::ImportJob", queue, "own", &json!([{ "file": "events.csv" }]))).await
}

async fn waiting(app: &App) {
    for number in 0..4_u32 {
        let data = job("Cms::Page::GenerateJob", "default", "own", &json!([{ "folder": format!("news/{number}") }]));
        enqueue(app, data).await;
        enqueue(app, mail(20 + number)).await;
    }
    let mut later = job("Cms::Page::GenerateJob", "default", "own", &json!([{ "folder": "later" }]));
    later.scheduled_at = Some(saturating_add(app.backend().now().await.unwrap(), 2 * HOUR));
    enqueue(app, later).await;
}

fn ago(seconds: i64) -> i64 {
    Timestamp::now().as_second() - seconds
}

fn push(database: &Database, words: &[&str]) {
    database.ask::<redis::Value>(words);
}

/// What Sidekiq 8 writes: the times of jobs in milliseconds, scores and beats in seconds.
fn sidekiq(database: &Database) {
    let native = |number: u32, more: Value| {
        let at = ago(7_200) * 1_000;
        let mut payload = json!({
            "class": "HardWorker", "args": [number, "鷺"], "retry": true, "queue": "default",
            "jid": format!("{number:024x}"), "created_at": at, "enqueued_at": at,
        });
        payload.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        payload.to_string()
    };
    let failure = json!({
        "error_class": "Timeout::Error", "error_message": "execution expired", "failed_at": ago(600) * 1_000,
        "retry_count": 0,
    });
    push(database, &["SADD", "queues", "default"]);
    push(database, &["LPUSH", "queue:default", &native(1, json!({}))]);
    // What is no job, and one that tells nothing about itself.
    push(database, &["LPUSH", "queue:default", "no job at all"]);
    push(database, &["LPUSH", "queue:default", &json!({ "class": "Bare", "args": [] }).to_string()]);
    push(database, &["ZADD", "schedule", &ago(-5_400).to_string(), &native(2, json!({}))]);
    push(database, &["ZADD", "retry", &ago(-300).to_string(), &native(3, failure.clone())]);
    push(database, &["ZADD", "dead", &ago(600).to_string(), &native(4, failure)]);
    let identity = "ruby1.example.jp:4711:0123456789ab";
    let info = json!({
        "hostname": "ruby1.example.jp", "started_at": ago(86_400), "pid": 4711, "tag": "app", "concurrency": 5,
        "queues": ["default", "mailers"], "weights": [{ "default": 0, "mailers": 0 }], "labels": [], "identity": identity,
        "version": "8.0.0", "embedded": false,
    });
    push(database, &["SADD", "processes", identity]);
    let beat = format!("{}.5", ago(2));
    push(
        database,
        &["HSET", identity, "info", &info.to_string(), "busy", "1", "beat", &beat, "quiet", "false", "rss", "91204"],
    );
    let work = json!({ "queue": "default", "payload": native(5, json!({})), "run_at": ago(90) }).to_string();
    push(database, &["HSET", &format!("{identity}:work"), "a1b2", &work]);
}

/// What Resque 3 and resque-scheduler 5 write: no times of jobs at all.
fn resque(database: &Database) {
    let native = |number: u32| json!({ "class": "Archive", "args": [number, "鷺"] }).to_string();
    push(database, &["SADD", "resque:queues", "default"]);
    push(database, &["RPUSH", "resque:queue:default", &native(1)]);
    push(database, &["RPUSH", "resque:queue:default", "no job at all"]);
    let at = ago(-5_400).to_string();
    let delayed = json!({ "class": "Archive", "args": [2], "queue": "default" }).to_string();
    push(database, &["ZADD", "resque:delayed_queue_schedule", &at, &at]);
    push(database, &["RPUSH", &format!("resque:delayed:{at}"), &delayed]);
    push(database, &["SADD", &format!("resque:timestamps:{delayed}"), &format!("delayed:{at}")]);
    let worker = "ruby1.example.jp:4711:default,mailers";
    let failure = json!({
        "failed_at": Timestamp::from_second(ago(600)).unwrap().strftime("%Y/%m/%d %H:%M:%S %Z").to_string(),
        "payload": { "class": "Archive", "args": [4] }, "exception": "Timeout::Error", "error": "execution expired",
        "backtrace": ["app/jobs/archive.rb:3:in `perform'"], "worker": worker, "queue": "default",
    });
    push(database, &["RPUSH", "resque:failed", &failure.to_string()]);
    push(database, &["SADD", "resque:workers", worker]);
    let work =
        json!({ "queue": "default", "run_at": "2026-11-28T01:02:03Z", "payload": { "class": "Archive", "args": [5] } });
    push(database, &["SET", &format!("resque:worker:{worker}"), &work.to_string()]);
}

/// What Ruby's Delayed Job 4.1 writes itself; a worker of it runs one job.
fn delayed_job(marsh: &Marsh) -> Foreground {
    let ruby = |order: &str, with: Value| marsh.ruby.ask(order, with);
    // Failed in Ruby once, and as often as it may.
    for mark in ["again", "never"] {
        let options = json!({ "queue": "ruby" });
        ruby("perform_later", json!({ "class": "FailTimes", "arguments": [9, mark], "options": options }));
    }
    marsh.ruby.look("work_off_ruby");
    for statement in [
        // Not due again while somebody looks.
        "UPDATE delayed_jobs SET run_at = run_at + interval '1 hour' WHERE handler LIKE '%again%'",
        "UPDATE delayed_jobs SET failed_at = run_at - interval '5 seconds', attempts = 25 WHERE handler LIKE '%never%'",
    ] {
        ruby("say", json!({ "statement": statement }));
    }
    ruby("delay", json!({ "receiver": "Peer", "method": "tell", "arguments": [1, "二 <b>", { "三": null }] }));
    let later = json!({ "queue": "default", "priority": 5, "run_at": "2030-01-02 03:04:05" });
    ruby("enqueue", json!({ "class": "Note", "values": ["a\nb", ["yes", "1e3"], null], "options": later }));
    ruby("insert", json!({ "handler": "--- {a: [1, 2\n", "queue": "default" }));
    ruby("perform_later", json!({ "class": "Hold", "arguments": ["鷺"], "options": { "queue": "ruby" } }));
    let worker = marsh.worker_with(&[("QUEUES", "ruby")]);
    marsh.wait_for_row("the job that Ruby runs", |row| !row["locked_by"].is_null() && row["queue"] == "ruby");
    worker
}

fn beat(app: &App, service: ServiceId, running: Vec<ClaimedJob>) {
    let backend = app.backend().clone();
    let running = running.iter().map(|job| job.token).collect();
    let beat = Beat { running, resident_bytes: 48 << 20, n_finished: 86, phase: ServicePhase::Running };
    tokio::spawn(async move {
        let mut ticks = tokio::time::interval(Duration::from_secs(5));
        loop {
            ticks.tick().await;
            backend.beat(service, beat.clone()).await.unwrap();
        }
    });
}

/// A job for each kind that a page can show.
async fn find(app: &App, ids: &mut BTreeMap<&'static str, String>) {
    let listing = app.backend().inspect(&egret_core::JobFilter::all(), &egret_core::Page::first(200)).await.unwrap();
    for job in listing.items {
        let is_native = !job.class.contains("::") && !job.class.is_empty();
        use egret_core::JobState as S;
        let name = match (job.state, is_native, job.class.is_empty()) {
            (_, _, true) => "unreadable",
            (S::Scheduled, true, _) => "native_scheduled",
            (S::Scheduled, false, _) => "scheduled",
            (S::Available, true, _) => "native_available",
            (S::Available, false, _) => "available",
            (S::Running, true, _) => "native_running",
            (S::Running, false, _) => "running",
            (S::Retryable, true, _) => "native_retryable",
            (S::Retryable, false, _) => "retryable",
            (S::Discarded, true, _) => "native_discarded",
            (S::Discarded, false, _) => "discarded",
            _ => continue,
        };
        ids.insert(name, job.id.to_string());
    }
}
