//! The embedded store of Egret: one SQLite file that any number of processes on one machine share.
//!
//! Nothing has to be installed or started. A store at `var/egret.db` is that file with SQLite's own two beside it, and a
//! folder `var/egret.db.d` with what must not be in a database: a lock and a beat for each live service, sockets for
//! hints, and whole logs of attempts.
//!
//! ```no_run
//! # async fn example() -> egret_core::Result<()> {
//! use egret_core::Backend;
//! use egret_sqlite::{SqliteBackend, SqliteOptions};
//!
//! let store = SqliteBackend::open(SqliteOptions::new("var/egret.db"))?;
//! println!("{:?}", store.counts().await?);
//! # Ok(())
//! # }
//! ```
//!
//! How it works:
//!
//! - **One thread writes** for each opened store (`writer`). It takes every operation that waits and executes all of them
//!   in one transaction, so concurrent enqueues, claims and finishes share one durable commit.
//! - **Processes queue** in front of SQLite's write lock at a turnstile of two file locks (`turnstile`), because SQLite's
//!   own waiting is neither fair nor prompt.
//! - **Live jobs and finished jobs are in different tables**, and the figures of both are kept by the transactions that
//!   move jobs, by *lane*: the jobs of one class in one queue (`lanes`). A claim merges the lanes that it may take from.
//! - **Liveness is a file lock** that the operating system frees when a process ends, however it ends, and a beat in the
//!   same file for processes that are stopped (`service`). An idle service writes nothing to the database.

mod backend;
mod backlog;
mod books;
mod capabilities;
mod care;
mod change;
mod checkpoint;
mod claim;
mod claim_standing;
mod claim_take;
mod conditions;
mod connection;
mod control;
mod counts;
mod damage;
mod emptied;
mod enqueue;
mod enqueue_run;
mod error;
mod execution;
mod finish;
mod finish_many;
mod folder;
mod history;
mod inspect;
mod inspect_executions;
mod job_key;
mod lanes;
mod log_lines;
mod log_sync;
mod look;
mod many_rows;
mod migrate;
mod note;
mod open;
mod options;
mod payload;
mod place;
mod promote;
mod prune;
mod queries;
mod queues;
mod raw_limits;
mod reader;
mod refusal;
mod release;
mod service;
mod size;
mod start;
mod state_code;
mod tasks;
mod transactional;
mod turnstile;
mod wake;
mod writer;

pub use backend::SqliteBackend;
pub use capabilities::ADAPTER;
pub use look::{Glance, look};
pub use options::{Durability, SqliteOptions, VacuumLimits};
pub use raw_limits::{RawLimit, RawWork};
pub use rusqlite;
pub use transactional::PendingWake;
