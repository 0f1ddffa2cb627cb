//! A service and its signals.

use std::time::Duration;

use rustix::process::Signal;

use crate::application::{Application, wait_for_line};
use crate::process::{Process, send};

/// A program that says that it began, and ends when the test says so.
const PROGRAM: &str = "echo begun >> begun; while [ ! -e go ]; do sleep 0.02; done; echo done >> done";

/// A service that performs one job at a time, in the middle of one, with another one waiting.
fn busy_service(application: &Application) -> (Process, String, String) {
    let first = application.exec(PROGRAM);
    let second = application.exec("true");
    let service = application.start(["run"]);
    wait_for_line(&application.path("begun"));
    (service, first, second)
}

fn one_at_a_time() -> Application {
    Application::with_config("default:\n  mode: service\n  concurrency: 1\n")
}

#[test]
fn int_term_and_quit_let_the_job_finish_and_claim_nothing_else() {
    for signal in [Signal::INT, Signal::TERM, Signal::QUIT] {
        let application = one_at_a_time();
        let (service, first, second) = busy_service(&application);
        service.signal(signal);
        service.wait_until_said("asked to stop");
        std::fs::write(application.path("go"), "").unwrap();
        let ended = service.ended();
        assert_eq!(ended.status, 0, "{signal:?}: {}", ended.stderr);
        assert_eq!(application.state(&first), "completed", "{signal:?}");
        assert_eq!(application.state(&second), "available", "{signal:?}");
        assert!(application.services_alive().is_empty());
    }
}

#[test]
fn a_second_ctrl_c_gives_the_job_back_at_once_and_uncounted() {
    // The deadline alone would not end it while anybody waits.
    let application = Application::with_config("default:\n  mode: service\n  concurrency: 1\n  shutdown_timeout: 1h\n");
    let (service, first, _) = busy_service(&application);
    service.signal(Signal::INT);
    service.wait_until_said("asked to stop");
    service.signal(Signal::INT);
    assert_eq!(service.ended().status, 0);
    let job = application.job(&first);
    assert_eq!((&job["state"], &job["attempt"]), (&"available".into(), &0.into()), "{job}");
    application.wait_until_left();
}

#[test]
fn at_the_deadline_the_job_is_given_back_uncounted() {
    let application =
        Application::with_config("default:\n  mode: service\n  concurrency: 1\n  shutdown_timeout: 200ms\n");
    let (service, first, _) = busy_service(&application);
    service.signal(Signal::TERM);
    assert_eq!(service.ended().status, 0);
    assert_eq!(application.state(&first), "available");
    application.wait_until_left();
    std::fs::write(application.path("go"), "").unwrap();
    application.succeed(["run", "--until-empty"]);
    let job = application.job(&first);
    assert_eq!((&job["state"], &job["attempt"]), (&"completed".into(), &1.into()), "{job}");
}

/// As systemd does after an `ExecStop=kill -QUIT $MAINPID`.
#[test]
fn quit_followed_by_term_to_all_gives_a_program_back_uncounted() {
    let application = one_at_a_time();
    let (service, first, second) = busy_service(&application);
    service.signal(Signal::QUIT);
    // The time between the two is what is tested.
    std::thread::sleep(Duration::from_millis(5));
    for process in application.processes() {
        send(process.pid, Signal::TERM);
    }
    let ended = service.ended();
    assert_eq!(ended.status, 0, "{}", ended.stderr);
    assert!(!application.path("done").exists(), "the program was ended, not waited for");
    assert_eq!((application.state(&first), application.state(&second)), ("available".into(), "available".into()));
    application.wait_until_left();

    std::fs::write(application.path("go"), "").unwrap();
    application.succeed(["run", "--until-empty"]);
    let job = application.job(&first);
    assert_eq!((&job["state"], &job["attempt"]), (&"completed".into(), &1.into()), "{job}");
    assert_eq!(std::fs::read_to_string(application.path("begun")).unwrap(), "begun\nbegun\n");
}

#[test]
fn usr1_and_tstp_make_it_quiet_and_cont_ends_that() {
    for signal in [Signal::USR1, Signal::TSTP] {
        let application = one_at_a_time();
        let service = application.start(["run"]);
        service.wait_until_said("service started");
        service.signal(signal);
        service.wait_until_said("asked to be quiet");
        let id = application.exec("true");
        crate::application::wait_for("the job says why it waits", || {
            application.job(&id)["why"]["sentence"].as_str().is_some_and(|why| why.contains("quiet")).then_some(())
        });
        service.signal(Signal::CONT);
        application.wait_for_state(&id, "completed");
        service.signal(Signal::TERM);
        assert_eq!(service.ended().status, 0);
    }
}

#[test]
fn under_nohup_a_hangup_means_nothing() {
    let application = one_at_a_time();
    let mut command = std::process::Command::new("nohup");
    let plain = application.command(["run"]);
    command.arg(plain.get_program()).args(plain.get_args()).current_dir(application.root());
    for (name, value) in plain.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    let service = Process::start(command);
    service.wait_until_said("service started");
    service.signal(Signal::HUP);
    let id = application.exec("true");
    application.wait_for_state(&id, "completed");
    for words in ["asked to stop", "configuration reloaded"] {
        assert!(!service.stderr().contains(words), "{}", service.stderr());
    }
    service.signal(Signal::TERM);
    assert_eq!(service.ended().status, 0);
}
