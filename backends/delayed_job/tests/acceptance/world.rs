//! A database with a store on it, and what is done with both in one line.

use std::collections::BTreeMap;
use std::sync::Arc;

use egret_core::{
    Applied, Backend, ClaimRequest, ClaimedJob, ClassSelection, EnqueueRequest, Enqueued, ErrorReport, Finish, JobData,
    JobId, JobRecord, NewJob, Origin, Outcome, ProcessIdentity, QueueOrder, Selection, ServiceId, ServiceInfo,
    ServiceMode, Timestamp, Timing,
};
use egret_delayed_job::{DelayedJob, DelayedJobOptions};

use super::raw::Raw;
use crate::support::Database;

/// The handler of a job without arguments, as Ruby stores one.
pub(crate) const EMPTY_JOB: &str = "--- !ruby/object:EmptyJob {}\n";

/// A database and a store on it.
pub(crate) struct World {
    pub(crate) database: Database,
    pub(crate) store: Arc<dyn Backend>,
    pub(crate) raw: Raw,
}

impl World {
    pub(crate) async fn new(database: Database) -> Self {
        Self::with(database, |_| {}).await
    }

    /// With options other than the defaults, which are Ruby's.
    pub(crate) async fn with(database: Database, change: impl FnOnce(&mut DelayedJobOptions)) -> Self {
        let raw = Raw::connect(database.url()).await;
        let store = open(&database, change).await;
        Self { database, store, raw }
    }

    /// Another handle on the same database, as another process has one.
    pub(crate) async fn another(&self, change: impl FnOnce(&mut DelayedJobOptions)) -> Arc<dyn Backend> {
        open(&self.database, change).await
    }

    /// A service that polls every queue.
    pub(crate) async fn service(&self) -> ServiceId {
        register(&self.store, &["*"]).await
    }

    pub(crate) async fn enqueue(&self, data: JobData) -> JobId {
        let jobs = vec![NewJob::new(data, Origin::Application)];
        let reply = self.store.enqueue(EnqueueRequest { jobs, start: None }).await.unwrap();
        match &reply.outcomes[..] {
            [Enqueued::Stored(id)] => id.clone(),
            other => panic!("{other:?}"),
        }
    }

    /// A row as Ruby stores one; answers its number.
    pub(crate) async fn insert(&mut self, columns: &[(&str, &str)]) -> i64 {
        let mut all = BTreeMap::from([
            ("priority", "0".to_owned()),
            ("handler", literal(EMPTY_JOB)),
            ("run_at", moment(Timestamp::now())),
            ("created_at", moment(Timestamp::now())),
            ("updated_at", moment(Timestamp::now())),
        ]);
        all.extend(columns.iter().map(|(name, value)| (*name, (*value).to_owned())));
        let (names, values): (Vec<&str>, Vec<String>) = all.into_iter().unzip();
        let (names, values) = (names.join(", "), values.join(", "));
        self.raw.run(&format!("INSERT INTO delayed_jobs ({names}) VALUES ({values})")).await;
        self.raw.value("SELECT max(id) FROM delayed_jobs").await.unwrap().parse().unwrap()
    }

    /// The columns of the only row.
    pub(crate) async fn columns<const N: usize>(&mut self, names: [&str; N]) -> [Option<String>; N] {
        let rows = self.raw.rows(&format!("SELECT {} FROM delayed_jobs", names.join(", "))).await;
        assert_eq!(rows.len(), 1, "{rows:?}");
        rows.into_iter().next().unwrap().try_into().unwrap()
    }

    pub(crate) async fn n_rows(&mut self) -> u64 {
        self.raw.value("SELECT count(*) FROM delayed_jobs").await.unwrap().parse().unwrap()
    }

    /// Numbers of the rows that a new service reserves one by one.
    pub(crate) async fn reserved(&mut self, queues: &[&str]) -> Vec<u64> {
        let service = register(&self.store, queues).await;
        let mut rows = Vec::new();
        while let Some(job) = claim(&self.store, service, queues, 1).await.pop() {
            rows.push(job.token.record);
        }
        rows
    }

    pub(crate) async fn claim_one(&self, service: ServiceId) -> ClaimedJob {
        claim(&self.store, service, &["*"], 1).await.pop().expect("a row is due")
    }

    pub(crate) async fn fail(&self, job: &ClaimedJob, error: ErrorReport) {
        assert_eq!(finish(&self.store, job, Outcome::Failed { error }).await, Applied::Done);
    }

    pub(crate) async fn only_job(&self) -> JobRecord {
        let page = egret_core::Page::first(10);
        let listing = self.store.inspect(&egret_core::JobFilter::all(), &page).await.unwrap();
        assert_eq!(listing.items.len(), 1);
        listing.items.into_iter().next().unwrap()
    }
}

async fn open(database: &Database, change: impl FnOnce(&mut DelayedJobOptions)) -> Arc<dyn Backend> {
    let mut options = DelayedJobOptions::parse(database.url()).unwrap();
    // Nothing but a test itself kills its services.
    options.timing = Timing { lease: std::time::Duration::from_secs(3600), ..Timing::default() };
    change(&mut options);
    DelayedJob::open(options).await.unwrap()
}

pub(crate) fn info(queues: &[&str]) -> ServiceInfo {
    ServiceInfo {
        name: "job:service".to_owned(),
        process: ProcessIdentity::current(),
        mode: ServiceMode::Service,
        selection: Arc::new(selection(queues, ClassSelection::All)),
        concurrency: 5,
        start_right: None,
        max_services: None,
    }
}

pub(crate) fn selection(queues: &[&str], classes: ClassSelection) -> Selection {
    let queues = QueueOrder::Strict(queues.iter().map(|queue| (*queue).to_owned()).collect());
    Selection { queues, classes }
}

pub(crate) async fn register(store: &Arc<dyn Backend>, queues: &[&str]) -> ServiceId {
    store.register(info(queues)).await.unwrap()
}

pub(crate) async fn claim(
    store: &Arc<dyn Backend>,
    service: ServiceId,
    queues: &[&str],
    limit: usize,
) -> Vec<ClaimedJob> {
    claim_of(store, service, queues, ClassSelection::All, limit).await
}

pub(crate) async fn claim_of(
    store: &Arc<dyn Backend>,
    service: ServiceId,
    queues: &[&str],
    classes: ClassSelection,
    limit: usize,
) -> Vec<ClaimedJob> {
    let selection = Arc::new(selection(queues, classes));
    store.claim(ClaimRequest { service, selection, limit, max_interrupted: limit }).await.unwrap()
}

pub(crate) async fn finish(store: &Arc<dyn Backend>, job: &ClaimedJob, outcome: Outcome) -> Applied {
    let now = Timestamp::now();
    let finish = Finish::new(job.token, outcome, Some(now), now);
    store.finish(vec![finish]).await.unwrap().pop().unwrap()
}

/// A moment as the columns have it.
pub(crate) fn moment(at: Timestamp) -> String {
    format!("'{}'", at.strftime("%Y-%m-%d %H:%M:%S.%6f"))
}

/// A text as each of the databases takes it; one that holds no backslash.
pub(crate) fn literal(text: &str) -> String {
    assert!(!text.contains('\\'), "MySQL reads escapes");
    format!("'{}'", text.replace('\'', "''"))
}

/// What a column shows as a moment.
pub(crate) fn shown(text: Option<&str>) -> Timestamp {
    let text = text.expect("the column holds a moment").trim_matches('\'').to_owned();
    let local: jiff::civil::DateTime = text.parse().unwrap();
    jiff::tz::TimeZone::UTC.to_timestamp(local).unwrap()
}

pub(crate) fn seconds(number: i64) -> jiff::SignedDuration {
    jiff::SignedDuration::from_secs(number)
}

/// A condition that comes true in a while.
pub(crate) async fn eventually<T>(what: &str, mut probe: impl AsyncFnMut() -> Option<T>) -> T {
    let began = std::time::Instant::now();
    loop {
        if let Some(found) = probe().await {
            return found;
        }
        assert!(began.elapsed() < std::time::Duration::from_secs(60), "{what}");
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
}
