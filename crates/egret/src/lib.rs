//! Active Job for Rust: typed background jobs, an embedded store that needs nothing installed, and a service that
//! runs them.
//!
//! A job is a plain struct: its fields are the arguments, `perform` is the work.
//!
//! ```no_run
//! use egret::{App, Context, Job};
//!
//! #[derive(Job)]
//! #[job(queue = "mailers")]
//! struct SendInvoice {
//!     invoice_id: u64,
//! }
//!
//! impl SendInvoice {
//!     async fn perform(self, context: &Context) -> egret::Result {
//!         context.log(format_args!("sending invoice {}", self.invoice_id));
//!         Ok(())
//!     }
//! }
//!
//! # async fn example() -> Result<(), egret::Error> {
//! let app = App::builder().register::<SendInvoice>().build().await?;
//! SendInvoice { invoice_id: 7 }.perform_later(&app).await?;
//! # Ok(()) }
//! ```
//!
//! The job is stored, durably, when `perform_later` returns. Without any configuration the store is `var/egret.db` below
//! the application's folder, and in on-demand mode a service is started for it: inside this process, **with which it
//! ends**, or, in a program that is built on [`cli::run`], as a process of its own.
//!
//! | to | see |
//! |---|---|
//! | define jobs, their retries and limits | [`job`], [`macro@Job`] |
//! | give arguments that Ruby understands | [`arguments`] |
//! | put an application together | [`App`], [`config`] |
//! | run a service in a program of one's own | [`service`] |
//! | run work that must not run twice at a time | [`tasks`] |
//! | get the command line | [`cli`] |
//! | run programs as jobs | [`program`] |
//! | change many jobs at once | [`bulk`] |
//! | see and resume queues | [`queues`] |
//! | say how it stands, and why a job does not run | [`status`], [`why`] |
//! | speak to people in their language | [`language`] |
//! | write a backend | `egret-core`, `egret-conformance` |

// The code that `derive(Job)` writes names this crate `::egret`, also for the jobs in here.
#[allow(unused_extern_crates, reason = "used by jobs of features that may be off")]
extern crate self as egret;

mod app;
pub mod arguments;
#[cfg(all(feature = "cli", feature = "sqlite"))]
mod bench;
pub mod bulk;
#[cfg(feature = "cli")]
pub mod cli;
pub mod config;
mod error;
pub mod execution_log;
pub mod executor;
pub mod facts;
pub mod history;
pub mod job;
pub mod language;
pub mod process;
pub mod program;
pub mod queues;
pub mod service;
mod start;
pub mod status;
#[cfg(feature = "cli")]
mod systemd;
pub mod tasks;
pub mod why;
mod zone;

pub use app::{App, AppBuilder, migrate, stored_version};
pub use egret_macros::Job;
pub use error::{Error, ErrorKind, chain};
pub use job::{Context, Job, Result};

/// For the code that `derive(Job)` writes.
#[doc(hidden)]
pub use serde as __serde;
