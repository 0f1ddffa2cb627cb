//! Every page over a store that is full of large and hostile things: it stays small, carries no code of its own, and asks
//! for nothing from elsewhere.

use axum::http::{Method, StatusCode};
use egret::tasks::{RunningTask, Task};
use egret_console::access::{Need, Role};
use egret_console::audit::Trace;
use egret_core::{Beat, ErrorReport, Finish, JobData, JobId, LogLine, LogSource, Outcome, ProcessIdentity, Timestamp};

use crate::site::Site;
use crate::stock::{enqueue, job_of};
use crate::work::{claim, register};

/// What a page may have at most.
const MOST: usize = 100_000;
const EVIL: &str = "<img src=x onerror=\"alert('鷺')\">&";

/// A text of so many bytes or more.
fn long(n_bytes: usize) -> String {
    EVIL.repeat(n_bytes / EVIL.len() + 1)
}

fn large_job(class: String) -> JobData {
    let mut data = job_of("own", &class);
    data.arguments = serde_json::value::to_raw_value(&[long(20_000)]).unwrap();
    data.queue_name = Some(long(3_000));
    data
}

fn failed(n: usize) -> ErrorReport {
    let mut error = ErrorReport::new(long(2_000), format!("{n} {}", long(20_000)));
    error.backtrace = (0..200).map(|_| long(2_000)).collect();
    error
}

/// Many fields with long names and long values.
fn wide() -> serde_json::Value {
    (0..100).map(|n| (format!("{n} {}", long(500)), vec![long(500); 20])).collect()
}

/// Fills a store; answers a job that waits and one with many attempts and lines.
async fn fill(site: &Site) -> (JobId, JobId) {
    let app = &site.app;
    let service = register(app, &long(500), ProcessIdentity::current()).await;
    let now = app.backend().now().await.unwrap();
    let line = || LogLine { at: now, source: LogSource::Stdout, text: long(2_000) };
    let mut ended = JobId::generate();
    for n in 0..120 {
        ended = enqueue(app, large_job(format!("{n} {}", long(if n % 2 == 0 { 3_000 } else { 100 })))).await;
        let mut claimed = claim(app, service).await;
        for _ in 0..(if n == 119 { 60 } else { 0 }) {
            let again = claimed.payload.job().unwrap().clone();
            let outcome = Outcome::Reenqueue { data: Box::new(again), at: None, error: Some(failed(n)) };
            app.backend().finish(vec![Finish::new(claimed.token, outcome, Some(now), now)]).await.unwrap();
            claimed = claim(app, service).await;
        }
        let outcome = Outcome::Discarded { error: failed(n) };
        let mut finish = Finish::new(claimed.token, outcome, Some(now), now);
        finish.log_lines = (0..1_200).map(|_| line()).take(if n == 119 { 1_200 } else { 1 }).collect();
        app.backend().finish(vec![finish]).await.unwrap();
    }
    let mut waiting = JobId::generate();
    for n in 0..120 {
        let mut data = large_job(long(3_000));
        data.queue_name = Some(format!("queue {n:03} {}", long(if n % 2 == 0 { 500 } else { 10 })));
        data.scheduled_at = Some(now - std::time::Duration::from_secs(86_400));
        waiting = enqueue(app, data).await;
    }
    for n in 0..60 {
        register(app, &format!("service {n} {EVIL}"), ProcessIdentity::current()).await;
        let body = async |task: RunningTask| {
            (0..1_200).for_each(|_| task.log(long(500)));
            Ok::<_, egret::Error>(())
        };
        let name = if n < 40 { "busy".to_owned() } else { format!("task {n} {EVIL}") };
        Task::named(app, &name).run(body).await.unwrap();
        let mut trace = Trace::new(now, "sys", "jobs.delete", long(5_000));
        let whole = || if n % 2 == 0 { long(5_000).into() } else { wide() };
        (trace.before, trace.after) = (whole(), whole());
        site.console.trail().add(&trace).await.unwrap();
    }
    (waiting, ended)
}

/// Whether a path is one of a route.
fn is_of(path: &str, route: &str) -> bool {
    let (path, route) = (path.split('?').next().unwrap().split('/'), route.split('/'));
    path.clone().count() == route.clone().count()
        && path.zip(route).all(|(part, pattern)| pattern.starts_with('{') || part == pattern)
}

/// What no page may have: code within, and anything that is loaded from elsewhere.
fn judge(path: &str, page: &str) {
    assert!(page.len() < MOST, "{path} has {} bytes", page.len());
    for (place, _) in page.match_indices("<script") {
        assert!(page[place..].starts_with("<script src=\"/.sys/job/assets/"), "{path}: {}", &page[place..place + 60]);
        assert!(page[place..].split('>').nth(1).unwrap().starts_with("</script"), "{path} has code within");
    }
    for tag in page.split('<').skip(1).map(|rest| rest.split('>').next().unwrap()) {
        // Between quotes stand values; before each, the name of its attribute.
        let parts: Vec<&str> = tag.split('"').collect();
        for (name, value) in parts.chunks(2).filter_map(|pair| Some((pair.first()?, pair.get(1)?))) {
            let name = name.trim().trim_end_matches('=').rsplit(' ').next().unwrap();
            assert!(!name.starts_with("on") && name != "style", "{path}: <{tag}>");
            let leads = ["src", "href", "action"].contains(&name);
            assert!(!leads || value.starts_with(['/', '#']), "{path}: <{tag}>");
        }
        assert!(!tag.starts_with("style") && !tag.starts_with("img src=x"), "{path}: <{tag}>");
    }
}

#[tokio::test]
async fn every_page_is_small_and_carries_no_code_whatever_is_in_the_store() {
    let site = Site::new().await;
    let (waiting, ended) = fill(&site).await;
    let service = site.app.backend().services().await.unwrap()[0].id;
    let today = Timestamp::now().strftime("%Y%m%d").to_string();
    let discarded = site.user(Role::Operator).await.get("/.sys/job/discarded").await;
    let place = discarded.text.find("/.sys/job/discarded/confirm?action=retry").unwrap();
    let confirm = discarded.text[place..].split('"').next().unwrap().replace("&#38;", "&");
    let selection: String = (0..100).map(|_| format!("&ids%5B%5D={ended}")).collect();
    let trace = site.console.trail().list(None, &egret_core::Page::first(1)).await.unwrap().items.remove(0);
    let trace = format!("/.sys/job/audit/{}", trace.id);
    let mut paths = vec![confirm, trace, format!("/.sys/job/jobs/confirm?action=delete&selection=1{selection}")];
    for path in [
        "/.mypage/login?ref=%2F",
        "/.sys/job/audit",
        "/.sys/job/status",
        "/.sys/job/logs",
        "/.sys/job/logs?state=failed",
        "/.sys/job/TODAY/logs",
        "/.sys/job/logs/download_all",
        "/.sys/job/logs/batch_destroy?item%5Bsave_term%5D=",
        "/.sys/job/logs/ENDED.61",
        "/.sys/job/TODAY/logs/ENDED.61",
        "/.u/job/logs",
        "/.u/job/TODAY/logs",
        "/.u/job/logs/download_all",
        "/.u/job/logs/ENDED.61",
        "/.u/job/TODAY/logs/ENDED.61",
        "/.sys/job/tasks",
        "/.sys/job/tasks?confirm=delete&ids%5B%5D=busy",
        "/.sys/job/tasks/busy",
        "/.sys/job/tasks/busy/delete",
        "/.sys/job/services",
        "/.sys/job/services/SERVICE/stop",
        "/.sys/job/queues",
        "/.sys/job/jobs",
        "/.sys/job/jobs?state=discarded",
        "/.sys/job/jobs/new",
        "/.sys/job/jobs/confirm?action=retry",
        "/.sys/job/jobs/WAITING",
        "/.sys/job/jobs/ENDED",
        "/.sys/job/jobs/ENDED?attempt=3",
        "/.sys/job/reservations",
        "/.sys/job/reservations/WAITING",
        "/.sys/job/reservations/WAITING/delete",
        "/.sys/job/discarded",
        "/.u/job/jobs/ENDED",
        "/.u/job/reservations",
        "/.u/job/reservations/WAITING",
        "/.u/job/reservations/WAITING/delete",
    ] {
        let path = path.replace("TODAY", &today).replace("SERVICE", &service.to_string());
        paths.push(path.replace("ENDED", ended.as_str()).replace("WAITING", waiting.as_str()));
    }
    let mut admin = site.user(Role::Admin).await;
    let mut own = site.user(Role::Own).await;
    for path in &paths {
        let visitor = if path.starts_with("/.u/") { &mut own } else { &mut admin };
        // The service lives, however long it takes to look at all pages.
        site.app.backend().beat(service, Beat::default()).await.unwrap();
        let page = visitor.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.text);
        assert!(page.headers["content-type"].to_str().unwrap().starts_with("text/html"), "{path}");
        judge(path, &page.text);
    }
    for (path, status) in
        [("/.sys/job/nothing", StatusCode::NOT_FOUND), ("/.sys/job/jobs?state=%3Cb%3E", StatusCode::BAD_REQUEST)]
    {
        let page = admin.get(path).await;
        assert_eq!(page.status, status, "{path}");
        judge(path, &page.text);
    }
    // Whoever adds a page adds it here. These answer something else.
    let others = ["/live", ".json", "/download", "/preferences", "/metrics", "/healthz", "/readyz", "/first_login"];
    let leads_elsewhere = ["/.sys/job", "/.u/job", "/.u/job/apis/statuses/{id}"];
    for route in site.console.matrix().iter().filter(|route| route.method == Method::GET) {
        let is_other = others.iter().any(|end| route.path.ends_with(end)) || leads_elsewhere.contains(&route.path);
        assert!(is_other || paths.iter().any(|path| is_of(path, route.path)), "{} is not looked at", route.path);
    }
}

#[tokio::test]
async fn lists_that_are_read_whole_are_shown_in_portions() {
    let site = Site::new().await;
    for n in 0..120 {
        let mut data = JobData::new("A");
        data.queue_name = Some(format!("queue{n:03}"));
        enqueue(&site.app, data).await;
        register(&site.app, &format!("service{n:03}"), ProcessIdentity::current()).await;
    }
    let mut viewer = site.user(Role::Viewer).await;
    for (path, name) in [("/.sys/job/queues", ">queue"), ("/.sys/job/services", ">service")] {
        let mut address = path.to_owned();
        let mut seen = Vec::new();
        for n_page in 1..=3 {
            let page = viewer.get(&address).await;
            let begin = format!("<span{name}");
            seen.extend(page.text.split(&begin).skip(1).map(|rest| rest[..3].to_owned()));
            assert_eq!(page.text.contains("First page"), n_page > 1, "{address}");
            let place = page.text.find("\" rel=\"next\"");
            assert_eq!(place.is_some(), n_page < 3, "{address}");
            if let Some(place) = place {
                address = page.text[..place].rsplit('"').next().unwrap().replace("&#38;", "&");
            }
        }
        seen.sort();
        assert!(seen.len() >= 120, "{path}: {seen:?}");
        seen.dedup();
        assert_eq!(seen.len(), 120, "{path}");
        assert_eq!(viewer.get(&format!("{path}?after=gone")).await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn a_console_that_only_reads_refuses_every_change() {
    let mut options = egret_console::ConsoleOptions::default();
    options.writing = egret_console::Writing::ReadOnly;
    let site = Site::with(|app| app, options).await;
    let mut admin = site.user(Role::Admin).await;
    let token = admin.token().await;
    // What changes nothing: coming in, going out, and asking for a table.
    let harmless = ["/.mypage/logout", "/.sys/job/logs/download_all", "/.u/job/logs/download_all"];
    let changing = |route: &&egret_console::RouteRight| {
        route.method != Method::GET && route.need != Need::Open && !harmless.contains(&route.path)
    };
    let changing: Vec<_> = site.console.matrix().iter().filter(changing).collect();
    assert!(changing.len() > 15, "{changing:?}");
    for route in changing {
        let form = [("authenticity_token", token.as_str()), ("_method", "delete")];
        let reply = admin.send(route.method.as_str(), &crate::matrix::filled(route.path), &[], Some(&form)).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN, "{} {}", route.method, route.path);
        assert!(route.path.ends_with(".json") || reply.text.contains("This console is read-only."), "{}", reply.text);
    }
    assert!(site.console.trail().list(None, &egret_core::Page::first(1)).await.unwrap().items.is_empty());
}
