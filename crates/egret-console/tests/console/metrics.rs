//! Figures for Prometheus.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use egret::App;
use egret::config::{Config, StoreUrl};
use egret_console::ConsoleOptions;
use egret_console::access::{Role, Scope};
use egret_core::memory::{MemoryOptions, MemoryRows};
use egret_core::{Beat, Clock, JobData, NewJob, Origin, ProcessIdentity, Timestamp};

use crate::site::Site;
use crate::work::{Run, Workshop, enqueue};

/// The samples of a text in the format, after judging that it is in it.
fn samples(text: &str) -> Vec<(String, f64)> {
    let mut described = Vec::new();
    let mut samples = Vec::new();
    assert!(text.ends_with('\n'));
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            let name = rest.split(' ').next().unwrap().to_owned();
            assert!(!described.contains(&name), "`{name}` is described twice");
            described.push(name);
        } else if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').unwrap();
            assert_eq!(described.last().map(String::as_str), Some(name));
            assert!(["gauge", "counter"].contains(&kind), "{line}");
            assert_eq!(kind == "counter", name.ends_with("_total"), "{line}");
        } else {
            let (series, value) = line.rsplit_once(' ').unwrap_or_else(|| panic!("{line}"));
            assert_eq!(series.split('{').next(), described.last().map(String::as_str), "{line}");
            samples.push((series.to_owned(), value.parse().unwrap_or_else(|_| panic!("{line}"))));
        }
    }
    samples
}

#[tokio::test]
async fn the_figures_say_how_it_stands() {
    let site = Site::new().await;
    let mut viewer = site.user(Role::Viewer).await;
    let reply = viewer.get("/metrics").await;
    assert_eq!(reply.status, StatusCode::OK);
    assert_eq!(reply.headers["content-type"], "text/plain; version=0.0.4; charset=utf-8");
    let samples = samples(&reply.text);
    let value = |series: &str| samples.iter().find(|(name, _)| name == series).map(|(_, value)| *value);
    assert_eq!(value("egret_stuck"), Some(0.0), "{samples:?}");
    assert_eq!(value("egret_oldest_due_seconds"), Some(0.0));
    assert_eq!(value("egret_services{name=\"job:service\"}"), Some(0.0), "also where none lives");
    assert_eq!(value("egret_recent_seconds"), Some(300.0));
    assert!(samples.iter().any(|(series, value)| series.starts_with("egret_info{version=") && *value == 1.0));
}

#[tokio::test]
async fn a_queue_with_a_hostile_name_is_one_label() {
    let site = Site::new().await;
    let mut job = JobData::new("A");
    job.queue_name = Some("a\"} 9\\".to_owned());
    site.app.enqueue(vec![NewJob::new(job, Origin::Application)]).await.unwrap();
    let text = site.user(Role::Viewer).await.get("/metrics").await.text;
    samples(&text);
    let escaped = r#"a\"} 9\\"#;
    for line in [
        format!("egret_jobs{{queue=\"{escaped}\",state=\"available\"}} 1"),
        format!("egret_queue_due_jobs{{queue=\"{escaped}\"}} 1"),
    ] {
        assert!(text.lines().any(|written| written == line), "{line} is not in {text}");
    }
}

#[tokio::test]
async fn a_token_with_the_scope_reads_them_and_one_without_does_not() {
    let site = Site::new().await;
    let now = site.app.backend().now().await.unwrap();
    for (scope, expected) in [(Scope::MetricsRead, StatusCode::OK), (Scope::StatusRead, StatusCode::FORBIDDEN)] {
        let token = site.console.tokens().create_long_lived("viewer", &[scope], now).await.unwrap();
        let headers = [("authorization", &*format!("Bearer {token}"))];
        assert_eq!(site.visitor().send("GET", "/metrics", &headers, None).await.status, expected, "{scope}");
    }
}

#[tokio::test]
async fn health_is_open_and_says_nothing_else() {
    let site = Site::new().await;
    for path in ["/healthz", "/readyz"] {
        let reply = site.visitor().get(path).await;
        assert_eq!((reply.status, reply.text.as_str()), (StatusCode::OK, "ok\n"));
        assert_eq!(reply.headers["cache-control"], "no-store");
    }
}

#[tokio::test]
async fn there_are_figures_for_everything_that_is_worth_an_alarm() {
    let workshop = Workshop::new().await;
    let app = &workshop.site.app;
    workshop.run(Run::of("Good")).await;
    let mut bad = Run::of("Bad");
    bad.error = Some("no");
    workshop.run(bad).await;
    enqueue(app, JobData::new("Waiting")).await;
    app.backend().pause("mailers").await.unwrap();
    app.backend().beat(workshop.service, Beat { resident_bytes: 14 << 20, ..Beat::default() }).await.unwrap();
    workshop.clock.advance(Duration::from_secs(5));
    let samples = samples(&workshop.site.user(Role::Viewer).await.get("/metrics").await.text);
    let service =
        format!("name=\"job:service\",host=\"{}\",pid=\"{}\"", ProcessIdentity::current().host, std::process::id());
    for (series, expected) in [
        ("egret_jobs{queue=\"default\",state=\"available\"}", 1.0),
        ("egret_jobs{queue=\"default\",state=\"completed\"}", 1.0),
        ("egret_jobs{queue=\"default\",state=\"discarded\"}", 1.0),
        ("egret_queue_due_jobs{queue=\"default\"}", 1.0),
        ("egret_queue_latency_seconds{queue=\"default\"}", 5.0),
        ("egret_oldest_due_seconds", 5.0),
        ("egret_queue_paused{queue=\"mailers\"}", 1.0),
        ("egret_stuck", 0.0),
        ("egret_attempts_per_minute", 1.0),
        ("egret_recent_attempts{class=\"Good\",state=\"completed\"}", 1.0),
        ("egret_recent_failures{class=\"Bad\"}", 1.0),
        ("egret_recent_failures{class=\"Good\"}", 0.0),
        ("egret_recent_duration_seconds{class=\"Good\",quantile=\"0.5\"}", 60.0),
        ("egret_recent_duration_seconds{class=\"Bad\",quantile=\"0.95\"}", 60.0),
        ("egret_services{name=\"job:service\"}", 1.0),
        (&format!("egret_service_resident_bytes{{{service}}}"), f64::from(14 << 20)),
        (&format!("egret_service_concurrency{{{service}}}"), 10.0),
        (&format!("egret_service_running_jobs{{{service}}}"), 0.0),
        (&format!("egret_service_finished_jobs_total{{{service}}}"), 0.0),
    ] {
        let value = samples.iter().find(|(name, _)| name == series).map(|(_, value)| *value);
        assert_eq!(value, Some(expected), "{series} in {samples:?}");
    }
}

#[tokio::test]
async fn a_console_that_does_not_reach_its_store_lives_and_is_not_ready() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = Config::default();
    config.root = folder.path().to_owned();
    config.url = StoreUrl::new("sqlite:egret.db").unwrap();
    let site = Site::of(App::builder().config(config).start_nothing(), ConsoleOptions::default()).await;
    assert_eq!(site.visitor().get("/readyz").await.status, StatusCode::OK);
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() && path.file_name().unwrap().to_str().unwrap().starts_with("egret.db") {
            std::fs::write(path, vec![b'x'; 1 << 16]).unwrap();
        }
    }
    let deadline = Instant::now() + Duration::from_secs(60);
    let reply = loop {
        let reply = site.visitor().get("/readyz").await;
        if reply.status != StatusCode::OK {
            break reply;
        }
        assert!(Instant::now() < deadline, "the store is destroyed, and nobody noticed");
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    assert_eq!((reply.status, reply.text.as_str()), (StatusCode::SERVICE_UNAVAILABLE, "unavailable\n"));
    assert_eq!(site.visitor().get("/healthz").await.text, "ok\n");
    // Nobody who is not in learns where the store is.
    let page = site.visitor().get("/.sys/job/status").await;
    assert!(page.status.is_server_error() || page.status.is_redirection(), "{page:?}");
    page.hides(folder.path().to_str().unwrap());
}

/// A clock that nobody may ask any more once it is broken.
#[derive(Debug, Default)]
struct FragileClock(AtomicBool);

impl Clock for FragileClock {
    fn now(&self) -> Timestamp {
        assert!(!self.0.load(Ordering::Relaxed), "the store was asked");
        Timestamp::now()
    }
}

#[tokio::test]
async fn whether_the_process_answers_is_told_without_the_store() {
    let clock = Arc::new(FragileClock::default());
    let store = MemoryRows::new(MemoryOptions { clock: clock.clone(), ..MemoryOptions::default() });
    let builder = App::builder().config(Config::default()).backend(Arc::new(store)).start_nothing();
    let site = Site::of(builder, ConsoleOptions::default()).await;
    clock.0.store(true, Ordering::Relaxed);
    assert_eq!(site.visitor().get("/healthz").await.text, "ok\n");
}
