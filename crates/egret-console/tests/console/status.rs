//! The status page and its JSON.

use axum::http::StatusCode;
use egret::language::Language;
use egret_console::access::Role;

use crate::site::Site;

#[tokio::test]
async fn the_page_shows_what_the_seed_shows() {
    let site = Site::new().await;
    let mut viewer = site.user(Role::Viewer).await;
    let page = viewer.get("/.sys/job/status").await;
    assert_eq!(page.status, StatusCode::OK);
    page.shows("<dt>job.mode</dt><dd>on_demand</dd>");
    page.shows("default, mailers, voice_synthesis, external");
    page.shows("Nothing is late.");
    page.hides("errorExplanation");
    let mut viewer = viewer.speaking(Language::Japanese);
    viewer.get("/.sys/job/status").await.shows("遅れているジョブはありません。");
}

#[tokio::test]
async fn the_json_is_the_body_of_the_seed() {
    let site = Site::new().await;
    let reply = site.user(Role::Viewer).await.get("/.sys/job/status.json").await;
    assert!(reply.text.starts_with(r#"{"status":"ok","active_job":{"queue_adapter":"#), "{}", reply.text);
    assert!(!reply.text.contains("\"notice\"") && !reply.text.contains("\"item\""), "{}", reply.text);
}

#[tokio::test]
async fn beginnings_lead_on() {
    let site = Site::new().await;
    let reply = site.visitor().get("/").await;
    assert_eq!((reply.status, reply.location()), (StatusCode::FOUND, "/.sys/job/status"));
    assert_eq!(site.visitor().send("POST", "/", &[], None).await.status, StatusCode::NOT_FOUND);
    let reply = site.user(Role::Viewer).await.get("/.sys/job").await;
    assert_eq!((reply.status, reply.location()), (StatusCode::MOVED_PERMANENTLY, "/.sys/job/logs"));
}

#[tokio::test]
async fn a_page_that_is_not_there_says_so_in_words_and_in_json() {
    let site = Site::new().await;
    let reply = site.visitor().get("/.sys/job/nothing").await;
    assert_eq!(reply.status, StatusCode::NOT_FOUND);
    reply.shows("Page cannot be found");
    let reply = site.visitor().get("/.sys/job/nothing.json").await;
    assert_eq!(
        (reply.status, reply.headers["content-type"].to_str().unwrap()),
        (StatusCode::NOT_FOUND, "application/json")
    );
}
