//! What the store holds, and the few moves of jobs of which every verb is made.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use jiff::Timestamp;

use super::conditions::KeyHold;
use super::job::Job;
use super::start::Starting;
use super::tasks::Tasks;
use super::waiting::Waiting;
use crate::memory::precision;
use crate::memory::services::Services;
use crate::{
    ClaimToken, Clock, ErrorReport, Execution, FailurePolicy, JobId, JobRecord, JobState, LogLine, Payload, ServiceId,
};

/// Everything, behind one lock.
#[derive(Debug)]
pub(super) struct Store {
    clock: Arc<dyn Clock>,
    pub(super) failure_policy: FailurePolicy,
    /// Live jobs by record.
    pub(super) jobs: HashMap<u64, Job>,
    pub(super) ids: HashMap<JobId, u64>,
    /// Live jobs that nobody has claimed, in the order of claims.
    pub(super) waiting: Waiting,
    /// Live jobs in the order of listings: due time, order of enqueue, record.
    pub(super) listing: BTreeSet<(Timestamp, u64, u64)>,
    /// Claimed jobs of each service, in the order of claims.
    pub(super) claims: HashMap<ServiceId, BTreeMap<u64, u64>>,
    pub(super) finished: BTreeMap<FinishedKey, JobRecord>,
    pub(super) finished_ids: HashMap<JobId, FinishedKey>,
    pub(super) executions: HashMap<JobId, Vec<Execution>>,
    pub(super) log_lines: HashMap<(JobId, u32), Vec<LogLine>>,
    /// Every queue that has held a job, with the start of its pause.
    pub(super) queues: BTreeMap<String, Option<Timestamp>>,
    pub(super) services: Services,
    pub(super) keys: HashMap<String, KeyHold>,
    pub(super) starting: HashMap<String, Starting>,
    pub(super) tasks: Tasks,
    last_number: u64,
}

/// When a finished job ended, and its record.
pub(super) type FinishedKey = (Timestamp, u64);

impl Store {
    pub(super) fn new(clock: Arc<dyn Clock>, failure_policy: FailurePolicy) -> Self {
        Self {
            clock,
            failure_policy,
            jobs: HashMap::new(),
            ids: HashMap::new(),
            waiting: Waiting::default(),
            listing: BTreeSet::new(),
            claims: HashMap::new(),
            finished: BTreeMap::new(),
            finished_ids: HashMap::new(),
            executions: HashMap::new(),
            log_lines: HashMap::new(),
            queues: BTreeMap::new(),
            services: Services::default(),
            keys: HashMap::new(),
            starting: HashMap::new(),
            tasks: Tasks::default(),
            last_number: 0,
        }
    }

    /// The present moment, with every reserved job that has become due made available. Each verb begins with it.
    pub(super) fn tick(&mut self) -> Timestamp {
        let now = precision::now(&*self.clock);
        for record in self.waiting.promote(now) {
            let job = self.jobs.get_mut(&record).expect("what waits is a live job");
            job.waits_as = JobState::Available;
        }
        now
    }

    /// A number that has never been given before: records, claims and orders of enqueue.
    pub(super) fn next_number(&mut self) -> u64 {
        self.last_number += 1;
        self.last_number
    }

    /// Puts a job among the live ones, waiting or claimed as it says itself.
    pub(super) fn attach(&mut self, job: Job) {
        self.queues.entry(job.queue.clone()).or_default();
        self.ids.insert(job.id.clone(), job.record);
        self.listing.insert((job.due_at, job.sequence, job.record));
        match &job.claim {
            Some(claim) => {
                self.claims.entry(claim.service).or_default().insert(claim.number, job.record);
            }
            None => self.waiting.insert(&job),
        }
        self.jobs.insert(job.record, job);
    }

    /// Takes a job out of the live ones, to be changed and put back or concluded.
    pub(super) fn detach(&mut self, record: u64) -> Job {
        let job = self.jobs.remove(&record).expect("only live jobs are detached");
        self.ids.remove(&job.id);
        self.listing.remove(&(job.due_at, job.sequence, job.record));
        match &job.claim {
            Some(claim) => {
                if let Some(claims) = self.claims.get_mut(&claim.service) {
                    claims.remove(&claim.number);
                }
            }
            None => self.waiting.remove(&job),
        }
        job
    }

    /// Moves a detached job into the history. A finished job with its id gives way.
    pub(super) fn conclude(&mut self, job: Job, state: JobState, error: Option<ErrorReport>, finished_at: Timestamp) {
        let mut finished = job.to_record();
        finished.state = state;
        finished.claimed_by = None;
        finished.progress = None;
        finished.finished_at = Some(finished_at);
        finished.attempt = job.attempts;
        finished.started_at = job.started_at;
        if error.is_some() {
            finished.error = error;
        }
        let key = (finished_at, job.record);
        if let Some(former) = self.finished_ids.insert(job.id, key) {
            self.finished.remove(&former);
        }
        self.finished.insert(key, finished);
    }

    /// The record that a token still holds.
    pub(super) fn held(&self, token: ClaimToken) -> Option<u64> {
        let claim = self.jobs.get(&token.record)?.claim.as_ref()?;
        (claim.service == token.service && claim.number == token.claim).then_some(token.record)
    }

    pub(super) fn is_paused(&self, queue: &str) -> bool {
        self.queues.get(queue).is_some_and(Option::is_some)
    }

    pub(super) fn overwrite_payload(&mut self, id: &JobId, payload: Payload) -> bool {
        let job = self.ids.get(id).and_then(|record| self.jobs.get_mut(record));
        job.map(|job| job.payload = payload).is_some()
    }

    pub(super) fn snapshot(&self, id: &JobId) -> Option<String> {
        let logs: BTreeMap<_, _> = self.log_lines.iter().filter(|((job, _), _)| job == id).collect();
        let live = self.ids.get(id).map(|record| format!("{:?}", self.jobs[record]));
        let finished = self.finished_ids.get(id).map(|key| format!("{:?}", self.finished[key]));
        (live.is_some() || finished.is_some())
            .then(|| format!("{live:?} {finished:?} {:?} {logs:?}", self.executions.get(id)))
    }
}
