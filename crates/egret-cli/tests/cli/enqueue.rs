//! `egret enqueue`: jobs of classes that this program need not know.

use crate::application::Application;

#[test]
fn a_job_of_an_unknown_class_waits_for_whoever_knows_it() {
    let application = Application::in_service_mode();
    let id =
        application.succeed(["enqueue", "Billing::ChargeJob", r#"{"invoice":7}"#, "\"by mail\"", "--priority", "-3"]);
    let id = id.trim();
    application.succeed(["run", "--until-empty"]);
    let job = application.job(id);
    assert_eq!(job["state"], "available");
    assert_eq!((&job["class"], &job["priority"]), (&"Billing::ChargeJob".into(), &(-3).into()));
    assert_eq!(job["payload"]["arguments"], serde_json::json!([{"invoice": 7}, "by mail"]));
    assert_eq!((&job["attempt"], &job["origin"]), (&0.into(), &"command_line".into()));
}

#[test]
fn a_service_that_stays_says_that_it_does_not_know_the_class() {
    let application = Application::in_service_mode();
    let service = application.start(["run"]);
    service.wait_until_said("service started");
    let id = application.succeed(["enqueue", "Unknown"]);
    crate::application::wait_for("the class is named", || {
        let why = application.job(id.trim())["why"]["sentence"].clone();
        why.as_str().is_some_and(|why| why.contains("knows the class `Unknown`")).then_some(())
    });
    service.signal(rustix::process::Signal::TERM);
    assert_eq!(service.ended().status, 0);
}

#[test]
fn names_the_argument_that_is_not_json() {
    let application = Application::in_service_mode();
    let ended = application.egret(["enqueue", "A", "1", "hello"]);
    assert_eq!(ended.status, 2);
    assert!(ended.stderr.contains("argument 2, `hello`, is not JSON"), "{}", ended.stderr);
    assert!(ended.stderr.contains("hint: "), "{}", ended.stderr);
    assert!(application.json(["jobs", "list", "--json"])["items"].as_array().unwrap().is_empty());
}

#[test]
fn places_a_job_in_its_queue_and_time() {
    let application = Application::in_service_mode();
    let id = application.succeed(["enqueue", "A", "--queue", "low", "--at", "2030-01-31 09:00"]);
    let job = application.job(id.trim());
    assert_eq!((&job["state"], &job["queue"]), (&"scheduled".into(), &"low".into()));
    // Nine in the morning in Tokyo, the zone of this test.
    assert_eq!(job["due_at"], "2030-01-31T00:00:00Z");
    let text = application.succeed(["jobs", "show", id.trim()]);
    assert!(text.contains("2030-01-31 09:00:00"), "{text}");

    let ended = application.egret(["enqueue", "A", "--at", "soon"]);
    assert_eq!(ended.status, 2);
    assert!(ended.stderr.contains("`soon`"), "{}", ended.stderr);
}
