//! What has run. The cases W1 to W8 are those of SHIRASAGI 1.21.0 (`spec/features/job/cms/logs_spec.rb`,
//! `spec/features/gws/job/`).

use std::time::Duration;

use axum::body::{Body, HttpBody as _};
use axum::http::{Request, StatusCode};
use egret::execution_log::{LogFile, LogFolder};
use egret::language::Language;
use egret_console::access::Role;
use egret_console::{ConsoleOptions, Writing};
use egret_core::Page;
use futures_util::StreamExt as _;

use crate::work::{Run, Workshop};

const DAY: Duration = Duration::from_secs(86_400);
const HOSTILE: &str = "<script>alert(1)</script>";

#[tokio::test]
async fn w1_the_index_answers_200_and_an_empty_one_teaches() {
    let workshop = Workshop::new().await;
    let mut viewer = workshop.site.user(Role::Viewer).await;
    for path in ["/.sys/job/logs", "/.sys/job/20261120/logs", "/.sys/job/logs.json", "/.sys/job/20261120/logs.json"] {
        assert_eq!(viewer.get(path).await.status, StatusCode::OK, "{path}");
    }
    viewer.get("/.sys/job/logs").await.shows("Nothing has run yet.");
    viewer.get("/.sys/job/20261120/logs").await.shows("Nothing that ran matches.");
    for path in ["/.sys/job/2026112/logs", "/.sys/job/20261399/logs", "/.sys/job/today/logs", "/.sys/job/logs/x.1"] {
        assert_eq!(viewer.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let mut viewer = viewer.speaking(Language::Japanese);
    let page = viewer.get("/.sys/job/logs").await;
    page.shows("実行履歴");
    page.shows("まだ何も実行されていません");
    page.hides("batch_destroy");
}

#[tokio::test]
async fn w2_an_export_has_the_last_day_in_the_order_of_ends_with_labels() {
    let workshop = Workshop::new().await;
    workshop.run(Run::of("OldJob")).await;
    workshop.clock.advance(DAY);
    let mut lines = Run::of("Cms::CheckLinksJob");
    (lines.arguments, lines.lines) = (r#"["a,b", 1]"#, &["one", "say \"two\""]);
    workshop.run(lines).await;
    let mut failing = Run::of("FailingJob");
    failing.error = Some("no");
    workshop.run(failing).await;
    let mut viewer = workshop.site.user(Role::Viewer).await.speaking(Language::Japanese);
    viewer.get("/.sys/job/logs/download_all").await.shows("保存期間");
    let form = [("item[save_term]", "1.day"), ("item[encoding]", "UTF-8")];
    let reply = viewer.post("/.sys/job/logs/download_all", &form).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
    let name = format!("job_logs_{}.csv", workshop.now().await.as_second());
    assert!(reply.headers["content-disposition"].to_str().unwrap().contains(&name));
    assert_eq!(
        reply.text,
        "\u{feff}ClassName,Started,Closed,State,Args,Logs\n\
         Cms::CheckLinksJob,2026-11-21 14:01,2026-11-21 14:02,完了,\"[\"\"a,b\"\", 1]\",\
         \"2026-11-21 14:01:01.000 info one\n2026-11-21 14:01:01.000 info say \"\"two\"\"\"\n\
         FailingJob,2026-11-21 14:02,2026-11-21 14:03,失敗,,\"\"\n"
    );
    // Who names no encoding gets the bytes of Windows, without a mark.
    let reply = viewer.post("/.sys/job/logs/download_all", &[("item[save_term]", "1.day")]).await;
    assert_eq!(reply.headers["content-type"], "text/csv; charset=Shift_JIS");
    assert!(reply.bytes.starts_with(b"ClassName,Started"));
    assert!(reply.bytes.windows(4).any(|bytes| bytes == [0x8a, 0xae, 0x97, 0xb9]), "完了");
}

#[tokio::test]
async fn no_field_of_an_export_is_a_formula() {
    let workshop = Workshop::new().await;
    let mut run = Run::of("=cmd|'/C calc'!A0");
    run.lines = &["=1+1"];
    workshop.run(run).await;
    let form = [("item[save_term]", ""), ("item[encoding]", "UTF-8")];
    let reply = workshop.site.user(Role::Viewer).await.post("/.sys/job/logs/download_all", &form).await;
    reply.shows("\n'=cmd|'/C calc'!A0,");
}

#[tokio::test]
async fn w3_everything_is_saved_when_no_term_is_chosen() {
    let workshop = Workshop::new().await;
    workshop.run(Run::of("OldJob")).await;
    workshop.clock.advance(DAY * 400);
    workshop.run(Run::of("NewJob")).await;
    let mut viewer = workshop.site.user(Role::Viewer).await;
    for (term, n_lines) in [("1.day", 2), ("1.month", 2), ("1.year", 2), ("", 3)] {
        let reply = viewer.post("/.sys/job/logs/download_all", &[("item[save_term]", term)]).await;
        assert_eq!(reply.text.lines().count(), n_lines, "{term}: {}", reply.text);
    }
    for form in [&[][..], &[("item[save_term]", "2.days")], &[("item[save_term]", ""), ("item[encoding]", "EBCDIC")]] {
        let reply = viewer.post("/.sys/job/logs/download_all", form).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{form:?}");
    }
}

#[tokio::test]
async fn w4_logs_are_deleted_by_age_with_their_files_after_a_count() {
    let workshop = Workshop::new().await;
    let folder = LogFolder::new(workshop.site.app.log_folder());
    let old = workshop.run(Run::of("OldJob")).await;
    workshop.clock.advance(DAY * 8);
    let new = workshop.run(Run::of("NewJob")).await;
    for id in [&old, &new] {
        std::fs::create_dir_all(folder.job(id).unwrap()).unwrap();
        std::fs::write(folder.file(id, 1, LogFile::Text).unwrap(), "").unwrap();
    }
    let mut operator = workshop.site.user(Role::Operator).await;
    let page = operator.get("/.sys/job/logs/batch_destroy?item%5Bsave_term%5D=1.week").await;
    page.shows("1 job goes");
    page.shows("OldJob");
    page.hides("NewJob");
    let reply = operator.post("/.sys/job/logs/batch_destroy", &[("item[save_term]", "1.week")]).await;
    assert_eq!((reply.status, reply.location()), (StatusCode::FOUND, "/.sys/job/logs"), "{}", reply.text);
    let page = operator.get("/.sys/job/logs").await;
    page.shows("Deleted.");
    page.shows("NewJob");
    page.hides("OldJob");
    assert!(!folder.job(&old).unwrap().exists() && folder.job(&new).unwrap().exists());
    let page = operator.get("/.sys/job/logs/batch_destroy?item%5Bsave_term%5D=").await;
    page.shows("1 job goes");
    operator.post("/.sys/job/logs/batch_destroy", &[("item[save_term]", "")]).await;
    operator.get("/.sys/job/logs").await.shows("Nothing has run yet.");
    assert!(!folder.job(&new).unwrap().exists());
    let traces = workshop.site.console.trail().list(None, &Page::first(10)).await.unwrap().items;
    let told: Vec<_> = traces.iter().map(|trace| (trace.action.as_str(), trace.after["n_changed"].as_u64())).collect();
    assert_eq!(told, [("logs.delete", Some(1)), ("logs.delete", Some(1))]);
}

#[tokio::test]
async fn w4_only_operators_delete_and_only_by_the_terms_of_the_form() {
    let workshop = Workshop::new().await;
    workshop.run(Run::of("AJob")).await;
    let mut viewer = workshop.site.user(Role::Viewer).await;
    let reply = viewer.post("/.sys/job/logs/batch_destroy", &[("item[save_term]", "")]).await;
    assert_eq!(reply.status, StatusCode::FORBIDDEN);
    let mut operator = workshop.site.user(Role::Operator).await;
    for form in [&[][..], &[("item[save_term]", "1.day")], &[("item[save_term]", "0.weeks")]] {
        let reply = operator.post("/.sys/job/logs/batch_destroy", form).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{form:?}");
    }
    operator.get("/.sys/job/logs").await.shows("AJob");
}

#[tokio::test]
async fn w5_a_page_shows_state_times_and_the_first_lines_of_an_attempt() {
    let workshop = Workshop::new().await;
    let mut run = Run::of("Billing::ChargeJob");
    (run.arguments, run.lines, run.error) = (r#"[{"invoice": 7}]"#, &["first line", HOSTILE], Some(HOSTILE));
    let id = workshop.run(run).await;
    let mut viewer = workshop.site.user(Role::Viewer).await;
    viewer.get("/.sys/job/logs").await.shows(&format!("/.sys/job/logs/{id}.1"));
    let page = viewer.get(&format!("/.sys/job/logs/{id}.1")).await;
    for text in
        ["Billing::ChargeJob", "2026-11-20 14:00", "2026-11-20 14:01", "first line", "failed", "Showing up to 1,000"]
    {
        page.shows(text);
    }
    page.hides(HOSTILE);
    page.shows("&#60;script&#62;");
    let page = viewer.get(&format!("/.sys/job/20261120/logs/{id}.1")).await;
    assert_eq!(page.status, StatusCode::OK);
    let json: serde_json::Value =
        serde_json::from_str(&viewer.get(&format!("/.sys/job/logs/{id}.1.json")).await.text).unwrap();
    assert_eq!((&json["state"], &json["logs"][0]["text"]), (&"failed".into(), &"first line".into()));
    let mut viewer = viewer.speaking(Language::Japanese);
    let page = viewer.get(&format!("/.sys/job/logs/{id}.1")).await;
    page.shows("ジョブID");
    page.shows("失敗");
    for other in [format!("{id}.2"), format!("{id}"), format!("{id}.x"), "..%2F..%2Fetc%2Fpasswd.1".to_owned()] {
        assert_eq!(viewer.get(&format!("/.sys/job/logs/{other}")).await.status, StatusCode::NOT_FOUND, "{other}");
    }
}

#[tokio::test]
async fn w6_the_list_is_narrowed_by_class_and_offers_those_of_the_day() {
    let workshop = Workshop::new().await;
    workshop.run(Run::of("YesterdayJob")).await;
    workshop.clock.advance(DAY);
    workshop.run(Run::of("TodayJob")).await;
    workshop.run(Run::of("TodayJob")).await;
    let mut other = Run::of("OtherJob");
    other.error = Some("no");
    workshop.run(other).await;
    let mut viewer = workshop.site.user(Role::Viewer).await;
    let page = viewer.get("/.sys/job/20261121/logs").await;
    page.shows("TodayJob (2)");
    page.shows("OtherJob (1)");
    page.hides("YesterdayJob");
    let rows = |page: &crate::site::Reply| page.text.matches("<td class=\"main\">").count();
    let page = viewer.get("/.sys/job/20261121/logs?class=TodayJob").await;
    assert_eq!(rows(&page), 2);
    page.shows("OtherJob (1)");
    assert_eq!(rows(&viewer.get("/.sys/job/logs?s%5Bclass_name%5D=YesterdayJob").await), 1);
    assert_eq!(rows(&viewer.get("/.sys/job/logs?state=failed").await), 1);
    assert_eq!(viewer.get("/.sys/job/logs?state=odd").await.status, StatusCode::BAD_REQUEST);
    assert_eq!(viewer.get("/.sys/job/logs?after=odd").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn w7_today_previous_next_and_a_date_move_day_by_day() {
    let workshop = Workshop::new().await;
    let mut viewer = workshop.site.user(Role::Viewer).await;
    let page = viewer.get("/.sys/job/20261120/logs?class=AJob").await;
    page.shows("/.sys/job/20261119/logs?class=AJob");
    page.hides("Next day");
    let page = viewer.get("/.sys/job/20261118/logs").await;
    page.shows("/.sys/job/20261117/logs");
    page.shows("/.sys/job/20261119/logs");
    page.shows("/.sys/job/20261120/logs");
    let reply = viewer.get("/.sys/job/logs?date=2026-11-18&class=AJob&state=").await;
    assert_eq!((reply.status, reply.location()), (StatusCode::FOUND, "/.sys/job/20261118/logs?class=AJob"));
    assert_eq!(viewer.get("/.sys/job/logs?date=soon").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn w7_a_day_is_that_of_the_reader() {
    let workshop = Workshop::new().await;
    // In Tokyo it is the next day, from 15:00 UTC.
    workshop.clock.advance(Duration::from_secs(11 * 3_600));
    workshop.run(Run::of("NightJob")).await;
    let mut viewer = workshop.site.user(Role::Viewer).await;
    viewer.get("/.sys/job/20261121/logs").await.shows("NightJob");
    viewer.get("/.sys/job/20261120/logs").await.hides("NightJob");
}

#[tokio::test]
async fn w8_a_download_of_all_is_traced() {
    let workshop = Workshop::new().await;
    let mut viewer = workshop.site.user(Role::Viewer).await;
    viewer.post("/.sys/job/logs/download_all", &[("item[save_term]", "1.month")]).await;
    let traces = workshop.site.console.trail().list(Some("viewer"), &Page::first(10)).await.unwrap().items;
    assert_eq!((traces[0].action.as_str(), &traces[0].after["save_term"]), ("logs.download_all", &"1.month".into()));
}

#[tokio::test]
async fn a_read_only_console_exports_and_deletes_nothing() {
    let mut options = ConsoleOptions::default();
    options.writing = Writing::ReadOnly;
    let workshop = Workshop::with(options).await;
    let mut operator = workshop.site.user(Role::Operator).await;
    let reply = operator.post("/.sys/job/logs/download_all", &[("item[save_term]", "")]).await;
    assert_eq!(reply.status, StatusCode::OK);
    let reply = operator.post("/.sys/job/logs/batch_destroy", &[("item[save_term]", "")]).await;
    assert_eq!(reply.status, StatusCode::FORBIDDEN);
    operator.get("/.sys/job/logs").await.hides("batch_destroy");
}

#[tokio::test]
async fn a_log_is_downloaded_from_its_file_or_from_the_store_and_is_not_found_without() {
    let workshop = Workshop::new().await;
    let mut run = Run::of("AJob");
    run.lines = &["from the store"];
    let id = workshop.run(run).await;
    let silent = workshop.run(Run::of("AJob")).await;
    let mut viewer = workshop.site.user(Role::Viewer).await;
    let address = format!("/.sys/job/logs/{id}.1/download");
    let reply = viewer.get(&address).await;
    assert_eq!(reply.text, "2026-11-20T05:00:00.000000Z info from the store\n");
    assert_eq!(reply.headers["content-type"], "text/plain; charset=utf-8");
    let disposition = reply.headers["content-disposition"].to_str().unwrap();
    assert!(disposition.starts_with(&format!("attachment; filename=\"{id}.1.log\"")), "{disposition}");
    assert!(workshop.site.app.log_folder().starts_with(workshop.folder.path()));
    let folder = LogFolder::new(workshop.site.app.log_folder());
    std::fs::create_dir_all(folder.job(&id).unwrap()).unwrap();
    let text = "2026-11-20T05:00:00.000000Z info all of it\n".repeat(10_000);
    std::fs::write(folder.file(&id, 1, LogFile::Text).unwrap(), &text).unwrap();
    assert_eq!(viewer.get(&address).await.text, text);
    viewer.get(&format!("/.sys/job/logs/{id}.1")).await.shows("There are more lines.");
    let reply = viewer.get(&format!("/.sys/job/logs/{silent}.1/download")).await;
    assert_eq!(reply.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_list_goes_on_after_fifty() {
    let workshop = Workshop::new().await;
    for _ in 0..51 {
        workshop.run(Run::of("AJob")).await;
    }
    let mut viewer = workshop.site.user(Role::Viewer).await;
    let page = viewer.get("/.sys/job/logs").await;
    assert_eq!(page.text.matches("<td class=\"main\">").count(), 50);
    page.hides("First page");
    let place = page.text.find("rel=\"next\" href=\"/.sys/job/logs?after=").unwrap();
    let address = page.text[place..].split('"').nth(3).unwrap().replace("&#38;", "&");
    let page = viewer.get(&address).await;
    assert_eq!(page.text.matches("<td class=\"main\">").count(), 1);
    page.shows("First page");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_export_is_sent_while_it_is_made() {
    let workshop = Workshop::new().await;
    let line = "a line of some length, and then some more ".repeat(50);
    let lines = vec![line.as_str(); 400];
    for _ in 0..20 {
        let mut run = Run::of("AJob");
        run.lines = &lines;
        workshop.run(run).await;
    }
    let mut viewer = workshop.site.user(Role::Viewer).await;
    let form = [("authenticity_token", &*viewer.token().await), ("item[save_term]", "")];
    let request = Request::builder()
        .method("POST")
        .uri("/.sys/job/logs/download_all")
        .header("cookie", viewer.cookies())
        .header("content-type", "application/x-www-form-urlencoded");
    let request = request.body(Body::from(serde_urlencoded::to_string(form).unwrap())).unwrap();
    let response = viewer.ask(request).await;
    assert_eq!((response.status(), response.body().size_hint().exact()), (StatusCode::OK, None));
    let mut chunks = response.into_body().into_data_stream();
    let (mut n_bytes, mut n_chunks) = (0, 0);
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.unwrap();
        assert!(chunk.len() <= 64 * 1024, "no more of it is in memory: {}", chunk.len());
        (n_bytes, n_chunks) = (n_bytes + chunk.len(), n_chunks + 1);
        if n_chunks == 1 {
            // What happens while the reader takes his time is not in his table: it is made as he reads, up to its begin.
            workshop.run(Run::of("LaterJob")).await;
        }
    }
    assert!(n_bytes > 16_000_000 && n_chunks > 200, "{n_bytes} bytes in {n_chunks} chunks");
}
