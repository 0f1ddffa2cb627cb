//! Named tasks, and services among them. R1 is that of SHIRASAGI 1.21.0 (`spec/features/job/sys/tasks_spec.rb`).

use axum::http::StatusCode;
use egret::App;
use egret::language::Language;
use egret::tasks::{RunningTask, Task};
use egret_console::access::Role;
use egret_core::{Page, ProcessIdentity, TaskState};

use crate::site::Site;
use crate::work::register;

/// Runs a task that counts to three and writes lines.
async fn run(app: &App, name: &str, lines: &[&str]) {
    let body = async |task: RunningTask| {
        task.total(4);
        lines.iter().for_each(|line| task.log(line));
        task.count(3).await.unwrap();
        Ok::<_, egret::Error>(())
    };
    Task::named(app, name).run(body).await.unwrap();
}

async fn actions(site: &Site) -> Vec<(String, String)> {
    let traces = site.console.trail().list(None, &Page::first(50)).await.unwrap().items;
    traces.into_iter().map(|trace| (trace.action, trace.target)).collect()
}

#[tokio::test]
async fn r1_a_task_is_listed_shown_and_deleted() {
    let site = Site::new().await;
    run(&site.app, "cms:generate_pages", &["page 1", "page 2"]).await;
    let mut operator = site.user(Role::Operator).await;
    operator.get("/.sys/job/tasks").await.shows("/.sys/job/tasks/cms%3Agenerate_pages");
    let page = operator.get("/.sys/job/tasks/cms:generate_pages").await;
    for text in ["cms:generate_pages", "completed", "<progress max=\"4\" value=\"3\"", "page 2", "Run 1", "2 lines"] {
        page.shows(text);
    }
    let page = operator.get("/.sys/job/tasks/cms%3Agenerate_pages/delete").await;
    page.shows("Are you sure you want to delete it?");
    let reply = operator.post("/.sys/job/tasks/cms%3Agenerate_pages", &[("_method", "delete")]).await;
    assert_eq!((reply.status, reply.location()), (StatusCode::FOUND, "/.sys/job/tasks"), "{}", reply.text);
    let page = operator.get("/.sys/job/tasks").await;
    page.shows("Deleted.");
    page.hides("generate_pages");
    assert_eq!(operator.get("/.sys/job/tasks/cms:generate_pages").await.status, StatusCode::NOT_FOUND);
    assert_eq!(actions(&site).await, [("tasks.delete".to_owned(), "cms:generate_pages".to_owned())]);
}

#[tokio::test]
async fn r1_tasks_that_are_chosen_are_deleted_together_after_a_look_at_them() {
    let site = Site::new().await;
    for name in ["a", "b", "c"] {
        run(&site.app, name, &[]).await;
    }
    let held = Task::named(&site.app, "held").start().await.unwrap();
    let mut operator = site.user(Role::Operator).await.speaking(Language::Japanese);
    let page = operator.get("/.sys/job/tasks?confirm=delete&ids%5B%5D=a&ids%5B%5D=b&ids%5B%5D=held").await;
    page.shows("次の 2 件のタスク");
    page.shows("実行中のため");
    let form = [("_method", "delete"), ("ids[]", "a"), ("ids[]", "b"), ("ids[]", "held")];
    assert_eq!(operator.post("/.sys/job/tasks", &form).await.status, StatusCode::FOUND);
    let page = operator.get("/.sys/job/tasks").await;
    page.shows("2 件を削除しました。1 件は削除できませんでした。");
    let left: Vec<_> = site.app.backend().tasks(&Default::default(), &Page::first(9)).await.unwrap().items;
    assert_eq!(left.iter().map(|task| task.name.as_str()).collect::<Vec<_>>(), ["held", "c"]);
    for form in [
        &[("_method", "delete")][..],
        &[("_method", "delete"), ("ids[]", "")],
        &[("_method", "delete"), ("ids[]", "x")],
    ] {
        assert_eq!(operator.post("/.sys/job/tasks", form).await.status, StatusCode::BAD_REQUEST, "{form:?}");
    }
    drop(held);
}

#[tokio::test]
async fn a_task_that_a_living_owner_has_is_neither_reset_nor_deleted_but_stopped() {
    let site = Site::new().await;
    let held = Task::named(&site.app, "cms:sync").start().await.unwrap();
    let mut operator = site.user(Role::Operator).await;
    let pid = std::process::id();
    let page = operator.get("/.sys/job/tasks/cms:sync").await;
    page.shows(&format!("The process {pid} on "));
    page.shows("/interrupt\"");
    page.hides("reset_state");
    operator.get("/.sys/job/tasks/cms:sync/delete").await.hides("Are you sure");
    for (path, form) in
        [("/.sys/job/tasks/cms:sync", &[("_method", "delete")][..]), ("/.sys/job/tasks/cms:sync/reset_state", &[])]
    {
        let reply = operator.post(path, form).await;
        assert_eq!(reply.status, StatusCode::CONFLICT, "{path}");
        reply.shows("Stop the task first.");
    }
    let reply = operator.post("/.sys/job/tasks/cms:sync/interrupt", &[]).await;
    assert_eq!(reply.location(), "/.sys/job/tasks/cms%3Async");
    operator.get("/.sys/job/tasks/cms:sync").await.shows("Suspension order sent.");
    assert!(site.app.backend().find_task("cms:sync").await.unwrap().unwrap().is_interrupt_asked);
    drop(held);
    let reply = operator.post("/.sys/job/tasks/cms:sync/interrupt", &[]).await;
    assert_eq!(reply.status, StatusCode::CONFLICT, "nobody has it any more");
    assert_eq!(actions(&site).await, [("tasks.interrupt".to_owned(), "cms:sync".to_owned())]);
}

#[tokio::test]
async fn a_reset_leads_to_the_list_and_answers_programs_with_201_and_the_task() {
    let site = Site::new().await;
    run(&site.app, "cms:sync", &["one line"]).await;
    let mut operator = site.user(Role::Operator).await;
    let reply = operator.post("/.sys/job/tasks/cms:sync/reset_state.json", &[]).await;
    assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text);
    let json: serde_json::Value = serde_json::from_str(&reply.text).unwrap();
    assert_eq!((&json["state"], &json["state_label"]), (&"stop".into(), &"stopped".into()));
    assert_eq!(json["head_logs"][0], "one line");
    assert_eq!(site.app.backend().find_task("cms:sync").await.unwrap().unwrap().state, TaskState::Stop);
    let reply = operator.post("/.sys/job/tasks/cms:sync/reset_state", &[]).await;
    assert_eq!((reply.status, reply.location()), (StatusCode::FOUND, "/.sys/job/tasks"));
    operator.get("/.sys/job/tasks").await.shows("State initialized.");
    assert_eq!(site.user(Role::Viewer).await.post("/.sys/job/tasks/cms:sync/reset_state", &[]).await.status, 403);
}

#[tokio::test]
async fn services_stand_among_tasks_and_a_living_one_is_not_deleted() {
    let site = Site::new().await;
    let mut operator = site.user(Role::Operator).await;
    operator.get("/.sys/job/tasks").await.shows("job:service");
    let reply = operator.post("/.sys/job/tasks/job:service", &[("_method", "delete")]).await;
    assert_eq!(reply.status, StatusCode::FOUND, "what does not live needs no protection");
    register(&site.app, "job:service", ProcessIdentity::current()).await;
    operator.get("/.sys/job/tasks?state=running").await.shows("job:service");
    operator.get("/.sys/job/tasks?state=stop").await.hides("job%3Aservice");
    operator.get("/.sys/job/tasks/job:service/delete").await.shows("A service of this name live");
    let reply = operator.post("/.sys/job/tasks/job:service", &[("_method", "delete")]).await;
    assert_eq!(reply.status, StatusCode::CONFLICT);
    assert_eq!(site.app.backend().services().await.unwrap().len(), 1);
}

#[tokio::test]
async fn tasks_are_searched_by_state_and_by_up_to_five_words_of_any_width() {
    let site = Site::new().await;
    for name in ["cms:generate_pages", "cms:generate_nodes", "gws:sync"] {
        run(&site.app, name, &[]).await;
    }
    let mut viewer = site.user(Role::Viewer).await;
    let page = viewer.get("/.sys/job/tasks?s%5Bkeyword%5D=PAGES%E3%80%80cms").await;
    page.shows("cms:generate_pages");
    page.hides("cms:generate_nodes");
    page.hides("gws:sync");
    viewer.get("/.sys/job/tasks?keyword=nothing").await.shows("No task matches.");
    viewer.get("/.sys/job/tasks?s%5Bstate%5D=running").await.hides("gws%3Async");
    viewer.get("/.sys/job/tasks?state=completed").await.shows("gws%3Async");
    assert_eq!(viewer.get("/.sys/job/tasks?state=odd").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_log_of_each_run_is_downloaded() {
    let site = Site::new().await;
    run(&site.app, "cms:sync", &["first"]).await;
    run(&site.app, "cms:sync", &["second", "third"]).await;
    run(&site.app, "silent", &[]).await;
    let mut viewer = site.user(Role::Viewer).await;
    let last = viewer.get("/.sys/job/tasks/cms:sync/download").await;
    assert_eq!(
        (last.text.as_str(), &last.headers["content-type"]),
        ("second\nthird\n", &"text/plain; charset=utf-8".parse().unwrap())
    );
    assert_eq!(viewer.get("/.sys/job/tasks/cms:sync/download?log_sequence=1").await.text, "first\n");
    viewer.get("/.sys/job/tasks/cms:sync?run=1").await.shows("first");
    for path in ["cms:sync/download?log_sequence=9", "silent/download", "nobody/download", "job:service/download"] {
        assert_eq!(viewer.get(&format!("/.sys/job/tasks/{path}")).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(viewer.get("/.sys/job/tasks/cms:sync/download?log_sequence=x").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn names_of_any_kind_are_shown_as_text_and_lead_to_their_task() {
    let site = Site::new().await;
    for name in ["<script>alert(1)</script>", "a/b?c#d", "report.json", "鷺 の 群れ"] {
        run(&site.app, name, &["<img src=x>"]).await;
    }
    let mut operator = site.user(Role::Operator).await;
    let list = operator.get("/.sys/job/tasks").await;
    list.hides("<script>alert");
    let mut n_followed = 0;
    for part in list.text.split("href=\"/.sys/job/tasks/").skip(1) {
        let address = format!("/.sys/job/tasks/{}", part.split('"').next().unwrap());
        let page = operator.get(&address).await;
        assert_eq!(page.status, StatusCode::OK, "{address}");
        page.hides("<img src=x>");
        page.hides("<script>alert");
        n_followed += 1;
    }
    assert_eq!(n_followed, 5, "four tasks and the service");
    let json = operator.get("/.sys/job/tasks.json").await;
    assert_eq!(serde_json::from_str::<serde_json::Value>(&json.text).unwrap()["items"].as_array().unwrap().len(), 5);
}
