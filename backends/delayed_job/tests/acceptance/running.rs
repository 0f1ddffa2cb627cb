//! Cases 16, 18, 19, 23 and 24: how runs end in their rows.

use std::collections::BTreeMap;
use std::time::Duration;

use egret_core::{Applied, ClassSelection, ErrorReport, JobData, JobFilter, JobState, Outcome, Page, Timestamp};
use egret_delayed_job::DelayedJobOptions;
use egret_delayed_job::table::ClassSettings;

use super::world::{World, claim, claim_of, finish, literal, moment, register, seconds, shown};
use crate::support::Database;

fn failure() -> ErrorReport {
    ErrorReport { backtrace: vec!["app/jobs.rb:3:in `perform'".into()], ..ErrorReport::new("Oops", "did not work") }
}

pub(crate) async fn a16_a_failed_row_has_its_error_and_waits_by_the_formula(database: Database) {
    let mut world = World::new(database).await;
    world.insert(&[]).await;
    let service = world.service().await;
    for (attempts, delay) in [(1_i64, 6), (2, 21), (3, 86)] {
        let job = world.claim_one(service).await;
        assert_eq!(i64::from(job.attempt), attempts);
        let before = Timestamp::now();
        world.fail(&job, failure()).await;
        let [stored, error, run_at, locked_at, locked_by, failed_at] =
            world.columns(["attempts", "last_error", "run_at", "locked_at", "locked_by", "failed_at"]).await;
        assert_eq!(stored, Some(attempts.to_string()));
        assert_eq!(error.as_deref(), Some("did not work\napp/jobs.rb:3:in `perform'"));
        assert_eq!((locked_at, locked_by, failed_at), (None, None, None));
        let waits = shown(run_at.as_deref()).duration_since(before);
        assert!(seconds(delay - 1) <= waits && waits <= seconds(delay + 60), "{waits:?} for {delay}");
        let shown = world.only_job().await;
        assert_eq!((shown.state, shown.error.unwrap()), (JobState::Retryable, failure()), "with its class");
        let now = moment(Timestamp::now());
        world.raw.run(&format!("UPDATE delayed_jobs SET run_at = {now}")).await;
    }
}

pub(crate) async fn a16_a_class_may_have_a_time_of_its_own(database: Database) {
    let own = ClassSettings { reschedule_in: Some(Duration::from_secs(600)), ..ClassSettings::default() };
    let mut world = World::with(database, with_class("EmptyJob", own)).await;
    world.insert(&[]).await;
    let service = world.service().await;
    let job = world.claim_one(service).await;
    let before = Timestamp::now();
    world.fail(&job, failure()).await;
    let [run_at] = world.columns(["run_at"]).await;
    let waits = shown(run_at.as_deref()).duration_since(before);
    assert!(seconds(599) <= waits && waits <= seconds(660), "{waits:?}");
}

pub(crate) async fn a18_the_last_failure_removes_or_keeps_the_row_as_set(database: Database) {
    let mut world = World::with(database, |options| options.settings.max_attempts = 2).await;
    world.insert(&[]).await;
    let service = world.service().await;
    let first = world.claim_one(service).await;
    world.fail(&first, failure()).await;
    assert_eq!(world.n_rows().await, 1, "one fewer");
    world.raw.run("UPDATE delayed_jobs SET run_at = created_at").await;
    let second = world.claim_one(service).await;
    world.fail(&second, failure()).await;
    assert_eq!(world.n_rows().await, 0);
    let keeping = world
        .another(|options| (options.settings.max_attempts, options.settings.destroy_failed_jobs) = (1, false))
        .await;
    world.insert(&[]).await;
    let service = register(&keeping, &["*"]).await;
    let job = claim(&keeping, service, &["*"], 1).await.pop().unwrap();
    assert_eq!(finish(&keeping, &job, Outcome::Failed { error: failure() }).await, Applied::Done);
    let [attempts, failed_at, locked_by] = world.columns(["attempts", "failed_at", "locked_by"]).await;
    assert_eq!((attempts.as_deref(), locked_by), (Some("1"), None), "and holds no lock");
    assert!(shown(failed_at.as_deref()) > Timestamp::now() - seconds(600));
    assert_eq!(world.only_job().await.state, JobState::Discarded);
    assert_eq!(world.reserved(&["*"]).await, [] as [u64; 0]);
}

pub(crate) async fn a18_a_class_may_have_limits_of_its_own(database: Database) {
    let own = ClassSettings { max_attempts: Some(1), destroy_failed_jobs: Some(false), ..ClassSettings::default() };
    let mut world = World::with(database, with_class("User.sweep", own)).await;
    let call = "--- !ruby/object:Delayed::PerformableMethod\nobject: !ruby/class User\nmethod_name: :sweep\nargs: []\n";
    world.insert(&[("handler", &literal(call))]).await;
    world.insert(&[]).await;
    let service = world.service().await;
    for job in claim(&world.store, service, &["*"], 2).await {
        world.fail(&job, failure()).await;
    }
    let rows = world.raw.rows("SELECT attempts, failed_at IS NULL FROM delayed_jobs ORDER BY id").await;
    let is_free: Vec<bool> = rows.iter().map(|row| matches!(row[1].as_deref(), Some("1" | "t"))).collect();
    assert_eq!(is_free, [false, true], "given up and kept; to be tried again: {rows:?}");
}

fn with_class(class: &str, own: ClassSettings) -> impl FnOnce(&mut DelayedJobOptions) {
    move |options| options.settings.classes = BTreeMap::from([(class.to_owned(), own)])
}

/// Ruby's worker deletes such rows, or marks them as failed; ours cannot know whether another could run them.
pub(crate) async fn a19_what_nobody_can_load_is_neither_deleted_nor_failed(database: Database) {
    let mut world = World::new(database).await;
    let a_while_ago = moment(Timestamp::now() - seconds(60));
    let unknown = world.insert(&[("attempts", "3"), ("run_at", &a_while_ago)]).await;
    let handlers = ["--- !ruby/object:JobThatDoesNotExist\nx: [\n", "{bad", "--- !ruby/struct:A\n- 1\n", "--- text\n"];
    for handler in handlers {
        world.insert(&[("handler", &literal(handler))]).await;
    }
    let all = "SELECT handler, attempts, locked_at, failed_at, last_error FROM delayed_jobs ORDER BY id";
    let before = world.raw.rows(all).await;
    let service = world.service().await;
    let known = || ClassSelection::only(["Known"]);
    for _ in 0..3 {
        assert!(claim_of(&world.store, service, &["*"], known(), 5).await.is_empty());
    }
    assert_eq!(world.raw.rows(all).await, before);
    let run_at = world.raw.value(&format!("SELECT run_at FROM delayed_jobs WHERE id = {unknown}")).await;
    assert!(shown(run_at.as_deref()) > Timestamp::now() - seconds(30), "put off a little");
    world.enqueue(JobData::new("Known")).await;
    assert_eq!(claim_of(&world.store, service, &["*"], known(), 5).await.len(), 1, "others are not held up");
}

pub(crate) async fn a23_an_error_without_a_message_is_stored(database: Database) {
    let mut world = World::new(database).await;
    world.insert(&[]).await;
    let service = world.service().await;
    let job = world.claim_one(service).await;
    world.fail(&job, ErrorReport::new("Oops", "")).await;
    let [attempts, error] = world.columns(["attempts", "last_error"]).await;
    assert_eq!((attempts.as_deref(), error.as_deref()), (Some("1"), Some("")));
    assert_eq!(world.only_job().await.state, JobState::Retryable);
}

pub(crate) async fn a24_jobs_are_shown_by_the_names_of_upstream(database: Database) {
    let mut world = World::new(database).await;
    let call = |object: &str| {
        format!("--- !ruby/object:Delayed::PerformableMethod\nobject: {object}\nmethod_name: :greet!\nargs: []\n")
    };
    let handlers = [
        ("--- !ruby/struct:NewsletterJob\ntext: a\n".to_owned(), "NewsletterJob"),
        ("--- !ruby/object:Named::Job {}\n".to_owned(), "Named::Job"),
        (call("!ruby/class User"), "User.greet!"),
        (call("!ruby/object:User\n  attributes:\n    id: 3"), "User#greet!"),
        (call("text"), "String#greet!"),
        (call(""), "NilClass#greet!"),
    ];
    for (handler, _) in &handlers {
        world.insert(&[("handler", &literal(handler))]).await;
    }
    let listing = world.store.inspect(&JobFilter::all(), &Page::first(10)).await.unwrap();
    let mut shown: Vec<String> = listing.items.iter().map(|job| job.class.clone()).collect();
    let mut expected: Vec<String> = handlers.iter().map(|(_, name)| (*name).to_owned()).collect();
    shown.sort();
    expected.sort();
    assert_eq!(shown, expected);
}
