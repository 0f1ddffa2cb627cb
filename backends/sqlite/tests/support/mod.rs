//! What the tests of this crate share.
#![allow(dead_code, reason = "each test file uses a part")]

pub(crate) mod large;

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use egret_core::{
    Backend, ClaimRequest, ClaimedJob, EnqueueRequest, Enqueued, Finish, JobData, JobId, NewJob, Origin, Outcome,
    ProcessIdentity, Selection, ServiceId, ServiceInfo, ServiceMode, Timestamp, Timing,
};
use egret_sqlite::{SqliteBackend, SqliteOptions};
use tempfile::TempDir;

/// A store in a folder that goes with it.
pub(crate) struct Store {
    pub(crate) backend: Arc<SqliteBackend>,
    pub(crate) folder: TempDir,
}

impl Store {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let backend = SqliteBackend::open(options(&folder)).unwrap();
        Self { backend, folder }
    }

    /// The same store, opened again.
    pub(crate) fn again(&self) -> Arc<SqliteBackend> {
        SqliteBackend::open(options(&self.folder)).unwrap()
    }
}

pub(crate) fn options(folder: &TempDir) -> SqliteOptions {
    SqliteOptions { timing: timing(), ..SqliteOptions::new(folder.path().join("egret.db")) }
}

pub(crate) fn timing() -> Timing {
    Timing::with_lease(Duration::from_secs(1))
}

pub(crate) fn job(class: &str, queue: &str) -> NewJob {
    let mut data = JobData::new(class);
    data.queue_name = Some(queue.to_owned());
    NewJob::new(data, Origin::Application)
}

pub(crate) async fn enqueue(backend: &dyn Backend, jobs: Vec<NewJob>) -> Vec<JobId> {
    let reply = backend.enqueue(EnqueueRequest { jobs, start: None }).await.unwrap();
    let id = |outcome| match outcome {
        Enqueued::Stored(id) => id,
        other => panic!("not stored: {other:?}"),
    };
    reply.outcomes.into_iter().map(id).collect()
}

pub(crate) fn service_info(selection: &Arc<Selection>) -> ServiceInfo {
    ServiceInfo {
        name: "job:service".into(),
        process: ProcessIdentity::current(),
        mode: ServiceMode::Service,
        selection: Arc::clone(selection),
        concurrency: 10,
        start_right: None,
        max_services: None,
    }
}

pub(crate) async fn register(backend: &dyn Backend, selection: &Arc<Selection>) -> ServiceId {
    backend.register(service_info(selection)).await.unwrap()
}

pub(crate) fn request(service: ServiceId, selection: &Arc<Selection>, limit: usize) -> ClaimRequest {
    ClaimRequest { service, selection: Arc::clone(selection), limit, max_interrupted: 1 }
}

pub(crate) fn completed(job: &ClaimedJob) -> Finish {
    let now = Timestamp::now();
    Finish::new(job.token, Outcome::Completed { value: None }, Some(now), now)
}

/// Under this name a process started by [`worker`] finds the path of the store.
const STORE: &str = "EGRET_TEST_STORE";

/// This test program once more, as a process that runs one test of it, which must be marked `#[ignore]`.
pub(crate) fn worker(test: &str, store: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--ignored", "--exact", test, "--nocapture"]).env(STORE, store).stdout(Stdio::null());
    command
}

/// The store that a worker process is for; `None` when its test was not started by [`worker`].
pub(crate) fn workers_store() -> Option<SqliteOptions> {
    let path = std::env::var_os(STORE)?;
    Some(SqliteOptions { timing: timing(), ..SqliteOptions::new(path) })
}

/// Waits until the condition holds, and panics with what it said last if it never does.
pub(crate) async fn wait_until<T: std::fmt::Debug>(what: &str, mut condition: impl AsyncFnMut() -> Result<(), T>) {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        match condition().await {
            Ok(()) => return,
            Err(seen) if Instant::now() > deadline => panic!("it never was so that {what}; last seen: {seen:?}"),
            Err(_) => tokio::time::sleep(Duration::from_millis(5)).await,
        }
    }
}
