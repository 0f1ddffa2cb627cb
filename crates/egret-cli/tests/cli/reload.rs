//! The signal HUP: configuration and log files are read anew, except where a terminal ends.

use std::path::Path;

use rustix::process::Signal;

use crate::application::{Application, wait_for, wait_for_file};
use crate::process::{Process, send};
use crate::terminal::pseudoterminal;

/// A program that says that it began, and ends when the test says so.
const PROGRAM: &str = "echo begun >> begun; while [ ! -e go ]; do sleep 0.02; done";

fn configure(application: &Application, text: &str) {
    std::fs::write(application.path("config/job.yml"), text).unwrap();
}

fn wait_until_begun(application: &Application, n_programs: usize) {
    wait_for(&format!("{n_programs} programs run"), || {
        let begun = std::fs::read_to_string(application.path("begun")).unwrap_or_default();
        (begun.lines().count() == n_programs).then_some(())
    });
}

#[test]
fn takes_over_what_can_change_and_says_what_needs_a_restart() {
    let application = Application::with_config("default:\n  mode: service\n  concurrency: 1\n");
    let ids = [application.exec(PROGRAM), application.exec(PROGRAM)];
    let elsewhere = application.succeed(["exec", "--queue", "low", "--", "true"]);
    let service = application.start(["run"]);
    wait_until_begun(&application, 1);

    configure(
        &application,
        "default:\n  mode: service\n  name: job:other\n  concurrency: 3\n  log_level: debug\n  polling:\n    queues: [default, low]\n",
    );
    service.signal(Signal::HUP);
    service.wait_until_said("configuration reloaded");
    wait_until_begun(&application, 2);
    application.wait_for_state(elsewhere.trim(), "completed");
    let said = service.stderr();
    let line = |key: &str| said.lines().find(|line| line.contains(key)).unwrap_or_else(|| panic!("{key}: {said}"));
    assert!(line("concurrency").contains("configuration changed") && !line("concurrency").contains("next start"));
    assert!(line("job:other").contains("next start"), "{said}");
    let alive = application.services_alive();
    assert_eq!((&alive[0]["name"], &alive[0]["concurrency"]), (&"job:service".into(), &3.into()));
    assert_eq!(alive[0]["queues"], serde_json::json!(["default", "low"]));

    std::fs::write(application.path("go"), "").unwrap();
    ids.iter().for_each(|id| application.wait_for_state(id, "completed"));
    service.signal(Signal::TERM);
    assert_eq!(service.ended().status, 0);
}

#[test]
fn an_invalid_file_is_reported_and_the_old_values_stay() {
    let application = Application::with_config("default:\n  mode: service\n  concurrency: 2\n");
    let service = application.start(["run"]);
    service.wait_until_said("service started");
    configure(&application, "default:\n  mode: service\n  concurency: 5\n");
    service.signal(Signal::HUP);
    service.wait_until_said("did you mean `concurrency`?");
    assert!(service.stderr().contains("the service goes on as before"), "{}", service.stderr());

    configure(&application, "default:\n  mode: service\n  concurrency: 2\n");
    service.signal(Signal::HUP);
    service.wait_until_said("configuration reloaded");
    assert_eq!(application.services_alive()[0]["concurrency"], 2);
    let id = application.exec("true");
    application.wait_for_state(&id, "completed");
    service.signal(Signal::TERM);
    assert_eq!(service.ended().status, 0);
}

#[test]
fn a_file_that_lacks_the_section_of_the_service_changes_nothing() {
    let application = Application::with_config("mail:\n  mode: service\n  concurrency: 2\n");
    let service = application.start(["run", "--section", "mail"]);
    service.wait_until_said("service started");
    configure(&application, "default:\n  concurrency: 5\n");
    service.signal(Signal::HUP);
    service.wait_until_said("unknown section `mail`");
    assert!(service.stderr().contains("the service goes on as before"), "{}", service.stderr());
    assert_eq!(application.services_alive()[0]["concurrency"], 2);
    service.signal(Signal::TERM);
    assert_eq!(service.ended().status, 0);
}

#[test]
fn the_log_says_as_much_as_the_file_wants_now() {
    let application = Application::with_config("default:\n  mode: service\n  log_level: error\n");
    let service = application.start(["run"]);
    wait_for("the service is there", || (application.services_alive().len() == 1).then_some(()));
    assert_eq!(service.stderr(), "", "what begins well is no error");
    configure(&application, "default:\n  mode: service\n  log_level: info\n");
    service.signal(Signal::HUP);
    service.wait_until_said("configuration reloaded");
    service.signal(Signal::TERM);
    assert_eq!(service.ended().status, 0);
}

/// As logrotate does: the file is moved away, then the service is told.
#[test]
fn a_log_file_that_was_moved_away_is_begun_anew() {
    let application = Application::in_service_mode();
    let [log, rotated] = ["service.log", "service.log.1"].map(|name| application.path(name));
    let said = |path: &Path| std::fs::read_to_string(path).unwrap_or_default();
    let service = application.start(["run", "--log-file", "service.log"]);
    wait_for("the file says that it started", || said(&log).contains("service started").then_some(()));
    std::fs::rename(&log, &rotated).unwrap();
    service.signal(Signal::HUP);
    wait_for("the new file is written", || said(&log).contains("configuration reloaded").then_some(()));
    assert!(!said(&rotated).contains("configuration reloaded"), "{}", said(&rotated));
    service.signal(Signal::TERM);
    assert_eq!(service.ended().status, 0);
}

#[test]
fn from_a_terminal_a_hangup_stops_it() {
    let application = Application::in_service_mode();
    let id = application.exec(PROGRAM);
    let (_controller, terminal) = pseudoterminal();
    let mut command = application.command(["run"]);
    command.stdin(terminal);
    let service = Process::start(command);
    wait_until_begun(&application, 1);
    service.signal(Signal::HUP);
    service.wait_until_said("asked to stop");
    std::fs::write(application.path("go"), "").unwrap();
    assert_eq!(service.ended().status, 0);
    assert_eq!(application.state(&id), "completed");
}

#[test]
fn a_service_on_demand_goes_on_in_a_new_log_file_after_a_rotation() {
    let application = Application::new();
    let id = application.exec(PROGRAM);
    wait_until_begun(&application, 1);
    let log = application.path("var/log/egret-service.log");
    let rotated = application.path("var/log/egret-service.log.1");
    std::fs::rename(&log, &rotated).unwrap();
    let pid = application.services_alive()[0]["process"]["pid"].as_u64().unwrap();
    send(u32::try_from(pid).unwrap(), Signal::HUP);
    wait_for_file(&log);
    wait_for("the new file has what is said now", || {
        std::fs::read_to_string(&log).unwrap().contains("configuration reloaded").then_some(())
    });
    assert!(!std::fs::read_to_string(&rotated).unwrap().contains("configuration reloaded"));
    std::fs::write(application.path("go"), "").unwrap();
    application.wait_for_state(&id, "completed");
}
