//! What a service tells the service manager that started it, by the protocol of sd_notify(3).

use std::os::unix::net::UnixDatagram;
use std::process::Command;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use tempfile::TempDir;

use crate::application::{Application, PATIENCE, wait_for, wait_for_file};
use crate::process::Process;

/// A program that says that it began, and ends when the test says so.
const PROGRAM: &str = "echo begun >> begun; while [ ! -e go ]; do sleep 0.02; done";

/// The side of the manager.
struct Manager {
    folder: TempDir,
    socket: UnixDatagram,
    /// Everything that was told, line by line.
    told: Vec<String>,
}

impl Manager {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let socket = UnixDatagram::bind(folder.path().join("notify")).unwrap();
        socket.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
        Self { folder, socket, told: Vec::new() }
    }

    fn supervise(&self, mut command: Command) -> Process {
        command.env("NOTIFY_SOCKET", self.folder.path().join("notify"));
        Process::start(command)
    }

    /// Reads what has been told by now.
    fn listen(&mut self) {
        let mut buffer = [0; 4096];
        while let Ok(length) = self.socket.recv(&mut buffer) {
            let message = std::str::from_utf8(&buffer[..length]).unwrap();
            self.told.extend(message.lines().map(str::to_owned));
        }
    }

    /// Waits until so many lines begin with the words; answers the place of the last of them.
    fn wait_for(&mut self, n_lines: usize, words: &str) -> usize {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let places: Vec<usize> = self
                .told
                .iter()
                .enumerate()
                .filter(|(_, line)| line.starts_with(words))
                .map(|(place, _)| place)
                .collect();
            if let Some(place) = places.get(n_lines - 1) {
                return *place;
            }
            assert!(Instant::now() < deadline, "waited in vain for {n_lines} lines `{words}` in {:#?}", self.told);
            self.listen();
        }
    }

    fn count(&self, words: &str) -> usize {
        self.told.iter().filter(|line| line.starts_with(words)).count()
    }

    /// Fills the socket, so that whoever tells something waits until somebody listens.
    fn fill(&self) {
        let stranger = UnixDatagram::unbound().unwrap();
        stranger.set_nonblocking(true).unwrap();
        stranger.connect(self.folder.path().join("notify")).unwrap();
        while stranger.send(b"X=1").is_ok() {}
    }
}

#[test]
fn it_says_that_it_is_ready_before_it_claims() {
    let application = Application::in_service_mode();
    let id = application.exec("true");
    let mut manager = Manager::new();
    manager.fill();
    let service = manager.supervise(application.command(["run"]));
    wait_for("the store knows the service", || (application.services_alive().len() == 1).then_some(()));
    // Nothing can be told, and so nothing is claimed.
    for _ in 0..10 {
        assert_eq!(application.state(&id), "available");
    }
    manager.wait_for(1, "READY=1");
    manager.wait_for(1, "STATUS=waiting for jobs");
    application.wait_for_state(&id, "completed");
    service.signal(Signal::TERM);
    assert_eq!(service.ended().status, 0);
}

#[test]
fn it_says_what_it_does_and_asks_for_more_time_while_it_stops() {
    let application = Application::in_service_mode();
    let mut manager = Manager::new();
    let service = manager.supervise(application.command(["run"]));
    let ready = manager.wait_for(1, "READY=1");
    let id = application.exec(PROGRAM);
    let running = manager.wait_for(1, "STATUS=running 1 of at most 10 jobs");
    assert_eq!((manager.count("STOPPING"), manager.count("EXTEND_TIMEOUT_USEC")), (0, 0));

    service.signal(Signal::TERM);
    let stopping = manager.wait_for(1, "STOPPING=1");
    let extended = manager.wait_for(3, "EXTEND_TIMEOUT_USEC=");
    std::fs::write(application.path("go"), "").unwrap();
    assert_eq!(service.ended().status, 0);
    assert!(ready < running && running < stopping && stopping < extended, "{:#?}", manager.told);
    assert!(manager.told[stopping + 1].contains("1 job still runs"), "{:#?}", manager.told);
    // In microseconds, with the very message that says that it stops.
    assert_eq!(manager.told[stopping + 2], "EXTEND_TIMEOUT_USEC=15000000", "{:#?}", manager.told);
    assert_eq!(manager.told[extended], "EXTEND_TIMEOUT_USEC=15000000");
    assert_eq!((manager.count("READY"), manager.count("STOPPING"), manager.count("WATCHDOG")), (1, 1, 0));
    assert_eq!(application.state(&id), "completed");
}

#[test]
fn it_says_when_it_reads_its_configuration_anew_and_when_it_is_ready_again() {
    let application = Application::in_service_mode();
    let mut manager = Manager::new();
    let service = manager.supervise(application.command(["run"]));
    let ready = manager.wait_for(1, "READY=1");
    service.signal(Signal::HUP);
    let reloading = manager.wait_for(1, "RELOADING=1");
    let monotonic = manager.wait_for(1, "MONOTONIC_USEC=");
    let again = manager.wait_for(2, "READY=1");
    assert!(ready < reloading && reloading < monotonic && monotonic < again, "{:#?}", manager.told);
    // An invalid file changes nothing: the service is as ready as before.
    std::fs::write(application.path("config/job.yml"), "default: [").unwrap();
    service.signal(Signal::HUP);
    manager.wait_for(3, "READY=1");
    service.wait_until_said("the service goes on as before");
    service.signal(Signal::TERM);
    assert_eq!(service.ended().status, 0);
}

#[test]
fn the_watchdog_is_fed_for_whom_it_is_meant() {
    let application = Application::in_service_mode();
    let mut manager = Manager::new();
    let mut command = application.command(["run"]);
    command.env("WATCHDOG_USEC", "8000000");
    let service = manager.supervise(command);
    manager.wait_for(2, "WATCHDOG=1");
    service.signal(Signal::TERM);
    assert_eq!(service.ended().status, 0);

    let mut manager = Manager::new();
    let mut command = application.command(["run"]);
    command.env("WATCHDOG_USEC", "8000000").env("WATCHDOG_PID", "1");
    let service = manager.supervise(command);
    let id = application.exec("true");
    application.wait_for_state(&id, "completed");
    manager.wait_for(2, "STATUS=");
    assert_eq!(manager.count("WATCHDOG"), 0, "{:#?}", manager.told);
    service.signal(Signal::TERM);
    assert_eq!(service.ended().status, 0);
}

#[test]
fn programs_do_not_speak_for_the_service() {
    let application = Application::in_service_mode();
    let mut manager = Manager::new();
    let mut command = application.command(["run"]);
    command.env("WATCHDOG_USEC", "8000000");
    let service = manager.supervise(command);
    manager.wait_for(1, "READY=1");
    let id = application.exec("env > variables");
    application.wait_for_state(&id, "completed");
    wait_for_file(&application.path("variables"));
    let variables = std::fs::read_to_string(application.path("variables")).unwrap();
    assert!(variables.contains("EGRET_JOB_ID=") && !variables.contains("NOTIFY_SOCKET"), "{variables}");
    assert!(!variables.contains("WATCHDOG_"), "{variables}");
    service.signal(Signal::TERM);
    assert_eq!(service.ended().status, 0);
}

/// Somebody starts it anew: systemd, by `Restart=always`.
#[test]
fn after_max_jobs_it_ends_well_and_says_why() {
    let application = Application::with_config("default:\n  mode: service\n  max_jobs: 2\n");
    let ids: Vec<String> = (0..3).map(|_| application.exec("true")).collect();
    let manager = Manager::new();
    let ended = manager.supervise(application.command(["run"])).ended();
    assert_eq!(ended.status, 0, "{}", ended.stderr);
    assert!(ended.stderr.contains("max_jobs") && ended.stderr.contains("starts this service anew"), "{}", ended.stderr);
    let states: Vec<String> = ids.iter().map(|id| application.state(id)).collect();
    assert_eq!(states, ["completed", "completed", "available"]);
    let ended = manager.supervise(application.command(["run", "--until-empty"])).ended();
    assert_eq!(ended.status, 0, "{}", ended.stderr);
    assert_eq!(application.state(&ids[2]), "completed");
}

/// systemd with `KillMode=mixed`: TERM for the service alone, and KILL for what is left when it has ended.
#[test]
fn by_our_own_unit_a_stop_waits_for_programs_too() {
    let application = Application::in_service_mode();
    let mut manager = Manager::new();
    let service = manager.supervise(application.command(["run"]));
    manager.wait_for(1, "READY=1");
    let id = application.exec("echo begun >> begun; sleep 3; echo done >> done");
    wait_for_file(&application.path("begun"));
    service.signal(Signal::TERM);
    manager.wait_for(1, "STOPPING=1");
    assert_eq!(service.ended().status, 0);
    assert!(application.processes().is_empty(), "nothing is left to be killed");
    let job = application.job(&id);
    assert_eq!((&job["state"], &job["attempt"]), (&"completed".into(), &1.into()), "{job}");
    assert_eq!(std::fs::read_to_string(application.path("done")).unwrap(), "done\n");
}
