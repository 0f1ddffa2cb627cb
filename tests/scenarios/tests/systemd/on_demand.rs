//! Services that systemd starts when jobs may wait.

use std::time::Instant;

use super::machine::{Machine, PROGRAM};

const SERVICE: &str = "egret-job.service";
/// What lies at least between two services that systemd starts, as the unit has it.
const PAUSE_SECONDS: u64 = 5;
/// Nobody who enqueues starts a service by itself.
const NOBODY_STARTS: &str = "default:\n  mode: service\n";

fn installed(configuration: &str) -> Machine {
    let machine = Machine::new(configuration);
    machine.root(&[PROGRAM, "systemd", "install", "--on-demand", "--now"]);
    machine
}

/// Has the timer look sooner than after a minute.
fn hurry_the_timer(machine: &Machine) {
    let text = "[Timer]\nOnBootSec=\nOnBootSec=1s\nOnUnitInactiveSec=2s\nAccuracySec=1ms\n";
    machine.write("etc/systemd/system/egret-job.timer.d/soon.conf", text);
    machine.root(&["systemctl", "daemon-reload"]);
}

pub(crate) fn a_job_that_nobody_starts_a_service_for_is_found_by_the_path() {
    let machine = installed(NOBODY_STARTS);
    // The file that is watched comes with the store; the first job makes both.
    for _ in 0..2 {
        let job = machine.enqueue_append(&[]);
        machine.ledger().wait_for("done", &job);
        machine.wait_for_property(SERVICE, "ActiveState", |state| state == "inactive");
    }
    assert_eq!(machine.property(SERVICE, "Result"), "success");
    machine.wait_for_services(0);
}

pub(crate) fn systemd_does_not_start_services_in_vain_all_the_time() {
    let began = Instant::now();
    let machine = installed("default:\n  mode: on_demand\n  linger: 10s\n");
    // A service by somebody who enqueued has this to do, and writes to the store all the time.
    let jobs: Vec<String> = (0..40).map(|_| machine.enqueue_append(&[])).collect();
    jobs.iter().for_each(|job| drop(machine.ledger().wait_for("done", job)));
    let journal = machine.root(&["journalctl", "--unit", SERVICE]);
    let n_starts = journal.matches("Starting egret-job.service").count();
    let n_pauses = usize::try_from(began.elapsed().as_secs() / PAUSE_SECONDS).unwrap();
    assert!(n_starts <= n_pauses + 1, "systemd started {n_starts} services in {n_pauses} pauses: {journal}");
    assert_eq!(machine.property("egret-job.path", "Result"), "success");
}

pub(crate) fn a_reserved_job_survives_a_reboot_and_a_power_cut() {
    let machine = installed("default:\n  mode: on_demand\n  linger: 100ms\n");
    hurry_the_timer(&machine);
    let first = machine.enqueue_append(&["--in", "6s"]);
    let machine = machine.reboot();
    machine.ledger().wait_for("done", &first);
    let second = machine.enqueue_append(&["--in", "6s"]);
    let machine = machine.lose_power();
    machine.ledger().wait_for("done", &second);
    assert_eq!(machine.ledger().count("done"), 2);
    // Nobody has enqueued since; systemd has started the service.
    machine.wait_for_property(SERVICE, "ActiveState", |state| state == "inactive");
    assert!(machine.property(SERVICE, "ExecMainStartTimestampMonotonic") != "0");
}
