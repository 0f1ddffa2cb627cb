//! A new job from a form.

use axum::http::StatusCode;
use egret::config::Config;
use egret::language::Language;
use egret::{Context, Job};
use egret_console::ConsoleOptions;
use egret_console::access::Role;
use egret_core::{JobFilter, JobRecord, JobState, Origin, Page};

use crate::site::{Reply, Site};

#[derive(Debug, serde::Deserialize, Job)]
#[job(queue = "mailers", priority = 5)]
struct SendInvoice {
    #[allow(dead_code, reason = "only its name matters here")]
    invoice_id: u64,
}

impl SendInvoice {
    async fn perform(self, _context: &Context) -> egret::Result {
        Ok(())
    }
}

async fn site(allow: Option<&[&str]>) -> Site {
    let mut config = Config::default();
    config.exec.allow = allow.map(|paths| paths.iter().map(Into::into).collect());
    Site::with(|app| app.config(config).register::<SendInvoice>(), ConsoleOptions::default()).await
}

async fn jobs(site: &Site) -> Vec<JobRecord> {
    site.app.backend().inspect(&JobFilter::all(), &Page::first(9)).await.unwrap().items
}

async fn create(site: &Site, fields: &[(&str, &str)]) -> Reply {
    site.user(Role::Operator).await.post("/.sys/job/jobs", fields).await
}

#[tokio::test]
async fn a_job_of_a_registered_class_is_enqueued_as_the_application_would() {
    let site = site(None).await;
    let mut operator = site.user(Role::Operator).await;
    operator.get("/.sys/job/jobs").await.shows("/.sys/job/jobs/new");
    let page = operator.get("/.sys/job/jobs/new").await;
    page.shows("<option value=\"SendInvoice\"");
    page.hides("Egret::Command");
    let fields = [("class", "SendInvoice"), ("arguments", "{\"invoice_id\": 7}")];
    let reply = operator.post("/.sys/job/jobs", &fields).await;
    assert_eq!(reply.status, StatusCode::FOUND, "{}", reply.text);
    operator.get(reply.location()).await.shows("The job is enqueued.");
    let job = jobs(&site).await.remove(0);
    assert_eq!((job.queue.as_str(), job.priority, job.state), ("mailers", 5, JobState::Available));
    assert_eq!(job.origin, Origin::Console);
    assert_eq!(job.payload.job().unwrap().arguments.get(), r#"[{"invoice_id": 7}]"#);
    let fields = [("class", "SendInvoice"), ("arguments", "[7]"), ("queue", "low"), ("priority", "-3"), ("at", "2h")];
    operator.post("/.sys/job/jobs", &fields).await;
    let later = jobs(&site).await.into_iter().find(|job| job.queue == "low").unwrap();
    assert_eq!((later.priority, later.state), (-3, JobState::Scheduled));
    let traces = site.console.trail().list(None, &Page::first(9)).await.unwrap().items;
    assert_eq!(traces.iter().map(|trace| trace.action.as_str()).collect::<Vec<_>>(), ["jobs.create"; 2]);
}

#[tokio::test]
async fn what_will_not_do_is_told_beside_its_field_and_what_was_typed_stays() {
    let site = site(None).await;
    let fields =
        [("class", "Unknown"), ("arguments", "[1,<b>"), ("queue", "low*"), ("priority", "high"), ("at", "soon")];
    let page = create(&site, &fields).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    for problem in ["class", "arguments", "queue", "priority", "at"] {
        page.shows(&format!("id=\"{problem}-problem\""));
    }
    for kept in ["[1,&#60;b&#62;</textarea>", "value=\"low*\"", "value=\"high\"", "value=\"soon\""] {
        page.shows(kept);
    }
    create(&site, &[("class", "")]).await.shows("Choose a class.");
    create(&site, &[("class", "SendInvoice"), ("arguments", "7")]).await.shows("Write an array such as [7,");
    assert_eq!(jobs(&site).await.len(), 0);
    let mut viewer = site.user(Role::Viewer).await;
    assert_eq!(viewer.get("/.sys/job/jobs/new").await.status, StatusCode::FORBIDDEN);
    let page = site.user(Role::Operator).await.speaking(Language::Japanese).get("/.sys/job/jobs/new").await;
    page.shows("ジョブの登録");
}

#[tokio::test]
async fn programs_are_enqueued_only_when_an_operator_has_listed_them() {
    let program = |path: &str| format!("{{\"argv\": [\"{path}\"]}}");
    for (allow, path, is_taken) in [
        (None, "/bin/true", false),
        (Some(&[][..]), "/bin/true", false),
        (Some(&["/bin/ls"]), "/bin/true", false),
        (Some(&["/bin/true"]), "/bin/true", true),
    ] {
        let site = site(allow).await;
        let page = create(&site, &[("class", "Egret::Command"), ("arguments", &program(path))]).await;
        let expected = if is_taken { StatusCode::FOUND } else { StatusCode::UNPROCESSABLE_ENTITY };
        assert_eq!((page.status, jobs(&site).await.len()), (expected, usize::from(is_taken)), "{allow:?}");
    }
}

#[tokio::test]
async fn a_program_without_classes_says_what_to_do() {
    let site = Site::new().await;
    let page = site.user(Role::Operator).await.get("/.sys/job/jobs/new").await;
    page.shows("This program knows no job classes.");
    page.shows("exec.allow");
}

#[tokio::test]
async fn a_full_queue_refuses_in_words() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("config")).unwrap();
    std::fs::write(folder.path().join("config/job.yml"), "pool:\n  mailers:\n    max_size: 1\n").unwrap();
    let config = Config::load(&egret::config::LoadOptions::in_folder(folder.path())).unwrap();
    let site = Site::with(|app| app.config(config).register::<SendInvoice>(), ConsoleOptions::default()).await;
    let fields = [("class", "SendInvoice"), ("arguments", "[7]")];
    assert_eq!(create(&site, &fields).await.status, StatusCode::FOUND);
    let page = create(&site, &fields).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.shows("mailers");
    page.shows("role=\"alert\"");
}
