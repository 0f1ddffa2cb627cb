//! A whole service on the embedded store: what becomes of a program's job when the service is killed.

use std::ffi::OsString;
use std::path::Path;
use std::process::{Child, Command, ExitCode};

use egret::App;
use egret::config::{Config, LoadOptions};
use egret::program::{PROGRAM_CLASS, Reexec};
use egret::service::StopControl;
use egret_core::{ExecutionState, JobData, JobId, NewJob, Origin};

use crate::bench::{block_on, runs, shell, wait_for, wait_for_number};

/// The first argument of this program as a service on the store of a folder.
pub(crate) const SERVICE_ARGUMENT: &str = "__test-store-service";

/// Two processes that append the number of their run every 100 ms, deaf to everything that can be ignored.
const WRITER: &str = "trap '' TERM INT QUIT HUP
    echo $$ >> runs
    (n=0; while [ $n -lt 600 ]; do echo $$ >> lines; sleep 0.1; n=$((n+1)); done) &
    n=0; while [ $n -lt 600 ]; do echo $$ >> lines; sleep 0.1; n=$((n+1)); done";

pub(crate) fn service_main(arguments: &[OsString]) -> ExitCode {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let app = open(Path::new(&arguments[0])).await;
        app.service("default").unwrap().start(StopControl::new()).unwrap().ended().await.unwrap();
    });
    ExitCode::SUCCESS
}

async fn open(root: &Path) -> App {
    let mut options = LoadOptions::in_folder(root);
    options.overrides.insert("mode".into(), "service".into());
    let config = Config::load(&options).unwrap();
    App::builder().config(config).reexec(Reexec::current().unwrap()).build().await.unwrap()
}

/// Ends its service when it is dropped, also by a test that fails.
struct Service(Child);

impl Service {
    fn start(root: &Path) -> Self {
        Self(Command::new(std::env::current_exe().unwrap()).arg(SERVICE_ARGUMENT).arg(root).spawn().unwrap())
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

fn enqueue(root: &Path) -> (App, JobId) {
    block_on(async {
        let app = open(root).await;
        let mut data = JobData::new(PROGRAM_CLASS);
        data.arguments = serde_json::value::RawValue::from_string(shell(WRITER).to_json()).unwrap();
        let id = data.job_id.clone();
        app.enqueue(vec![NewJob::new(data, Origin::CommandLine)]).await.unwrap();
        (app, id)
    })
}

/// The numbers in a file, one a line; the last may still be on its way.
fn numbers(path: &Path) -> Vec<u32> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n')?.parse().ok()).collect()
}

pub(crate) fn a_program_of_a_killed_service_is_dead_before_its_job_runs_again() {
    let root = tempfile::tempdir().unwrap();
    let (lines, runs_file) = (root.path().join("lines"), root.path().join("runs"));
    let (app, id) = enqueue(root.path());
    let service = Service::start(root.path());
    let first = wait_for_number(&runs_file);
    wait_for("lines of both processes", || (numbers(&lines).len() >= 6).then_some(()));
    assert!(runs(first));

    drop(service);
    let service = Service::start(root.path());
    let second = wait_for("the second run", || numbers(&runs_file).get(1).copied());
    assert!(!runs(first), "the first run's program lives beside the second's");
    let of_second = |lines: &[u32]| lines.iter().filter(|line| **line == second).count();
    wait_for("lines of the second run", || (of_second(&numbers(&lines)) >= 20).then_some(()));
    let lines = numbers(&lines);
    let last_of_first = lines.iter().rposition(|line| *line == first).unwrap();
    let first_of_second = lines.iter().position(|line| *line == second).unwrap();
    assert!(last_of_first < first_of_second, "the first run wrote while the second ran: {lines:?}");

    block_on(async {
        let executions = app.backend().executions(&id).await.unwrap();
        assert_eq!(executions[0].state, ExecutionState::Interrupted);
        let record = app.backend().find(&id).await.unwrap().unwrap();
        assert_eq!((record.interruptions, executions[0].attempt), (1, 1));
    });
    drop(service);
    wait_for("the end of the second run's program", || (!runs(second)).then_some(()));
}
