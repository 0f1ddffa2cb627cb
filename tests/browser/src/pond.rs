//! A store, and the verbs by which jobs get the fate that a page is to show.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use egret_core::job_data::saturating_add;
use egret_core::{
    Applied, Backend, ClaimRequest, ClaimedJob, ClassSelection, Clock as _, EnqueueRequest, Enqueued, Finish, JobData,
    JobId, Leave, Left, LogLine, LogSource, NewJob, Note, Origin, Outcome, ProcessIdentity, Progress, Selection,
    ServiceId, ServiceInfo, ServiceMode, Timestamp,
};
use egret_sqlite::{SqliteBackend, SqliteOptions};
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

use crate::clock::PutBack;

/// An embedded store in a folder, with a clock that can be put back.
#[derive(Debug)]
pub(crate) struct Pond {
    root: PathBuf,
    backend: Arc<SqliteBackend>,
    pub(crate) clock: PutBack,
}

/// A service that is registered with a store.
#[derive(Clone, Debug)]
pub(crate) struct Polling {
    pub(crate) id: ServiceId,
    selection: Arc<Selection>,
}

impl Pond {
    pub(crate) fn open(root: &Path) -> Self {
        let clock = PutBack::default();
        let backend = open(root, &clock);
        Self { root: root.to_owned(), backend, clock }
    }

    /// The same store as another process would have it: what it registers dies with the answer.
    pub(crate) fn beside(&self) -> Self {
        Self { root: self.root.clone(), backend: open(&self.root, &self.clock), clock: self.clock.clone() }
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn backend(&self) -> Arc<dyn Backend> {
        Arc::clone(&self.backend) as Arc<dyn Backend>
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Stores a job.
    pub(crate) async fn add(&self, data: JobData) -> JobId {
        let jobs = vec![NewJob::new(data, Origin::Application)];
        let reply = self.backend.enqueue(EnqueueRequest { jobs, start: None }).await.unwrap();
        match reply.outcomes.into_iter().next() {
            Some(Enqueued::Stored(id)) => id,
            other => panic!("the job was not stored: {other:?}"),
        }
    }

    /// Makes a service known that polls these queues.
    pub(crate) async fn service(&self, host: &str, queues: &[&str]) -> Polling {
        let selection = Arc::new(Selection::strict(queues.iter().copied()));
        let info = ServiceInfo {
            name: "job:service".to_owned(),
            process: ProcessIdentity { host: host.to_owned(), ..ProcessIdentity::current() },
            mode: ServiceMode::Service,
            selection: Arc::clone(&selection),
            concurrency: 10,
            start_right: None,
            max_services: None,
        };
        Polling { id: self.backend.register(info).await.unwrap(), selection }
    }

    /// Has a service leave.
    pub(crate) async fn leave(&self, service: &Polling) {
        assert_eq!(self.backend.leave(service.id, Leave::Always).await.unwrap(), Left::Gone);
    }

    /// Claims jobs of a class, which then run: each has begun `ago`.
    pub(crate) async fn run(&self, service: &Polling, class: &str, limit: usize, ago: Duration) -> Vec<ClaimedJob> {
        let selection =
            Selection { queues: service.selection.queues.clone(), classes: ClassSelection::only([class.to_owned()]) };
        let request =
            ClaimRequest { service: service.id, selection: Arc::new(selection), limit, max_interrupted: limit };
        let claimed = self.backend.claim(request).await.unwrap();
        assert!(!claimed.is_empty(), "no job of the class `{class}` could be claimed");
        let notes = claimed.iter().map(|job| Note {
            token: job.token,
            started_at: before(self.now(), ago),
            progress: None,
            checkpoint: None,
            log_lines: vec![self.line(LogSource::Info, format!("begins with {}", job.id))],
        });
        done(self.backend.note(notes.collect()).await.unwrap());
        for job in &claimed {
            self.backend.mark_started(job.token);
        }
        claimed
    }

    /// Writes under a claim how far its job is.
    pub(crate) async fn progress(&self, job: &ClaimedJob, current: u64, total: u64, ago: Duration) {
        let note = Note {
            token: job.token,
            started_at: before(self.now(), ago),
            progress: Some(Progress { current, total: Some(total) }),
            checkpoint: None,
            log_lines: vec![self.line(LogSource::Stdout, format!("{current}/{total}"))],
        };
        done(self.backend.note(vec![note]).await.unwrap());
    }

    /// Ends a claim after so long.
    pub(crate) async fn finish(&self, job: &ClaimedJob, outcome: Outcome, took: Duration, lines: &[String]) {
        let mut finish = Finish::new(job.token, outcome, Some(before(self.now(), took)), self.now());
        finish.log_lines = lines.iter().map(|text| self.line(LogSource::Warn, text.clone())).collect();
        self.backend.mark_ended(job.token);
        done(self.backend.finish(vec![finish]).await.unwrap());
    }

    pub(crate) fn line(&self, source: LogSource, text: String) -> LogLine {
        LogLine { at: self.now(), source, text }
    }
}

/// A job of a user.
pub(crate) fn job(class: &str, queue: &str, user: &str, arguments: &Value) -> JobData {
    let mut data = JobData::new(class);
    data.queue_name = Some(queue.to_owned());
    data.arguments = to_raw_value(arguments).unwrap();
    data.set_extra("serialized_bindings", bindings(user));
    data
}

fn bindings(user: &str) -> Box<RawValue> {
    to_raw_value(&serde_json::json!([{ "site_id": "1", "user_id": user }])).unwrap()
}

fn open(root: &Path, clock: &PutBack) -> Arc<SqliteBackend> {
    let mut options = SqliteOptions::new(root.join("var/egret.db"));
    options.clock = Arc::new(clock.clone());
    SqliteBackend::open(options).unwrap()
}

pub(crate) fn before(moment: Timestamp, time: Duration) -> Timestamp {
    saturating_add(moment, Duration::ZERO).checked_sub(time).unwrap()
}

fn done(answers: Vec<Applied>) {
    assert!(answers.iter().all(|answer| *answer == Applied::Done), "a claim was stale: {answers:?}");
}
