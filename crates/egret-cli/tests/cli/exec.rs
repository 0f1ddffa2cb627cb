//! `egret exec`: what the program wrote, and how it ended.

use std::io::Read as _;
use std::process::Stdio;

use crate::application::{Application, wait_for};

#[test]
fn passes_output_and_status_on() {
    let application = Application::new();
    let ended = application.egret(["exec", "--wait", "--", "sh", "-c", "printf out; printf err >&2; exit 7"]);
    assert_eq!(ended.status, 7);
    assert_eq!(ended.text(), "out");
    let (id, rest) = ended.stderr.split_once('\n').unwrap();
    assert_eq!(rest, "err");
    let id = id.strip_prefix("job ").unwrap();
    assert_eq!(application.state(id), "discarded");
}

#[test]
fn prints_the_id_alone_without_waiting_and_the_job_runs() {
    let application = Application::new();
    let ended = application.egret(["exec", "--", "sh", "-c", "echo done > result"]);
    assert_eq!((ended.status, ended.stderr.as_str()), (0, ""));
    let id = ended.text();
    assert_eq!(id.len(), 37, "an id and a line end");
    application.wait_for_state(id.trim(), "completed");
    assert_eq!(std::fs::read_to_string(application.path("result")).unwrap(), "done\n");
}

#[test]
fn counts_signals_from_128() {
    let application = Application::new();
    for (signal, status) in [("SEGV", 139), ("KILL", 137), ("USR1", 138)] {
        let ended = application.egret(["exec", "--wait", "--", "sh", "-c", &format!("kill -{signal} $$")]);
        assert_eq!(ended.status, status, "{signal}: {}", ended.stderr);
    }
}

#[test]
fn passes_bytes_on_as_they_are() {
    let application = Application::new();
    let script = r"printf '\377\376\000\r\n\033[31m'; head -c 300000 /dev/zero; printf no-line-end";
    let ended = application.egret(["exec", "--wait", "--", "sh", "-c", script]);
    let mut expected = b"\xff\xfe\x00\r\n\x1b[31m".to_vec();
    expected.resize(expected.len() + 300_000, 0);
    expected.extend_from_slice(b"no-line-end");
    assert_eq!(ended.status, 0, "{}", ended.stderr);
    assert!(ended.stdout == expected, "{} bytes instead of {}", ended.stdout.len(), expected.len());
}

#[test]
fn says_when_there_was_more_output_than_is_kept() {
    let application = Application::new();
    let ended = application.egret(["exec", "--wait", "--", "head", "-c", "70000000", "/dev/zero"]);
    assert_eq!((ended.status, ended.says("the output is not whole")), (0, 1), "{}", ended.stderr);
    assert!((1_000_000..70_000_000).contains(&ended.stdout.len()), "{}", ended.stdout.len());
}

#[test]
fn shows_output_as_it_comes() {
    let application = Application::new();
    let script = "echo first; while [ ! -e go ]; do sleep 0.02; done; echo second";
    let process = application.start(["exec", "--wait", "--", "sh", "-c", script]);
    wait_for("the first line is there", || (process.stdout() == b"first\n").then_some(()));
    std::fs::write(application.path("go"), "").unwrap();
    let ended = process.ended();
    assert_eq!((ended.status, ended.text().as_str()), (0, "first\nsecond\n"));
}

#[test]
fn leaves_no_process_behind() {
    let application = Application::new();
    let mut command = application.command(["exec", "--wait", "--", "sh", "-c", "sleep 300 & echo hello"]);
    // As a new user has it.
    command.env_remove("EGRET_LINGER");
    let ended = application.run(command);
    assert_eq!((ended.status, ended.text().as_str()), (0, "hello\n"));
    application.wait_until_left();
    assert!(application.services_alive().is_empty());
}

#[test]
fn has_statuses_of_its_own_for_programs_that_did_not_run_to_their_end() {
    let application = Application::new();
    std::fs::write(application.path("text"), "no program").unwrap();
    for (arguments, status, word) in [
        (&["--timeout", "200ms", "--", "sleep", "300"][..], 124, "timeout"),
        (&["--", "./text"], 126, "`./text` cannot be executed"),
        (&["--", "no-such-program"], 127, "no program `no-such-program`"),
    ] {
        let ended = application.egret(["exec", "--wait"].iter().chain(arguments));
        assert_eq!(ended.status, status, "{}", ended.stderr);
        assert!(ended.stderr.contains(word), "{}", ended.stderr);
    }
}

#[test]
fn runs_in_the_callers_folder() {
    let application = Application::new();
    let below = application.path("below");
    std::fs::create_dir(&below).unwrap();
    let mut command = application.command(["exec", "--wait", "--", "pwd"]);
    command.current_dir(&below);
    assert_eq!(application.run(command).text().trim(), below.to_str().unwrap());
}

#[test]
fn runs_what_the_operators_list_allows_and_parks_the_rest_with_the_reason() {
    let application = Application::with_config("exec:\n  allow: [/bin/true]\n");
    let ended = application.egret(["exec", "--wait", "--", "/bin/true"]);
    assert_eq!(ended.status, 0, "{}", ended.stderr);
    let ended = application.egret(["exec", "--wait", "--", "/bin/sh", "-c", "true"]);
    assert_eq!(ended.status, 123, "{}", ended.stderr);
    assert!(ended.stderr.contains("`/bin/sh`") && ended.stderr.contains("exec.allow"), "{}", ended.stderr);
}

#[test]
fn ends_when_nobody_reads_and_leaves_the_job_alone() {
    let application = Application::new();
    let mut command =
        application.command(["exec", "--wait", "--", "sh", "-c", "while [ ! -e go ]; do echo more; done"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut first = [0; 5];
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_exact(&mut first).unwrap();
    drop(stdout);
    let status = wait_for("the program ends", || child.try_wait().unwrap());
    assert_eq!((&first, status.code()), (b"more\n", Some(141)));
    let listing = application.json(["jobs", "list", "--json"]);
    let id = listing["items"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(application.state(&id), "running");
    std::fs::write(application.path("go"), "").unwrap();
    application.wait_for_state(&id, "completed");
}

#[test]
fn refuses_arguments_that_no_payload_can_hold() {
    use std::os::unix::ffi::OsStrExt as _;
    let application = Application::new();
    let broken = std::ffi::OsStr::from_bytes(b"\xff");
    let ended = application.egret(["exec".as_ref(), "--".as_ref(), "echo".as_ref(), broken]);
    assert_eq!(ended.status, 2);
    assert!(ended.stderr.contains("argument 1") && ended.stderr.contains("UTF-8"), "{}", ended.stderr);
}
