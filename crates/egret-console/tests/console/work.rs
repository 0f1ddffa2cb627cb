//! Jobs that have run, made by hand, so that their times are known.

use std::sync::Arc;
use std::time::Duration;

use egret::App;
use egret::config::Config;
use egret::language::TimeZone;
use egret_console::ConsoleOptions;
use egret_core::memory::{MemoryOptions, MemoryRows};
use egret_core::{
    ClaimRequest, ClaimedJob, ErrorReport, Finish, JobData, JobId, LogLine, LogSource, ManualClock, NewJob, Origin,
    Outcome, ProcessIdentity, Selection, ServiceId, ServiceInfo, ServiceMode, Timestamp,
};
use serde_json::value::RawValue;

use crate::site::Site;

/// When the clock of these sites begins: the afternoon of a day in Tokyo.
pub(crate) const BEGIN: &str = "2026-11-20T05:00:00Z";

/// A site whose clock is moved by hand, whose times are Tokyo's, and whose files are in a folder of its own.
pub(crate) struct Workshop {
    pub(crate) site: Site,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) service: ServiceId,
    pub(crate) folder: tempfile::TempDir,
}

/// A job about to run.
pub(crate) struct Run<'a> {
    pub(crate) class: &'a str,
    pub(crate) arguments: &'a str,
    pub(crate) error: Option<&'a str>,
    pub(crate) lines: &'a [&'a str],
}

impl<'a> Run<'a> {
    pub(crate) fn of(class: &'a str) -> Self {
        Self { class, arguments: "[]", error: None, lines: &[] }
    }
}

impl Workshop {
    pub(crate) async fn new() -> Self {
        Self::with(ConsoleOptions::default()).await
    }

    pub(crate) async fn with(options: ConsoleOptions) -> Self {
        let clock = Arc::new(ManualClock::at(BEGIN.parse().unwrap()));
        let folder = tempfile::tempdir().unwrap();
        let store = MemoryRows::new(MemoryOptions { clock: clock.clone(), ..MemoryOptions::default() });
        let mut config = Config::default();
        config.time_zone = Some(TimeZone::get("Asia/Tokyo").unwrap());
        config.root = folder.path().to_owned();
        let site = Site::with(|app| app.config(config).backend(Arc::new(store)), options).await;
        let service = register(&site.app, "job:service", ProcessIdentity::current()).await;
        Self { site, clock, service, folder }
    }

    /// The store's now.
    pub(crate) async fn now(&self) -> Timestamp {
        self.site.app.backend().now().await.unwrap()
    }

    /// Runs a job for a minute, and answers its id a second later.
    pub(crate) async fn run(&self, run: Run<'_>) -> JobId {
        let mut data = JobData::new(run.class);
        data.arguments = RawValue::from_string(run.arguments.to_owned()).unwrap();
        let id = enqueue(&self.site.app, data).await;
        let claimed = claim(&self.site.app, self.service).await;
        let started_at = self.now().await;
        self.clock.advance(Duration::from_secs(60));
        let outcome = match run.error {
            None => Outcome::Completed { value: None },
            Some(message) => Outcome::Failed { error: ErrorReport::new("RuntimeError", message) },
        };
        let mut finish = Finish::new(claimed.token, outcome, Some(started_at), self.now().await);
        let line = |text: &&str| LogLine { at: started_at, source: LogSource::Info, text: (*text).to_owned() };
        finish.log_lines = run.lines.iter().map(line).collect();
        self.site.app.backend().finish(vec![finish]).await.unwrap();
        self.clock.advance(Duration::from_secs(1));
        id
    }
}

pub(crate) async fn enqueue(app: &App, data: JobData) -> JobId {
    let id = data.job_id.clone();
    app.enqueue(vec![NewJob::new(data, Origin::Application)]).await.unwrap();
    id
}

pub(crate) async fn claim(app: &App, service: ServiceId) -> ClaimedJob {
    let selection = Arc::new(Selection::strict(["*"]));
    let request = ClaimRequest { service, selection, limit: 1, max_interrupted: usize::MAX };
    app.backend().claim(request).await.unwrap().remove(0)
}

/// Makes a service of the queues of the seed known.
pub(crate) async fn register(app: &App, name: &str, process: ProcessIdentity) -> ServiceId {
    let queues = ["default", "mailers", "voice_synthesis", "external"];
    let info = ServiceInfo {
        name: name.to_owned(),
        process,
        mode: ServiceMode::Service,
        selection: Arc::new(Selection::strict(queues)),
        concurrency: 10,
        start_right: None,
        max_services: None,
    };
    app.backend().register(info).await.unwrap()
}

/// A process of this machine that has ended.
pub(crate) fn ended_process() -> ProcessIdentity {
    let me = ProcessIdentity::current();
    ProcessIdentity { started_ticks: me.started_ticks + 1, ..me }
}
