//! Discarded jobs by their errors.

use axum::http::StatusCode;
use egret::language::Language;
use egret_console::access::Role;
use egret_core::JobState;

use crate::site::Site;
use crate::stock::{Hand, find, job};

#[tokio::test]
async fn an_empty_page_teaches_in_both_languages() {
    let site = Site::new().await;
    let mut viewer = site.user(Role::Viewer).await;
    viewer.get("/.sys/job/discarded").await.shows("No job has been discarded.");
    viewer.speaking(Language::Japanese).get("/.sys/job/discarded").await.shows("失敗したジョブはありません。");
}

#[tokio::test]
async fn errors_are_grouped_and_a_group_is_retried_as_one() {
    let site = Site::new().await;
    let hand = Hand::new(&site.app).await;
    let mut fire = Vec::new();
    for _ in 0..3 {
        fire.push(hand.discard(job("Print", "[]"), "PrinterError", "on fire").await);
    }
    let paper = hand.discard(job("Print", "[]"), "PrinterError", "no paper").await;
    let other = hand.discard(job("Send", "[]"), "PrinterError", "on fire").await;
    let mut operator = site.user(Role::Operator).await;
    let page = operator.get("/.sys/job/discarded").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    let counts: Vec<&str> = page.text.split("data-label=\"Jobs\">").skip(1).map(|rest| &rest[..1]).collect();
    assert_eq!(counts, ["3", "1", "1"]);
    let place = page.text.find("/.sys/job/discarded/confirm?action=retry").unwrap();
    let confirm = page.text[place..].split('"').next().unwrap().replace("&#38;", "&");
    let page = operator.get(&confirm).await;
    page.shows("Run 3 jobs again?");
    let reply = operator.post("/.sys/job/jobs/change", &[("change", &page.field("change"))]).await;
    assert_eq!(reply.location(), "/.sys/job/discarded");
    operator.get(reply.location()).await.shows("3 jobs run again.");
    for id in &fire {
        assert_eq!(find(&site.app, id).await.state, JobState::Available);
    }
    for id in [&paper, &other] {
        assert_eq!(find(&site.app, id).await.state, JobState::Discarded);
    }
    operator.get(&confirm).await.shows("No job is left for this.");
    assert_eq!(operator.get("/.sys/job/discarded/confirm?action=retry").await.status, StatusCode::NOT_FOUND);
    let mut viewer = site.user(Role::Viewer).await;
    viewer.get("/.sys/job/discarded").await.hides("confirm?");
    assert_eq!(viewer.get(&confirm).await.status, StatusCode::FORBIDDEN);
}
