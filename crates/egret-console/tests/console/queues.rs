//! Queues, their latency, pause and resume.

use std::time::Duration;

use axum::http::StatusCode;
use egret::language::Language;
use egret_console::access::Role;
use egret_core::{JobData, Page};

use crate::work::{Workshop, enqueue};

#[tokio::test]
async fn queues_show_counts_latency_and_who_polls_them() {
    let workshop = Workshop::new().await;
    for queue in ["default", "default", "<i>odd</i>/x"] {
        let mut data = JobData::new("AJob");
        data.queue_name = Some(queue.to_owned());
        enqueue(&workshop.site.app, data).await;
    }
    workshop.clock.advance(Duration::from_secs(7_860));
    let mut viewer = workshop.site.user(Role::Viewer).await;
    let page = viewer.get("/.sys/job/queues").await;
    page.shows("2 h 11 min");
    page.shows("/.sys/job/jobs?state=available&#38;queue=default\">2</a>");
    page.shows("&#60;i&#62;odd");
    page.shows("nobody");
    page.hides("/pause\"");
    viewer.get("/.sys/job/queues.json").await.shows("\"oldest_due_at\"");
    viewer.speaking(Language::Japanese).get("/.sys/job/queues").await.shows("待ち時間");
}

#[tokio::test]
async fn a_queue_is_paused_and_resumed_also_from_the_status_page() {
    let workshop = Workshop::new().await;
    let mut data = JobData::new("AJob");
    data.queue_name = Some("a/b".to_owned());
    enqueue(&workshop.site.app, data).await;
    let mut operator = workshop.site.user(Role::Operator).await;
    operator.get("/.sys/job/queues").await.shows("/.sys/job/queues/a%2Fb/pause");
    let reply = operator.post("/.sys/job/queues/a%2Fb/pause", &[]).await;
    assert_eq!((reply.status, reply.location()), (StatusCode::FOUND, "/.sys/job/queues"));
    let page = operator.get("/.sys/job/queues").await;
    page.shows("The queue is paused.");
    page.shows("/.sys/job/queues/a%2Fb/resume");
    assert!(workshop.site.app.backend().queues().await.unwrap().iter().any(|queue| queue.paused_at.is_some()));
    let status = operator.get("/.sys/job/status").await;
    status.shows("Resume the queue");
    status.hides("errorExplanation");
    workshop.clock.advance(Duration::from_secs(1));
    let reply = operator.post("/.sys/job/queues/a%2Fb/resume", &[("back", "/.sys/job/status")]).await;
    assert_eq!(reply.location(), "/.sys/job/status");
    let status = operator.get("/.sys/job/status").await;
    status.shows("The queue was resumed.");
    status.hides("Resume the queue");
    let traces = workshop.site.console.trail().list(None, &Page::first(9)).await.unwrap().items;
    let told: Vec<_> = traces.iter().map(|trace| (trace.action.as_str(), trace.target.as_str())).collect();
    assert_eq!(told, [("queues.resume", "a/b"), ("queues.pause", "a/b")]);
    assert_eq!(operator.post("/.sys/job/queues/mistyped/pause", &[]).await.status, StatusCode::NOT_FOUND);
    let mut viewer = workshop.site.user(Role::Viewer).await;
    assert_eq!(viewer.post("/.sys/job/queues/default/pause", &[]).await.status, StatusCode::FORBIDDEN);
}
