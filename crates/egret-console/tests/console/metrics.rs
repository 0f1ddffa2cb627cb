//! Figures for Prometheus.

use axum::http::StatusCode;
use egret_console::access::{Role, Scope};
use egret_core::{JobData, NewJob, Origin};

use crate::site::Site;

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
