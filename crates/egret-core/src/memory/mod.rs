//! The in-memory reference backend in its two shapes.
//!
//! A store that can address its records ([`MemoryRows`], as SQL and document stores do) and a store that only pops opaque
//! bytes from lists ([`MemoryLists`], as Redis does) keep the same promises in different ways. Both live as long as their
//! last handle and belong to one process: they serve development and tests, and show authors of backends what each verb
//! means.

mod backoff;
mod hint;
mod lists;
mod liveness;
mod options;
mod precision;
mod rows;
mod services;

pub use lists::MemoryLists;
pub use options::MemoryOptions;
pub use rows::MemoryRows;

/// The name under which Active Job knows its in-process adapter (Active Job 8.1,
/// `activejob/lib/active_job/queue_adapters/async_adapter.rb`).
pub const ADAPTER: &str = "async";
