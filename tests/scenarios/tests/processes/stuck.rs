//! What makes the status `stucked` beside mere waiting: nobody is there for a queue, or for jobs that somebody holds.

use egret_core::Timestamp;
use egret_core::job_data::{from_microseconds, to_microseconds};
use egret_scenarios::application::Application;
use egret_scenarios::commands::LEASE_VARIABLE;
use egret_scenarios::patience::wait_for;
use serde_json::Value;

use crate::{SERVICE_MODE, application};

/// Exit status and body.
fn status(application: &Application) -> (Option<i32>, Value) {
    let output = application.command(["status", "--json", "--lang", "en"]).output().unwrap();
    (output.status.code(), serde_json::from_slice(&output.stdout).unwrap())
}

fn codes(body: &Value) -> Vec<String> {
    let causes = body["egret"]["causes"].as_array().unwrap();
    causes.iter().map(|cause| format!("{}/{}", cause["severity"], cause["code"]).replace('"', "")).collect()
}

#[test]
fn jobs_of_a_dead_owner_that_nobody_gives_back_are_late() {
    let application = application(SERVICE_MODE).with_variable(LEASE_VARIABLE, 3_000);
    let mut service = application.start_service();
    let job = application.enqueue_long("Sleep", 600_000);
    application.ledger().wait_for("begin", &job);
    assert_eq!(status(&application).0, Some(0), "a job that runs is not late");
    service.kill();
    let body = wait_for("the alarm", || match status(&application) {
        (Some(2), body) => Ok(body),
        (code, body) => Err(format!("{code:?} {body}")),
    });
    assert_eq!(codes(&body), ["stuck/held_by_dead", "warning/no_service"], "{body}");
    assert_eq!(body["item"]["current_count"], 0, "{body}");

    // Looking gave nothing back; a service does, and the alarm ends.
    let _heir = application.start_service();
    application.ledger().wait_for_nth(2, "begin", &job);
    wait_for("the end of the alarm", || match status(&application) {
        (Some(0), body) if codes(&body).is_empty() => Ok(()),
        (code, body) => Err(format!("{code:?} {body}")),
    });
}

#[test]
fn due_jobs_of_a_queue_that_nobody_polls_are_late() {
    let application = application(SERVICE_MODE);
    let _service = application.start_service();
    let at = from_microseconds(to_microseconds(Timestamp::now()) - 120_000_000).to_string();
    application.run(["enqueue", "Nothing", "--queue", "elsewhere", "--at", at.as_str()]);
    let (code, body) = status(&application);
    assert_eq!((code, codes(&body)), (Some(2), vec!["stuck/queue_unpolled".to_owned()]), "{body}");
    assert_eq!(body["egret"]["causes"][0]["queue"], "elsewhere", "{body}");

    // Without a pause by a person there is no rest, with one there is.
    application.run(["queues", "pause", "elsewhere"]);
    let (code, body) = status(&application);
    assert_eq!((code, codes(&body)), (Some(0), vec!["warning/paused".to_owned()]), "{body}");
}
