//! The jobs of the application: each leaves lines in a file, so that tests see what ran, where and how often.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use egret::{AppBuilder, Context, Job};

/// Registers all of them.
pub fn register(app: AppBuilder) -> AppBuilder {
    app.register::<Append>()
        .register::<Nothing>()
        .register::<Sleep>()
        .register::<Block>()
        .register::<Hold>()
        .register::<HoldThread>()
        .register::<Panic>()
        .register::<TooLong>()
        .register::<Flaky>()
        .register::<Hopeless>()
        .register::<Useless>()
        .register::<Talkative>()
        .register::<Murmuring>()
        .register::<Secretive>()
        .register::<Parent>()
        .register::<Deadly>()
        .register::<Leak>()
        .register::<Stubborn>()
        .register::<Pages>()
}

/// Appends a line with the word `done`.
#[derive(Debug, Job)]
pub struct Append {
    /// The file.
    pub file: String,
}

impl Append {
    async fn perform(self, context: &Context) -> egret::Result {
        write(&self.file, "done", context)
    }
}

/// Does nothing at all.
#[derive(Debug, Job)]
pub struct Nothing;

impl Nothing {
    async fn perform(self) {}
}

/// Appends `begin`, sleeps without blocking, appends `done`.
#[derive(Debug, Job)]
pub struct Sleep {
    /// The file.
    pub file: String,
    /// For how long.
    pub milliseconds: u64,
}

impl Sleep {
    async fn perform(self, context: &Context) -> egret::Result {
        write(&self.file, "begin", context)?;
        tokio::time::sleep(Duration::from_millis(self.milliseconds)).await;
        write(&self.file, "done", context)
    }
}

/// The same, blocking its thread.
#[derive(Debug, Job)]
pub struct Block {
    /// The file.
    pub file: String,
    /// For how long.
    pub milliseconds: u64,
}

impl Block {
    async fn perform(self, context: &Context) -> egret::Result {
        write(&self.file, "begin", context)?;
        std::thread::sleep(Duration::from_millis(self.milliseconds));
        write(&self.file, "done", context)
    }
}

/// Appends `begin`, waits without blocking until the [gate] is open, appends `done`.
#[derive(Debug, Job)]
pub struct Hold {
    /// The file.
    pub file: String,
}

impl Hold {
    async fn perform(self, context: &Context) -> egret::Result {
        write(&self.file, "begin", context)?;
        let gate = gate(Path::new(&self.file));
        while !gate.exists() {
            tokio::time::sleep(LOOK_EVERY).await;
        }
        write(&self.file, "done", context)
    }
}

/// The same, blocking its thread.
#[derive(Debug, Job)]
pub struct HoldThread {
    /// The file.
    pub file: String,
}

impl HoldThread {
    async fn perform(self, context: &Context) -> egret::Result {
        write(&self.file, "begin", context)?;
        let gate = gate(Path::new(&self.file));
        while !gate.exists() {
            std::thread::sleep(LOOK_EVERY);
        }
        write(&self.file, "done", context)
    }
}

/// Panics.
#[derive(Debug, Job)]
pub struct Panic;

impl Panic {
    async fn perform(self, _context: &Context) -> egret::Result {
        panic!("this job always panics")
    }
}

/// Never ends before its time limit.
#[derive(Debug, Job)]
#[job(time_limit = "200ms")]
pub struct TooLong;

impl TooLong {
    async fn perform(self, _context: &Context) -> egret::Result {
        std::future::pending::<()>().await;
        Ok(())
    }
}

/// An error that is tried again.
#[derive(Debug)]
pub struct Shaky;

impl std::fmt::Display for Shaky {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("not this time")
    }
}

impl std::error::Error for Shaky {}

/// Fails, and is tried again after an hour.
#[derive(Debug, Job)]
#[job(retry_on(Shaky, wait = "1h", attempts = 3))]
pub struct Stubborn;

impl Stubborn {
    async fn perform(self, _context: &Context) -> egret::Result {
        Err(Shaky.into())
    }
}

/// Fails twice, then succeeds; writes a log line each time.
#[derive(Debug, Job)]
#[job(retry_on(Shaky, wait = "100ms", attempts = 3))]
pub struct Flaky {
    /// The file.
    pub file: String,
}

impl Flaky {
    async fn perform(self, context: &Context) -> egret::Result {
        tracing::info!("run {} of the flaky job", context.attempt());
        write(&self.file, "begin", context)?;
        if context.attempt() < 3 {
            return Err(Shaky.into());
        }
        write(&self.file, "done", context)
    }
}

/// Fails twice and is given up.
#[derive(Debug, Job)]
#[job(retry_on(Shaky, wait = "10ms", attempts = 2))]
pub struct Hopeless;

impl Hopeless {
    async fn perform(self) -> egret::Result {
        Err(Shaky.into())
    }
}

/// Fails and is given up at once.
#[derive(Debug, Job)]
#[job(discard_on(Shaky))]
pub struct Useless;

impl Useless {
    async fn perform(self) -> egret::Result {
        Err(Shaky.into())
    }
}

/// Writes a line of several levels, of which its log takes more than others do.
#[derive(Debug, Job)]
#[job(log_level = "debug")]
pub struct Talkative;

impl Talkative {
    async fn perform(self) {
        talk();
    }
}

/// Writes the same lines.
#[derive(Debug, Job)]
pub struct Murmuring;

impl Murmuring {
    async fn perform(self) {
        talk();
    }
}

fn talk() {
    tracing::trace!("a whisper");
    tracing::debug!("a murmur");
    tracing::info!("a word");
}

/// Shows its arguments nowhere, and fails.
#[derive(Debug, Job)]
#[job(log_arguments = false)]
pub struct Secretive {
    /// Not to be seen.
    pub token: String,
}

impl Secretive {
    async fn perform(self) -> egret::Result {
        match self.token.is_empty() {
            true => Ok(()),
            false => Err(Shaky.into()),
        }
    }
}

/// Enqueues another job.
#[derive(Debug, Job)]
pub struct Parent {
    /// The file.
    pub file: String,
}

impl Parent {
    async fn perform(self, context: &Context) -> egret::Result {
        Append { file: self.file }.perform_later(context.app()).await?;
        Ok(())
    }
}

/// Appends `begin` and kills its own process.
#[derive(Debug, Job)]
pub struct Deadly {
    /// The file.
    pub file: String,
}

impl Deadly {
    async fn perform(self, context: &Context) -> egret::Result {
        write(&self.file, "begin", context)?;
        rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL)?;
        std::future::pending().await
    }
}

/// Appends `done` and never frees so many bytes.
#[derive(Debug, Job)]
pub struct Leak {
    /// The file.
    pub file: String,
    /// How many.
    pub bytes: usize,
}

impl Leak {
    async fn perform(self, context: &Context) -> egret::Result {
        // Written to, or the system would not give them.
        std::mem::forget(vec![1_u8; self.bytes]);
        write(&self.file, "done", context)
    }
}

/// Appends `begin` and counts until the [gate] is open, inside of the task `cms:generate_pages`; then appends `done`. Ends
/// early with `interrupted` when the task must not go on.
#[derive(Debug, Job)]
#[job(task = "cms:generate_pages")]
pub struct Pages {
    /// The file.
    pub file: String,
}

impl Pages {
    async fn perform(self, context: &Context) -> egret::Result {
        let task = context.task().expect("the class is bound to a task");
        let gate = gate(Path::new(&self.file));
        write(&self.file, "begin", context)?;
        task.total(1_000_000);
        task.log("generating pages");
        while !gate.exists() {
            if let Err(interrupted) = task.count(1).await {
                write(&self.file, "interrupted", context)?;
                return Err(interrupted.into());
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
        write(&self.file, "done", context)
    }
}

/// Between two looks at the gate.
const LOOK_EVERY: Duration = Duration::from_millis(2);

/// The gate of the jobs that write to this ledger: the file `gate` beside it. It is open while it is there.
pub fn gate(ledger: &Path) -> PathBuf {
    ledger.with_file_name("gate")
}

/// `WORD JOB PID MICROSECONDS`, whole and in one write, so that lines of several processes never mix.
fn write(file: &str, word: &str, context: &Context) -> egret::Result {
    let line = format!("{word} {} {} {}\n", context.job_id(), std::process::id(), microseconds());
    OpenOptions::new().create(true).append(true).open(file)?.write_all(line.as_bytes())?;
    Ok(())
}

/// Microseconds since the epoch: the same clock for every process of the machine.
pub fn microseconds() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("the machine's clock shows a year after 1970");
    u64::try_from(since.as_micros()).expect("fits for some hundred thousand years")
}
