//! S1 to S6 of SHIRASAGI 1.21.0 (`spec/features/job/sys/statuses_spec.rb`, `spec/requests/job/sys/statuses_spec.rb`): the
//! three situations of the status, as JSON and as a page. Notices name the cause at hand and its remedy, in place of
//! upstream's four general ones.

use std::time::Duration;

use axum::http::StatusCode;
use egret::App;
use egret::config::{Config, LoadOptions};
use egret::language::Language;
use egret_console::ConsoleOptions;
use egret_console::access::Role;
use egret_core::memory::MemoryRows;
use egret_core::{JobData, ProcessIdentity};

use crate::site::{Reply, Site};
use crate::work::{Workshop, enqueue, register};

const HOUR: i64 = 3_600;

/// Jobs that have been due for so many seconds.
async fn wait(site: &Site, seconds: &[i64]) {
    let now = site.app.backend().now().await.unwrap();
    for ago in seconds {
        let mut data = JobData::new("AJob");
        data.scheduled_at = Some(now - Duration::from_secs(ago.unsigned_abs()));
        enqueue(&site.app, data).await;
    }
}

/// Eleven services.
async fn serve(site: &Site) {
    for _ in 0..11 {
        register(&site.app, "job:service", ProcessIdentity::current()).await;
    }
}

/// The body for somebody who comes with a fresh token and follows the one redirect.
async fn body(site: &Site, language: Language) -> serde_json::Value {
    let now = site.app.backend().now().await.unwrap();
    let token = site.console.tokens().create("admin", now).await.unwrap();
    let mut visitor = site.visitor().speaking(language);
    let reply = visitor.get(&format!("/.sys/job/status.json?access_token={token}")).await;
    assert_eq!((reply.status, reply.location()), (StatusCode::FOUND, "/.sys/job/status.json"));
    let reply = visitor.get("/.sys/job/status.json").await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
    let body: serde_json::Value = serde_json::from_str(&reply.text).unwrap();
    assert_eq!(body["active_job"]["queue_adapter"], site.app.backend().capabilities().adapter);
    assert_eq!(body["job"]["mode"], "on_demand");
    assert_eq!(body["job"]["polling_queues"], serde_json::json!(["default", "mailers", "voice_synthesis", "external"]));
    body
}

/// The page, with what is on it in every situation.
async fn page(site: &Site, language: Language) -> Reply {
    let page = site.user(Role::Admin).await.speaking(language).get("/.sys/job/status").await;
    assert_eq!(page.status, StatusCode::OK);
    page.shows(&format!("<dt>active_job.queue_adapter</dt><dd>{}</dd>", site.app.backend().capabilities().adapter));
    page.shows("<dt>job.mode</dt><dd>on_demand</dd>");
    page.shows("<dt>job.polling_queues</dt><dd>default, mailers, voice_synthesis, external</dd>");
    page
}

#[tokio::test]
async fn s1_without_a_service_and_jobs_all_is_well() {
    let site = Site::new().await;
    let body = body(&site, Language::Japanese).await;
    assert_eq!(body["status"], "ok");
    assert!(body.get("notice").is_none() && body.get("item").is_none(), "{body}");
}

#[tokio::test]
async fn s2_jobs_younger_than_six_hours_are_not_late_where_services_live() {
    let site = Site::new().await;
    serve(&site).await;
    wait(&site, &[60, 6 * HOUR - 120]).await;
    let body = body(&site, Language::Japanese).await;
    assert_eq!((&body["status"], body.get("notice")), (&"ok".into(), None));
    assert_eq!((&body["item"]["name"], &body["item"]["current_count"]), (&"job:service".into(), &11.into()));
    assert!(!body["item"]["updated"].as_str().unwrap().is_empty());
}

#[tokio::test]
async fn s3_a_job_that_is_due_for_six_hours_is_stuck_and_the_notice_says_what_to_do() {
    let site = Site::new().await;
    serve(&site).await;
    wait(&site, &[60, 6 * HOUR - 120, 6 * HOUR]).await;
    let english = body(&site, Language::English).await;
    assert_eq!((&english["status"], &english["item"]["current_count"]), (&"stucked".into(), &11.into()));
    let notice = english["notice"]["notices"][0].as_str().unwrap();
    assert!(notice.contains("do not keep up with the queue default") && notice.contains("To mend it:"), "{notice}");
    let japanese = body(&site, Language::Japanese).await;
    assert_ne!(japanese["notice"], english["notice"]);
}

#[tokio::test]
async fn s4_the_page_without_a_service_leaves_its_rows_blank() {
    let site = Site::new().await;
    let page = page(&site, Language::English).await;
    page.hides("errorExplanation");
    page.shows("<dt>Task name</dt><dd></dd>");
    page.shows("<dt>No. of actions</dt><dd class=\"number\"></dd>");
}

#[tokio::test]
async fn s5_the_page_shows_the_name_and_the_count_of_services() {
    let site = Site::new().await;
    serve(&site).await;
    wait(&site, &[60, 6 * HOUR - 120]).await;
    let page = page(&site, Language::Japanese).await;
    page.hides("errorExplanation");
    page.shows("<dt>タスク名</dt><dd>job:service</dd>");
    page.shows("<dt>処理件数</dt><dd class=\"number\">11</dd>");
}

#[tokio::test]
async fn s6_the_page_of_stuck_jobs_has_the_box_with_heading_body_and_notice() {
    let site = Site::new().await;
    serve(&site).await;
    wait(&site, &[60, 6 * HOUR - 120, 6 * HOUR]).await;
    for (language, heading, body) in [
        (Language::English, "The job seems to be stuck.", "Please check the following items."),
        (Language::Japanese, "ジョブが滞留しているようです。", "次の項目を確認してください。"),
    ] {
        let page = page(&site, language).await;
        let place = page.text.find("id=\"errorExplanation\"").unwrap();
        let alarm = &page.text[place..page.text[place..].find("</section>").unwrap() + place];
        assert!(alarm.contains(heading) && alarm.contains(body) && alarm.contains("<li>"), "{alarm}");
        page.shows("job:service");
    }
}

#[tokio::test]
async fn the_body_is_the_seeds_to_the_letter_with_one_key_more() {
    let workshop = Workshop::new().await;
    let reply = workshop.site.user(Role::Viewer).await.get("/.sys/job/status.json").await;
    assert_eq!(reply.headers["content-type"], "application/json");
    // The adapter of the store in memory; in every other store of ours it is `shirasagi`.
    let seed = concat!(
        r#"{"status":"ok","active_job":{"queue_adapter":"async"},"#,
        r#""job":{"mode":"on_demand","polling_queues":["default","mailers","voice_synthesis","external"]},"#,
        r#""item":{"name":"job:service","current_count":1,"updated":"2026-11-20T14:00:00.000+09:00"},"egret":{"#
    );
    assert!(reply.text.starts_with(seed), "{}", reply.text);
    let workshop = Workshop::new().await;
    wait(&workshop.site, &[6 * HOUR]).await;
    let reply = workshop.site.user(Role::Viewer).await.get("/.sys/job/status.json").await;
    assert!(reply.text.starts_with(r#"{"status":"stucked","notice":{"notices":[""#), "{}", reply.text);
    let (_, rest) = reply.text.split_once(r#""]},"#).unwrap();
    assert!(rest.starts_with(&seed[r#"{"status":"ok","#.len()..]), "{rest}");
}

#[tokio::test]
async fn where_the_operator_runs_services_the_page_has_his_line_and_no_button() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("config")).unwrap();
    std::fs::write(folder.path().join("config/job.yml"), "default:\n  mode: service\n").unwrap();
    let config = Config::load(&LoadOptions::in_folder(folder.path())).unwrap();
    // One that would start services, if the mode were another.
    let builder = App::builder().config(config).backend(std::sync::Arc::new(MemoryRows::default()));
    let site = Site::of(builder, ConsoleOptions::default()).await;
    wait(&site, &[6 * HOUR]).await;
    let mut admin = site.user(Role::Admin).await;
    let page = admin.get("/.sys/job/status").await;
    page.shows_command("systemctl start egret-job");
    page.hides("/services/start");
    admin.get("/.sys/job/services").await.hides("/services/start");
    assert_eq!(admin.post("/.sys/job/services/start", &[]).await.status, StatusCode::NOT_FOUND);
    assert!(site.app.backend().services().await.unwrap().is_empty());
}
