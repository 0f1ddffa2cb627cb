//! `egret services quiet|resume|stop`: orders through the store to services of other processes.

use serde_json::Value;

use crate::application::{Application, wait_for, wait_for_file};
use crate::process::Process;

fn idle_service(application: &Application) -> (Process, String) {
    let service = application.start(["run"]);
    service.wait_until_said("service started");
    let id = application
        .services_alive()
        .iter()
        .find_map(|known| (known["process"]["pid"] == service.pid()).then(|| known["id"].as_str().unwrap().to_owned()));
    (service, id.unwrap())
}

fn result(listing: &Value) -> &str {
    listing["items"][0]["result"].as_str().unwrap()
}

#[test]
fn a_service_is_made_quiet_resumed_and_stopped() {
    let application = Application::in_service_mode();
    let (service, id) = idle_service(&application);
    let quiet = application.json(["services", "quiet", &id, "--wait", "--json"]);
    assert_eq!(result(&quiet), "done", "{quiet}");
    assert_eq!(application.services_alive()[0]["phase"], "quiet");
    let job = application.exec("true");
    wait_for("the job says why it waits", || {
        application.job(&job)["why"]["sentence"].as_str().is_some_and(|why| why.contains("quiet")).then_some(())
    });
    let address = format!("{}:{}", quiet["items"][0]["host"].as_str().unwrap(), service.pid());
    let resumed = application.json(["services", "resume", &address, "--wait", "--json"]);
    assert_eq!(result(&resumed), "done", "{resumed}");
    application.wait_for_state(&job, "completed");
    let stopped = application.json(["services", "stop", "job:service", "--wait", "--json"]);
    assert_eq!(result(&stopped), "done", "{stopped}");
    let ended = service.ended();
    assert_eq!(ended.status, 0, "{}", ended.stderr);
    assert_eq!(ended.says("ordered by an operator"), 3, "{}", ended.stderr);
    assert!(application.services_alive().is_empty());
}

#[test]
fn a_signal_after_an_order_stands() {
    let application = Application::in_service_mode();
    let (service, id) = idle_service(&application);
    application.succeed(["services", "quiet", &id, "--wait"]);
    service.signal(rustix::process::Signal::CONT);
    let job = application.exec("true");
    application.wait_for_state(&job, "completed");
    // The same order again is a new one.
    application.succeed(["services", "quiet", &id, "--wait"]);
    application.succeed(["services", "stop", "--all", "--yes", "--wait"]);
    assert_eq!(service.ended().status, 0);
}

#[test]
fn a_busy_service_finishes_its_job_before_it_leaves() {
    let application = Application::in_service_mode();
    let job = application.exec("touch begun; while [ ! -e go ]; do sleep 0.02; done");
    let service = application.start(["run"]);
    wait_for_file(&application.path("begun"));
    let late = application.egret(["services", "stop", "--all", "--yes", "--wait", "--timeout", "100ms"]);
    assert_eq!(late.status, 1);
    assert!(late.stderr.contains("did not stop within") && late.stderr.contains("the order stands"), "{}", late.stderr);
    service.wait_until_said("ordered by an operator");
    assert_eq!(application.state(&job), "running");
    std::fs::write(application.path("go"), "").unwrap();
    assert_eq!(service.ended().status, 0);
    assert_eq!(application.state(&job), "completed");
}

#[test]
fn quiet_waits_until_nothing_runs() {
    let application = Application::in_service_mode();
    let job = application.exec("touch begun; while [ ! -e go ]; do sleep 0.02; done");
    let service = application.start(["run"]);
    wait_for_file(&application.path("begun"));
    let waiting = application.start(["services", "quiet", "job:service", "--wait"]);
    service.wait_until_said("ordered by an operator");
    wait_for("the service is quiet", || (application.services_alive()[0]["phase"] == "quiet").then_some(()));
    assert_eq!(application.state(&job), "running");
    let impatient = application.egret(["services", "quiet", "job:service", "--wait", "--timeout", "300ms"]);
    assert_eq!(impatient.status, 1, "its job still runs: {}", impatient.stderr);
    std::fs::write(application.path("go"), "").unwrap();
    assert_eq!(waiting.ended().status, 0);
    assert_eq!(application.state(&job), "completed");
    application.succeed(["services", "stop", "--all", "--yes", "--wait"]);
    assert_eq!(service.ended().status, 0);
}

#[test]
fn all_of_several_services_are_stopped() {
    let application = Application::in_service_mode();
    let services: Vec<_> = (0..3).map(|_| idle_service(&application)).collect();
    let stopped = application.json(["services", "stop", "--all", "--yes", "--wait", "--json"]);
    assert_eq!(stopped["items"].as_array().unwrap().len(), 3);
    for (service, _) in services {
        assert_eq!(service.ended().status, 0);
    }
    let nobody = application.egret(["services", "stop", "--all", "--yes"]);
    assert_eq!((nobody.status, nobody.text().as_str()), (0, ""), "{}", nobody.stderr);
}

#[test]
fn who_is_not_there_is_said() {
    let application = Application::in_service_mode();
    let (service, _) = idle_service(&application);
    let unknown = application.egret(["services", "stop", "job:servce"]);
    assert_eq!(unknown.status, 1);
    assert!(unknown.stderr.contains("there is no service `job:servce`"), "{}", unknown.stderr);
    assert!(unknown.stderr.contains("did you mean `job:service`?"), "{}", unknown.stderr);
    assert_eq!(application.egret(["services", "stop"]).status, 2);
    service.signal(rustix::process::Signal::KILL);
    wait_for("the service is taken for dead", || application.services_alive().is_empty().then_some(()));
    let dead = application.egret(["services", "stop", "job:service"]);
    assert_eq!(dead.status, 1);
    assert!(dead.stderr.contains("is dead and takes no orders"), "{}", dead.stderr);
}

#[test]
fn services_that_nobody_named_are_shown_and_asked_about_before_they_get_an_order() {
    let application = Application::in_service_mode();
    let services: Vec<_> = (0..2).map(|_| idle_service(&application)).collect();
    let host = application.services_alive()[0]["process"]["host"].as_str().unwrap().to_owned();
    let refused = application.egret(["services", "stop", "--all"]);
    assert_eq!((refused.status, refused.text().as_str()), (2, ""));
    assert!(refused.stderr.contains("`--yes` agrees"), "{}", refused.stderr);
    let shown = application.egret(["services", "stop", "--host", &host, "--dry-run"]);
    assert_eq!((shown.status, shown.text().as_str()), (0, ""));
    let addresses = services.iter().map(|(service, _)| format!("{host}:{}", service.pid()));
    for words in addresses.chain(["2 services match:".to_owned(), "Nothing was changed.".to_owned()]) {
        assert!(shown.stderr.contains(&words), "no `{words}` in {}", shown.stderr);
    }
    let planned = application.json(["services", "stop", "--all", "--dry-run", "--json"]);
    assert_eq!((planned["items"].as_array().unwrap().len(), result(&planned)), (2, "matching"));
    let elsewhere = application.json(["services", "stop", "--host", "another", "--yes", "--json"]);
    assert_eq!(elsewhere["items"], serde_json::json!([]));
    assert_eq!(application.services_alive().len(), 2, "nobody got an order");
    let stopped = application.json(["services", "stop", "--host", &host, "--yes", "--wait", "--json"]);
    assert_eq!((stopped["items"].as_array().unwrap().len(), result(&stopped)), (2, "done"));
    for (service, _) in services {
        assert_eq!(service.ended().status, 0);
    }
}

/// Services are among the tasks; orders to tasks do not reach them.
#[test]
fn whoever_interrupts_the_task_of_a_service_reads_what_ends_it() {
    let application = Application::in_service_mode();
    let (service, _) = idle_service(&application);
    for (verb, language, words) in [
        ("interrupt", "en", "it is a service, which `egret services stop job:service` ends"),
        ("reset", "en", "a service of the name lives"),
        ("delete", "en", "a service of the name lives"),
        ("delete", "ja", "サービスの場合は"),
    ] {
        let ended = application.egret(["tasks", verb, "job:service", "--lang", language]);
        assert_eq!(ended.status, 1, "{verb}: {}", ended.stderr);
        assert!(ended.stderr.contains(words), "{verb}: {}", ended.stderr);
        assert!(ended.stderr.contains("`egret services stop "), "{verb}: {}", ended.stderr);
    }
    assert!(application.services_alive().len() == 1, "it lives on");
    application.succeed(["services", "stop", "job:service", "--wait"]);
    assert_eq!(service.ended().status, 0);
}
