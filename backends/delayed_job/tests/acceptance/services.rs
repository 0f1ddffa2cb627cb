//! Cases 3, 15, 17 and 22: whole services of an application on the table.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use egret::job::JobError;
use egret::service::{ExitRule, ServiceOptions, StopControl};
use egret::{App, Context, Job};
use egret_core::{Backend, JobState, Timestamp};

use super::world::{World, eventually, seconds};
use crate::support::Database;

/// How often jobs have run, by the database of their test.
static RUNS: Mutex<BTreeMap<String, u32>> = Mutex::new(BTreeMap::new());

fn count(test: &str) {
    *RUNS.lock().unwrap().entry(test.to_owned()).or_default() += 1;
}

fn n_runs(test: &str) -> u32 {
    RUNS.lock().unwrap().get(test).copied().unwrap_or(0)
}

#[derive(Job)]
struct CountingJob {
    test: String,
}

impl CountingJob {
    async fn perform(self) {
        count(&self.test);
    }
}

#[derive(Job)]
struct FailingJob {
    test: String,
}

impl FailingJob {
    async fn perform(self) -> egret::Result {
        count(&self.test);
        Err(JobError::new("Oops", "did not work"))
    }
}

#[derive(Job)]
#[allow(dead_code, reason = "the job fails before it looks at it")]
struct NumberJob {
    number: u64,
}

impl NumberJob {
    async fn perform(self) {}
}

#[derive(Job)]
struct EndlessJob {}

impl EndlessJob {
    async fn perform(self, context: &Context) {
        context.cancellation().cancelled().await;
        std::future::pending::<()>().await;
    }
}

async fn app(store: &Arc<dyn Backend>, folder: &tempfile::TempDir) -> App {
    let builder = App::builder().config(config(folder)).backend(Arc::clone(store));
    builder
        .register::<CountingJob>()
        .register::<FailingJob>()
        .register::<NumberJob>()
        .register::<EndlessJob>()
        .build()
        .await
        .unwrap()
}

fn config(folder: &tempfile::TempDir) -> egret::config::Config {
    let mut config = egret::config::Config::default();
    config.root = folder.path().to_owned();
    let section = config.sections.values_mut().next().unwrap();
    section.mode = egret::config::Mode::Service;
    config
}

/// Works off what is due.
async fn work_off(app: &App) {
    let mut options = ServiceOptions::of_section(app.section(), app.config());
    options.exit = ExitRule::WhenNothingIsDue;
    let service = app.service_with(options, usize::MAX).start(StopControl::new()).unwrap();
    let ended = tokio::time::timeout(Duration::from_secs(120), service.ended()).await;
    ended.expect("the service ends by itself").unwrap();
}

pub(crate) async fn a03_jobs_that_do_not_wait_run_at_once_and_make_no_row(database: Database) {
    let mut world = World::with(database, |options| options.settings.delay_jobs = false).await;
    let test = world.database.url().to_owned();
    let folder = tempfile::tempdir().unwrap();
    let at_once = app(&world.store, &folder).await;
    let id =
        CountingJob { test: test.clone() }.set().wait(Duration::from_secs(3600)).perform_later(&at_once).await.unwrap();
    assert!(!id.as_str().is_empty(), "the job comes back, not what it answered");
    assert_eq!((n_runs(&test), world.n_rows().await), (1, 0));
    let error = FailingJob { test: test.clone() }.perform_later(&at_once).await.unwrap_err();
    assert_eq!(*error.kind(), egret::ErrorKind::JobFailed);
    assert!(format!("{error:?}").contains("did not work"), "{error:?}");
    assert_eq!((n_runs(&test), world.n_rows().await), (2, 0));
    let waiting = world.another(|_| {}).await;
    let of_condition = App::builder().config(config(&folder)).backend(waiting).register::<CountingJob>();
    let of_condition = of_condition.perform_at_once_if(|job| job.queue() == "now").build().await.unwrap();
    let jobs =
        ["now", "default", "now"].map(|queue| CountingJob { test: test.clone() }.set().queue(queue).prepare().unwrap());
    let ids: Vec<_> = jobs.iter().map(|job| egret_core::Enqueued::Stored(job.job_id().clone())).collect();
    assert_eq!(of_condition.enqueue_all(jobs).await.unwrap(), ids, "answers are in the order of the jobs");
    assert_eq!((n_runs(&test), world.n_rows().await), (4, 1));
}

/// Hooks are Ruby's; what is before the work here is the reading of its arguments.
pub(crate) async fn a15_an_error_before_the_work_is_an_error_of_the_job(database: Database) {
    let mut world = World::new(database).await;
    let folder = tempfile::tempdir().unwrap();
    let app = app(&world.store, &folder).await;
    NumberJob { number: 7 }.perform_later(&app).await.unwrap();
    world.raw.run("UPDATE delayed_jobs SET handler = REPLACE(handler, '- number: 7', '- number: none')").await;
    world.raw.run("UPDATE delayed_jobs SET handler = REPLACE(handler, '- 7', '- none')").await;
    work_off(&app).await;
    let [attempts, error] = world.columns(["attempts", "last_error"]).await;
    assert_eq!(attempts.as_deref(), Some("1"));
    assert!(error.unwrap().contains("number"), "it says which argument");
}

pub(crate) async fn a17_a_job_that_runs_too_long_fails_with_what_upstream_says(database: Database) {
    let mut world = World::with(database, |options| options.settings.max_run_time = Duration::from_secs(1)).await;
    let folder = tempfile::tempdir().unwrap();
    let app = app(&world.store, &folder).await;
    EndlessJob {}.perform_later(&app).await.unwrap();
    work_off(&app).await;
    let [attempts, error, locked_by] = world.columns(["attempts", "last_error", "locked_by"]).await;
    assert_eq!((attempts.as_deref(), locked_by), (Some("1"), None));
    let error = error.unwrap();
    assert!(error.contains("expired") && error.contains("only 1 second"), "{error}");
    assert_eq!(world.only_job().await.state, JobState::Retryable);
}

pub(crate) async fn a22_a_service_that_works_off_ends_when_nothing_is_due(database: Database) {
    let mut world = World::new(database).await;
    let test = world.database.url().to_owned();
    let folder = tempfile::tempdir().unwrap();
    let app = app(&world.store, &folder).await;
    for _ in 0..3 {
        CountingJob { test: test.clone() }.perform_later(&app).await.unwrap();
    }
    CountingJob { test: test.clone() }
        .set()
        .wait_until(Timestamp::now() + seconds(3600))
        .perform_later(&app)
        .await
        .unwrap();
    FailingJob { test: test.clone() }.perform_later(&app).await.unwrap();
    work_off(&app).await;
    assert_eq!(n_runs(&test), 4, "each once; the one that failed waits, as the one for later");
    eventually("nothing is locked", async || {
        let locked = world.raw.value("SELECT count(*) FROM delayed_jobs WHERE locked_by IS NOT NULL").await;
        (locked.as_deref() == Some("0")).then_some(())
    })
    .await;
    assert_eq!(world.n_rows().await, 2);
}
