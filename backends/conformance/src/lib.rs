//! The conformance suite of Egret: what every backend must do, as cases that run against any [`Subject`].
//!
//! A backend's `tests/conformance.rs` makes a subject (a fresh, empty store) and calls one macro:
//!
//! ```
//! use std::sync::Arc;
//!
//! use async_trait::async_trait;
//! use egret_conformance::Subject;
//! use egret_core::memory::MemoryRows;
//! use egret_core::{Backend, Result, Timing};
//!
//! #[derive(Default)]
//! struct InMemory(MemoryRows);
//!
//! #[async_trait]
//! impl Subject for InMemory {
//!     async fn open(&self, timing: Timing) -> Result<Arc<dyn Backend>> {
//!         Ok(Arc::new(self.0.with_timing(timing)))
//!     }
//! }
//!
//! egret_conformance::suite!(InMemory::default, lacks: [
//!     manual_clock, overwrites_payloads, persistent, retries_failures,
//! ]);
//! # fn main() {}
//! ```
//!
//! It expands to one `#[test]` for each case, in a module for each verb. What the store cannot do is said twice, by its
//! [`Capabilities`](egret_core::Capabilities) and by `lacks`: cases that need it are shown as *ignored*, with the reason,
//! and one further test fails if the two lists differ, so that nothing is left out silently. Besides the capabilities,
//! `lacks` can name the aids of the subject: see [`needs`].
//!
//! Backends that several processes share run the crash suite as well, by [`crash_suite!`]: see [`crash`].
//!
//! Cases say what they check by their names and never sleep for a fixed time. Cases without a need for another one use
//! long leases, so that a slow machine changes no result.

mod case;
mod cases;
pub mod crash;
mod json_meaning;
pub mod needs;
mod seed;
mod subject;
mod suite;
mod wait_until;
mod world;

mod backlog;
mod change;
mod claim;
mod conditions;
mod control;
mod counts;
mod enqueue;
mod fencing;
mod filter;
mod finish;
mod history;
mod inspect;
mod inspect_executions;
mod leave;
mod note;
mod pause;
mod payload;
mod presence;
mod prune;
mod refusals;
mod release;
mod rescue;
mod service;
mod start;
mod task;
mod wait;

pub use case::{Case, Verdict, all_cases, find_case, run_case};
pub use seed::{SEED_VARIABLE, seed};
pub use subject::Subject;
pub use suite::{expect_declared, expect_passed, expect_skipped};
