//! The reference served over a socket, one line of JSON for each question and each answer.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use egret_core::memory::MemoryRows;
use egret_core::{
    Applied, Backend, Beat, Change, ClaimRequest, ClaimToken, ClaimedJob, Error, ErrorKind, Finish, JobFilter, JobId,
    JobState, Leave, Outcome, ProcessIdentity, Selection, ServiceId, ServiceInfo, ServiceMode, Target, Timestamp,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What the server does wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Some finishes are answered and not applied.
    FinishLost,
    /// A stale finish is answered as if it had been applied.
    StaleAnsweredAsDone,
    /// Interrupted jobs vanish with their rescue.
    RescueLosesJobs,
    /// Interrupted jobs are set aside with their rescue.
    RescueDiscardsJobs,
}

/// What workers ask of a store.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Question {
    Register { name: String, process: ProcessIdentity, queues: Vec<String> },
    Beat { service: ServiceId, running: Vec<ClaimToken> },
    Claim { service: ServiceId, queues: Vec<String>, limit: usize, max_interrupted: usize },
    MarkStarted(ClaimToken),
    MarkEnded(ClaimToken),
    Complete { token: ClaimToken, started_at: Option<Timestamp>, closed_at: Timestamp },
    Leave(ServiceId),
    Rescue,
}

/// The socket of a folder.
pub(crate) fn socket(folder: &Path) -> PathBuf {
    folder.join("store.socket")
}

/// Serves the store until the process ends.
pub(crate) fn start(folder: &Path, store: MemoryRows, fault: Option<Fault>) {
    let listener = UnixListener::bind(socket(folder)).expect("a short path takes a socket");
    let server = Arc::new(Server { store, fault, n_finishes: AtomicU64::new(0) });
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let server = server.clone();
            std::thread::spawn(move || server.serve(&stream));
        }
    });
}

struct Server {
    store: MemoryRows,
    fault: Option<Fault>,
    n_finishes: AtomicU64,
}

impl Server {
    /// Answers one worker until its end.
    fn serve(&self, stream: &UnixStream) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.expect("the system gives a test a timer");
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            // A killed worker can leave half a line behind.
            let Ok(question) = serde_json::from_str(&line) else { return };
            let answer = match runtime.block_on(self.answer(question)) {
                Ok(answer) => answer,
                Err(error) if error.kind() == ErrorKind::NotFound => json!({ "not_found": error.to_string() }),
                Err(error) => panic!("the reference failed: {error:?}"),
            };
            let mut writer = stream;
            if writeln!(writer, "{answer}").is_err() {
                return;
            }
        }
    }

    async fn answer(&self, question: Question) -> Result<Value, Error> {
        let store = &self.store;
        Ok(match question {
            Question::Register { name, process, queues } => {
                let info = ServiceInfo {
                    name,
                    process,
                    mode: ServiceMode::Service,
                    selection: Arc::new(Selection::strict(queues)),
                    concurrency: 1,
                    start_right: None,
                    max_services: None,
                };
                json!(store.register(info).await?)
            }
            Question::Beat { service, running } => {
                let orders = store.beat(service, Beat { running, ..Beat::default() }).await?;
                json!({ "lost": orders.lost, "unknown": orders.unknown })
            }
            Question::Claim { service, queues, limit, max_interrupted } => {
                let selection = Arc::new(Selection::strict(queues));
                let claimed = store.claim(ClaimRequest { service, selection, limit, max_interrupted }).await?;
                claimed.iter().map(shown).collect()
            }
            Question::MarkStarted(token) => {
                store.mark_started(token);
                Value::Null
            }
            Question::MarkEnded(token) => {
                store.mark_ended(token);
                Value::Null
            }
            Question::Complete { token, started_at, closed_at } => {
                let outcome = Outcome::Completed { value: None };
                json!(self.finish(Finish::new(token, outcome, started_at, closed_at)).await?)
            }
            Question::Leave(service) => {
                store.leave(service, Leave::Always).await?;
                Value::Null
            }
            Question::Rescue => {
                self.rescue().await?;
                Value::Null
            }
        })
    }

    /// Whether the finish was applied, by the word of this server.
    async fn finish(&self, finish: Finish) -> Result<bool, Error> {
        let number = self.n_finishes.fetch_add(1, Ordering::SeqCst);
        if self.fault == Some(Fault::FinishLost) && number.is_multiple_of(20) {
            return Ok(true);
        }
        let applied = self.store.finish(vec![finish]).await?;
        Ok(applied == [Applied::Done] || self.fault == Some(Fault::StaleAnsweredAsDone))
    }

    async fn rescue(&self) -> Result<(), Error> {
        let before = self.interrupted().await?;
        let report = self.store.rescue().await?;
        let change = match self.fault {
            Some(Fault::RescueLosesJobs) => Change::Delete,
            Some(Fault::RescueDiscardsJobs) => Change::Cancel,
            _ => return Ok(()),
        };
        if report.n_interrupted > 0 {
            let after = self.interrupted().await?;
            self.store.change(Target::Ids(after.difference(&before).cloned().collect()), change).await?;
        }
        Ok(())
    }

    /// Waiting jobs during which a worker has died.
    async fn interrupted(&self) -> Result<BTreeSet<JobId>, Error> {
        let page = egret_core::Page::first(10_000);
        let waiting = self.store.inspect(&JobFilter::all().state(JobState::Available), &page).await?;
        Ok(waiting.items.into_iter().filter(|job| job.interruptions > 0).map(|job| job.id).collect())
    }
}

fn shown(job: &ClaimedJob) -> Value {
    json!({
        "token": job.token,
        "id": job.id,
        "queue": job.queue,
        "attempt": job.attempt,
        "interruptions": job.interruptions,
        "due_at": job.due_at,
        "payload": job.payload.job(),
    })
}
