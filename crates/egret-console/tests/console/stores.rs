//! The same pages over other stores: the embedded one, and one that can do little.

use std::sync::Arc;

use axum::http::StatusCode;
use egret::App;
use egret::config::Config;
use egret::tasks::{RunningTask, Task};
use egret_console::ConsoleOptions;
use egret_console::access::Role;
use egret_core::memory::{MemoryLists, MemoryOptions};
use egret_core::{Finish, JobData, LogLine, LogSource, Outcome, ProcessIdentity};

use crate::site::Site;
use crate::work::{claim, enqueue, register};

fn config(folder: &tempfile::TempDir) -> Config {
    let mut config = Config::default();
    config.root = folder.path().to_owned();
    config
}

#[tokio::test]
async fn what_has_run_tasks_services_and_queues_are_shown_over_the_embedded_store() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::of(App::builder().config(config(&folder)).start_nothing(), ConsoleOptions::default()).await;
    let backend = site.app.backend();
    let service = register(&site.app, "job:service", ProcessIdentity::current()).await;
    let id = enqueue(&site.app, JobData::new("Embedded::AJob")).await;
    let claimed = claim(&site.app, service).await;
    let now = backend.now().await.unwrap();
    let mut finish = Finish::new(claimed.token, Outcome::Completed { value: None }, Some(now), now);
    finish.log_lines = vec![LogLine { at: now, source: LogSource::Info, text: "kept by the store".to_owned() }];
    backend.finish(vec![finish]).await.unwrap();
    let body = async |task: RunningTask| {
        task.log("written by a task");
        Ok::<_, egret::Error>(())
    };
    Task::named(&site.app, "cms:sync").run(body).await.unwrap();

    let mut operator = site.user(Role::Operator).await;
    for (path, text) in [
        ("/.sys/job/logs".to_owned(), "Embedded::AJob"),
        (format!("/.sys/job/logs/{id}.1"), "kept by the store"),
        (format!("/.sys/job/logs/{id}.1/download"), "info kept by the store"),
        ("/.sys/job/tasks".to_owned(), "cms%3Async"),
        ("/.sys/job/tasks/cms:sync".to_owned(), "written by a task"),
        ("/.sys/job/tasks/cms:sync/download".to_owned(), "written by a task\n"),
        ("/.sys/job/services".to_owned(), "job:service"),
        ("/.sys/job/queues".to_owned(), "default"),
        ("/.sys/job/logs/batch_destroy?item%5Bsave_term%5D=".to_owned(), "1 job goes"),
    ] {
        let page = operator.get(&path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        page.shows(text);
    }
    let reply = operator.post("/.sys/job/logs/download_all", &[("item[save_term]", "")]).await;
    reply.shows("Embedded::AJob");
    operator.post("/.sys/job/queues/default/pause", &[]).await;
    operator.get("/.sys/job/queues").await.shows("The queue is paused.");
    operator.post("/.sys/job/logs/batch_destroy", &[("item[save_term]", "")]).await;
    operator.get("/.sys/job/logs").await.shows("Nothing has run yet.");
}

#[tokio::test]
async fn what_a_store_cannot_do_is_not_shown() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(MemoryLists::new(MemoryOptions::default()));
    let builder = App::builder().config(config(&folder)).backend(store).start_nothing();
    let site = Site::of(builder, ConsoleOptions::default()).await;
    let mut operator = site.user(Role::Operator).await;
    let status = operator.get("/.sys/job/status").await;
    assert_eq!(status.status, StatusCode::OK);
    status.hides("\"/.sys/job/logs\"");
    for path in ["/.sys/job/logs", "/.sys/job/logs/download_all", "/.sys/job/logs/x.1", "/.sys/job/tasks/cms:sync"] {
        assert_eq!(operator.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    // The beginnings of both areas lead to what there is, and tabs to nothing that there is not.
    for (beginning, place) in [("/.sys/job", "/.sys/job/status"), ("/.u/job", "/.u/job/reservations")] {
        assert_eq!(operator.get(beginning).await.location(), place);
    }
    operator.get("/.u/job/reservations").await.hides("\"/.u/job/logs\"");
    operator.get("/.sys/job/tasks").await.shows("job:service");
    assert_eq!(operator.get("/.sys/job/services").await.status, StatusCode::OK);
    let queues = operator.get("/.sys/job/queues").await;
    queues.shows("voice_synthesis");
    queues.hides("/pause\"");
    assert_eq!(operator.post("/.sys/job/queues/default/pause", &[]).await.status, StatusCode::NOT_FOUND);
}
