//! The boundaries of *late*, to the microsecond, and the words.

use std::sync::Arc;
use std::time::Duration;

use egret_core::job_data::{from_microseconds, to_microseconds};
use egret_core::memory::{MemoryOptions, MemoryRows};
use egret_core::{
    Backend as _, BacklogRow, ClassSelection, NamePresence, PolledQueue, ProcessIdentity, Selection, ServiceInfo,
    ServiceMode, ServiceRecord, StartStatus, Timestamp,
};
use jiff::tz::TimeZone;

use super::{CauseCode, Facts, Severity, Status, Verdict};
use crate::App;
use crate::config::{Config, DEFAULT_SECTION, LoadOptions, Mode};
use crate::language::{Language, Reader};

const HOUR: i64 = 3_600;

fn now() -> Timestamp {
    "2021-11-02T08:24:05.77Z".parse().unwrap()
}

fn ago(microseconds: i64) -> Timestamp {
    from_microseconds(to_microseconds(now()) - microseconds)
}

fn seconds_ago(seconds: i64) -> Timestamp {
    ago(seconds * 1_000_000)
}

fn nothing() -> Facts {
    let config = Config::default();
    let section = config.section(DEFAULT_SECTION).unwrap();
    let mut facts = Facts::of_absent_store(&config, section, "memory:".to_owned(), "shirasagi");
    facts.now = now();
    facts
}

fn waiting(queue: &str, oldest_due_at: Timestamp) -> BacklogRow {
    BacklogRow { queue: queue.to_owned(), class: Some("A".to_owned()), n_due: 2, oldest_due_at }
}

async fn service(queues: &[&str], beat_at: Timestamp) -> ServiceRecord {
    let store = MemoryRows::new(MemoryOptions::default());
    let info = ServiceInfo {
        name: "job:service".into(),
        process: ProcessIdentity::current(),
        mode: ServiceMode::Service,
        selection: Arc::new(Selection::strict(queues.iter().copied())),
        concurrency: 2,
        start_right: None,
        max_services: None,
    };
    store.register(info).await.unwrap();
    let mut service = store.services().await.unwrap().remove(0);
    (service.started_at, service.beat_at) = (beat_at, beat_at);
    service
}

fn status(facts: &Facts) -> Status {
    Status::of(facts, &Reader::new(Language::English, TimeZone::UTC))
}

/// What mends the first cause.
fn remedy(facts: &Facts) -> String {
    status(facts).egret.causes.remove(0).remedy
}

fn judged(facts: &Facts) -> (Verdict, Vec<(CauseCode, Severity)>) {
    let status = status(facts);
    let causes = status.egret.causes.iter().map(|cause| (cause.code, cause.severity)).collect();
    (status.status, causes)
}

/// In mode service nothing is started, so that no start can have failed.
#[tokio::test]
async fn what_is_asked_of_a_store_goes_by_the_section_and_the_lease() {
    for (mode, starts) in [("on_demand", true), ("service", false)] {
        let folder = tempfile::tempdir().unwrap();
        let mut options = LoadOptions::in_folder(folder.path());
        options.overrides.insert("mode".to_owned(), mode.to_owned());
        let store = Arc::new(MemoryRows::new(MemoryOptions::default()));
        let app = App::builder().config(Config::load(&options).unwrap()).backend(store).start_nothing();
        let facts = Facts::read(&app.build().await.unwrap()).await.unwrap();
        assert_eq!((facts.start.is_some(), facts.grace), (starts, Duration::from_secs(60)), "{mode}");
    }
}

#[test]
fn nothing_at_all_is_ok() {
    assert_eq!(judged(&nothing()), (Verdict::Ok, vec![]));
}

#[test]
fn a_missing_service_in_mode_service_is_a_warning_while_nothing_is_late() {
    let mut facts = nothing();
    facts.section.mode = Mode::Service;
    assert_eq!(judged(&facts), (Verdict::Ok, vec![(CauseCode::NoService, Severity::Warning)]));
    // What is not due is not late.
    facts.backlog.rows = vec![waiting("default", seconds_ago(1))];
    assert_eq!(judged(&facts).0, Verdict::Ok);
}

#[tokio::test]
async fn a_job_is_late_at_exactly_stuck_after() {
    let mut facts = nothing();
    facts.services = vec![service(&["default"], seconds_ago(1)).await];
    facts.backlog.rows = vec![waiting("default", ago(6 * HOUR * 1_000_000 - 1))];
    assert_eq!(judged(&facts), (Verdict::Ok, vec![]));
    facts.backlog.rows = vec![waiting("default", seconds_ago(6 * HOUR))];
    assert_eq!(judged(&facts), (Verdict::Stucked, vec![(CauseCode::Behind, Severity::Stuck)]));
    facts.section.stuck_after = Duration::from_secs(7 * 3_600);
    assert_eq!(judged(&facts), (Verdict::Ok, vec![]));
}

#[tokio::test]
async fn a_pause_by_a_person_is_never_an_alarm() {
    let mut facts = nothing();
    facts.paused = vec!["default".to_owned()];
    facts.backlog.rows = vec![waiting("default", seconds_ago(100 * HOUR))];
    assert_eq!(judged(&facts), (Verdict::Ok, vec![(CauseCode::Paused, Severity::Warning)]));
}

#[tokio::test]
async fn a_queue_may_be_unpolled_for_the_grace_and_no_longer() {
    let mut facts = nothing();
    facts.services = vec![service(&["mail*"], seconds_ago(1)).await];
    facts.backlog.rows = vec![waiting("default", ago(60_000_000 - 1))];
    assert_eq!(judged(&facts).0, Verdict::Ok);
    facts.backlog.rows = vec![waiting("default", seconds_ago(60))];
    assert_eq!(judged(&facts), (Verdict::Stucked, vec![(CauseCode::QueueUnpolled, Severity::Stuck)]));
    // Somebody who has just left polled it until then.
    facts.presence.queues = vec![PolledQueue { pattern: "def*".to_owned(), polled_at: seconds_ago(59) }];
    assert_eq!(judged(&facts).0, Verdict::Ok);
    facts.presence.queues[0].polled_at = seconds_ago(60);
    assert_eq!(judged(&facts).0, Verdict::Stucked);
    facts.services.push(service(&["default"], seconds_ago(1)).await);
    assert_eq!(judged(&facts), (Verdict::Ok, vec![]));
}

#[tokio::test]
async fn a_silent_service_polls_nothing_and_counts_no_more() {
    let mut facts = nothing();
    facts.services = vec![service(&["default"], seconds_ago(59)).await];
    facts.backlog.rows = vec![waiting("default", seconds_ago(HOUR))];
    assert_eq!(judged(&facts), (Verdict::Ok, vec![]));
    facts.services[0].beat_at = seconds_ago(60);
    assert_eq!(judged(&facts), (Verdict::Stucked, vec![(CauseCode::NoService, Severity::Stuck)]));
    assert_eq!(status(&facts).item.map(|item| item.current_count), Some(0));
}

#[tokio::test]
async fn jobs_of_an_owner_that_is_silent_for_the_grace_are_late() {
    let mut facts = nothing();
    facts.services = vec![service(&["default"], seconds_ago(59)).await];
    facts.services[0].n_claimed = 3;
    facts.services[0].is_alive = false;
    assert_eq!(judged(&facts), (Verdict::Ok, vec![]));
    facts.services[0].beat_at = seconds_ago(60);
    assert_eq!(judged(&facts), (Verdict::Stucked, vec![(CauseCode::HeldByDead, Severity::Stuck)]));
    facts.services[0].n_claimed = 0;
    assert_eq!(judged(&facts), (Verdict::Ok, vec![]), "whoever holds nothing delays nothing");
}

#[tokio::test]
async fn what_mends_jobs_of_the_dead_is_somebody_who_lives() {
    let mut facts = nothing();
    facts.services = vec![service(&["default"], seconds_ago(HOUR)).await];
    facts.services[0].n_claimed = 1;
    assert_eq!(remedy(&facts), "egret run --mode service");
    facts.services.push(service(&["default"], seconds_ago(1)).await);
    assert_eq!(remedy(&facts), "egret services list", "whoever lives gives them back");
}

#[tokio::test]
async fn a_service_of_another_name_is_not_the_one_that_is_missing() {
    let mut facts = nothing();
    facts.section.mode = Mode::Service;
    facts.services = vec![service(&["mail"], seconds_ago(1)).await];
    assert_eq!(judged(&facts), (Verdict::Ok, vec![]));
    facts.services[0].name = "job:service:mail".to_owned();
    assert_eq!(judged(&facts), (Verdict::Ok, vec![(CauseCode::NoService, Severity::Warning)]));
    assert_eq!(status(&facts).item, None, "no service of this name has ever lived");
}

#[tokio::test]
async fn beats_of_the_living_are_no_change_of_their_number() {
    let mut facts = nothing();
    facts.services = vec![service(&["default"], seconds_ago(1)).await];
    facts.services[0].started_at = seconds_ago(HOUR);
    let updated = |facts: &Facts| status(facts).item.map(|item| item.updated);
    assert_eq!(updated(&facts).as_deref(), Some("2021-11-02T07:24:05.770+00:00"));
    facts.services[0].is_alive = false;
    assert_eq!(updated(&facts).as_deref(), Some("2021-11-02T08:24:04.770+00:00"), "until its last sign it lived");
}

#[tokio::test]
async fn jobs_that_a_person_holds_back_are_not_counted_as_due() {
    let mut facts = nothing();
    facts.services = vec![service(&["*"], seconds_ago(1)).await];
    facts.paused = vec!["mailers".to_owned()];
    facts.backlog.rows = vec![waiting("mailers", seconds_ago(HOUR)), waiting("default", seconds_ago(2))];
    let egret = status(&facts).egret;
    assert_eq!((egret.n_due, egret.oldest_due_seconds), (2, Some(2.0)));
    facts.backlog.rows.pop();
    let egret = status(&facts).egret;
    assert_eq!((egret.n_due, egret.oldest_due_seconds), (0, None));
}

#[tokio::test]
async fn a_job_that_runs_for_days_is_not_late() {
    let mut facts = nothing();
    facts.services = vec![service(&["default"], seconds_ago(1)).await];
    facts.services[0].started_at = seconds_ago(100 * HOUR);
    (facts.services[0].n_claimed, facts.services[0].n_running) = (1, 1);
    assert_eq!(judged(&facts), (Verdict::Ok, vec![]));
}

#[tokio::test]
async fn a_class_that_nobody_knows_is_named() {
    let mut facts = nothing();
    facts.services = vec![service(&["default"], seconds_ago(1)).await];
    facts.services[0].classes = ClassSelection::only(["B"]);
    facts.backlog.rows = vec![waiting("default", seconds_ago(10))];
    assert_eq!(judged(&facts), (Verdict::Ok, vec![]), "a rolling deployment takes its time");
    facts.backlog.rows = vec![waiting("default", seconds_ago(HOUR))];
    assert_eq!(judged(&facts), (Verdict::Ok, vec![(CauseCode::ClassUnknown, Severity::Warning)]));
    facts.backlog.rows = vec![waiting("default", seconds_ago(6 * HOUR))];
    assert_eq!(judged(&facts), (Verdict::Stucked, vec![(CauseCode::ClassUnknown, Severity::Stuck)]));
}

#[test]
fn a_failed_start_is_an_alarm_at_once() {
    let mut facts = nothing();
    facts.backlog.rows = vec![waiting("default", seconds_ago(1))];
    facts.start = Some(StartStatus {
        name: "job:service".to_owned(),
        pending: None,
        failures: 1,
        last_error: Some("no memory".to_owned()),
        not_before: None,
    });
    assert_eq!(judged(&facts), (Verdict::Stucked, vec![(CauseCode::StartFailed, Severity::Stuck)]));
}

/// The start did not fail for the sake of a job that it would not have run.
#[test]
fn a_failed_start_is_the_cause_only_of_jobs_that_it_was_for() {
    let mut facts = nothing();
    facts.start = Some(StartStatus {
        name: "job:service".to_owned(),
        pending: None,
        failures: 1,
        last_error: Some("no memory".to_owned()),
        not_before: None,
    });
    facts.classes = ClassSelection::only(["A"]);
    let of = |queue: &str, class: &str| {
        let mut facts = facts.clone();
        facts.backlog.rows = vec![BacklogRow { class: Some(class.to_owned()), ..waiting(queue, seconds_ago(HOUR)) }];
        judged(&facts).1.remove(0).0
    };
    assert_eq!(of("default", "A"), CauseCode::StartFailed);
    assert_eq!(of("low", "A"), CauseCode::QueueUnpolled);
    assert_eq!(of("default", "B"), CauseCode::ClassUnknown);
}

#[tokio::test]
async fn what_is_late_stands_before_what_may_soon_be() {
    let mut facts = nothing();
    facts.services = vec![service(&["default"], seconds_ago(1)).await];
    facts.services[0].classes = ClassSelection::only(["B"]);
    let busy = BacklogRow { class: Some("B".to_owned()), ..waiting("default", seconds_ago(7 * HOUR)) };
    facts.backlog.rows = vec![waiting("default", seconds_ago(HOUR)), busy];
    let (behind, unknown) = ((CauseCode::Behind, Severity::Stuck), (CauseCode::ClassUnknown, Severity::Warning));
    assert_eq!(judged(&facts), (Verdict::Stucked, vec![behind, unknown]));
}

#[test]
fn the_body_is_upstreams_with_ours_behind() {
    let mut facts = nothing();
    facts.presence.names = vec![NamePresence { name: "job:service".to_owned(), changed_at: now() }];
    facts.backlog.rows = vec![waiting("default", seconds_ago(6 * HOUR)), waiting("mailers", seconds_ago(7 * HOUR))];
    let tokyo = TimeZone::get("Asia/Tokyo").unwrap();
    let text = serde_json::to_string(&Status::of(&facts, &Reader::new(Language::Japanese, tokyo))).unwrap();
    let expected = concat!(
        r#"{"status":"stucked","notice":{"notices":["動作しているサービスがありません。4 件のジョブが待っており、"#,
        r#"待ち時間は最長 7 時間です。対処するには次を実行してください: egret run --mode service"]},"#,
        r#""active_job":{"queue_adapter":"shirasagi"},"#,
        r#""job":{"mode":"on_demand","polling_queues":["default","mailers","voice_synthesis","external"]},"#,
        r#""item":{"name":"job:service","current_count":0,"updated":"2021-11-02T17:24:05.770+09:00"},"egret":{"version":"#,
    );
    assert!(text.starts_with(expected), "{text}");
}

#[tokio::test]
async fn a_queue_that_only_unseen_workers_may_poll_is_no_alarm_until_it_is_late() {
    let mut facts = nothing();
    facts.section.mode = Mode::Service;
    facts.services = vec![service(&["default"], seconds_ago(1)).await];
    facts.backlog.rows = vec![waiting("rubys", seconds_ago(120))];
    let unpolled = |severity| vec![(CauseCode::QueueUnpolled, severity)];
    assert_eq!(judged(&facts), (Verdict::Stucked, unpolled(Severity::Stuck)));
    facts.unseen_workers = true;
    assert_eq!(judged(&facts), (Verdict::Ok, unpolled(Severity::Warning)));
    let status = Status::of(&facts, &Reader::new(Language::English, TimeZone::UTC));
    let sentence = &status.egret.causes[0].sentence;
    assert!(sentence.contains("rubys"), "{sentence}");
    assert!(sentence.contains("Workers of other programs are not counted"), "{sentence}");
    // A service of ours has polled it, so that it is ours to poll.
    facts.presence.queues = vec![PolledQueue { pattern: "rubys".into(), polled_at: seconds_ago(90) }];
    assert_eq!(judged(&facts), (Verdict::Stucked, unpolled(Severity::Stuck)));
    facts.presence.queues.clear();
    facts.backlog.rows = vec![waiting("rubys", seconds_ago(7 * HOUR))];
    assert_eq!(judged(&facts), (Verdict::Stucked, unpolled(Severity::Stuck)));
    // A queue of our own section.
    facts.services.clear();
    facts.backlog.rows = vec![waiting("default", seconds_ago(120))];
    assert_eq!(judged(&facts).0, Verdict::Stucked);
}
