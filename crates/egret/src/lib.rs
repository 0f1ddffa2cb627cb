//! Active Job for Rust: typed background jobs, an embedded store that needs nothing installed, and a service that
//! runs them.

pub mod arguments;
pub mod config;
pub mod execution_log;
pub mod error;
pub mod executor;
pub mod job;
pub mod service;

pub use egret_macros::Job;
pub use error::{Error, ErrorKind};
