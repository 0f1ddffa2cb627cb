//! Services and orders to them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use egret::language::Language;
use egret::{App, Context, Job};
use egret_console::ConsoleOptions;
use egret_console::access::Role;
use egret_core::memory::MemoryRows;
use egret_core::{Beat, JobData, Page, ProcessIdentity, ServiceOrder, Timestamp};

use crate::site::Site;
use crate::work::{Workshop, claim, ended_process, enqueue, register};

#[tokio::test]
async fn services_are_shown_with_what_they_do_and_an_empty_page_teaches() {
    let site = Site::new().await;
    let mut viewer = site.user(Role::Viewer).await;
    viewer.get("/.sys/job/services").await.shows_command("systemctl start egret-job");
    let id = register(&site.app, "job:<b>", ProcessIdentity::current()).await;
    let beat = Beat { resident_bytes: 14 << 20, n_finished: 1_204, ..Beat::default() };
    site.app.backend().beat(id, beat).await.unwrap();
    let page = viewer.get("/.sys/job/services").await;
    for text in
        ["job:&#60;b&#62;", "14 MiB", "1,204", "0 / 10", "running", "default, mailers", &std::process::id().to_string()]
    {
        page.shows(text);
    }
    page.hides("/quiet\"");
    viewer.get("/.sys/job/services.json").await.shows("\"resident_bytes\"");
    viewer.speaking(Language::Japanese).get("/.sys/job/services").await.shows("稼働中");
}

#[tokio::test]
async fn orders_reach_the_service_and_are_traced() {
    let site = Site::new().await;
    let id = register(&site.app, "job:service", ProcessIdentity::current()).await;
    let mut operator = site.user(Role::Operator).await;
    operator.get("/.sys/job/services").await.shows(&format!("/.sys/job/services/{id}/quiet"));
    let stop = operator.get(&format!("/.sys/job/services/{id}/stop")).await;
    stop.shows("Nothing is lost.");
    for order in [ServiceOrder::Quiet, ServiceOrder::Resume, ServiceOrder::Stop] {
        let path = format!("/.sys/job/services/{id}/{}", order.as_str());
        let reply = operator.post(&path, &[]).await;
        assert_eq!((reply.status, reply.location()), (StatusCode::FOUND, "/.sys/job/services"), "{}", reply.text);
        let orders = site.app.backend().beat(id, Beat::default()).await.unwrap();
        assert_eq!(orders.order.map(|given| given.order), Some(order));
    }
    let traces = site.console.trail().list(None, &Page::first(9)).await.unwrap().items;
    let told: Vec<&str> = traces.iter().map(|trace| trace.action.as_str()).collect();
    assert_eq!(told, ["services.stop", "services.resume", "services.quiet"]);
    for unknown in ["0000000000000001", "x"] {
        let reply = operator.post(&format!("/.sys/job/services/{unknown}/quiet"), &[]).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND);
    }
    let reply = site.user(Role::Viewer).await.post(&format!("/.sys/job/services/{id}/stop"), &[]).await;
    assert_eq!(reply.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_dead_service_is_marked_and_its_jobs_are_released() {
    let workshop = Workshop::new().await;
    let app = &workshop.site.app;
    let dead = register(app, "job:service", ended_process()).await;
    enqueue(app, JobData::new("AJob")).await;
    claim(app, dead).await;
    workshop.clock.advance(Duration::from_secs(120));
    app.backend().beat(workshop.service, Beat::default()).await.unwrap();
    let mut operator = workshop.site.user(Role::Operator).await;
    let page = operator.get("/.sys/job/services").await;
    page.shows("dead");
    page.shows("Release the jobs of dead services");
    page.hides(&format!("/.sys/job/services/{dead}/stop"));
    let status = operator.get("/.sys/job/status").await;
    status.shows("Release its jobs");
    let form = [("back", "/.sys/job/status")];
    let reply = operator.post("/.sys/job/services/rescue", &form).await;
    assert_eq!(reply.location(), "/.sys/job/status");
    let status = operator.get("/.sys/job/status").await;
    status.shows("1 job released, of 1 dead service.");
    status.hides("Release its jobs");
    assert_eq!(claim(app, workshop.service).await.attempt, 1, "the job is there again");
    operator.post("/.sys/job/services/rescue", &[("back", "//evil.example/")]).await;
    let page = operator.get("/.sys/job/services").await;
    page.shows("No service is dead.");
    page.hides("Release the jobs");
}

/// A job of the class exists nowhere else.
#[derive(Job)]
#[job(class = "Console::WaitingJob")]
struct WaitingJob;

impl WaitingJob {
    async fn perform(self, _context: &Context) -> egret::Result {
        Ok(())
    }
}

#[tokio::test]
async fn a_service_is_started_from_the_status_page_where_enqueues_would_start_it() {
    let builder = App::builder().config(Default::default()).backend(Arc::new(MemoryRows::default()));
    let site = Site::of(builder.register::<WaitingJob>(), ConsoleOptions::default()).await;
    let mut data = JobData::new("Console::WaitingJob");
    data.scheduled_at = Some(Timestamp::now() - Duration::from_secs(7 * 3_600));
    let id = data.job_id.clone();
    let job = egret_core::NewJob::new(data, egret_core::Origin::Application);
    // Whoever enqueued it died before it could start a service.
    let request = egret_core::EnqueueRequest { jobs: vec![job], start: None };
    site.app.backend().enqueue(request).await.unwrap();
    let mut operator = site.user(Role::Operator).await;
    let page = operator.get("/.sys/job/status").await;
    page.shows("errorExplanation");
    page.shows("/.sys/job/services/start");
    site.user(Role::Viewer).await.get("/.sys/job/status").await.hides("/.sys/job/services/start");
    operator.post("/.sys/job/services/start", &[("back", "/.sys/job/status")]).await;
    operator.get("/.sys/job/status").await.shows("A service was started.");
    let deadline = Instant::now() + Duration::from_secs(60);
    while !site.app.backend().find(&id).await.unwrap().unwrap().state.is_terminal() {
        assert!(Instant::now() < deadline, "the service never ran the job");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    operator.post("/.sys/job/services/start", &[]).await;
    operator.get("/.sys/job/services").await.shows("No service was started");
}

#[tokio::test]
async fn nothing_is_started_where_the_operator_starts_services() {
    let site = Site::new().await;
    let mut operator = site.user(Role::Operator).await;
    assert_eq!(operator.post("/.sys/job/services/start", &[]).await.status, StatusCode::NOT_FOUND);
    operator.get("/.sys/job/services").await.hides("/.sys/job/services/start");
}
