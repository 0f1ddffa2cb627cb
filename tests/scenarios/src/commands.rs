//! Commands that the application adds to Egret's own: enqueuers of several kinds.

use std::io::BufRead as _;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use egret::cli::clap::{Arg, ArgMatches, Command, value_parser};
use egret::cli::{Addition, Exit, Failure, Session};
use egret::tasks::Task;
use egret::{App, Job as _};
use egret_core::job_data::saturating_add;
use egret_core::{Clock, EnqueueRequest, NewJob, StartRequest, Timestamp, Timing};
use egret_sqlite::{SqliteBackend, SqliteOptions};
use rustix::process::{Signal, getpid, kill_process};

use crate::jobs::{Append, microseconds};

/// A lease in milliseconds other than the usual one, with everything that goes by it; for every process of a store.
pub const LEASE_VARIABLE: &str = "SCENARIO_LEASE_MS";

/// Set, services die before they register.
pub const CRASH_VARIABLE: &str = "SCENARIO_CRASH";

/// The timing that the variable asks for.
///
/// # Panics
/// It is no number.
pub fn timing(text: &str) -> Timing {
    Timing::with_lease(Duration::from_millis(text.parse().expect("a lease is a number of milliseconds")))
}

/// `enqueue-many COUNT FILE`: enqueues so many [`Append`] jobs one by one, and prints the id of each once it is stored.
#[derive(Debug)]
pub struct EnqueueMany;

/// `enqueue-only COUNT FILE`: the same, and cannot start a service.
#[derive(Debug)]
pub struct EnqueueOnly;

/// `enqueue-when-told FILE`: enqueues one [`Append`] job for each line of standard input, and prints `ID MICROSECONDS`, the
/// moment at which it was stored.
#[derive(Debug)]
pub struct EnqueueWhenTold;

/// `store-and-die FILE`: stores one [`Append`] job, prints its id, and is killed when it should start the service.
#[derive(Debug)]
pub struct StoreAndDie;

/// `enqueue-ahead FILE`: enqueues one [`Append`] job for a minute from now, by a clock that is an hour ahead, and prints its id.
#[derive(Debug)]
pub struct EnqueueAhead;

/// A clock that is an hour ahead.
#[derive(Debug)]
struct Ahead;

impl Clock for Ahead {
    fn now(&self) -> Timestamp {
        saturating_add(Timestamp::now(), Duration::from_secs(3_600))
    }
}

/// `hold-task NAME`: starts a task and has it until the process is killed.
#[derive(Debug)]
pub struct HoldTask;

/// `ready-task NAME`: makes a task ready and lives until it is killed.
#[derive(Debug)]
pub struct ReadyTask;

#[async_trait(?Send)]
impl Addition for HoldTask {
    fn command(&self) -> Command {
        Command::new("hold-task").hide(true).arg(name())
    }

    async fn run(&self, session: &Session, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let task = task(session, arguments).await?.start().await?;
        task.log(format_args!("held as {}", task.name()));
        task.save().await;
        session.output().note("the task is held");
        std::future::pending().await
    }
}

#[async_trait(?Send)]
impl Addition for ReadyTask {
    fn command(&self) -> Command {
        Command::new("ready-task").hide(true).arg(name())
    }

    async fn run(&self, session: &Session, arguments: &ArgMatches) -> Result<Exit, Failure> {
        task(session, arguments).await?.ready().await?;
        session.output().note("the task is ready");
        std::future::pending().await
    }
}

async fn task(session: &Session, arguments: &ArgMatches) -> Result<Task, Failure> {
    let name = arguments.get_one::<String>("name").expect("it is required");
    Ok(Task::named(session.app().await?, name))
}

fn name() -> Arg {
    Arg::new("name").required(true)
}

#[async_trait(?Send)]
impl Addition for EnqueueAhead {
    fn command(&self) -> Command {
        Command::new("enqueue-ahead").hide(true).arg(file())
    }

    async fn run(&self, session: &Session, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let mut options = SqliteOptions::new(session.config().root.join("var/egret.db"));
        options.clock = Arc::new(Ahead);
        let backend = SqliteBackend::open(options)?;
        let app = App::builder().config(session.config().clone()).backend(backend).start_nothing().build().await?;
        let mut job =
            Append::definition().to_job_data(append(arguments).to_arguments().map_err(|error| Failure::of(&error))?);
        job.scheduled_at = Some(saturating_add(Ahead.now(), Duration::from_secs(60)));
        let id = job.job_id.clone();
        app.enqueue(vec![NewJob::new(job, app.origin())]).await?;
        session.output().line(id)?;
        Ok(Exit::Success)
    }
}

#[async_trait(?Send)]
impl Addition for EnqueueMany {
    fn command(&self) -> Command {
        Command::new("enqueue-many").hide(true).arg(count()).arg(file())
    }

    async fn run(&self, session: &Session, arguments: &ArgMatches) -> Result<Exit, Failure> {
        enqueue_many(session, session.app().await?, arguments).await
    }
}

#[async_trait(?Send)]
impl Addition for EnqueueOnly {
    fn command(&self) -> Command {
        Command::new("enqueue-only").hide(true).arg(count()).arg(file())
    }

    async fn run(&self, session: &Session, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let app = App::builder().config(session.config().clone()).start_nothing().build().await?;
        enqueue_many(session, &app, arguments).await
    }
}

#[async_trait(?Send)]
impl Addition for EnqueueWhenTold {
    fn command(&self) -> Command {
        Command::new("enqueue-when-told").hide(true).arg(file())
    }

    async fn run(&self, session: &Session, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let app = session.app().await?;
        for line in std::io::stdin().lock().lines() {
            line.map_err(|error| Failure::of(&error))?;
            let id = append(arguments).perform_later(app).await?;
            session.output().line(format_args!("{id} {}", microseconds()))?;
        }
        Ok(Exit::Success)
    }
}

#[async_trait(?Send)]
impl Addition for StoreAndDie {
    fn command(&self) -> Command {
        Command::new("store-and-die").hide(true).arg(file())
    }

    async fn run(&self, session: &Session, arguments: &ArgMatches) -> Result<Exit, Failure> {
        let app = session.app().await?;
        let job = append(arguments).to_arguments().map_err(|error| Failure::of(&error))?;
        let job = NewJob::new(Append::definition().to_job_data(job), app.origin());
        let start = StartRequest::new(app.section().name.clone(), 1);
        let request = EnqueueRequest { jobs: vec![job], start: Some(start.into()) };
        let reply = app.backend().enqueue(request).await?;
        if reply.start.is_none() {
            return Err(Failure::new("there is nothing to start, so the death would prove nothing"));
        }
        session.output().line(format_args!("{:?}", reply.outcomes))?;
        kill_process(getpid(), Signal::KILL).map_err(|error| Failure::of(&error))?;
        Ok(Exit::Success)
    }
}

async fn enqueue_many(session: &Session, app: &App, arguments: &ArgMatches) -> Result<Exit, Failure> {
    let count: usize = *arguments.get_one("count").expect("it is required");
    for _ in 0..count {
        let id = append(arguments).perform_later(app).await?;
        session.output().line(id)?;
    }
    Ok(Exit::Success)
}

fn append(arguments: &ArgMatches) -> Append {
    Append { file: arguments.get_one::<String>("file").expect("it is required").clone() }
}

fn count() -> Arg {
    Arg::new("count").required(true).value_parser(value_parser!(usize))
}

fn file() -> Arg {
    Arg::new("file").required(true)
}
