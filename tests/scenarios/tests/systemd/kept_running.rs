//! Services that systemd keeps running.

use super::machine::{Machine, PROGRAM};

const SERVICE: &str = "egret-job.service";

fn installed(configuration: &str) -> Machine {
    let machine = Machine::new(configuration);
    machine.root(&[PROGRAM, "systemd", "install", "--now"]);
    machine
}

pub(crate) fn an_installed_service_is_ready_and_tells_its_status() {
    let machine = installed("default:\n  mode: service\n  concurrency: 2\n  max_memory: 512M\n");
    // `systemctl start` has waited until the service was ready.
    assert_eq!(machine.property(SERVICE, "ActiveState"), "active");
    assert_eq!(machine.property(SERVICE, "NeedDaemonReload"), "no");
    assert_eq!(machine.property(SERVICE, "UnitFileState"), "enabled");
    assert_eq!(machine.property(SERVICE, "MemoryMax"), "1073741824");
    assert_eq!(machine.json(&["status", "--json"])["item"]["current_count"], 1);
    machine.enqueue_held();
    machine.wait_for_property(SERVICE, "StatusText", |text| text.starts_with("running 1 of at most 2 jobs"));
    machine.open_gate();
    machine.wait_for_property(SERVICE, "StatusText", |text| text == "waiting for jobs, 1 ended so far");
    assert!(machine.root(&["journalctl", "--unit", SERVICE]).contains("service started"));
}

pub(crate) fn a_stop_and_a_restart_let_running_jobs_finish() {
    let machine = installed("default:\n  mode: service\n");
    for verb in ["restart", "stop"] {
        let job = machine.enqueue_sleep(3_000);
        machine.ledger().wait_for("begin", &job);
        machine.root(&["systemctl", verb, SERVICE]);
        assert_eq!(machine.ledger().of("done", &job).len(), 1, "a job that ran at the {verb} has ended before");
        assert_eq!(machine.property(SERVICE, "Result"), "success");
    }
    assert_eq!(machine.property(SERVICE, "ActiveState"), "inactive");
    machine.wait_for_services(0);
    assert!(machine.ledger().counts_by_job("begin").values().all(|n_begun| *n_begun == 1), "nothing began twice");
}

pub(crate) fn a_killed_service_is_started_again_and_runs_its_job_again() {
    let machine = installed("default:\n  mode: service\n");
    let job = machine.enqueue_held();
    machine.ledger().wait_for("begin", &job);
    let killed = machine.property(SERVICE, "MainPID");
    machine.root(&["kill", "-KILL", &killed]);
    machine.open_gate();
    let done = machine.ledger().wait_for("done", &job);
    assert_eq!(machine.property(SERVICE, "MainPID"), done.pid.to_string());
    assert_ne!(done.pid.to_string(), killed);
    assert_eq!(machine.property(SERVICE, "NRestarts"), "1");
    assert_eq!(machine.ledger().of("begin", &job).len(), 2);
    machine.wait_for_services(1);
}

pub(crate) fn the_watchdog_is_fed_and_ends_a_frozen_service_which_is_started_again() {
    let machine = Machine::new("default:\n  mode: service\n");
    machine.write(
        &format!("etc/systemd/system/{SERVICE}.d/hungry.conf"),
        "[Service]\nWatchdogSec=12s\nTimeoutAbortSec=1s\n",
    );
    machine.root(&[PROGRAM, "systemd", "install", "--now"]);
    for _ in 0..3 {
        let fed = machine.property(SERVICE, "WatchdogTimestampMonotonic");
        machine.wait_for_property(SERVICE, "WatchdogTimestampMonotonic", |now| now != fed);
    }
    assert_eq!(machine.property(SERVICE, "NRestarts"), "0");
    let frozen = machine.property(SERVICE, "MainPID");
    machine.root(&["kill", "-STOP", &frozen]);
    machine.wait_for_property(SERVICE, "NRestarts", |count| count == "1");
    let job = machine.enqueue_append(&[]);
    machine.ledger().wait_for("done", &job);
    assert_ne!(machine.property(SERVICE, "MainPID"), frozen);
}

pub(crate) fn a_reload_takes_the_new_configuration_over() {
    let machine = installed("default:\n  mode: service\n  concurrency: 1\n");
    let process = machine.property(SERVICE, "MainPID");
    let first = machine.enqueue_sleep(600_000);
    machine.ledger().wait_for("begin", &first);
    machine.write("srv/app/config/job.yml", "default:\n  mode: service\n  concurrency: 3\n  shutdown_timeout: 0\n");
    machine.root(&["systemctl", "reload", SERVICE]);
    machine.wait_for_property(SERVICE, "StatusText", |text| text.starts_with("running 1 of at most 3 jobs"));
    let second = machine.enqueue_append(&[]);
    machine.ledger().wait_for("done", &second);
    assert_eq!(machine.property(SERVICE, "MainPID"), process);
    assert_eq!(machine.property(SERVICE, "ActiveState"), "active");
}

pub(crate) fn a_service_that_leaves_by_max_jobs_is_started_again() {
    let machine = installed("default:\n  mode: service\n  max_jobs: 2\n");
    let jobs: Vec<String> = (0..4).map(|_| machine.enqueue_append(&[])).collect();
    jobs.iter().for_each(|job| drop(machine.ledger().wait_for("done", job)));
    machine.wait_for_property(SERVICE, "NRestarts", |count| count == "2");
    machine.wait_for_property(SERVICE, "ActiveState", |state| state == "active");
    machine.wait_for_services(1);
    assert!(machine.ledger().counts_by_job("done").values().all(|n_runs| *n_runs == 1));
    assert_eq!(machine.ledger().count("done"), jobs.len());
}

pub(crate) fn instances_are_counted_and_stopped_one_by_one() {
    let machine = Machine::new("default:\n  mode: service\n  concurrency: 1\n");
    machine.root(&[PROGRAM, "systemd", "install", "--instances", "3", "--now"]);
    machine.wait_for_services(3);
    let jobs: Vec<String> = (0..3).map(|_| machine.enqueue_sleep(3_000)).collect();
    jobs.iter().for_each(|job| drop(machine.ledger().wait_for("begin", job)));
    machine.root(&["systemctl", "stop", "egret-job@2.service"]);
    machine.wait_for_services(2);
    machine.root(&["systemctl", "stop", "egret-job@*.service"]);
    machine.wait_for_services(0);
    for job in &jobs {
        assert_eq!((machine.ledger().of("begin", job).len(), machine.ledger().of("done", job).len()), (1, 1), "{job}");
    }
    let machine = machine.reboot();
    machine.wait_for_services(3);
}

pub(crate) fn hardening_leaves_programs_and_the_store_alone() {
    // A store outside of the application's folder, in a place that `ProtectSystem=` closes but for what the unit says.
    let machine = Machine::new("default:\n  mode: service\nurl: sqlite:/etc/jobs/egret.db\n");
    machine.root(&["install", "--directory", "--owner", "jobs", "--group", "jobs", "/etc/jobs"]);
    machine.root(&[PROGRAM, "systemd", "install", "--now"]);
    let script = "set -e
        touch /tmp/a /var/tmp/b \"$EGRET_ROOT/c\"
        ! touch /etc/d 2>/dev/null
        ! touch /usr/e 2>/dev/null
        grep -q '^NoNewPrivs:.0$' /proc/self/status
        test -z \"$NOTIFY_SOCKET$WATCHDOG_USEC\"
        id -un";
    let said = machine.egret(&["exec", "--wait", "--", "sh", "-c", script]);
    assert_eq!(said.lines().last(), Some("jobs"), "{said}");
    assert_eq!(machine.root(&["stat", "--format", "%U", "/tmp/a"]).trim(), "jobs");
    assert_eq!(machine.property(SERVICE, "ActiveState"), "active");
}
