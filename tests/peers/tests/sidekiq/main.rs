//! Our service and client beside Ruby's Sidekiq 6.4 with Active Job 6.1, on one Redis.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod crash;
mod directions;
mod iteration;
mod pages;
mod processes;
mod retries;
mod sharing;

use egret_peers::place::Place;

/// A database, our application, and Ruby beside it.
fn place() -> Place {
    Place::of_sidekiq(env!("CARGO_BIN_EXE_peer-app"))
}
