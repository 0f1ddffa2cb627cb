//! `egret exec --wait` while the program cannot run: why, each cause once.

use rustix::process::Signal;

use crate::application::{Application, wait_for, wait_for_line};
use crate::process::send;

#[test]
fn says_that_no_service_is_alive_and_goes_on_when_one_is() {
    let application = Application::in_service_mode();
    let process = application.start(["exec", "--wait", "--", "echo", "hello"]);
    process.wait_until_said("no service is alive");
    let service = application.start(["run"]);
    let ended = process.ended();
    assert_eq!((ended.status, ended.text().as_str()), (0, "hello\n"), "{}", ended.stderr);
    assert_eq!(ended.says("no service is alive"), 1, "{}", ended.stderr);
    assert_eq!(ended.says("egret run --mode service"), 1, "{}", ended.stderr);
    service.signal(Signal::TERM);
    assert_eq!(service.ended().status, 0);
}

#[test]
fn says_that_the_time_has_not_come_and_runs_when_it_has() {
    let application = Application::new();
    let process = application.start(["exec", "--wait", "--in", "1h", "--", "echo", "hello"]);
    process.wait_until_said("its time has not come");
    let stderr = process.stderr();
    let id = stderr.lines().next().unwrap().strip_prefix("job ").unwrap();
    application.succeed(["jobs", "run-now", id]);
    let ended = process.ended();
    assert_eq!((ended.status, ended.text().as_str()), (0, "hello\n"), "{}", ended.stderr);
    assert_eq!(ended.says("its time has not come, it runs at 20"), 1, "{}", ended.stderr);
}

#[test]
fn says_that_nobody_polls_the_queue_and_leaves_the_job_alone_at_ctrl_c() {
    let application = Application::new();
    let process = application.start(["exec", "--wait", "--queue", "elsewhere", "--", "true"]);
    process.wait_until_said("no service takes jobs from the queue `elsewhere`, only from `default`");
    process.signal(Signal::INT);
    let ended = process.ended();
    assert_eq!(ended.status, 130, "{}", ended.stderr);
    let id = ended.stderr.lines().next().unwrap().strip_prefix("job ").unwrap();
    assert_eq!(ended.says(&format!("`egret logs follow {id}`")), 1, "{}", ended.stderr);
    assert_eq!(application.state(id), "available");
    assert!(application.job(id)["why"]["sentence"].as_str().unwrap().contains("`elsewhere`"));
}

#[test]
fn says_why_no_service_could_be_started() {
    let application = Application::new();
    // The log of services cannot be opened.
    std::fs::create_dir_all(application.path("var/log/egret-service.log")).unwrap();
    let process = application.start(["exec", "--wait", "--", "true"]);
    process.wait_until_said("no service could be started: failed to open");
    process.signal(Signal::INT);
    let ended = process.ended();
    assert_eq!(ended.says("no service could be started"), 1, "{}", ended.stderr);
    assert_eq!(ended.status, 130);
}

#[test]
fn says_that_every_service_is_busy() {
    let application = Application::with_config("default:\n  concurrency: 1\n");
    let first = application.exec("while [ ! -e go ]; do sleep 0.02; done");
    application.wait_for_state(&first, "running");
    let process = application.start(["exec", "--wait", "--", "echo", "second"]);
    process.wait_until_said("every service that could run it is busy");
    std::fs::write(application.path("go"), "").unwrap();
    let ended = process.ended();
    assert_eq!((ended.status, ended.text().as_str()), (0, "second\n"), "{}", ended.stderr);
}

#[test]
fn ends_with_a_status_of_its_own_when_the_job_is_cancelled_or_deleted() {
    let application = Application::in_service_mode();
    for (verb, word) in [("cancel", "was cancelled"), ("delete", "was deleted")] {
        let process = application.start(["exec", "--wait", "--in", "1h", "--", "true"]);
        process.wait_until_said("its time has not come");
        let stderr = process.stderr();
        let id = stderr.lines().next().unwrap().strip_prefix("job ").unwrap();
        application.succeed(["jobs", verb, id]);
        let ended = process.ended();
        assert_eq!(ended.status, 123, "{}", ended.stderr);
        assert!(ended.stderr.contains(word), "{}", ended.stderr);
    }
}

#[test]
fn starts_the_service_that_the_enqueuer_could_not() {
    let application = Application::in_service_mode();
    let id = application.exec("echo hello > result");
    // The operator changes the mode; nobody enqueues.
    std::fs::write(application.path("config/job.yml"), "default:\n  mode: on_demand\n").unwrap();
    assert!(application.job(&id)["why"]["sentence"].as_str().unwrap().contains("no service is alive"));
    application.succeed(["status"]);
    application.wait_for_state(&id, "completed");
}

#[test]
fn survives_the_death_of_the_service() {
    let application = Application::new();
    let script = "echo run >> runs; n=$(wc -l < runs); echo run $n; test $n = 2 || sleep 300";
    let process = application.start(["exec", "--wait", "--", "sh", "-c", script]);
    wait_for("the program runs", || (process.stdout() == b"run 1\n").then_some(()));
    let service = application.services_alive()[0]["process"]["pid"].as_u64().unwrap();
    send(u32::try_from(service).unwrap(), Signal::KILL);
    let ended = process.ended();
    assert_eq!((ended.status, ended.text().as_str()), (0, "run 1\nrun 2\n"), "{}", ended.stderr);
    assert_eq!(ended.says("the service died while the job ran"), 1, "{}", ended.stderr);
}

#[test]
fn the_status_helps_an_orphan_along() {
    let application = Application::new();
    let id = application.exec("echo run >> runs; test $(wc -l < runs) = 2 || sleep 300");
    wait_for_line(&application.path("runs"));
    let service = application.services_alive()[0]["process"]["pid"].as_u64().unwrap();
    send(u32::try_from(service).unwrap(), Signal::KILL);
    // The dead service is noticed once the kernel has closed its files.
    wait_for("the service is dead", || application.services_alive().is_empty().then_some(()));
    wait_for("the job is completed", || {
        application.succeed(["status"]);
        (application.state(&id) == "completed").then_some(())
    });
    assert_eq!(application.job(&id)["executions"].as_array().unwrap().len(), 2);
}
