//! Our worker and our client.

use std::time::{Duration, Instant};

use egret::config::{Config, LoadOptions};
use egret::service::StopControl;
use egret::{App, Job};
use egret_core::{JobData, Native, NewJob};
use serde_json::value::RawValue;
use tokio::sync::OnceCell;

use super::peers::CONCURRENCY;
use crate::{Failure, worker};

/// Does nothing.
#[derive(Job)]
struct Nothing(u64);

impl Nothing {
    async fn perform(self) {}
}

/// Tells how long it waited since the time that it brings along, in microseconds since the epoch.
#[derive(Job)]
struct Stamp(u64);

impl Stamp {
    async fn perform(self) -> egret::Result {
        let waited = worker::now().saturating_sub(self.0);
        redis::cmd("RPUSH").arg("bench:pickup").arg(waited).exec_async(&mut connection().await?).await?;
        Ok(())
    }
}

async fn connection() -> Result<redis::aio::MultiplexedConnection, redis::RedisError> {
    static CONNECTION: OnceCell<redis::aio::MultiplexedConnection> = OnceCell::const_new();
    let open = async || {
        let url = std::env::args().nth(3).unwrap_or_default();
        redis::Client::open(url)?.get_multiplexed_async_connection().await
    };
    CONNECTION.get_or_try_init(open).await.cloned()
}

/// Runs a service until it is killed.
pub fn work(url: &str) -> Result<(), Failure> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
        let app = app(url).await?;
        let service = app.service("default")?;
        service.start(StopControl::new())?.ended().await?;
        Ok(())
    })
}

/// Enqueues jobs of Sidekiq's own kind, and tells how long it took and what it took of the processors.
pub fn enqueue(url: &str, way: &str, count: &str) -> Result<(), Failure> {
    let count: u64 = count.parse()?;
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
        let app = app(url).await?;
        // The first one makes the connection.
        let (began, before) = (Instant::now(), crate::processor::time_of(std::process::id()));
        match way {
            "single" => {
                for number in 0..count {
                    app.enqueue(vec![job(number, &app)]).await?;
                }
            }
            _ => {
                for first in (0..count).step_by(1_000) {
                    app.enqueue((first..count.min(first + 1_000)).map(|number| job(number, &app)).collect()).await?;
                }
            }
        }
        tell(began.elapsed(), crate::processor::time_of(std::process::id()) - before);
        Ok(())
    })
}

/// A producer of ours, in this process.
pub struct Producer {
    app: App,
    runtime: tokio::runtime::Runtime,
}

impl Producer {
    pub fn new(url: &str) -> Result<Self, Failure> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        Ok(Self { app: runtime.block_on(app(url))?, runtime })
    }

    /// Enqueues a job that brings its time along.
    pub fn push(&self, now: u64) -> Result<(), Failure> {
        self.runtime.block_on(self.app.enqueue(vec![native("Stamp", now, &self.app)]))?;
        Ok(())
    }
}

fn tell(elapsed: Duration, own: Duration) {
    println!("{} {}", elapsed.as_secs_f64(), own.as_secs_f64());
}

fn job(number: u64, app: &App) -> NewJob {
    native("Nothing", number, app)
}

fn native(class: &str, number: u64, app: &App) -> NewJob {
    let mut data = JobData::new(class);
    data.arguments = raw(format!("[{number}]"));
    data.native = Some(Box::new(Native { format: "sidekiq".to_owned(), envelope: raw("{}".to_owned()) }));
    NewJob::new(data, app.origin())
}

fn raw(json: String) -> Box<RawValue> {
    RawValue::from_string(json).expect("it is JSON")
}

async fn app(url: &str) -> Result<App, Failure> {
    let mut options = LoadOptions::in_folder(std::env::temp_dir());
    options.overrides = [
        ("url", format!("sidekiq+{url}")),
        ("mode", "service".to_owned()),
        ("concurrency", CONCURRENCY.to_string()),
        ("polling.queues", "default".to_owned()),
    ]
    .map(|(key, value)| (key.to_owned(), value))
    .into();
    let app = App::builder().config(Config::load(&options)?).register::<Nothing>().register::<Stamp>().start_nothing();
    Ok(app.build().await?)
}
