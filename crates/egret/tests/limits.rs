//! Limits and bindings of jobs: SHIRASAGI's cases of its adapter (A), of its limit per user (U) and of its builder (B).
//!
//! Source: SHIRASAGI 1.21.0, `spec/lib/active_job/queue_adapters/shirasagi_adapter_spec.rb`,
//! `spec/features/gws/memo/messages/export_messages_spec.rb`, `spec/lib/job/binded_job_spec.rb`.

#![allow(clippy::unwrap_used, reason = "the functions that tests share are tests, too")]

use std::sync::Mutex;
use std::time::Duration;

use egret::arguments::Symbol;
use egret::config::{Config, LoadOptions};
use egret::job::{Bindings, Ending, PreparedJob, bindings};
use egret::language::Language;
use egret::service::{ExitRule, ServiceOptions, StopControl};
use egret::{App, Context, Error, ErrorKind, Job};
use egret_core::{Enqueued, JobFilter, JobId, JobState, LimitReached, Page, Timestamp};
use tempfile::TempDir;

/// Keeps what it was bound to.
#[derive(Debug, Job)]
#[job(class = "ExportJob")]
struct Export {
    name: String,
}

static SEEN: Mutex<Vec<(String, Option<String>)>> = Mutex::new(Vec::new());

impl Export {
    async fn perform(self, context: &Context) {
        let site = context.binding("site_id").map(str::to_owned);
        SEEN.lock().unwrap().push((self.name, site));
    }
}

#[derive(Debug, thiserror::Error)]
#[error("not yet")]
struct NotYet;

/// Fails once.
#[derive(Debug, Job)]
#[job(retry_on(NotYet, wait = "0s", attempts = 3))]
struct Twice {
    name: String,
}

impl Twice {
    async fn perform(self, context: &Context) -> egret::Result {
        let user = context.binding("user_id").map(str::to_owned);
        SEEN.lock().unwrap().push((self.name, user));
        if context.executions() < 2 { Err(NotYet.into()) } else { Ok(()) }
    }
}

/// One of its arguments is enough; so is one for a report; so is one a day.
#[derive(Debug, Job)]
#[job(unique)]
struct Reindex {
    page: u64,
    is_whole: bool,
}

#[derive(Debug, Job)]
#[job(unique(by(page)), queue = "low")]
struct Refresh {
    page: u64,
    asked_by: String,
}

#[derive(Debug, Job)]
#[job(unique(key = "daily", for = "1d"))]
struct Daily;

impl Reindex {
    async fn perform(self) {
        SEEN.lock().unwrap().push((format!("reindex {} {}", self.page, self.is_whole), None));
    }
}

impl Refresh {
    async fn perform(self) {
        SEEN.lock().unwrap().push((format!("refresh {} {}", self.page, self.asked_by), None));
    }
}

impl Daily {
    async fn perform(self) {}
}

/// An application in a folder of its own, on demand, whose services the test runs itself.
struct Subject {
    app: App,
    _folder: TempDir,
}

impl Subject {
    async fn new(configuration: &str) -> Self {
        let folder = TempDir::new().unwrap();
        std::fs::create_dir(folder.path().join("config")).unwrap();
        std::fs::write(folder.path().join("config/job.yml"), configuration).unwrap();
        let config = Config::load(&LoadOptions::in_folder(folder.path())).unwrap();
        let builder = App::builder()
            .config(config)
            .register::<Export>()
            .register::<Twice>()
            .register::<Reindex>()
            .register::<Refresh>()
            .register::<Daily>()
            .start_nothing();
        Self { app: builder.build().await.unwrap(), _folder: folder }
    }

    async fn n_jobs(&self) -> u64 {
        self.app.backend().count(&JobFilter::all()).await.unwrap()
    }

    /// Performs what is due.
    async fn perform_all(&self) {
        let mut options = ServiceOptions::of_section(self.app.section(), self.app.config());
        options.exit = ExitRule::WhenNothingIsDue;
        let handle = self.app.service_with(options, 1).start(StopControl::new()).unwrap();
        handle.ended().await.unwrap();
    }
}

fn export(name: &str) -> Export {
    Export { name: name.to_owned() }
}

fn seen(name: &str) -> Vec<Option<String>> {
    SEEN.lock().unwrap().iter().filter(|(seen, _)| seen == name).map(|(_, value)| value.clone()).collect()
}

fn refusal<T: std::fmt::Debug>(result: Result<T, Error>) -> LimitReached {
    match result.unwrap_err().kind() {
        ErrorKind::LimitReached(limit) => limit.clone(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a1_an_enqueue_adds_one_job() {
    let subject = Subject::new("").await;
    export("a1").perform_later(&subject.app).await.unwrap();
    assert_eq!(subject.n_jobs().await, 1);
}

#[tokio::test]
async fn a2_an_enqueue_for_later_adds_one_reserved_job() {
    let subject = Subject::new("").await;
    let at = Timestamp::now() + jiff::SignedDuration::from_hours(1);
    let id = export("a2").set().wait_until(at).perform_later(&subject.app).await.unwrap();
    assert_eq!(subject.n_jobs().await, 1);
    assert_eq!(subject.app.backend().find(&id).await.unwrap().unwrap().state, JobState::Scheduled);
}

#[tokio::test]
async fn a3_a_full_pool_refuses_the_next_job() {
    let subject = Subject::new("pool: {default: {max_size: 1}}").await;
    export("a3").perform_later(&subject.app).await.unwrap();
    for _ in 0..2 {
        let limit = refusal(export("a3").perform_later(&subject.app).await);
        assert_eq!(limit, LimitReached::QueueSize { queue: "default".into(), limit: 1 });
    }
    assert_eq!(subject.n_jobs().await, 1);
    export("a3").set().queue("mailers").perform_later(&subject.app).await.unwrap();

    subject.perform_all().await;
    export("a3").perform_later(&subject.app).await.expect("a job that has ended made room");
}

#[tokio::test]
async fn a3_a_reserved_job_fills_the_pool_too() {
    let subject = Subject::new("pool: {default: {max_size: 1}}").await;
    export("a3").set().wait(Duration::from_secs(3600)).perform_later(&subject.app).await.unwrap();
    refusal(export("a3").perform_later(&subject.app).await);
}

#[tokio::test]
async fn a3_a_batch_is_stored_as_far_as_there_is_room() {
    let subject = Subject::new("pool: {default: {max_size: 2}}").await;
    let jobs: Vec<PreparedJob> = (0..3).map(|_| export("a3").set().prepare().unwrap()).collect();
    let outcomes = subject.app.enqueue_all(jobs).await.unwrap();
    let limit = LimitReached::QueueSize { queue: "default".into(), limit: 2 };
    assert!(matches!(outcomes.as_slice(), [Enqueued::Stored(_), Enqueued::Stored(_), Enqueued::Refused(refused)]
        if *refused == limit));
}

#[tokio::test]
async fn a4_a_pool_without_a_positive_limit_takes_any_number() {
    for pool in ["pool: {}", "pool: {default: {}}", "pool: {default: {max_size: 0}}", "pool: {default: {max_size: -1}}"]
    {
        let subject = Subject::new(pool).await;
        for _ in 0..3 {
            export("a4").perform_later(&subject.app).await.unwrap_or_else(|error| panic!("{pool}: {error}"));
        }
    }
}

#[tokio::test]
async fn a5_the_second_of_a_reserved_time_is_its_whole_second() {
    let subject = Subject::new("").await;
    let noon: Timestamp = "2999-11-02T12:00:00Z".parse().unwrap();
    let id = export("a5").set().wait_until("2999-11-02T12:00:00.9Z".parse().unwrap()).perform_later(&subject.app).await;
    let due_at = subject.app.backend().find(&id.unwrap()).await.unwrap().unwrap().due_at;
    assert_eq!(due_at.as_second(), noon.as_second());
}

#[tokio::test]
async fn u1_a_user_at_the_limit_is_refused_again_and_again() {
    let subject = Subject::new("").await;
    let enqueue = |user: &'static str| export("u1").bind("user_id", user).perform_later(&subject.app);
    enqueue("5").await.unwrap();
    for _ in 0..2 {
        assert_eq!(refusal(enqueue("5").await), LimitReached::PerUser { user_id: "5".into(), limit: 1 });
    }
    let error = enqueue("5").await.unwrap_err();
    assert!(error.tell(Language::English).contains("already has 1 job"), "{error:?}");
    assert!(error.tell(Language::Japanese).contains("実行待ち"), "{error:?}");
    enqueue("6").await.expect("another user has room");
    subject.perform_all().await;
    enqueue("5").await.expect("the job has ended");
}

#[tokio::test]
async fn u1_the_limit_is_the_one_of_the_configuration() {
    let subject = Subject::new("default: {size_limit_per_user: 2}").await;
    let enqueue = || export("u1").bind("user_id", 5).perform_later(&subject.app);
    enqueue().await.unwrap();
    enqueue().await.unwrap();
    assert_eq!(refusal(enqueue().await), LimitReached::PerUser { user_id: "5".into(), limit: 2 });

    let subject = Subject::new("default: {size_limit_per_user: 0}").await;
    for _ in 0..3 {
        export("u1").bind("user_id", 5).perform_later(&subject.app).await.expect("0 is no limit");
    }
}

#[tokio::test]
async fn u2_jobs_without_a_user_are_never_limited() {
    let subject = Subject::new("").await;
    for _ in 0..3 {
        export("u2").perform_later(&subject.app).await.unwrap();
        export("u2").bind("site_id", 1).perform_later(&subject.app).await.unwrap();
        export("u2").bind("user_id", " ").perform_later(&subject.app).await.unwrap();
    }
    assert_eq!(subject.n_jobs().await, 9);
}

#[tokio::test]
async fn u3_a_job_performed_inline_ignores_the_limits() {
    let subject = Subject::new("pool: {default: {max_size: 1}}").await;
    export("u3").bind("user_id", 5).perform_later(&subject.app).await.unwrap();
    let ending = export("u3").bind("user_id", 5).perform_now(&subject.app).await.unwrap();
    assert!(matches!(ending, Ending::Completed));

    let ending = Twice { name: "u3".into() }.bind("user_id", 5).perform_now(&subject.app).await.unwrap();
    assert!(matches!(ending, Ending::Retried { .. }), "its next attempt is stored in spite of the limits: {ending:?}");
    assert_eq!(subject.n_jobs().await, 2);
}

#[tokio::test]
async fn a_retry_is_never_refused() {
    let subject = Subject::new("pool: {default: {max_size: 2}}").await;
    let id = Twice { name: "retry".into() }.bind("user_id", 5).perform_later(&subject.app).await.unwrap();
    export("beside").perform_later(&subject.app).await.unwrap();
    subject.perform_all().await;
    wait_for_end(&subject, &id).await;
    assert_eq!(seen("retry"), [Some("5".to_owned()), Some("5".to_owned())], "the binding is there in both attempts");
}

#[tokio::test]
async fn a_unique_job_is_stored_once() {
    let subject = Subject::new("").await;
    let first = export("unique").set().unique("report").perform_later(&subject.app).await.unwrap();
    let second = export("unique").set().unique("report").perform_later(&subject.app).await.unwrap();
    assert_eq!((second, subject.n_jobs().await), (first.clone(), 1));
    subject.perform_all().await;
    let third = export("unique").set().unique_for("report", Duration::from_secs(3600));
    let third = third.perform_later(&subject.app).await.unwrap();
    assert_ne!(third, first, "the first one has ended");
    subject.perform_all().await;
    let fourth = export("unique").set().unique("report").perform_later(&subject.app).await.unwrap();
    assert_eq!(fourth, third, "its window is open");
}

#[tokio::test]
async fn a_unique_class_stores_no_second_job_with_the_same_arguments() {
    let subject = Subject::new("").await;
    let reindex = async |page, is_whole| Reindex { page, is_whole }.perform_later(&subject.app).await.unwrap();
    let first = reindex(1, true).await;
    assert_eq!(reindex(1, true).await, first);
    assert_ne!(reindex(1, false).await, first);
    assert_ne!(reindex(2, true).await, first);
    assert_eq!(subject.n_jobs().await, 3);
    let apart = Reindex { page: 1, is_whole: true }.set().unique("another").perform_later(&subject.app).await.unwrap();
    assert_ne!(apart, first, "the key of the call counts");
    subject.perform_all().await;
    assert_ne!(reindex(1, true).await, first, "the first one has ended");
}

#[tokio::test]
async fn a_class_that_is_unique_by_a_field_looks_at_no_other() {
    let subject = Subject::new("").await;
    let refresh = |page, asked_by: &str| Refresh { page, asked_by: asked_by.to_owned() };
    let first = refresh(1, "ann").perform_later(&subject.app).await.unwrap();
    assert_eq!(refresh(1, "bob").perform_later(&subject.app).await.unwrap(), first);
    assert_ne!(refresh(2, "ann").perform_later(&subject.app).await.unwrap(), first);
    let together = [refresh(1, "eve").set().prepare().unwrap(), refresh(3, "eve").set().prepare().unwrap()];
    let answers = subject.app.enqueue_all(together).await.unwrap();
    assert!(matches!(&answers[0], Enqueued::Duplicate(id) if *id == first), "{answers:?}");
    assert!(matches!(&answers[1], Enqueued::Stored(_)), "{answers:?}");
}

#[tokio::test]
async fn a_unique_key_with_a_window_outlives_its_job() {
    let subject = Subject::new("").await;
    let first = Daily.perform_later(&subject.app).await.unwrap();
    subject.perform_all().await;
    wait_for_end(&subject, &first).await;
    assert_eq!(Daily.perform_later(&subject.app).await.unwrap(), first);
    let shared = export("daily").set().unique("daily").perform_later(&subject.app).await.unwrap();
    assert_eq!(shared, first, "a key is one for all classes");
}

#[test]
fn b1_a_wait_is_kept() {
    let week = Duration::from_secs(7 * 24 * 3600);
    let text = format!("{:?}", export("b1").set().wait(week));
    assert!(text.contains("wait: Some(604800s)"), "{text}");
}

#[test]
fn b2_keys_are_texts_whether_bound_by_a_text_or_a_symbol() {
    let by_text = bindings_of(&export("b2").bind("site_id", "1").prepare().unwrap());
    let by_symbol = bindings_of(&export("b2").bind(Symbol::from("site_id"), 1).prepare().unwrap());
    assert_eq!(by_text, by_symbol);
    assert_eq!(by_text, r#"[{"site_id":"1","_aj_symbol_keys":[]}]"#);
}

#[tokio::test]
async fn b3_set_and_bind_keep_both_in_either_order() {
    let subject = Subject::new("").await;
    let hour = Duration::from_secs(3600);
    let set_first = export("b3").set().wait(hour).bind("site_id", 1).perform_later(&subject.app).await.unwrap();
    let bind_first = export("b3").bind("site_id", 1).wait(hour).perform_later(&subject.app).await.unwrap();
    for id in [set_first, bind_first] {
        let job = subject.app.backend().find(&id).await.unwrap().unwrap();
        assert_eq!(job.state, JobState::Scheduled);
        assert_eq!(Bindings::of(job.payload.job().unwrap()).get("site_id"), Some("1"));
    }
}

#[tokio::test]
async fn b4_a_job_performed_now_answers_how_it_ended_and_sees_its_bindings() {
    let subject = Subject::new("").await;
    let ending = export("b4").bind("site_id", 1).perform_now(&subject.app).await.unwrap();
    assert!(matches!(ending, Ending::Completed));
    assert_eq!(seen("b4"), [Some("1".to_owned())]);
    assert_eq!(subject.n_jobs().await, 0);
}

#[tokio::test]
async fn b5_a_bound_job_for_later_is_one_job_with_an_id() {
    let subject = Subject::new("").await;
    let job = export("b5").set().wait(Duration::from_secs(180)).bind("site_id", 1);
    let id = job.perform_later(&subject.app).await.unwrap();
    let listing = subject.app.backend().job_ids(&JobFilter::all(), &Page::first(10)).await.unwrap();
    assert_eq!(listing.items, [id]);
}

fn bindings_of(job: &PreparedJob) -> String {
    job.data().extra_value(bindings::KEY).unwrap().get().to_owned()
}

async fn wait_for_end(subject: &Subject, id: &JobId) {
    for _ in 0..20 {
        let job = subject.app.backend().find(id).await.unwrap().unwrap();
        if job.state == JobState::Completed {
            return;
        }
        subject.perform_all().await;
    }
    panic!("the job `{id}` does not end");
}
