//! Following every link and pressing every button that pages show, over stores that can do much and little: what is shown
//! is there, and what a store cannot do is not shown.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use axum::http::StatusCode;
use egret::App;
use egret::config::{Config, StoreUrl};
use egret::tasks::{RunningTask, Task};
use egret_console::ConsoleOptions;
use egret_console::access::Role;
use egret_core::memory::{MemoryLists, MemoryOptions, MemoryRows};
use egret_core::{Backend, ErrorReport, Finish, LogLine, LogSource, Outcome, ProcessIdentity};

use crate::site::{Reply, Site};
use crate::stock::{enqueue, job_of};
use crate::work::{claim, register};

/// More pages than a small store has.
const MOST: usize = 400;

async fn site(backend: Option<Arc<dyn Backend>>, folder: &tempfile::TempDir) -> Site {
    let mut config = Config::default();
    config.root = folder.path().to_owned();
    config.url = StoreUrl::new("sqlite:egret.db").unwrap();
    let builder = App::builder().config(config).start_nothing();
    let builder = match backend {
        Some(backend) => builder.backend(backend),
        None => builder,
    };
    Site::of(builder, ConsoleOptions::default()).await
}

/// Jobs that wait, will run, run, have ended well and badly; a task.
async fn fill(site: &Site) {
    let (app, can) = (&site.app, site.app.backend().capabilities());
    let service = register(app, "job:service", ProcessIdentity::current()).await;
    for outcome in ["well", "badly", "running"] {
        enqueue(app, job_of("admin", outcome)).await;
        let claimed = claim(app, service).await;
        let now = app.backend().now().await.unwrap();
        let outcome = match outcome {
            "well" => Outcome::Completed { value: None },
            "badly" => Outcome::Discarded { error: ErrorReport::new("E", "boom") },
            _ => continue,
        };
        let mut finish = Finish::new(claimed.token, outcome, Some(now), now);
        finish.log_lines = vec![LogLine { at: now, source: LogSource::Info, text: "a line".to_owned() }];
        app.backend().finish(vec![finish]).await.unwrap();
    }
    enqueue(app, job_of("admin", "waiting")).await;
    if can.scheduling {
        let mut later = job_of("admin", "later");
        later.scheduled_at = Some("2100-01-01T00:00:00Z".parse().unwrap());
        enqueue(app, later).await;
    }
    if can.tasks {
        let body = async |task: RunningTask| {
            task.log("a line");
            Ok::<_, egret::Error>(())
        };
        Task::named(app, "cms:sync").run(body).await.unwrap();
    }
}

/// The values of an attribute.
fn values<'a>(text: &'a str, attribute: &str) -> Vec<String> {
    let begin = format!("{attribute}=\"");
    text.split(&begin).skip(1).map(|rest: &'a str| rest.split('"').next().unwrap().replace("&#38;", "&")).collect()
}

/// The fields of each form that changes something, by its action.
fn forms(page: &Reply, found: &mut BTreeMap<String, Vec<(String, String)>>) {
    for form in page.text.split("<form").skip(1).filter(|form| form.split('>').next().unwrap().contains("\"post\"")) {
        let form = form.split("</form>").next().unwrap();
        let mut fields = Vec::new();
        for field in form.split("<input").chain(form.split("<button")).skip(1) {
            let tag = field.split('>').next().unwrap();
            if let (Some(name), Some(value)) = (values(tag, "name").pop(), values(tag, "value").pop()) {
                fields.push((name, value));
            }
        }
        let action = values(form, "action").remove(0);
        let kind =
            fields.iter().filter(|(name, _)| name == "action").map(|(_, value)| value.as_str()).collect::<String>();
        found.entry(format!("{action} {kind}")).or_insert(fields);
    }
}

async fn walk(site: &Site) -> BTreeSet<String> {
    fill(site).await;
    let mut admin = site.user(Role::Admin).await;
    let mut waiting = VecDeque::from(["/".to_owned()]);
    let mut seen = BTreeSet::from(["/".to_owned()]);
    let mut buttons = BTreeMap::new();
    while let Some(address) = waiting.pop_front() {
        let page = admin.get(&address).await;
        assert!(page.status.is_success() || page.status.is_redirection(), "{address}: {} {}", page.status, page.text);
        forms(&page, &mut buttons);
        let led = Some(page.location().to_owned()).filter(|location| !location.is_empty());
        for link in values(&page.text, "href").into_iter().chain(led) {
            let is_page = link.starts_with('/') && !link.contains("/assets/") && !link.contains("/preferences");
            // The days before go on for ever.
            let is_page = is_page && !(link.ends_with("/logs") && link.contains("/20"));
            if is_page && seen.insert(link.clone()) {
                assert!(seen.len() < MOST, "there is no end to {seen:?}");
                waiting.push_back(link);
            }
        }
    }
    buttons.remove("/.mypage/logout ");
    assert!(buttons.len() > 2, "{buttons:?}");
    for (button, fields) in buttons {
        let path = button.split(' ').next().unwrap();
        let mut fields: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        fields.retain(|(name, _)| *name != "authenticity_token");
        let reply = admin.post(path, &fields).await;
        let is_fault = reply.status.is_server_error() || reply.status == StatusCode::METHOD_NOT_ALLOWED;
        assert!(!is_fault, "{button} {fields:?}: {} {}", reply.status, reply.text);
        reply.hides("This store cannot do that.");
    }
    seen
}

#[tokio::test]
async fn over_rows_in_memory() {
    let folder = tempfile::tempdir().unwrap();
    let seen = walk(&site(Some(Arc::new(MemoryRows::default())), &folder).await).await;
    for page in ["/.sys/job/logs", "/.sys/job/tasks/cms%3Async", "/.u/job/logs", "/.sys/job/jobs/new"] {
        assert!(seen.contains(page), "{page} is not in {seen:?}");
    }
}

#[tokio::test]
async fn over_lists_in_memory() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(MemoryLists::new(MemoryOptions::default()));
    let seen = walk(&site(Some(store), &folder).await).await;
    for page in ["/.sys/job/logs", "/.u/job/logs"] {
        assert!(!seen.contains(page), "{page} is in {seen:?}");
    }
    assert!(seen.contains("/.sys/job/jobs"));
}

#[tokio::test]
async fn over_the_embedded_store() {
    let folder = tempfile::tempdir().unwrap();
    let seen = walk(&site(None, &folder).await).await;
    assert!(seen.contains("/.sys/job/logs/download_all") && seen.contains("/.sys/job/audit"), "{seen:?}");
}
