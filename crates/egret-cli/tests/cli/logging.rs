//! What services and enqueuers log.

use std::io::Read as _;
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::net::UnixStream;
use std::process::Command;

use serde_json::Value;

use crate::application::{Application, Ended};

/// Performs what is due, with options or variables of its own.
fn perform(application: &Application, amend: impl FnOnce(&mut Command)) -> Ended {
    let mut command = application.command(["run", "--until-empty"]);
    amend(&mut command);
    let ended = application.run(command);
    assert_eq!(ended.status, 0, "{}", ended.stderr);
    ended
}

/// Lines of standard error that are Active Job's.
fn tagged(ended: &Ended) -> Vec<&str> {
    ended.stderr.lines().filter(|line| line.contains("[ActiveJob]")).collect()
}

/// The line as an object, checked for what every line has.
fn object(line: &str) -> Value {
    let object: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    for key in ["timestamp", "level", "target"] {
        assert!(object[key].is_string(), "{line}");
    }
    let timestamp = object["timestamp"].as_str().unwrap();
    assert!(timestamp.ends_with('Z') && timestamp.len() == "2026-11-23T11:09:01.123456Z".len(), "{timestamp}");
    object
}

#[test]
fn runs_are_told_as_active_job_tells_them() {
    let application = Application::in_service_mode();
    let good = application.exec("true");
    let bad = application.exec("exit 3");
    let ended = perform(&application, |_| {});
    let lines = tagged(&ended);
    let of = |id: &str, words: &str| {
        let tags = format!("[ActiveJob] [Egret::Command] [{id}] {words}");
        lines.iter().find(|line| line.contains(&tags)).unwrap_or_else(|| panic!("{tags} in {lines:#?}")).to_string()
    };
    let started =
        of(&good, &format!("Performing Egret::Command (Job ID: {good}) from Shirasagi(default) enqueued at "));
    assert!(started.contains(r#"Z with arguments: {"argv" => ["sh", "-c", "true"], "dir" => "#), "{started}");
    assert!(started.contains("+09:00  INFO "), "times are local: {started}");
    let performed = of(&good, &format!("Performed Egret::Command (Job ID: {good}) from Shirasagi(default) in "));
    assert!(performed.ends_with("ms"), "{performed}");
    let failed = of(&bad, &format!("Error performing Egret::Command (Job ID: {bad}) from Shirasagi(default) in "));
    assert!(failed.contains(" ERROR ") && failed.contains("exit status 3 of `sh`"), "{failed}");
    assert!(!lines.iter().any(|line| line.contains(&format!("Performed Egret::Command (Job ID: {bad})"))));
}

#[test]
fn json_lines_have_the_documented_keys() {
    let application = Application::in_service_mode();
    let good = application.exec("true");
    let bad = application.exec("exit 3");
    let ended = perform(&application, |command| {
        command.arg("--log-format").arg("json");
    });
    let lines: Vec<Value> = ended.stderr.lines().map(object).collect();
    let fact = |name: &str, id: &str| {
        let found = lines.iter().find(|line| line["event"] == name && line["job_id"] == id);
        found.unwrap_or_else(|| panic!("{name} of {id} in {}", ended.stderr))
    };
    let started = fact("active_job.started", &good);
    assert_eq!(started["target"], "egret::active_job");
    assert_eq!(started["job_class"], "Egret::Command");
    assert_eq!(started["tags"], serde_json::json!(["ActiveJob", "Egret::Command", good]));
    assert_eq!(started["fields"]["queue"], "default");
    assert_eq!(started["fields"]["adapter"], "shirasagi");
    assert_eq!(started["fields"]["arguments"][0]["argv"], serde_json::json!(["sh", "-c", "true"]));
    assert!(started["fields"]["enqueued_at"].as_str().unwrap().ends_with('Z'));
    let completed = fact("active_job.completed", &good);
    assert!(completed["fields"]["duration"].as_f64().unwrap() > 0.0, "{completed}");
    assert_eq!((&completed["level"], &completed["fields"]["exception_class"]), (&"info".into(), &Value::Null));
    let failed = fact("active_job.completed", &bad);
    assert_eq!(failed["level"], "error");
    assert!(failed["fields"]["exception_message"].as_str().unwrap().contains("exit status 3"), "{failed}");
    let service = lines.iter().find(|line| line["message"] == "service started").unwrap();
    assert!(service["fields"]["name"] == "job:service" && service["event"] == Value::Null, "{service}");
}

#[test]
fn the_form_can_be_chosen_by_a_variable() {
    let application = Application::in_service_mode();
    let ended = perform(&application, |command| {
        command.env("EGRET_LOG_FORMAT", "json");
    });
    assert!(ended.stderr.lines().map(object).count() > 0, "{}", ended.stderr);
    let refused = application.egret(["run", "--until-empty", "--log-format", "jsn"]);
    assert_eq!(refused.status, 2);
    assert!(refused.stderr.contains("json"), "{}", refused.stderr);
}

#[test]
fn enqueues_are_told_where_somebody_listens() {
    let application = Application::in_service_mode();
    let mut command = application.command(["enqueue", "A::B", "1", "\"x\""]);
    assert_eq!(application.run(command).stderr, "", "a command says only what it is asked for");
    command = application.command(["enqueue", "A::B", "1", "\"x\""]);
    command.env("EGRET_LOG", "info");
    let ended = application.run(command);
    let id = ended.text();
    let expected =
        format!("[ActiveJob] Enqueued A::B (Job ID: {}) to Shirasagi(default) with arguments: 1, \"x\"", id.trim());
    assert_eq!(ended.says(&expected), 1, "{}", ended.stderr);
}

#[test]
fn levels_are_chosen_by_module_and_a_wrong_one_is_named() {
    let application = Application::in_service_mode();
    let enqueue = |levels: &str| {
        let mut command = application.command(["enqueue", "A::B"]);
        command.env("EGRET_LOG", levels);
        application.run(command)
    };
    assert_eq!(enqueue("error,egret::active_job=info").says("[ActiveJob] Enqueued"), 1);
    assert_eq!(enqueue("info,egret::active_job=off").stderr, "");
    let refused = enqueue("egret=loud");
    assert_ne!(refused.status, 0);
    assert!(refused.stderr.contains("`egret=loud` in EGRET_LOG"), "{}", refused.stderr);
}

#[test]
fn variables_of_programs_are_named_and_their_values_are_not() {
    let application = Application::in_service_mode();
    let arguments = r#"{"argv": ["sh", "-c", "test \"$PASSWORD\" = hunter2"], "env": {"PASSWORD": "hunter2"}}"#;
    let id = application.succeed(["enqueue", "Egret::Command", arguments]);
    let human = perform(&application, |_| {});
    assert_eq!(application.state(id.trim()), "completed");
    application.succeed(["enqueue", "Egret::Command", arguments]);
    let json = perform(&application, |command| {
        command.args(["--log-format", "json"]);
    });
    for ended in [human, json] {
        assert!(ended.stderr.contains("PASSWORD") && ended.stderr.contains("[FILTERED]"), "{}", ended.stderr);
        // The program's own text names it; the value of the variable would be the second time.
        assert!(!ended.stderr.contains("\"hunter2\""), "{}", ended.stderr);
    }
}

/// Runs the program with one end of a pair of sockets as its standard error.
fn through_a_socket(application: &Application, stream: impl FnOnce(u64, u64) -> String) -> String {
    let (mut ours, theirs) = UnixStream::pair().unwrap();
    let theirs = std::os::fd::OwnedFd::from(theirs);
    let file = std::fs::File::from(theirs);
    let metadata = file.metadata().unwrap();
    let mut command = application.command(["run", "--until-empty"]);
    command.env("JOURNAL_STREAM", stream(metadata.dev(), metadata.ino())).stderr(file);
    let mut child = command.spawn().unwrap();
    // The parent's copy of the socket goes with the command, so that the end is seen.
    drop(command);
    let mut text = String::new();
    ours.read_to_string(&mut text).unwrap();
    assert!(child.wait().unwrap().success(), "{text}");
    text
}

#[test]
fn lines_for_the_journal_have_priorities_and_no_times() {
    let application = Application::in_service_mode();
    let bad = application.exec("exit 3");
    let text = through_a_socket(&application, |device, inode| format!("{device}:{inode}"));
    assert!(text.lines().count() > 2, "{text}");
    for line in text.lines() {
        let rest = line.strip_prefix("<6>").or_else(|| line.strip_prefix("<3>"));
        let rest = rest.unwrap_or_else(|| panic!("no priority: {line}"));
        assert!(!rest.starts_with("20"), "the journal knows the time: {line}");
    }
    assert!(text.contains("<6>service started"), "{text}");
    let error = format!("<3>[ActiveJob] [Egret::Command] [{bad}] Error performing");
    assert!(text.contains(&error), "{text}");
}

#[test]
fn a_stream_that_is_not_the_journal_gets_times_and_no_priorities() {
    let application = Application::in_service_mode();
    let text = through_a_socket(&application, |device, inode| format!("{device}:{}", inode + 1));
    assert!(!text.is_empty());
    assert!(text.lines().all(|line| line.starts_with("20")), "{text}");
}

#[test]
fn lines_go_to_the_end_of_a_file() {
    let application = Application::in_service_mode();
    std::fs::write(application.path("egret.log"), "before\n").unwrap();
    let ended = perform(&application, |command| {
        command.args(["--log-file", "egret.log"]);
    });
    assert_eq!(ended.stderr, "");
    let text = std::fs::read_to_string(application.path("egret.log")).unwrap();
    assert!(text.starts_with("before\n") && text.contains("service started"), "{text}");
    let refused = application.egret(["run", "--until-empty", "--log-file", "missing/egret.log"]);
    assert_eq!(refused.status, 1);
    assert!(refused.stderr.contains("`missing/egret.log`"), "{}", refused.stderr);
}
