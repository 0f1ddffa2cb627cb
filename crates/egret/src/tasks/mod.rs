//! Tasks: named work that must not run twice at a time, shows how far it is, and can be interrupted.
//!
//! A task has a name, such as `cms:generate_pages`, and at most one owner. It is free again when its owner ends, however he
//! ends: there is no time to wait for, and nothing to delete by hand. (The tasks of SHIRASAGI 1.21.0,
//! `app/models/concerns/ss/model/task.rb`, are taken for dead after two hours instead.)
//!
//! ```no_run
//! use egret::tasks::{RunningTask, Task};
//! use egret::{App, Error};
//!
//! # async fn example(app: App) -> Result<(), Error> {
//! let task = Task::named(&app, "cms:generate_pages");
//! let n_pages = task
//!     .run(async |task: RunningTask| {
//!         task.total(1_000);
//!         for page in 0..1_000 {
//!             task.log(format_args!("page {page}"));
//!             task.count(1).await?;
//!         }
//!         Ok::<u64, Error>(1_000)
//!     })
//!     .await?;
//! # Ok(()) }
//! ```
//!
//! A job can be bound to a task by `#[job(task = "cms:generate_pages")]`: see [`macro@crate::Job`]. Its code finds the task
//! at [`Context::task`](crate::Context::task); an interrupt of the task cancels the job, and a job that is cancelled
//! interrupts its task. When the task already runs, the job is *not* done: it waits and tries again, or is discarded, as
//! [`TaskBusy`] says.
//!
//! Services stand among the tasks under the name that `status` shows: see [`list`].

mod bound;
mod closing;
mod interrupted;
mod listing;
mod named;
mod retention;
mod running;

pub(crate) use self::bound::run_bound;
pub use self::bound::{TaskBinding, TaskBusy};
pub use self::interrupted::{InterruptCause, Interrupted};
pub use self::listing::{TaskEntry, TaskReport, delete, find, interrupt, list, log, reset};
pub use self::named::{HeldTask, ReadyTask, Task};
pub use self::retention::{TaskRetention, sweep};
pub use self::running::RunningTask;
