//! The watchdog of a service manager: fed by the loops of the service, whatever its jobs do.

use std::os::unix::net::UnixDatagram;
use std::time::{Duration, Instant};

use egret_core::JobState;
use egret_scenarios::application::Application;
use egret_scenarios::foreground::Foreground;
use egret_scenarios::patience::{PATIENCE, holds, wait_for};
use egret_scenarios::standstill::Standstill;
use rustix::process::Signal;

use crate::{SERVICE_MODE, application};

/// A loop that has nothing to do looks once a second, so this must be more than twice that.
const WATCHDOG: Duration = Duration::from_secs(6);

/// A service under a watchdog, and the manager's end of the socket.
struct Fixture {
    application: Application,
    service: Foreground,
    socket: UnixDatagram,
}

impl Fixture {
    fn new() -> Self {
        let application = application(SERVICE_MODE);
        let path = application.root().join("notify");
        let socket = UnixDatagram::bind(&path).unwrap();
        socket.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
        let mut command = application.command(["run", "--mode", "service"]);
        command.env("NOTIFY_SOCKET", &path).env("WATCHDOG_USEC", WATCHDOG.as_micros().to_string());
        let service = application.spawn_command(command);
        service.wait_for_words("service started");
        Self { application, service, socket }
    }

    /// Whether a sign of life came within a moment.
    fn is_fed(&self) -> bool {
        let mut buffer = [0; 4096];
        let mut is_fed = false;
        while let Ok(length) = self.socket.recv(&mut buffer) {
            is_fed |= std::str::from_utf8(&buffer[..length]).unwrap().contains("WATCHDOG=1");
        }
        is_fed
    }

    fn wait_until_fed(&self, times: usize) {
        let deadline = Instant::now() + PATIENCE;
        let mut n_times = 0;
        while n_times < times {
            n_times += usize::from(self.is_fed());
            assert!(Instant::now() < deadline, "fed {n_times} times; {}", self.service.log());
        }
    }
}

#[test]
fn a_job_that_blocks_its_thread_does_not_keep_the_watchdog_hungry() {
    let fixture = Fixture::new();
    let (ledger, store) = (fixture.application.ledger(), fixture.application.store());
    let job = fixture.application.enqueue_long("Block", 3_600_000);
    ledger.wait_for("begin", &job);
    fixture.wait_until_fed(4);
    assert_eq!(store.job(&job).state, JobState::Running);
    fixture.service.signal(Signal::INT);
    fixture.service.wait_for_words("asked to stop");
    fixture.service.signal(Signal::INT);
}

#[test]
fn a_claim_that_does_not_come_back_starves_the_watchdog() {
    let fixture = Fixture::new();
    fixture.wait_until_fed(1);
    // Somebody who writes and does not end, from before a job is due until after the watchdog's time.
    let (job, standstill) = a_job_that_comes_due_in_a_standstill(&fixture.application);
    let deadline = Instant::now() + PATIENCE;
    let mut last_fed = Instant::now();
    while last_fed.elapsed() <= WATCHDOG {
        if fixture.is_fed() {
            last_fed = Instant::now();
        }
        assert!(Instant::now() < deadline, "the watchdog was always fed in time: {}", fixture.service.log());
    }
    fixture.service.wait_for_words("the watchdog is not fed");
    // What systemd would end by force now goes on by itself.
    drop(standstill);
    fixture.wait_until_fed(2);
    fixture.application.ledger().wait_for("done", &job);
}

fn a_job_that_comes_due_in_a_standstill(application: &Application) -> (String, Standstill) {
    let store = application.store();
    wait_for("a job that has not been claimed when nobody can claim any more", || {
        let output = application.run(["enqueue", "Append", &application.file_argument(), "--in", "3s"]);
        let standstill = application.standstill();
        let job = store.job(output.trim());
        let is_in_time = (job.state, job.claimed_by) == (JobState::Scheduled, None);
        holds(is_in_time, || format!("{job:?}")).map(|()| (job.id.as_str().to_owned(), standstill))
    })
}
