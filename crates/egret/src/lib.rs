//! Active Job for Rust: typed background jobs, an embedded store that needs nothing installed, and a service that
//! runs them.

// The code that `derive(Job)` writes names this crate `::egret`, also for the jobs in here.
extern crate self as egret;

pub mod arguments;
pub mod config;
pub mod execution_log;
pub mod error;
pub mod executor;
pub mod job;
pub mod service;

pub use egret_macros::Job;
pub use error::{Error, ErrorKind};
pub use job::{Context, Job, Result};

/// For the code that `derive(Job)` writes.
#[doc(hidden)]
pub use serde as __serde;
