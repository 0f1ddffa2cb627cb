//! What users see of their own jobs.

use axum::http::StatusCode;
use egret::language::Language;
use egret_console::access::Role;
use egret_core::Outcome;
use serde_json::Value;

use crate::site::Site;
use crate::stock::{Hand, enqueue, job, job_of};

#[tokio::test]
async fn the_area_begins_with_what_has_run_and_shows_only_own_jobs() {
    let site = Site::new().await;
    let hand = Hand::new(&site.app).await;
    let mut own = site.user(Role::Own).await;
    own.get("/.u/job/logs").await.shows("None of your jobs has run yet.");
    let id = hand.complete(job_of("own", "Mine")).await;
    hand.complete(job_of("other", "Foreign")).await;
    let reply = own.get("/.u/job").await;
    assert_eq!((reply.status, reply.location()), (StatusCode::MOVED_PERMANENTLY, "/.u/job/logs"));
    let page = own.get(reply.location()).await;
    page.shows("Mine");
    page.hides("Foreign");
    page.shows(&format!("href=\"/.u/job/logs/{id}.1\""));
    page.hides("batch_destroy");
    page.hides("href=\"/.sys/job/jobs");
    let page = own.get(&format!("/.u/job/jobs/{id}")).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    page.shows("It ended well.");
    page.hides("What helps");
    page.hides("Payload as it is stored");
    page.hides("/.sys/job/jobs/");
    let mut own = own.speaking(Language::Japanese);
    own.get("/.u/job/logs").await.shows("実行履歴");
    own.get(&format!("/.u/job/jobs/{id}")).await.shows("正常に完了しました。");
    assert_eq!(site.visitor().get("/.u/job/logs").await.status, StatusCode::FOUND);
}

#[tokio::test]
async fn a_program_asks_how_a_job_of_its_user_stands() {
    let site = Site::new().await;
    let hand = Hand::new(&site.app).await;
    let mut own = site.user(Role::Own).await;
    let claimed = hand.claim(job_of("own", "Export")).await;
    let path = format!("/.u/job/apis/statuses/{}", claimed.id);
    let waiting = own.get(&format!("{path}.json")).await;
    let start = format!(
        "{{\"type\":\"Job::Task\",\"id\":\"{0}\",\"job_id\":\"{0}\",\"state\":\"stop\",\"updated\":\"",
        claimed.id
    );
    assert!(waiting.text.starts_with(&start), "{}", waiting.text);
    hand.begin(&claimed, &["one", "two"]).await;
    let running: Value = serde_json::from_str(&own.get(&format!("{path}.json")).await.text).unwrap();
    assert_eq!((&running["state"], &running["closed"]), (&"running".into(), &Value::Null));
    hand.end(&claimed, Outcome::Completed { value: None }).await;
    let ended = own.get(&format!("{path}.json")).await;
    let keys: serde_json::Map<String, Value> = serde_json::from_str(&ended.text).unwrap();
    let mut places: Vec<(usize, &str)> =
        keys.keys().map(|key| (ended.text.find(&format!("\"{key}\":")).unwrap(), key.as_str())).collect();
    places.sort_unstable();
    let order: Vec<&str> = places.into_iter().map(|(_, key)| key).collect();
    assert_eq!(order, ["type", "id", "job_id", "started", "closed", "logs", "state", "updated"]);
    assert_eq!(keys["state"], "completed");
    assert_eq!(keys["logs"], serde_json::json!(["one", "two"]));
    let closed = keys["closed"].as_str().unwrap();
    assert!(closed.len() == 25 && !closed.contains('.'), "{closed}");
    let by_attempt = own.get(&format!("{path}.1.json")).await;
    assert_eq!(by_attempt.text, ended.text);
    assert_eq!(own.get(&format!("{path}.2.json")).await.status, StatusCode::NOT_FOUND);
    let foreign = enqueue(&site.app, job("A", "[]")).await;
    let reply = own.get(&format!("/.u/job/apis/statuses/{foreign}.json")).await;
    assert_eq!(reply.text, r#"{"status":"mongoid/errors/document_not_found","error":"404"}"#);
    let nobody = site.visitor().get(&format!("{path}.json")).await;
    assert_eq!((nobody.status, nobody.text.as_str()), (StatusCode::UNAUTHORIZED, "\"error\""));
}

#[tokio::test]
async fn what_has_run_is_shown_kept_and_exported_for_the_own_jobs_alone() {
    let site = Site::new().await;
    let hand = Hand::new(&site.app).await;
    let claimed = hand.claim(job_of("own", "Mine")).await;
    hand.begin(&claimed, &["a line of mine"]).await;
    hand.end(&claimed, Outcome::Completed { value: None }).await;
    let foreign = hand.claim(job_of("other", "Foreign")).await;
    hand.begin(&foreign, &["a line of others"]).await;
    hand.end(&foreign, Outcome::Completed { value: None }).await;
    let mut own = site.user(Role::Own).await;
    let page = own.get(&format!("/.u/job/logs/{}.1", claimed.id)).await;
    for text in ["Mine", "completed", "a line of mine", &format!("href=\"/.u/job/jobs/{}\"", claimed.id)] {
        page.shows(text);
    }
    page.hides("/.sys/job/logs");
    own.get(&format!("/.u/job/logs/{}.1/download", claimed.id)).await.shows("info a line of mine\n");
    let today = egret_core::Timestamp::now().strftime("%Y%m%d").to_string();
    for list in ["/.u/job/logs".to_owned(), "/.u/job/logs.json".to_owned(), "/.u/job/logs?class=Foreign".to_owned()] {
        own.get(&list).await.hides("Foreign(");
        own.get(&list).await.hides(foreign.id.as_str());
    }
    for path in ["logs/ID.1", "logs/ID.1.json", "logs/ID.1/download", "TODAY/logs/ID.1", "TODAY/logs/ID.1/download"] {
        let path = path.replace("ID", foreign.id.as_str()).replace("TODAY", &today);
        assert_eq!(own.get(&format!("/.u/job/{path}")).await.status, StatusCode::NOT_FOUND, "{path}");
        let mine = path.replace(foreign.id.as_str(), claimed.id.as_str());
        assert_eq!(own.get(&format!("/.u/job/{mine}")).await.status, StatusCode::OK, "{mine}");
    }
    own.get("/.u/job/logs/download_all").await.shows("action=\"/.u/job/logs/download_all\"");
    let form = [("item[save_term]", ""), ("item[encoding]", "UTF-8")];
    let table = own.post("/.u/job/logs/download_all", &form).await;
    table.shows("Mine,");
    table.hides("Foreign");
    assert_eq!(own.get("/.sys/job/logs").await.status, StatusCode::FORBIDDEN);
}
