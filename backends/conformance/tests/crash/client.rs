//! The store as workers see it: every verb that they use is a question over the socket.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use async_trait::async_trait;
use egret_core::memory::MemoryRows;
use egret_core::{
    Applied, Backend, Backlog, Beat, Capabilities, ClaimRequest, ClaimToken, ClaimedJob, Counts, EnqueueReply,
    EnqueueRequest, Error, ErrorKind, Finish, JobData, JobFilter, JobId, JobRecord, Leave, Left, Listing, Orders,
    Origin, Page, Payload, Presence, Release, RescueReport, Result, Selection, ServiceId, ServiceInfo, ServiceRecord,
    Timestamp,
};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::server::{Question, socket};

/// A connection to the store of the harness.
#[derive(Debug)]
pub(crate) struct Client {
    /// Held while a question waits for its answer.
    stream: Mutex<BufReader<UnixStream>>,
    capabilities: Capabilities,
}

#[derive(Deserialize)]
struct Claimed {
    token: ClaimToken,
    id: JobId,
    queue: String,
    attempt: u32,
    interruptions: u32,
    due_at: Timestamp,
    payload: Box<JobData>,
}

#[derive(Deserialize)]
struct BeatAnswer {
    lost: Vec<ClaimToken>,
    unknown: bool,
}

impl Client {
    pub(crate) fn connect(folder: &Path) -> Self {
        let stream = UnixStream::connect(socket(folder)).expect("the harness serves the store");
        let capabilities = MemoryRows::default().capabilities().clone();
        Self { stream: Mutex::new(BufReader::new(stream)), capabilities }
    }

    fn ask<T: DeserializeOwned>(&self, question: &Question) -> Result<T> {
        let mut stream = self.stream.lock().expect("nobody panics while asking");
        let text = serde_json::to_string(question).expect("a question is JSON");
        writeln!(stream.get_mut(), "{text}").expect("the harness listens");
        let mut line = String::new();
        stream.read_line(&mut line).expect("the harness answers");
        let answer: Value = serde_json::from_str(&line).expect("an answer is JSON");
        match answer.get("not_found").and_then(Value::as_str) {
            Some(message) => Err(Error::new(ErrorKind::NotFound, message)),
            None => Ok(serde_json::from_value(answer).expect("the answer fits the question")),
        }
    }
}

#[async_trait]
impl Backend for Client {
    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    async fn now(&self) -> Result<Timestamp> {
        Ok(Timestamp::now())
    }

    fn location(&self) -> String {
        "memory: of another process".to_owned()
    }

    async fn enqueue(&self, _request: EnqueueRequest) -> Result<EnqueueReply> {
        Err(self.cannot("enqueue"))
    }

    async fn claim(&self, request: ClaimRequest) -> Result<Vec<ClaimedJob>> {
        let claimed: Vec<Claimed> = self.ask(&Question::Claim {
            service: request.service,
            queues: names(&request.selection),
            limit: request.limit,
            max_interrupted: request.max_interrupted,
        })?;
        Ok(claimed.into_iter().map(ClaimedJob::from).collect())
    }

    async fn finish(&self, finishes: Vec<Finish>) -> Result<Vec<Applied>> {
        finishes
            .into_iter()
            .map(|finish| {
                let Finish { token, started_at, closed_at, .. } = finish;
                let is_applied: bool = self.ask(&Question::Complete { token, started_at, closed_at })?;
                Ok(if is_applied { Applied::Done } else { Applied::Stale })
            })
            .collect()
    }

    async fn release(&self, _releases: Vec<Release>) -> Result<Vec<Applied>> {
        Err(self.cannot("release"))
    }

    fn mark_started(&self, token: ClaimToken) {
        let () = self.ask(&Question::MarkStarted(token)).expect("a mark is taken");
    }

    fn mark_ended(&self, token: ClaimToken) {
        let () = self.ask(&Question::MarkEnded(token)).expect("a mark is taken");
    }

    async fn register(&self, info: ServiceInfo) -> Result<ServiceId> {
        let queues = names(&info.selection);
        self.ask(&Question::Register { name: info.name, process: info.process, queues })
    }

    async fn beat(&self, service: ServiceId, beat: Beat) -> Result<Orders> {
        let BeatAnswer { lost, unknown } = self.ask(&Question::Beat { service, running: beat.running })?;
        Ok(Orders { lost, unknown, ..Orders::default() })
    }

    async fn leave(&self, service: ServiceId, _leave: Leave) -> Result<Left> {
        let () = self.ask(&Question::Leave(service))?;
        Ok(Left::Gone)
    }

    async fn rescue(&self) -> Result<RescueReport> {
        let () = self.ask(&Question::Rescue)?;
        Ok(RescueReport::default())
    }

    async fn services(&self) -> Result<Vec<ServiceRecord>> {
        Err(self.cannot("list services"))
    }

    async fn presence(&self) -> Result<Presence> {
        Err(self.cannot("tell when services were there"))
    }

    async fn due(&self, _selection: &Selection) -> Result<Option<Timestamp>> {
        Err(self.cannot("tell what is due"))
    }

    async fn wait(&self, timeout: Duration) {
        tokio::time::sleep(timeout.min(Duration::from_millis(20))).await;
    }

    async fn find(&self, _id: &JobId) -> Result<Option<JobRecord>> {
        Err(self.cannot("find a job"))
    }

    async fn inspect(&self, _filter: &JobFilter, _page: &Page) -> Result<Listing<JobRecord>> {
        Err(self.cannot("list jobs"))
    }

    async fn inspect_latest(&self, _filter: &JobFilter, _page: &Page) -> Result<Listing<JobRecord>> {
        Err(self.cannot("list jobs"))
    }

    async fn counts(&self) -> Result<Counts> {
        Err(self.cannot("count jobs"))
    }

    async fn backlog(&self) -> Result<Backlog> {
        Err(self.cannot("count due jobs"))
    }
}

impl From<Claimed> for ClaimedJob {
    fn from(claimed: Claimed) -> Self {
        let Claimed { token, id, queue, attempt, interruptions, due_at, payload } = claimed;
        let payload = Payload::Job(payload);
        Self { token, id, queue, attempt, interruptions, due_at, origin: Origin::Unknown, payload }
    }
}

fn names(selection: &Selection) -> Vec<String> {
    selection.queues.names().map(str::to_owned).collect()
}
