//! `egret run`: a service in the foreground.

use rustix::process::Signal;

use crate::application::Application;

#[test]
fn runs_what_is_due_and_leaves() {
    let application = Application::in_service_mode();
    let ids: Vec<String> = (0..3).map(|number| application.exec(&format!("echo {number} >> result"))).collect();
    let later = application.succeed(["enqueue", "A", "--in", "1h"]);
    assert_eq!(application.egret(["run", "--until-empty"]).status, 0);
    for id in ids {
        assert_eq!(application.state(&id), "completed");
    }
    assert_eq!(application.state(later.trim()), "scheduled");
    let lines = std::fs::read_to_string(application.path("result")).unwrap();
    assert_eq!(lines.lines().count(), 3);
}

#[test]
fn on_demand_it_leaves_when_nothing_waits() {
    let application = Application::new();
    let ended = application.egret(["run"]);
    assert_eq!((ended.status, ended.text().as_str()), (0, ""), "{}", ended.stderr);
}

#[test]
fn on_demand_one_too_many_leaves_quietly() {
    let application = Application::new();
    let id = application.exec("while [ ! -e go ]; do sleep 0.02; done");
    application.wait_for_state(&id, "running");
    let alive = application.services_alive();
    let ended = application.egret(["run"]);
    assert_eq!(ended.status, 0, "{}", ended.stderr);
    assert_eq!(ended.says("ERROR"), 0, "{}", ended.stderr);
    assert_eq!(application.services_alive()[0]["id"], alive[0]["id"]);
    std::fs::write(application.path("go"), "").unwrap();
    application.wait_for_state(&id, "completed");
}

#[test]
fn takes_a_section_in_both_forms() {
    let config =
        "default:\n  mode: service\nmail:\n  name: job:mail\n  mode: service\n  polling:\n    queues: [mailers]\n";
    let application = Application::with_config(config);
    for form in [&["run", "--section", "mail", "--until-empty"][..], &["job:run", "config=mail", "--until-empty"]] {
        let other = application.exec("true");
        let mail = application.succeed(["exec", "--queue", "mailers", "--", "true"]);
        assert_eq!(application.egret(form).status, 0);
        assert_eq!(application.state(mail.trim()), "completed", "{form:?}");
        assert_eq!(application.state(&other), "available", "{form:?}");
    }
}

#[test]
fn an_unknown_section_is_an_error_that_names_those_there_are() {
    let application = Application::with_config("default:\n  mode: service\nmail:\n  name: job:mail\n");
    for form in [&["run", "--section", "mial"][..], &["job:run", "config=mial"]] {
        let ended = application.egret(form);
        assert_eq!(ended.status, 1);
        for words in ["unknown section `mial`", "`default`, `mail`", "did you mean `mail`?"] {
            assert!(ended.stderr.contains(words), "{}", ended.stderr);
        }
    }
    assert_eq!(application.egret(["job:run", "config="]).status, 1);
    let ended = application.egret(["job:run", "confg=mail"]);
    assert_eq!(ended.status, 2);
    assert!(ended.stderr.contains("did you mean `config`?"), "{}", ended.stderr);
}

#[test]
fn takes_the_environment_as_rake_does() {
    let config =
        "production:\n  default:\n    mode: service\ntest:\n  default:\n    name: job:test\n    mode: service\n";
    let application = Application::with_config(config);
    let service = application.start(["job:run", "RAILS_ENV=test"]);
    service.wait_until_said("service started");
    assert_eq!(application.services_alive()[0]["name"], "job:test");
    service.signal(Signal::TERM);
    assert_eq!(service.ended().status, 0);
}

#[test]
fn logs_as_much_as_is_asked_for() {
    let application = Application::new();
    let mut command = application.command(["run"]);
    command.env("EGRET_LOG", "error");
    assert_eq!(application.run(command).stderr, "");
    let mut command = application.command(["run"]);
    command.env("EGRET_LOG_LEVEL", "warn");
    assert_eq!(application.run(command).stderr, "");
    assert!(application.egret(["run"]).stderr.contains("service started"));
}
