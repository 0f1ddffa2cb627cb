//! The worker and the client of rusty-sidekiq.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use sidekiq::{Processor, ProcessorConfig, RedisConnectionManager, RedisPool, Worker};

#[path = "processor.rs"]
mod processor;

/// Does nothing.
#[derive(Clone)]
struct Nothing;

#[async_trait]
impl Worker<u64> for Nothing {
    async fn perform(&self, _number: u64) -> sidekiq::Result<()> {
        Ok(())
    }
}

/// Tells how long it waited since the time that it brings along.
#[derive(Clone)]
struct Stamp(redis::aio::MultiplexedConnection);

#[async_trait]
impl Worker<u64> for Stamp {
    async fn perform(&self, sent: u64) -> sidekiq::Result<()> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock shows a year after 1970").as_micros();
        let waited = (now as u64).saturating_sub(sent);
        let told = redis::cmd("RPUSH").arg("bench:pickup").arg(waited).exec_async(&mut self.0.clone()).await;
        told.expect("the server takes a number");
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let url = words.get(1).ok_or("usage: rusty worker URL | client URL single COUNT")?.as_str();
    let pool: RedisPool = bb8::Pool::builder().max_size(20).build(RedisConnectionManager::new(url)?).await?;
    if words[0] == "worker" {
        let own = redis::Client::open(url)?.get_multiplexed_async_connection().await?;
        let config = ProcessorConfig::default().num_workers(10);
        let mut processor = Processor::new(pool, vec!["default".to_owned()]).with_config(config);
        processor.register(Nothing);
        processor.register(Stamp(own));
        processor.run().await;
        return Ok(());
    }
    let count: u64 = words.get(3).ok_or("a client needs a number of jobs")?.parse()?;
    let (began, before) = (Instant::now(), processor::time_of(std::process::id()));
    for number in 0..count {
        sidekiq::perform_async(&pool, "Nothing".to_owned(), "default".to_owned(), number).await?;
    }
    let own = processor::time_of(std::process::id()) - before;
    println!("{} {}", began.elapsed().as_secs_f64(), own.as_secs_f64());
    Ok(())
}
