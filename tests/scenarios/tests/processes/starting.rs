//! Services on demand that cannot be started: the reason is kept, and the next try heals it.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use egret_core::JobState;
use egret_scenarios::application::Application;
use egret_scenarios::patience::{holds, wait_for};
use egret_scenarios::told::Told;

use crate::{PROGRAM, application};

/// An application whose enqueuer runs a program of its own, which can be deleted, replaced and locked.
struct Fixture {
    application: Application,
    program: PathBuf,
    enqueuer: Told,
}

impl Fixture {
    /// The enqueuer has started a service before, and the service has left.
    fn new() -> Self {
        let application = application("default:\n  linger: 20ms\n");
        let program = application.root().join("program");
        copy(&program);
        let file = application.path("ledger");
        let command = application.command_of(&program, ["enqueue-when-told", file.as_str()]);
        let mut enqueuer = Told::start(command);
        let job = enqueuer.enqueue();
        application.ledger().wait_for("done", &job.id);
        application.wait_for_no_service();
        Self { application, program, enqueuer }
    }

    /// Enqueues a job, whose service cannot start, and answers why by what `jobs show` and the store say.
    fn enqueue_in_vain(&mut self) -> String {
        let job = self.enqueuer.enqueue();
        let store = self.application.store();
        assert_eq!(store.job(&job.id).state, JobState::Available, "the job is stored all the same");
        let status = store.start_status();
        let error = status.last_error.expect("a failed start leaves its error");
        assert_eq!(status.failures, 1);
        assert!(status.not_before.is_some() && status.pending.is_none());
        // By a program that can be executed, but `show` starts nothing.
        let why = self.application.show(&job.id)["why"]["sentence"].as_str().unwrap_or_default().to_owned();
        assert!(why.contains(&error), "{why}");
        assert_eq!(self.application.service_processes(), []);
        error
    }

    /// Whoever looks again and again has the jobs run in the end.
    fn heal(&self, n_jobs: usize) {
        let ledger = self.application.ledger();
        wait_for("the jobs", || {
            // It ends with 2 while the start that failed counts.
            self.application.command(["status"]).output().unwrap();
            let n_done = ledger.count("done");
            holds(n_done >= n_jobs, || format!("{n_done} of {n_jobs} done"))
        });
        assert_eq!(self.application.store().start_status().failures, 0, "a success ends the count");
    }

    fn name(&self) -> String {
        format!("`{}`", self.program.display())
    }
}

fn copy(program: &Path) {
    fs::copy(PROGRAM, program).unwrap();
}

#[test]
fn a_deleted_executable_is_named_and_another_program_heals_it() {
    let mut fixture = Fixture::new();
    fs::remove_file(&fixture.program).unwrap();
    let error = fixture.enqueue_in_vain();
    assert!(error.contains(&fixture.name()) && error.contains("deleted"), "{error}");
    fixture.heal(2);
}

#[test]
fn a_replaced_executable_is_named_and_not_guessed() {
    let mut fixture = Fixture::new();
    let new = fixture.application.root().join("new");
    copy(&new);
    fs::rename(new, &fixture.program).unwrap();
    let error = fixture.enqueue_in_vain();
    assert!(error.contains(&fixture.name()) && error.contains("has been replaced"), "{error}");
    fixture.heal(2);
}

#[test]
fn a_service_that_dies_before_it_is_ready_leaves_its_reason() {
    let mut fixture = Fixture::new();
    let store = fixture.application.store();
    let configuration = fixture.application.root().join("config/job.yml");
    let whole = fs::read_to_string(&configuration).unwrap();
    fs::write(&configuration, "default:\n  concurency: 3\n").unwrap();
    let job = fixture.enqueuer.enqueue();
    let status = wait_for("the reason", || {
        let status = store.start_status();
        if status.failures > 0 { Ok(status) } else { Err(format!("{status:?}")) }
    });
    let error = status.last_error.expect("a failed start leaves its error");
    assert!(error.contains("exit status: 1") && error.contains("concurency"), "{error}");
    assert!(status.not_before.is_some() && status.pending.is_none());
    assert_eq!(store.job(&job.id).state, JobState::Available);

    fs::write(&configuration, whole).unwrap();
    fixture.heal(2);
}

#[test]
fn a_start_that_fails_is_tried_again_after_a_pause() {
    let mut fixture = Fixture::new();
    fs::set_permissions(&fixture.program, Permissions::from_mode(0o600)).unwrap();
    let error = fixture.enqueue_in_vain();
    assert!(error.contains(fixture.program.to_str().unwrap()) && error.contains("ermission denied"), "{error}");
    let store = fixture.application.store();
    let not_before = store.start_status().not_before;

    // Within the pause nobody tries; after it the failures add up.
    fixture.enqueuer.enqueue();
    let status = store.start_status();
    let mut n_jobs = 3;
    if status.failures == 1 {
        assert_eq!(status.not_before, not_before);
    }
    let second = wait_for("a second try", || {
        n_jobs += 1;
        fixture.enqueuer.enqueue();
        let status = store.start_status();
        if status.failures >= 2 { Ok(status) } else { Err(format!("{status:?}")) }
    });
    assert!(second.not_before > not_before);

    // The same enqueuer heals it once it may.
    fs::set_permissions(&fixture.program, Permissions::from_mode(0o700)).unwrap();
    let ledger = fixture.application.ledger();
    wait_for("the jobs", || {
        fixture.enqueuer.enqueue();
        let n_done = ledger.count("done");
        holds(n_done >= n_jobs, || format!("{n_done} of {n_jobs} done"))
    });
    assert_eq!(store.start_status().failures, 0, "a success ends the count");
}
