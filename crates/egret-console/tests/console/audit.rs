//! The page of the trail.

use axum::http::StatusCode;
use egret::language::Language;
use egret_console::access::Role;
use egret_console::audit::Trace;
use serde_json::json;

use crate::site::Site;

async fn write(site: &Site, count: u64) {
    let now = site.app.backend().now().await.unwrap();
    for n in 0..count {
        let at = now + std::time::Duration::from_millis(n);
        let mut trace =
            Trace::new(at, if n % 2 == 0 { "even" } else { "odd" }, "queues.pause", format!("<b>q{n:03}</b>"));
        trace.after = json!({ "paused": true, "note": "<script>alert(1)</script>" });
        site.console.trail().add(&trace).await.unwrap();
    }
}

#[tokio::test]
async fn the_page_shows_who_changed_what_and_from_what() {
    let site = Site::new().await;
    let mut admin = site.user(Role::Admin).await;
    admin.get("/.sys/job/audit").await.shows("Nothing has been changed yet.");
    write(&site, 2).await;
    let page = admin.get("/.sys/job/audit").await;
    page.shows("Paused a queue");
    page.shows("title=\"queues.pause\"");
    page.shows("&#60;b&#62;q001&#60;/b&#62;");
    page.hides("<script>alert");
    admin.speaking(Language::Japanese).get("/.sys/job/audit").await.shows("変更履歴");
    assert_eq!(site.user(Role::Operator).await.get("/.sys/job/audit").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn the_trail_is_paged_and_can_be_one_users() {
    let site = Site::new().await;
    write(&site, 120).await;
    let mut admin = site.user(Role::Admin).await;
    let mut path = "/.sys/job/audit".to_owned();
    let mut seen = Vec::new();
    for _ in 0..3 {
        let page = admin.get(&path).await;
        seen.extend(page.text.split("&#60;b&#62;").skip(1).map(|rest| rest[..4].to_owned()));
        let next =
            page.text.split("href=\"").skip(1).find(|rest| rest.split('>').next().unwrap().contains("rel=\"next\""));
        path = next.map(|rest| rest.split('"').next().unwrap().replace("&#38;", "&")).unwrap_or_default();
    }
    assert_eq!(path, "", "the third page is the last");
    let expected: Vec<String> = (0..120).rev().map(|n| format!("q{n:03}")).collect();
    assert_eq!(seen, expected);
    let page = admin.get("/.sys/job/audit?user=odd").await;
    page.shows("q119");
    page.hides("q118");
    assert_eq!(admin.get("/.sys/job/audit?after=nonsense").await.status, StatusCode::BAD_REQUEST);
    let json = admin.send("GET", "/.sys/job/audit", &[("accept", "application/json")], None).await;
    let json: serde_json::Value = serde_json::from_str(&json.text).unwrap();
    assert_eq!((json["items"].as_array().unwrap().len(), json["items"][0]["user"].as_str()), (50, Some("odd")));
}
