//! The jobs of the application: each leaves lines in a file, so that tests see what ran, where and how often.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::time::Duration;

use egret::{Context, Job};

/// Appends `done ID` to a file.
#[derive(Job)]
pub struct Append {
    /// The file.
    pub file: String,
}

impl Append {
    async fn perform(self, context: &Context) -> egret::Result {
        append(&self.file, &format!("done {}", context.job_id()))?;
        Ok(())
    }
}

/// Says `begin ID PID`, sleeps without blocking, says `done ID PID`.
#[derive(Job)]
pub struct Sleep {
    /// The file.
    pub file: String,
    /// For how long.
    pub milliseconds: u64,
}

impl Sleep {
    async fn perform(self, context: &Context) -> egret::Result {
        append(&self.file, &format!("begin {} {}", context.job_id(), std::process::id()))?;
        tokio::time::sleep(Duration::from_millis(self.milliseconds)).await;
        append(&self.file, &format!("done {} {}", context.job_id(), std::process::id()))?;
        Ok(())
    }
}

/// The same, blocking its thread.
#[derive(Job)]
pub struct Block {
    /// The file.
    pub file: String,
    /// For how long.
    pub milliseconds: u64,
}

impl Block {
    async fn perform(self, context: &Context) -> egret::Result {
        append(&self.file, &format!("begin {} {}", context.job_id(), std::process::id()))?;
        std::thread::sleep(Duration::from_millis(self.milliseconds));
        append(&self.file, &format!("done {} {}", context.job_id(), std::process::id()))?;
        Ok(())
    }
}

/// Panics.
#[derive(Job)]
pub struct Panic;

impl Panic {
    async fn perform(self, _context: &Context) -> egret::Result {
        panic!("this job always panics")
    }
}

/// Never ends before its time limit.
#[derive(Job)]
#[job(time_limit = "200ms")]
pub struct TooLong;

impl TooLong {
    async fn perform(self, _context: &Context) -> egret::Result {
        std::future::pending::<()>().await;
        Ok(())
    }
}

/// Fails with an error that is tried again.
#[derive(Debug)]
pub struct Shaky;

impl std::fmt::Display for Shaky {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("not this time")
    }
}

impl std::error::Error for Shaky {}

/// Fails twice, then succeeds; writes a log line each time.
#[derive(Job)]
#[job(retry_on(Shaky, wait = "1s", attempts = 3))]
pub struct Flaky {
    /// The file.
    pub file: String,
}

impl Flaky {
    async fn perform(self, context: &Context) -> egret::Result {
        tracing::info!("attempt {} of the flaky job", context.attempt());
        append(&self.file, &format!("begin {} {}", context.job_id(), std::process::id()))?;
        if context.attempt() < 3 {
            return Err(Shaky.into());
        }
        append(&self.file, &format!("done {} {}", context.job_id(), std::process::id()))?;
        Ok(())
    }
}

/// One whole line in one write, so that lines of several processes never mix.
fn append(file: &str, line: &str) -> std::io::Result<()> {
    OpenOptions::new().create(true).append(true).open(file)?.write_all(format!("{line}\n").as_bytes())
}
