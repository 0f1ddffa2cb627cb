//! Measures the store by itself, without a service: `cargo run --release -p egret-sqlite --example store_bench [PART…]`.
//!
//! Parts: `raw`, `single`, `concurrent`, `bulk`, `drain`, `pickup`, `backlog`; all without an argument. Each line has the
//! rate, the time of the processor for one job (all threads together), and what was written. Compare within one run only.
#![allow(clippy::print_stdout, reason = "it is a program that prints")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use egret_core::{
    Backend, ClaimRequest, EnqueueRequest, Finish, JobData, NewJob, Origin, Outcome, ProcessIdentity, Result,
    Selection, ServiceId, ServiceInfo, ServiceMode, Timestamp,
};
use egret_sqlite::rusqlite::{Connection, params};
use egret_sqlite::{Durability, SqliteBackend, SqliteOptions};
use rustix::time::{ClockId, clock_gettime};
use serde_json::value::RawValue;

const QUEUE: &str = "default";

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<()> {
    let parts: Vec<String> = std::env::args().skip(1).collect();
    if let [part, path] = parts.as_slice()
        && ["producer", "fill"].contains(&part.as_str())
    {
        return if part == "fill" { fill(path).await } else { produce(path).await };
    }
    let wants = |part: &str| parts.is_empty() || parts.iter().any(|wanted| wanted == part);
    if wants("raw") {
        raw();
    }
    for durability in [Durability::Full, Durability::Normal] {
        println!("{durability:?}");
        if wants("single") {
            single(durability).await?;
        }
        if wants("concurrent") {
            concurrent(durability).await?;
        }
        if wants("bulk") {
            bulk(durability).await?;
        }
        if wants("drain") {
            for batch in [1, 10, 100, 500] {
                drain(durability, batch).await?;
            }
        }
        if wants("pickup") {
            pickup(durability).await?;
            pickup_across(durability).await?;
        }
    }
    if wants("backlog") {
        backlog().await?;
    }
    Ok(())
}

/// A store in a folder that goes with it.
struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        Self { folder: tempfile::tempdir_in(".").expect("a folder can be made here") }
    }

    fn path(&self) -> std::path::PathBuf {
        self.folder.path().join("egret.db")
    }

    fn open(&self, durability: Durability) -> Result<Arc<SqliteBackend>> {
        SqliteBackend::open(SqliteOptions { durability, ..SqliteOptions::new(self.path()) })
    }
}

struct Meter {
    wall: Instant,
    processor: Duration,
}

impl Meter {
    fn start() -> Self {
        Self { wall: Instant::now(), processor: processor() }
    }

    fn report(&self, what: &str, n_jobs: usize) {
        let wall = self.wall.elapsed().as_secs_f64();
        let processor = (processor() - self.processor).as_secs_f64();
        let n = n_jobs as f64;
        println!("  {what:<40} {:>10.0}/s  {:>7.2} µs", n / wall, processor / n * 1e6);
    }
}

fn processor() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.cast_unsigned(), u32::try_from(time.tv_nsec).unwrap_or(0))
}

fn new_job() -> NewJob {
    let mut data = JobData::new("NoopJob");
    data.queue_name = Some(QUEUE.to_owned());
    data.arguments = RawValue::from_string("[1]".to_owned()).expect("an array is JSON");
    data.enqueued_at = Some(Timestamp::now());
    NewJob::new(data, Origin::Application)
}

async fn enqueue(backend: &dyn Backend, n: usize) -> Result<()> {
    let jobs = (0..n).map(|_| new_job()).collect();
    backend.enqueue(EnqueueRequest { jobs, start: None }).await.map(|_| ())
}

async fn register(backend: &dyn Backend, selection: &Arc<Selection>) -> Result<ServiceId> {
    let info = ServiceInfo {
        name: "bench".into(),
        process: ProcessIdentity::current(),
        mode: ServiceMode::Service,
        selection: Arc::clone(selection),
        concurrency: 10,
        start_right: None,
        max_services: None,
    };
    backend.register(info).await
}

/// What SQLite itself does on this disk: the same row, one index, no queue, no figures.
fn raw() {
    println!("Raw SQLite, synchronous = FULL");
    let place = Place::new();
    let connection = Connection::open(place.path()).expect("a database can be made here");
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
             CREATE TABLE jobs (id INTEGER PRIMARY KEY, key BLOB UNIQUE, queue INTEGER, due_at INTEGER, payload TEXT);",
        )
        .expect("a table can be made");
    let payload = serde_json::to_string(&new_job().data).expect("a payload can be written");
    let insert = |n: usize| {
        let transaction = connection.unchecked_transaction().expect("a transaction begins");
        for _ in 0..n {
            let key = uuid::Uuid::now_v7().into_bytes();
            let mut statement = transaction
                .prepare_cached("INSERT INTO jobs (key, queue, due_at, payload) VALUES (?1, 1, ?2, ?3)")
                .expect("the statement is right");
            statement.execute(params![key, 1, payload]).expect("a row goes in");
        }
        transaction.commit().expect("a transaction commits");
    };
    for (n_transactions, n_rows) in [(2000, 1), (500, 100), (100, 1000)] {
        let meter = Meter::start();
        for _ in 0..n_transactions {
            insert(n_rows);
        }
        meter.report(&format!("insert, {n_rows} a transaction"), n_transactions * n_rows);
    }
}

async fn single(durability: Durability) -> Result<()> {
    let place = Place::new();
    let backend = place.open(durability)?;
    enqueue(&*backend, 1).await?;
    let meter = Meter::start();
    for _ in 0..2000 {
        enqueue(&*backend, 1).await?;
    }
    meter.report("enqueue, one producer, one a call", 2000);
    Ok(())
}

async fn concurrent(durability: Durability) -> Result<()> {
    let place = Place::new();
    let backend = place.open(durability)?;
    for n_producers in [16, 64, 256] {
        let n_each = 100_000 / n_producers;
        let meter = Meter::start();
        let producers = (0..n_producers).map(|_| {
            let backend = Arc::clone(&backend);
            tokio::spawn(async move {
                for _ in 0..n_each {
                    enqueue(&*backend, 1).await?;
                }
                Result::Ok(())
            })
        });
        for producer in producers.collect::<Vec<_>>() {
            producer.await.expect("a producer does not panic")?;
        }
        meter.report(&format!("enqueue, {n_producers} producers, one a call"), n_each * n_producers);
    }
    Ok(())
}

async fn bulk(durability: Durability) -> Result<()> {
    let place = Place::new();
    let backend = place.open(durability)?;
    for n_jobs in [100, 1000, 10_000] {
        let n_batches = 200_000 / n_jobs;
        let meter = Meter::start();
        for _ in 0..n_batches {
            enqueue(&*backend, n_jobs).await?;
        }
        meter.report(&format!("enqueue, {n_jobs} a call"), n_batches * n_jobs);
    }
    Ok(())
}

async fn drain(durability: Durability, batch: usize) -> Result<()> {
    let place = Place::new();
    let backend = place.open(durability)?;
    let n_jobs = (batch * 1000).min(100_000);
    for _ in 0..n_jobs.div_ceil(1000) {
        enqueue(&*backend, 1000.min(n_jobs)).await?;
    }
    let selection = Arc::new(Selection::strict([QUEUE]));
    let service = register(&*backend, &selection).await?;
    let request = || ClaimRequest { service, selection: Arc::clone(&selection), limit: batch, max_interrupted: 1 };
    let meter = Meter::start();
    let mut n_done = 0;
    // As a service does: the next claim goes together with the finishes of the last one.
    let mut claimed = backend.claim(request()).await?;
    while !claimed.is_empty() {
        n_done += claimed.len();
        let now = Timestamp::now();
        let finishes = claimed
            .iter()
            .map(|job| {
                backend.mark_started(job.token);
                backend.mark_ended(job.token);
                Finish::new(job.token, Outcome::Completed { value: None }, Some(now), now)
            })
            .collect();
        let (applied, next) = tokio::join!(backend.finish(finishes), backend.claim(request()));
        applied?;
        claimed = next?;
    }
    meter.report(&format!("claim and finish, {batch} at a time"), n_done);
    Ok(())
}

fn print_latencies(what: &str, mut latencies: Vec<Duration>) {
    latencies.sort_unstable();
    let at = |share: f64| latencies[((latencies.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
    println!("  {what:<40} p50 {:.3} ms  p99 {:.3} ms  max {:.3} ms", at(0.5), at(0.99), at(1.0));
}

/// From before the enqueue to after the claim, both in this process.
async fn pickup(durability: Durability) -> Result<()> {
    let place = Place::new();
    let backend = place.open(durability)?;
    let selection = Arc::new(Selection::strict([QUEUE]));
    let service = register(&*backend, &selection).await?;
    let (sender, mut done) = tokio::sync::mpsc::unbounded_channel();
    let worker = Arc::clone(&backend);
    tokio::spawn(async move {
        loop {
            let limit = 10;
            let request = ClaimRequest { service, selection: Arc::clone(&selection), limit, max_interrupted: 1 };
            let claimed = worker.claim(request).await?;
            let at = Instant::now();
            if claimed.is_empty() {
                worker.wait(Duration::from_secs(1)).await;
            }
            for _ in claimed {
                let _ = sender.send(at);
            }
        }
        #[allow(unreachable_code, reason = "it gives the block its type")]
        Result::Ok(())
    });
    let mut latencies = Vec::new();
    for _ in 0..500 {
        let start = Instant::now();
        enqueue(&*backend, 1).await?;
        latencies.push(done.recv().await.expect("the worker lives") - start);
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    print_latencies("pickup in one process", latencies);
    Ok(())
}

/// The other process of [`pickup_across`]: enqueues jobs that carry their moment.
async fn produce(path: &str) -> Result<()> {
    let backend = SqliteBackend::open(SqliteOptions::new(path))?;
    for _ in 0..300 {
        enqueue(&*backend, 1).await?;
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    Ok(())
}

/// From before the enqueue in another process to after the claim in this one.
async fn pickup_across(durability: Durability) -> Result<()> {
    let place = Place::new();
    let backend = place.open(durability)?;
    let selection = Arc::new(Selection::strict([QUEUE]));
    let service = register(&*backend, &selection).await?;
    let program = std::env::current_exe().expect("this program has a path");
    let mut producer = std::process::Command::new(program)
        .args(["producer".as_ref(), place.path().as_os_str()])
        .spawn()
        .expect("this program can be started");
    let latencies = consume(&*backend, service, &selection, 300).await;
    producer.wait().expect("the producer ends");
    print_latencies("pickup across two processes", latencies?);
    Ok(())
}

/// Claims jobs as they come, and says how old each was by then.
async fn consume(
    backend: &dyn Backend,
    service: ServiceId,
    selection: &Arc<Selection>,
    n_jobs: usize,
) -> Result<Vec<Duration>> {
    let mut ages = Vec::new();
    while ages.len() < n_jobs {
        let request = ClaimRequest { service, selection: Arc::clone(selection), limit: 10, max_interrupted: 1 };
        let claimed = backend.claim(request).await?;
        let now = Timestamp::now();
        if claimed.is_empty() {
            backend.wait(Duration::from_secs(1)).await;
        }
        for job in claimed {
            let enqueued_at = job.payload.job().and_then(|data| data.enqueued_at).unwrap_or(now);
            ages.push(Duration::try_from(now.duration_since(enqueued_at)).unwrap_or_default());
        }
    }
    Ok(ages)
}

/// The other process of [`backlog`].
async fn fill(path: &str) -> Result<()> {
    let backend = SqliteBackend::open(SqliteOptions { durability: Durability::Normal, ..SqliteOptions::new(path) })?;
    for _ in 0..100 {
        enqueue(&*backend, 10_000).await?;
    }
    Ok(())
}

/// A million waiting jobs: whether opening, claims and memory depend on them.
async fn backlog() -> Result<()> {
    println!("Backlog of 1,000,000 jobs");
    let place = Place::new();
    // By another process, so that the memory of this one tells of the claims alone.
    let program = std::env::current_exe().expect("this program has a path");
    let fill = std::process::Command::new(program).args(["fill".as_ref(), place.path().as_os_str()]).status();
    assert!(fill.expect("this program can be started").success(), "the store cannot be filled");
    let before = resident_kib();
    let start = Instant::now();
    let backend = place.open(Durability::Full)?;
    let selection = Arc::new(Selection::strict([QUEUE]));
    let service = register(&*backend, &selection).await?;
    println!("  opened and registered in {:?}", start.elapsed());
    let meter = Meter::start();
    let mut n_done = 0;
    while n_done < 200_000 {
        let request = ClaimRequest { service, selection: Arc::clone(&selection), limit: 500, max_interrupted: 1 };
        let claimed = backend.claim(request).await?;
        let now = Timestamp::now();
        n_done += claimed.len();
        let finish = |token| Finish::new(token, Outcome::Completed { value: None }, Some(now), now);
        backend.finish(claimed.iter().map(|job| finish(job.token)).collect()).await?;
    }
    meter.report("claim and finish, 500 at a time", n_done);
    println!("  resident before {before} KiB, after {} KiB", resident_kib());
    println!("  {:?}", backend.counts().await?.rows);
    Ok(())
}

fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
    line.split_ascii_whitespace().nth(1).and_then(|kib| kib.parse().ok()).unwrap_or(0)
}
