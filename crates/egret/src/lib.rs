//! Active Job for Rust: typed background jobs, an embedded store that needs nothing installed, and a service that
//! runs them.

pub mod arguments;
pub mod config;
pub mod job;

pub use egret_macros::Job;
