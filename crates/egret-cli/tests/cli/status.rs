//! `egret status`: SHIRASAGI's cases S1 to S3 (`spec/requests/job/sys/statuses_spec.rb`, 1.21.0), whole bodies byte by
//! byte, and the exit statuses.

use egret::language::{Language, Reader};
use egret_core::Timestamp;
use egret_core::job_data::{from_microseconds, to_microseconds};
use rustix::process::Signal;
use serde_json::Value;

use crate::application::{Application, Ended, wait_for};
use crate::process::Process;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
/// In the zone of the samples, and nothing starts by itself.
const CONFIGURATION: &str = "default:\n  mode: service\ntime_zone: Asia/Tokyo\n";
const COUNTS: &str = r#""completed":0,"discarded":0"#;

fn status(application: &Application, language: &str) -> Ended {
    application.egret(["status", "--json", "--lang", language])
}

fn json(ended: &Ended) -> Value {
    serde_json::from_str(&ended.text()).unwrap_or_else(|error| panic!("{error}: {} {}", ended.text(), ended.stderr))
}

fn store(application: &Application) -> String {
    format!("sqlite:{}", application.path("var/egret.db").display())
}

/// The object of ours, whose volatile parts are given.
fn egret(application: &Application, causes: &str, n_jobs: u64, n_services: u64, tail: &str) -> String {
    let queues = match n_jobs {
        0 => "{}".to_owned(),
        _ => format!(r#"{{"default":{{"available":{n_jobs}}}}}"#),
    };
    format!(
        r#"{{"version":"{}","store":"{}","causes":[{causes}],"counts":{{"available":{n_jobs},"blocked":0,"cancelled":0,{COUNTS},"retryable":0,"running":0,"scheduled":0}},"counts_are_exact":true,"queues":{queues},"n_services":{n_services},"n_due":{n_jobs}{tail}}}"#,
        env!("CARGO_PKG_VERSION"),
        store(application),
    )
}

fn job(mode: &str) -> String {
    format!(r#"{{"mode":"{mode}","polling_queues":["default","mailers","voice_synthesis","external"]}}"#)
}

/// Enqueues a job that no service here knows, due in the past.
fn reserve(application: &Application, seconds_ago: i64) -> Timestamp {
    let at = from_microseconds(to_microseconds(Timestamp::now()) - seconds_ago * 1_000_000);
    application.succeed(["enqueue", "Nobody::Job", "--at", &at.to_string()]);
    at
}

fn services(application: &Application, count: usize) -> Vec<Process> {
    let services: Vec<Process> = (0..count).map(|_| application.start(["run"])).collect();
    services.iter().for_each(|service| service.wait_until_said("service started"));
    services
}

fn stop(services: Vec<Process>) {
    services.iter().for_each(|service| service.signal(Signal::TERM));
    for service in services {
        assert_eq!(service.ended().status, 0);
    }
}

/// The cause and the notice of jobs that wait for their class.
fn unknown_class(severity: &str, n_jobs: u64, age: &str, since: Timestamp, language: Language) -> (String, String) {
    let zone = jiff_zone();
    let sentence = match language {
        Language::Japanese => format!(
            "クラス Nobody::Job を実行できるサービスが動作していません。キュー default で {n_jobs} 件のジョブが待っており、待ち時間は最長 {age}です。"
        ),
        Language::English => format!(
            "No service that is alive knows the class Nobody::Job. {n_jobs} jobs wait in the queue default, the oldest for {age}."
        ),
    };
    let since = Reader::new(language, zone).iso(since);
    let remedy = "egret services list";
    let cause = format!(
        r#"{{"code":"class_unknown","severity":"{severity}","sentence":"{sentence}","n_jobs":{n_jobs},"since":"{since}","remedy":"{remedy}","queue":"default","class":"Nobody::Job"}}"#
    );
    let notice = match language {
        Language::Japanese => format!("{sentence}対処するには次を実行してください: {remedy}"),
        Language::English => format!("{sentence} To mend it: {remedy}"),
    };
    (cause, notice)
}

fn jiff_zone() -> egret::language::TimeZone {
    egret::language::TimeZone::get("Asia/Tokyo").unwrap()
}

/// The parts of a body that nobody can foresee, as the body has them.
fn volatile(body: &Value) -> (String, String) {
    let updated = body["item"]["updated"].as_str().unwrap().to_owned();
    assert_eq!((updated.len(), &updated[19..20], &updated[23..]), (29, ".", "+09:00"), "{updated}");
    let oldest = &body["egret"]["oldest_due_seconds"];
    let tail = if oldest.is_null() { String::new() } else { format!(r#","oldest_due_seconds":{oldest}"#) };
    (updated, tail)
}

#[test]
fn s1_an_absent_store_is_ok_without_an_item_and_stays_absent() {
    let application = Application::new();
    let ended = status(&application, "ja");
    assert_eq!((ended.status, ended.stderr.as_str()), (0, ""));
    let expected = format!(
        r#"{{"status":"ok","active_job":{{"queue_adapter":"shirasagi"}},"job":{},"egret":{}}}"#,
        job("on_demand"),
        egret(&application, "", 0, 0, ""),
    );
    assert_eq!(ended.text(), expected + "\n");
    for arguments in [&["jobs", "list"][..], &["services", "list"], &["queues", "list"]] {
        application.succeed(arguments);
    }
    assert_eq!(application.egret(["jobs", "why", "1"]).status, 1);
    assert!(!application.path("var").exists(), "looking makes nothing");
}

#[test]
fn s2_live_services_and_jobs_that_are_not_yet_late_are_ok() {
    let application = Application::with_config(CONFIGURATION);
    let services = services(&application, 3);
    reserve(&application, MINUTE);
    let oldest = reserve(&application, 6 * HOUR - 2 * MINUTE);
    let ended = status(&application, "ja");
    assert_eq!((ended.status, ended.stderr.as_str()), (0, ""));
    let (updated, tail) = volatile(&json(&ended));
    let (cause, _) = unknown_class("warning", 2, "5 時間 58 分", oldest, Language::Japanese);
    let expected = format!(
        r#"{{"status":"ok","active_job":{{"queue_adapter":"shirasagi"}},"job":{},"item":{{"name":"job:service","current_count":3,"updated":"{updated}"}},"egret":{}}}"#,
        job("service"),
        egret(&application, &cause, 2, 3, &tail),
    );
    assert_eq!(ended.text(), expected + "\n");
    assert_eq!(application.egret(["status", "--strict"]).status, 1, "there is a warning");
    stop(services);
}

#[test]
fn s3_a_job_that_is_due_for_six_hours_is_stucked_in_the_readers_language() {
    let application = Application::with_config(CONFIGURATION);
    let services = services(&application, 2);
    reserve(&application, MINUTE);
    reserve(&application, 6 * HOUR - 2 * MINUTE);
    let oldest = reserve(&application, 6 * HOUR);
    for (code, language, age) in [("ja", Language::Japanese, "6 時間"), ("en", Language::English, "6 h")] {
        let ended = status(&application, code);
        assert_eq!((ended.status, ended.stderr.as_str()), (2, ""));
        let (updated, tail) = volatile(&json(&ended));
        let (cause, notice) = unknown_class("stuck", 3, age, oldest, language);
        let expected = format!(
            r#"{{"status":"stucked","notice":{{"notices":["{notice}"]}},"active_job":{{"queue_adapter":"shirasagi"}},"job":{},"item":{{"name":"job:service","current_count":2,"updated":"{updated}"}},"egret":{}}}"#,
            job("service"),
            egret(&application, &cause, 3, 2, &tail),
        );
        assert_eq!(ended.text(), expected + "\n");
    }
    stop(services);
}

#[test]
fn the_item_stays_with_no_service_and_moves_with_each_change_of_the_count() {
    let application = Application::with_config(CONFIGURATION);
    let look = || {
        let body = json(&status(&application, "en"));
        let item = body["item"].clone();
        (item["current_count"].as_u64(), item["updated"].as_str().unwrap_or_default().to_owned())
    };
    let mut first = services(&application, 1);
    let (one, one_at) = look();
    let second = services(&application, 1);
    let (two, two_at) = look();
    assert_eq!((one, two), (Some(1), Some(2)));
    assert!(two_at > one_at, "{one_at} {two_at}");
    assert_eq!(look(), (two, two_at.clone()), "beats move nothing");
    first.pop().unwrap().signal(Signal::KILL);
    wait_for("the dead no longer counts", || (look().0 == Some(1)).then_some(()));
    stop(second);
    let (none, none_at) = look();
    assert_eq!(none, Some(0));
    assert!(none_at > two_at, "{two_at} {none_at}");
}

#[test]
fn a_missing_service_is_a_warning_and_fails_only_a_strict_check() {
    let application = Application::in_service_mode();
    let ended = status(&application, "en");
    assert_eq!(ended.status, 0);
    let body = json(&ended);
    assert_eq!((&body["status"], &body["egret"]["causes"][0]["code"]), (&"ok".into(), &"no_service".into()));
    assert_eq!(application.egret(["status", "--strict"]).status, 1);
    assert_eq!(Application::new().egret(["status", "--strict"]).status, 0);
}

#[test]
fn a_store_that_cannot_be_reached_has_a_status_of_its_own() {
    let application = Application::in_service_mode();
    std::fs::create_dir(application.path("var")).unwrap();
    std::fs::write(application.path("var/egret.db"), "this is no database ".repeat(100)).unwrap();
    let ended = status(&application, "en");
    let answer = json(&ended);
    assert_eq!(
        (ended.status, &answer["code"], &answer["remedy"]),
        (3, &"store_unreachable".into(), &"egret check".into())
    );
    assert_eq!(answer["status"], serde_json::Value::Null, "nothing is known of the jobs: {answer}");
    let ended = application.egret(["status"]);
    assert_eq!((ended.status, ended.text().as_str()), (3, ""));
    for words in ["error: store_unreachable: ", "not a SQLite database", "hint: `egret check`"] {
        assert!(ended.stderr.contains(words), "{}", ended.stderr);
    }
}

#[test]
fn looking_in_mode_service_rescues_nothing() {
    let application = Application::in_service_mode();
    let service = application.start(["run"]);
    service.wait_until_said("service started");
    let id = application.exec("sleep 300");
    application.wait_for_state(&id, "running");
    service.signal(Signal::KILL);
    wait_for("the service is dead", || application.services_alive().is_empty().then_some(()));
    for _ in 0..3 {
        application.egret(["status"]);
    }
    let services = application.json(["services", "list", "--json"]);
    assert_eq!(services["items"].as_array().unwrap().len(), 1, "the dead one is still there for the next service");
    let heir = application.start(["run"]);
    wait_for("the jobs go back", || {
        (application.json(["services", "list", "--json"])["items"].as_array().unwrap().len() == 1
            && application.services_alive().len() == 1)
            .then_some(())
    });
    application.succeed(["jobs", "cancel", &id]);
    wait_for("the job is cancelled", || (application.state(&id) == "cancelled").then_some(()));
    stop(vec![heir]);
}
