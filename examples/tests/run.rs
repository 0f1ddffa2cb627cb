//! Every example does what it says.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// Runs an example in an application's folder of its own, and answers what it printed.
fn run(program: &str, root: &Path, arguments: &[&str]) -> String {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(root)
        .env("EGRET_ROOT", root)
        .env_remove("EGRET_URL")
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn typed_job_waits_until_its_job_has_run() {
    let root = tempfile::tempdir().unwrap();
    let printed = run(env!("CARGO_BIN_EXE_typed_job"), root.path(), &[]);
    assert!(printed.contains("invoice 7 is on its way"), "{printed}");
    assert!(printed.ends_with("SendInvoice completed\n"), "{printed}");
}

#[test]
fn guide_stores_its_jobs() {
    let root = tempfile::tempdir().unwrap();
    let printed = run(env!("CARGO_BIN_EXE_guide"), root.path(), &[]);
    let count: u64 =
        printed.split(' ').next().and_then(|number| number.parse().ok()).unwrap_or_else(|| panic!("{printed}"));
    assert!((1..=1_003).contains(&count), "one is for later, the others may have run: {printed}");
}

#[test]
fn command_line_runs_its_job_in_a_service_that_leaves() {
    let program = env!("CARGO_BIN_EXE_command_line");
    let root = tempfile::tempdir().unwrap();
    let id = run(program, root.path(), &["enqueue", "SendInvoice", "{\"invoice_id\": 7}"]);
    let deadline = Instant::now() + Duration::from_secs(60);
    let status = loop {
        let status = run(program, root.path(), &["status", "--json"]);
        if status.contains("\"completed\":1") && status.contains("\"n_services\":0") {
            break status;
        }
        assert!(Instant::now() < deadline, "{status}");
        std::thread::sleep(Duration::from_millis(20));
    };
    let log = run(program, root.path(), &["logs", "show", id.trim()]);
    assert!(log.contains("invoice 7 is on its way"), "{log} {status}");
}
