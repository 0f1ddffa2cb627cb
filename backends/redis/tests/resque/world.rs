//! Resque's queues under test, and what is done with them in one line.

use std::sync::Arc;
use std::time::{Duration, Instant};

use egret_core::{
    Applied, Backend, Beat, ClaimRequest, ClaimedJob, EnqueueRequest, ErrorReport, Finish, JobData, JobFilter,
    JobRecord, Leave, Native, NewJob, Origin, Outcome, Page, ProcessIdentity, QueueOrder, Selection, ServiceId,
    ServiceInfo, ServiceMode, Timestamp,
};
use egret_redis::resque::{self, FORMAT, ResqueOptions};
use redis::{Connection, FromRedisValue};
use serde_json::value::RawValue;

use crate::support::Database;

/// A store, and a connection around it.
pub(crate) struct World {
    pub(crate) backend: Arc<dyn Backend>,
    redis: Connection,
    pub(crate) database: Database,
}

impl World {
    pub(crate) async fn open() -> Self {
        Self::open_with("").await
    }

    /// With a query in the URL.
    pub(crate) async fn open_with(query: &str) -> Self {
        let database = Database::lease();
        let options =
            ResqueOptions::parse(&format!("{}{query}", database.url())).expect("the server does as it is told");
        let backend = resque::open(options).await.expect("the server does as it is told");
        Self { backend, redis: database.connect(), database }
    }

    /// A command as Ruby would send it.
    pub(crate) fn run<T: FromRedisValue>(&mut self, words: &[&str]) -> T {
        let mut command = redis::cmd(words[0]);
        words[1..].iter().for_each(|word| {
            command.arg(*word);
        });
        command.query(&mut self.redis).unwrap_or_else(|error| panic!("{words:?}: {error}"))
    }

    pub(crate) fn list(&mut self, key: &str) -> Vec<String> {
        self.run(&["LRANGE", key, "0", "-1"])
    }

    pub(crate) async fn enqueue(&self, data: JobData) {
        let jobs = vec![NewJob::new(data, Origin::Application)];
        self.backend.enqueue(EnqueueRequest { jobs, start: None }).await.expect("the server does as it is told");
    }

    /// A service of two workers for everything.
    pub(crate) async fn service(&self) -> ServiceId {
        self.backend.register(info(&["*"])).await.expect("the server does as it is told")
    }

    pub(crate) async fn claim_from(&self, service: ServiceId, queues: &[&str], limit: usize) -> Vec<ClaimedJob> {
        let request = ClaimRequest { service, selection: info(queues).selection, limit, max_interrupted: limit };
        self.backend.claim(request).await.expect("the server does as it is told")
    }

    pub(crate) async fn claim(&self, service: ServiceId) -> Option<ClaimedJob> {
        self.claim_from(service, &["*"], 1).await.pop()
    }

    pub(crate) async fn end(&self, claimed: &ClaimedJob, outcome: Outcome) {
        let now = Timestamp::now();
        let finish = Finish::new(claimed.token, outcome, Some(now), now);
        assert_eq!(self.backend.finish(vec![finish]).await.expect("the server does as it is told"), [Applied::Done]);
    }

    /// Claims the next job and lets it end badly.
    pub(crate) async fn fail_next(&self, service: ServiceId, message: &str) {
        let claimed = self.claim(service).await.expect("a job waits");
        self.end(&claimed, failed(message)).await;
    }

    pub(crate) async fn beat(&self, service: ServiceId) {
        self.backend.beat(service, Beat::default()).await.expect("the server does as it is told");
    }

    pub(crate) async fn leave(&self, service: ServiceId) {
        self.backend.leave(service, Leave::Always).await.expect("the server does as it is told");
    }

    pub(crate) async fn jobs(&self, filter: JobFilter) -> Vec<JobRecord> {
        self.backend.inspect(&filter, &Page::first(100)).await.expect("the server does as it is told").items
    }

    /// Ids of the workers in the order of their names.
    pub(crate) fn workers(&mut self) -> Vec<String> {
        let mut workers: Vec<String> = self.run(&["SMEMBERS", "resque:workers"]);
        workers.sort();
        workers
    }
}

pub(crate) fn info(queues: &[&str]) -> ServiceInfo {
    let entries: Vec<String> = queues.iter().map(|queue| (*queue).to_owned()).collect();
    let queues = QueueOrder::of_entries(&entries).expect("the server does as it is told");
    ServiceInfo {
        name: "job:service".to_owned(),
        process: ProcessIdentity::current(),
        mode: ServiceMode::Service,
        selection: Arc::new(Selection { queues, classes: egret_core::ClassSelection::All }),
        concurrency: 2,
        start_right: None,
        max_services: None,
    }
}

/// A job that is native to Resque.
pub(crate) fn native(queue: &str, class: &str, args: &str) -> JobData {
    let mut data = JobData::new(class);
    data.queue_name = Some(queue.to_owned());
    data.arguments = RawValue::from_string(args.to_owned()).expect("the server does as it is told");
    data.native = Some(Box::new(Native { format: FORMAT.to_owned(), envelope: data.arguments.clone() }));
    data
}

pub(crate) fn failed(message: &str) -> Outcome {
    Outcome::Failed { error: ErrorReport::new("BoomJob::Oops", message) }
}

pub(crate) fn completed() -> Outcome {
    Outcome::Completed { value: None }
}

/// Probes until there is something.
pub(crate) async fn eventually<T>(what: &str, mut probe: impl AsyncFnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = probe().await {
            return found;
        }
        assert!(began.elapsed() < Duration::from_secs(60), "{what}: not within a minute");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
