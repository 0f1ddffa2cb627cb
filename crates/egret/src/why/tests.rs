//! Which of several causes is named, and that what cannot hold the job is not.

use std::sync::Arc;
use std::time::Duration;

use egret_core::job_data::{from_microseconds, to_microseconds};
use egret_core::memory::{MemoryOptions, MemoryRows};
use egret_core::{
    Backend as _, Backlog, BacklogRow, ClassSelection, ErrorReport, JobData, JobId, JobRecord, JobState, Payload,
    ProcessIdentity, QUARANTINED, Selection, ServiceId, ServiceInfo, ServiceMode, ServicePhase, ServiceRecord,
    StartStatus, Timestamp,
};

use super::{Circumstances, Code, Why};
use crate::config::{Config, DEFAULT_SECTION};
use crate::language::{Language, Reader, TimeZone};

fn now() -> Timestamp {
    "2026-11-23T03:00:00Z".parse().unwrap()
}

fn seconds_ago(seconds: i64) -> Timestamp {
    from_microseconds(to_microseconds(now()) - seconds * 1_000_000)
}

/// An available job of a known class in the queue `default`, due for ten seconds, and no service; on demand.
fn waiting() -> Circumstances {
    let data = JobData::new("A");
    let at = seconds_ago(10);
    Circumstances {
        record: JobRecord::new(data.job_id.clone(), JobState::Available, Payload::Job(Box::new(data)), at, at),
        now: now(),
        local_now: now(),
        services: Vec::new(),
        section: Config::default().section(DEFAULT_SECTION).unwrap().clone(),
        start: Some(start()),
        is_paused: false,
        classes: ClassSelection::only(["A"]),
        backlog: Backlog::default(),
        interrupted: Vec::new(),
        lease: Duration::from_secs(30),
        keeps_lines: true,
        unseen_workers: false,
    }
}

fn start() -> StartStatus {
    StartStatus { name: "job:service".into(), pending: None, failures: 0, last_error: None, not_before: None }
}

async fn service(queues: &[&str]) -> ServiceRecord {
    let store = MemoryRows::new(MemoryOptions::default());
    let info = ServiceInfo {
        name: "job:service".into(),
        process: ProcessIdentity::current(),
        mode: ServiceMode::OnDemand,
        selection: Arc::new(Selection::strict(queues.iter().copied())),
        concurrency: 2,
        start_right: None,
        max_services: None,
    };
    store.register(info).await.unwrap();
    let mut service = store.services().await.unwrap().remove(0);
    (service.started_at, service.beat_at) = (seconds_ago(60), seconds_ago(1));
    service
}

fn why(circumstances: &Circumstances) -> Option<Why> {
    Why::of(circumstances, &Reader::new(Language::English, TimeZone::UTC))
}

fn code(circumstances: &Circumstances) -> Option<Code> {
    why(circumstances).map(|why| why.code)
}

#[test]
fn a_job_that_has_ended_waits_for_nobody_unless_it_is_quarantined() {
    let mut circumstances = waiting();
    for state in [JobState::Completed, JobState::Cancelled, JobState::Discarded] {
        circumstances.record.state = state;
        assert_eq!(code(&circumstances), None, "{state}");
    }
    circumstances.record.error = Some(ErrorReport::new(QUARANTINED, "3 services died"));
    assert_eq!(code(&circumstances), Some(Code::Quarantined));
}

#[test]
fn a_pause_is_named_before_the_time_and_the_time_before_everything_else() {
    let mut circumstances = waiting();
    circumstances.record.state = JobState::Retryable;
    assert_eq!(code(&circumstances), Some(Code::BackingOff));
    circumstances.record.state = JobState::Scheduled;
    assert_eq!(code(&circumstances), Some(Code::Future));
    circumstances.record.enqueued_at = seconds_ago(-3_600);
    assert_eq!(code(&circumstances), Some(Code::ClockSkew), "nobody meant that time");
    circumstances.is_paused = true;
    assert_eq!(code(&circumstances), Some(Code::Paused));
}

#[test]
fn without_a_service_the_mode_says_whose_affair_it_is() {
    let mut circumstances = waiting();
    assert_eq!(code(&circumstances), Some(Code::NoService));
    assert_eq!(why(&circumstances).map(|why| why.remedy).as_deref(), Some("egret status"));
    circumstances.start = Some(StartStatus { failures: 1, last_error: Some("no memory".into()), ..start() });
    assert_eq!(code(&circumstances), Some(Code::StartFailed));
    circumstances.record.queue = "low".into();
    assert_eq!(code(&circumstances), Some(Code::QueueUnpolled));
    circumstances.record.class = "B".into();
    assert_eq!(code(&circumstances), Some(Code::ClassUnknown));
    circumstances.start = None;
    assert_eq!(code(&circumstances), Some(Code::NoService));
    assert_eq!(why(&circumstances).map(|why| why.remedy).as_deref(), Some("egret run --mode service"));
}

#[tokio::test]
async fn a_service_that_lives_may_not_be_the_right_one() {
    let mut circumstances = waiting();
    circumstances.services = vec![service(&["mail*"]).await];
    assert_eq!(code(&circumstances), Some(Code::QueueUnpolled));
    circumstances.services[0].classes = ClassSelection::only(["B"]);
    assert_eq!(code(&circumstances), Some(Code::ClassUnknown), "another queue alone would not help");
    circumstances.services = vec![service(&["default"]).await];
    assert_eq!(code(&circumstances), Some(Code::Behind), "it is about to be taken");
    circumstances.services[0].phase = ServicePhase::Quiet;
    assert_eq!(code(&circumstances), Some(Code::QueueUnpolled));
    circumstances.services[0].beat_at = seconds_ago(30);
    assert_eq!(code(&circumstances), Some(Code::NoService), "whoever is silent for a lease does not count");
}

#[tokio::test]
async fn jobs_of_this_and_of_earlier_queues_are_counted() {
    let mut circumstances = waiting();
    circumstances.record.queue = "low".into();
    circumstances.services = vec![service(&["high", "low", "lowest"]).await];
    circumstances.services[0].n_running = 2;
    let row =
        |queue: &str, n_due| BacklogRow { queue: queue.into(), class: Some("A".into()), n_due, oldest_due_at: now() };
    circumstances.backlog.rows = vec![row("elsewhere", 50), row("high", 4), row("low", 3), row("lowest", 7)];
    let why = why(&circumstances).unwrap();
    assert_eq!((why.code, &why.facts["n_jobs"], &why.facts["n_running"]), (Code::Behind, &6.into(), &2.into()));
    assert!(why.sentence.contains("6 others wait"), "{}", why.sentence);
}

#[tokio::test]
async fn an_interrupted_job_waits_for_others_of_its_kind() {
    let mut circumstances = waiting();
    circumstances.services = vec![service(&["default"]).await];
    circumstances.record.interruptions = 1;
    circumstances.interrupted = vec![JobId::generate()];
    assert_eq!(code(&circumstances), Some(Code::LimitFull));
    circumstances.services.push(service(&["default"]).await);
    assert_eq!(code(&circumstances), Some(Code::Behind), "each service runs one");
}

#[tokio::test]
async fn clocks_that_differ_are_named_when_nothing_else_holds_the_job() {
    let mut circumstances = waiting();
    circumstances.services = vec![service(&["default"]).await];
    circumstances.local_now = seconds_ago(20);
    assert_eq!(code(&circumstances), Some(Code::ClockSkew));
    circumstances.record.due_at = seconds_ago(1);
    assert_eq!(code(&circumstances), Some(Code::Behind), "nobody has left it alone yet");
    circumstances.record.due_at = seconds_ago(2);
    assert_eq!(code(&circumstances), Some(Code::ClockSkew));
    circumstances.services[0].n_running = 2;
    assert_eq!(code(&circumstances), Some(Code::Behind));
    circumstances.local_now = now();
    (circumstances.services[0].n_running, circumstances.services[0].beat_at) = (0, seconds_ago(-60));
    assert_eq!(code(&circumstances), Some(Code::ClockSkew));
}

#[tokio::test]
async fn a_claimed_job_waits_for_its_holder_alone() {
    let mut circumstances = waiting();
    circumstances.services = vec![service(&["mail"]).await];
    circumstances.record.claimed_by = Some(circumstances.services[0].id);
    circumstances.is_paused = true;
    assert_eq!(code(&circumstances), Some(Code::Held));
    let remedy = |circumstances: &Circumstances| why(circumstances).map(|why| why.remedy).expect("it is held");
    assert!(remedy(&circumstances).starts_with("egret logs follow "));
    circumstances.keeps_lines = false;
    assert_eq!(remedy(&circumstances), "egret services list", "there is nothing to follow");
    circumstances.services[0].beat_at = seconds_ago(30);
    assert_eq!(code(&circumstances), Some(Code::NoService));
    assert_eq!(remedy(&circumstances), "egret status", "on demand whoever looks gives it back");
    let start = circumstances.start.take();
    assert_eq!(remedy(&circumstances), "egret run --mode service");
    circumstances.start = start;
    circumstances.services.push(service(&["mail"]).await);
    assert_eq!(code(&circumstances), Some(Code::HeldByDead));
    circumstances.record.claimed_by = Some(ServiceId::generate());
    assert_eq!(code(&circumstances), Some(Code::HeldByDead), "it has just been rescued");
}

#[test]
fn codes_are_words_in_the_order_of_mending() {
    assert!(Code::ALL.is_sorted());
    assert!(
        Code::ALL.iter().all(|code| code.as_str().chars().all(|letter| letter.is_ascii_lowercase() || letter == '_'))
    );
}

#[tokio::test]
async fn where_workers_may_be_unseen_it_is_said_that_they_may_be_there() {
    let mut circumstances = waiting();
    circumstances.start = None;
    let unseen = |circumstances: &Circumstances| {
        let why = why(circumstances).unwrap();
        (why.code, why.sentence.contains("Workers of other programs"), why.facts.contains_key("unseen_workers"))
    };
    assert_eq!(unseen(&circumstances), (Code::NoService, false, false));
    circumstances.unseen_workers = true;
    assert_eq!(unseen(&circumstances), (Code::NoService, true, true));
    circumstances.services = vec![service(&["mail"]).await];
    assert_eq!(unseen(&circumstances), (Code::QueueUnpolled, true, true));
    circumstances.services =
        vec![ServiceRecord { classes: ClassSelection::only(["B"]), ..service(&["default"]).await }];
    assert_eq!(unseen(&circumstances), (Code::ClassUnknown, true, true));
    circumstances.services = vec![service(&["default"]).await];
    assert_eq!(unseen(&circumstances), (Code::Behind, false, false), "who is seen takes it");
}
