//! Sidekiq's queues under test, and what is done with them in one line.

use std::sync::Arc;
use std::time::{Duration, Instant};

use egret_core::{
    Applied, Backend, Beat, ClaimRequest, ClaimedJob, EnqueueRequest, ErrorReport, Finish, JobData, JobId, NewJob,
    Orders, Origin, Outcome, ProcessIdentity, Selection, ServiceId, ServiceInfo, ServiceMode, Timestamp, Timing,
};
use egret_redis::Address;
use egret_redis::sidekiq::{self, SidekiqOptions};
use redis::{Connection, FromRedisValue};
use serde_json::Value;

use super::Database;
use super::server::PrivateServer;

/// A store and a connection around it.
pub(crate) struct Store {
    pub(crate) backend: Arc<dyn Backend>,
    pub(crate) redis: Connection,
    pub(crate) database: Database,
}

impl Store {
    pub(crate) async fn open() -> Self {
        Self::open_with(|_| {}).await
    }

    pub(crate) async fn open_with(change: impl FnOnce(&mut SidekiqOptions)) -> Self {
        Self::open_in(Database::lease(), change).await
    }

    /// A store whose hints come from nobody else: channels are the same for all databases of a server.
    pub(crate) async fn open_on(server: &PrivateServer) -> Self {
        Self::open_in(Database::of_private(server), |_| {}).await
    }

    async fn open_in(database: Database, change: impl FnOnce(&mut SidekiqOptions)) -> Self {
        let backend = open(&database.url(), change).await;
        let redis = database.connect();
        Self { backend, redis, database }
    }

    /// The same database by another handle.
    pub(crate) async fn another(&self, timing: Timing) -> Arc<dyn Backend> {
        open(&self.database.url(), |options| options.timing = timing).await
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

    pub(crate) fn sorted(&mut self, key: &str) -> Vec<(String, f64)> {
        self.run(&["ZRANGE", key, "0", "-1", "WITHSCORES"])
    }

    pub(crate) async fn enqueue(&self, data: JobData) -> JobId {
        let id = data.job_id.clone();
        let jobs = vec![NewJob::new(data, Origin::Application)];
        self.backend.enqueue(EnqueueRequest { jobs, start: None }).await.expect("a job is enqueued");
        id
    }

    pub(crate) async fn service(&self) -> ServiceId {
        self.backend.register(info(&["high", "default", "low"])).await.expect("a service registers")
    }

    pub(crate) async fn claim(&self, service: ServiceId, limit: usize) -> Vec<ClaimedJob> {
        let selection = Arc::new(Selection::strict(["high", "default", "low"]));
        let request = ClaimRequest { service, selection, limit, max_interrupted: limit };
        self.backend.claim(request).await.expect("a claim is answered")
    }

    pub(crate) async fn claim_one(&self, service: ServiceId) -> ClaimedJob {
        let claimed = self.claim(service, 1).await.pop().expect("a job waits");
        self.backend.mark_started(claimed.token);
        claimed
    }

    pub(crate) async fn finish(&self, claimed: &ClaimedJob, outcome: Outcome) {
        let now = Timestamp::now();
        let finish = Finish::new(claimed.token, outcome, Some(now), now);
        let applied = self.backend.finish(vec![finish]).await.expect("a finish is answered");
        assert_eq!(applied, [Applied::Done]);
    }

    pub(crate) async fn beat(&self, service: ServiceId) -> Orders {
        self.backend.beat(service, Beat::default()).await.expect("a beat is answered")
    }

    /// The identity that Sidekiq's keys have for the only process.
    pub(crate) fn identity(&mut self) -> String {
        let processes: Vec<String> = self.run(&["SMEMBERS", "processes"]);
        assert_eq!(processes.len(), 1, "{processes:?}");
        processes[0].clone()
    }
}

pub(crate) async fn open(url: &str, change: impl FnOnce(&mut SidekiqOptions)) -> Arc<dyn Backend> {
    try_open(url, change).await.expect("the server is one that can be used")
}

pub(crate) async fn try_open(
    url: &str,
    change: impl FnOnce(&mut SidekiqOptions),
) -> egret_core::Result<Arc<dyn Backend>> {
    let mut options = SidekiqOptions::new(Address::parse(url).expect("a URL of a server"));
    change(&mut options);
    sidekiq::open(options).await
}

pub(crate) fn info(queues: &[&str]) -> ServiceInfo {
    ServiceInfo {
        name: "job:service".to_owned(),
        process: ProcessIdentity::current(),
        mode: ServiceMode::Service,
        selection: Arc::new(Selection::strict(queues.iter().copied())),
        concurrency: 7,
        start_right: None,
        max_services: None,
    }
}

pub(crate) fn job(class: &str) -> JobData {
    JobData::new(class)
}

pub(crate) fn failed() -> Outcome {
    let mut error = ErrorReport::new("ArgumentError", "boom");
    error.backtrace = vec!["app/jobs/boom.rb:1".to_owned(), "app/jobs/boom.rb:2".to_owned()];
    Outcome::Failed { error }
}

pub(crate) fn completed() -> Outcome {
    Outcome::Completed { value: None }
}

pub(crate) fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// Probes until there is something.
pub(crate) async fn eventually<T>(what: &str, mut probe: impl AsyncFnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = probe().await {
            return found;
        }
        assert!(began.elapsed() < Duration::from_secs(60), "{what}: not within a minute");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
