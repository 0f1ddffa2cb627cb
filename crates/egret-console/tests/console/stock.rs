//! Jobs in a store: waiting, running, ended, each in one line.

use std::sync::Arc;

use egret::App;
use egret_core::{
    ClaimRequest, ClaimedJob, EnqueueRequest, ErrorReport, Finish, JobData, JobId, JobRecord, LogLine, LogSource,
    NewJob, Note, Origin, Outcome, ProcessIdentity, Progress, Selection, ServiceId, ServiceInfo, ServiceMode,
    Timestamp,
};
use serde_json::value::RawValue;

/// A job about to be stored.
pub(crate) fn job(class: &str, arguments: &str) -> JobData {
    let mut data = JobData::new(class);
    data.arguments = RawValue::from_string(arguments.to_owned()).unwrap();
    data
}

/// The same, bound to a user.
pub(crate) fn job_of(user: &str, class: &str) -> JobData {
    let mut data = job(class, "[]");
    let bindings = serde_json::value::to_raw_value(&[serde_json::json!({ "user_id": user })]).unwrap();
    data.set_extra("serialized_bindings", bindings);
    data
}

pub(crate) async fn enqueue(app: &App, data: JobData) -> JobId {
    let id = data.job_id.clone();
    let jobs = vec![NewJob::new(data, Origin::Application)];
    app.backend().enqueue(EnqueueRequest { jobs, start: None }).await.unwrap();
    id
}

pub(crate) async fn find(app: &App, id: &JobId) -> JobRecord {
    app.backend().find(id).await.unwrap().unwrap()
}

/// A service that performs nothing by itself.
pub(crate) struct Hand<'a> {
    app: &'a App,
    service: ServiceId,
    selection: Arc<Selection>,
}

impl<'a> Hand<'a> {
    pub(crate) async fn new(app: &'a App) -> Self {
        let selection = Arc::new(Selection::strict(["*"]));
        let info = ServiceInfo {
            name: "job:service".to_owned(),
            process: ProcessIdentity::current(),
            mode: ServiceMode::Service,
            selection: Arc::clone(&selection),
            concurrency: 1,
            start_right: None,
            max_services: None,
        };
        Self { app, service: app.backend().register(info).await.unwrap(), selection }
    }

    /// Stores a job and claims it.
    pub(crate) async fn claim(&self, data: JobData) -> ClaimedJob {
        let id = enqueue(self.app, data).await;
        let request = ClaimRequest {
            service: self.service,
            selection: Arc::clone(&self.selection),
            limit: 1,
            max_interrupted: usize::MAX,
        };
        let claimed = self.app.backend().claim(request).await.unwrap().remove(0);
        assert_eq!(claimed.id, id, "another job was due before");
        claimed
    }

    /// Has a claimed job begin, and write lines.
    pub(crate) async fn begin(&self, claimed: &ClaimedJob, lines: &[&str]) {
        let now = self.app.backend().now().await.unwrap();
        self.app.backend().mark_started(claimed.token);
        let note = Note {
            token: claimed.token,
            started_at: now,
            progress: Some(Progress { current: 3, total: Some(7) }),
            checkpoint: None,
            log_lines: lines.iter().map(|text| line(now, text)).collect(),
        };
        self.app.backend().note(vec![note]).await.unwrap().remove(0).into_result("note").unwrap();
    }

    /// Ends a claimed job that has begun.
    pub(crate) async fn end(&self, claimed: &ClaimedJob, outcome: Outcome) {
        let now = self.app.backend().now().await.unwrap();
        let finish = Finish::new(claimed.token, outcome, Some(now), now);
        self.app.backend().finish(vec![finish]).await.unwrap().remove(0).into_result("finish").unwrap();
    }

    /// Stores a job and has it fail for good.
    pub(crate) async fn discard(&self, data: JobData, class: &str, message: &str) -> JobId {
        let claimed = self.claim(data).await;
        let mut error = ErrorReport::new(class, message);
        error.backtrace = vec!["app/jobs/a.rb:1:in 'perform'".to_owned()];
        self.end(&claimed, Outcome::Discarded { error }).await;
        claimed.id
    }

    /// Stores a job and has it end well.
    pub(crate) async fn complete(&self, data: JobData) -> JobId {
        let claimed = self.claim(data).await;
        self.end(&claimed, Outcome::Completed { value: None }).await;
        claimed.id
    }
}

fn line(at: Timestamp, text: &str) -> LogLine {
    LogLine { at, source: LogSource::Info, text: text.to_owned() }
}
