//! Tasks of the library: SHIRASAGI's cases of a task (K) and of the sweep (M), and jobs that are bound to one.
//!
//! Source: SHIRASAGI 1.21.0, `spec/models/ss/task_spec.rb`, `spec/jobs/ss/task_sweep_job_spec.rb`. What needs processes that
//! die is in the scenarios, what every store must do in the conformance suite.

#![allow(clippy::unwrap_used, reason = "the functions that tests share are tests, too")]

use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use egret::config::{Config, LoadOptions};
use egret::job::{Done, Ending};
use egret::tasks::{self, InterruptCause, Interrupted, RunningTask, Task, TaskRetention};
use egret::{App, Context, Error, ErrorKind, Job};
use egret_core::memory::{MemoryOptions, MemoryRows};
use egret_core::{LiveOwner, ManualClock, Page, TaskEnding, TaskFilter, TaskRecord, TaskRefusal, TaskState, Timestamp};
use futures_util::FutureExt as _;
use jiff::tz::TimeZone;
use tempfile::TempDir;
use tracing_subscriber::layer::SubscriberExt as _;

const NAME: &str = "cms:generate_pages";

/// An application on a store in memory.
struct Subject {
    app: App,
    clock: ManualClock,
    _folder: TempDir,
}

impl Subject {
    async fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let config = Config::load(&LoadOptions::in_folder(folder.path())).unwrap();
        let clock = ManualClock::at("2021-11-16T12:34:56+09:00".parse().unwrap());
        let options = MemoryOptions { clock: Arc::new(clock.clone()), ..MemoryOptions::default() };
        let app = App::builder()
            .config(config)
            .backend(Arc::new(MemoryRows::new(options)))
            .register::<Generate>()
            .register::<TooEarly>()
            .register::<GiveUp>()
            .start_nothing();
        Self { app: app.build().await.unwrap(), clock, _folder: folder }
    }

    fn task(&self) -> Task {
        Task::named(&self.app, NAME)
    }

    async fn record(&self) -> TaskRecord {
        self.task().record().await.unwrap().unwrap()
    }

    async fn lines(&self) -> Vec<String> {
        let excerpt = tasks::log(&self.app, NAME, None, usize::MAX).await.unwrap();
        excerpt.lines.into_iter().map(|line| line.text).collect()
    }
}

/// Runs inside of the task, one step.
#[derive(Debug, Job)]
#[job(task = "cms:generate_pages")]
struct Generate {
    steps: u64,
}

impl Generate {
    async fn perform(self, context: &Context) -> egret::Result {
        let task = context.task().expect("the class is bound to a task");
        for _ in 0..self.steps {
            task.count(1).await?;
        }
        if self.steps == 0 {
            return Err(egret::job::JobError::msg("nothing to generate"));
        }
        Ok(())
    }
}

/// Has nothing to do yet.
#[derive(Debug, Job)]
#[job(task = "cms:generate_pages")]
struct TooEarly;

impl TooEarly {
    async fn perform(self) -> egret::Result<Done> {
        Ok(Done::Snooze(Duration::from_secs(7)))
    }
}

/// Is given up when the task runs.
#[derive(Debug, Job)]
#[job(task = "cms:generate_pages", task_busy = "discard")]
struct GiveUp;

impl GiveUp {
    async fn perform(self) {}
}

#[tokio::test]
async fn k4_a_task_that_runs_code_completes_with_it() {
    let subject = Subject::new().await;
    let n_rejected = AtomicUsize::new(0);
    let body = async |task: RunningTask| {
        assert_eq!(subject.record().await.state, TaskState::Running);
        task.total(3);
        task.count(3).await?;
        Ok::<_, Error>("pages")
    };
    let rejected = |_: TaskRefusal| {
        n_rejected.fetch_add(1, Ordering::SeqCst);
        Ok("rejected")
    };
    assert_eq!(subject.task().run_with(body, rejected).await.unwrap(), "pages");
    let record = subject.record().await;
    assert_eq!((record.state, record.current_count, record.total_count), (TaskState::Completed, 3, 3));
    assert!(record.started_at.is_some() && record.closed_at.is_some(), "{record:?}");
    assert_eq!(n_rejected.into_inner(), 0);
}

#[tokio::test]
async fn k5_an_already_running_task_rejects_and_keeps_its_state() {
    let subject = Subject::new().await;
    let held = subject.task().start().await.unwrap();
    let before = subject.record().await;
    let body = async |_: RunningTask| -> Result<&str, Error> { panic!("the task runs already") };
    let rejected = |refusal: TaskRefusal| {
        assert!(matches!(refusal, TaskRefusal::AlreadyRunning { .. }), "{refusal:?}");
        Ok("rejected")
    };
    assert_eq!(subject.task().run_with(body, rejected).await.unwrap(), "rejected");
    let refused = subject.task().run(async |_| Ok::<_, Error>(())).await.unwrap_err();
    assert!(matches!(refused.kind(), ErrorKind::TaskRefused(TaskRefusal::AlreadyRunning { .. })), "{refused:?}");
    assert_eq!(subject.record().await, before);
    held.close(TaskEnding::Completed).await;
    assert_eq!(subject.record().await.state, TaskState::Completed);
}

#[tokio::test]
async fn k6_an_error_fails_the_task_and_goes_on() {
    let subject = Subject::new().await;
    let body = async |_: RunningTask| Err::<(), _>(Error::new(ErrorKind::System, "the printer is on fire"));
    let error = subject.task().run(body).await.unwrap_err();
    assert_eq!(error.to_string(), "the printer is on fire");
    assert_eq!(subject.record().await.state, TaskState::Failed);
    assert_eq!(subject.lines().await, ["-- Error", "the printer is on fire"]);
}

#[tokio::test]
async fn k7_an_interrupt_ends_the_task_as_interrupted_and_goes_on() {
    let subject = Subject::new().await;
    let body = async |task: RunningTask| {
        tasks::interrupt(&subject.app, NAME).await?;
        for _ in 0..49 {
            task.count(1).await?;
        }
        assert!(!task.is_interrupted(), "it is noticed with a save");
        task.count(1).await?;
        unreachable!("the fiftieth count saves");
    };
    let error: Error = subject.task().run(body).await.map(|(): ()| ()).unwrap_err();
    assert_eq!((error.kind(), error.to_string().as_str()), (&ErrorKind::Interrupted, "interrupted: stop"));
    let record = subject.record().await;
    assert_eq!((record.state, record.current_count), (TaskState::Interrupted, 50));
    assert_eq!(subject.lines().await, ["-- interrupted: stop"]);
}

#[tokio::test]
async fn k8_a_panic_fails_the_task_and_goes_on() {
    let subject = Subject::new().await;
    let task = subject.task();
    let run = task.run(async |_| -> Result<(), Error> { panic!("no more paper") });
    let panic = AssertUnwindSafe(run).catch_unwind().await.unwrap_err();
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"no more paper"));
    assert_eq!(subject.record().await.state, TaskState::Failed);
    assert_eq!(subject.lines().await, ["-- Error", "no more paper"]);
}

#[tokio::test]
async fn k9_each_logged_run_adds_one_to_the_sequence_and_to_the_logs() {
    let subject = Subject::new().await;
    assert_eq!(subject.task().record().await.unwrap(), None);
    for n in 1..=2 {
        let body = async |task: RunningTask| {
            assert_eq!(task.log_sequence(), n);
            task.log(format_args!("run {n}\nof several"));
            Ok::<_, Error>(())
        };
        subject.task().run(body).await.unwrap();
        let report = tasks::find(&subject.app, NAME).await.unwrap().unwrap();
        assert_eq!((subject.record().await.log_sequence, report.runs.len() as u64), (n, n));
    }
    assert_eq!(subject.lines().await, ["run 2", "of several"]);
    let first = tasks::log(&subject.app, NAME, Some(1), 1).await.unwrap();
    assert_eq!(first.lines[0].text, "run 1");
}

#[tokio::test]
async fn k10_logs_go_when_they_are_as_old_as_keep_logs() {
    const KEEP: Duration = Duration::from_secs(14 * 24 * 60 * 60);
    const SECOND: Duration = Duration::from_secs(1);
    let subject = Subject::new().await;
    for _ in 0..3 {
        let body = async |task: RunningTask| {
            task.log("a line");
            Ok::<_, Error>(())
        };
        subject.task().run(body).await.unwrap();
        subject.clock.advance(SECOND);
    }
    // The three are now 3, 2 and 1 seconds old; soon keep_logs + 1 s, keep_logs, and keep_logs - 1 s.
    subject.clock.advance(KEEP - 2 * SECOND);
    let retention = TaskRetention { keep_tasks: None, keep_logs: Some(KEEP) };
    let pruned = tasks::sweep(&**subject.app.backend(), &retention, &TimeZone::UTC).await.unwrap();
    assert_eq!((pruned.n_logs, pruned.tasks.len()), (2, 0));
    let report = tasks::find(&subject.app, NAME).await.unwrap().unwrap();
    assert_eq!(report.runs.iter().map(|run| run.sequence).collect::<Vec<_>>(), [3]);
    let never = TaskRetention { keep_tasks: None, keep_logs: None };
    subject.clock.advance(KEEP);
    assert_eq!(tasks::sweep(&**subject.app.backend(), &never, &TimeZone::UTC).await.unwrap().n_logs, 0);
}

/// A task that was last written so long after the moment, and one that is still running since then.
async fn written_at(moment: &str, subject: &Subject) {
    let now = subject.app.backend().now().await.unwrap();
    let moment: Timestamp = moment.parse().unwrap();
    subject.clock.advance(Duration::try_from(moment.duration_since(now)).unwrap());
}

/// What was logged while the value lives, each event with its fields.
struct Logged {
    events: Arc<Mutex<Vec<String>>>,
    _subscriber: tracing::subscriber::DefaultGuard,
}

impl Logged {
    fn begin() -> Self {
        let events = Arc::<Mutex<Vec<String>>>::default();
        let subscriber = tracing_subscriber::registry().with(Keeper(Arc::clone(&events)));
        Self { events, _subscriber: tracing::subscriber::set_default(subscriber) }
    }

    fn says(&self, words: &str) -> bool {
        self.events.lock().unwrap().iter().any(|event| event.contains(words))
    }
}

struct Keeper(Arc<Mutex<Vec<String>>>);

impl<S: tracing::Subscriber> tracing_subscriber::Layer<S> for Keeper {
    fn on_event(&self, event: &tracing::Event<'_>, _: tracing_subscriber::layer::Context<'_, S>) {
        let mut text = String::new();
        event.record(&mut |field: &tracing::field::Field, value: &dyn std::fmt::Debug| {
            text += &format!("{field}={value:?} ");
        });
        self.0.lock().unwrap().push(text);
    }
}

#[tokio::test]
async fn m1_the_sweep_deletes_tasks_older_than_the_day_and_nothing_that_lives() {
    let tokyo = TimeZone::get("Asia/Tokyo").unwrap();
    let subject = Subject::new().await;
    written_at("2021-12-01T23:59:59+09:00", &subject).await;
    let running = Task::named(&subject.app, "running for weeks").start().await.unwrap();
    let _ready = Task::named(&subject.app, "announced").ready().await.unwrap();
    Task::named(&subject.app, "old").run(async |_| Ok::<_, Error>(())).await.unwrap();
    written_at("2021-12-02T00:00:00+09:00", &subject).await;
    Task::named(&subject.app, "young").run(async |_| Ok::<_, Error>(())).await.unwrap();
    written_at("2021-12-16T18:00:00+09:00", &subject).await;
    let logged = Logged::begin();
    let pruned = tasks::sweep(&**subject.app.backend(), &TaskRetention::default(), &tokyo).await.unwrap();
    assert_eq!(pruned.tasks, ["old"]);
    assert!(logged.says("n_tasks=1 ") && logged.says("message=tasks deleted"), "{:?}", logged.events);
    let left = tasks::list(&subject.app, &TaskFilter::all(), &Page::first(50)).await.unwrap();
    let mut names: Vec<_> = left.items.iter().map(|entry| entry.name()).collect();
    names.sort_unstable();
    assert_eq!(names, ["announced", "job:service", "running for weeks", "young"]);
    running.close(TaskEnding::Completed).await;
}

#[tokio::test]
async fn m2_a_sweep_that_keeps_for_ever_deletes_nothing() {
    let folder = TempDir::new().unwrap();
    let mut options = LoadOptions::in_folder(folder.path());
    assert_eq!(Config::load(&options).unwrap().keep_tasks, Some(Duration::from_secs(14 * 24 * 60 * 60)));
    options.environment.insert("EGRET_KEEP_TASKS".into(), "0".into());
    let keep_tasks = Config::load(&options).unwrap().keep_tasks;
    assert_eq!(keep_tasks, None);
    let subject = Subject::new().await;
    subject.task().run(async |_| Ok::<_, Error>(())).await.unwrap();
    subject.clock.advance(Duration::from_secs(10 * 365 * 24 * 60 * 60));
    let retention = TaskRetention { keep_tasks, ..TaskRetention::default() };
    let logged = Logged::begin();
    assert!(tasks::sweep(&**subject.app.backend(), &retention, &TimeZone::UTC).await.unwrap().tasks.is_empty());
    assert!(logged.says("kept for ever"), "{:?}", logged.events);
    assert_eq!(subject.record().await.state, TaskState::Completed);
}

#[tokio::test]
async fn a_dropped_run_frees_its_task_at_once() {
    let subject = Subject::new().await;
    let task = subject.task();
    let mut run = Box::pin(task.run(async |_| std::future::pending::<Result<(), Error>>().await));
    assert!(futures_util::poll!(&mut run).is_pending());
    assert_eq!(subject.record().await.state, TaskState::Running);
    drop(run);
    let record = subject.record().await;
    assert_eq!((record.state, record.has_lost_owner), (TaskState::Interrupted, true));
    drop(subject.task().start().await.unwrap());
    let held = subject.task().start().await.unwrap();
    held.close(TaskEnding::Stop).await;
    assert_eq!(subject.record().await.state, TaskState::Stop);
}

#[tokio::test]
async fn progress_and_interrupts_travel_every_second_without_a_count() {
    let subject = Subject::new().await;
    let body = async |task: RunningTask| {
        task.count(7).await?;
        assert_eq!(subject.record().await.current_count, 0, "not yet saved");
        let deadline = Instant::now() + Duration::from_secs(60);
        while subject.record().await.current_count != 7 {
            assert!(Instant::now() < deadline, "the progress was never saved");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        tasks::interrupt(&subject.app, NAME).await?;
        task.interrupted().await;
        task.check()?;
        Ok::<(), Error>(())
    };
    let error = subject.task().run(body).await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::Interrupted);
    assert_eq!(subject.record().await.state, TaskState::Interrupted);
}

/// Without code that runs inside of it, and in fewer steps than are saved together.
#[tokio::test]
async fn a_held_task_saves_slow_steps_as_they_are_counted() {
    let subject = Subject::new().await;
    let held = subject.task().start().await.unwrap();
    let mut n_counted = 0;
    while subject.record().await.current_count == 0 {
        assert!(n_counted < 49, "no count was saved");
        held.count(1).await.unwrap();
        n_counted += 1;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(subject.record().await.current_count, n_counted, "the step that found it due is saved with the others");
}

#[tokio::test]
async fn a_task_that_was_taken_away_says_so_and_writes_nothing() {
    let subject = Subject::new().await;
    let held = subject.task().start().await.unwrap();
    tasks::reset(&subject.app, NAME, LiveOwner::Replace).await.unwrap();
    let taken = Interrupted { cause: InterruptCause::TakenAway };
    assert_eq!(held.count(50).await, Err(taken));
    held.close(TaskEnding::Completed).await;
    let record = subject.record().await;
    assert_eq!((record.state, record.current_count), (TaskState::Stop, 0));
}

#[tokio::test]
async fn ready_is_refused_for_a_user_at_his_limit_with_the_limits_error() {
    let subject = Subject::new().await;
    let ready = subject.task().for_user("5", 0).ready().await.unwrap_err();
    assert!(matches!(ready.kind(), ErrorKind::LimitReached(_)), "{ready:?}");
    subject.task().for_user("5", 1).ready().await.unwrap().withdraw().await.unwrap();
    assert_eq!(subject.record().await.state, TaskState::Stop);
}

#[tokio::test]
async fn a_task_cannot_have_the_name_of_a_service() {
    let subject = Subject::new().await;
    let error = Task::named(&subject.app, "job:service").start().await.unwrap_err();
    assert!(error.to_string().contains("`job:service`"), "{error}");
    assert!(Task::named(&subject.app, " ").ready().await.is_err());
}

#[tokio::test]
async fn a_bound_job_runs_inside_of_its_task() {
    let subject = Subject::new().await;
    let ending = Generate { steps: 3 }.perform_now(&subject.app).await.unwrap();
    assert!(matches!(ending, Ending::Completed), "{ending:?}");
    let record = subject.record().await;
    assert_eq!((record.state, record.current_count), (TaskState::Completed, 3));
    assert!(Generate { steps: 0 }.perform_now(&subject.app).await.is_err());
    assert_eq!(subject.record().await.state, TaskState::Failed);
    // Further lines are the backtrace, where one is captured.
    assert_eq!(subject.lines().await[..2], ["-- Error", "nothing to generate"]);
}

#[tokio::test]
async fn a_bound_job_that_puts_itself_off_has_completed_no_task() {
    let subject = Subject::new().await;
    let ending = TooEarly.perform_now(&subject.app).await.unwrap();
    assert!(matches!(ending, Ending::Snoozed(wait) if wait == Duration::from_secs(7)), "{ending:?}");
    assert_eq!(subject.record().await.state, TaskState::Stop);
}

#[tokio::test]
async fn a_bound_job_that_finds_its_task_running_never_counts_as_done() {
    let subject = Subject::new().await;
    let _held = subject.task().start().await.unwrap();
    let ending = Generate { steps: 3 }.perform_now(&subject.app).await.unwrap();
    assert!(matches!(ending, Ending::Snoozed(wait) if wait == Duration::from_secs(5)), "{ending:?}");
    let ending = GiveUp.perform_now(&subject.app).await.unwrap();
    let Ending::Discarded { reason } = ending else { panic!("{ending:?}") };
    assert_eq!(reason, format!("the task `{NAME}` is already running"));
}
