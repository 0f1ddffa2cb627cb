//! Sidekiq's queues: how fast jobs go in and out, and what that costs us and Redis.
//!
//! `bench-sidekiq redis://127.0.0.1:6379/13 [JOBS]` empties the database first. No-op jobs with one integer argument; producer,
//! service and Redis share the machine. Beside each figure stands the processor time a job of this process and of Redis.

use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

use egret::service::{ExitRule, ServiceOptions, StopControl};
use egret::{App, Context, Job};
use egret_core::Backend;
use egret_redis::Address;
use egret_redis::sidekiq::{self, SidekiqOptions};
use rustix::time::{ClockId, clock_gettime};

type Failure = Box<dyn Error + Send + Sync>;

#[derive(Job)]
struct Noop {
    #[allow(dead_code, reason = "it is only carried")]
    number: u64,
}

impl Noop {
    async fn perform(self, _context: &Context) -> egret::Result {
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let url = arguments.next().ok_or("expected the URL of a database that may be emptied")?;
    let n_jobs: u64 = arguments.next().map_or(Ok(200_000), |number| number.parse())?;
    let mut bench = Bench::open(&url).await?;
    bench.singly(n_jobs / 20).await?;
    bench.together(n_jobs / 4).await?;
    bench.in_bulk(n_jobs).await?;
    bench.drain(n_jobs).await?;
    bench.pickup(500).await
}

struct Bench {
    app: App,
    redis: redis::Connection,
}

impl Bench {
    async fn open(url: &str) -> Result<Self, Failure> {
        let mut redis = redis::Client::open(url)?.get_connection()?;
        redis::cmd("FLUSHDB").exec(&mut redis)?;
        let backend: Arc<dyn Backend> = sidekiq::open(SidekiqOptions::new(Address::parse(url)?)).await?;
        let app = App::builder().backend(backend).register::<Noop>().build().await?;
        Ok(Self { app, redis })
    }

    /// One producer, one job a call.
    async fn singly(&mut self, n_jobs: u64) -> Result<(), Failure> {
        let meter = Meter::start(&mut self.redis)?;
        for number in 0..n_jobs {
            Noop { number }.perform_later(&self.app).await?;
        }
        meter.tell("enqueue, 1 producer, one job a call", n_jobs, &mut self.redis)?;
        Ok(redis::cmd("FLUSHDB").exec(&mut self.redis)?)
    }

    /// 64 producers, one job a call.
    async fn together(&mut self, n_jobs: u64) -> Result<(), Failure> {
        let meter = Meter::start(&mut self.redis)?;
        let mut producers = tokio::task::JoinSet::new();
        for _ in 0..64 {
            let app = self.app.clone();
            producers.spawn(async move {
                for number in 0..n_jobs / 64 {
                    Noop { number }.perform_later(&app).await?;
                }
                Ok::<(), egret::Error>(())
            });
        }
        for produced in producers.join_all().await {
            produced?;
        }
        meter.tell("enqueue, 64 producers, one job a call", n_jobs, &mut self.redis)?;
        Ok(redis::cmd("FLUSHDB").exec(&mut self.redis)?)
    }

    /// 1,000 jobs a call. They stay for the drain.
    async fn in_bulk(&mut self, n_jobs: u64) -> Result<(), Failure> {
        let mut batches = Vec::new();
        for first in (0..n_jobs).step_by(1_000) {
            let jobs = (first..(first + 1_000).min(n_jobs)).map(|number| Noop { number }.set().prepare());
            batches.push(jobs.collect::<Result<Vec<_>, egret::Error>>()?);
        }
        let meter = Meter::start(&mut self.redis)?;
        for batch in batches {
            self.app.enqueue_all(batch).await?;
        }
        meter.tell("enqueue, bulk of 1,000", n_jobs, &mut self.redis)
    }

    async fn drain(&mut self, n_jobs: u64) -> Result<(), Failure> {
        let options = ServiceOptions { exit: ExitRule::WhenNothingIsDue, ..ServiceOptions::default() };
        let meter = Meter::start(&mut self.redis)?;
        let report = self.app.service_with(options, 1).start(StopControl::new())?.ended().await?;
        if report.n_finished != n_jobs {
            return Err(format!("{} of {n_jobs} jobs were drained", report.n_finished).into());
        }
        meter.tell("drain, 1 service, crash-safe claims", n_jobs, &mut self.redis)
    }

    /// From the enqueue by another handle, as another process would, to the job's code.
    async fn pickup(&mut self, n_jobs: usize) -> Result<(), Failure> {
        let stop = StopControl::new();
        let service = self.app.service_with(ServiceOptions::default(), 1).start(stop.clone())?;
        let backend = Arc::clone(self.app.backend());
        let mut latencies = Vec::with_capacity(n_jobs);
        for number in 0..n_jobs as u64 {
            tokio::time::sleep(Duration::from_millis(10)).await;
            let before = count_processed(&mut self.redis)?;
            let began = Instant::now();
            Noop { number }.perform_later(&self.app).await?;
            while count_processed(&mut self.redis)? == before {
                tokio::task::yield_now().await;
            }
            latencies.push(began.elapsed().as_secs_f64() * 1e3);
        }
        drop(backend);
        stop.stop();
        service.ended().await?;
        latencies.sort_by(f64::total_cmp);
        let at = |share: f64| latencies[((latencies.len() - 1) as f64 * share) as usize];
        println!("enqueue to the end in the store, idle service: p50 {:.2} ms, p99 {:.2} ms", at(0.5), at(0.99));
        Ok(())
    }
}

fn count_processed(redis: &mut redis::Connection) -> Result<u64, Failure> {
    Ok(redis::cmd("GET").arg("stat:processed").query::<Option<u64>>(redis)?.unwrap_or(0))
}

/// Time and processor time of a stretch of work.
struct Meter {
    began: Instant,
    ours: Duration,
    of_redis: Duration,
}

impl Meter {
    fn start(redis: &mut redis::Connection) -> Result<Self, Failure> {
        Ok(Self { of_redis: cpu_of_redis(redis)?, ours: cpu_of_this_process(), began: Instant::now() })
    }

    fn tell(&self, what: &str, n_jobs: u64, redis: &mut redis::Connection) -> Result<(), Failure> {
        let elapsed = self.began.elapsed().as_secs_f64();
        let each = |cpu: Duration| cpu.as_secs_f64() * 1e6 / n_jobs as f64;
        let ours = each(cpu_of_this_process().saturating_sub(self.ours));
        let of_redis = each(cpu_of_redis(redis)?.saturating_sub(self.of_redis));
        println!("{what}: {:.0} jobs/s, {ours:.1} µs + {of_redis:.1} µs of Redis a job", n_jobs as f64 / elapsed);
        Ok(())
    }
}

fn cpu_of_this_process() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), u32::try_from(time.tv_nsec).unwrap_or(0))
}

fn cpu_of_redis(redis: &mut redis::Connection) -> Result<Duration, Failure> {
    let info: String = redis::cmd("INFO").arg("cpu").query(redis)?;
    let field = |name: &str| {
        let value = info.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        value.and_then(|value| value.trim().parse::<f64>().ok()).unwrap_or(0.0)
    };
    Ok(Duration::from_secs_f64(field("used_cpu_sys") + field("used_cpu_user")))
}
