//! Tasks as people see them, services among them, and what people can do about them.

use egret_core::{
    ErrorKind as StoreErrorKind, Listing, LiveOwner, LogExcerpt, Page, ServiceRecord, TaskFilter, TaskLogQuery,
    TaskRecord, TaskRun, TaskState, Timestamp, Words, words,
};
use serde::Serialize;

use crate::{App, Error, ErrorKind};

/// What stands in a list of tasks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum TaskEntry {
    /// A task.
    Task(TaskRecord),
    /// The services of a name, as SHIRASAGI lists them among its tasks.
    Service {
        /// Their name, as `status` shows it.
        name: String,
        /// Running while one lives, else stop.
        state: TaskState,
        /// How many live.
        current_count: u64,
        /// When the first of those that live began.
        started_at: Option<Timestamp>,
    },
}

impl TaskEntry {
    /// The name.
    pub fn name(&self) -> &str {
        match self {
            Self::Task(task) => &task.name,
            Self::Service { name, .. } => name,
        }
    }

    /// The state.
    pub fn state(&self) -> TaskState {
        match self {
            Self::Task(task) => task.state,
            Self::Service { state, .. } => *state,
        }
    }

    /// Steps done, or services that live.
    pub fn current_count(&self) -> u64 {
        match self {
            Self::Task(task) => task.current_count,
            Self::Service { current_count, .. } => *current_count,
        }
    }

    /// When it began.
    pub fn started_at(&self) -> Option<Timestamp> {
        match self {
            Self::Task(task) => task.started_at,
            Self::Service { started_at, .. } => *started_at,
        }
    }
}

/// One task with its runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TaskReport {
    /// The task.
    #[serde(flatten)]
    pub entry: TaskEntry,
    /// Its runs that have log lines, the last first.
    pub runs: Vec<TaskRun>,
}

/// Tasks and services. Services stand on the first page, before the tasks and beside its limit; then tasks in the order of
/// their starts, the last first.
///
/// # Errors
/// When the store fails. A store that keeps no tasks lists its services.
pub async fn list(app: &App, filter: &TaskFilter, page: &Page) -> Result<Listing<TaskEntry>, Error> {
    let mut items = Vec::new();
    if page.after.is_none() {
        let services = services(app).await?;
        items.extend(services.into_iter().filter(|entry| filter.covers(entry.name(), entry.state())));
    }
    if !app.backend().capabilities().tasks {
        return Ok(Listing::whole(items));
    }
    let tasks = app.backend().tasks(filter, page).await?;
    items.extend(tasks.items.into_iter().map(TaskEntry::Task));
    Ok(Listing::page(items, tasks.next))
}

/// The task or the services of the name, with its runs.
///
/// # Errors
/// When the store fails or keeps no tasks.
pub async fn find(app: &App, name: &str) -> Result<Option<TaskReport>, Error> {
    if let Some(entry) = service(app, name).await? {
        return Ok(Some(TaskReport { entry, runs: Vec::new() }));
    }
    let Some(task) = app.backend().find_task(name).await? else { return Ok(None) };
    Ok(Some(TaskReport { entry: TaskEntry::Task(task), runs: app.backend().task_runs(name).await? }))
}

/// Log lines of a run of a task; of its last one when no number is given. Without any, nothing.
///
/// # Errors
/// When the store fails or keeps no tasks.
pub async fn log(app: &App, name: &str, sequence: Option<u64>, limit: usize) -> Result<LogExcerpt, Error> {
    let last = async || Ok::<_, Error>(app.backend().task_runs(name).await?.first().map(|run| run.sequence));
    let sequence = match sequence {
        Some(sequence) => Some(sequence),
        None => last().await?,
    };
    let Some(sequence) = sequence else { return Ok(LogExcerpt::default()) };
    let query = TaskLogQuery { name: name.to_owned(), sequence, after: 0, limit };
    Ok(app.backend().task_log(&query).await?)
}

/// Asks the owner of a task to stop. He notices within about a second, when his code looks.
///
/// # Errors
/// Nobody has the task, there is none, or it is a service; and when the store fails or keeps no tasks.
pub async fn interrupt(app: &App, name: &str) -> Result<(), Error> {
    if service(app, name).await?.is_some() {
        let reason = words!(
            "task-is-service",
            "it is a service, which `egret services stop {name}` ends",
            name = egret_core::shell::quoted(name)
        );
        return Err(conflict(words!("verb-interrupt-the-task", "interrupt the task `{name}`", name = name), reason));
    }
    Ok(app.backend().interrupt_task(name).await?)
}

/// Puts a task back to the state stop. A living owner is respected, or fenced: his further writes are refused, by which he
/// learns that he must stop.
///
/// # Errors
/// A living owner has the task and is respected, there is no task of the name, or services of the name live; and when the
/// store fails or keeps no tasks.
pub async fn reset(app: &App, name: &str, owner: LiveOwner) -> Result<(), Error> {
    match service(app, name).await? {
        Some(entry) => idle_service(words!("verb-reset-the-task", "reset the task `{name}`", name = name), &entry),
        None => Ok(app.backend().reset_task(name, owner).await?),
    }
}

/// Removes a task with its runs. Of services that have ended nothing needs to be removed: SHIRASAGI's operators are used to
/// delete that task, so it is harmless. It is refused while a service of the name lives, whatever `owner` says.
///
/// # Errors
/// As of [`reset`].
pub async fn delete(app: &App, name: &str, owner: LiveOwner) -> Result<(), Error> {
    match service(app, name).await? {
        Some(entry) => idle_service(words!("verb-delete-the-task", "delete the task `{name}`", name = name), &entry),
        None => Ok(app.backend().delete_task(name, owner).await?),
    }
}

fn idle_service(verb: Words, entry: &TaskEntry) -> Result<(), Error> {
    match entry.current_count() {
        0 => Ok(()),
        1 => Err(conflict(verb, words!("task-service-lives", "a service of the name lives"))),
        n_alive => Err(conflict(verb, words!("task-services-live", "{n} services of the name live", n = n_alive))),
    }
}

fn conflict(verb: Words, reason: Words) -> Error {
    Error::new(ErrorKind::Store(StoreErrorKind::Conflict), Words::refused(verb, reason))
}

/// Whether a section of the configuration gives its services the name.
pub(super) fn is_configured_service(app: &App, name: &str) -> bool {
    app.config().sections.values().any(|section| section.name == name)
}

async fn service(app: &App, name: &str) -> Result<Option<TaskEntry>, Error> {
    Ok(services(app).await?.into_iter().find(|entry| entry.name() == name))
}

/// The services of each name that is known: of those that live, and of the sections of the configuration.
async fn services(app: &App) -> Result<Vec<TaskEntry>, Error> {
    let records = app.backend().services().await?;
    let configured = app.config().sections.values().map(|section| section.name.clone());
    let mut names: Vec<String> = configured.chain(records.iter().map(|record| record.name.clone())).collect();
    names.sort();
    names.dedup();
    Ok(names.into_iter().map(|name| of_name(name, &records)).collect())
}

fn of_name(name: String, records: &[ServiceRecord]) -> TaskEntry {
    let living = || records.iter().filter(|record| record.name == name && record.is_alive);
    let current_count = living().count() as u64;
    let state = if current_count > 0 { TaskState::Running } else { TaskState::Stop };
    let started_at = living().filter_map(ServiceRecord::known_started_at).min();
    TaskEntry::Service { name, state, current_count, started_at }
}
